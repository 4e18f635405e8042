"""The budget round 二上二下, and requests for more or less in mid-year: units ask, finance decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from budget.queries.subjects import Subject, visible
from budget.rules.amounts import not_negative, positive, written, year_of_account
from budget.rules.refusals import another_person
from budget.rules.round import asking_problems, kind_finding, step_finding, within
from budget.rules.words import MID_YEAR, RequestKind, RequestState
from budget.services.books import books
from budget.services.movements import draft_adjustment
from budget.tables.annual_plan import BudgetRequest
from budget.tables.entry import FundsOrder
from budget.tables.line import BudgetLine
from portfolio.foundation import audit, clock
from portfolio.foundation.db import change, fn, get
from portfolio.foundation.errors import Conflict, Finding, Forbidden, Invalid, Refused, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource

_ROUND = (RequestKind.ROUND,)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for a request as the officer saw it."""

    request_id: int
    expected_version: int
    amount: Money


def ask(
    *,
    year: int,
    source: FundingSource,
    kind: RequestKind,
    amount: Money,
    reason: str,
    actor: Actor,
    project_id: int | None = None,
    system_id: int | None = None,
) -> BudgetRequest:
    """Ask for money of a year 一上, or for more or less in mid-year; for one's own project or system.

    Raises ``Conflict`` when the round has a request of this subject, year and source already.
    """
    actor.require(Role.UNIT_FINANCE)
    year_of_account(year)
    positive(amount)
    if wrong := asking_problems(kind, source, year, clock.fiscal_year(clock.today())):
        raise Invalid(wrong)
    why = written(reason, "reason", needed=kind in MID_YEAR)
    with books():
        whose = visible(actor, project_id=project_id, system_id=system_id)
        if actor.organisation_id not in whose.organisation_ids:
            raise Forbidden(say("只能为本单位的项目和系统编报"), basis="谁使用谁申请")
        last = _asked_so_far(whose, year, source, kind)
        if last and kind is RequestKind.ROUND:
            raise Conflict(
                say("该年度、来源的预算申请已经编报"),
                basis="一个项目或系统每年每个来源编报一次",
                remedy=say("请在原申请上修改"),
            )
        row: BudgetRequest = BudgetRequest.create(
            **whose.keys,
            year=year,
            source=source,
            kind=kind,
            position=last + 1,
            requested=amount,
            reason=why,
            requested_by=actor.user_id,
            requested_at=clock.now(),
        )
        data = {"year": year, "source": source, "kind": kind, "amount": amount}
        _record(actor, "budget_request.ask", row, data)
    return row


def _asked_so_far(whose: Subject, year: int, source: FundingSource, kind: RequestKind) -> int:
    """How many requests of this kind, year and source a project or system has."""
    same = (
        (BudgetRequest.project == whose.project_id)
        if whose.project_id is not None
        else (BudgetRequest.system == whose.system_id)
    )
    query = BudgetRequest.select(fn.MAX(BudgetRequest.position)).where(
        same, BudgetRequest.year == year, BudgetRequest.source == source, BudgetRequest.kind == kind
    )
    return int(query.scalar() or 0)


def revise(
    *, request_id: int, expected_version: int, amount: Money, reason: str, actor: Actor
) -> BudgetRequest:
    """Change a request that finance has not answered yet."""
    positive(amount)
    with books():
        row = _own(request_id, actor)
        refuse_unless([step_finding(row.kind, row.state, (RequestState.FIRST_UP,))])
        why = written(reason, "reason", needed=row.kind in MID_YEAR)
        values = {"requested": amount, "reason": why, "requested_by": actor.user_id}
        change(row, expected_version, **values, requested_at=clock.now())
        _record(actor, "budget_request.revise", row, {"amount": amount})
    return row


def set_controls(*, figures: Sequence[Figure], actor: Actor) -> int:
    """Give requests their control figures 一下, all of them or none; returns how many.

    Raises ``Invalid`` at ``rows.N.amount`` for each that cannot be given, and ``StaleVersion``.
    """
    actor.require(Role.FINANCE)
    with books():
        problems: dict[str, Any] = {}
        for number, figure in enumerate(figures):
            try:
                _control(figure, actor)
            except Invalid as refusal:
                problems[f"rows.{number}.amount"] = next(iter(refusal.fields.values()))
            except Refused as refusal:
                problems[f"rows.{number}.amount"] = _first(refusal)
        if problems:
            raise Invalid(problems)
    return len(figures)


def _control(figure: Figure, actor: Actor) -> None:
    not_negative(figure.amount)
    row = get(BudgetRequest, figure.request_id, say("预算申请"), lock=True)
    states = (RequestState.FIRST_UP, RequestState.CONTROL)
    refuse_unless([kind_finding(row.kind, _ROUND), step_finding(row.kind, row.state, states)])
    change(row, figure.expected_version, state=RequestState.CONTROL, control_figure=figure.amount)
    _record(actor, "budget_request.control", row, {"amount": figure.amount})


