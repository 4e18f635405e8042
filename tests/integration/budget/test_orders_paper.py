"""The paper behind an order: its absence is told, and refused where the rulebook says so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budget.rules.words import RequestKind
from budget.services import budget_round, funds, movements, payments, reconciliation
from budget.services.previews import of_order
from budget.tables.entry import FundsOrder
from budget.tables.reconciliation import BankStatement, Reconciliation
from portfolio.foundation.errors import Level, Refused
from portfolio.rules.dossier import FundingSource
from tests import ledger
from tests.integration.budget.test_reconciliation import statement
from tests.ledger import City, wan
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
    ledger.put_level(clock, "PAPER", Level.BLOCK)
    bare = ledger.ordered(town, 60)
    assert not of_order(bare).possible
    with Refusal(Refused, "M69"):
        funds.allot(order_id=bare.id, key=ledger.key(), actor=town.checker)
    order = ledger.ordered(town, 60, document_id=ledger.paper(town.maker, "指标文.pdf").id)
    funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)


@pytest.fixture
def anywhere(database: Any) -> City:
    """The city on either database."""
    return ledger.city()


def test_what_a_statement_corrects_rests_on_the_statement_or_on_a_paper_of_its_own(
    anywhere: City, clock: Any
) -> None:
    town = anywhere
    ledger.funded(town)
    contract = ledger.signed(town, (2026, 1), (2026, 2))
    for at, amount in enumerate((1, 2), 1):
        ledger.pay(town, contract, amount, at)
    statement(town, (date(2026, 3, 3), 15, "", "代理银行", "", "手续费"))
    ledger.put_level(clock, "PAPER", Level.BLOCK)
    first, second = (
        Reconciliation.select().where(Reconciliation.outcome == "books_only").order_by(Reconciliation.id)
    )
    told = {"reason": "实际未支付", "actor": town.maker}
    order = reconciliation.correct(item_id=first.id, expected_version=first.version, **told)
    assert order.document_id == BankStatement.get().batch.document_id
    payments.reverse(order_id=order.id, key=ledger.key(), actor=town.checker)
    paper = ledger.paper(town.maker, "退款通知.pdf")
    order = reconciliation.correct(
        item_id=second.id, expected_version=second.version, refund=wan(1), document_id=paper.id, **told
    )
    assert order.document_id == paper.id
    payments.refund(order_id=order.id, key=ledger.key(), actor=town.checker)


def test_the_order_of_an_approved_request_rests_on_the_approval(anywhere: City, clock: Any) -> None:
    town = anywhere
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    line = ledger.allot(town, 2026, 100)
    row = budget_round.ask(
        project_id=town.project_id,
        year=2026,
        source=FundingSource.MUNICIPAL,
        kind=RequestKind.SUPPLEMENT,
        amount=wan(30),
        reason="站点增加",
        actor=town.unit_finance,
    )
    budget_round.approve(
        request_id=row.id, expected_version=row.version, amount=wan(30), number="渝财追1号", actor=town.maker
    )
    ledger.put_level(clock, "PAPER", Level.BLOCK)
    paper = ledger.paper(town.maker, "批复.pdf")
    order = budget_round.order_of(request_id=row.id, document_id=paper.id, actor=town.maker)
    movements.adjust(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert ledger.totals(line) == {"allotted": "130.00"}
