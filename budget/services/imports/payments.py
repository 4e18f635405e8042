"""Payments by list: applied for by one person, checked by a second, posted by a third, all rows or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from budget.queries.payables import PayableCost, PayableInstalment, Payables, payables
from budget.rules.accounts import Act
from budget.rules.amounts import positive
from budget.rules.imports.fields import Problem, Row, Shape
from budget.rules.imports.magnitude import UNIT_BASIS, unit_doubt
from budget.rules.imports.shapes import PAYMENTS
from budget.rules.imports.words import BatchState
from budget.rules.refusals import another_person
from budget.rules.words import ApplicationState, EntryKind, Measure
from budget.services.companions import account_changes
from budget.services.explaining import Change
from budget.services.imports.importer import Outcome, finding_in_row, row_message
from budget.services.imports.paying import Till, open_amount
from budget.services.payments.applications import state_of
from budget.services.posting import Posting, hold_period
from budget.services.posting_many import hold_rows, insert_rows, post_many
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.imports import ImportBatch, ImportRow
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import clock
from portfolio.foundation.db import dialect
from portfolio.foundation.errors import (
    Finding,
    InsufficientFunds,
    Invalid,
    Refused,
    refuse_unless,
    say,
)
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor

_TWICE = say("合同分期和非合同支出须填且只填一项")
_MOST_NAMED = 50
Target = PayableInstalment | PayableCost


class Payments:
    """Lists of payments."""

    shape: Shape = PAYMENTS

    def examine(self, batch: ImportBatch, rows: Iterator[Row], outcome: Outcome, actor: Actor) -> None:
        """Hold every row against the books as the rows before it leave them."""
        books = payables(batch.organisation_id)
        till = Till(books, clock.today(), batch.acceptance_id)
        total = 0
        for row in rows:
            target = _target(books, row)
            if isinstance(target, Problem):
                outcome.note(target)
                continue
            amount = _amount(row, outcome)
            if amount is None or self._doubted(batch, row, target, amount, outcome):
                continue
            for finding in till.pay(target, amount, row["day"] or till.today):
                head = PAYMENTS.field("amount").head
                outcome.note(Problem(row.number, head, finding.what, finding.basis, finding.remedy))
            total += amount.fen
        outcome.total = Money(total)

    def _doubted(self, batch: ImportBatch, row: Row, target: Target, amount: Money, outcome: Outcome) -> bool:
        why = unit_doubt(amount, open_amount(target), batch.unit, confirmed=batch.unit_confirmed)
        if why is not None:
            remedy = say("请核对表中金额的单位，改正声明或表格后重新核对")
            outcome.note(Problem(row.number, PAYMENTS.field("amount").head, why, UNIT_BASIS, remedy))
        return why is not None

    def submit(self, batch: ImportBatch, rows: Iterator[Row], actor: Actor) -> BatchState:
        """Apply for every row; the table as sent is the paper of all of them."""
        books = payables(batch.organisation_id)
        at = PaymentApplication.applied_at.db_value(clock.now())
        applications, lines = [], []
        for row in rows:
            target = _target(books, row)
            if isinstance(target, Problem) or target.line_id is None:
                raise Refused([_moved_on(row.number)])
            cost = isinstance(target, PayableCost)
            applications.append(
                [
                    batch.organisation_id,
                    target.line_id,
                    None if cost else target.id,
                    target.id if cost else None,
                    row["amount"].fen,
                    ApplicationState.APPLIED.value,
                    batch.document_id,
                    batch.acceptance_id,
                    row["note"] or "",
                    batch.made_by_id,
                    at,
                    "",
                    1,
                ]
            )
            lines.append((row.number, row["day"]))
        ids = insert_rows("payment_application", _APPLICATION, applications)
        day = ImportRow.effective_on.db_value
        insert_rows(
            "import_row",
            '"batch_id", "number", "effective_on", "application_id"',
            [[batch.id, number, day(on), key] for (number, on), key in zip(lines, ids, strict=True)],
        )
        return BatchState.SUBMITTED

    def check(self, batch: ImportBatch, actor: Actor) -> None:
        """Check the papers of every application that still waits; one that was sent back stays so."""
        refuse_unless([another_person(batch.made_by_id, actor, say("审核"))])
        moved = (
            PaymentApplication.update(
                state=ApplicationState.CHECKED,
                checked_by=actor.user_id,
                checked_at=clock.now(),
                version=PaymentApplication.version + 1,
            )
            .where(
                PaymentApplication.id.in_(_of(batch)), PaymentApplication.state == ApplicationState.APPLIED
            )
            .execute()
        )
        if not moved and not _waiting(batch):
            raise Refused([state_of(ApplicationState.REFUSED, ApplicationState.APPLIED)])

    def give_back(self, batch: ImportBatch, actor: Actor, reason: str) -> None:
        """Send back every application of the batch that is not posted."""
        PaymentApplication.update(
            state=ApplicationState.REFUSED,
            refused_by=actor.user_id,
            refused_at=clock.now(),
            refused_reason=reason,
            version=PaymentApplication.version + 1,
        ).where(
            PaymentApplication.id.in_(_of(batch)),
            PaymentApplication.state.in_((ApplicationState.APPLIED, ApplicationState.CHECKED)),
        ).execute()

    def post(self, batch: ImportBatch, actor: Actor, request: int) -> None:
        """Pay every checked application of the batch in one transaction, under the locks of all its rows."""
        refuse_unless([another_person(batch.made_by_id, actor, say("支付"))])
        if dialect() == "postgresql":  # SQLite's writer has all of them already
            _hold(_checked(batch))
        rows = _checked(batch)
        if not rows:
            raise Refused([state_of(ApplicationState.REFUSED, ApplicationState.CHECKED)])
        books = payables(batch.organisation_id)
        _refuse_rows(rows, books, batch, actor)
        moment = clock.now()
        postings = [_posting(one, books, actor, moment, request) for one in rows]
        post_many(postings, _changes(rows, books, actor, moment))


_APPLICATION = (
    '"organisation_id", "line_id", "instalment_id", "direct_cost_id", "amount", "state", "invoice_id",'
    ' "acceptance_id", "note", "applied_by_id", "applied_at", "refused_reason", "version"'
)


def _target(books: Payables, row: Row) -> Target | Problem:
    """What a row pays."""
    contract, instalment, cost = row["contract"], row["instalment"], row["cost"]
    if (contract is None and instalment is None) == (cost is None):
        return Problem(row.number, PAYMENTS.field("contract").head, _TWICE)
    if cost is not None:
        if cost in books.costs:
            return books.costs[cost]
        what = say("本单位没有编号为{n}的非合同支出", n=cost)
        return Problem(row.number, PAYMENTS.field("cost").head, what, remedy=_LOOK)
    if contract is None or instalment is None:
        key = "contract" if contract is None else "instalment"
        return Problem(row.number, PAYMENTS.field(key).head, say("未填写"), remedy=_LOOK)
    if (contract, instalment) in books.by_code:
        return books.by_code[contract, instalment]
    if contract not in books.codes:
        what = say("本单位没有编号为“{code}”的合同", code=contract)
        return Problem(row.number, PAYMENTS.field("contract").head, what, remedy=_LOOK)
    what = say("合同{code}没有第{n}期", code=contract, n=instalment)
    return Problem(row.number, PAYMENTS.field("instalment").head, what, remedy=_LOOK)


_LOOK = say("请在合同或非合同支出页面核对编号和期次")


def _amount(row: Row, outcome: Outcome) -> Money | None:
    try:
        return positive(row["amount"])
    except Invalid as refusal:
        outcome.refuse(row.number, PAYMENTS.field("amount").head, refusal)
        return None


def _moved_on(number: int) -> Finding:
    return Finding(
        "M57",
        False,
        row_message(number, say("核对之后账簿有变动，此行已不能办理")),
        "批次内各行同时办理，一行不符即全部不办理",
        remedy=say("请重新核对后再提交"),
    )


def _of(batch: ImportBatch) -> Any:  # noqa: ANN401 - a query
    return ImportRow.select(ImportRow.application).where(ImportRow.batch == batch.id)


def _waiting(batch: ImportBatch) -> bool:
    waits = PaymentApplication.state == ApplicationState.CHECKED
    return bool(PaymentApplication.select().where(PaymentApplication.id.in_(_of(batch)), waits).exists())


def _checked(batch: ImportBatch) -> list[Any]:
    """The checked applications of a batch in the order of its rows, with number and day."""
    return list(
        PaymentApplication.select(
            PaymentApplication.id,
            PaymentApplication.line,
            PaymentApplication.instalment,
            PaymentApplication.direct_cost,
            PaymentApplication.amount,
            PaymentApplication.note,
            PaymentApplication.applied_by,
            PaymentApplication.checked_by,
            PaymentApplication.version,
            ImportRow.number,
            ImportRow.effective_on,
        )
        .join(ImportRow, on=(ImportRow.application == PaymentApplication.id))
        .where(ImportRow.batch == batch.id, PaymentApplication.state == ApplicationState.CHECKED)
        .order_by(ImportRow.number)
        .namedtuples()
    )


def _hold(rows: list[Any]) -> None:
    """Keep the months open and lock all that the rows move, in the order of postings, before it is read."""
    for day in sorted({(one.effective_on or clock.today()).replace(day=1) for one in rows}):
        hold_period(day, exclusive=False)
    hold_rows((PaymentApplication, one.id) for one in rows)
    instalments = [one.instalment for one in rows if one.instalment is not None]
    costs = [one.direct_cost for one in rows if one.direct_cost is not None]
    lines = sorted({one.line for one in rows})
    held: set[tuple[Any, int]] = {(Instalment, key) for key in instalments}
    held |= {(DirectCost, key) for key in costs} | {(BudgetLine, key) for key in lines}
    held |= {(Contract, key) for key in _contracts_of(instalments)}
    held |= {(ProjectAccount, key) for key in _accounts_of(lines)}
    hold_rows(held)


def _contracts_of(instalments: list[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(instalments), 500):
        part = Instalment.select(Instalment.contract).where(
            Instalment.id.in_(instalments[start : start + 500])
        )
        found |= {row[0] for row in part.tuples()}
    return found


def _accounts_of(lines: list[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(lines), 500):
        projects = BudgetLine.select(BudgetLine.project).where(BudgetLine.id.in_(lines[start : start + 500]))
        accounts = ProjectAccount.select(ProjectAccount.id).where(ProjectAccount.project.in_(projects))
        found |= {row[0] for row in accounts.tuples()}
    return found


def _refuse_rows(rows: list[Any], books: Payables, batch: ImportBatch, actor: Actor) -> None:
    """Refuse the batch with every row that could not be paid alone, after the rows before it."""
    till = Till(books, clock.today(), batch.acceptance_id)
    failed: list[tuple[int, Finding]] = []
    for one in rows:
        target = _target_of(one, books)
        checked = another_person(one.checked_by, actor, say("支付"))
        found = [checked] if checked.blocks else []
        found += till.pay(target, one.amount, one.effective_on or till.today)
        failed += [(one.number, finding) for finding in found]
        if len(failed) >= _MOST_NAMED:
            break
    refuse_unless([finding_in_row(number, finding) for number, finding in failed], InsufficientFunds)


def _target_of(one: Any, books: Payables) -> Target:  # noqa: ANN401 - a row
    return books.instalments[one.instalment] if one.instalment is not None else books.costs[one.direct_cost]


def _posting(one: Any, books: Payables, actor: Actor, moment: Any, request: int) -> Posting:  # noqa: ANN401
    target = _target_of(one, books)
    day: date = one.effective_on or clock.today()
    instalment = isinstance(target, PayableInstalment)
    return Posting(
        line=one.line,
        line_year=books.lines[one.line].year,
        kind=EntryKind.PAY,
        measure=Measure.PAID,
        amount=one.amount.fen,
        maker=one.applied_by,
        checker=one.checked_by,
        posted_by=actor.user_id,
        on_behalf_of=actor.on_behalf_of,
        effective_on=day,
        request=request,
        note=one.note,
        contract=target.contract.id if isinstance(target, PayableInstalment) else None,
        instalment=target.id if instalment else None,
        direct_cost=None if instalment else target.id,
        application=one.id,
        at=moment,
    )


def _changes(rows: list[Any], books: Payables, actor: Actor, moment: Any) -> Iterator[Change]:  # noqa: ANN401
    """What moves beside the lines: each application, and of other rows what all payments come to."""
    posted = {"state": ApplicationState.POSTED, "posted_by_id": actor.user_id, "posted_at": moment}
    moved: dict[tuple[Any, int], int] = defaultdict(int)
    for one in rows:
        yield Change(PaymentApplication, one.id, {"version": 1}, posted, guard="state = 'checked'")
        target = _target_of(one, books)
        if isinstance(target, PayableInstalment):
            moved[Contract, target.contract.id] += one.amount.fen
            moved[Instalment, target.id] += one.amount.fen
            project_id = target.contract.project_id
        else:
            moved[DirectCost, target.id] += one.amount.fen
            project_id = target.project_id
        if project_id is not None:
            moved[ProjectAccount, project_id] += one.amount.fen
    for (table, key), fen in moved.items():
        if table is ProjectAccount:
            yield from account_changes(key, Act.PAY, paid=fen)
        else:
            yield Change(table, key, {"paid": fen})
