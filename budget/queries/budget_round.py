"""Requests of the budget round and of mid-year, in the actor's view, with their sums against the ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budget.queries.funds import as_money
from budget.queries.records import Query
from budget.rules.words import OrderState, RequestKind, RequestState
from budget.tables.annual_plan import BudgetRequest, Ceiling
from budget.tables.entry import FundsOrder
from budget.tables.movement import Movement
from portfolio.foundation.access import User
from portfolio.foundation.db import fn
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import SEES_EVERYTHING, Actor
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Participant, Project, System

FIGURES = ("requested", "control_figure", "second_request", "approved")


def requests(actor: Actor) -> Query:
    """The requests in the actor's view, each with its project or system and the people."""
    asker, approver = User.alias(), User.alias()
    query = (
        BudgetRequest.select(BudgetRequest, Project, System, asker, approver)
        .left_outer_join(Project, on=(BudgetRequest.project == Project.id))
        .switch(BudgetRequest)
        .left_outer_join(System, on=(BudgetRequest.system == System.id))
        .switch(BudgetRequest)
        .join(asker, on=(BudgetRequest.requested_by == asker.id), attr="requested_by")
        .switch(BudgetRequest)
        .left_outer_join(approver, on=(BudgetRequest.approved_by == approver.id), attr="approved_by")
    )
    if actor.has(*SEES_EVERYTHING):
        return query
    mine = actor.organisation_id
    joined = Participant.select(Participant.project).where(Participant.organisation == mine)
    return query.where((Project.owner == mine) | Project.id.in_(joined) | (System.owner == mine))


def request(request_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One request; raises ``NotFound``; one query."""
    row = requests(actor).where(BudgetRequest.id == request_id).first()
    if row is None:
        raise NotFound(say("没有这项预算申请（编号 {id}）", id=request_id))
    return row


def order_for(request_id: int) -> Any | None:  # noqa: ANN401 - a Peewee row
    """The standing order that carries a request out, if there is one; one query."""
    return (
        FundsOrder.select()
        .join(Movement, on=(Movement.order == FundsOrder.id))
        .where(Movement.request == request_id, FundsOrder.state != OrderState.WITHDRAWN)
        .first()
    )


def awaiting_control(year: int, source: str, actor: Actor, most: int) -> list[Any]:
    """The requests of the round that have no second request yet, for the page of control figures."""
    states = [RequestState.FIRST_UP.value, RequestState.CONTROL.value]
    query = requests(actor).where(
        BudgetRequest.year == year,
        BudgetRequest.kind == RequestKind.ROUND,
        BudgetRequest.state.in_(states),
    )
    if source:
        query = query.where(BudgetRequest.source == source)
    return list(query.order_by(BudgetRequest.id).limit(most))


@dataclass(frozen=True, slots=True)
class SourceRound:
    """What a year's round comes to for a source; ``mid_year`` is net, ``ceiling`` is ``None`` where unset."""

    source: FundingSource
    requested: Money
    control_figure: Money
    second_request: Money
    approved: Money
    mid_year: Money
    ceiling: Money | None

    @property
    def left(self) -> Money | None:
        """What the ceiling leaves above all that is approved; less than nothing when it is passed."""
        return None if self.ceiling is None else self.ceiling - self.approved - self.mid_year


def by_source(year: int) -> list[SourceRound]:
    """The round of a year by source, against the ceilings; two queries."""
    sums: dict[FundingSource, dict[str, Money]] = {}
    columns = [fn.SUM(getattr(BudgetRequest, name)) for name in FIGURES]
    rows = (
        BudgetRequest.select(BudgetRequest.source, BudgetRequest.kind, *columns)
        .where(BudgetRequest.year == year)
        .group_by(BudgetRequest.source, BudgetRequest.kind)
        .tuples()
    )
    for source, kind, *figures in rows:
        found = sums.setdefault(FundingSource(source), {name: Money.ZERO for name in (*FIGURES, "mid_year")})
        amounts = dict(zip(FIGURES, map(as_money, figures), strict=True))
        if kind is RequestKind.ROUND:
            found.update(amounts)
        elif kind is RequestKind.SUPPLEMENT:
            found["mid_year"] += amounts["approved"]
        else:
            found["mid_year"] -= amounts["approved"]
    ceilings = {row.source: row.amount for row in Ceiling.select().where(Ceiling.year == year)}
    return [
        SourceRound(source, **sums[source], ceiling=ceilings.get(source))
        for source in FundingSource
        if source in sums
    ]
