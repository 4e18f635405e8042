"""What the money house is told: what a project's account may do, and what was planned, approved and capped.

The programme account 新增投资 is fed where each fact arises: *planned* when a proposal is approved,
*approved* when an estimate is fixed, both by source and year as that submission has them; *committed* by
contracts and *realised* by reported progress, by completion and by the final accounts, in the money house.
What is decided again adds only the difference.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from approvals.queries.frozen import cost_of, funding_by_year
from approvals.rules.account_state import Standing, account_state
from approvals.rules.stages import Stage
from budget.queries.funds import account
from budget.rules.sources import programme_source
from budget.rules.words import AccountState, ProgrammeMeasure, ProgrammeSource
from budget.services import accounts, programme
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation.db import fn
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import CostCategory, Track

_WORKING = frozenset({AccountState.PREPARATORY, AccountState.OPEN})

PREPARATORY = (CostCategory.CONSULTING, CostCategory.DESIGN, CostCategory.TENDERING)
"""The costs of an approved proposal that may be spent before its estimate is fixed 前期工作经费."""


def open_for(case: Any, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """Give the account of a case that has just been opened what it may do; before approval there is none."""
    _put(case, actor)


def state_of(case: Any) -> AccountState:  # noqa: ANN401 - a Peewee row
    """What the account may do, from where the case stands."""
    evidence = case.inherited_id is not None and case.inherited_stage is not Stage.INITIATION
    approved = case.decision_id is not None or evidence
    return account_state(Standing(case.stage, case.phase, case.side_state, approved))


def follow(case: Any, before: AccountState, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """Tell the account what it may do now, when that is something else than ``before``."""
    if state_of(case) is not before:
        _put(case, actor)


def follow_side_state(case: Any, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """Freeze the account of a suspended project, close a terminated one's, give a resumed one's back."""
    _put(case, actor)


def _put(case: Any, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """A filed project takes no fiscal money: no account.  Others get one with the first thing it may do."""
    state = state_of(case)
    if case.track is not Track.GOVERNMENT:
        return
    if account(case.project_id) is None:
        if state not in _WORKING:
            return
        accounts.open_account(project_id=case.project_id, actor=actor)
    accounts.set_state(project_id=case.project_id, state=state, actor=actor)


def follow_decision(decision: Any, submission: Any, actor: Actor) -> None:  # noqa: ANN401 - Peewee rows
    """An approved proposal may spend on its preparation, and is planned investment."""
    if not decision.positive or decision.stage is not Stage.INITIATION:
        return
    preparatory = cost_of(submission, PREPARATORY)
    if preparatory:
        accounts.set_preparatory_limit(
            project_id=decision.project_id, amount=preparatory, number=decision.number, actor=actor
        )
    count_investment(ProgrammeMeasure.PLANNED, submission, decision.number, actor)


def count_investment(measure: ProgrammeMeasure, submission: Any, number: str, actor: Actor) -> None:  # noqa: ANN401
    """Bring a measure of the programme account to what a submission says, by source and year."""
    wanted: dict[tuple[int, ProgrammeSource], Money] = defaultdict(lambda: Money.ZERO)
    for year, amounts in funding_by_year(submission).items():
        for source, amount in amounts.items():
            wanted[year, programme_source(source)] += amount
    counted = _counted(measure, submission.project_id)
    differences: dict[int, dict[ProgrammeSource, Money]] = defaultdict(dict)
    for key in sorted({*wanted, *counted}):
        difference = wanted.get(key, Money.ZERO) - counted.get(key, Money.ZERO)
        if difference:
            differences[key[0]][key[1]] = difference
    for year, amounts_of_year in differences.items():
        programme.record(
            measure=measure,
            project_id=submission.project_id,
            amounts=amounts_of_year,
            day=date(year, 1, 1),
            note=number,
            actor=actor,
        )


def take_back(measure: ProgrammeMeasure, project_id: int, note: str, actor: Actor) -> None:
    """Bring a measure of a project in the programme account back to nothing, by entries of the opposite."""
    for (year, source), amount in sorted(_counted(measure, project_id).items()):
        if amount:
            programme.record(
                measure=measure,
                project_id=project_id,
                amounts={source: -amount},
                day=date(year, 1, 1),
                note=note,
                actor=actor,
            )


def _counted(measure: ProgrammeMeasure, project_id: int) -> dict[tuple[int, ProgrammeSource], Money]:
    rows = (
        ProgrammeEntry.select(
            ProgrammeEntry.year, ProgrammeEntry.source, fn.SUM(ProgrammeEntry.amount).alias("total")
        )
        .where(ProgrammeEntry.project == project_id, ProgrammeEntry.measure == measure)
        .group_by(ProgrammeEntry.year, ProgrammeEntry.source)
    )
    return {(row.year, row.source): Money(int(row.total)) for row in rows}
