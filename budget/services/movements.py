"""Adjustment 追加调减, recall 收回 and virement 调剂: drafted by one finance officer, posted by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from budget.rules.accounts import Act
from budget.rules.amounts import positive, written
from budget.rules.movements import RECALLED, VIREMENT_RULE, virement_findings
from budget.rules.words import EntryKind, Measure, RequestKind, RequestState
from budget.services.books import books
from budget.services.companions import About, companions
from budget.services.funds import plan_findings
from budget.services.orders import Move, carry_out, draft_order
from budget.tables.annual_plan import BudgetRequest, Ceiling
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.movement import Movement
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import clock, rulebook
from portfolio.foundation.db import for_update, get
from portfolio.foundation.errors import Conflict, Finding, InsufficientFunds, Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor

UP, DOWN = 1, -1


def draft_adjustment(
    *,
    line_id: int,
    amount: Money,
    increase: bool,
    document_number: str,
    reason: str,
    actor: Actor,
    document_id: int | None = None,
    request_id: int | None = None,
) -> FundsOrder:
    """Order that a line gets more 追加 or less 调减; ``request_id`` is the approved request behind it."""
    number = written(document_number, "document_number")
    with books():
        line = get(BudgetLine, line_id, say("预算指标"))
        if request_id is not None:
            _hold_request(request_id, line, amount, increase)
        order = draft_order(
            kind=EntryKind.ADJUST,
            line_id=line_id,
            amount=amount,
            document_number=number,
            note=written(reason, "reason"),
            actor=actor,
            document_id=document_id,
        )
        _write(order, Measure.ALLOTTED, UP if increase else DOWN, request_id)
    return order


def adjust(*, order_id: int, key: str, actor: Actor, effective_on: date | None = None) -> Entry:
    """Post a drafted adjustment.

    Raises ``InsufficientFunds`` when more would pass the ceiling of the year, the estimate or the annual
    plan, or when less would leave too little for what is released, committed or carried on.
    """
    return carry_out(
        order_id=order_id,
        kinds=frozenset({EntryKind.ADJUST}),
        key=key,
        effective_on=effective_on,
        actor=actor,
        moves=_moves,
    )


def draft_recall(
    *,
    line_id: int,
    measure: Measure,
    amount: Money,
    document_number: str,
    reason: str,
    actor: Actor,
    document_id: int | None = None,
) -> FundsOrder:
    """Order that payment quota 用款额度, allotted or carried-in money of a line is taken back."""
    number = written(document_number, "document_number")
    if measure not in RECALLED:
        raise Invalid({"measure": say("“{measure}”不能收回", measure=measure.label)})
    with books():
        get(BudgetLine, line_id, say("预算指标"))
        order = draft_order(
            kind=EntryKind.RECALL,
            line_id=line_id,
            amount=amount,
            document_number=number,
            note=written(reason, "reason"),
            actor=actor,
            document_id=document_id,
        )
        _write(order, measure, DOWN)
    return order


def recall(*, order_id: int, key: str, actor: Actor, effective_on: date | None = None) -> Entry:
    """Post a drafted recall; raises ``InsufficientFunds`` when the line would keep too little."""
    return carry_out(
        order_id=order_id,
        kinds=frozenset({EntryKind.RECALL}),
        key=key,
        effective_on=effective_on,
        actor=actor,
        moves=_moves,
    )


def draft_virement(
    *,
    line_id: int,
    counter_line_id: int,
    amount: Money,
    document_number: str,
    reason: str,
    actor: Actor,
    document_id: int | None = None,
) -> FundsOrder:
    """Order that money goes from one line to another of the same year.

    Raises ``Refused`` for another source, where the rulebook forbids it, and for another year.
    """
    number = written(document_number, "document_number")
    with books():
        line = get(BudgetLine, line_id, say("预算指标"))
        counter = get(BudgetLine, counter_line_id, say("预算指标"))
        if line.id == counter.id:
            raise Invalid({"counter": say("须调剂到另一项指标")})
        refuse_unless(virement_checks(line, counter, clock.today()))
        order = draft_order(
            kind=EntryKind.VIREMENT,
            line_id=line_id,
            counter_line_id=counter_line_id,
            amount=amount,
            document_number=number,
            note=written(reason, "reason"),
            actor=actor,
            document_id=document_id,
        )
        _write(order, Measure.ALLOTTED, DOWN)
    return order


def vire(*, order_id: int, key: str, actor: Actor, effective_on: date | None = None) -> Entry:
    """Post a drafted virement: one entry takes, another gives, together or not at all; returns the taking.

    Raises ``InsufficientFunds`` when the giving line keeps too little, or the project that gets the money
    would pass its estimate or the annual plan.
    """
    day = effective_on or clock.today()

    def taking(order: Any, line: Any) -> Move:  # noqa: ANN401 - Peewee rows
        refuse_unless(virement_checks(line, order.counter_line, day))
        _lock_both(line, order.counter_line)
        measure, fen, changes, _points = _moves(order, line)
        return measure, fen, changes, {"counter_line": order.counter_line_id}

    def giving(order: Any) -> tuple[Any, Move]:  # noqa: ANN401
        other, fen = order.counter_line, order.amount.fen
        if other.project_id != order.line.project_id or other.source is not order.line.source:
            refuse_unless(plan_findings(other, order.amount), InsufficientFunds)
        changes = companions(other, Measure.ALLOTTED, fen, Act.ALLOT, About())
        return other, (Measure.ALLOTTED, fen, changes, {"counter_line": order.line_id})

    return carry_out(
        order_id=order_id,
        kinds=frozenset({EntryKind.VIREMENT}),
        key=key,
        effective_on=effective_on,
        actor=actor,
        moves=taking,
        counter=giving,
    )


def virement_checks(line: Any, counter: Any, day: date) -> list[Finding]:  # noqa: ANN401 - Peewee rows
    """What a virement between two lines is held against before any money is looked at."""
    rule = rulebook.on(day).rule(VIREMENT_RULE)
    sources, years = (line.source, counter.source), (line.year, counter.year)
    if rule is None:
        return virement_findings(sources, years)
    across = bool(rule.parameters.get("across_sources"))
    return virement_findings(sources, years, across_sources=across, basis=rule.basis, level=rule.level)


def act_of(sign: int) -> Act:
    """More needs an account that takes money; less is always possible."""
    return Act.ALLOT if sign == UP else Act.CORRECT


def _moves(order: Any, line: Any) -> Move:  # noqa: ANN401 - Peewee rows
    found = Movement.get(Movement.order == order.id)
    fen = found.sign * order.amount.fen
    if found.sign == UP:
        refuse_unless(plan_findings(line, order.amount), InsufficientFunds)
    return found.measure, fen, companions(line, found.measure, fen, act_of(found.sign), About()), {}


def _lock_both(one: Any, other: Any) -> None:  # noqa: ANN401 - Peewee rows
    """Take the rows of both lines in the order in which every posting takes them."""
    projects = [line.project_id for line in (one, other) if line.project_id is not None]
    accounts = ProjectAccount.select(ProjectAccount.id).where(ProjectAccount.project.in_(projects))
    list(for_update(accounts.order_by(ProjectAccount.id)))
    ceilings = Ceiling.select(Ceiling.id).where(
        Ceiling.year == one.year, Ceiling.source.in_([one.source.value, other.source.value])
    )
    list(for_update(ceilings.order_by(Ceiling.id)))
    lines = BudgetLine.select(BudgetLine.id).where(BudgetLine.id.in_([one.id, other.id]))
    list(for_update(lines.order_by(BudgetLine.id)))


def _write(order: Any, measure: Measure, sign: int, request_id: int | None = None) -> None:  # noqa: ANN401
    Movement.create(order=order.id, measure=measure, sign=sign, request=request_id)


def _hold_request(request_id: int, line: Any, amount: Money, increase: bool) -> None:  # noqa: ANN401
    """An approved mid-year request is carried out once, on a line of its own, for what was approved."""
    row = get(BudgetRequest, request_id, say("预算申请"), lock=True)
    positive(amount)
    wanted = RequestKind.SUPPLEMENT if increase else RequestKind.REDUCTION
    fits = (
        row.state is RequestState.APPROVED
        and row.kind is wanted
        and (row.project_id, row.system_id) == (line.project_id, line.system_id)
        and (row.year, row.source) == (line.year, line.source)
        and amount == row.approved
    )
    if not fits:
        raise Invalid({"request_id": say("指令与批准的预算申请不符，请核对项目、年度、来源和金额")})
    standing = (
        Movement.select(Movement.id)
        .join(FundsOrder, on=(Movement.order == FundsOrder.id))
        .where(Movement.request == request_id, FundsOrder.state != "withdrawn")
    )
    if standing.exists():
        raise Conflict(
            say("此项预算申请已经制单"), basis="一项申请只办理一次", remedy=say("请在指令中查看办理情况")
        )
