"""The dossier in pages: begun, filled in by sections, saved as it is typed, and read where it is shut."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from flask import Flask

from portfolio.foundation import rulebook
from portfolio.foundation.access import Organisation, actor_for
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.queries.dossier import dossier
from portfolio.rules.dossier import Part
from portfolio.services import dossier as services
from portfolio.services.plan import load_plan
from portfolio.tables.dossier import EstimateLine, Milestone
from portfolio.tables.plan import Indicator, PlanItem
from portfolio.tables.project import Project
from tests import factories, web
from tests.cast import small_plan

SCRIPT = {"headers": {"Origin": "http://localhost", "Accept": "application/json"}}
MARKUP = "<script>alert(1)</script><b>粗体</b>"
RARE = "𠮷野家㐀🌉"


@dataclass
class Desk:
    """A project of 市农业局, its applicant at a browser, and somebody from elsewhere."""

    app: Flask
    owner: Organisation
    elsewhere: Organisation
    project: Project
    applicant: Actor
    visitor: web.Visitor

    @property
    def version(self) -> int:
        """The project's version as it is stored."""
        return int(Project.get_by_id(self.project.id).version)

    def at(self, rest: str) -> str:
        """An address below the project's."""
        return f"/projects/{self.project.id}/{rest}"

    def send(self, section: str, fields: dict[str, object], part: str = "proposal", **options):
        """Send a section, as seen in the version stored now."""
        fields = {"version": self.version, **fields}
        return self.visitor.post(self.at(f"dossier/{part}/{section}"), fields, **options)

    def another(self, username: str, *roles: Role, organisation: Organisation | None = None) -> web.Visitor:
        """Somebody else at a browser."""
        web.account(username, *roles, organisation=organisation or self.elsewhere)
        return web.visit(self.app, username)


@pytest.fixture
def desk(one_app: Flask, clock: object) -> Desk:
    clock.move_to("2008-03-03T10:00:00+08:00")
    rulebook.load()
    load_plan(document=small_plan(), actor=None)
    owner = factories.organisation("CQ-NYJ", name="重庆市农业局", short_name="市农业局")
    elsewhere = factories.organisation("CQ-CZJ", name="重庆市财政局", short_name="市财政局")
    web.account("zhang", Role.APPLICANT, organisation=owner)
    applicant = actor_for("zhang")
    project = services.create(owner_id=owner.id, fields={"name": "农业信息平台"}, actor=applicant)
    return Desk(one_app, owner, elsewhere, project, applicant, web.visit(one_app, "zhang"))


def estimate(*rows: tuple[str, str, str]) -> dict[str, object]:
    names = ("category", "item", "amount")
    return {
        f"estimate-{number}-{name}": value
        for number, row in enumerate(rows)
        for name, value in zip(names, row, strict=True)
    }


SECTIONS = [
    *(("proposal", code) for code in ("basics", "text", "estimate", "funding", "indicators", "targets")),
    *(("feasibility", code) for code in ("text", "alternatives", "resources", "participants", "milestones")),
    *(("design", code) for code in ("basics", "text", "estimate", "funding", "participants", "milestones")),
]

# --- a new project ------------------------------------------------------------------------------------------


def begin(desk: Desk, **fields: object):
    return desk.visitor.post(
        "/projects/new", {"name": "新平台", "track": "government", "route": "ordinary", **fields}
    )


def test_an_applicant_begins_a_project_from_an_item_of_the_plan(desk):
    item = PlanItem.select().first()
    page = desk.visitor.get(f"/projects/new?item={item.code}").get_data(as_text=True)
    assert re.search(rf'<option data-box="[^"]+" selected value="{item.id}">', page)
    answer = begin(desk, plan_item_id=item.id)
    begun = Project.get(name="新平台")
    assert answer.status_code == 302
    assert answer.location == f"/projects/{begun.id}/dossier/proposal/basics"
    assert (begun.plan_item_id, begun.owner_id) == (item.id, desk.owner.id)


def test_a_form_sent_twice_begins_one_project(desk):
    first, second = begin(desk), begin(desk)
    assert first.location == second.location
    assert Project.select().where(Project.name == "新平台").count() == 1


