"""The demonstration: all boxes, zones and tracks, many stages, sound books, and the same every time."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import wsgi
from approvals.queries import evaluations
from approvals.rules.evaluation import EvaluationKind, EvaluationState
from approvals.rules.stages import SideState, Stage, StepKind, StepState, Tier
from approvals.tables.case import Case, FilingReport
from approvals.tables.decision import Condition, Decision
from approvals.tables.evaluation import Evaluation
from approvals.tables.submission import Step, Submission
from budget.queries.funds import account
from budget.queries.verification import verify
from budget.rules.words import (
    AccountState,
    ApplicationState,
    ContractState,
    EntryKind,
    OrderState,
    PeriodState,
    PlanRowState,
)
from budget.tables.annual_plan import AnnualPlanRow
from budget.tables.closing import YearClosing
from budget.tables.contract import Contract, Instalment, Supplement
from budget.tables.entry import FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from budget.tables.period import Period
from portfolio.foundation import access, audit, clock, db, demonstration
from portfolio.foundation.access import User, Zone
from portfolio.foundation.clock import follow, real_time
from portfolio.foundation.errors import Conflict, Forbidden
from portfolio.foundation.jobs import Job, JobState
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.settings import Settings, use
from portfolio.rules.dossier import Track
from portfolio.tables.plan import PlanBox, PlanGroup, PlanItem
from portfolio.tables.project import Project
from reports.services.demonstration import loading
from reports.services.demonstration.accounts import PASSWORD
from reports.services.demonstration.script import script
from tests import factories, web
from tests.conftest import TemporaryDatabase

pytestmark = pytest.mark.timeout(400)  # whoever comes first walks or loads for all


def test_all_boxes_zones_tracks_and_tiers_are_there(loaded: Settings) -> None:
    boxes = PlanBox.select(PlanBox.code).join(PlanGroup).join(PlanItem).join(Project).distinct().tuples()
    assert {code for (code,) in boxes} == {f"B{number}" for number in range(1, 9)}
    assert {project.zone_id for project in Project.select()} >= {zone.id for zone in Zone.select()}
    cases = list(Case.select())
    assert len(cases) == len(script().projects) + len(script().filings)
    assert {case.track for case in cases} == set(Track)
    assert {case.tier for case in cases} >= set(Tier)


def test_projects_stand_in_every_stage_and_some_are_stopped(loaded: Settings) -> None:
    cases = list(Case.select())
    reached = {case.stage for case in cases if case.track is Track.GOVERNMENT}
    assert reached == {
        Stage.INITIATION,
        Stage.APPRAISAL,
        Stage.ESTIMATE,
        Stage.CONSTRUCTION,
        Stage.ACCEPTANCE,
        Stage.OPERATION,
        Stage.POST_EVALUATION,
        Stage.CLOSED,
    }
    assert {case.stage for case in cases if case.track is Track.FILING} == {Stage.REPORTING}
    assert {case.side_state for case in cases} == set(SideState)
    states = {case.side_state: account(case.project_id).state for case in cases if _building(case)}
    assert states == {
        SideState.ACTIVE: AccountState.OPEN,
        SideState.SUSPENDED: AccountState.FROZEN,
        SideState.TERMINATED: AccountState.CLOSED,
    }


def _building(case: Case) -> bool:
    return case.stage is Stage.CONSTRUCTION


def test_what_befalls_projects_has_happened(loaded: Settings) -> None:
    kinds = {row.kind.value for row in Submission.select()}
    assert kinds >= {"change", "start_application", "final_acceptance", "filing"}
    assert Submission.select().where(Submission.state == "returned").exists()
    assert {row.outcome.value for row in Decision.select()} == {
        "approve",
        "approve_with_conditions",
        "defer",
        "reject",
    }
    today = clock.today()
    assert {(row.met_at is not None, row.due_on < today) for row in Condition.select()} == {
        (True, True),
        (False, True),
        (False, False),
    }
    assert Supplement.select().where(Supplement.signed_by.is_null(False)).exists()
    signed = Contract.select().where(Contract.state != ContractState.DRAFT)
    years = [{one.year for one in contract_years(contract)} for contract in signed]
    assert sum(len(found) == 2 for found in years) > len(years) // 2  # what a year left unpaid moved on
    assert FilingReport.select().count() > 10
    finals = [row for row in evaluations.assessable() if row.state is EvaluationState.FINAL]
    assert len({row.grade for row in finals if row.kind is EvaluationKind.EVALUATION}) > 1
    assert {row.state for row in Evaluation.select()} == set(EvaluationState)


def test_something_waits_on_every_desk_some_of_it_too_long(loaded: Settings) -> None:
    waiting = list(Step.select().where(Step.state == StepState.OPEN))
    assert {step.kind for step in waiting} >= {
        *(StepKind.ENDORSE, StepKind.ACCEPT, StepKind.COUNTERSIGN, StepKind.COORDINATE, StepKind.DECIDE),
        *(StepKind.SCORE, StepKind.PANEL, StepKind.FIX),
    }
    assert {step.due_on < clock.today() for step in waiting if step.due_on} == {True, False}
    assert {row.state for row in PaymentApplication.select()} == set(ApplicationState)
    drafted = FundsOrder.select().where(FundsOrder.state == OrderState.DRAFTED)
    assert {order.kind for order in drafted} == {EntryKind.ALLOT, EntryKind.RELEASE}
    assert Contract.select().where(Contract.state == ContractState.DRAFT).exists()
    assert AnnualPlanRow.select().where(AnnualPlanRow.state == PlanRowState.DRAFTED).exists()
    suspended = Case.select().where(Case.side_state == SideState.SUSPENDED)
    assert suspended.count() == 2


def contract_years(contract: Contract) -> list[Instalment]:
    return list(Instalment.select().where(Instalment.contract == contract))


def test_the_books_and_the_trails_are_whole(loaded: Settings) -> None:
    found = verify()
    assert found.offenders == ()
    assert found.entries > 200
    assert audit.verify().offenders == ()


def test_months_and_years_that_are_over_are_closed_and_money_is_carried_on(loaded: Settings) -> None:
    today = clock.today()
    over = {(year, month) for year in range(2006, today.year + 1) for month in range(1, 13)}
    over = {one for one in over if one < (today.year, today.month)}
    closed = Period.select(Period.year, Period.month).where(Period.state == PeriodState.CLOSED)
    assert {*closed.tuples()} == over
    years = YearClosing.select(YearClosing.year).where(YearClosing.finished_at.is_null(False))
    assert [year for (year,) in years.order_by(YearClosing.year).tuples()] == [2006, 2007, 2008, 2009]
    carried = BudgetLine.select().where(BudgetLine.year == today.year, BudgetLine.carried_in > Money.ZERO)
    assert carried.exists()
    assert not Job.select().where(Job.state != JobState.DONE).exists()


def test_everybody_can_be_found_in_their_role(loaded: Settings) -> None:
    for person in script().people:
        assert access.actor_for(person.username).roles == set(person.roles)
    assert all(row.password and row.password_changed_at for row in User.select())
    assert len([one for one in script().people if Role.FINANCE in one.roles]) == 2


def test_the_clock_lives_on_in_the_plan_s_years(loaded: Settings) -> None:
    assert timedelta() <= clock.now().date() - script().today < timedelta(days=1)
    first = clock.now()
    assert clock.now() >= first
    assert demonstration.is_demonstration()


# --- loading ------------------------------------------------------------------------------------------------


def everything(settings: Settings) -> str:
    """A hash over every row of every table."""
    connection = sqlite3.connect(settings.data_dir / "portfolio.db")
    try:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()
    finally:
        connection.close()


def test_loading_again_changes_nothing(loaded: Settings) -> None:
    before = everything(loaded)
    again = loading.load()
    assert (again.fresh, again.projects) == (False, Project.select().count())
    assert everything(loaded) == before


def export() -> list[tuple[object, ...]]:
    """What two loads must agree on: codes, names, where each project stands, and its money."""
    rows = []
    for case in Case.select().join(Project).order_by(Project.code):
        money = account(case.project_id)
        figures = (money.cap, money.allotted, money.contracted, money.paid) if money else ()
        rows.append((case.project.code, case.project.name, case.stage, case.phase, case.side_state, *figures))
    return rows


def test_two_loads_into_two_databases_give_the_same(loaded: Settings, request: pytest.FixtureRequest) -> None:
    expected, entries = export(), verify()
    db.unbind()
    other: TemporaryDatabase = request.getfixturevalue("postgresql_database")
    wsgi.start(other.settings)
    assert loading.load().fresh
    assert export() == expected
    assert (verify().offenders, verify().entries, verify().total) == ((), entries.entries, entries.total)


@pytest.fixture
def empty(sqlite_database: TemporaryDatabase) -> Iterator[Settings]:
    wsgi.start(sqlite_database.settings)
    yield sqlite_database.settings
    follow(real_time)


def test_production_refuses_the_demonstration(empty: Settings) -> None:
    use(replace(empty, environment="production"))
    with pytest.raises(Forbidden, match="生产环境"):
        loading.load()
    assert User.select().count() == 0
    assert not demonstration.is_demonstration()


def test_real_projects_are_not_mixed_with_it(empty: Settings) -> None:
    factories.project()
    before = User.select().count()
    with pytest.raises(Conflict, match="已有项目"):
        loading.load()
    assert User.select().count() == before
    assert not demonstration.is_demonstration()
    assert clock.offset() == timedelta()


def test_a_load_that_fails_leaves_nothing_and_gives_the_clock_back(
    empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Iterator[object]:
        yield script().projects[0].first_day
        raise RuntimeError("half way")

    monkeypatch.setattr(loading, "file", fail)
    with pytest.raises(RuntimeError, match="half way"):
        loading.load()
    assert (Project.select().count(), User.select().count()) == (0, 0)
    assert clock.offset() == timedelta()


def test_papers_are_kept_outside_the_checkout(loaded_once: Path) -> None:
    assert len(list((loaded_once / "documents").rglob("*"))) > 100


# --- administration -----------------------------------------------------------------------------------------


def test_the_administration_lists_all_of_it_with_few_queries(loaded: Settings) -> None:
    visitor = web.Visitor(wsgi.create_app(loaded))
    visitor.log_in("admin", PASSWORD)
    for noun in ("people", "organisations", "budget-lines", "entries", "contracts", "cases", "decisions"):
        with web.queries() as seen:
            answer = visitor.get(f"/admin/{noun}/")
        assert answer.status_code == 200, noun
        assert len(seen) <= 8, noun
        found = re.search(r"details/\?id=(\d+)", answer.get_data(as_text=True))
        assert found is not None, noun
        assert visitor.get(f"/admin/{noun}/details/?id={found[1]}").status_code == 200
