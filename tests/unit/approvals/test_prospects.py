"""What an act's page says beforehand follows from the table of the procedure itself."""

from __future__ import annotations

from datetime import date

from approvals.rules import prospects
from approvals.rules.stages import Act, Circumstance, Phase, Stage
from portfolio.foundation.roles import AUTHORITIES
from tests.unit.approvals.samples import rules

OF_A_MAJOR_ONE = frozenset({Circumstance.SEPARATE, Circumstance.BY_PANEL, Circumstance.LEADING_GROUP})
OF_AN_ORDINARY_ONE = frozenset({Circumstance.SEPARATE, Circumstance.BY_PANEL, Circumstance.JOINT})


def told(stage: Stage, phase: Phase, act: Act, circumstances: frozenset[Circumstance]) -> list[str]:
    circle = prospects.Circle(rules(date(2008, 3, 3)), lambda role: role, AUTHORITIES)
    rows = prospects.ways(stage, phase, act, circumstances)
    return [str(one.goes) for one in prospects.prospects(rows, circle)]


def test_a_signature_may_wait_decide_or_go_to_the_office() -> None:
    ways = told(Stage.INITIATION, Phase.COUNTERSIGNING, Act.COUNTERSIGN, OF_A_MAJOR_ONE)
    assert ways == [
        "继续等待其他部门签署",
        "转“审定”：由领导小组成员在 20 个工作日内办理",
        "转“协调”：由领导小组办公室在 10 个工作日内办理",
    ]
    ways = told(Stage.INITIATION, Phase.COUNTERSIGNING, Act.COUNTERSIGN, OF_AN_ORDINARY_ONE)
    assert "进入“评估”阶段，由申报单位编报可行性研究报告" in ways


def test_acceptance_goes_to_all_authorities_at_once() -> None:
    (way,) = told(Stage.INITIATION, Phase.ACCEPTING, Act.ACCEPT, OF_A_MAJOR_ONE)
    assert way == "转会签：投资主管部门、信息化主管部门、财政主管部门在 10 个工作日内同时签署"


def test_what_is_returned_can_be_submitted_again() -> None:
    (way,) = told(Stage.ESTIMATE, Phase.FIXING, Act.RETURN, OF_A_MAJOR_ONE)
    assert way == "退回申报单位，修改后可以重新报送"


def test_every_act_that_has_a_page_says_what_it_does() -> None:
    assert prospects.SAID.keys() == prospects.HAPPENS.keys()
    assert prospects.HAPPENS.keys() - prospects.FINAL.keys() == {Act.ASSIGN_EXPERTS}
