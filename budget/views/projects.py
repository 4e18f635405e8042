"""All the money of one project: its account, its years, lines, contracts, costs and payments."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from budget.queries import annual_plan, counterpart, forecast, funds, records
from budget.queries.lapsing import surpluses
from budget.tables.contract import Contract, DirectCost
from budget.views import contracts, costs
from budget.views.blueprint import READERS, finance
from budget.views.forecast import drawn
from budget.views.lines import LINES
from portfolio.foundation import clock
from portfolio.foundation.errors import say
from portfolio.foundation.web.lists import Column, Kind, Table, tables
from portfolio.foundation.web.permissions import actor, allow

YEARS = (
    Column("year", say("年度"), get=lambda row: str(row.year)),
    Column("source", say("资金来源")),
    Column("planned", say("年度计划"), Kind.MONEY),
    Column("carried_in", say("上年结转"), Kind.MONEY),
    Column("allotted", say("本年下达"), Kind.MONEY),
    Column("carried_out", say("结转下年"), Kind.MONEY),
    Column("released", say("用款额度"), Kind.MONEY),
    Column("committed", say("承诺"), Kind.MONEY),
    Column("paid", say("支付"), Kind.MONEY),
)


@finance.get("/projects/<int:project_id>/money")
@allow(*READERS)
def project(project_id: int) -> ResponseReturnValue:
    """The money of a project in the reader's view."""
    found = records.project(project_id, actor())
    lines = funds.project_lines(project_id)
    signed = list(records.contracts(actor()).where(Contract.project == project_id).order_by(Contract.id))
    direct = list(records.costs(actor()).where(DirectCost.project == project_id).order_by(DirectCost.id))
    account = funds.account(project_id)
    years = funds.money_by_year(project_id, lines)
    today = clock.today()
    curve = forecast.of_project(project_id, lines, clock.fiscal_year(today), today)
    return tables(
        (
            Table(say("分年度、分来源"), YEARS, years),
            Table(say("预算指标"), LINES[1:], lines),
            Table(say("合同"), contracts.COLUMNS, signed),
            Table(say("非合同支出"), costs.COLUMNS, direct),
        ),
        "finance/project.html",
        say("项目资金"),
        project=found,
        account=account,
        surpluses=surpluses(lines) if account is not None and account.over else [],
        promises=counterpart.promises(project_id),
        years=years,
        totals=funds.sum_of_years(years),
        lines=lines,
        contracts=signed,
        costs=direct,
        warnings=annual_plan.future_commitments(project_id, clock.fiscal_year(today)),
        badge_of=contracts.BADGES,
        due=contracts.due,
        this_year=clock.fiscal_year(today),
        **(drawn(curve) if curve else {}),
    )
