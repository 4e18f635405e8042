"""Support for tests of money: the people of a city's finances, and short ways through the services."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from budget.rules.schedule import InstalmentPlan
from budget.rules.words import AccountState, ContractKind, DirectCostKind, InstalmentKind, ProcurementMethod
from budget.services import accounts, annual_plan, ceilings, contracts, direct_costs, funds, payments
from budget.services.contracts.drafts import Procurement
from budget.tables.contract import Contract, Instalment
from budget.tables.entry import Entry, FundsOrder
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication
from portfolio.foundation import clock as clocks
from portfolio.foundation import documents, rulebook
from portfolio.foundation.access import Organisation
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Level
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project
from tests import factories

_keys = itertools.count(1)


def wan(amount: str | int) -> Money:
    return Money.from_wan(amount)


def key() -> str:
    """A key that no request has had."""
    return f"request-{next(_keys):06d}"


@dataclass
class City:
    """Whoever handles money, and the unit whose project it is."""

    unit: Organisation
    applicant: Actor
    unit_finance: Actor
    cio: Actor
    maker: Actor
    checker: Actor
    treasury: Actor
    authority: Actor
    project: Project

    @property
    def project_id(self) -> int:
        return int(self.project.id)


def city(*, rules: bool = True) -> City:
    """People, and a project without any money yet."""
    if rules:
        rulebook.load()
    unit = factories.organisation("UNIT")
    finance = factories.organisation("CZJ")
    return City(
        unit=unit,
        applicant=factories.actor("applicant", Role.APPLICANT, organisation=unit),
        unit_finance=factories.actor("unit-finance", Role.UNIT_FINANCE, organisation=unit),
        cio=factories.actor("cio", Role.CIO, organisation=unit),
        maker=factories.actor("maker", Role.FINANCE, organisation=finance),
        checker=factories.actor("checker", Role.FINANCE, organisation=finance),
        treasury=factories.actor("treasury", Role.FINANCE, organisation=finance),
        authority=factories.actor("authority", Role.INVESTMENT),
        project=factories.project(owner=unit),
    )


def ready(town: City, *, cap: str | int = 500, ceiling: str | int = 1000, year: int = 2026) -> None:
    """The project's account is open, its estimate fixed, the year has a ceiling."""
    accounts.open_account(project_id=town.project_id, actor=town.authority)
    accounts.fix_cap(
        project_id=town.project_id, amount=wan(cap), number="概〔2026〕1号", actor=town.authority
    )
    accounts.set_state(project_id=town.project_id, state=AccountState.OPEN, actor=town.authority)
    set_ceiling(town, year, ceiling)


def set_ceiling(town: City, year: int, amount: str | int) -> None:
    ceilings.set_ceiling(
        year=year, source=FundingSource.MUNICIPAL, amount=wan(amount), number="财预1号", actor=town.maker
    )


def plan(
    town: City,
    year: int,
    amount: str | int,
    source: FundingSource = FundingSource.MUNICIPAL,
    project_id: int | None = None,
) -> int:
    """The project is in the decided annual plan of the year."""
    row = annual_plan.draft_row(
        project_id=project_id or town.project_id,
        year=year,
        source=source,
        amount=wan(amount),
        actor=town.authority,
    )
    annual_plan.decide_rows(row_ids=[row.id], number="渝信组1号", actor=town.authority)
    return int(row.id)


def allot(
    town: City,
    year: int,
    amount: str | int,
    source: FundingSource = FundingSource.MUNICIPAL,
    **whose: Any,
) -> BudgetLine:
    order = ordered(town, amount, year=year, source=source, **whose)
    entry = funds.allot(order_id=order.id, key=key(), actor=town.checker)
    line: BudgetLine = BudgetLine.get_by_id(entry.line_id)
    return line


def release(town: City, line: BudgetLine, amount: str | int) -> Entry:
    order = funds.draft_release(line_id=line.id, amount=wan(amount), actor=town.maker)
    return funds.release(order_id=order.id, key=key(), actor=town.checker)


def funded(town: City, *, amount: str | int = 200, year: int = 2026, cap: str | int = 500) -> BudgetLine:
    """A line of ``amount`` 万元, all of it released."""
    ready(town, cap=cap, year=year)
    plan(town, year, amount)
    line = allot(town, year, amount)
    release(town, line, amount)
    return line


def instalments(*parts: tuple[int, str | int]) -> list[InstalmentPlan]:
    """Instalments as (year, 万元), the first an advance payment."""
    kinds = itertools.chain([InstalmentKind.ADVANCE], itertools.repeat(InstalmentKind.PROGRESS))
    return [
        InstalmentPlan(year, wan(amount), kind) for (year, amount), kind in zip(parts, kinds, strict=False)
    ]


