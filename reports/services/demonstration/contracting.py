"""Contracts, costs without one, and payments: applied for, checked and posted by three people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from budget.rules.words import ContractKind, ContractState, DirectCostKind, InstalmentKind
from budget.services import contracts, direct_costs, payments
from budget.services.contracts.drafts import Procurement
from budget.services.limit_drafts import confirm, draft_end
from budget.tables.contract import Contract, DirectCost, Instalment, Supplier
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import DocumentKind, FundingSource
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.dues import Due, instalments, split
from reports.services.demonstration.funding import line_of
from reports.services.demonstration.journey import Journey

BUILDING, SUPERVISION = "01", "02"
_BUILDER, _SUPERVISOR = "重庆数联科技有限公司（虚构）", "渝信工程监理有限公司（虚构）"
_CEILING_PERCENT = 104
_COSTS = (  # the year, kind, title, payee
    (0, DirectCostKind.REVIEW, "前期费和管理费", "市工程咨询院（虚构）"),
    (1, DirectCostKind.MANAGEMENT, "建设单位管理费", "建设单位管理费专户（虚构）"),
)

Act = Callable[[Journey], Story]


def sign_contracts(journey: Journey) -> Story:
    """The building and the supervision contract are drafted by the unit's finance and signed by its CIO."""
    names = journey.script.suppliers or (_BUILDER, _SUPERVISOR)
    wanted = (
        (BUILDING, "建设合同", ContractKind.CONSTRUCTION, journey.dues.building, names[0]),
        (SUPERVISION, "监理合同", ContractKind.SUPERVISION, journey.dues.supervision, names[1]),
    )
    for number, title, kind, listed, supplier in wanted:
        _sign(journey, number, title, kind, listed, supplier)
        yield journey.later(1)


def _sign(
    journey: Journey, number: str, title: str, kind: ContractKind, listed: tuple[Due, ...], supplier: str
) -> None:
    value = Money.total(due.amount for due in listed)
    name = f"{journey.script.name}{title}"
    contract = contracts.draft_contract(
        project_id=journey.project_id,
        code=f"{journey.project.code}-{number}",
        title=name,
        kind=kind,
        supplier_id=_supplier(journey, supplier),
        value=value,
        instalments=instalments(listed, journey.script.sources, journey.first_year),
        procurement=Procurement(
            number=f"渝采〔{journey.first_year}〕{journey.project_id}{number}号",
            ceiling_price=value.share(_CEILING_PERCENT, 100),
            award=value,
        ),
        document_id=journey.paper(DocumentKind.CONTRACT, title=name),
        actor=journey.unit_finance,
    )
    contracts.sign_contract(
        contract_id=contract.id,
        expected_version=contract.version,
        key=journey.key("sign"),
        actor=journey.cio,
    )
    years = sorted({journey.first_year + due.year for due in listed})
    note = f"{supplier.removesuffix('（虚构）')}，分{years[0]}、{years[-1]}两年"
    journey.tell(journey.cio, f"签订{title}", money=value, note=note)


def _supplier(journey: Journey, name: str) -> int:
    known = Supplier.get_or_none(Supplier.name == name)
    if known is not None:
        return int(known.id)
    code = f"DEMO-{Supplier.select().count() + 1:04d}"
    return int(contracts.add_supplier(code=code, name=name, actor=journey.unit_finance).id)


def needs_of_second_year(journey: Journey) -> dict[FundingSource, Money]:
    """What the second year has to pay from each source: instalments as agreed by now, and other costs."""
    year = journey.first_year + 1
    rows = (
        Instalment.select()
        .join(Contract)
        .where(Contract.project == journey.project_id, Instalment.year == year)
    )
    direct = Money.total(due.amount for due in journey.dues.direct if due.year == 1)
    needs = split(direct, journey.script.sources)
    for one in rows:
        needs[one.source] += one.amount
    return needs


def commit_second_year(journey: Journey) -> None:
    """The second year's instalments are put on the second year's line."""
    contracts.commit_year(project_id=journey.project_id, key=journey.key("commit"), actor=journey.cio)


