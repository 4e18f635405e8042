"""The statements of bank and treasury: a month reconciled on paper, and its way to a second officer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from budget.forms.imports import ReturnForm, WithdrawForm
from budget.forms.keyed import VersionedForm
from budget.queries import reconciliation as items
from budget.queries import statements as queries
from budget.rules.adjusting import Adjustment
from budget.rules.reconciling import StatementState
from budget.rules.words import PaymentMethod
from budget.services import statements as services
from budget.tables.reconciliation import BankStatement, Reconciliation
from budget.views.blueprint import ACCOUNTS, Deed, finance, labels, year_filter
from budget.views.reconciliation import day_of, payee_of
from portfolio.foundation import clock
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.foundation.web.spreadsheet import Head, Sheet, workbook

BADGES = {
    StatementState.OPEN: "conditional",
    StatementState.SUBMITTED: "waiting",
    StatementState.CONFIRMED: "approved",
    StatementState.WITHDRAWN: "waiting",
}
SHOWN_ITEMS = 200
COLUMNS = (
    Column(
        "month",
        say("月份"),
        get=lambda row: f"{row.year}-{row.month:02d}",
        link=lambda row: url_for("finance.statement", statement_id=row.id),
        short=True,
    ),
    Column("method", say("支付方式"), get=lambda row: row.method),
    Column("opening", say("期初余额"), Kind.YUAN),
    Column("closing", say("期末余额"), Kind.YUAN),
    Column("made_by", say("导入"), get=lambda row: row.made_by.name, short=True),
    Column("made_at", say("导入时间"), Kind.MOMENT),
    Column(
        "checked_by",
        say("复核"),
        get=lambda row: row.checked_by.name if row.checked_by_id is not None else "",
        short=True,
    ),
    Column("state", say("状态"), Kind.STATUS, get=lambda row: (BADGES[row.state], row.state)),
)
Figure = tuple[Message, Money, bool]
"""What a line of one side says: its words, its amount, whether it is a balance."""


@finance.get("/finance/statements")
@allow(*ACCOUNTS)
def statements() -> ResponseReturnValue:
    """The statements, newest first."""
    filters = Filters(
        [
            year_filter(),
            Filter("method", say("支付方式"), labels(PaymentMethod)),
            Filter("state", say("状态"), labels(StatementState)),
        ]
    )
    query = queries.statements()
    if filters.value("year"):
        query = query.where(BankStatement.year == int(filters.value("year")))
    for key in ("method", "state"):
        if filters.value(key):
            query = query.where(getattr(BankStatement, key) == filters.value(key))
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(BankStatement.id, BankStatement.id), descending=True),
        filters,
        nothing=say("没有对账单"),
        what_next=say("请导入银行（国库）对账单"),
        every_row=lambda: query.order_by(BankStatement.id).iterator(),
    )
    return answer(listing, "finance/statements.html", several("对账单"))


@finance.get("/finance/statements/<int:statement_id>")
@allow(*ACCOUNTS)
def statement(statement_id: int) -> ResponseReturnValue:
    """The reconciliation of a month, on paper or as a workbook."""
    row = queries.statement(statement_id)
    if row.state is StatementState.WITHDRAWN:
        return render_template("finance/statement.html", row=row, badge_of=BADGES, deeds=[])
    earlier = queries.carried(row)
    adjusted = queries.adjustment(row, earlier)
    listed = items.items(statement_id).where(Reconciliation.outcome.in_(items.EXCEPTIONS))
    listed = listed.order_by(Reconciliation.id)
    if request.args.get("format") == "xlsx":
        return _workbook(row, adjusted, [*listed, *earlier])
    shown = list(listed.limit(SHOWN_ITEMS + 1))
    return render_template(
        "finance/statement.html",
        row=row,
        badge_of=BADGES,
        deeds=_deeds(row),
        sides=_beside(adjusted),
        gap=adjusted.gap,
        left=items.items(row.id).where(items.waiting()).count() if actor().has(Role.FINANCE) else 0,
        known=adjusted.opening is not None,
        listed=[("", shown[:SHOWN_ITEMS]), (text(say("以前月份")), earlier[:SHOWN_ITEMS])],
        more=len(shown) > SHOWN_ITEMS or len(earlier) > SHOWN_ITEMS,
        findings=[one for one in queries.following(row, clock.today()) if not one.passed],
        day_of=day_of,
        payee_of=payee_of,
        outflow=items.outflow,
    )


def _deeds(row: Any) -> list[tuple[str, Message]]:  # noqa: ANN401 - a Peewee row
    """What this reader may do with a statement: the page and what its button says, the main thing first."""
    if not actor().has(Role.FINANCE):
        return []
    if row.made_by_id != actor().user_id:
        waits = row.state is StatementState.SUBMITTED
        both = [("finance.confirm_statement", say("复核通过")), ("finance.return_statement", say("退回"))]
        return both if waits else []
    back = ("finance.withdraw_statement", say("撤回"))
    if row.state is StatementState.OPEN:
        return [("finance.submit_statement", say("提交复核")), back]
    return [back] if row.state is StatementState.SUBMITTED else []


# --- both sides ---------------------------------------------------------------------------------------------


def _bank_side(one: Adjustment) -> tuple[list[Figure], list[Figure]]:
    """The bank's side: up to its balance, and from there to the adjusted one."""
    known = one.opening is not None
    upper = [
        *([(say("期初余额"), one.start, False)] if known else []),
        (say("加：本月收入"), one.received, False),
        (say("减：本月支出"), one.paid, False),
        (say("期末余额") if known else say("收支净额"), one.bank, True),
    ]
    lower = [
        (say("加：账面已收、银行未收"), one.not_received, False),
        (say("减：账面已付、银行未付"), one.not_paid, False),
        *_unless_zero(say("减：以前月份账面已付、银行仍未付"), one.carried_out),
        (say("调节后余额") if known else say("调节后净额"), one.bank_adjusted, True),
    ]
    return upper, lower


