"""One line of a closed year: its open commitments, what lapses, and what the next year carries in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budget.queries.closing import outcomes, unpaid_instalments
from budget.rules.accounts import Act
from budget.rules.closing import Outcome, recommitted
from budget.rules.words import EntryKind, Measure
from budget.services.books import once
from budget.services.companions import About, account_changes, companions
from budget.services.explaining import Change
from budget.services.posting import Posting, post
from budget.tables.annual_plan import Ceiling
from budget.tables.closing import LineClosing
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import clock
from portfolio.foundation.db import fn, for_update
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor


def close_line(closing: Any, line_id: int, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """Close one line in a transaction of its own; a line that is closed already stays as it is."""

    def effect(request: int) -> dict[str, Any]:
        return {"closed": _Carrier(closing, line_id, request, actor).close()}

    if not LineClosing.select().where(LineClosing.line == line_id).exists():
        key = f"year-closing-{closing.year}-line-{line_id}"
        once(key, "year.close_line", {"closing": closing.id, "line": line_id}, actor, effect)


@dataclass(frozen=True, slots=True)
class _Open:
    """A commitment of the line that is not paid: of an instalment or of a cost without a contract."""

    row: Any
    unpaid: Money
    committed: Money
    cost: bool


class _Carrier:
    """The entries by which one line is closed; all of them or none."""

    def __init__(self, closing: Any, line_id: int, request: int, actor: Actor) -> None:  # noqa: ANN401
        self.closing, self.request, self.actor = closing, request, actor
        self.instalments, self.costs = _open_rows(line_id)
        self.line = _locked(line_id, self.instalments)

    def close(self) -> bool:
        """Make the entries, and keep what was found."""
        found = outcomes([self.line], self.closing.lapse_years)[self.line.id]
        if not found.unspent and not self.instalments:
            return False
        carry = bool(found.carried)
        self._entry(self.line, Measure.RELEASED, self.line.paid - self.line.released, _or(carry, "recall"))
        waiting = [self._given_up(one, carry) for one in self._open()]
        self._lapse(found.lapsed)
        after = self._carried(found) if carry else None
        if after is not None:
            shares = recommitted([unpaid for _, unpaid in waiting], found.carried)
            for (row, _), share in zip(waiting, shares, strict=True):
                self._commit(after, row, share)
        LineClosing.create(
            line=self.line.id,
            closing=self.closing.id,
            next_line=after.id if after is not None else None,
            carried=found.carried,
            lapsed=found.lapsed,
            origins={str(year): amount.fen for year, amount in found.origins.items()},
            at=clock.now(),
        )
        return True

    def _open(self) -> list[_Open]:
        rows = [
            _Open(row, row.amount - row.paid, row.committed - row.paid, False) for row in self.instalments
        ]
        rows += [_Open(row, row.amount - row.paid, row.amount - row.paid, True) for row in self.costs]
        return [one for one in rows if one.unpaid]

    def _given_up(self, one: _Open, carry: bool) -> tuple[Any, Money]:
        """Take an open commitment off the line; returns what stands for it next year, and its amount."""
        kind = _or(carry, "decommit")
        if one.cost:
            about = About(direct_cost=one.row.id)
            changes = companions(self.line, Measure.COMMITTED, -one.committed.fen, Act.CORRECT, about)
            self._entry(self.line, Measure.COMMITTED, -one.committed, kind, changes, direct_cost=one.row.id)
            return (_rest_of_cost(one.row) if one.row.paid else one.row), one.unpaid
        row, year = one.row, self.line.year + 1
        moved = {"committed": -one.committed.fen} if one.committed else {}
        if row.paid:
            split = Change(Instalment, row.id, {**moved, "amount": -one.unpaid.fen})
            rest = None
        else:
            split = Change(Instalment, row.id, moved or {"committed": 0}, {"year": year, "line_id": None})
            rest = row
        changes = [*account_changes(self.line.project_id, Act.CORRECT), split]
        if one.committed:
            points = {"contract": row.contract_id, "instalment": row.id}
            self._entry(self.line, Measure.COMMITTED, -one.committed, kind, changes, **points)
        else:
            self._moved_without_entry(split)
        return rest if rest is not None else _rest_of_instalment(row, one.unpaid, year), one.unpaid

    def _moved_without_entry(self, split: Change) -> None:
        """An instalment that was never committed here moves on by itself."""
        columns = {name: getattr(Instalment, name) + fen for name, fen in split.adds.items() if fen}
        values = {**columns, **{name.removesuffix("_id"): value for name, value in split.sets.items()}}
        Instalment.update(**values).where(Instalment.id == split.row_id).execute()

    def _lapse(self, lapsed: Money) -> None:
        """Give back to the treasury what may not go on: carried-in money first."""
        from_carried = min(lapsed, self.line.carried_in)
        for measure, amount in (
            (Measure.CARRIED_IN, from_carried),
            (Measure.ALLOTTED, lapsed - from_carried),
        ):
            if amount:  # a year that was newly allotted nothing may be without a ceiling
                changes = companions(self.line, measure, -amount.fen, Act.CORRECT, About())
                self._entry(self.line, measure, -amount, EntryKind.RECALL, changes)

    def _carried(self, found: Outcome) -> BudgetLine:
        after = _line_after(self.line, self.closing.number)
        for line, other, measure in (
            (self.line, after, Measure.CARRIED_OUT),
            (after, self.line, Measure.CARRIED_IN),
        ):
            changes = companions(line, measure, found.carried.fen, Act.CORRECT, About())
            self._entry(line, measure, found.carried, EntryKind.CARRY_OVER, changes, counter_line=other.id)
        return after

    def _commit(self, after: BudgetLine, row: Any, share: Money) -> None:  # noqa: ANN401 - a Peewee row
        cost = isinstance(row, DirectCost)
        if cost and row.line_id != after.id:
            DirectCost.update(line=after.id).where(DirectCost.id == row.id).execute()
        about = About(direct_cost=row.id) if cost else About(contract=row.contract_id, instalment=row.id)
        changes = companions(after, Measure.COMMITTED, share.fen, Act.CORRECT, about)
        points = {"direct_cost": row.id} if cost else {"contract": row.contract_id, "instalment": row.id}
        self._entry(after, Measure.COMMITTED, share, EntryKind.COMMIT, changes, **points)

    def _entry(
        self,
        line: Any,  # noqa: ANN401 - a Peewee row
        measure: Measure,
        amount: Money,
        kind: EntryKind,
        changes: list[Change] | None = None,
        **points: Any,  # noqa: ANN401 - ids by the names of an entry's fields
    ) -> None:
        """One entry, unless it would move nothing."""
        if not amount:
            return
        posting = Posting(
            line=line.id,
            line_year=line.year,
            kind=kind,
            measure=measure,
            amount=amount.fen,
            maker=self.closing.drafted_by_id,
            checker=self.actor.user_id,
            posted_by=self.actor.user_id,
            on_behalf_of=self.actor.on_behalf_of,
            effective_on=self.closing.effective_on,
            request=self.request,
            document_number=self.closing.number,
            **points,
        )
        post(posting, changes or [])


def _or(carry: bool, otherwise: str) -> EntryKind:
    """The kind of what is taken off a line: part of a carry-over, or of giving all back."""
    return EntryKind.CARRY_OVER if carry else EntryKind(otherwise)


def _open_rows(line_id: int) -> tuple[list[Any], list[Any]]:
    """The instalments and costs of a line that are not paid up, locked in the order of every posting."""
    mine = (Instalment.line == line_id) & unpaid_instalments()
    contracts = Contract.select(Contract.id).where(
        Contract.id.in_(Instalment.select(Instalment.contract).where(mine))
    )
    list(for_update(contracts.order_by(Contract.id)))
    instalments = list(for_update(Instalment.select().where(mine).order_by(Instalment.id)))
    costs = DirectCost.select().where(
        DirectCost.line == line_id,
        DirectCost.approved_by.is_null(False),
        DirectCost.amount > DirectCost.paid,
    )
    return instalments, list(for_update(costs.order_by(DirectCost.id)))


def _locked(line_id: int, instalments: list[Any]) -> Any:  # noqa: ANN401 - a Peewee row
    line = BudgetLine.get_by_id(line_id)
    account = ProjectAccount.select(ProjectAccount.id).where(ProjectAccount.project == line.project_id)
    list(for_update(account))
    ceiling = Ceiling.select(Ceiling.id).where(Ceiling.year == line.year, Ceiling.source == line.source)
    list(for_update(ceiling))
    return for_update(BudgetLine.select().where(BudgetLine.id == line_id)).get()


def _line_after(line: Any, number: str) -> BudgetLine:  # noqa: ANN401 - a Peewee row
    """The line of the next year with the same subject, source and headings; made if need be."""
    names = ("functional_code", "economic_code", "method", "source")
    keys = {name: getattr(line, name) for name in names}
    whose = {"project": line.project_id, "system": line.system_id}
    year = line.year + 1
    BudgetLine.insert(
        **whose, **keys, year=year, level=line.level, document_number=number
    ).on_conflict_ignore().execute()
    mine = (
        BudgetLine.project == line.project_id
        if line.project_id is not None
        else BudgetLine.system == line.system_id
    )
    matches = [getattr(BudgetLine, name) == value for name, value in keys.items()]
    found: BudgetLine = BudgetLine.get(mine, BudgetLine.year == year, *matches)
    return found


def _rest_of_instalment(row: Any, unpaid: Money, year: int) -> Any:  # noqa: ANN401 - Peewee rows
    """The unpaid rest of an instalment that was paid in part, as an instalment of the next year."""
    last = Instalment.select(fn.MAX(Instalment.number)).where(Instalment.contract == row.contract_id).scalar()
    return Instalment.create(
        contract=row.contract_id,
        number=int(last) + 1,
        year=year,
        source=row.source,
        kind=row.kind,
        due_on=row.due_on,
        amount=unpaid,
    )


def _rest_of_cost(row: Any) -> Any:  # noqa: ANN401 - Peewee rows
    """The unpaid rest of a cost that was paid in part; its amount comes with its commitment."""
    names = ("project_id", "system_id", "organisation_id", "line_id", "document_id", "drafted_by_id")
    same = {name.removesuffix("_id"): getattr(row, name) for name in (*names, "approved_by_id")}
    plain = {name: getattr(row, name) for name in ("kind", "title", "payee", "drafted_at", "approved_at")}
    return DirectCost.create(**same, **plain, amount=Money.ZERO)
