"""The annual investment plan 年度投资计划: the authorities list, the leading group decides (R07)."""

from __future__ import annotations

from approvals.queries.gates import cut_findings
from approvals.rules.book import parameters
from approvals.rules.stages import Act, DecisionMode, SideState
from approvals.services.matter import authorise, move, pass_gate, record, take
from approvals.tables.case import Case
from budget.rules.words import PlanRowState
from budget.services import annual_plan
from budget.tables.annual_plan import AnnualPlanRow
from portfolio.foundation import audit, clock, numbering, rulebook
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Finding, Forbidden, Invalid, Refused, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project

_BASIS = "规划四（五）“报信息化领导小组审定后实施”"


def list_in_annual_plan(
    *, project_id: int, expected_version: int, year: int, source: FundingSource, amount: Money, actor: Actor
) -> AnnualPlanRow:
    """An authority drafts a project's row for a year and source; only what is appraised or fixed (R07).

    Raises ``Refused`` (R07, CUT, FLOW), ``Forbidden``, ``Invalid`` for a past year or no money,
    ``StaleVersion``.
    """
    problems = {}
    if year < clock.fiscal_year(clock.today()):
        problems["year"] = say("年度投资计划只能列入本年或以后年度")
    if amount <= Money.ZERO:
        problems["amount"] = say("年度投资应大于零")
    if problems:
        raise Invalid(problems)
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.LIST_IN_ANNUAL_PLAN, actor)
        pass_gate(matter, row)
        refuse_unless(cut_findings(matter.case, year, source, amount, matter.rules))
        drafted = annual_plan.draft_row(
            project_id=project_id, year=year, source=source, amount=amount, actor=actor
        )
        move(matter, row, actor)
        return drafted


def decide_annual_plan(*, year: int, number: str, actor: Actor) -> list[AnnualPlanRow]:
    """A member of the leading group decides the drafted rows of a year; without ``number`` the next is given.

    Rows of stopped projects wait.  Raises ``Refused`` when there is nothing to decide, ``Forbidden`` for
    others, and for a member whose own house has a row in the plan.
    """
    actor.require(Role.MEMBER)
    with transaction():
        rows = list(
            AnnualPlanRow.select(AnnualPlanRow, Project)
            .join(Project)
            .join(Case, on=(Case.project == Project.id))
            .where(
                AnnualPlanRow.year == year,
                AnnualPlanRow.state == PlanRowState.DRAFTED,
                Case.side_state == SideState.ACTIVE,
            )
            .order_by(AnnualPlanRow.id)
        )
        if not rows:
            raise Refused([_nothing_to_decide(year)])
        own = sorted({row.project.name for row in rows if row.project.owner_id == actor.organisation_id})
        if own:
            raise Forbidden(
                say("{name}所在单位有项目列入计划，应当回避：{names}", name=actor.name, names="、".join(own)),
                basis=_BASIS,
                remedy=say("请由其他成员审定"),
            )
        series = parameters(rulebook.on(clock.today()), "DOCUMENTS")[
            f"{DecisionMode.LEADING_GROUP.value}_series"
        ]
        given = number.strip() or numbering.document_number(series, clock.today().year)
        ids = [row.id for row in rows]
        annual_plan.decide_rows(row_ids=ids, number=given, actor=actor)
        audit.record(actor, "annual_plan.decide", ("annual_plan", year), {"rows": ids, "number": given})
        for project_id in sorted({row.project_id for row in rows}):
            record(take(project_id), actor, "annual_plan.decide", {"year": year, "number": given})
        return list(AnnualPlanRow.select().where(AnnualPlanRow.id.in_(ids)).order_by(AnnualPlanRow.id))


def _nothing_to_decide(year: int) -> Finding:
    return Finding(
        "FLOW",
        False,
        say("{year}年度没有待审定的投资计划", year=year),
        _BASIS,
        remedy=say("请先由主管部门编列年度投资计划草案"),
    )