def _books_side(one: Adjustment) -> tuple[list[Figure], list[Figure]]:
    """The books' side, likewise."""
    known = one.opening is not None
    upper = [
        *([(say("期初余额（取自对账单）"), one.start, False)] if known else []),
        *_unless_zero(say("减：期初账面已付、银行未付"), one.carried_in),
        (say("加：本月退回"), one.returned, False),
        (say("减：本月支付"), one.booked, False),
        (say("账面余额（按收付推算）") if known else say("收付净额"), one.books, True),
    ]
    lower = [
        (say("加：银行已收、账面未收"), one.unbooked_received, False),
        (say("减：银行已付、账面未付"), one.unbooked_paid, False),
        *_unless_zero(say("减：金额不一致，银行多付"), one.differing),
        *_unless_zero(say("减：银行已付、账面次月入账"), one.ahead),
        (say("调节后余额") if known else say("调节后净额"), one.books_adjusted, True),
    ]
    return upper, lower


def _unless_zero(words: Message, amount: Money) -> list[Figure]:
    return [(words, amount, False)] if amount else []


def _beside(one: Adjustment) -> list[tuple[Figure | None, Figure | None]]:
    """Both sides line by line, balance beside balance."""
    rows: list[tuple[Figure | None, Figure | None]] = []
    for left, right in zip(_bank_side(one), _books_side(one), strict=True):
        height = max(len(left), len(right)) - 1
        for at in range(height):
            rows.append((_at(left, at), _at(right, at)))
        rows.append((left[-1], right[-1]))
    return rows


def _at(side: Sequence[Figure], at: int) -> Figure | None:
    return side[at] if at < len(side) - 1 else None


def _workbook(row: BankStatement, adjusted: Adjustment, listed: list[Any]) -> ResponseReturnValue:
    heads = [Head(text(say("事项")), "text"), Head(text(say("日期")), "day")]
    heads += [Head(text(say("收款单位")), "text"), Head(text(say("对账单（元）")), "yuan")]
    heads += [Head(text(say("账面（元）")), "yuan"), Head(text(say("处理")), "text")]
    bank, books = _bank_side(adjusted), _books_side(adjusted)
    rows: list[list[Any]] = [[words, None, None, amount, None, None] for words, amount, _ in chain(*bank)]
    rows += [[words, None, None, None, amount, None] for words, amount, _ in chain(*books)]
    for one in listed:
        shown = one.line.amount if one.line_id is not None else None
        booked = items.outflow(one.entry) if one.entry_id is not None else None
        rows.append([one.outcome, day_of(one), payee_of(one), shown, booked, one.settlement])
    title = text(say("{year}年{month}月对账调节表", year=row.year, month=row.month))
    return workbook(title, [Sheet(title, heads, rows)], most=100_000)