def test_the_authority_registers_a_filed_project_for_its_owner(desk):
    visitor = desk.another("keeper", Role.INFORMATIZATION)
    fields = {"name": "海关平台", "track": "filing", "route": "ordinary", "owner_id": desk.owner.id}
    assert visitor.post("/projects/new", fields).status_code == 302
    assert Project.get(name="海关平台").owner_id == desk.owner.id
    assert visitor.post("/projects/new", {**fields, "track": "government"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "请填写此项"),
        ({"name": "长" * 201}, "200"),
        ({"plan_item_id": "99999"}, "没有这个规划项目"),
        ({"plan_item_id": "x"}, "请从列表中选择"),
        ({"track": "gift"}, "请从列表中选择"),
    ],
)
def test_what_cannot_begin_is_said_at_its_field(desk, fields, said):
    answer = begin(desk, **fields)
    assert answer.status_code == 422
    assert said in web.text_of(answer)
    assert Project.select().count() == 1


# --- the sections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", list(Part))
def test_a_part_shows_what_it_lacks_and_why(desk, part):
    said = web.text_of(desk.visitor.get(desk.at(f"dossier/{part.value}")))
    assert "未挂接规划项目" in said
    assert "尚缺" in said
    assert "依据" in said


OFFERS_MORE = {"basics": 15, "participants": 14, "resources": 14}
"""Queries of the sections that have much to choose from; the others cost 13 at most."""


@pytest.mark.parametrize(("part", "section"), SECTIONS)
def test_every_section_opens(desk, part, section):
    with web.queries() as seen:
        answer = desk.visitor.get(desk.at(f"dossier/{part}/{section}"))
    assert answer.status_code == 200
    assert "保存草稿" in web.text_of(answer)
    assert len(seen) <= OFFERS_MORE.get(section, 13), "the reader, the tables of the checklist, the rules"
    assert web.writes(seen) == []


def test_queries_do_not_grow_with_the_rows(desk):
    def count() -> int:
        with web.queries() as seen:
            desk.visitor.get(desk.at("dossier/proposal/estimate"))
        return len(seen)

    few = count()
    rows = factories.estimate_rows(Money.from_wan(1000)) * 20
    services.set_estimate(
        project_id=desk.project.id,
        part=Part.PROPOSAL,
        rows=rows,
        expected_version=desk.version,
        actor=desk.applicant,
    )
    assert count() == few


@pytest.mark.parametrize("address", ["dossier/dream", "dossier/proposal/dream", "dossier/design/targets"])
def test_there_are_no_other_parts_and_sections(desk, address):
    assert desk.visitor.get(desk.at(address)).status_code == 404


def test_basics_are_saved_and_the_next_section_opens(desk):
    item = PlanItem.select().first()
    answer = desk.send(
        "basics",
        {
            "name": RARE,
            "route": "ordinary",
            "plan_item_id": item.id,
            "delivery_mode": "self_build",
            "planned_start": "2008-06-01",
            "planned_finish": "2009-06-01",
            "public_benefit": "y",
            "then": "next",
        },
    )
    assert answer.location == desk.at("dossier/proposal/text")
    saved = Project.get_by_id(desk.project.id)
    assert (saved.name, saved.plan_item_id, saved.public_benefit, saved.city_wide) == (
        RARE,
        item.id,
        True,
        False,
    )
    said = web.text_of(desk.visitor.get(desk.at("dossier/proposal/basics")))
    assert "已填写建设模式" in said
    assert RARE in said


def test_only_what_may_stay_empty_is_called_optional(desk):
    """A field that the checklist asks for is not; a draft is saved without it all the same."""
    page = desk.visitor.get(desk.at("dossier/proposal/basics")).text
    optional = set(re.findall(r">([^<>]+) <span class=\"optional\">", page))
    assert optional == {"增补理由", "重大工程", "经济区", "重点领域", "产业集聚区"}
    page = desk.visitor.get(desk.at("dossier/proposal/text")).text
    assert "（选填）" not in page
    assert desk.send("text", {"need": "现状落后"}).status_code == 302


def test_signs_that_a_copy_brings_along_and_nobody_sees_are_left_out(desk):
    """Word's line break within a paragraph is one; what remains of a PDF's layout is nothing."""
    assert desk.send("text", {"need": "一、现状\v二、\x02问\x1f题\x7f"}).status_code == 302
    assert dossier(project_id=desk.project.id, part=Part.PROPOSAL).need == "一、现状\n二、问题"
    assert desk.send("basics", {"name": "农业\v平台\x1b"}).status_code == 302
    assert Project.get_by_id(desk.project.id).name == "农业 平台"


