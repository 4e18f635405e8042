"""The money side of deciding: the estimate is fixed, the project is listed in an annual plan."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.acts import AnnualPlanForm, NumberForm
from approvals.queries.annual_plan import wanted
from approvals.queries.evidence import approved_investment
from approvals.queries.frozen import submitted_total
from approvals.queries.gates import cut_findings
from approvals.rules.stages import Act
from approvals.services import annual_plan, estimates
from approvals.views.blueprint import acts
from approvals.views.errand import Errand
from portfolio.foundation import clock
from portfolio.foundation.roles import AUTHORITIES
from portfolio.foundation.web.permissions import allow
from portfolio.rules.dossier import FundingSource


@acts.route("/fix-estimate", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def fix_estimate(project_id: int) -> ResponseReturnValue:
    """The investment authority fixes the estimate as submitted."""
    errand = Errand(Act.FIX_ESTIMATE, project_id)
    form = NumberForm(data=errand.seen)
    if form.accepted():
        with form.refusals():
            estimates.fix_estimate(
                submission_id=errand.submission_id(form),
                expected_version=form.version.data,
                number=form.number.data,
                actor=errand.actor,
            )
            return errand.done()
    matter = errand.matter
    total = submitted_total(matter.submission) if matter.submission is not None else None
    approved = approved_investment(matter.case)
    other = [Act.RETURN, Act.REOPEN_APPRAISAL]
    return errand.show(form, "fix_estimate", total=total, approved=approved, other=other)


@acts.route("/list-in-annual-plan", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def list_in_annual_plan(project_id: int) -> ResponseReturnValue:
    """Draft the project's row for a year and source; ``?year=`` and ``?source=`` choose beforehand."""
    errand = Errand(Act.LIST_IN_ANNUAL_PLAN, project_id)
    year = request.args.get("year", clock.fiscal_year(clock.today()), type=int)
    source = request.args.get("source", FundingSource.MUNICIPAL.value)
    source = source if source in set(FundingSource) else FundingSource.MUNICIPAL.value
    asked = wanted([project_id]).get(project_id, {})
    amount = asked.get((year, FundingSource(source)))
    form = AnnualPlanForm(data={**errand.seen, "year": year, "source": source, "amount": amount})
    if form.accepted():
        with form.refusals():
            annual_plan.list_in_annual_plan(
                project_id=project_id,
                expected_version=form.version.data,
                year=form.year.data,
                source=form.source.data,
                amount=form.amount.data,
                actor=errand.actor,
            )
            return errand.done(url_for("procedure.annual_plan", year=form.year.data))
    cut = (
        cut_findings(errand.matter.case, year, FundingSource(source), amount, errand.matter.rules)
        if amount is not None
        else []
    )
    return errand.show(form, "list_in_annual_plan", asked=sorted(asked.items()), cut=cut)
