"""The annual investment plan: rows drafted by the authorities, decided by the leading group."""

from __future__ import annotations

from collections.abc import Sequence

from budget.rules.amounts import positive, written, year_of_account
from budget.rules.words import PlanRowState
from budget.services.books import books
from budget.tables.annual_plan import AnnualPlanRow
from portfolio.foundation import audit, clock
from portfolio.foundation.db import for_update, get
from portfolio.foundation.errors import Conflict, Invalid, NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project


def draft_row(
    *, project_id: int, year: int, source: FundingSource, amount: Money, actor: Actor
) -> AnnualPlanRow:
    """Draft what the plan of ``year`` gives the project from ``source``.

    A row not yet decided is changed; a decided one stands and gets a further revision.
    """
    positive(amount)
    year_of_account(year)
    values = {"amount": amount, "drafted_by": actor.user_id, "drafted_at": clock.now()}
    with books():
        get(Project, project_id, say("项目"), lock=True)
        last: AnnualPlanRow | None = (
            AnnualPlanRow.select()
            .where(
                AnnualPlanRow.project == project_id,
                AnnualPlanRow.year == year,
                AnnualPlanRow.source == source,
            )
            .order_by(AnnualPlanRow.revision.desc())
            .first()
        )
        if last is not None and last.state is PlanRowState.DRAFTED:
            AnnualPlanRow.update(**values).where(AnnualPlanRow.id == last.id).execute()
            row: AnnualPlanRow = AnnualPlanRow.get_by_id(last.id)
        else:
            revision = last.revision + 1 if last else 1
            row = AnnualPlanRow.create(
                project=project_id, year=year, source=source, revision=revision, **values
            )
        data = {"year": year, "source": source, "amount": amount, "revision": row.revision}
        audit.record(actor, "annual_plan.draft", ("annual_plan_row", row.id), data)
    return row


def decide_rows(*, row_ids: Sequence[int], number: str, actor: Actor) -> list[AnnualPlanRow]:
    """Decide drafted rows by the document ``number``; all of them or none.

    Raises ``NotFound`` for an unknown row and ``Conflict`` for one decided already.
    """
    document = written(number, "number")
    wanted = sorted(set(row_ids))
    if not wanted:
        raise Invalid({"row_ids": say("没有要审定的计划")})
    with books():
        query = AnnualPlanRow.select().where(AnnualPlanRow.id.in_(wanted)).order_by(AnnualPlanRow.id)
        rows = list(for_update(query))
        if len(rows) != len(wanted):
            missing = sorted(set(wanted) - {row.id for row in rows})
            raise NotFound(say("没有这些年度计划（编号 {ids}）", ids="、".join(map(str, missing))))
        if any(row.state is PlanRowState.DECIDED for row in rows):
            raise Conflict(
                say("所选年度计划中有已经审定的"),
                basis="年度投资计划一经审定，调整另行编列",
                remedy=say("请刷新后重新选择"),
            )
        now = clock.now()
        AnnualPlanRow.update(
            state=PlanRowState.DECIDED, number=document, decided_by=actor.user_id, decided_at=now
        ).where(AnnualPlanRow.id.in_(wanted)).execute()
        for row in rows:
            data = {"number": document, "amount": row.amount}
            audit.record(actor, "annual_plan.decide", ("annual_plan_row", row.id), data)
        return list(query.clone())
