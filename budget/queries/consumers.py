"""Who has taken the money of a row: what a refusal names beside the limit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any, TypeAlias

from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.line import BudgetLine
from portfolio.foundation.db import fn
from portfolio.foundation.errors import Message, say
from portfolio.foundation.money import Money
from portfolio.tables.project import Project, System

_MOST = 5

Consumer: TypeAlias = tuple[Message | str, Money]
"""Who took money, by a word or by the name it was given, and how much."""


def consumers(table: str, row: Mapping[str, Any], below: tuple[str, ...]) -> Message | None:
    """What has consumed the money of a row (its columns) as far as ``below`` names it; ``None`` when nothing.

    The largest come first, ``等`` stands for the rest.
    """
    if table == "budget_line" and "committed" in below:
        return _listed(_committed_on(row["id"]))
    if table == "project_account" and "contracted" in below:
        return _listed(_contracted_by(row["project_id"]))
    if table == "project_account" and "allotted" in below:
        return _listed(_allotted_to(row["project_id"]))
    if table == "ceiling":
        return _listed(_allotted_under(row["year"], row["source"]))
    if table == "contract" and "paid" in below:
        return _listed(_paid_of(row["id"]))
    return None


def _listed(found: list[Consumer]) -> Message | None:
    taken = sorted((item for item in found if item[1]), key=lambda item: (-item[1].fen, str(item[0])))
    if not taken:
        return None
    items = [say("{name} {amount}", name=name, amount=amount) for name, amount in taken[:_MOST]]
    listed = reduce(lambda before, item: say("{before}、{item}", before=before, item=item), items)
    return say("{listed} 等{n}项", listed=listed, n=len(taken)) if len(taken) > _MOST else listed


def _committed_on(line_id: int) -> list[Consumer]:
    contracts = (
        Instalment.select(Contract.code, fn.SUM(Instalment.committed))
        .join(Contract, on=(Instalment.contract == Contract.id))
        .where(Instalment.line == line_id)
        .group_by(Contract.code)
        .tuples()
    )
    return [(say("合同{code}", code=code), _money(total)) for code, total in contracts] + _direct(
        DirectCost.line == line_id
    )


def _contracted_by(project_id: int) -> list[Consumer]:
    value = fn.COALESCE(Contract.settled_value, Contract.value)
    contracts = (
        Contract.select(Contract.code, value)
        .where(Contract.project == project_id, Contract.signed_by.is_null(False))
        .tuples()
    )
    found = [(say("合同{code}", code=code), _money(total)) for code, total in contracts]
    return found + _direct(DirectCost.project == project_id)


def _direct(where: Any) -> list[Consumer]:  # noqa: ANN401 - a Peewee condition
    rows = DirectCost.select().where(where, DirectCost.approved_by.is_null(False))
    return [(row.title, row.amount) for row in rows]


def _allotted_to(project_id: int) -> list[Consumer]:
    rows = BudgetLine.select().where(BudgetLine.project == project_id)
    return [(say("{year}年{source}", year=row.year, source=row.source.label), row.allotted) for row in rows]


def _allotted_under(year: int, source: str) -> list[Consumer]:
    rows = (
        BudgetLine.select(fn.COALESCE(Project.name, System.name), BudgetLine.allotted)
        .left_outer_join(Project, on=(BudgetLine.project == Project.id))
        .switch(BudgetLine)
        .left_outer_join(System, on=(BudgetLine.system == System.id))
        .where(BudgetLine.year == year, BudgetLine.source == source)
        .tuples()
    )
    return [(name, _money(amount)) for name, amount in rows]


def _paid_of(contract_id: int) -> list[Consumer]:
    rows = Instalment.select().where(Instalment.contract == contract_id)
    return [(say("{year}年第{number}期", year=row.year, number=row.number), row.paid) for row in rows]


def _money(found: Any) -> Money:  # noqa: ANN401 - a driver's number or money
    return found if isinstance(found, Money) else Money(int(found or 0))
