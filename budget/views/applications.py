"""Applications for payment: applied for by a unit, checked by one officer, posted by another."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from budget.forms.funds import PostForm
from budget.forms.payments import ApplyForm, CheckForm, RefuseForm
from budget.queries import records, years
from budget.rules.words import ApplicationState
from budget.services import payments
from budget.services.previews import Preview, of_application
from budget.tables.contract import Contract
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from budget.views.blueprint import READERS, Deed, finance, labels, paper, sent, whose, year_filter
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.tables.project import Project

BADGES = {
    ApplicationState.APPLIED: "waiting",
    ApplicationState.CHECKED: "review",
    ApplicationState.POSTED: "approved",
    ApplicationState.REFUSED: "blocked",
}
_OPEN = (ApplicationState.APPLIED, ApplicationState.CHECKED)


def what(row: Any) -> str | Message:  # noqa: ANN401 - a Peewee row
    """What an application pays: an instalment of a contract, or a cost."""
    if row.instalment_id is None:
        return str(row.direct_cost.title)
    return say("{title} 第{number}期", title=row.instalment.contract.title, number=row.instalment.number)


def payee(row: Any) -> str:  # noqa: ANN401 - a Peewee row
    """Whoever is paid."""
    if row.instalment_id is None:
        return str(row.direct_cost.payee)
    return str(row.instalment.contract.supplier.name)


COLUMNS = (
    Column(
        "what",
        say("付款事项"),
        get=what,
        link=lambda row: url_for("finance.application", application_id=row.id),
    ),
    Column("whose", say("项目或系统"), get=lambda row: whose(row.line)),
    Column("organisation", say("申请单位"), get=lambda row: row.organisation.short_name, short=True),
    Column("payee", say("收款单位"), get=payee),
    Column("amount", say("金额"), Kind.MONEY),
    Column("applied_at", say("申请时间"), Kind.MOMENT),
    Column("state", say("状态"), Kind.STATUS, get=lambda row: (BADGES[row.state], row.state)),
)


@finance.get("/finance/applications")
@allow(*READERS)
def applications() -> ResponseReturnValue:
    """The applications in the reader's view."""
    filters = Filters(
        [
            Filter("state", say("状态"), labels(ApplicationState)),
            year_filter(),
            Filter("q", say("项目或合同")),
        ]
    )
    query = records.applications(actor())
    if filters.value("state"):
        query = query.where(PaymentApplication.state == filters.value("state"))
    if filters.value("year"):
        query = query.where(BudgetLine.year == int(filters.value("year")))
    if word := filters.value("q"):
        named = Project.name.contains(word) | Contract.title.contains(word) | Contract.code.contains(word)
        query = query.where(named)
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(PaymentApplication.id, PaymentApplication.id), descending=True),
        filters,
        totals=years.sums(query, PaymentApplication, "amount"),
        nothing=say("没有付款申请"),
        what_next=say("单位财务在合同页或非合同支出页提出申请"),
        every_row=lambda: query.order_by(PaymentApplication.id).iterator(),
    )
    return answer(listing, "finance/applications.html", several("付款申请"))


@finance.get("/finance/applications/<int:application_id>")
@allow(*READERS)
def application(application_id: int) -> ResponseReturnValue:
    """One application: its papers, how far it has come, and what paying it would do."""
    row = records.application(application_id, actor())
    return render_template(
        "finance/application.html",
        application=row,
        name=whose(row.line),
        what=what(row),
        payee=payee(row),
        preview=_preview(row),
        badge_of=BADGES,
    )


def _preview(row: Any) -> Preview | None:  # noqa: ANN401 - a Peewee row
    return of_application(row) if row.state in _OPEN else None


@finance.get("/finance/applications/<int:application_id>/papers/<kind>")
@allow(*READERS)
def application_paper(application_id: int, kind: str) -> ResponseReturnValue:
    """The invoice or the acceptance paper of an application."""
    row = records.application(application_id, actor())
    document = {"invoice": row.invoice, "acceptance": row.acceptance}.get(kind)
    return sent(document)


@finance.route("/finance/instalments/<int:instalment_id>/payment", methods=["GET", "POST"])
@allow(Role.UNIT_FINANCE)
def apply_instalment(instalment_id: int) -> ResponseReturnValue:
    """Apply to pay an instalment of a contract."""
    one = records.instalment(instalment_id, actor())
    waiting = records.waiting(PaymentApplication.instalment == instalment_id)
    left = max(one.committed - one.paid - waiting, Money.ZERO)
    form = ApplyForm(amount=left)
    if form.accepted():
        with form.refusals():
            return _applied(form, instalment_id=instalment_id)
    return form.page(
        "finance/apply.html",
        instalment=one,
        cost=None,
        name=whose(one.contract),
        under_way=waiting,
        left=left,
    )


