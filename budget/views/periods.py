"""The months of the books: closed, and opened again for a reason."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from budget.forms.funds import ReopenForm
from budget.queries.closing import is_year_closed
from budget.queries.periods import months_of, turns_of
from budget.queries.statements import closing_findings
from budget.rules.words import PeriodState
from budget.services import periods as period_services
from budget.views.blueprint import ACCOUNTS, Deed, finance, year_filter
from portfolio.foundation import clock
from portfolio.foundation.errors import Finding, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web.forms import Form
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filters, Kind, Table, tables
from portfolio.foundation.web.permissions import actor, allow

MONTHS = (
    Column("number", say("月份"), Kind.NUMBER),
    Column("state", say("状态")),
    Column("entries", say("凭证（笔）"), Kind.NUMBER),
    Column("paid", say("支付"), Kind.MONEY),
    Column("by", say("经办")),
    Column("at", say("时间"), Kind.MOMENT),
)
_TURNED = {PeriodState.CLOSED: say("结账"), PeriodState.OPEN: say("反结账")}
TURNS = (
    Column("month", say("月份"), Kind.NUMBER),
    Column("state", say("办理"), get=lambda row: _TURNED[row.state]),
    Column("reason", say("理由")),
    Column("late", say("补记凭证（笔）"), Kind.NUMBER),
    Column("by", say("经办")),
    Column("at", say("时间"), Kind.MOMENT),
)


@finance.get("/finance/periods")
@allow(*ACCOUNTS)
def periods() -> ResponseReturnValue:
    """The twelve months of a year."""
    asked = Filters([year_filter(clock.fiscal_year(clock.today()))])
    year = int(asked.value("year"))
    months, turns = months_of(year), turns_of(year)
    return tables(
        [
            Table(say("{year}年结账", year=str(year)), MONTHS, months),
            Table(say("结账与反结账记录"), TURNS, turns),
        ],
        "finance/periods.html",
        say("{year}年结账", year=str(year)),
        year=year,
        years=asked.fields[0].choices,
        months=months,
        turns=turns,
        turned=_TURNED,
        ended=is_year_closed(year),
        paid=Money.total(one.paid for one in months),
    )


@finance.route("/finance/periods/<int:year>/<int:month>/closing", methods=["GET", "POST"])
@allow(Role.FINANCE)
def close_period(year: int, month: int) -> ResponseReturnValue:
    """Close a month."""
    form = Form()
    if form.accepted():
        with form.refusals():
            period_services.close_period(year=year, month=month, actor=actor())
            flash(text(say("{year}年{month}月已结账", year=year, month=month)), "success")
            return redirect(url_for("finance.periods", year=year))
    findings = closing_findings(year, month) if 1 <= month <= 12 else []
    deed = Deed(
        say("{year}年{month}月结账", year=year, month=month),
        say("{year}年{month}月结账后不再接受任何凭证", year=year, month=month),
        say("办理结账"),
        url_for("finance.periods", year=year),
        final=say("需要补记时须先反结账并说明理由。"),
        findings=findings,
        elsewhere=[(_PUT_RIGHT[one.code], _where(one, year, month)) for one in findings if not one.passed],
    )
    return form.page("finance/act.html", deed=deed)


_PUT_RIGHT = {"M59": say("导入对账单"), "M60": say("处理对账差异"), "M65": say("复核对账单")}


def _where(finding: Finding, year: int, month: int) -> str:
    """The page on which a warning is put right."""
    if finding.code == "M59":
        return url_for("finance.new_import", kind="statement")
    if finding.code == "M65":
        return url_for("finance.statements")
    return url_for("finance.reconciliation", year=year, month=month)


@finance.route("/finance/periods/<int:year>/<int:month>/reopening", methods=["GET", "POST"])
@allow(Role.FINANCE)
def reopen_period(year: int, month: int) -> ResponseReturnValue:
    """Open a closed month again."""
    form = ReopenForm()
    if form.accepted():
        with form.refusals():
            period_services.reopen_period(year=year, month=month, reason=form.reason.data, actor=actor())
            flash(text(say("{year}年{month}月已反结账", year=year, month=month)), "success")
            return redirect(url_for("finance.periods", year=year))
    deed = Deed(
        say("{year}年{month}月反结账", year=year, month=month),
        say("{year}年{month}月重新接受凭证", year=year, month=month),
        say("反结账"),
        url_for("finance.periods", year=year),
        final=say("理由和其间补记的凭证列入结账记录，并记入审计日志。"),
        fields=("reason",),
        danger=True,
    )
    return form.page("finance/act.html", deed=deed)
