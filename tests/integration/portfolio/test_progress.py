"""Promises and how they are kept: milestones, baselines that nothing overwrites, progress, achievements."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.foundation.db import IntegrityError
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from portfolio.queries.dossier import dossier
from portfolio.rules.dossier import Part, ReportPeriod
from portfolio.services import dossier as services
from portfolio.services import progress
from portfolio.tables.dossier import Milestone, MilestoneBaseline, PerformanceTarget, ProgressReport
from tests.integration.portfolio.conftest import acts, everything

PLAN = [
    {"name": "招标完成", "planned_on": "2026-04-01", "weight": 20},
    {"name": "系统上线", "planned_on": "2026-12-01", "weight": "80"},
]


def planned(desk, rows=PLAN):
    return progress.set_milestones(rows=rows, **desk.written)


def promise(desk, reason=""):
    fixed = progress.fix_baseline(project_id=desk.project.id, reason=reason, actor=desk.keeper)
    return [(row.milestone.name, row.number, row.planned_on) for row in fixed]


def reach(desk, name="招标完成", day="2026-03-01", actor=None):
    return progress.reach_milestone(
        project_id=desk.project.id, name=name, actual_on=day, actor=actor or desk.applicant
    )


def seen(desk):
    return [
        (fact.name, fact.baseline_on, fact.planned_on, fact.actual_on)
        for fact in dossier(desk.project.id, Part.PROPOSAL).milestones
    ]


def moved(name, day):
    return [{**row, "planned_on": day} if row["name"] == name else row for row in PLAN]


# --- milestones and baselines -------------------------------------------------------------------------------


def test_what_was_only_thought_of_is_replaced_and_deleted(desk):
    planned(desk)
    planned(desk, [{"name": "试运行", "planned_on": "2026-10-01"}, PLAN[1]])
    assert [row[0] for row in seen(desk)] == ["试运行", "系统上线"]
    assert Milestone.select().count() == 2
    assert desk.version == 3


def test_the_first_promise_is_never_overwritten(desk):
    planned(desk)
    assert promise(desk) == [("招标完成", 1, date(2026, 4, 1)), ("系统上线", 1, date(2026, 12, 1))]
    planned(desk, moved("系统上线", "2027-03-01"))
    assert promise(desk, "变更批复〔2026〕5号") == [("系统上线", 2, date(2027, 3, 1))]
    planned(desk, moved("系统上线", "2027-06-01"))
    assert promise(desk, "变更批复〔2026〕9号") == [("系统上线", 3, date(2027, 6, 1))]
    assert seen(desk)[1] == ("系统上线", date(2026, 12, 1), date(2027, 6, 1), None)
    for change in (MilestoneBaseline.update(planned_on=date(2030, 1, 1)), MilestoneBaseline.delete()):
        with pytest.raises(IntegrityError):
            change.execute()


def test_a_new_promise_needs_a_reason(desk):
    planned(desk)
    promise(desk)
    planned(desk, moved("系统上线", "2027-03-01"))
    before = everything()
    with pytest.raises(Invalid) as refusal:
        promise(desk)
    assert list(refusal.value.fields) == ["reason"]
    assert everything() == before


def test_an_unchanged_promise_is_not_made_again(desk):
    assert promise(desk) == []
    planned(desk)
    promise(desk)
    before = everything()
    assert promise(desk) == []
    assert everything() == before
    with pytest.raises(NotFound):
        progress.fix_baseline(project_id=999_999, actor=desk.keeper)


def test_what_was_promised_is_dropped_and_may_come_back(desk, clock):
    planned(desk)
    promise(desk)
    planned(desk, PLAN[1:])
    assert [row[0] for row in seen(desk)] == ["系统上线"]
    assert Milestone.get(name="招标完成").dropped_on == date(2026, 3, 2)
    with pytest.raises(NotFound):
        reach(desk)
    clock.shift(86400)
    planned(desk, PLAN[1:])
    assert Milestone.get(name="招标完成").dropped_on == date(2026, 3, 2)
    planned(desk)
    assert seen(desk)[0] == ("招标完成", date(2026, 4, 1), date(2026, 4, 1), None)


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([{"name": "甲", "planned_on": "2026年"}], "milestones.1.planned_on"),
        ([{"name": "甲", "planned_on": "2026-04-01", "weight": "一半"}], "milestones.1.weight"),
        ([PLAN[0], PLAN[0]], "milestones.2.name"),
        ([*PLAN, {"name": "甲", "planned_on": "2026-04-01", "weight": 1}], "milestones"),
    ],
)
def test_malformed_milestones_are_refused(desk, rows, field):
    planned(desk)
    before = everything()
    with pytest.raises(Invalid) as refusal:
        planned(desk, rows)
    assert list(refusal.value.fields) == [field]
    assert everything() == before


def test_milestones_are_part_of_what_was_submitted(desk):
    services.lock(project_id=desk.project.id, actor=desk.keeper)
    with pytest.raises(Refused) as refusal:
        planned(desk)
    assert refusal.value.codes == ("LOCKED",)


# --- reaching them ------------------------------------------------------------------------------------------


def test_a_milestone_is_reached_once_also_under_review(desk):
    planned(desk)
    services.lock(project_id=desk.project.id, actor=desk.keeper)
    assert reach(desk).actual_on == date(2026, 3, 1)
    assert seen(desk)[0] == ("招标完成", None, date(2026, 4, 1), date(2026, 3, 1))
    assert acts(desk.project)[-1] == "milestones.reach"
    with pytest.raises(Conflict, match="已于2026-03-01完成"):
        reach(desk, day="2026-03-02")


def test_what_is_reached_stays_as_it_was_planned(desk):
    planned(desk)
    reach(desk)
    before = everything()
    with pytest.raises(Invalid) as refusal:
        planned(desk, PLAN[1:])
    assert list(refusal.value.fields) == ["milestones"]
    with pytest.raises(Invalid) as refusal:
        planned(desk, moved("招标完成", "2026-03-01"))
    assert list(refusal.value.fields) == ["milestones.1.planned_on"]
    assert everything() == before


def test_nothing_is_reached_tomorrow_or_on_no_day_or_by_strangers(desk):
    planned(desk)
    before = everything()
    for day in ("2026-03-03", "三月", ""):
        with pytest.raises(Invalid) as refusal:
            reach(desk, day=day)
        assert list(refusal.value.fields) == ["actual_on"]
    with pytest.raises(NotFound):
        reach(desk, name="没有的")
    with pytest.raises(Forbidden):
        reach(desk, actor=desk.stranger)
    assert everything() == before


# --- progress -----------------------------------------------------------------------------------------------

HALF_YEAR = {"year": 2026, "period": "h1", "percent_done": 10, "text": "完成招标"}


def report(desk, actor=None, **values):
    return progress.report_progress(
        project_id=desk.project.id, fields={**HALF_YEAR, **values}, actor=actor or desk.applicant
    )


def test_a_second_report_is_a_revision_and_the_first_stands(desk):
    assert [report(desk).revision, report(desk, percent_done="15").revision] == [1, 2]
    assert report(desk, period="q1").revision == 1
    rows = ProgressReport.select().where(ProgressReport.period == ReportPeriod.FIRST_HALF)
    assert sorted((row.revision, row.percent_done) for row in rows) == [(1, 10), (2, 15)]
    with pytest.raises(IntegrityError):
        ProgressReport.update(percent_done=100).execute()
    assert desk.version == 1  # nothing that was submitted has changed


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"percent_done": 101}, "percent_done"),
        ({"percent_done": "大半"}, "percent_done"),
        ({"text": ""}, "text"),
        ({"period": "spring"}, "period"),
        ({"period": "h2"}, "period"),  # not begun in March
        ({"year": 2027, "period": "q1"}, "period"),
        ({"year": "26"}, "year"),
        ({"mood": "好"}, "mood"),
    ],
)
def test_a_malformed_report_is_refused(desk, values, field):
    before = everything()
    with pytest.raises(Invalid) as refusal:
        report(desk, **values)
    assert list(refusal.value.fields) == [field]
    assert everything() == before


def test_progress_is_reported_under_review_by_the_owner_alone(desk):
    services.lock(project_id=desk.project.id, actor=desk.keeper)
    report(desk)
    with pytest.raises(Forbidden):
        report(desk, actor=desk.stranger)
    with pytest.raises(NotFound):
        progress.report_progress(project_id=999_999, fields=HALF_YEAR, actor=desk.applicant)


# --- achievements -------------------------------------------------------------------------------------------


@pytest.fixture
def targets(desk):
    rows = [
        {"aspect": "quantity", "name": "编目部门数", "target": "40"},
        {"aspect": "social", "name": "社会反响", "target_text": "良好"},
    ]
    services.set_targets(rows=rows, **desk.written)
    services.lock(project_id=desk.project.id, actor=desk.keeper)


def achieve(desk, *rows, actor=None):
    return progress.record_achieved(project_id=desk.project.id, rows=rows, actor=actor or desk.applicant)


def test_figures_of_figures_and_words_of_words(desk, targets):
    achieve(desk, {"name": "编目部门数", "actual": "38.5"})
    achieve(desk, {"name": "社会反响", "actual_text": "获好评"})
    achieve(desk, {"name": "编目部门数", "actual": "41"})
    rows = PerformanceTarget.select().order_by(PerformanceTarget.position)
    assert [(row.actual, row.actual_text) for row in rows] == [(Decimal(41), ""), (None, "获好评")]
    assert acts(desk.project)[-3:] == ["targets.achieved"] * 3


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"name": "没有的", "actual": "1"}, "name"),
        ({"name": "编目部门数", "actual": "很多"}, "actual"),
        ({"name": "编目部门数", "actual": ""}, "actual"),
        ({"name": "编目部门数", "actual_text": "很多"}, "actual"),
        ({"name": "编目部门数", "actual": "1", "actual_text": "很多"}, "actual"),
        ({"name": "社会反响"}, "actual_text"),
        ({"name": "社会反响", "actual": "1", "actual_text": "好"}, "actual_text"),
    ],
)
def test_one_malformed_achievement_keeps_all_from_being_recorded(desk, targets, row, field):
    good = {"name": "社会反响", "actual_text": "好"}
    if row["name"] == good["name"]:
        good = {"name": "编目部门数", "actual": "1"}
    before = everything()
    with pytest.raises(Invalid) as refusal:
        achieve(desk, good, row)
    assert list(refusal.value.fields) == [f"achieved.2.{field}"]
    assert everything() == before


def test_strangers_achieve_nothing(desk, targets):
    with pytest.raises(Forbidden):
        achieve(desk, {"name": "编目部门数", "actual": "1"}, actor=desk.stranger)