def test_markup_is_text(desk):
    desk.send("text", {"need": MARKUP, "content": MARKUP, "goals": "", "relation_to_existing": ""})
    desk.send("basics", {"name": MARKUP, "route": "ordinary"})
    page = desk.visitor.get(desk.at("dossier/proposal/text")).get_data(as_text=True)
    assert "<b>粗体</b>" not in page
    assert "&lt;b&gt;粗体" in page


def test_finishing_before_starting_is_said_at_the_field(desk):
    answer = desk.send(
        "basics", {"name": "平台", "planned_start": "2009-06-01", "planned_finish": "2008-06-01"}
    )
    assert answer.status_code == 422
    assert 'id="planned_finish-error"' in answer.get_data(as_text=True)
    assert desk.version == 1


def test_an_estimate_is_saved_without_its_empty_rows(desk):
    rows = estimate(("hardware", "服务器", "1,200.5"), ("", "", ""), ("application_software", "开发", "300"))
    assert desk.send("estimate", rows).status_code == 302
    lines = list(EstimateLine.select().order_by(EstimateLine.position))
    assert [(line.item, line.amount) for line in lines] == [
        ("服务器", Money.from_wan("1200.5")),
        ("开发", Money.from_wan("300")),
    ]


def test_a_malformed_cell_is_marked_in_its_row_and_nothing_changes(desk):
    rows = estimate(("hardware", "服务器", "1"), ("", "", ""), ("", "无类别", "12x"), ("hardware", "", "5"))
    answer = desk.send("estimate", rows)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "“12x”不是金额" in page
    assert 'value="12x"' in page
    assert "表中有1格需要更正" in page
    assert EstimateLine.select().count() == 0


def test_what_the_service_refuses_is_marked_in_the_row_it_was_typed_in(desk):
    rows = estimate(("hardware", "服务器", "1"), ("", "", ""), ("", "无类别", "-2"), ("hardware", "", "5"))
    answer = desk.send("estimate", rows)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(r'name="estimate-2-category".*?必填', page, re.DOTALL)
    assert re.search(r'name="estimate-2-amount".*?金额须大于零', page, re.DOTALL)
    assert re.search(r'name="estimate-3-item".*?必填', page, re.DOTALL)
    assert "表中有3格需要更正" in page


def test_funding_is_held_against_the_estimate(desk):
    desk.send("estimate", estimate(("hardware", "服务器", "10")))
    row = {"funding-0-source": "municipal", "funding-0-year": "2008", "funding-0-amount": "9"}
    desk.send("funding", row)
    said = web.text_of(desk.visitor.get(desk.at("dossier/proposal/funding")))
    assert "资金来源合计与投资合计不等" in said
    twice = {**row, "funding-1-source": "municipal", "funding-1-year": "2008", "funding-1-amount": "1"}
    answer = desk.send("funding", twice)
    assert answer.status_code == 422
    assert "与第1行重复" in web.text_of(answer)


def fill_the_other_tables(desk: Desk) -> None:
    indicator = Indicator.select().first()
    desk.send("indicators", {"indicators-0-indicator_id": indicator.id, "indicators-0-contribution": "2.5"})
    desk.send(
        "targets",
        {
            "targets-0-aspect": "quantity",
            "targets-0-name": "接入乡镇",
            "targets-0-better": "higher",
            "targets-0-target": "800",
            "targets-1-better": "higher",
        },
    )
    desk.send(
        "alternatives",
        {
            "alternatives-0-name": "自建",
            "alternatives-0-chosen": "yes",
            "alternatives-0-build_amount": "100",
            **{f"alternatives-0-upkeep_{year}": "8" for year in range(1, 5)},
            "alternatives-1-name": "租用",
            "alternatives-1-build_amount": "60",
        },
        "feasibility",
    )
    desk.send(
        "resources",
        {
            "resources-0-name": "农户信息",
            "resources-0-source_id": desk.owner.id,
            "resources-0-sharing": "unconditional",
        },
        "feasibility",
    )
    desk.send(
        "participants",
        {"participants-0-organisation_id": desk.elsewhere.id, "participants-0-part": "participant"},
        "feasibility",
    )
    desk.send(
        "milestones",
        {
            "milestones-0-name": "上线",
            "milestones-0-planned_on": "2008年9月1日",
            "milestones-0-weight": "100",
        },
        "design",
    )