def draft(
    town: City,
    *parts: tuple[int, str | int],
    value: str | int | None = None,
    kind: ContractKind = ContractKind.CONSTRUCTION,
    award: str | int | None = None,
    **whose: Any,
) -> Contract:
    plans = instalments(*parts)
    number = next(_keys)
    supplier = contracts.add_supplier(code=f"S{number}", name=f"供应商{number}", actor=town.unit_finance)
    return contracts.draft_contract(
        **(whose or {"project_id": town.project_id}),
        code=f"HT-{number}",
        title="平台建设",
        kind=kind,
        supplier_id=supplier.id,
        value=Money.total(one.amount for one in plans) if value is None else wan(value),
        instalments=plans,
        procurement=Procurement(
            ProcurementMethod.OPEN_TENDER, "采2026-1", award=None if award is None else wan(award)
        ),
        actor=town.applicant,
    )


def sign(town: City, contract: Contract) -> Contract:
    return contracts.sign_contract(
        contract_id=contract.id, expected_version=contract.version, key=key(), actor=town.unit_finance
    )


def signed(town: City, *parts: tuple[int, str | int], **options: Any) -> Contract:
    return sign(town, draft(town, *parts, **options))


def instalment(contract: Contract, number: int = 1) -> Instalment:
    row: Instalment = Instalment.get(Instalment.contract == contract, Instalment.number == number)
    return row


def paper(actor: Actor, name: str = "发票.pdf") -> Document:
    return documents.store(io.BytesIO(b"%PDF-1.4\n%%EOF\n"), name=name, actor=actor, category="money")


def ordered(town: City, in_wan: str | int, **other: Any) -> FundsOrder:
    return funds.draft_allotment(
        **{
            **({} if "system_id" in other else {"project_id": town.project_id}),
            "year": 2026,
            "source": FundingSource.MUNICIPAL,
            "amount": wan(in_wan),
            "document_number": "渝财1号",
            "actor": town.maker,
            **other,
        }
    )


def post(town: City, application: PaymentApplication, **other: Any) -> Entry:
    return payments.post(
        **{
            "application_id": application.id,
            "expected_version": application.version,
            "key": key(),
            "actor": town.treasury,
            **other,
        }
    )


def apply(town: City, contract: Contract, amount: Money, number: int = 1, **other: Any) -> PaymentApplication:
    return payments.apply(
        **{
            "instalment_id": instalment(contract, number).id,
            "amount": amount,
            "invoice_id": paper(town.unit_finance).id,
            "acceptance_id": paper(town.unit_finance).id,
            "key": key(),
            "actor": town.unit_finance,
            **other,
        }
    )


def checked(town: City, contract: Contract, amount: str | int, number: int = 1) -> PaymentApplication:
    application = apply(town, contract, wan(amount), number)
    return payments.check(
        application_id=application.id, expected_version=application.version, actor=town.checker
    )


def pay(town: City, contract: Contract, amount: str | int, number: int = 1) -> Entry:
    return post(town, checked(town, contract, amount, number))


def refund(town: City, entry: Entry, amount: str | int) -> Entry:
    order = payments.draft_refund(entry_id=entry.id, amount=wan(amount), reason="多付", actor=town.maker)
    return payments.refund(order_id=order.id, key=key(), actor=town.checker)


def reverse(town: City, entry: Entry) -> Entry:
    order = payments.draft_reversal(entry_id=entry.id, reason="记错", actor=town.maker)
    return payments.reverse(order_id=order.id, key=key(), actor=town.checker)


def cost(town: City, line: BudgetLine, amount: str | int) -> Any:
    drafted = direct_costs.draft_cost(
        line_id=line.id,
        kind=DirectCostKind.REVIEW,
        title="评审费",
        payee="评审中心",
        amount=wan(amount),
        actor=town.applicant,
    )
    return direct_costs.approve_cost(
        cost_id=drafted.id, expected_version=drafted.version, key=key(), actor=town.unit_finance
    )


def totals(line: BudgetLine) -> dict[str, str]:
    """The totals of a line that are not zero, in 万元."""
    row = BudgetLine.get_by_id(line.id)
    names = ("carried_in", "allotted", "carried_out", "released", "committed", "paid", "returned")
    return {name: getattr(row, name).wan_text() for name in names if getattr(row, name)}


def put_level(clock: Any, code: str, level: Level) -> None:
    """The rule of this code is held at another level from tomorrow on, and it is tomorrow."""
    tomorrow = clocks.today() + timedelta(days=1)
    row = rulebook.RuleRow.get(rulebook.RuleRow.code == code, rulebook.RuleRow.valid_to.is_null())
    admin = factories.actor("admin", Role.ADMIN)
    rulebook.end_row(row_id=row.id, valid_to=clocks.today(), actor=admin)
    rulebook.add_row(
        code=code,
        title=row.title,
        level=level,
        parameters=row.parameters,
        basis=row.basis,
        valid_from=tomorrow,
        actor=admin,
    )
    clock.move_to(datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9, tzinfo=clocks.ZONE))