@finance.route("/finance/costs/<int:cost_id>/payment", methods=["GET", "POST"])
@allow(Role.UNIT_FINANCE)
def apply_cost(cost_id: int) -> ResponseReturnValue:
    """Apply to pay a cost without a contract."""
    cost = records.cost(cost_id, actor())
    waiting = records.waiting(PaymentApplication.direct_cost == cost_id)
    left = max(cost.amount - cost.paid - waiting, Money.ZERO)
    form = ApplyForm(amount=left)
    if form.accepted():
        with form.refusals():
            return _applied(form, direct_cost_id=cost_id)
    return form.page(
        "finance/apply.html", instalment=None, cost=cost, name=whose(cost), under_way=waiting, left=left
    )


def _applied(form: ApplyForm, **about: int) -> ResponseReturnValue:
    row = payments.apply(
        amount=form.amount.data or Money.ZERO,
        invoice_id=paper(form, "invoice", needed=say("请上传发票")) or 0,
        acceptance_id=paper(form, "acceptance"),
        note=form.note.data,
        key=form.key.data,
        actor=actor(),
        **about,
    )
    flash(text(say("付款申请已提交，等待财政审核")), "success")
    return redirect(url_for("finance.application", application_id=row.id))


@finance.route("/finance/applications/<int:application_id>/check", methods=["GET", "POST"])
@allow(Role.FINANCE)
def check_application(application_id: int) -> ResponseReturnValue:
    """Check papers and figures, as the first officer."""
    row = records.application(application_id, actor())
    form = CheckForm(version=row.version)
    if form.accepted():
        with form.refusals():
            payments.check(
                application_id=application_id, expected_version=form.expected_version, actor=actor()
            )
            return _done(application_id, say("已审核，等待另一名财政经办人支付"))
    goes = say("送另一名财政经办人支付")
    happens = say("审核通过“{what}”的付款申请：{amount}", what=what(row), amount=row.amount)
    return form.page("finance/act.html", deed=_deed(row, say("审核付款申请"), happens, say("审核通过"), goes))


@finance.route("/finance/applications/<int:application_id>/refusal", methods=["GET", "POST"])
@allow(Role.FINANCE)
def refuse_application(application_id: int) -> ResponseReturnValue:
    """Send an application back for good."""
    row = records.application(application_id, actor())
    form = RefuseForm(version=row.version)
    if form.accepted():
        with form.refusals():
            payments.refuse(
                application_id=application_id,
                expected_version=form.expected_version,
                reason=form.reason.data,
                actor=actor(),
            )
            return _done(application_id, say("付款申请已退回"))
    deed = Deed(
        say("退回付款申请"),
        say("退回“{what}”{amount}", what=what(row), amount=row.amount),
        say("退回"),
        url_for("finance.application", application_id=application_id),
        goes_to=say("退回{name}，理由对方可见", name=row.organisation.name),
        final=say("退回后不能恢复；单位可另行申请。"),
        fields=("reason",),
        danger=True,
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/applications/<int:application_id>/posting", methods=["GET", "POST"])
@allow(Role.FINANCE)
def post_application(application_id: int) -> ResponseReturnValue:
    """Pay a checked application, as the second officer."""
    row = records.application(application_id, actor())
    form = PostForm(version=row.version)
    if form.accepted():
        with form.refusals():
            entry = payments.post(
                application_id=application_id,
                expected_version=form.expected_version,
                key=form.key.data,
                effective_on=form.effective_on.data,
                actor=actor(),
            )
            flash(text(say("已支付并记账：第{number}号凭证", number=entry.number)), "success")
            return redirect(url_for("finance.line", line_id=row.line_id))
    goes = say(
        "付给{payee}，从{year}年{source}指标列支",
        payee=payee(row),
        year=row.line.year,
        source=row.line.source.label,
    )
    happens = say("支付“{what}”：{amount}", what=what(row), amount=row.amount)
    return form.page(
        "finance/act.html",
        deed=_deed(row, say("办理支付"), happens, say("支付并记账"), goes, "effective_on"),
    )


def _deed(
    row: Any,  # noqa: ANN401 - a Peewee row
    title: Message,
    happens: Message,
    label: Message,
    goes_to: Message,
    *fields: str,
) -> Deed:
    preview = _preview(row)
    return Deed(
        title,
        happens,
        label,
        url_for("finance.application", application_id=row.id),
        goes_to=goes_to,
        final=say("一经支付不能修改，只能另制红字凭证冲销。") if fields else "",
        facts=((say("项目或系统"), whose(row.line)), (say("收款单位"), payee(row))),
        effects=preview.effects if preview else (),
        findings=preview.findings if preview else (),
        fields=fields,
    )


def _done(application_id: int, said: Message) -> ResponseReturnValue:
    flash(text(said), "success")
    return redirect(url_for("finance.application", application_id=application_id))
