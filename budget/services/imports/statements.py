"""Statements of bank and treasury: read line by line, then matched with the payments in the books."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from budget.queries.statements import following, of_month
from budget.rules.adjusting import balance_finding
from budget.rules.amounts import positive
from budget.rules.imports.fields import Problem, Row, Shape
from budget.rules.imports.shapes import STATEMENT
from budget.rules.imports.words import BatchState
from budget.rules.reconciling import RECONCILING_BASIS
from budget.rules.words import PaymentMethod
from budget.services.imports.importer import Outcome
from budget.services.posting_many import insert_rows
from budget.services.reconciliation import start
from budget.tables.imports import ImportBatch
from budget.tables.reconciliation import BankStatement, StatementLine
from portfolio.foundation import clock
from portfolio.foundation.errors import Conflict, Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor

_COLUMNS = '"statement_id", "number", "day", "amount", "payee", "reference", "note"'


class Statements:
    """Statements of a month, for one way of paying."""

    shape: Shape = STATEMENT

    def examine(self, batch: ImportBatch, rows: Iterator[Row], outcome: Outcome, actor: Actor) -> None:
        """Every line says what went out or what came in, on a day of the month."""
        known = _known(batch)
        if known is not None:
            outcome.refuse(1, "", known)
        year, month = batch.about["year"], batch.about["month"]
        went, came = 0, 0
        for row in rows:
            if bool(row["paid"]) == bool(row["received"]):  # banks fill the other column with 0.00
                what = say("支出金额和收入金额须填且只填一项")
                outcome.note(Problem(row.number, STATEMENT.field("paid").head, what))
                continue
            key = "paid" if row["paid"] else "received"
            try:
                positive(row[key])
            except Invalid as refusal:
                outcome.refuse(row.number, STATEMENT.field(key).head, refusal)
                continue
            if (row["day"].year, row["day"].month) != (year, month):
                what = say("日期不在{year}年{month}月内", year=year, month=month)
                outcome.note(Problem(row.number, STATEMENT.field("day").head, what))
                continue
            fen = _fen(row)
            went, came = went + max(fen, 0), came + max(-fen, 0)
        outcome.total = Money(went - came)
        if not outcome.problem_count:
            self._balance(batch, Money(came), Money(went), outcome)

    def _balance(self, batch: ImportBatch, received: Money, paid: Money, outcome: Outcome) -> None:
        """The balances that were stated go with the lines, and with the statements before and after."""
        stated = stated_in(batch)
        if stated.opening is None:
            what = say("未填写期初余额和期末余额")
            outcome.note(Problem(1, "", what, RECONCILING_BASIS, say("请撤回此批，填写余额后重新上传")))
            return
        found = balance_finding(stated.opening, received, paid, stated.closing)
        for finding in [found, *following(stated, clock.today())]:
            if finding.blocks:
                outcome.note(Problem(1, "", finding.what, finding.basis, finding.remedy))

    def submit(self, batch: ImportBatch, rows: Iterator[Row], actor: Actor) -> BatchState:
        """Keep the statement and match it."""
        known = _known(batch)
        if known is not None:
            raise known
        statement: BankStatement = BankStatement.create(
            batch=batch, made_by=actor.user_id, made_at=clock.now(), **_facts(batch)
        )
        refuse_unless(following(statement, clock.today()))
        day = StatementLine.day.db_value
        insert_rows(
            "statement_line",
            _COLUMNS,
            [
                [
                    statement.id,
                    row.number,
                    day(row["day"]),
                    _fen(row),
                    row["payee"] or "",
                    row["reference"] or "",
                    row["note"] or "",
                ]
                for row in rows
            ],
        )
        start(statement)
        return BatchState.POSTED

    def post(self, batch: ImportBatch, actor: Actor, request: int) -> None:
        """Nothing more is to be done."""


def stated_in(batch: ImportBatch) -> BankStatement:
    """The statement that a batch brings in, as its sender declared it; not stored."""
    return BankStatement(**_facts(batch))


def _facts(batch: ImportBatch) -> dict[str, Any]:
    """What the sender declared; a batch of the time before balances were asked for has none."""
    about = batch.about
    return {
        "method": PaymentMethod(str(about["method"])),
        "year": about["year"],
        "month": about["month"],
        **{name: Money(about[name]) for name in ("opening", "closing") if name in about},
    }


def _fen(row: Row) -> int:
    return int(row["paid"].fen if row["paid"] else -row["received"].fen)


def _known(batch: ImportBatch) -> Conflict | None:
    """The refusal of a second statement of the same month and way of paying."""
    method = PaymentMethod(str(batch.about["method"]))
    year, month = batch.about["year"], batch.about["month"]
    if of_month(method, year, month) is None:
        return None
    return Conflict(
        say("{year}年{month}月“{method}”的对账单已经导入", year=year, month=month, method=method),
        basis="每月每种支付方式一份对账单",
        remedy=say("请在对账页面处理；导错的，由导入人撤回后重新导入"),
    )
