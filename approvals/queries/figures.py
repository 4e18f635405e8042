"""The figures of an evaluation, from the books, the dossier and the decisions, as of a day.

The rules say how a figure follows from facts; here the facts are fetched, each at most once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from approvals.queries.accounts import approved_accounts, estimate_of
from approvals.queries.instruments import instrument_of
from approvals.rules import figures as rules
from approvals.rules.evaluation import FigureKind
from approvals.rules.figures import AdjustmentFact, Figure, MilestoneFact, TargetFact
from approvals.rules.stages import DecisionMode, SubmissionKind, SubmissionState
from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.submission import Submission
from budget.queries.replay import execution_on
from portfolio.foundation.money import Money
from portfolio.rules.dossier import TargetAspect
from portfolio.tables.dossier import Milestone, MilestoneBaseline, PerformanceTarget
from portfolio.tables.project import Project


def figures_of(evaluation: Any, as_of: date) -> dict[str, Figure]:  # noqa: ANN401 - a Peewee row
    """The computed figures of an evaluation by indicator code, for the indicators that have one.

    An evaluation of a year looks at that year alone, and not beyond its end.  At most eight queries.
    """
    facts = _Facts(evaluation.project_id, evaluation.year, as_of)
    return {
        indicator.code: _COMPUTED[indicator.figure](facts)
        for indicator in instrument_of(evaluation).indicators
        if indicator.figure is not None
    }


@dataclass(frozen=True, slots=True)
class _Money:
    """The fiscal money of the years looked at."""

    initial: Money
    adjusted: Money
    received: Money
    paid: Money


class _Facts:
    """What is known about a project, in a ``year`` or altogether, up to ``day``."""

    def __init__(self, project_id: int, year: int | None, as_of: date) -> None:
        self.project_id = project_id
        self.year = year
        self.as_of = as_of
        self.day = as_of if year is None else min(as_of, date(year, 12, 31))

    @cached_property
    def money(self) -> _Money:
        """From the books: budget at the beginning and as adjusted, funds received, paid net of refunds."""
        rows = [row for row in execution_on(self.project_id, self.as_of) if self.year in (None, row.year)]
        return _Money(
            *(
                Money.total(getattr(row, name) for row in rows)
                for name in ("initial", "adjusted", "received", "paid")
            )
        )

    @cached_property
    def milestones(self) -> tuple[MilestoneFact, ...]:
        """Milestones by their first baseline; one without a baseline was never promised.

        One dropped by the day is left out: whether it could be is the affair of the adjustments.  Of a year,
        those reached in an earlier one are left out.
        """
        rows = (
            Milestone.select(Milestone, MilestoneBaseline.planned_on.alias("promised_on"))
            .join(MilestoneBaseline, on=(MilestoneBaseline.milestone == Milestone.id))
            .where(Milestone.project == self.project_id, MilestoneBaseline.number == 1)
            .order_by(Milestone.position)
            .objects()
        )
        began = None if self.year is None else date(self.year, 1, 1)
        return tuple(
            MilestoneFact(row.name, row.promised_on, row.actual_on)
            for row in rows
            if (row.dropped_on is None or row.dropped_on > self.day)
            and (began is None or row.actual_on is None or row.actual_on >= began)
        )

    @cached_property
    def planned_start(self) -> date | None:
        """The day on which the project was to begin."""
        row = Project.select(Project.planned_start).where(Project.id == self.project_id).first()
        return row.planned_start if row else None

    @cached_property
    def targets(self) -> tuple[Any, ...]:
        """The rows of the performance target table."""
        rows = PerformanceTarget.select().where(PerformanceTarget.project == self.project_id)
        return tuple(rows.order_by(PerformanceTarget.position))

    def targets_of(self, *aspects: TargetAspect) -> tuple[TargetFact, ...]:
        """The targets of some aspects, with what was achieved so far."""
        return tuple(
            TargetFact(
                name=row.name,
                target=row.target,
                actual=row.actual,
                better=row.better,
                unit=row.unit,
                target_text=row.target_text,
                actual_text=row.actual_text,
            )
            for row in self.targets
            if row.aspect in aspects
        )

    @cached_property
    def decisions(self) -> tuple[Any, ...]:
        """The positive decisions about the project, oldest first."""
        rows = Decision.select().where(Decision.project == self.project_id, Decision.positive)
        return tuple(rows.order_by(Decision.id))

    @property
    def final_cost(self) -> Money | None:
        """The final accounts, works still to be done included, once they are approved."""
        approved = any(
            row.mode is DecisionMode.FINAL_ACCOUNTS and row.decided_at.date() <= self.as_of
            for row in self.decisions
        )
        accounts = approved_accounts(self.project_id) if approved else None
        return None if accounts is None else accounts.total

    @cached_property
    def adjustments(self) -> tuple[AdjustmentFact, ...]:
        """The changes that were carried out: in order when decided, or within what the unit decides (R09)."""
        decided = {row.submission_id for row in self.decisions}
        rows = Submission.select().where(
            Submission.project == self.project_id,
            Submission.kind == SubmissionKind.CHANGE,
            Submission.state == SubmissionState.APPROVED,
        )
        return tuple(
            AdjustmentFact(f"第{number}次调整", row.id in decided or _own_decision(row))
            for number, row in enumerate(rows.order_by(Submission.id), 1)
        )

    @cached_property
    def approvals(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The approvals that should be there so far, and those that are, each by name."""
        case = Case.get_or_none(Case.project == self.project_id)
        if case is None:
            return (), ()
        modes = {row.mode for row in self.decisions}
        present = {
            "立项决定": case.decision_id is not None,
            "评估批复": case.appraisal_id is not None,
            "概算核定": case.estimate_fix_id is not None,
            "列入年度投资计划": case.annual_plan_row_id is not None,
            "竣工验收": DecisionMode.ACCEPTANCE in modes,
            "竣工财务决算批复": DecisionMode.FINAL_ACCOUNTS in modes,
        }
        before = () if case.inherited_stage is None else rules.approvals_required(case.inherited_stage)
        return rules.approvals_required(case.stage), (
            *before,
            *(name for name, there in present.items() if there),
        )


