"""Duplicates found among the projects and systems of every organisation, and answered one by one."""

from datetime import date

import pytest

from portfolio.foundation.db import IntegrityError
from portfolio.foundation.errors import Forbidden, Invalid, NotFound
from portfolio.queries.duplicates import similar
from portfolio.queries.plan import item_in_force
from portfolio.rules.dossier import DuplicateReply
from portfolio.rules.dossier.duplicates import duplicates_finding
from portfolio.services import dossier as services
from portfolio.services import systems
from portfolio.services.plan import load_plan, shipped_plan
from portfolio.tables.project import DuplicateAnswer
from tests.integration.portfolio.conftest import acts, everything

CONTENT = "建设市级政务信息资源目录管理平台和数据交换平台，编制首批四十个部门的信息资源目录"


def other(desk, name, **fields):
    """A project of another organisation."""
    return services.create(owner_id=desk.elsewhere.id, fields={"name": name, **fields}, actor=desk.stranger)


def found(desk):
    return {match.thing.name: [str(reason) for reason in match.reasons] for match in similar(desk.project.id)}


def answer(desk, **values):
    project = services.answer_duplicate(
        **{
            "project_id": desk.project.id,
            "kind": "project",
            "text": "范围不同",
            "actor": desk.applicant,
            **values,
        }
    )
    assert isinstance(project, DuplicateAnswer)


def test_a_project_alone_resembles_nothing(desk):
    other(desk, "环境监测网络", content="扩建区县无线电监测站，补充测向设备和移动监测车辆")
    assert similar(desk.project.id) == []


def test_each_likeness_is_found_wherever_it_is(desk):
    load_plan(document=shipped_plan(), actor=None)
    item = item_in_force("B1-G1-02", date(2007, 1, 1)).id
    services.save(**desk.written, fields={"content": CONTENT, "plan_item_id": item})
    data = {"name": "法人基础信息", "source_id": desk.owner.id, "sharing": "unconditional"}
    services.set_resources(rows=[data, {**data, "name": "人口信息"}], **desk.written)

    other(desk, "重庆市目录体系建设项目（二期）")
    other(desk, "甲乙丙丁", plan_item_id=item)
    other(desk, "戊己庚辛", content=f"本期{CONTENT}。")
    sharing = other(desk, "企业信用")
    services.set_resources(
        project_id=sharing.id,
        rows=[data, {**data, "name": "信用信息"}],
        expected_version=1,
        actor=desk.stranger,
    )
    fields = {"name": "目录体系", "preexisting": True}
    systems.register(owner_id=desk.elsewhere.id, fields=fields, actor=desk.stranger)
    other(desk, "毫不相干")

    assert found(desk) == {
        "重庆市目录体系建设项目（二期）": ["名称相似100%"],
        "甲乙丙丁": ["同属规划项目B1-G1-02"],
        "戊己庚辛": ["建设内容相似96%"],
        "企业信用": ["信息资源重叠：法人基础信息"],
        "目录体系": ["名称相似100%"],
    }
    [system] = [match.thing for match in similar(desk.project.id) if match.thing.kind == "system"]
    assert (system.code, system.owner_name) == ("XT2026-0001", "市财政局")