def ask_again(*, request_id: int, expected_version: int, amount: Money, actor: Actor) -> BudgetRequest:
    """Ask within the control figure 二上."""
    not_negative(amount)
    with books():
        row = _own(request_id, actor)
        refuse_unless(
            [
                step_finding(row.kind, row.state, (RequestState.CONTROL,)),
                within(amount, row.control_figure or Money.ZERO, say("二上数不超过控制数")),
            ]
        )
        change(row, expected_version, state=RequestState.SECOND_UP, second_request=amount)
        _record(actor, "budget_request.ask_again", row, {"amount": amount})
    return row


def approve(
    *, request_id: int, expected_version: int, amount: Money, number: str, actor: Actor
) -> BudgetRequest:
    """Approve a second request 二下, or a request in mid-year, by the document ``number``.

    Raises ``Refused`` for whoever asked, for another step, and for more than was asked for.
    """
    actor.require(Role.FINANCE)
    not_negative(amount)
    document = written(number, "number")
    with books():
        row = get(BudgetRequest, request_id, say("预算申请"), lock=True)
        refuse_unless(approval_findings(row, amount, actor))
        values: dict[str, Any] = {}
        if row.kind in MID_YEAR:
            values = {"control_figure": amount, "second_request": row.requested}
        change(
            row,
            expected_version,
            **values,
            state=RequestState.APPROVED,
            approved=amount,
            number=document,
            approved_by=actor.user_id,
            approved_at=clock.now(),
        )
        _record(actor, "budget_request.approve", row, {"amount": amount, "number": document})
    return row


def approval_findings(row: Any, amount: Money, actor: Actor) -> list[Finding]:  # noqa: ANN401 - a Peewee row
    """What an approval is held against."""
    mid_year = row.kind in MID_YEAR
    wanted = RequestState.FIRST_UP if mid_year else RequestState.SECOND_UP
    asked = row.requested if mid_year else (row.second_request or Money.ZERO)
    return [
        step_finding(row.kind, row.state, (wanted,)),
        another_person(row.requested_by_id, actor, say("批复")),
        within(amount, asked, say("批复数不超过申请数")),
    ]


def order_findings(row: Any) -> list[Finding]:  # noqa: ANN401 - a Peewee row
    """Whether a request stands for an adjustment: it is of mid-year, and approved."""
    return [kind_finding(row.kind, MID_YEAR), step_finding(row.kind, row.state, (RequestState.APPROVED,))]


def order_of(
    *, request_id: int, actor: Actor, line_id: int | None = None, document_id: int | None = None
) -> FundsOrder:
    """Draft the adjustment that an approved request in mid-year stands for, on its line, with its paper.

    Raises ``Invalid`` when it has no line yet, or several and none is named.
    """
    actor.require(Role.FINANCE)
    with books():
        row = get(BudgetRequest, request_id, say("预算申请"))
        refuse_unless(order_findings(row))
        return draft_adjustment(
            line_id=line_id or _only_line(row),
            amount=row.approved,
            increase=row.kind is RequestKind.SUPPLEMENT,
            document_number=row.number,
            reason=row.reason,
            actor=actor,
            document_id=document_id,
            request_id=row.id,
        )


def _only_line(row: Any) -> int:  # noqa: ANN401 - a Peewee row
    same = (
        BudgetLine.project == row.project_id
        if row.project_id is not None
        else BudgetLine.system == row.system_id
    )
    query = BudgetLine.select(BudgetLine.id).where(
        same, BudgetLine.year == row.year, BudgetLine.source == row.source, BudgetLine.entry_count > 0
    )
    found = [line.id for line in query.limit(2)]
    if len(found) != 1:
        raise Invalid(
            {
                "line_id": say("该年度、来源有多项指标，请在指标页办理追加调减")
                if found
                else say("该年度、来源还没有指标，请先下达指标")
            }
        )
    return int(found[0])


def _own(request_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """A request of the actor's own unit, locked."""
    actor.require(Role.UNIT_FINANCE)
    row = get(BudgetRequest, request_id, say("预算申请"), lock=True)
    visible(actor, project_id=row.project_id, system_id=row.system_id)
    return row


def _first(refusal: Refused) -> Any:  # noqa: ANN401 - a message
    return next(finding.what for finding in refusal.findings if finding.blocks)


def _record(actor: Actor, action: str, row: Any, data: dict[str, object]) -> None:  # noqa: ANN401
    audit.record(actor, action, ("budget_request", row.id), data)
