"""Contracts: the list, one contract, and what is done to it by a second person."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from budget.forms.contracts import CommitForm, EndForm, SignForm
from budget.forms.keyed import VersionedForm
from budget.queries import records, years
from budget.queries.limit_drafts import waiting
from budget.rules.words import ContractKind, ContractState
from budget.services import contracts as contract_services
from budget.services.limit_drafts import draft_end
from budget.services.once_only import drafted_once
from budget.services.previews import of_signature, of_supplement
from budget.tables.contract import Contract, Supplier
from budget.views.blueprint import (
    ACCOUNTS,
    READERS,
    SIGNERS,
    Deed,
    finance,
    labels,
    paper,
    sent,
    whose,
    year_choices,
)
from portfolio.foundation import clock
from portfolio.foundation.errors import say, several
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import (
    Column,
    Filter,
    Filters,
    Kind,
    Listing,
    Table,
    answer,
    page_of,
    tables,
)
from portfolio.foundation.web.permissions import actor, allow
from portfolio.tables.project import Project

BADGES = {
    ContractState.DRAFT: "waiting",
    ContractState.EFFECTIVE: "review",
    ContractState.SETTLED: "approved",
    ContractState.TERMINATED: "blocked",
}


def due(row: Any) -> Money:  # noqa: ANN401 - a Peewee row
    """What a contract comes to: its settled value once there is one."""
    found: Money = row.value if row.settled_value is None else row.settled_value
    return found


COLUMNS = (
    Column("title", say("合同"), link=lambda row: url_for("finance.contract", contract_id=row.id)),
    Column("code", say("合同编号"), short=True),
    Column("whose", say("项目或系统"), get=whose),
    Column("supplier", say("供应商"), get=lambda row: row.supplier.name),
    Column("kind", say("类别"), short=True),
    Column("value", say("合同价款"), Kind.MONEY, get=due),
    Column("paid", say("支付"), Kind.MONEY),
    Column("unpaid", say("未支付"), Kind.MONEY, get=lambda row: due(row) - row.paid),
    Column("state", say("状态"), Kind.STATUS, get=lambda row: (BADGES[row.state], row.state)),
)


@finance.get("/finance/contracts")
@allow(*READERS)
def contracts() -> ResponseReturnValue:
    """The contracts in the reader's view."""
    filters = Filters(
        [
            Filter("state", say("状态"), labels(ContractState)),
            Filter("kind", say("类别"), labels(ContractKind)),
            Filter("year", say("签订年度"), year_choices()),
            Filter("q", say("合同、项目或供应商")),
        ]
    )
    query = _chosen(records.contracts(actor()), filters)
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(Contract.id, Contract.id), descending=True),
        filters,
        totals=years.contract_sums(query),
        nothing=say("没有合同"),
        what_next=say("由单位经办人起草，另一人签订后生效"),
        every_row=lambda: query.order_by(Contract.id).iterator(),
    )
    return answer(listing, "finance/contracts.html", several("合同"))


def _chosen(query: records.Query, filters: Filters) -> records.Query:
    for key in ("state", "kind"):
        if filters.value(key):
            query = query.where(getattr(Contract, key) == filters.value(key))
    if filters.value("year"):
        query = query.where(records.in_year(Contract.signed_on, int(filters.value("year"))))
    if word := filters.value("q"):
        named = Contract.title.contains(word) | Contract.code.contains(word) | Supplier.name.contains(word)
        query = query.where(named | Project.name.contains(word) | Project.code.contains(word))
    return query


INSTALMENTS = (
    Column("number", say("期次"), Kind.NUMBER),
    Column("year", say("年度"), get=lambda row: str(row.year)),
    Column("kind", say("款项")),
    Column("source", say("资金来源")),
    Column("due_on", say("约定付款日"), Kind.DAY),
    Column("amount", say("金额"), Kind.MONEY),
    Column("committed", say("已列入指标"), Kind.MONEY),
    Column("paid", say("支付"), Kind.MONEY),
    Column("unpaid", say("未支付"), Kind.MONEY, get=lambda row: row.amount - row.paid),
)
SUPPLEMENTS = (
    Column("number", say("次序"), Kind.NUMBER),
    Column("amount", say("金额"), Kind.MONEY),
    Column("reason", say("原因")),
    Column("drafted_by", say("起草"), get=lambda row: row.drafted_by.name),
    Column("signed_by", say("签订"), get=lambda row: row.signed_by.name if row.signed_by_id else None),
    Column("signed_at", say("时间"), Kind.MOMENT),
)


@finance.get("/finance/contracts/<int:contract_id>")
@allow(*READERS)
def contract(contract_id: int) -> ResponseReturnValue:
    """One contract with its instalments and supplements."""
    row = records.contract(contract_id, actor())
    instalments, supplements = records.instalments(contract_id), records.supplements(contract_id)
    return tables(
        (Table(say("付款分期"), INSTALMENTS, instalments), Table(say("补充合同"), SUPPLEMENTS, supplements)),
        "finance/contract.html",
        say("合同{code}", code=row.code),
        contract=row,
        name=whose(row),
        instalments=instalments,
        supplements=supplements,
        due=due(row),
        badge_of=BADGES,
        unconfirmed=waiting(contract=contract_id) if actor().has(*ACCOUNTS) else [],
    )