@pytest.mark.parametrize("length", [20, 39, 200, 999, 1000, 1001, 3000])
def test_like_contents_are_found_at_any_length(desk, length):
    text = "".join(chr(0x4E00 + number * 7 % 3000) for number in range(length))
    services.save(**desk.written, fields={"content": text})
    other(desk, "甲乙丙丁", content=text[: max(20, length * 3 // 4)])
    other(desk, "戊己庚辛", content="无关" * 10)
    assert list(found(desk)) == ["甲乙丙丁"]


def test_contents_too_different_in_length_are_not_even_fetched(desk, monkeypatch):
    services.save(**desk.written, fields={"content": CONTENT})
    other(desk, "甲乙丙丁", content=CONTENT * 20)
    other(desk, "戊己庚辛", content=CONTENT + "等")
    seen = {}

    def record(_subject, others):
        seen.update({thing.name: thing.content for thing in others})
        return []

    monkeypatch.setattr("portfolio.queries.duplicates.matches", record)
    similar(desk.project.id)
    assert seen == {"甲乙丙丁": "", "戊己庚辛": CONTENT + "等"}


def test_a_system_that_the_project_itself_makes_and_one_retired_are_no_duplicates(desk):
    register = {"owner_id": desk.owner.id, "actor": desk.applicant}
    systems.register(fields={"name": "目录体系"}, project_id=desk.project.id, **register)
    old = systems.register(fields={"name": "目录体系旧版", "preexisting": True}, **register)
    assert list(found(desk)) == ["目录体系旧版"]
    fields = {"retired_on": "2026-03-01", "retired_reason": "由新系统取代"}
    systems.retire(system_id=old.id, fields=fields, expected_version=1, actor=desk.applicant)
    assert found(desk) == {}


def test_the_search_takes_five_queries_whatever_it_finds(desk, statements):
    counts = []
    for number in range(4):
        statements.clear()
        assert len(similar(desk.project.id)) == number
        counts.append(len(statements))
        other(desk, f"目录体系（{'一二三四'[number]}期）")
    assert counts == [5, 5, 5, 5]


def test_an_unknown_project_is_not_found(desk):
    with pytest.raises(NotFound):
        similar(999_999)


# --- answers ------------------------------------------------------------------------------------------------


def test_every_likeness_is_answered_and_the_last_answer_holds(desk):
    project = other(desk, "目录体系（二期）")
    system = systems.register(owner_id=desk.elsewhere.id, fields={"name": "目录体系"}, actor=desk.stranger)
    assert duplicates_finding(similar(desk.project.id)).blocks

    answer(desk, matched_id=project.id, reply=DuplicateReply.MERGE, text="并入一期")
    assert duplicates_finding(similar(desk.project.id)).blocks
    answer(desk, matched_id=system.id, kind="system", reply="reuse", text="复用其目录")
    answer(desk, matched_id=project.id, reply="differs", text="对象不同")

    assert {(match.thing.kind, match.reply, match.answer) for match in similar(desk.project.id)} == {
        ("project", DuplicateReply.DIFFERS, "对象不同"),
        ("system", DuplicateReply.REUSE, "复用其目录"),
    }
    assert duplicates_finding(similar(desk.project.id)).passed
    assert DuplicateAnswer.select().count() == 3
    assert acts(desk.project)[-3:] == ["dossier.answer_duplicate"] * 3


def test_the_other_side_has_its_own_answer_to_give(desk):
    project = other(desk, "目录体系（二期）")
    answer(desk, matched_id=project.id, reply="differs")
    [theirs] = similar(project.id)
    assert (theirs.thing.code, theirs.reply) == ("XM2026-0001", None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reply": "ignore"}, "reply"),
        ({"reply": "differs", "text": "  "}, "text"),
        ({"reply": "differs", "kind": "rumour"}, "kind"),
    ],
)
def test_a_malformed_answer_is_refused(desk, values, field):
    project = other(desk, "目录体系（二期）")
    before = everything()
    with pytest.raises(Invalid) as refusal:
        answer(desk, matched_id=project.id, **values)
    assert list(refusal.value.fields) == [field]
    assert everything() == before


def test_only_what_was_found_is_answered_and_only_by_the_applicant(desk):
    project, unlike = other(desk, "目录体系（二期）"), other(desk, "毫不相干")
    before = everything()
    for matched in (unlike.id, desk.project.id, 999_999):
        with pytest.raises(NotFound, match="不在相似项目和系统之列"):
            answer(desk, matched_id=matched, reply="differs")
    with pytest.raises(NotFound):
        answer(desk, matched_id=project.id, kind="system", reply="differs")
    with pytest.raises(Forbidden):
        answer(desk, matched_id=project.id, reply="differs", actor=desk.stranger)
    with pytest.raises(NotFound):
        answer(desk, project_id=999_999, matched_id=project.id, reply="differs")
    assert everything() == before


def test_no_answer_is_ever_overwritten(desk):
    project = other(desk, "目录体系（二期）")
    answer(desk, matched_id=project.id, reply="differs")
    for forbidden in (DuplicateAnswer.update(text="改"), DuplicateAnswer.delete()):
        with pytest.raises(IntegrityError):
            forbidden.execute()
