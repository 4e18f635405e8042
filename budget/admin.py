"""Money in the administration: to read, never to write."""

from __future__ import annotations

from typing import Any

from budget.tables.contract import Contract
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation.admin import View
from portfolio.foundation.errors import say
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Kind


class _MoneyView(View):
    group = say("资金数据")
    group_note = say("只读：只能由资金业务页面记账")


class Lines(_MoneyView):
    """Budget lines with their totals."""

    table = BudgetLine
    address = "budget-lines"
    title = say("预算指标一览")
    icon = "cash-stack"
    shown = (
        Column("document_number", say("文号")),
        Column("project", say("项目"), get=lambda row: row.project.name if row.project_id else None),
        Column("year", say("年度")),
        Column("source", say("资金来源")),
        Column("allotted", say("下达"), Kind.MONEY),
        Column("released", say("用款计划"), Kind.MONEY),
        Column("committed", say("合同占用"), Kind.MONEY),
        Column("paid", say("支付"), Kind.MONEY),
    )
    facts = (*shown, Column("head_hash", say("链上摘要")))
    joined = (BudgetLine.project,)
    searched = ("document_number",)
    order = ("-year", "id")


class Entries(_MoneyView):
    """The ledger."""

    table = Entry
    address = "entries"
    title = say("账本分录")
    icon = "journal-text"
    shown = (
        Column("id", say("编号"), get=lambda row: str(row.id)),
        Column("kind", say("种类")),
        Column("measure", say("科目")),
        Column("amount", say("金额"), Kind.YUAN),
        Column("effective_on", say("记账日期"), Kind.DAY),
        Column("at", say("写入时间"), Kind.MOMENT),
    )
    facts = (
        *shown,
        Column("document_number", say("文号")),
        Column("note", say("说明")),
        Column("hash", say("链上摘要")),
    )
    searched = ("document_number", "note")
    order = ("-id",)

    def heading(self, row: Any) -> str:  # noqa: ANN401 - a Peewee row
        """The entry's number."""
        return str(text(say("分录 {id}", id=row.id)))


class Contracts(_MoneyView):
    """Contracts."""

    table = Contract
    address = "contracts"
    title = say("合同一览")
    icon = "file-earmark-text"
    shown = (
        Column("code", say("编号")),
        Column("title", say("名称")),
        Column("supplier", say("供应商"), get=lambda row: row.supplier.name),
        Column("state", say("状态")),
        Column("value", say("合同金额"), Kind.MONEY),
        Column("paid", say("支付"), Kind.MONEY),
    )
    facts = shown
    joined = (Contract.supplier,)
    searched = ("code", "title")
    order = ("code",)


VIEWS: tuple[type[View], ...] = (Lines, Entries, Contracts)