@finance.get("/finance/contracts/<int:contract_id>/document")
@allow(*READERS)
def contract_document(contract_id: int) -> ResponseReturnValue:
    """The contract's text as it was handed in."""
    row = records.contract(contract_id, actor())
    return sent(row.document)


@finance.get("/finance/supplements/<int:supplement_id>/document")
@allow(*READERS)
def supplement_document(supplement_id: int) -> ResponseReturnValue:
    """The supplement's text as it was handed in."""
    return sent(records.supplement(supplement_id, actor()).document)


@finance.route("/finance/contracts/<int:contract_id>/signature", methods=["GET", "POST"])
@allow(*SIGNERS)
def sign_contract(contract_id: int) -> ResponseReturnValue:
    """Sign a draft, as somebody other than its drafter."""
    row = records.contract(contract_id, actor())
    form = SignForm(version=row.version)
    if form.accepted():
        with form.refusals():
            contract_services.sign_contract(
                contract_id=contract_id,
                expected_version=form.expected_version,
                key=form.key.data,
                signed_on=form.signed_on.data,
                actor=actor(),
            )
            flash(text(say("合同已生效")), "success")
            return redirect(url_for("finance.contract", contract_id=contract_id))
    deed = Deed(
        say("签订合同"),
        say(
            "合同“{title}”{value}生效，由{name}起草",
            title=row.title,
            value=row.value,
            name=row.drafted_by.name,
        ),
        say("签订合同"),
        url_for("finance.contract", contract_id=contract_id),
        goes_to=say("本年分期即时占用本年指标，合同金额计入项目概算"),
        final=say("生效后只能以补充合同、结算或终止变更。"),
        facts=((say("供应商"), row.supplier.name), (say("采购方式"), row.procurement_method)),
        findings=of_signature(row, records.instalments(contract_id)) if row.signed_by_id is None else (),
        fields=("signed_on",),
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/supplements/<int:supplement_id>/signature", methods=["GET", "POST"])
@allow(*SIGNERS)
def sign_supplement(supplement_id: int) -> ResponseReturnValue:
    """Sign a supplement, as somebody other than its drafter."""
    row = records.supplement(supplement_id, actor())
    form = VersionedForm(version=row.contract.version)
    if form.accepted():
        with form.refusals():
            contract_services.supplement(supplement_id=supplement_id, key=form.key.data, actor=actor())
            flash(text(say("补充合同已生效")), "success")
            return redirect(url_for("finance.contract", contract_id=row.contract_id))
    deed = Deed(
        say("签订补充合同"),
        say(
            "第{number}份补充合同{amount}：{reason}", number=row.number, amount=row.amount, reason=row.reason
        ),
        say("签订补充合同"),
        url_for("finance.contract", contract_id=row.contract_id),
        final=say("生效后合同价款随之增加，不能撤销。"),
        findings=of_supplement(row.contract, row) if row.signed_by_id is None else (),
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/contracts/<int:contract_id>/settlement", methods=["GET", "POST"])
@allow(Role.FINANCE)
def end_contract(contract_id: int) -> ResponseReturnValue:
    """Draft that a contract is settled or terminated; another officer confirms it."""
    row = records.contract(contract_id, actor())
    form = EndForm(version=row.version, settled_value=row.value)
    if form.accepted():
        with form.refusals():
            draft_id = drafted_once(
                form.key.data,
                draft_end,
                contract_id=contract_id,
                expected_version=form.expected_version,
                state=ContractState(str(form.end.data)),
                settled_value=form.settled_amount(),
                number=form.number.data,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            flash(text(say("已制单，请另一名财政经办人复核")), "success")
            return redirect(url_for("finance.limit_draft", draft_id=draft_id))
    deed = Deed(
        say("结算或终止合同"),
        say("合同“{title}”价款{value}，已付{paid}", title=row.title, value=row.value, paid=row.paid),
        say("制单并送复核"),
        url_for("finance.contract", contract_id=contract_id),
        goes_to=say("不再应付的部分从最后的分期起扣减，并退回指标和概算"),
        fields=("end", "settled_value", "number", "document"),
        units=("settled_value",),
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/projects/<int:project_id>/commitments", methods=["GET", "POST"])
@allow(*SIGNERS)
def commit_year(project_id: int) -> ResponseReturnValue:
    """Put this year's instalments of a project's contracts on the year's lines."""
    records.project(project_id, actor())
    year = clock.fiscal_year(clock.today())
    form = CommitForm()
    if form.accepted():
        with form.refusals():
            made = contract_services.commit_year(project_id=project_id, key=form.key.data, actor=actor())
            flash(text(say("已将{n}期合同付款列入本年指标", n=len(made))), "success")
            return redirect(url_for("finance.project", project_id=project_id))
    waiting = years.waiting_instalments(project_id, year)
    return form.page("finance/commitments.html", project_id=project_id, year=year, instalments=waiting)