# --- steps --------------------------------------------------------------------------------------------------


@finance.post("/finance/statements/<int:statement_id>/matching")
@allow(Role.FINANCE)
def match_statement(statement_id: int) -> ResponseReturnValue:
    """Match what is open once more."""
    services.match_again(statement_id=statement_id, actor=actor())
    flash(text(say("已重新核对")), "success")
    return redirect(url_for("finance.statement", statement_id=statement_id))


def _deed(row: BankStatement, title: Message, happens: Message, label: Message, **other: Any) -> Deed:  # noqa: ANN401
    facts = [
        (say("月份"), f"{row.year}-{row.month:02d}"),
        (say("支付方式"), row.method),
        (say("导入"), row.made_by.name),
    ]
    back = url_for("finance.statement", statement_id=row.id)
    return Deed(title, happens, label, back, facts=facts, **other)


def _stepped(row: BankStatement, form: Any, deed: Deed, step: Any, **other: Any) -> ResponseReturnValue:  # noqa: ANN401
    """The page of a step: confirmed, taken, and what came of it."""
    if form.accepted():
        with form.refusals():
            if "reason" in form:
                other["reason"] = form.reason.data
            after = step(statement_id=row.id, expected_version=form.expected_version, actor=actor(), **other)
            flash(text(say("已办理：{state}", state=after.state)), "success")
            return redirect(url_for("finance.statement", statement_id=row.id))
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/statements/<int:statement_id>/submission", methods=["GET", "POST"])
@allow(Role.FINANCE)
def submit_statement(statement_id: int) -> ResponseReturnValue:
    """Hand a statement to another officer."""
    row = queries.statement(statement_id)
    findings = queries.ready_findings(row, clock.today())
    left = url_for("finance.reconciliation", year=row.year, month=row.month)
    deed = _deed(
        row,
        say("提交调节表"),
        say("调节表提交复核，此后各项差异不能再改"),
        say("提交复核"),
        goes_to=say("送另一名财政经办人复核；复核之前可以撤回"),
        findings=findings,
        elsewhere=[] if findings[0].passed else [(say("处理对账差异"), left)],
    )
    return _stepped(row, VersionedForm(version=row.version), deed, services.submit)


@finance.route("/finance/statements/<int:statement_id>/confirmation", methods=["GET", "POST"])
@allow(Role.FINANCE)
def confirm_statement(statement_id: int) -> ResponseReturnValue:
    """Confirm a statement, as the second officer."""
    row = queries.statement(statement_id)
    deed = _deed(
        row,
        say("复核对账单"),
        say("确认银行与账面核对相符，差异均已查清"),
        say("复核通过"),
        final=say("复核后不能撤回；账面有新的凭证时须重新核对。"),
        findings=queries.ready_findings(row, clock.today()),
    )
    return _stepped(row, VersionedForm(version=row.version), deed, services.confirm)


@finance.route("/finance/statements/<int:statement_id>/return", methods=["GET", "POST"])
@allow(Role.FINANCE)
def return_statement(statement_id: int) -> ResponseReturnValue:
    """Send a statement back to its maker."""
    row = queries.statement(statement_id)
    happens = say("调节表退回导入人，可以继续处理差异")
    deed = _deed(row, say("退回调节表"), happens, say("退回"), fields=("reason",), danger=True)
    return _stepped(row, ReturnForm(version=row.version), deed, services.give_back)


@finance.route("/finance/statements/<int:statement_id>/withdrawal", methods=["GET", "POST"])
@allow(Role.FINANCE)
def withdraw_statement(statement_id: int) -> ResponseReturnValue:
    """Take a statement back: from the second officer, or, when it is with its maker, altogether."""
    row = queries.statement(statement_id)
    if row.state is StatementState.SUBMITTED:
        happens, final = say("调节表从复核撤回，可以继续处理差异"), say("理由记入审计日志。")
    else:
        happens = say("对账单全部撤回，本月可以重新导入")
        final = say("各行与账面的对应和已登记的说明一并作废，不能恢复；理由记入审计日志。")
    deed = _deed(row, say("撤回对账单"), happens, say("撤回"), final=final, fields=("reason",), danger=True)
    return _stepped(row, WithdrawForm(version=row.version), deed, services.withdraw)
