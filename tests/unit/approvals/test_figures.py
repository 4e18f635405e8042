"""Every figure that the system computes: how it follows from the facts, and when there is none."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from approvals.rules.evaluation import FigureKind
from approvals.rules.figures import (
    AdjustmentFact,
    Figure,
    MilestoneFact,
    TargetFact,
    adjustments_in_order,
    approvals_required,
    completion,
    cost_saving,
    execution_of_budget,
    execution_of_received,
    funds_in_place,
    percent_text,
    procedure_followed,
    targets_reached,
    timeliness,
)
from approvals.rules.stages import Stage
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import Better

D, F = Decimal, Fraction
TEN = D(10)


def wan(amount):
    return Money.from_wan(amount)


def assert_not_computable(figure, why):
    assert (figure.value, figure.rate, figure.stored_value, figure.score(TEN)) == (None, None, None, None)
    assert why in str(figure.note)


# --- the figure itself --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "stored"),
    [("1", "1"), ("2/3", "0.6667"), ("0.00005", "0.0001"), ("-0.00005", "-0.0001"), ("0.00004", "0")],
)
def test_a_rate_is_kept_with_four_decimals(value, stored):
    figure = Figure(FigureKind.COMPLETION, F(value), F(value), say(""))
    assert figure.stored_value == D(stored)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", "100.00%"),
        ("2/3", "66.67%"),
        ("0.00005", "0.01%"),
        ("-0.1234", "-12.34%"),
        ("-0.00001", "0.00%"),
        ("1.3", "130.00%"),
    ],
)
def test_a_rate_as_printed(value, text):
    assert percent_text(F(value)) == text


# --- money --------------------------------------------------------------------------------------------------


def test_funds_in_place():
    figure = funds_in_place(wan(1500), wan(2000))
    assert figure.value == F(3, 4)
    assert figure.score(D(4)) == 3
    assert str(figure.note) == "资金到位率 = 实际到位资金 ÷ 预算资金 = 75.00%"
    assert figure.evidence == (("实际到位资金", "1,500.00万元"), ("预算资金", "2,000.00万元"))


def test_more_than_all_the_funds_earns_no_more_than_all():
    assert funds_in_place(wan(2200), wan(2000)).value == F(11, 10)
    assert funds_in_place(wan(2200), wan(2000)).score(D(4)) == 4


def test_without_a_budget_there_are_no_funds_to_be_in_place():
    assert_not_computable(funds_in_place(wan(0), wan(0)), "没有安排到本项目的预算资金")


def test_an_evaluation_divides_by_the_funds_received():
    figure = execution_of_received(wan(1200), wan(1500))
    assert figure.value == F(4, 5)
    assert figure.score(D(5)) == 4
    assert_not_computable(execution_of_received(wan(0), wan(0)), "没有到位资金")


def test_a_self_evaluation_divides_by_the_adjusted_budget_and_shows_the_initial_one():
    figure = execution_of_budget(paid=wan(900), adjusted=wan(1200), initial=wan(1000))
    assert figure.value == F(3, 4)
    assert figure.score(TEN) == D("7.5")
    assert ("按年初预算数计", "90.00%") in figure.evidence
    assert ("年初预算数", "1,000.00万元") in figure.evidence


def test_a_budget_that_came_during_the_year_has_no_initial_figure_beside_it():
    figure = execution_of_budget(paid=wan(900), adjusted=wan(900), initial=wan(0))
    assert figure.score(TEN) == 10
    assert "按年初预算数计" not in dict(figure.evidence)
    assert_not_computable(execution_of_budget(wan(0), wan(0), wan(0)), "当年没有预算")


def test_cost_saving():
    saved = cost_saving(wan(2000), wan(1900))
    assert saved.value == F(1, 20)
    assert saved.score(D(7)) == 7
    exact = cost_saving(wan(2000), wan(2000))
    assert (exact.value, exact.score(D(7))) == (0, 7)
    overrun = cost_saving(wan(2000), wan(2500))
    assert overrun.value == F(-1, 4)
    assert overrun.score(D(8)) == 6
    assert "-25.00%" in str(overrun.note)
    assert cost_saving(wan(100), wan(300)).score(D(8)) == 0


def test_cost_saving_needs_a_fixed_estimate_and_final_accounts():
    assert_not_computable(cost_saving(None, wan(1)), "没有核定的计划成本")
    assert_not_computable(cost_saving(wan(0), wan(1)), "没有核定的计划成本")
    unfinished = cost_saving(wan(2000), None)
    assert_not_computable(unfinished, "尚未决算")
    assert ("实际成本", "未决算") in unfinished.evidence


# --- milestones ---------------------------------------------------------------------------------------------

START = date(2007, 1, 1)
ON_TIME = MilestoneFact("开工", date(2007, 3, 1), date(2007, 2, 20))
LATE = MilestoneFact("上线", date(2007, 4, 11), date(2007, 5, 1))  # 100 days planned, 20 late
OPEN = MilestoneFact("验收", date(2007, 7, 20), None)  # 200 days planned


def test_timeliness_is_measured_against_the_first_baseline():
    figure = timeliness([ON_TIME, LATE], START, date(2007, 6, 1))
    assert figure.value == F(9, 10)  # (1 + 0.8) / 2: early earns no more than on time
    assert figure.score(D(8)) == D("7.2")
    assert figure.evidence == (
        ("开工", "首次基线 2007-03-01，实际 2007-02-20，按期"),
        ("上线", "首次基线 2007-04-11，实际 2007-05-01，延误 20 天"),
    )


def test_what_is_not_due_yet_does_not_count():
    assert timeliness([ON_TIME, OPEN], START, date(2007, 7, 19)).value == 1
    assert timeliness([OPEN], START, date(2007, 7, 20)).value == 1


def test_what_is_overdue_is_late_until_today():
    figure = timeliness([OPEN], START, date(2007, 8, 19))  # 30 of 200 days
    assert figure.value == F(17, 20)
    assert figure.evidence[0][1].endswith("实际 尚未完成，延误 30 天")


def test_what_was_reached_after_the_day_was_not_reached_on_the_day():
    assert timeliness([LATE], START, date(2007, 4, 21)).value == F(9, 10)


def test_lateness_costs_no_more_than_everything():
    never = MilestoneFact("试点", date(2007, 1, 11), None)
    assert timeliness([never], START, date(2009, 1, 1)).value == 0


def test_a_milestone_on_the_first_day_has_one_day():
    first = MilestoneFact("启动", START, date(2007, 1, 2))
    assert timeliness([first], START, date(2007, 6, 1)).value == 0


def test_timeliness_needs_a_start_and_a_due_milestone():
    assert_not_computable(timeliness([ON_TIME], None, date(2007, 6, 1)), "没有登记计划开工日期")
    assert_not_computable(timeliness([OPEN], START, date(2007, 6, 1)), "到期的里程碑")
    assert_not_computable(timeliness([], START, date(2007, 6, 1)), "到期的里程碑")


# --- targets ------------------------------------------------------------------------------------------------

DEPARTMENTS = TargetFact("编目部门数", D(40), D(30), unit="个")
MINUTES = TargetFact("核验用时", D(2), D(1), Better.LOWER, "分钟")
WORDS = TargetFact("推广情况", target_text="全市推广", actual_text="已推广")
UNKNOWN = TargetFact("接入部门数", D(12), unit="个")


def test_completion_is_what_was_done_of_what_was_planned():
    figure = completion([ON_TIME, LATE, OPEN], [DEPARTMENTS, WORDS], date(2007, 8, 1))
    assert figure.value == F(11, 16)  # (1 + 1 + 0 + 0.75) / 4: words are for people
    assert figure.evidence == (
        ("到期里程碑", "3 个，已完成 2 个"),
        ("编目部门数", "目标不低于 40个，实际 30个"),
        ("推广情况", "目标：全市推广；实际：已推广"),
    )


def test_passing_one_target_does_not_make_up_for_missing_another():
    assert completion([], [DEPARTMENTS, MINUTES], date(2007, 8, 1)).value == F(7, 8)


def test_completion_cannot_be_known_without_what_was_achieved():
    figure = completion([ON_TIME], [UNKNOWN], date(2007, 8, 1))
    assert_not_computable(figure, "缺实际完成值：接入部门数")
    assert ("接入部门数", "目标不低于 12个，实际 未填") in figure.evidence
    assert_not_computable(completion([OPEN], [WORDS], date(2007, 6, 1)), "没有到期的里程碑")


def test_targets_reached():
    figure = targets_reached(FigureKind.TARGETS_QUALITY, [DEPARTMENTS, MINUTES])
    assert figure.kind is FigureKind.TARGETS_QUALITY
    assert figure.value == F(7, 8)
    assert figure.score(D(10)) == D("8.75")


def test_a_target_that_was_far_passed_earns_all_and_is_marked():
    figure = targets_reached(FigureKind.TARGETS_QUALITY, [MINUTES])
    assert figure.score(TEN) == 10
    assert "完成值为目标的 200.00%，如系目标设定偏低，按 30.00% 计分" in figure.evidence[0][1]


def test_targets_that_say_nothing_are_for_a_person_to_judge():
    kind = FigureKind.TARGETS_BENEFIT
    assert_not_computable(targets_reached(kind, []), "没有设定这一方面的绩效指标")
    assert_not_computable(targets_reached(kind, [DEPARTMENTS, UNKNOWN]), "须人工判断：接入部门数")
    judged = targets_reached(kind, [WORDS])
    assert_not_computable(judged, "须人工判断：推广情况")
    assert judged.evidence == (("推广情况", "目标：全市推广；实际：已推广"),)


# --- approvals and adjustments ------------------------------------------------------------------------------


def test_the_approvals_that_must_be_there_grow_with_the_stage():
    assert approvals_required(Stage.INITIATION) == ()
    assert approvals_required(Stage.ESTIMATE) == ("立项决定", "评估批复")
    assert approvals_required(Stage.CONSTRUCTION)[2:] == ("概算核定", "列入年度投资计划")
    assert len(approvals_required(Stage.POST_EVALUATION)) == 6
    assert approvals_required(Stage.CLOSED) == approvals_required(Stage.OPERATION)
    assert approvals_required(Stage.REPORTING) == ()


def test_the_procedure_followed():
    whole = procedure_followed(["立项决定", "评估批复"], ["评估批复", "立项决定", "竣工验收"])
    assert whole.score(D(3)) == 3
    assert str(whole.note) == "应有审批 2 项，全部齐备"
    half = procedure_followed(["立项决定", "评估批复"], ["立项决定"])
    assert half.score(D(3)) == D("1.5")
    assert str(half.note) == "应有审批 2 项，缺：评估批复"
    assert half.evidence == (("立项决定", "有"), ("评估批复", "缺"))
    assert_not_computable(procedure_followed([], []), "没有须经审批的环节")


def test_adjustments_in_order():
    assert adjustments_in_order([]).score(D(4)) == 4
    figure = adjustments_in_order([AdjustmentFact("第1次调整", True), AdjustmentFact("第2次调整", False)])
    assert figure.score(D(4)) == 2
    assert figure.evidence == (("第1次调整", "手续完备"), ("第2次调整", "手续不全"))
