"""What others pay in for a project, preparatory funds, and every amount that the ceilings had."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from budget.forms.keyed import VersionedForm
from budget.forms.movements import CancelForm, PreparatoryForm, ReceiptForm
from budget.queries import counterpart as queries
from budget.queries import funds, records, years
from budget.queries.limit_drafts import waiting
from budget.services import counterpart, limit_drafts
from budget.services.once_only import drafted_once
from budget.tables.annual_plan import Ceiling, CeilingRevision
from budget.views.blueprint import READERS, Deed, finance, paper, sent, year_filter
from portfolio.foundation import clock
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import SEES_EVERYTHING, Role
from portfolio.foundation.web.language import day, text
from portfolio.foundation.web.lists import Column, Filters, Kind, Listing, Table, answer, page_of, tables
from portfolio.foundation.web.permissions import actor, allow

REVISIONS = (
    Column("year", say("年度"), get=lambda row: str(row.ceiling.year), short=True),
    Column("source", say("资金来源"), get=lambda row: row.ceiling.source, short=True),
    Column("revision", say("次序"), Kind.NUMBER),
    Column("amount", say("年度规模"), Kind.MONEY),
    Column("number", say("文号")),
    Column(
        "draft", say("制单"), get=lambda row: row.draft.drafted_by.name if row.draft else None, short=True
    ),
    Column("set_by", say("复核"), get=lambda row: row.set_by.name, short=True),
    Column("set_at", say("时间"), Kind.MOMENT),
)

PROMISES = (
    Column("year", say("年度"), get=lambda row: str(row.year)),
    Column("source", say("资金来源")),
    Column("promised", say("承诺配套"), Kind.MONEY),
    Column("received", say("已到账"), Kind.MONEY),
    Column("pending", say("待核实"), Kind.MONEY),
    Column("missing", say("尚未到账"), Kind.MONEY),
)
RECEIPTS = (
    Column("received_on", say("到账日期"), Kind.DAY),
    Column("payer", say("付款单位")),
    Column("year", say("年度"), get=lambda row: str(row.year)),
    Column("source", say("资金来源")),
    Column("amount", say("到账金额"), Kind.MONEY),
    Column("number", say("到账凭证")),
    Column("recorded_by", say("登记"), get=lambda row: row.recorded_by.name),
    Column(
        "confirmed_by", say("核实"), get=lambda row: row.confirmed_by.name if row.confirmed_by_id else None
    ),
    Column("cancel_reason", say("作废原因")),
)


@finance.get("/projects/<int:project_id>/counterpart")
@allow(*READERS)
def counterpart_funds(project_id: int) -> ResponseReturnValue:
    """What others promised for a project and what arrived."""
    project = records.project(project_id, actor())
    promises, receipts = queries.promises(project_id), queries.receipts(project_id)
    return tables(
        (Table(say("配套资金"), PROMISES, promises), Table(say("到账记录"), RECEIPTS, receipts)),
        "finance/counterpart.html",
        say("配套资金"),
        project=project,
        promises=promises,
        receipts=receipts,
    )


@finance.route("/projects/<int:project_id>/counterpart/new", methods=["GET", "POST"])
@allow(Role.UNIT_FINANCE)
def record_receipt(project_id: int) -> ResponseReturnValue:
    """Register money that arrived."""
    project = records.project(project_id, actor())
    form = ReceiptForm(year=clock.fiscal_year(clock.today()), received_on=clock.today())
    if form.accepted():
        with form.refusals():
            drafted_once(
                form.key.data,
                counterpart.record_receipt,
                project_id=project_id,
                source=form.source.data,
                year=form.year.data,
                amount=form.amount.data,
                received_on=form.received_on.data,
                payer=form.payer.data,
                number=form.number.data or "",
                document_id=paper(form, "document", needed=say("请附到账凭证")),
                actor=actor(),
            )
            flash(text(say("到账已登记，请财政经办人核实")), "success")
            return redirect(url_for("finance.counterpart_funds", project_id=project_id))
    return form.page("finance/receipt_form.html", project=project)


@finance.get("/finance/receipts/<int:receipt_id>/document")
@allow(*READERS)
def receipt_document(receipt_id: int) -> ResponseReturnValue:
    """The paper of a receipt."""
    row = queries.receipt(receipt_id, actor())
    return sent(row.document)


@finance.route("/finance/receipts/<int:receipt_id>/confirmation", methods=["GET", "POST"])
@allow(Role.FINANCE)
def confirm_receipt(receipt_id: int) -> ResponseReturnValue:
    """Confirm that money is there."""
    row = queries.receipt(receipt_id, actor())
    form = VersionedForm(version=row.version)
    back = url_for("finance.counterpart_funds", project_id=row.project_id)
    if form.accepted():
        with form.refusals():
            counterpart.confirm_receipt(
                receipt_id=receipt_id, expected_version=form.expected_version, actor=actor()
            )
            flash(text(say("到账已核实")), "success")
            return redirect(back)
    deed = Deed(
        say("核实到账"),
        say("核实“{payer}”到账{amount}", payer=row.payer, amount=row.amount),
        say("核实"),
        back,
        goes_to=say("计入{name}的配套资金", name=row.project.name),
        facts=_facts(row),
        paper=(row.document.file_name, url_for("finance.receipt_document", receipt_id=receipt_id)),
    )
    return form.page("finance/act.html", deed=deed)


def _facts(row: Any) -> tuple[tuple[Message, Any], ...]:  # noqa: ANN401 - a Peewee row
    """What the paper of a receipt has to say."""
    return (
        (say("资金来源"), say("{year}年{source}", year=row.year, source=row.source)),
        (say("到账日期"), day(row.received_on, "iso")),
        (say("付款单位"), row.payer),
        (say("到账凭证"), row.number),
        (say("登记人"), row.recorded_by.name),
    )


@finance.route("/finance/receipts/<int:receipt_id>/cancellation", methods=["GET", "POST"])
@allow(Role.FINANCE, Role.UNIT_FINANCE)
def cancel_receipt(receipt_id: int) -> ResponseReturnValue:
    """Let a receipt count no longer."""
    row = queries.receipt(receipt_id, actor())
    form = CancelForm(version=row.version)
    back = url_for("finance.counterpart_funds", project_id=row.project_id)
    if form.accepted():
        with form.refusals():
            counterpart.cancel_receipt(
                receipt_id=receipt_id,
                expected_version=form.expected_version,
                reason=form.reason.data or "",
                actor=actor(),
            )
            flash(text(say("到账记录已作废")), "success")
            return redirect(back)
    deed = Deed(
        say("作废到账记录"),
        say("作废“{payer}”到账{amount}的记录", payer=row.payer, amount=row.amount),
        say("作废"),
        back,
        final=say("作废后不再计入，也不能恢复。"),
        fields=("reason",),
        danger=True,
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/projects/<int:project_id>/preparatory", methods=["GET", "POST"])
@allow(Role.FINANCE)
def preparatory_limit(project_id: int) -> ResponseReturnValue:
    """Draft what a project may spend before its estimate is fixed (R08); another officer confirms it."""
    project = records.project(project_id, actor())
    account = funds.account(project_id)
    form = PreparatoryForm(amount=account.preparatory_limit if account else None)
    if form.accepted():
        with form.refusals():
            draft_id = drafted_once(
                form.key.data,
                limit_drafts.draft_preparatory_limit,
                project_id=project_id,
                amount=form.amount.data,
                number=form.number.data,
                document_id=paper(form, "document"),
                actor=actor(),
            )
            flash(text(say("限额已制单，请另一名财政经办人复核")), "success")
            return redirect(url_for("finance.limit_draft", draft_id=draft_id))
    return form.page(
        "finance/preparatory.html", project=project, account=account, unconfirmed=waiting(project=project_id)
    )


@finance.get("/finance/ceilings")
@allow(*SEES_EVERYTHING)
def ceilings() -> ResponseReturnValue:
    """Every amount that the ceilings had, with the documents that set them."""
    filters = Filters([year_filter()])
    query = years.all_revisions()
    if filters.value("year"):
        query = query.where(Ceiling.year == int(filters.value("year")))
    listing = Listing(
        REVISIONS,
        page_of(query, sort=(CeilingRevision.id, CeilingRevision.id), descending=True),
        filters,
        nothing=say("尚未设定年度规模"),
        every_row=lambda: query.order_by(CeilingRevision.id).iterator(),
    )
    return answer(listing, "finance/ceilings.html", say("年度规模历次调整"))
