"""The paper behind an order: its absence is told, and refused where the rulebook says so."""

from __future__ import annotations

from typing import Any

import pytest

from budget.services import funds
from budget.services.previews import of_order
from budget.tables.entry import FundsOrder
from portfolio.foundation import clock as time
from portfolio.foundation import rulebook
from portfolio.foundation.errors import Level, Refused
from portfolio.foundation.roles import Role
from tests import factories, ledger
from tests.ledger import City
from tests.refusal import Refusal

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(sqlite_database: Any) -> City:
    town = ledger.city()
    ledger.ready(town)
    ledger.plan(town, 2026, 100)
    return town


def told(order: FundsOrder) -> list[tuple[str, Level]]:
    return [(str(one.what), one.level) for one in of_order(order).findings if one.code == "M69"]


def test_an_order_without_its_paper_is_warned_of_and_posted(town: City) -> None:
    order = ledger.ordered(town, 60)
    assert told(order) == [("未附依据文件", Level.WARN)]
    assert of_order(order).possible
    funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    paper = ledger.paper(town.maker, "指标文.pdf")
    assert told(ledger.ordered(town, 40, document_id=paper.id)) == [("已附依据文件", Level.WARN)]


def test_where_the_rulebook_blocks_no_order_is_posted_without_its_paper(town: City, clock: Any) -> None:
    admin = factories.actor("admin", Role.ADMIN)
    row = rulebook.RuleRow.get(rulebook.RuleRow.code == "PAPER")
    rulebook.end_row(row_id=row.id, valid_to=time.today(), actor=admin)
    clock.shift(86400)
    rulebook.add_row(
        code="PAPER",
        title=row.title,
        level=Level.BLOCK,
        parameters={},
        basis=row.basis,
        valid_from=time.today(),
        actor=admin,
    )
    bare = ledger.ordered(town, 60)
    assert not of_order(bare).possible
    with Refusal(Refused, "M69"):
        funds.allot(order_id=bare.id, key=ledger.key(), actor=town.checker)
    order = ledger.ordered(town, 60, document_id=ledger.paper(town.maker, "指标文.pdf").id)
    funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
