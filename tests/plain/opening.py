"""How every sequence begins: two projects and a system with money, a contract, a payment and a cost."""

from __future__ import annotations

from budget.services import contracts
from portfolio.foundation import clock
from portfolio.tables.project import System
from tests import factories, ledger
from tests.plain.figures import Books, Line
from tests.plain.office import Office
from tests.plain.reading import Names

MUNICIPAL, CODE = "municipal", "31002"


def opened() -> Office:
    """The books of this year, in the product and in the model."""
    office = _strangers()
    for whose, cap in (("A", 70), ("B", 40)):
        office.open_account(whose)
        office.fix("cap", whose, cap)
        office.set_state(whose, "open")
    office.set_ceiling(2026, 100)
    office.set_ceiling(2027, 80)
    office.plan("A", 2026, MUNICIPAL, 50)
    office.plan("A", 2026, "district", 20)
    office.plan("A", 2027, MUNICIPAL, 30)
    office.plan("B", 2026, MUNICIPAL, 30)
    for whose, amount, quota in (("A", 45, 30), ("B", 20, 15), ("S", 10, 10)):
        line = Line(whose, 2026, MUNICIPAL, CODE)
        office.at_once("allot", line, amount)
        office.at_once("release", line, quota)
    parts = [(2026, MUNICIPAL, 20, None), (2027, MUNICIPAL, 10, None)]
    office.sign(office.draft_contract("A", "construction", 30, parts))
    application = office.apply((0, 1), None, 10)
    assert application is not None
    office.check(application)
    office.pay(application)
    office.approve_cost(office.draft_cost(Line("B", 2026, MUNICIPAL, CODE), 4))
    return office


def _strangers() -> Office:
    """The people, projects and papers, before there is any money."""
    town = ledger.city(rules=False)
    other = factories.project(owner=town.unit, code="P-OTHER")
    system = System.create(
        code="S-1", name="交换平台", owner=town.unit, created_by=town.cio.user_id, created_at=clock.now()
    )
    papers = (ledger.paper(town.unit_finance).id, ledger.paper(town.unit_finance, "验收单.pdf").id)
    supplier = contracts.add_supplier(code="G-1", name="供应商", actor=town.unit_finance)
    names = Names(projects={town.project_id: "A", other.id: "B"}, systems={system.id: "S"})
    return Office(town, Books(clock.today()), names, papers, supplier.id)
