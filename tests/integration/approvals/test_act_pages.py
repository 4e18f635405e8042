"""The whole way through the pages, each act by the person whose part it is."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
import time_machine
from flask import Flask

from approvals.rules.stages import Outcome, SideState
from approvals.services.decisions import Ruling
from approvals.services.steps import Opinion
from approvals.tables.decision import Appraisal, Condition, Decision
from budget.queries.funds import account
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Actor, Role
from portfolio.rules.dossier import DocumentKind, FundingSource, Part
from portfolio.services import dossier
from portfolio.tables.project import Project
from tests import acceptance, acts, procedure, web
from tests.procedure import MAJOR, ORDINARY, case_of, current, standing


@pytest.fixture
def desk(one_app: Flask, clock: time_machine.Traveller) -> acts.Desk:
    clock.move_to(procedure.IN_2008)
    return acts.Desk(one_app, procedure.with_cast())


def do(desk: acts.Desk, actor: Actor, key: int, act: str, **typed: object) -> str:
    """Send the form of an act; what the next page says."""
    answer = desk.send(actor, key, act, **typed)
    assert answer.status_code == 302, (act, web.text_of(answer))
    return web.text_of(desk.of(actor).get(answer.location))


def up_to_review(desk: acts.Desk, key: int) -> None:
    do(desk, desk.cast.applicant, key, "submit", cover_number="渝农〔2008〕1号")
    do(desk, desk.cast.cio, key, "endorse", opinion="同意上报")
    do(desk, desk.cast.informatization, key, "accept")


def test_a_proposal_goes_from_the_applicant_to_the_leading_group(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    page = web.text_of(desk.open(desk.cast.applicant, key, "submit"))
    assert "由首席信息官在 5 个工作日内办理" in page
    assert "送出后内容锁定" in page
    up_to_review(desk, key)
    for role in AUTHORITIES:
        said = do(desk, desk.cast.of(role), key, "countersign", outcome="approve")
    assert "领导小组成员" in said
    do(desk, desk.cast.member, key, "decide", outcome="approve", minutes="纪要3号")
    assert standing(key) == ("appraisal", "drafting")
    decision = Decision.get(Decision.project == key)
    assert (decision.minutes, decision.amount) == ("纪要3号", Money.from_wan(1000))


def test_what_came_back_is_submitted_again_and_shows_what_changed(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    do(desk, desk.cast.applicant, key, "submit", cover_number="1号")
    do(desk, desk.cast.cio, key, "return", opinion="建设目标不清楚")
    assert standing(key) == ("initiation", "drafting")
    version = Project.get_by_id(key).version
    fields = {"goals": "四十五个部门编目并接入"}
    dossier.save(project_id=key, expected_version=version, fields=fields, actor=desk.cast.applicant)
    do(desk, desk.cast.applicant, key, "submit", cover_number="2号")
    page = desk.of(desk.cast.cio).get(f"/submissions/{current(key).id}")
    body = page.get_data(as_text=True)
    assert "<del>四十个部门编目并接入</del>" in body
    assert "<ins>四十五个部门编目并接入</ins>" in body
    assert "与前一次报送的差异" in body
    assert "与前一次报送的差异 1 处" in web.text_of(desk.open(desk.cast.cio, key, "endorse"))


def test_whoever_signs_sees_that_nothing_was_changed_since_it_came_back(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    do(desk, desk.cast.applicant, key, "submit", cover_number="1号")
    assert "与前一次报送的差异" not in web.text_of(desk.open(desk.cast.cio, key, "endorse"))
    do(desk, desk.cast.cio, key, "return", opinion="建设目标不清楚")
    do(desk, desk.cast.applicant, key, "submit", cover_number="2号")
    assert "与前一次报送的差异 没有改动" in web.text_of(desk.open(desk.cast.cio, key, "endorse"))


def test_an_expert_reads_what_is_attached_but_opens_no_file_of_the_project(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="approved", total_wan=1000, item=ORDINARY)
    procedure.draft_study(desk.cast, key)
    acceptance.put(key, [DocumentKind.COVER_LETTER], desk.cast.applicant)
    up_to_review(desk, key)
    experts = desk.cast.experts[:3]
    asked = [str(one.user_id) for one in experts]
    do(desk, desk.cast.informatization, key, "assign-experts", experts=asked)
    page = desk.open(experts[0], key, "score")
    assert page.status_code == 200
    assert DocumentKind.COVER_LETTER.label in web.text_of(page)
    assert f"/projects/{key}/documents/" not in page.get_data(as_text=True)
    said = desk.of(desk.cast.investment).get(f"/submissions/{current(key).id}").get_data(as_text=True)
    assert f"/projects/{key}/documents/" in said


def test_who_signs_sees_what_is_asked_for(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="countersigning", total_wan=1000, item=MAJOR)
    page = web.text_of(desk.open(desk.cast.finance, key, "countersign"))
    assert "本件内容" in page
    assert "1,000.00万元" in page
    assert Project.get_by_id(key).goals in page


def test_a_study_is_scored_concluded_and_replied_to(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="approved", total_wan=1000, item=ORDINARY)
    procedure.draft_study(desk.cast, key)
    up_to_review(desk, key)
    experts = desk.cast.experts[:3]
    office = desk.cast.informatization
    do(desk, office, key, "assign-experts", experts=[str(one.user_id) for one in experts])
    for expert, points in zip(experts, ("85", "80", "90"), strict=True):
        said = do(desk, expert, key, "score", points=points, text="方案可行")
        assert "我的评分" in said
    page = web.text_of(desk.open(office, key, "conclude"))
    assert "85.0" in page
    do(desk, office, key, "conclude", conclusion="同意通过评审")
    do(desk, desk.cast.investment, key, "decide", outcome="approve", amount="990")
    assert standing(key) == ("estimate", "drafting")
    assert Appraisal.get(Appraisal.project == key).approved_investment == Money.from_wan(990)


def test_a_design_is_fixed_listed_decided_started_changed_and_completed(desk: acts.Desk) -> None:
    cast = desk.cast
    key = procedure.carry(cast, until="appraised", total_wan=1000, item=ORDINARY)
    procedure.draft_design(cast, key)
    up_to_review(desk, key)
    do(desk, cast.investment, key, "fix-estimate")
    plan = do(
        desk, cast.investment, key, "list-in-annual-plan", year="2008", source="municipal", amount="600"
    )
    assert "600.00" in plan
    member = desk.of(cast.member)
    assert "600.00" in web.text_of(member.get("/annual-plan/2008/decision"))
    answer = member.post("/annual-plan/2008/decision", {"number": ""})
    assert answer.location == "/annual-plan/2008"
    book = openpyxl.load_workbook(io.BytesIO(member.get("/annual-plan/2008?format=xlsx").data))
    assert book.sheetnames == ["已审定", "草案", "可以列入的项目", "按资金来源合计"]
    heads, row = book["已审定"].iter_rows(values_only=True)
    assert row[heads.index("年度投资（万元）")] == 600
    assert row[heads.index("效力")] == "有效"
    assert book["按资金来源合计"]["D2"].value == 600
    procedure.allot(cast, key)
    do(desk, cast.applicant, key, "start-construction", cover_number="开工1号")
    assert standing(key) == ("construction", "building")
    unit = desk.of(cast.applicant)
    assert "（第" not in web.text_of(unit.get(f"/submissions/{current(key).id}")), "it is asked for once"
    assert "已批准实施" in web.text_of(unit.get(f"/projects/{key}/dossier/design"))
    nothing = desk.open(cast.investment, key, "decide-change")
    assert nothing.status_code == 422
    assert "没有待办的" in web.text_of(nothing)
    _change(desk, key, reason="设备降价")  # under the rules of 2007 every change is approved before
    do(desk, cast.investment, key, "decide-change", outcome="approve")
    page = web.text_of(desk.of(cast.applicant).get(f"/submissions/{current(key).id}"))
    assert "设备降价" in page
    do(desk, cast.applicant, key, "complete", completed_on="2008-03-03")
    assert standing(key) == ("acceptance", "preliminary")


def _change(desk: acts.Desk, key: int, *, reason: str) -> None:
    page = desk.open(desk.cast.applicant, key, "request-change")
    data = acts.everything(page)
    first, second = "estimate-0-amount", "estimate-1-amount"
    data[first], data[second] = "390", "460"
    data |= {"cover_number": "调整1号", "reason": reason}
    answer = desk.post(desk.cast.applicant, key, "request-change", data)
    assert answer.status_code == 302, web.text_of(answer)


def test_a_small_project_is_reviewed_in_writing(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="approved", total_wan=40, item=ORDINARY)
    procedure.draft_study(desk.cast, key)
    up_to_review(desk, key)
    answer = desk.send(desk.cast.informatization, key, "review", conclusion="可行")
    assert answer.status_code == 422
    assert "请选择结论" in web.text_of(answer)
    do(desk, desk.cast.informatization, key, "review", passed="yes", conclusion="技术方案可行")
    assert standing(key) == ("appraisal", "replying")


def test_a_dissent_goes_to_the_office_and_on_to_the_leading_group(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="countersigning", total_wan=1000, item=ORDINARY)
    answer = desk.send(desk.cast.finance, key, "countersign", outcome="dissent")
    assert answer.status_code == 422  # a dissent says why
    assert "不同意须写明理由" in web.text_of(answer)
    do(desk, desk.cast.finance, key, "countersign", outcome="dissent", opinion="资金不落实")
    procedure.countersign(desk.cast, key, (Role.INVESTMENT, Role.INFORMATIZATION))
    assert "资金不落实" in web.text_of(desk.open(desk.cast.secretary, key, "coordinate"))
    do(desk, desk.cast.secretary, key, "coordinate", opinion="财政局同意分年安排")
    assert standing(key) == ("initiation", "deciding")


def test_conditions_are_attached_by_a_countersigner_and_by_a_decider(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="countersigning", total_wan=1000, item=MAJOR)
    condition = {
        "conditions-0-text": "共享目录先行备案",
        "conditions-0-owner": str(desk.cast.unit.id),
        "conditions-0-due_on": "2008-06-30",
        "conditions-0-gate": "build",
    }
    half = {**condition, "conditions-0-due_on": ""}
    wanted = {"outcome": "approve_with_conditions", "opinion": "同意"}
    more = desk.send(desk.cast.finance, key, "countersign", **wanted, **half, **{"more-rows": "conditions"})
    assert more.status_code == 200  # without scripts a button adds rows, and nothing is judged or signed
    for expected in ('<details class="conditions" open>', "共享目录先行备案", 'name="conditions-3-text"'):
        assert expected in more.get_data(as_text=True)
    answer = desk.send(desk.cast.finance, key, "countersign", **wanted, **half)
    assert answer.status_code == 422
    assert "所附条件没有填写完整" in web.text_of(answer)
    do(desk, desk.cast.finance, key, "countersign", **wanted, **condition)
    procedure.countersign(desk.cast, key, (Role.INVESTMENT, Role.INFORMATIZATION))
    do(desk, desk.cast.member, key, "decide", outcome="approve_with_conditions", **condition)
    assert Condition.get(Condition.project == key).text == "共享目录先行备案"
    page = web.text_of(desk.of(desk.cast.applicant).get(f"/submissions/{current(key).id}"))
    assert "共享目录先行备案" in page


@pytest.mark.parametrize("outcome", ["return_for_revision", "defer", "reject"])
def test_a_negative_decision_says_why(desk: acts.Desk, outcome: str) -> None:
    key = procedure.carry(desk.cast, until="countersigning", total_wan=1000, item=MAJOR)
    procedure.countersign(desk.cast, key)
    typed = {"outcome": outcome, **({"review_on": "2008-09-01"} if outcome == "defer" else {})}
    assert desk.send(desk.cast.member, key, "decide", **typed).status_code == 422
    do(desk, desk.cast.member, key, "decide", reason="与已建系统重复", **typed)
    case = case_of(key)
    assert (case.phase.value, case.side_state) == {
        "return_for_revision": ("drafting", SideState.ACTIVE),
        "defer": ("deciding", SideState.DEFERRED),
        "reject": ("rejected", SideState.ACTIVE),
    }[outcome]


@pytest.mark.parametrize(
    ("link", "chosen"),
    [("approve", "approve"), ("defer", "defer"), ("reject", "reject"), ("return", "return_for_revision")],
)
def test_links_to_one_outcome_open_the_page_of_decisions(desk: acts.Desk, link: str, chosen: str) -> None:
    key = procedure.carry(desk.cast, until="countersigning", total_wan=1000, item=MAJOR)
    procedure.countersign(desk.cast, key)
    answer = desk.open(desk.cast.member, key, link)
    assert answer.location == f"/projects/{key}/acts/decide?outcome={chosen}"
    body = desk.of(desk.cast.member).get(answer.location).get_data(as_text=True)
    assert re.search(rf'<input[^>]*checked[^>]*value="{chosen}"', body)


def test_a_submission_is_taken_back_before_it_is_accepted(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    do(desk, desk.cast.applicant, key, "submit", cover_number="1号")
    assert desk.send(desk.cast.applicant, key, "withdraw").status_code == 422
    do(desk, desk.cast.applicant, key, "withdraw", reason="补充材料")
    assert standing(key) == ("initiation", "drafting")


def test_a_project_goes_back_a_stage(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="appraised", total_wan=1000, item=ORDINARY)
    do(desk, desk.cast.applicant, key, "reopen-appraisal", reason="建设规模扩大")
    assert standing(key) == ("appraisal", "drafting")
    do(desk, desk.cast.investment, key, "reopen-initiation", reason="建设内容改变")
    assert standing(key) == ("initiation", "drafting")


def test_the_approval_of_a_higher_level_is_registered_with_its_scan(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="approved", item=ORDINARY, route="upper_level")
    typed = {"number": "发改高技〔2008〕9号", "amount": "900"}
    answer = desk.send(desk.cast.investment, key, "register-upper-reply", **typed)
    assert "请选择批复扫描件" in web.text_of(answer)
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    do(
        desk,
        desk.cast.investment,
        key,
        "register-upper-reply",
        scan=(io.BytesIO(pdf), "批复.pdf"),
        **typed,
    )
    assert standing(key) == ("estimate", "drafting")


def test_a_study_may_stand_for_the_proposal(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast, total_wan=1000, item=ORDINARY)
    procedure.draft_study(desk.cast, key)
    do(desk, desk.cast.applicant, key, "submit", query="?combined=yes", cover_number="1号")
    assert case_of(key).combined


def test_whoever_signs_sees_what_the_applicant_was_warned_of(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    dossier.set_funding(
        project_id=key,
        part=Part.PROPOSAL,
        rows=[{"source": FundingSource.MUNICIPAL, "year": 2012, "amount": Money.from_wan(1000)}],
        expected_version=Project.get_by_id(key).version,
        actor=desk.cast.applicant,
    )
    procedure.submit(desk.cast, key)
    page = web.text_of(desk.open(desk.cast.cio, key, "endorse"))
    assert "可以通过，1 项提醒" in page
    assert "部分资金年度在规划期外" in page
    assert "已填写建设必要性" not in page, "the whole list stands with the whole submission"
    reader = desk.of(desk.cast.cio)
    reader.post("/language/en")
    said = web.text_of(reader.get(f"/projects/{key}/acts/endorse"))
    assert "部分资金年度在规划期外" not in said, "what was frozen is told in the reader's language"
    assert "2012年" not in said


def test_the_sheet_carries_every_opinion(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="countersigning", total_wan=1000, item=MAJOR)
    procedure.countersign(desk.cast, key, opinion=Opinion(Outcome.APPROVE, "同意，请按规划推进。"))
    procedure.decide(desk.cast, key, Ruling(Outcome.APPROVE, number="渝信组〔2008〕7号"))
    page = web.text_of(desk.of(desk.cast.auditor).get(f"/submissions/{current(key).id}/sheet"))
    assert "政务信息化项目会签单" in page
    assert "壹仟万元整" in page
    assert "渝信组〔2008〕7号" in page
    assert page.count("会签") >= 1 + len(AUTHORITIES)
    assert page.count("同意 ，请按规划推进。") == len(AUTHORITIES), "it does not repeat the outcome"


def test_money_is_followed_to_the_cap(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="appraised", total_wan=1000, item=ORDINARY)
    procedure.draft_design(desk.cast, key)
    procedure.to_countersign(desk.cast, key)
    page = web.text_of(desk.open(desk.cast.investment, key, "fix-estimate"))
    assert page.count("1,000.00") >= 2  # what is asked for, and what was approved
    do(desk, desk.cast.investment, key, "fix-estimate", number="渝发改〔2008〕5号")
    assert account(key).cap == Money.from_wan(1000)
