"""What lies beside the dossier: likenesses and answers, documents, progress, the register of systems."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from portfolio.foundation import settings
from portfolio.foundation.access import actor_for
from portfolio.foundation.roles import Role
from portfolio.queries.documents import filed
from portfolio.rules.dossier import Part
from portfolio.services import dossier as services
from portfolio.services import progress, systems
from portfolio.tables.dossier import Milestone, PerformanceTarget, ProgressReport
from portfolio.tables.project import DuplicateAnswer, Project, ProjectDocument, System
from tests import factories, web
from tests.integration.portfolio.test_pages_dossier import MARKUP, Desk, desk

__all__ = ["desk"]

UPLOAD = {"Origin": "http://localhost", "Accept": "application/json", "X-Upload": "yes"}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


# --- likenesses ---------------------------------------------------------------------------------------------


@pytest.fixture
def alike(desk: Desk) -> Project:
    """A project of another organisation with nearly the same name."""
    return factories.project(name="农业信息平台", owner=desk.elsewhere)


def test_a_likeness_is_shown_with_its_reasons_and_answered(desk, alike):
    said = web.text_of(desk.visitor.get(desk.at("duplicates")))
    assert "有1个相似项目或系统尚未答复" in said
    assert "名称相似100%" in said
    address = desk.at(f"duplicates/project/{alike.id}")
    assert "市财政局" in web.text_of(desk.visitor.get(address))
    answer = {"reply": "differs", "text": MARKUP}
    for _twice in range(2):
        assert desk.visitor.post(address, answer).location == desk.at("duplicates")
    assert DuplicateAnswer.select().count() == 1
    page = desk.visitor.get(desk.at("duplicates")).get_data(as_text=True)
    assert "已答复：并不重复" in page
    assert "<b>粗体</b>" not in page
    desk.visitor.post(address, {"reply": "reuse", "text": "复用其接口"})
    assert "已答复：复用其成果" in web.text_of(desk.visitor.get(desk.at("duplicates")))


def test_an_answer_needs_words_and_a_likeness(desk, alike):
    address = desk.at(f"duplicates/project/{alike.id}")
    answer = desk.visitor.post(address, {"reply": "differs", "text": " "})
    assert answer.status_code == 422
    assert "请填写此项" in web.text_of(answer)
    assert desk.visitor.get(desk.at("duplicates/project/9999")).status_code == 404
    assert desk.visitor.get(desk.at(f"duplicates/person/{alike.id}")).status_code == 404
    services.lock(project_id=desk.project.id, actor=desk.applicant)
    answer = desk.visitor.post(address, {"reply": "differs", "text": "不同"})
    assert answer.status_code == 422
    assert DuplicateAnswer.select().count() == 0


def test_nothing_alike_is_said(desk):
    assert "没有发现相似的项目或系统" in web.text_of(desk.visitor.get(desk.at("duplicates")))


# --- documents ----------------------------------------------------------------------------------------------


def hand_in(desk: Desk, content: bytes = PDF, name: str = "请示.pdf", **fields: str):
    data = {"kind": "cover_letter", "title": "关于立项的请示", "file": (io.BytesIO(content), name), **fields}
    return desk.visitor.post(desk.at("documents"), data, content_type="multipart/form-data")


def test_a_document_is_handed_in_listed_and_handed_out(desk):
    assert "严禁上传涉密文件" in web.text_of(desk.visitor.get(desk.at("documents")))
    assert hand_in(desk).location == desk.at("documents")
    with web.queries() as seen:
        said = web.text_of(desk.visitor.get(desk.at("documents")))
    assert len(seen) <= 8
    assert "关于立项的请示" in said
    assert "立项阶段文件" in said
    document_id = ProjectDocument.get().document_id
    answer = desk.visitor.get(desk.at(f"documents/{document_id}"))
    assert answer.get_data() == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store, private"
    reader = desk.another("auditor", Role.AUDITOR)
    assert reader.get(desk.at(f"documents/{document_id}")).get_data() == PDF


def test_a_document_of_another_project_is_not_handed_out_here(desk):
    hand_in(desk)
    other = services.create(owner_id=desk.owner.id, fields={"name": "别的"}, actor=desk.applicant)
    document_id = ProjectDocument.get().document_id
    assert desk.visitor.get(f"/projects/{other.id}/documents/{document_id}").status_code == 404
    assert desk.visitor.get(f"/projects/{other.id}/documents/{document_id}/withdrawal").status_code == 404


def test_the_same_file_sent_twice_is_put_in_once(desk):
    hand_in(desk)
    hand_in(desk)
    assert ProjectDocument.select().count() == 1


def test_without_a_title_a_document_has_its_name(desk):
    hand_in(desk, title="")
    assert ProjectDocument.get().title == "请示"


def test_markup_in_a_title_and_in_a_file_name_is_text(desk):
    hand_in(desk, title=MARKUP, name="<b>粗体<b>.pdf")
    assert "<b>粗体" not in desk.visitor.get(desk.at("documents")).get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "name", "fields", "said"),
    [
        (b"MZ\x90\x00" + b"\x00" * 100, "报告.pdf", {}, "可执行程序"),
        (b"", "空.pdf", {}, ""),
        (PDF, "", {}, "请选择文件"),
        (PDF, "请示.pdf", {"kind": ""}, "请填写此项"),
        (PDF, "请示.pdf", {"title": "长" * 201}, "200"),
    ],
)
def test_what_may_not_be_kept_is_refused_and_nothing_is_put_in(desk, content, name, fields, said):
    answer = hand_in(desk, content, name, **fields)
    assert answer.status_code == 422
    assert said in web.text_of(answer)
    assert ProjectDocument.select().count() == 0


def test_a_file_that_is_too_large_is_refused_with_its_limit(desk):
    settings.use(replace(settings.current(), max_upload_bytes=1000))
    answer = hand_in(desk, PDF + b"\n" * 1000)
    assert answer.status_code == 422
    assert "[DOC_SIZE]" in web.text_of(answer)
    desk.app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = hand_in(desk, PDF + b"\n" * 2000)
    assert answer.status_code == 413
    assert "超过了上限" in web.text_of(answer)
    assert ProjectDocument.select().count() == 0


def test_an_upload_with_progress_is_told_where_to_go_or_what_is_wrong(desk):
    data = {"kind": "cover_letter", "file": (io.BytesIO(PDF), "请示.pdf")}
    answer = desk.visitor.post(desk.at("documents"), data, content_type="multipart/form-data", headers=UPLOAD)
    assert answer.json == {"address": desk.at("documents")}
    data = {"kind": "", "file": (io.BytesIO(PDF), "请示.pdf")}
    answer = desk.visitor.post(desk.at("documents"), data, content_type="multipart/form-data", headers=UPLOAD)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "请填写此项" in web.text_of(answer)


def test_a_document_is_withdrawn_with_a_reason_once_it_was_said_what_that_means(desk):
    hand_in(desk)
    address = desk.at(f"documents/{ProjectDocument.get().document_id}/withdrawal")
    assert "撤回后不能恢复" in web.text_of(desk.visitor.get(address))
    assert desk.visitor.post(address, {"reason": ""}).status_code == 422
    assert desk.visitor.post(address, {"reason": MARKUP}).location == desk.at("documents")
    page = desk.visitor.get(desk.at("documents")).get_data(as_text=True)
    assert "已撤回" in page
    assert "<b>粗体" not in page
    again = desk.visitor.post(address, {"reason": "再撤"})
    assert again.status_code == 409
    assert [row.withdrawn_reason for row in filed(desk.project.id)] == [MARKUP]


def test_only_who_put_it_in_withdraws_it(desk):
    hand_in(desk)
    address = desk.at(f"documents/{ProjectDocument.get().document_id}/withdrawal")
    visitor = desk.another("investor", Role.INVESTMENT)
    assert visitor.post(address, {"reason": "不要"}).status_code == 403
    services.lock(project_id=desk.project.id, actor=desk.applicant)
    answer = desk.visitor.post(address, {"reason": "不要"})
    assert answer.status_code == 422
    assert "已经报送，现已锁定" in web.text_of(answer)


# --- progress -----------------------------------------------------------------------------------------------


@pytest.fixture
def building(desk: Desk) -> Desk:
    """The project with two milestones and two targets."""
    given = {"project_id": desk.project.id, "actor": desk.applicant}
    rows = [
        {"name": "设备到货", "planned_on": "2008-02-01", "weight": 40},
        {"name": "上线", "planned_on": "2008-09-01", "weight": 60},
    ]
    progress.set_milestones(rows=rows, expected_version=desk.version, **given)
    targets = [
        {"aspect": "quantity", "name": "接入乡镇", "target": "800", "unit": "个"},
        {"aspect": "social", "name": "农民反映", "target_text": "良好"},
    ]
    services.set_targets(rows=targets, expected_version=desk.version, **given)
    return desk


def test_progress_is_shown_with_what_is_late(building):
    with web.queries() as seen:
        said = web.text_of(building.visitor.get(building.at("progress")))
    assert len(seen) <= 8
    assert "逾期 31 天" in said
    assert "未到期" in said
    assert "还没有进度报告" in said
    assert "不低于 800" in said


def test_a_milestone_is_reached_once(building):
    address = building.at("progress/milestones")
    page = building.visitor.get(f"{address}?name=上线").get_data(as_text=True)
    assert '<option selected value="上线">' in page
    answer = building.visitor.post(address, {"name": "设备到货", "actual_on": "2008-04-01"})
    assert answer.status_code == 422
    assert "不能晚于今天" in web.text_of(answer)
    sent = {"name": "设备到货", "actual_on": "2008-02-03"}
    assert building.visitor.post(address, sent).location == building.at("progress")
    assert building.visitor.post(address, sent).status_code == 409
    assert building.visitor.post(address, {**sent, "name": "没有的"}).status_code == 404
    assert "晚 2 天完成" in web.text_of(building.visitor.get(building.at("progress")))
    assert Milestone.select().where(Milestone.actual_on.is_null(False)).count() == 1


def test_the_half_yearly_report_begins_with_what_is_known_and_is_given_once(building):
    progress.reach_milestone(
        project_id=building.project.id, name="设备到货", actual_on="2008-02-01", actor=building.applicant
    )
    address = building.at("progress/reports/new")
    page = building.visitor.get(address).get_data(as_text=True)
    assert 'name="year" type="text" value="2007"' in page
    assert '<option selected value="h2">' in page
    assert 'name="percent_done" type="text" value="40"' in page
    report = {"year": "2007", "period": "h2", "percent_done": "40", "text": MARKUP, "problems": ""}
    assert building.visitor.post(address, {**report, "percent_done": "101"}).status_code == 422
    assert building.visitor.post(address, {**report, "period": "h2", "year": "2009"}).status_code == 422
    for _twice in range(2):
        assert building.visitor.post(address, report).location == building.at("progress")
    assert ProgressReport.select().count() == 1
    building.visitor.post(address, {**report, "percent_done": "45"})
    page = building.visitor.get(building.at("progress")).get_data(as_text=True)
    assert "第2次修订" in page
    assert "<b>粗体" not in page


def test_a_page_of_targets_that_was_sent_in_part_is_answered_whole(building):
    answer = building.visitor.post(building.at("progress/targets"), {"achieved-0-actual": "很多"})
    assert answer.status_code == 422
    assert 'name="achieved-1-actual_text"' in answer.get_data(as_text=True)


def test_what_was_achieved_is_recorded_target_by_target(building):
    address = building.at("progress/targets")
    assert "接入乡镇" in web.text_of(building.visitor.get(address))
    answer = building.visitor.post(address, {"achieved-0-actual": "很多", "achieved-1-actual_text": "好"})
    assert answer.status_code == 422
    assert "不是数字" in web.text_of(answer)
    answer = building.visitor.post(address, {"achieved-0-actual": "", "achieved-1-actual_text": "好"})
    assert answer.status_code == 302
    held = {row.name: (row.actual, row.actual_text) for row in PerformanceTarget.select()}
    assert held == {"接入乡镇": (None, ""), "农民反映": (None, "好")}
    building.visitor.post(address, {"achieved-0-actual": "812.5", "achieved-1-actual_text": "好"})
    assert 'value="812.5"' in building.visitor.get(address).get_data(as_text=True)


def test_others_do_not_report_on_it(building):
    for name, role in (("investor", Role.INVESTMENT), ("auditor", Role.AUDITOR)):
        visitor = building.another(name, role)
        assert visitor.get(building.at("progress")).status_code == 200
        assert "填写报告" not in web.text_of(visitor.get(building.at("progress")))
        assert visitor.get(building.at("progress/reports/new")).status_code == 403
    keeper = building.another("keeper", Role.INFORMATIZATION)
    sent = {"name": "设备到货", "actual_on": "2008-02-03"}
    assert keeper.post(building.at("progress/milestones"), sent).status_code == 403


# --- systems ------------------------------------------------------------------------------------------------


def register(desk: Desk, visitor: web.Visitor | None = None, **fields: object):
    sent = {"name": "农情系统", "description": "报送农情", "launched_on": "2007-05-01", **fields}
    return (visitor or desk.visitor).post("/systems/new", sent)


def test_a_system_is_entered_once_certified_and_retired(desk):
    first = register(desk, project_id=desk.project.id)
    assert first.location == register(desk, project_id=desk.project.id).location
    system = System.get()
    said = web.text_of(desk.visitor.get(first.location))
    assert "在用" in said
    assert desk.project.name in said
    assert "核定" in said
    assert desk.visitor.get(f"{first.location}/certification").status_code == 403
    keeper = desk.another("keeper", Role.INFORMATIZATION)
    days = {"version": system.version, "catalogued_on": "2008-01-01", "shared_on": "", "secure_on": ""}
    address = f"{first.location}/certification"
    assert keeper.post(address, {**days, "catalogued_on": "2009-01-01"}).status_code == 422
    assert keeper.post(address, days).location == first.location
    assert keeper.post(address, days).status_code == 409
    end = {"version": 2, "retired_on": "2008-03-01", "retired_reason": MARKUP}
    address = f"{first.location}/retirement"
    assert "下线后不能恢复" in web.text_of(desk.visitor.get(address))
    assert desk.visitor.post(address, {**end, "retired_on": "2006-01-01"}).status_code == 422
    assert desk.visitor.post(address, {**end, "retired_reason": ""}).status_code == 422
    assert desk.visitor.post(address, end).location == first.location
    page = desk.visitor.get(first.location).get_data(as_text=True)
    assert "已下线" in page
    assert "<b>粗体" not in page
    assert desk.visitor.post(address, end).status_code == 409


def test_another_organisation_finds_a_system_but_not_its_project_and_does_not_retire_it(desk):
    address = register(desk, project_id=desk.project.id).location
    stranger = desk.another("li", Role.APPLICANT)
    said = web.text_of(stranger.get(address))
    assert "农情系统" in said
    assert desk.project.code not in said
    end = {"version": 1, "retired_on": "2008-03-01", "retired_reason": "旧"}
    assert stranger.post(f"{address}/retirement", end).status_code == 403
    assert register(desk, stranger, owner_id=desk.owner.id).status_code == 403
    assert stranger.get("/systems/9999").status_code == 404


def test_the_register_is_searched_and_filtered(desk):
    keeper = actor_for(web.account("keeper", Role.INFORMATIZATION, organisation=desk.elsewhere).username)

    def fill(count: int) -> None:
        for number in range(count):
            systems.register(
                owner_id=desk.owner.id,
                fields={"name": f"系统{number}", "launched_on": "2007-01-01" if number % 2 else None},
                actor=keeper,
            )

    def look(rest: str = "") -> tuple[int, str]:
        with web.queries() as seen:
            answer = desk.visitor.get(f"/systems{rest}")
        return len(seen), web.text_of(answer)

    fill(2)
    few, said = look()
    assert "共 2 条" in said
    fill(30)
    assert look()[0] == few <= 6
    assert "共 16 条" in look("?life=serving")[1]
    assert "系统7" in look("?q=系统7")[1]
    assert "没有符合条件的系统" in look("?q=%25")[1]
    assert desk.visitor.get("/systems?format=xlsx").status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "请填写此项"),
        ({"name": "长" * 201}, "200"),
        ({"launched_on": "2009-01-01"}, "上线日期不能晚于今天"),
        ({"launched_on": "昨天"}, "请按 2026-03-02 的样子填写日期"),
    ],
)
def test_what_cannot_be_entered_is_said_at_its_field(desk, fields, said):
    answer = register(desk, **fields)
    assert answer.status_code == 422
    assert said in re.sub(r"\s+", " ", web.text_of(answer))
    assert System.select().count() == 0


def test_every_part_leads_to_what_lies_beside_it(desk):
    page = desk.visitor.get(desk.at(f"dossier/{Part.DESIGN.value}")).get_data(as_text=True)
    for beside in ("duplicates", "documents", "progress"):
        assert f'href="{desk.at(beside)}"' in page
