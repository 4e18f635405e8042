"""Suppliers: whom contracts are signed with."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from budget.forms.contracts import SupplierForm
from budget.queries import records
from budget.services import contracts
from budget.services.once_only import drafted_once
from budget.tables.contract import Supplier
from budget.views.blueprint import DRAFTERS, READERS, finance
from portfolio.foundation.errors import say, several
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow

COLUMNS = (
    Column("code", say("组织机构代码"), short=True),
    Column("name", say("名称"), link=lambda row: url_for("finance.contracts", q=row.name)),
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
    return form.page("finance/supplier.html")