def test_the_other_tables_are_saved_too(desk):
    fill_the_other_tables(desk)
    held = dossier(desk.project.id, Part.FEASIBILITY)
    assert [(one.name, one.target) for one in held.targets] == [("接入乡镇", 800)]
    assert str(held.indicators[0].contribution) == "2.5"
    assert [(one.chosen, len(one.upkeep)) for one in held.alternatives] == [(True, 4), (False, 0)]
    assert [one.source for one in held.resources] == ["重庆市农业局"]
    assert [one.code for one in held.participants] == ["CQ-CZJ"]
    assert Milestone.get().planned_on.isoformat() == "2008-09-01"
    for part, section in SECTIONS:
        assert desk.visitor.get(desk.at(f"dossier/{part}/{section}")).status_code == 200
    page = desk.visitor.get(desk.at("dossier/feasibility/alternatives")).get_data(as_text=True)
    assert 'name="alternatives-0-upkeep_1" type="text" value="8.00"' in page
    page = desk.visitor.get(desk.at("dossier/proposal/indicators")).get_data(as_text=True)
    assert 'value="2.5"' in page, "a figure is shown as it was typed"


def test_a_part_begins_with_the_estimate_of_the_part_before(desk):
    assert "还没有投资明细" in web.text_of(desk.visitor.get(desk.at("dossier/feasibility/copy")))
    desk.send("estimate", estimate(("hardware", "服务器", "10")))
    assert "从前一阶段复制" in web.text_of(desk.visitor.get(desk.at("dossier/feasibility/estimate")))
    assert "会被替换" in web.text_of(desk.visitor.get(desk.at("dossier/feasibility/copy")))
    answer = desk.visitor.post(
        desk.at("dossier/feasibility/copy"), {"version": desk.version, "source": "proposal"}
    )
    assert answer.location == desk.at("dossier/feasibility/estimate")
    assert dossier(desk.project.id, Part.FEASIBILITY).estimate_total == Money.from_wan("10")


# --- drafts that save themselves, and two people at once ----------------------------------------------------


def test_a_draft_saves_itself_and_says_when(desk):
    answer = desk.send("text", {"need": "现状落后"}, **SCRIPT)
    assert answer.status_code == 200
    body = json.loads(answer.get_data(as_text=True))
    assert body["said"].startswith("已自动保存")
    assert body["version"] == desk.version == 2
    assert Project.get_by_id(desk.project.id).need == "现状落后"
    assert "上次保存：2008年3月3日" in web.text_of(
        desk.visitor.get(desk.at("dossier/proposal/text"))
    ).replace(" ", "")


def test_a_draft_that_cannot_be_saved_says_so_in_a_line(desk):
    answer = desk.send("estimate", estimate(("hardware", "服务器", "12x")), **SCRIPT)
    assert answer.status_code == 422
    assert answer.json == {"what": "有内容需要更正，尚未保存"}
    stale = desk.visitor.post(desk.at("dossier/proposal/text"), {"version": 7, "need": "x"}, **SCRIPT)
    assert stale.status_code == 409
    assert "更新" in stale.json["what"]


@pytest.mark.parametrize("version", ["0", "7", "", "x", "9" * 30])
def test_a_stale_page_keeps_what_was_typed_and_can_be_saved_once_more(desk, version):
    desk.send("text", {"need": "别人写的"})
    answer = desk.visitor.post(desk.at("dossier/proposal/text"), {"version": version, "need": "我写的"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "我写的" in page
    assert "您填写的内容都保留在下面" in page
    assert Project.get_by_id(desk.project.id).need == "别人写的"
    (offered,) = re.findall(r'name="version" type="hidden" value="(\d+)"', page)
    again = desk.visitor.post(desk.at("dossier/proposal/text"), {"version": offered, "need": "我写的"})
    assert again.status_code == 302
    assert Project.get_by_id(desk.project.id).need == "我写的"


def test_what_is_sent_without_a_session_comes_back_to_be_sent_again(desk):
    rows = estimate(("hardware", "服务器", "1,200.5"))
    desk.visitor.client.delete_cookie("session")
    answer = desk.send("estimate", rows)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert 'name="estimate-0-amount" value="1,200.5"' in page
    assert EstimateLine.select().count() == 0
