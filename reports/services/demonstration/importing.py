"""What came in by list on the last days: payments of one unit, and the treasury's statement of the month."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import xlsxwriter

from budget.queries import reconciliation
from budget.rules.imports.words import AmountUnit, ImportKind
from budget.rules.reconciling import voucher_number
from budget.rules.words import AccountState, ContractState, InstalmentKind, PaymentMethod
from budget.services.imports import batches
from budget.tables.contract import Contract, Instalment
from budget.tables.entry import Entry
from budget.tables.imports import ImportBatch
from budget.tables.line import BudgetLine
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import clock, documents
from portfolio.foundation.db import fn
from portfolio.foundation.money import FEN_PER_WAN, FEN_PER_YUAN, Money
from portfolio.foundation.roles import Actor, Role
from portfolio.tables.project import Project
from reports.services.demonstration.calendar import Story, working_day
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.script import Script

_ROWS = 3
_PART = 50  # a fiftieth of each instalment, so that the story of the projects stays what it is
_FEE = Money.from_yuan("15.50")
_OPENING = Money.from_wan(86_000)


def importing(written: Script, cast: Cast) -> Story:
    """A list of payments goes through three pairs of hands, then the month's statement is imported."""
    yield working_day(written.today.replace(day=written.today.day - 1))
    rows = _payable(written.today.year)
    if rows:
        _pay_list(cast, rows)
        yield clock.today()
        _statement(cast.one(Role.FINANCE))


def _payable(year: int) -> list[Any]:
    """Instalments of this year on which something is still due, of the unit that has most of them."""
    room = BudgetLine.released - BudgetLine.paid
    query = (
        Instalment.select(Instalment, Contract, Project)
        .join(Contract)
        .join(Project, on=(Contract.project == Project.id))
        .join(ProjectAccount, on=(ProjectAccount.project == Project.id))
        .switch(Instalment)
        .join(BudgetLine, on=(Instalment.line == BudgetLine.id))
        .where(
            BudgetLine.year == year,
            BudgetLine.method == PaymentMethod.DIRECT,
            Instalment.paid * 2 < Instalment.committed,
            room > Instalment.amount,
            Contract.state == ContractState.EFFECTIVE,
            ProjectAccount.state == AccountState.OPEN,
            Instalment.kind != InstalmentKind.RETENTION,
        )
    )
    counted = query.select(Contract.organisation, fn.COUNT(Instalment.id).alias("n")).group_by(
        Contract.organisation
    )
    most = sorted(counted.tuples(), key=lambda row: (-row[1], row[0]))
    if not most:
        return []
    return list(query.where(Contract.organisation == most[0][0]).order_by(Instalment.id).limit(_ROWS))


def _pay_list(cast: Cast, rows: list[Any]) -> None:
    unit = cast.one(Role.UNIT_FINANCE, of=rows[0].contract.project.owner.code)
    checker, poster = cast.all(Role.FINANCE)
    table: list[list[Any]] = [["合同编号", "期次", "金额（万元）", "用途说明"]]
    for one in rows:
        amount = one.amount.fen // _PART // FEN_PER_WAN * FEN_PER_WAN or FEN_PER_WAN
        table.append([one.contract.code, one.number, amount // FEN_PER_WAN, "阶段进度款"])
    paper = io.BytesIO("本月验收单\n（演示材料，内容为虚构）\n".encode())
    acceptance = documents.store(paper, name="本月验收单.txt", actor=unit, category="演示材料")
    batch = _received(
        ImportKind.PAYMENTS, table, "付款清单.xlsx", unit, AmountUnit.WAN, acceptance_id=acceptance.id
    )
    batch = _next(batches.submit, batch, unit)
    batch = batches.check(batch_id=batch.id, expected_version=batch.version, actor=checker)
    _next(batches.post, batch, poster)


def _statement(officer: Actor) -> None:
    """The treasury's statement so far: one payment is not on it yet, and a fee is on it alone."""
    today = clock.today()
    first, last = today.replace(day=1), today
    entries = list(
        reconciliation.cash_entries(PaymentMethod.DIRECT, first, last).order_by(Entry.effective_on, Entry.id)
    )
    table: list[list[Any]] = [["日期", "支出金额", "收入金额", "对方户名", "凭证号", "摘要"]]
    for entry in entries[:-1]:
        out = reconciliation.outflow(entry)
        sums = [out.fen / FEN_PER_YUAN, ""] if out.fen > 0 else ["", -out.fen / FEN_PER_YUAN]
        number = voucher_number(entry.line.year, entry.line_id, entry.number)
        day = entry.effective_on.isoformat()
        table.append([day, *sums, reconciliation.payee(entry), number, entry.note])
    fee_day = (last - timedelta(days=1) if last.day > 1 else last).isoformat()
    table.append([fee_day, _FEE.fen / FEN_PER_YUAN, "", "代理银行（虚构）", "", "账户管理费"])
    shown = sum(reconciliation.outflow(entry).fen for entry in entries[:-1]) + _FEE.fen
    about = {"method": PaymentMethod.DIRECT.value, "year": today.year, "month": today.month}
    about |= {"opening": _OPENING.fen, "closing": _OPENING.fen - shown}
    batch = _received(ImportKind.STATEMENT, table, "国库对账单.xlsx", officer, AmountUnit.YUAN, about=about)
    _next(batches.submit, batch, officer)


def _received(
    kind: ImportKind,
    table: Iterable[list[Any]],
    name: str,
    actor: Actor,
    unit: AmountUnit,
    **other: Any,  # noqa: ANN401
) -> ImportBatch:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": clock.now().replace(tzinfo=None, microsecond=0)})
    sheet = book.add_worksheet("数据")
    for number, row in enumerate(table):
        sheet.write_row(number, 0, row)
    book.close()
    file.seek(0)
    received = documents.receive(file, name=name)
    batch = batches.receive(kind=kind, received=received, unit=unit, actor=actor, **other)
    return batches.work_now(batch)


def _next(step: Any, batch: ImportBatch, actor: Actor) -> ImportBatch:  # noqa: ANN401
    return batches.work_now(step(batch_id=batch.id, expected_version=batch.version, actor=actor))
