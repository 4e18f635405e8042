"""What an act would do and be held against, asked before anybody does it; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from budget.rules.accounts import Act, act_of
from budget.rules.effects import Effect, effects
from budget.rules.schedule import (
    SUPPLEMENT_RULE,
    balance_finding,
    supplement_finding,
    supplement_limit,
    year_finding,
)
from budget.rules.words import EntryKind, Measure
from budget.services.companions import About, account_changes, companions
from budget.services.explaining import Change, foresee
from budget.services.funds import allotment_findings, plan_findings
from budget.services.movements import act_of as act_of_sign
from budget.services.movements import virement_checks
from budget.services.orders import paper_findings
from budget.services.payments.corrections import act_of_reversal
from budget.tables.contract import Contract
from budget.tables.line import BudgetLine
from budget.tables.movement import Movement
from portfolio.foundation import clock, rulebook
from portfolio.foundation.errors import Finding, Level, Refused
from portfolio.foundation.money import Money


@dataclass(frozen=True, slots=True)
class Preview:
    """The totals of the line before and after, and every check with its figures."""

    effects: tuple[Effect, ...]
    findings: tuple[Finding, ...]
    counter: tuple[Effect, ...] = ()  # of the other line, where two move

    @property
    def possible(self) -> bool:
        """Whether nothing stands against it now."""
        return not any(finding.blocks for finding in self.findings)


def of_application(row: Any) -> Preview:  # noqa: ANN401 - a row of ``records.application``
    """What paying an application would do to its line, instalment, contract and account."""
    about = (
        About(direct_cost=row.direct_cost_id)
        if row.instalment_id is None
        else About(contract=row.instalment.contract_id, instalment=row.instalment_id)
    )
    return _of_move(row.line, Measure.PAID, row.amount.fen, Act.PAY, about)


def of_order(row: Any) -> Preview:  # noqa: ANN401 - a row of ``records.order``
    """What posting an order would do to its line, account and ceiling, and whether its paper is there."""
    found = _of_order(row)
    return replace(found, findings=(*found.findings, *paper_findings(row)))


def _of_order(row: Any) -> Preview:  # noqa: ANN401 - a row of ``records.order``
    measure, fen, act = _move_of(row)
    about = About()
    if row.corrects_id is not None:
        about = About(row.corrects.contract_id, row.corrects.instalment_id, row.corrects.direct_cost_id)
    found = _of_move(row.line, measure, fen, act, about)
    if row.kind is EntryKind.VIREMENT:
        return _of_virement(row, found)
    if act is not Act.ALLOT or measure is not Measure.ALLOTTED:
        return found
    warranted = allotment_findings(row, row.line, lock=False)
    return Preview(found.effects, (*warranted, *found.findings))


def _of_virement(row: Any, taking: Preview) -> Preview:  # noqa: ANN401 - a row of ``records.order``
    """Both lines of a virement: what the second one's project is held against comes after the first's."""
    other = BudgetLine.get_by_id(row.counter_line_id)
    giving = _of_move(other, Measure.ALLOTTED, row.amount.fen, Act.ALLOT, About())
    first = virement_checks(row.line, other, clock.today())
    if other.project_id == row.line.project_id and other.source is row.line.source:
        return Preview(taking.effects, (*first, *taking.findings), giving.effects)  # the project's sums stay
    freed = {finding.code for finding in taking.findings} & {"M31"}  # the same ceiling gives and takes
    planned = plan_findings(other, row.amount, lock=False)
    theirs = [finding for finding in giving.findings if finding.code not in {*freed, "M41"}]
    return Preview(taking.effects, (*first, *taking.findings, *planned, *theirs), giving.effects)


def of_signature(contract: Any, instalments: list[Any]) -> tuple[Finding, ...]:  # noqa: ANN401 - Peewee rows
    """What signing a contract is held against: its instalments, the estimate, the account's state."""
    year = clock.fiscal_year(clock.today())
    findings = [
        balance_finding(contract.value, (one.amount for one in instalments)),
        year_finding((one.year for one in instalments), year),
    ]
    return (*findings, *_account(contract.project_id, act_of(contract.kind), contracted=contract.value.fen))