def approve_costs(year: int) -> Act:
    """The costs without a contract of the first (0) or second (1) year."""

    def act(journey: Journey) -> Story:
        _, kind, title, payee = _COSTS[year]
        total = Money.total(due.amount for due in journey.dues.direct if due.year == year)
        for source, amount in split(total, journey.script.sources).items():
            line = line_of(journey, journey.first_year + year, source)
            cost = direct_costs.draft_cost(
                line_id=line.id,
                kind=kind,
                title=title,
                payee=payee,
                amount=amount,
                actor=journey.unit_finance,
            )
            direct_costs.approve_cost(
                cost_id=cost.id, expected_version=cost.version, key=journey.key("cost"), actor=journey.cio
            )
        journey.tell(journey.cio, "审批非合同支出", money=total, note=title)
        return iter(())

    return act


def pay_costs(year: int) -> Act:
    """Pay the costs without a contract of a year."""

    def act(journey: Journey) -> Story:
        for cost in DirectCost.select().where(DirectCost.project == journey.project_id):
            if cost.line.year == journey.first_year + year and cost.paid < cost.amount:
                _pay(journey, cost.amount, f"支付{cost.title}", direct_cost_id=cost.id)
        return iter(())

    return act


def pay(number: str, year: int, kind: InstalmentKind) -> Act:
    """Pay a contract's instalments of a kind in the first (0) or second (1) year, if there are any."""

    def act(journey: Journey) -> Story:
        contract = contract_of(journey, number)
        rows = Instalment.select().where(
            Instalment.contract == contract,
            Instalment.year == journey.first_year + year,
            Instalment.kind == kind,
        )
        for one in rows.order_by(Instalment.number):
            if one.paid < one.amount:
                what = f"支付{contract.title.removeprefix(journey.script.name)}{kind.label}"
                _pay(journey, one.amount, what, instalment_id=one.id, kind=kind)
        return iter(())

    return act


def contract_of(journey: Journey, number: str) -> Any:  # noqa: ANN401 - a Peewee row
    """One of the two contracts of a project."""
    return Contract.get(
        Contract.project == journey.project_id, Contract.code == f"{journey.project.code}-{number}"
    )


def _pay(
    journey: Journey,
    amount: Money,
    what: str,
    *,
    instalment_id: int | None = None,
    direct_cost_id: int | None = None,
    kind: InstalmentKind = InstalmentKind.ADVANCE,
) -> None:
    """Apply, check and post: three people."""
    applicant = journey.unit_finance
    invoice = journey.file(f"{what}发票", applicant)
    acceptance = None if kind is InstalmentKind.ADVANCE else journey.file(f"{what}本期验收单", applicant)
    applied = payments.apply(
        amount=amount,
        invoice_id=invoice,
        acceptance_id=acceptance,
        instalment_id=instalment_id,
        direct_cost_id=direct_cost_id,
        key=journey.key("apply"),
        actor=applicant,
    )
    checker, poster = journey.cast.all(Role.FINANCE)
    checked = payments.check(application_id=applied.id, expected_version=applied.version, actor=checker)
    payments.post(
        application_id=applied.id,
        expected_version=checked.version,
        key=journey.key("pay"),
        actor=poster,
    )
    journey.tell(poster, what, money=amount, note=f"{applicant.name}申请，{checker.name}审核")


def settle_contracts(journey: Journey) -> None:
    """Both contracts are settled at their value, drafted by one officer and confirmed by the other."""
    maker, officer = journey.cast.all(Role.FINANCE)
    for number in (BUILDING, SUPERVISION):
        contract = contract_of(journey, number)
        draft = draft_end(
            contract_id=contract.id,
            expected_version=contract.version,
            state=ContractState.SETTLED,
            settled_value=contract.value,
            number=journey.letter("结"),
            actor=maker,
        )
        confirm(draft_id=draft.id, expected_version=draft.version, actor=officer)
    total = Money.total(contract_of(journey, number).settled_value for number in (BUILDING, SUPERVISION))
    journey.tell(officer, "合同结算", money=total)
