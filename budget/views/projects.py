"""All the money of one project: its account, its years, lines, contracts, costs and payments."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from budget.queries import annual_plan, counterpart, forecast, funds, records
from budget.queries.lapsing import surpluses
from budget.tables.contract import Contract, DirectCost
from budget.views import contracts
from budget.views.blueprint import READERS, finance
from budget.views.forecast import drawn
from portfolio.foundation import clock
from portfolio.foundation.web.permissions import actor, allow


@finance.get("/projects/<int:project_id>/money")
@allow(*READERS)
def project(project_id: int) -> ResponseReturnValue:
    """The money of a project in the reader's view."""
    found = records.project(project_id, actor())
    lines = funds.project_lines(project_id)
    signed = records.contracts(actor()).where(Contract.project == project_id).order_by(Contract.id)
    costs = records.costs(actor()).where(DirectCost.project == project_id).order_by(DirectCost.id)
    account = funds.account(project_id)
    years = funds.money_by_year(project_id, lines)
    today = clock.today()
    curve = forecast.of_project(project_id, lines, clock.fiscal_year(today), today)
    return render_template(
        "finance/project.html",
        project=found,
        account=account,
        surpluses=surpluses(lines) if account is not None and account.over else [],
        promises=counterpart.promises(project_id),
        years=years,
        totals=funds.sum_of_years(years),
        lines=lines,
        contracts=list(signed),
        costs=list(costs),
        warnings=annual_plan.future_commitments(project_id, clock.fiscal_year(today)),
        badge_of=contracts.BADGES,
        due=contracts.due,
        this_year=clock.fiscal_year(today),
        **(drawn(curve) if curve else {}),
    )
