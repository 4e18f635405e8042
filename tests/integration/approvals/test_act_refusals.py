"""What the pages of acts refuse, and in which words; a click too many; and what nobody else may see."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from approvals.rules.stages import StepKind
from approvals.tables.decision import Decision
from approvals.tables.submission import ExpertScore, Step, Submission
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from tests import acts, factories, procedure, web
from tests.cast import unit_people
from tests.procedure import MAJOR, ORDINARY, current, standing, version


@pytest.fixture
def desk(one_app: Flask, clock: time_machine.Traveller) -> acts.Desk:
    clock.move_to(procedure.IN_2008)
    return acts.Desk(one_app, procedure.with_cast())


def another_unit() -> dict[str, object]:
    return unit_people(factories.organisation("CQ-LYJ", name="重庆市旅游局"), prefix="lvj_")


# --- the two sentences of the house -------------------------------------------------------------------------


def test_what_the_plan_does_not_hold_is_not_submitted(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast, item=None, name="办公楼机房改造")
    page = desk.open(desk.cast.applicant, key, "submit")
    said = web.text_of(page)
    assert page.status_code == 200
    for words in ("1 项不通过", "[R01]", "先规划后立项", "请选择所依据的规划项目", "现在不能办理"):
        assert words in said, words
    assert 'name="cover_number"' not in page.get_data(as_text=True)
    typed = {"cover_number": "1号", "version": str(version(key))}
    answer = desk.post(desk.cast.applicant, key, "submit", typed)
    said = web.text_of(answer)
    assert answer.status_code == 422
    for words in ("[R01]", "先规划后立项", "请选择所依据的规划项目"):
        assert words in said, words
    assert standing(key) == ("initiation", "drafting")
    assert Submission.select().count() == 0


def test_nothing_is_built_that_was_not_appraised(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="approved", total_wan=1000, item=ORDINARY)
    page = desk.open(desk.cast.applicant, key, "start-construction")
    said = web.text_of(page)
    assert page.status_code == 200
    for words in (
        "还不能开工",
        "未通过评估，不得开工建设",
        "[R02]",
        "先评估后建设",
        "请先完成评估",
        "开工关口",
    ):
        assert words in said, words
    typed = {"cover_number": "1号", "version": str(version(key))}
    answer = desk.post(desk.cast.applicant, key, "start-construction", typed)
    assert answer.status_code == 422
    assert "请先完成评估" in web.text_of(answer)
    assert standing(key) == ("appraisal", "drafting")


# --- who, when, which ---------------------------------------------------------------------------------------


def test_an_act_at_the_wrong_time_says_where_the_project_stands(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    answer = desk.open(desk.cast.cio, key, "endorse")
    assert answer.status_code == 422
    assert "项目现处“立项·编报”，不能办理“本单位审签”" in web.text_of(answer)


def test_an_authority_whose_part_it_is_not_gets_no_form(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    procedure.submit(desk.cast, key)
    procedure.endorse(desk.cast, key)
    for actor in (desk.cast.finance, desk.cast.investment):
        answer = desk.open(actor, key, "accept")
        assert answer.status_code == 403
        assert "须由信息化主管部门办理" in web.text_of(answer)
        typed = {"submission": str(current(key).id), "version": "1"}
        assert desk.post(actor, key, "accept", typed).status_code == 403
    assert standing(key) == ("initiation", "accepting")


def test_another_unit_does_not_learn_that_the_project_exists(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="countersigning")
    stranger = another_unit()
    for role, pages in {
        "applicant": ("submit", "withdraw", "start-construction", "request-change", "complete"),
        "cio": ("endorse", "return"),
    }.items():
        for act in pages:
            assert desk.open(stranger[role], key, act).status_code == 404
            assert desk.post(stranger[role], key, act, {"version": "1"}).status_code == 404
    for address in (f"/submissions/{current(key).id}", f"/submissions/{current(key).id}/sheet"):
        answer = desk.of(stranger["applicant"]).get(address)
        assert answer.status_code == 404
        assert "政务信息资源" not in web.text_of(answer)


def test_the_submission_of_another_project_cannot_be_slipped_in(desk: acts.Desk) -> None:
    mine = procedure.carry(desk.cast, until="countersigning", name="一号项目")
    other = procedure.carry(desk.cast, until="countersigning", name="二号工程")
    typed = {
        "submission": str(current(other).id),
        "version": str(version(mine)),
        "outcome": "approve",
    }
    assert desk.post(desk.cast.finance, mine, "countersign", typed).status_code == 404
    signed = Step.select().where(Step.kind == StepKind.COUNTERSIGN, Step.actor.is_null(False))
    assert signed.count() == 0


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "1'--"])
def test_a_forged_version_is_refused_at_the_edge(desk: acts.Desk, value: str) -> None:
    key = procedure.draft(desk.cast)
    answer = desk.post(desk.cast.applicant, key, "submit", {"cover_number": "1号", "version": value})
    assert answer.status_code in {409, 422}
    assert standing(key) == ("initiation", "drafting")


# --- once ---------------------------------------------------------------------------------------------------


def test_a_second_click_has_the_same_effect_as_the_first(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    for actor, act, typed in (
        (desk.cast.applicant, "submit", {"cover_number": "1号"}),
        (desk.cast.cio, "endorse", {"opinion": "同意"}),
        (desk.cast.informatization, "accept", {"opinion": "齐全"}),
        (desk.cast.finance, "countersign", {"outcome": "approve"}),
        (desk.cast.investment, "countersign", {"outcome": "approve"}),
        (desk.cast.informatization, "countersign", {"outcome": "approve"}),
        (desk.cast.member, "decide", {"outcome": "approve"}),
    ):
        form = {**acts.seen(desk.open(actor, key, act)), **typed}
        first = desk.post(actor, key, act, form)
        stands, number = standing(key), version(key)
        second = desk.post(actor, key, act, form)
        assert (first.status_code, second.status_code) == (302, 302), (act, web.text_of(second))
        assert (standing(key), version(key)) == (stands, number)
    assert Decision.select().where(Decision.project == key).count() == 1
    assert Submission.select().where(Submission.project == key).count() == 1


def test_a_stale_page_changes_nothing_and_keeps_what_was_typed(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="countersigning", item=MAJOR)
    procedure.countersign(desk.cast, key)
    form = acts.seen(desk.open(desk.cast.member, key, "decide"))
    typed = {
        **form,
        "outcome": "reject",
        "reason": "与已建系统重复",
        "version": str(int(form["version"]) - 1),
    }
    answer = desk.post(desk.cast.member, key, "decide", typed)
    assert answer.status_code == 409
    assert "您看到的是旧版本" in web.text_of(answer)
    assert "与已建系统重复" in answer.get_data(as_text=True)
    assert standing(key) == ("initiation", "deciding")


def test_somebody_elses_act_in_between_is_said(desk: acts.Desk) -> None:
    key = procedure.draft(desk.cast)
    colleague = procedure.colleague_of(desk.cast.applicant)
    form = {**acts.seen(desk.open(desk.cast.applicant, key, "submit")), "cover_number": "1号"}
    assert desk.send(colleague, key, "submit", cover_number="2号").status_code == 302
    assert desk.post(desk.cast.applicant, key, "submit", form).status_code == 409
    assert Submission.get(Submission.project == key).cover_number == "2号"


# --- experts ------------------------------------------------------------------------------------------------


def test_experts_see_what_was_assigned_to_them_and_nobody_elses_score(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="approved", total_wan=1000, item=ORDINARY)
    procedure.draft_study(desk.cast, key)
    procedure.to_countersign(desk.cast, key)
    first, second, third, fourth = desk.cast.experts
    asked = [str(one.user_id) for one in (first, second, third)]
    assert desk.send(desk.cast.informatization, key, "assign-experts", experts=asked).status_code == 302
    assert desk.send(first, key, "score", points="41", text="独家见解").status_code == 302
    page = web.text_of(desk.open(second, key, "score"))
    assert "政务信息资源目录体系" in page
    assert "独家见解" not in page
    assert "41" not in page
    assert desk.open(fourth, key, "score").status_code == 404
    assert desk.of(second).get(f"/submissions/{current(key).id}").status_code == 403
    again = desk.post(first, key, "score", {"points": "41", "text": "独家见解"})
    changed = desk.post(first, key, "score", {"points": "90", "text": "改了主意"})
    assert (again.status_code, changed.status_code) == (302, 409)
    assert "评分不能更改" in web.text_of(changed)
    assert desk.send(second, key, "score", points="101", text="过高").status_code == 422
    assert [row.score for row in ExpertScore.select()] == [41]


def test_the_applicant_sees_no_scores(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="approved", total_wan=1000, item=ORDINARY)
    procedure.draft_study(desk.cast, key)
    procedure.to_countersign(desk.cast, key)
    procedure.appraise(desk.cast, key, (81, 82, 83))
    address = f"/submissions/{current(key).id}"
    theirs = web.text_of(desk.of(desk.cast.applicant).get(address))
    assert "专家评分" not in theirs
    assert "方案总体可行" not in theirs
    assert "方案总体可行" in web.text_of(desk.of(desk.cast.investment).get(address))


def test_an_expert_of_a_party_cannot_be_chosen(desk: acts.Desk) -> None:
    key = procedure.carry(desk.cast, until="approved", total_wan=1000, item=ORDINARY)
    procedure.draft_study(desk.cast, key)
    procedure.to_countersign(desk.cast, key)
    tied = factories.actor("tied", Role.EXPERT, organisation=desk.cast.unit)
    page = desk.open(desk.cast.informatization, key, "assign-experts").get_data(as_text=True)
    assert f'value="{tied.user_id}" id="expert-{tied.user_id}" disabled' in page
    answer = desk.send(desk.cast.informatization, key, "assign-experts", experts=[str(tied.user_id)])
    assert answer.status_code == 422
    assert "应当回避" in web.text_of(answer)


# --- odd content, and counting ------------------------------------------------------------------------------


def test_markup_and_rare_characters_are_shown_as_text(desk: acts.Desk) -> None:
    name = "<script>alert(1)</script>𠮷😀" + "长" * 150
    key = procedure.draft(desk.cast, name=name, need="<b>加粗</b>")
    assert desk.send(desk.cast.applicant, key, "submit", cover_number="<i>1</i>号").status_code == 302
    opinion = "<img src=x onerror=alert(1)>同意"
    assert desk.send(desk.cast.cio, key, "endorse", opinion=opinion).status_code == 302
    for address in (f"/submissions/{current(key).id}", f"/submissions/{current(key).id}/sheet"):
        body = desk.of(desk.cast.cio).get(address).get_data(as_text=True)
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "&lt;img src=x" in body
        assert "𠮷😀" in body


def test_pages_ask_the_database_a_fixed_number_of_times(desk: acts.Desk) -> None:
    keys = [
        procedure.carry(desk.cast, until="planned", name=f"甲乙丙丁{number}号", item=ORDINARY)
        for number in range(2)
    ]
    reader = desk.of(desk.cast.investment)

    def counted(address: str) -> int:
        reader.get(address)
        with web.queries() as seen:
            assert reader.get(address).status_code == 200
        return len(seen)

    plan, paper = counted("/annual-plan/2008"), f"/submissions/{current(keys[0]).id}"
    before = counted(paper)
    third = procedure.carry(desk.cast, until="fixed", name="戊己庚辛", item=ORDINARY)
    procedure.list_in_plan(desk.cast, third, amount=Money.from_wan(1))
    assert counted("/annual-plan/2008") == plan <= 9, "the plan's five, and the frame's four"
    assert counted(paper) == before <= 9, "the submission's five, and the frame's four"
