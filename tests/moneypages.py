"""Support for tests of the pages of money: a city with people who log in, and ready-made things of money."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from flask import Flask

from budget.rules.words import DirectCostKind
from budget.services import contracts, direct_costs, funds
from budget.tables.contract import Contract, DirectCost, Supplement, Supplier
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation.access import User
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.web import accounts
from tests import factories, ledger, web
from tests.ledger import City, wan

PDF = b"%PDF-1.4\n%%EOF\n"


@dataclass
class World:
    """A project with money, and one thing of every kind."""

    town: City
    line: BudgetLine
    contract: Contract
    draft: Contract
    supplement: Supplement
    cost: DirectCost
    approved_cost: DirectCost
    application: PaymentApplication
    order: FundsOrder
    payment: Entry
    supplier: Supplier


def people(town: City) -> None:
    """Let everybody of the city log in under their names."""
    for actor in (
        town.applicant,
        town.unit_finance,
        town.cio,
        town.maker,
        town.checker,
        town.treasury,
        town.authority,
    ):
        may_log_in(actor)


def may_log_in(actor: Actor) -> None:
    """Give a person the password of tests."""
    accounts.set_password(user_id=actor.user_id, password=web.PASSWORD, actor=None, temporary=False)


def world(year: int = 2026) -> World:
    """A city whose project has 200 万元 this year, of which 10 are paid and 20 applied for."""
    town = ledger.city()
    people(town)
    line = ledger.funded(town, year=year)
    contract = ledger.signed(town, (year, 40), (year, 60))
    payment = ledger.pay(town, contract, 10)
    application = ledger.apply(town, contract, wan(20))
    draft = ledger.draft(town, (year, 30))
    supplement = contracts.draft_supplement(
        contract_id=contract.id,
        amount=wan(5),
        reason="增加站点",
        instalments=ledger.instalments((year, 5)),
        actor=town.applicant,
    )
    cost = direct_costs.draft_cost(
        line_id=line.id,
        kind=DirectCostKind.REVIEW,
        title="评审费",
        payee="评审中心",
        amount=wan(3),
        actor=town.applicant,
    )
    return World(
        town=town,
        line=BudgetLine.get_by_id(line.id),
        contract=Contract.get_by_id(contract.id),
        draft=draft,
        supplement=supplement,
        cost=cost,
        approved_cost=ledger.cost(town, line, 2),
        application=application,
        order=funds.draft_release(line_id=line.id, amount=wan("0.5"), actor=town.maker),
        payment=payment,
        supplier=Supplier.get_by_id(contract.supplier_id),
    )


def stranger(app: Flask, *roles: Role) -> web.Visitor:
    """Somebody of another unit, logged in."""
    web.account("stranger", *roles, organisation=factories.organisation("OTHER"))
    return web.visit(app, "stranger")


def upload(name: str = "发票.pdf", content: bytes = PDF) -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(content), name


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def named(username: str) -> User:
    """A person by user name."""
    row: User = User.get(User.username == username)
    return row
