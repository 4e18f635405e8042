"""Limits that one officer has drafted: shown, confirmed by another, withdrawn."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from budget.forms.keyed import VersionedForm
from budget.queries.limit_drafts import limit_draft as found
from budget.rules.words import LimitKind, LimitState
from budget.services import limit_drafts
from budget.views.blueprint import ACCOUNTS, Deed, finance, sent
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow

BADGES = {LimitState.DRAFTED: "review", LimitState.CONFIRMED: "approved", LimitState.WITHDRAWN: "waiting"}


@finance.get("/finance/limits/<int:draft_id>")
@allow(*ACCOUNTS)
def limit_draft(draft_id: int) -> ResponseReturnValue:
    """One limit as drafted, and what may be done with it."""
    row = found(draft_id, actor())
    return render_template("finance/limit.html", row=row, badge_of=BADGES, back=_holds(row))


@finance.get("/finance/limits/<int:draft_id>/document")
@allow(*ACCOUNTS)
def limit_document(draft_id: int) -> ResponseReturnValue:
    """The paper on which a limit rests."""
    return sent(found(draft_id, actor()).document)


@finance.route("/finance/limits/<int:draft_id>/confirmation", methods=["GET", "POST"])
@allow(Role.FINANCE)
def confirm_limit(draft_id: int) -> ResponseReturnValue:
    """Put a limit into force, as somebody other than its drafter."""
    row = found(draft_id, actor())
    form = VersionedForm(version=row.version)
    if form.accepted():
        with form.refusals():
            limit_drafts.confirm(draft_id=draft_id, expected_version=form.expected_version, actor=actor())
            flash(text(say("{kind}已核定", kind=row.kind.label)), "success")
            return redirect(_holds(row))
    deed = Deed(
        say("复核并核定"),
        _happens(row),
        say("复核并核定"),
        url_for("finance.limit_draft", draft_id=draft_id),
        goes_to=say("不再应付的部分从最后的分期起扣减，并退回指标和概算") if row.contract_id else "",
        final=say("核定后立即生效；合同结算或终止后不能再签补充合同。")
        if row.contract_id
        else say("核定后立即生效；需要调整的，另行制单。"),
    )
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/limits/<int:draft_id>/withdrawal", methods=["GET", "POST"])
@allow(Role.FINANCE)
def withdraw_limit(draft_id: int) -> ResponseReturnValue:
    """Take one's own limit back before it is confirmed."""
    row = found(draft_id, actor())
    form = VersionedForm(version=row.version)
    if form.accepted():
        with form.refusals():
            limit_drafts.withdraw(draft_id=draft_id, expected_version=form.expected_version, actor=actor())
            flash(text(say("限额制单已撤回")), "success")
            return redirect(_holds(row))
    deed = Deed(
        say("撤回限额"),
        _happens(row),
        say("撤回"),
        url_for("finance.limit_draft", draft_id=draft_id),
        final=say("撤回后不能恢复；需要时请另行制单。"),
        danger=True,
    )
    return form.page("finance/act.html", deed=deed)


def _happens(row: Any) -> Message:  # noqa: ANN401 - a Peewee row
    values = {"amount": row.amount, "number": row.number, "name": row.drafted_by.name}
    if row.kind is LimitKind.CEILING:
        return say(
            "{year}年{source}年度规模{amount}（{number}），由{name}制单",
            year=row.year,
            source=row.source.label,
            **values,
        )
    if row.contract_id is not None:
        return say(
            "{kind}：合同“{title}”以{amount}办结（{number}），由{name}制单",
            kind=row.kind.label,
            title=row.contract.title,
            **values,
        )
    return say(
        "{project}前期工作经费限额{amount}（{number}），由{name}制单", project=row.project.name, **values
    )


def _holds(row: Any) -> str:  # noqa: ANN401 - a Peewee row
    """The page of what the limit holds."""
    if row.kind is LimitKind.CEILING:
        return url_for("finance.ceiling", year=row.year)
    if row.contract_id is not None:
        return url_for("finance.contract", contract_id=row.contract_id)
    return url_for("finance.project", project_id=row.project_id)
