"""Standing in for another 代理: what one has handed over, and what one was handed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portfolio.forms.delegations import DelegationForm
from portfolio.foundation import clock
from portfolio.foundation.errors import say
from portfolio.foundation.roles import Role
from portfolio.foundation.web import permissions
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, signed_in
from portfolio.queries.delegations import colleagues, given_by, given_to
from portfolio.rules.delegation import DELEGABLE
from portfolio.services import delegations as services

delegations = Blueprint("delegation", __name__, template_folder="../templates")


@delegations.get("/delegations", endpoint="list")
@signed_in
def held() -> ResponseReturnValue:
    """What I have handed over, and for whom I may stand in."""
    me = actor()
    return render_template(
        "delegation/list.html",
        mine=given_by(me.user_id),
        others=given_to(me.user_id),
        may_give=me.on_behalf_of is None and bool(me.roles & DELEGABLE),
    )


@delegations.route("/delegations/new", methods=["GET", "POST"])
@signed_in
def give() -> ResponseReturnValue:
    """Hand a part over to a colleague."""
    me = actor()
    form = DelegationForm(data={"valid_from": clock.today()})
    form.offer(colleagues(me.user_id, me.organisation_id), me.roles & DELEGABLE)
    if form.accepted():
        with form.refusals():
            services.give(
                delegate_id=form.delegate_id.data,
                role=Role(form.role.data),
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
                reason=form.reason.data,
                actor=me,
            )
            flash(text(say("代理已登记")), "success")
            return redirect(url_for("delegation.list"))
    return form.page("delegation/give.html")


@delegations.post("/delegations/<int:delegation_id>/end")
@signed_in
def end(delegation_id: int) -> ResponseReturnValue:
    """End a delegation at once."""
    services.end(delegation_id=delegation_id, actor=actor())
    flash(text(say("代理已结束")), "success")
    return redirect(url_for("delegation.list"))


@delegations.post("/delegations/<int:delegation_id>/begin")
@signed_in
def begin(delegation_id: int) -> ResponseReturnValue:
    """Act in the place of whoever gave it, until one stands back."""
    permissions.stand_in(delegation_id)
    return redirect(url_for("web.home"))


@delegations.post("/delegations/stand-back")
@signed_in
def stand_back() -> ResponseReturnValue:
    """Act as oneself again."""
    permissions.stand_back()
    flash(text(say("已恢复本人身份")), "success")
    return redirect(url_for("delegation.list"))
