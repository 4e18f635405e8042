"""How a table was understood, for the page of its batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from budget.rules.imports.fields import Field, Holds, Row
from budget.rules.imports.words import AmountUnit
from budget.services.imports.preview import SHOWN_ROWS, preview
from budget.tables.imports import ImportBatch
from portfolio.foundation.errors import say
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Kind, Listing, Page

_MONEY = {AmountUnit.WAN: Kind.MONEY, AmountUnit.YUAN: Kind.YUAN}


def understood(batch: ImportBatch) -> dict[str, Any]:
    """The first rows as they were read, and what else a person should know before handing them in.

    Amounts are in the unit of the table, so that they can be held against it to the fen.
    """
    found = preview(batch)
    number = Column("number", say("行"), Kind.NUMBER)
    columns = (number, *(_column(one, batch.unit) for one, _ in found.columns))
    renamed = [f"{head} → {text(one.head)}" for one, head in found.columns if str(one.head) not in head]
    facts = (
        (say("列的对应"), _listed(renamed)),
        (say("未导入的列"), _listed(found.left_out)),
        (say("未读取的工作表"), _listed(found.sheets[1:])),
    )
    return {
        "read": Listing(columns, Page(found.rows, batch.rows)),
        "read_facts": [(label, value) for label, value in facts if value],
        "read_first": SHOWN_ROWS if batch.rows > SHOWN_ROWS else 0,
    }


def _column(one: Field, unit: AmountUnit) -> Column:
    kinds = {Holds.MONEY: _MONEY[unit], Holds.DAY: Kind.DAY}
    return Column(one.key, one.head, kinds.get(one.holds, Kind.TEXT), get=_value(one.key))


def _value(key: str) -> Callable[[Row], Any]:
    return lambda row: row[key]


def _listed(names: Iterable[str]) -> str:
    return str(text(say("、"))).join(names)
