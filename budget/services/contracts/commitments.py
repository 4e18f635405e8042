"""Commitment: this year's instalments of contracts, put on the lines that will pay them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from budget.queries.subjects import subject
from budget.rules.accounts import Act
from budget.rules.limits import BUDGET_LAW
from budget.rules.words import ContractState, EntryKind, Measure
from budget.services.books import once
from budget.services.companions import About, companions
from budget.services.contracts.drafts import require_second
from budget.services.posting import Posting, post
from budget.tables.contract import Contract, Instalment
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import clock
from portfolio.foundation.db import for_update
from portfolio.foundation.errors import Finding, InsufficientFunds, Invalid, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor


def commit_year(
    *, key: str, actor: Actor, project_id: int | None = None, system_id: int | None = None
) -> list[Entry]:
    """Commit this year's instalments of contracts in force that are not committed yet.

    A settled or terminated contract still owes what it came to, its retention above all.  Called when the
    new year's line is there; instalments whose line is still missing wait.  The contract's drafter made them,
    the actor checks.  Raises ``InsufficientFunds`` when a line holds too little.
    """
    whose = subject(project_id, system_id)
    require_second(actor, whose.owner_id)

    def effect(request: int) -> dict[str, Any]:
        mine = (
            Contract.project == whose.project_id
            if whose.project_id is not None
            else Contract.system == whose.system_id
        )
        query = Contract.select().where(mine, Contract.state != ContractState.DRAFT)
        contracts = list(for_update(query.order_by(Contract.id)))
        waiting = _waiting(contracts)
        found = [(one, contract, line_of(one, contract)) for one, contract in waiting]
        ready = [(one, contract, line) for one, contract, line in found if line is not None]
        entries = commit(ready, request, actor)
        return {"entries": [entry.id for entry in entries]}

    body = {"project": project_id, "system": system_id, "year": clock.fiscal_year(clock.today())}
    answer = once(key, "contract.commit_year", body, actor, effect)
    return list(Entry.select().where(Entry.id.in_(answer["entries"])).order_by(Entry.id))


def commit_signed(contract: Any, instalments: Iterable[Any], request: int, actor: Actor) -> None:  # noqa: ANN401
    """Commit this year's instalments of a contract just signed; every one must have its line (M01).

    One that names its line, in whatever year, must name one of its own: it is committed there later.
    """
    year = clock.fiscal_year(clock.today())
    ready = []
    for one in instalments:
        line = line_of(one, contract) if one.year == year or one.line_id is not None else None
        if one.year == year:
            if line is None:
                raise InsufficientFunds([_no_line(one)])
            ready.append((one, contract, line))
    commit(ready, request, actor)


def commit(ready: list[tuple[Any, Any, Any]], request: int, actor: Actor) -> list[Entry]:
    """Commit instalments on lines, line by line in one order."""
    entries = []
    for one, contract, line in sorted(ready, key=lambda item: (item[2].id, item[0].id)):
        fen = (one.amount - one.committed).fen
        about = About(contract=contract.id, instalment=one.id)
        changes = companions(line, Measure.COMMITTED, fen, Act.PREPARE, about)
        posting = Posting(
            line=line.id,
            line_year=line.year,
            kind=EntryKind.COMMIT,
            measure=Measure.COMMITTED,
            amount=fen,
            maker=contract.drafted_by_id,
            checker=actor.user_id,
            posted_by=actor.user_id,
            on_behalf_of=actor.on_behalf_of,
            effective_on=clock.today(),
            request=request,
            contract=contract.id,
            instalment=one.id,
        )
        entries.append(post(posting, changes))
    return entries


def line_of(instalment: Any, contract: Any) -> BudgetLine | None:  # noqa: ANN401 - Peewee rows
    """The line that pays an instalment: the one it names, else the only one of its year and source.

    ``None`` while there is none.  Raises ``Invalid`` when there are several and none is named, or when the
    one named is another project's, year's or source's.
    """
    mine = (
        BudgetLine.project == contract.project_id
        if contract.project_id is not None
        else BudgetLine.system == contract.system_id
    )
    query = BudgetLine.select().where(
        mine, BudgetLine.year == instalment.year, BudgetLine.source == instalment.source
    )
    if instalment.line_id is not None:
        named: BudgetLine | None = query.where(BudgetLine.id == instalment.line_id).first()
        if named is None:
            raise Invalid({"line_id": say("第{n}期所列指标不属于该项目、年度和来源", n=instalment.number)})
        return named
    found = list(query.where(BudgetLine.entry_count > 0).limit(2))
    if len(found) > 1:
        raise Invalid({"line_id": say("第{n}期有多个预算指标，请指明其一", n=instalment.number)})
    return found[0] if found else None


def _waiting(contracts: list[Any]) -> list[tuple[Any, Any]]:
    by_id = {contract.id: contract for contract in contracts}
    query = Instalment.select().where(
        Instalment.contract.in_(list(by_id)),
        Instalment.year == clock.fiscal_year(clock.today()),
        Instalment.committed < Instalment.amount,
    )
    rows = for_update(query.order_by(Instalment.id))
    return [(row, by_id[row.contract_id]) for row in rows] if by_id else []


def _no_line(instalment: Any) -> Finding:  # noqa: ANN401 - a Peewee row
    return Finding(
        "M01",
        False,
        say(
            "{year}年{source}没有下达预算指标：第{n}期需要{asked}",
            year=instalment.year,
            source=instalment.source.label,
            n=instalment.number,
            asked=instalment.amount,
        ),
        BUDGET_LAW,
        figure=say("{amount}", amount=instalment.amount),
        limit=say("{amount}", amount=Money.ZERO),
        remedy=say("请先下达指标，或将本期调整到以后年度"),
    )
