"""Statements of bank and treasury: read line by line, then matched with the payments in the books."""

from __future__ import annotations

from collections.abc import Iterator

from budget.rules.amounts import positive
from budget.rules.imports.fields import Problem, Row, Shape
from budget.rules.imports.shapes import STATEMENT
from budget.rules.imports.words import BatchState
from budget.rules.words import PaymentMethod
from budget.services.imports.importer import Outcome
from budget.services.posting_many import insert_rows
from budget.services.reconciliation import start
from budget.tables.imports import ImportBatch
from budget.tables.reconciliation import BankStatement, StatementLine
from portfolio.foundation import clock
from portfolio.foundation.errors import Conflict, Invalid, say
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
        total = 0
        for row in rows:
            if (row["paid"] is None) == (row["received"] is None):
                what = say("支出金额和收入金额须填且只填一项")
                outcome.note(Problem(row.number, STATEMENT.field("paid").head, what))
                continue
            key = "received" if row["paid"] is None else "paid"
            try:
                positive(row[key])
            except Invalid as refusal:
                outcome.refuse(row.number, STATEMENT.field(key).head, refusal)
                continue
            if (row["day"].year, row["day"].month) != (year, month):
                what = say("日期不在{year}年{month}月内", year=year, month=month)
                outcome.note(Problem(row.number, STATEMENT.field("day").head, what))
                continue
            total += _fen(row)
        outcome.total = Money(total)

    def submit(self, batch: ImportBatch, rows: Iterator[Row], actor: Actor) -> BatchState:
        """Keep the statement and match it."""
        known = _known(batch)
        if known is not None:
            raise known
        statement: BankStatement = BankStatement.create(
            batch=batch,
            method=PaymentMethod(str(batch.about["method"])),
            year=batch.about["year"],
            month=batch.about["month"],
            made_by=actor.user_id,
            made_at=clock.now(),
        )
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


def _fen(row: Row) -> int:
    return int(row["paid"].fen if row["paid"] is not None else -row["received"].fen)


def _known(batch: ImportBatch) -> Conflict | None:
    """The refusal of a second statement of the same month and way of paying."""
    method = PaymentMethod(str(batch.about["method"]))
    year, month = batch.about["year"], batch.about["month"]
    known = BankStatement.get_or_none(
        BankStatement.method == method, BankStatement.year == year, BankStatement.month == month
    )
    if known is None:
        return None
    return Conflict(
        say("{year}年{month}月“{method}”的对账单已经导入", year=year, month=month, method=method),
        basis="每月每种支付方式一份对账单",
        remedy=say("请在对账页面处理；漏记的行请以说明方式登记"),
    )
