"""The annual investment plan: what could be listed, what is drafted, what the leading group decided."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.acts import PlanDecisionForm
from approvals.queries.annual_plan import annual_plan as plan_of
from approvals.services.annual_plan import decide_annual_plan
from approvals.views.submission import procedure
from portfolio.foundation import clock
from portfolio.foundation.errors import say
from portfolio.foundation.roles import SEES_EVERYTHING, Role
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow


@procedure.get("/annual-plan")
@allow(*SEES_EVERYTHING)
def this_year() -> ResponseReturnValue:
    """To the plan of this year."""
    return redirect(url_for("procedure.annual_plan", year=clock.fiscal_year(clock.today())))


@procedure.get("/annual-plan/<int:year>")
@allow(*SEES_EVERYTHING)
def annual_plan(year: int) -> ResponseReturnValue:
    """The plan of a year: totals against the ceilings, drafts, what may be listed, what is decided."""
    this = clock.fiscal_year(clock.today())
    return render_template("approvals/annual_plan.html", plan=plan_of(year), year=year, this_year=this)


@procedure.route("/annual-plan/<int:year>/decision", methods=["GET", "POST"])
@allow(Role.MEMBER)
def decide(year: int) -> ResponseReturnValue:
    """The leading group decides the drafted rows, all of them at once."""
    form = PlanDecisionForm()
    if form.accepted():
        with form.refusals():
            rows = decide_annual_plan(year=year, number=form.number.data, actor=actor())
            said = say("{year}年度投资计划已审定：{number}", year=year, number=rows[0].number)
            flash(text(said), "success")
            return redirect(url_for("procedure.annual_plan", year=year))
    return form.page("approvals/annual_plan_decision.html", plan=plan_of(year), year=year)