def of_supplement(contract: Any, row: Any) -> tuple[Finding, ...]:  # noqa: ANN401 - Peewee rows
    """What signing a supplement is held against: its own limit, the estimate, the account's state."""
    fen = row.amount.fen
    changes = [Change(Contract, contract.id, {"supplemented": fen, "value": fen})]
    found = _foreseen(changes, contract.project_id, act_of(contract.kind), contracted=fen)
    return (*_warned(contract, row.amount), *found)


def _warned(contract: Any, amount: Money) -> list[Finding]:  # noqa: ANN401 - a Peewee row
    """What R11 says of a supplement where it does not block, and the contract carries no limit of its own."""
    rule = rulebook.of_today().rule(SUPPLEMENT_RULE) if contract.supplement_limit is None else None
    if rule is None:
        return []
    limit = supplement_limit(contract.original_value, rule.parameters)
    level = Level.WARN if rule.level is Level.BLOCK else rule.level  # what was signed without it stays so
    return [supplement_finding(contract.supplemented + amount, limit, level, rule.basis)]


def of_cost(row: Any) -> Preview:  # noqa: ANN401 - a row of ``records.cost``
    """What approving a cost would commit on its line and add to the project's account."""
    changes = [Change(BudgetLine, row.line_id, {Measure.COMMITTED.value: row.amount.fen})]
    found = _foreseen(changes, row.project_id, Act.PREPARE, direct=row.amount.fen)
    return Preview(tuple(effects(totals_of(row.line), Measure.COMMITTED, row.amount)), found)


def totals_of(line: Any) -> dict[Measure, Money]:  # noqa: ANN401 - a Peewee row
    """The totals of a line as it is."""
    return {measure: getattr(line, measure.value) for measure in Measure}


def _of_move(line: Any, measure: Measure, fen: int, act: Act, about: About) -> Preview:  # noqa: ANN401
    shown = tuple(effects(totals_of(line), measure, Money(fen)))
    try:
        changes = companions(line, measure, fen, act, about)
    except Refused as refusal:
        return Preview(shown, refusal.findings)
    changes.append(Change(BudgetLine, line.id, {measure.value: fen}))
    return Preview(shown, tuple(foresee(changes, clock.today())))


def _move_of(row: Any) -> tuple[Measure, int, Act]:  # noqa: ANN401 - a Peewee row
    """The measure that an order moves, by how much, and what the account must allow for it."""
    if row.kind in (EntryKind.OPENING, EntryKind.ALLOT):
        return Measure.ALLOTTED, row.amount.fen, Act.ALLOT
    if row.kind in (EntryKind.ADJUST, EntryKind.RECALL, EntryKind.VIREMENT):
        found = Movement.get(Movement.order == row.id)
        return found.measure, found.sign * row.amount.fen, act_of_sign(found.sign)
    if row.kind is EntryKind.RELEASE:
        return Measure.RELEASED, row.amount.fen, Act.RELEASE
    if row.kind is EntryKind.REVERSE:
        return row.corrects.measure, -row.corrects.amount.fen, act_of_reversal(row.corrects)
    if clock.fiscal_year(clock.today()) == row.line.year:
        return Measure.PAID, -row.amount.fen, Act.CORRECT
    return Measure.RETURNED, row.amount.fen, Act.CORRECT


def _account(project_id: int | None, act: Act, **fen: int) -> tuple[Finding, ...]:
    return _foreseen([], project_id, act, **fen)


def _foreseen(changes: list[Change], project_id: int | None, act: Act, **fen: int) -> tuple[Finding, ...]:
    try:
        changes = [*account_changes(project_id, act, **fen), *changes]
    except Refused as refusal:
        return refusal.findings
    return tuple(foresee(changes, clock.today()))