def _own_decision(submission: Any) -> bool:  # noqa: ANN401 - a Peewee row
    return any(found["code"] == "R09" and found["passed"] for found in submission.findings)


_BENEFITS = (
    TargetAspect.ECONOMIC,
    TargetAspect.SOCIAL,
    TargetAspect.ECOLOGICAL,
    TargetAspect.SUSTAINABLE,
)


def _targets(kind: FigureKind, *aspects: TargetAspect) -> Callable[[_Facts], Figure]:
    return lambda facts: rules.targets_reached(kind, facts.targets_of(*aspects))


_COMPUTED: Mapping[FigureKind, Callable[[_Facts], Figure]] = {
    FigureKind.FUNDS_IN_PLACE: lambda facts: rules.funds_in_place(facts.money.received, facts.money.adjusted),
    FigureKind.EXECUTION_OF_RECEIVED: lambda facts: rules.execution_of_received(
        facts.money.paid, facts.money.received
    ),
    FigureKind.EXECUTION_OF_BUDGET: lambda facts: rules.execution_of_budget(
        facts.money.paid, facts.money.adjusted, facts.money.initial
    ),
    FigureKind.COMPLETION: lambda facts: rules.completion(
        facts.milestones, facts.targets_of(TargetAspect.QUANTITY), facts.day
    ),
    FigureKind.TIMELINESS: lambda facts: rules.timeliness(facts.milestones, facts.planned_start, facts.day),
    FigureKind.COST_SAVING: lambda facts: rules.cost_saving(estimate_of(facts.project_id), facts.final_cost),
    FigureKind.PROCEDURE: lambda facts: rules.procedure_followed(*facts.approvals),
    FigureKind.ADJUSTMENTS: lambda facts: rules.adjustments_in_order(facts.adjustments),
    FigureKind.TARGETS_QUANTITY: _targets(FigureKind.TARGETS_QUANTITY, TargetAspect.QUANTITY),
    FigureKind.TARGETS_QUALITY: _targets(FigureKind.TARGETS_QUALITY, TargetAspect.QUALITY),
    FigureKind.TARGETS_TIMELINESS: _targets(FigureKind.TARGETS_TIMELINESS, TargetAspect.TIMELINESS),
    FigureKind.TARGETS_COST: _targets(FigureKind.TARGETS_COST, TargetAspect.COST),
    FigureKind.TARGETS_BENEFIT: _targets(FigureKind.TARGETS_BENEFIT, *_BENEFITS),
    FigureKind.TARGETS_SATISFACTION: _targets(FigureKind.TARGETS_SATISFACTION, TargetAspect.SATISFACTION),
}
