"""Suppliers: whom contracts are signed with."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from budget.forms.contracts import SupplierForm
from budget.queries import records, years
from budget.services import contracts
from budget.services.once_only import drafted_once
from budget.tables.contract import Contract, Supplier
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.views import contracts as contract_views
from budget.views.blueprint import DRAFTERS, READERS, finance, year_filter
from portfolio.foundation.errors import say, several
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import (
    Column,
    Filter,
    Filters,
    Kind,
    Listing,
    Page,
    Table,
    answer,
    page_of,
)
from portfolio.foundation.web.permissions import actor, allow

COLUMNS = (
    Column("code", say("组织机构代码"), short=True),
    Column("name", say("名称"), link=lambda row: url_for("finance.supplier", supplier_id=row.id)),
    Column("bank", say("开户银行")),
    Column("bank_account", say("银行账号")),
    Column("contracts", say("合同数"), Kind.NUMBER),
    Column("value", say("合同价款"), Kind.MONEY),
    Column("paid", say("支付"), Kind.MONEY),
    Column("added_at", say("登记时间"), Kind.MOMENT),
)


@finance.get("/finance/suppliers")
@allow(*READERS)
def suppliers() -> ResponseReturnValue:
    """All suppliers."""
    filters = Filters([Filter("q", say("名称或代码"))])
    query = records.suppliers(actor())
    if word := filters.value("q"):
        query = query.where(Supplier.name.contains(word) | Supplier.code.contains(word))
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(Supplier.code, Supplier.id)),
        filters,
        nothing=say("没有供应商"),
        what_next=say("起草合同前先登记供应商"),
        every_row=lambda: query.order_by(Supplier.code).iterator(),
    )
    return answer(listing, "finance/suppliers.html", several("供应商"))


CONTRACTS = tuple(column for column in contract_views.COLUMNS if column.key != "supplier")
PAYMENTS = (
    Column("effective_on", say("日期"), Kind.DAY, link=lambda row: url_for("finance.entry", entry_id=row.id)),
    Column("kind", say("业务"), short=True),
    Column("contract", say("合同编号"), get=lambda row: row.contract.code, short=True),
    Column("document_number", say("指标文号"), get=lambda row: row.line.document_number),
    Column("amount", say("金额"), Kind.MONEY),
    Column("note", say("摘要")),
)
_NEWEST = 50


@finance.get("/finance/suppliers/<int:supplier_id>")
@allow(*READERS)
def supplier(supplier_id: int) -> ResponseReturnValue:
    """One supplier: what is signed with it, and what it was paid."""
    row = records.supplier(supplier_id, actor())
    query = records.contracts(actor()).where(Contract.supplier == supplier_id)
    every_payment = records.paid_to(supplier_id, actor())
    payments = list(every_payment.limit(_NEWEST + 1))
    newest = Page(payments[:_NEWEST], _NEWEST, more_than_counted=len(payments) > _NEWEST)
    listing = Listing(
        CONTRACTS,
        page_of(query, sort=(Contract.id, Contract.id), descending=True),
        totals=years.contract_sums(query),
        nothing=say("没有合同"),
        every_row=lambda: query.order_by(Contract.id).iterator(),
        beside=[Table(say("支付和退款"), PAYMENTS, every_payment.iterator())],
    )
    facts = {"supplier": row, "payments": Listing(PAYMENTS, newest)}
    return answer(listing, "finance/supplier.html", say("供应商{code}", code=row.code), **facts)


@finance.get("/finance/suppliers/<int:supplier_id>/payments")
@allow(*READERS)
def supplier_payments(supplier_id: int) -> ResponseReturnValue:
    """All that a supplier was paid and gave back, by year or contract, the newest first."""
    row = records.supplier(supplier_id, actor())
    filters = Filters([year_filter(), Filter("q", say("合同编号或文号"))])
    query = records.paid_to(supplier_id, actor())
    if year := filters.value("year"):
        query = query.where(Entry.effective_on.between(date(int(year), 1, 1), date(int(year), 12, 31)))
    if word := filters.value("q"):
        query = query.where(Contract.code.contains(word) | BudgetLine.document_number.contains(word))
    listing = Listing(
        PAYMENTS,
        page_of(query, sort=(Entry.id, Entry.id), descending=True),
        filters,
        totals=years.sums(query, Entry, "amount"),
        nothing=say("没有支付"),
        every_row=lambda: query.order_by(Entry.id).iterator(),
    )
    return answer(listing, "finance/supplier_payments.html", say("支付和退款"), supplier=row)


@finance.route("/finance/suppliers/new", methods=["GET", "POST"])
@allow(*DRAFTERS, Role.FINANCE)
def add_supplier() -> ResponseReturnValue:
    """Register a supplier."""
    form = SupplierForm()
    if form.accepted():
        with form.refusals():
            drafted_once(
                form.key.data,
                contracts.add_supplier,
                code=form.code.data,
                name=form.name.data,
                bank=form.bank.data,
                bank_account=form.bank_account.data,
                actor=actor(),
            )
            flash(text(say("供应商已登记")), "success")
            return redirect(url_for("finance.suppliers"))
    return form.page("finance/supplier_form.html")
