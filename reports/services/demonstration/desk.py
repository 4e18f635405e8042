"""What lies on the desks on the demonstration's last days: begun by one person, waiting for the next."""

from __future__ import annotations

import io
from typing import Any

from approvals.rules.stages import Phase, SideState
from approvals.tables.case import Case
from budget.rules.schedule import InstalmentPlan
from budget.rules.words import ContractKind, InstalmentKind
from budget.services import payments
from budget.services.contracts import draft_contract
from budget.services.contracts.drafts import Procurement
from budget.tables.contract import Contract, Instalment, Supplier
from budget.tables.line import BudgetLine
from portfolio.foundation import documents
from portfolio.foundation.access import Organisation
from portfolio.foundation.roles import Actor, Role
from portfolio.tables.project import Project
from reports.services.demonstration.calendar import Story, working_day
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.estimate import rounded
from reports.services.demonstration.script import Script

_APPLIED, _CHECKED, _REFUSED = range(3)
_WAITING = (_APPLIED, _CHECKED, _REFUSED, _APPLIED, _CHECKED)
"""How far each payment of those that are applied for has come."""
_DAYS_BEFORE = 2
_PART_PERCENT = 40


def desk(written: Script, cast: Cast) -> Story:
    """Payments applied for and checked, a contract drafted: each by its first hand only."""
    yield working_day(written.today.replace(day=written.today.day - _DAYS_BEFORE))
    for number, instalment in enumerate(_due(written.today.year)[: len(_WAITING)]):
        _apply(cast, instalment, number, _WAITING[number])
    yield working_day(written.today.replace(day=written.today.day - 1))
    _draft_contract(written, cast)


def _due(year: int) -> list[Any]:
    """The progress payments of this year of projects that are being built, one for each project."""
    rows = (
        Instalment.select(Instalment, Contract, Project, Organisation)
        .join(Contract)
        .join(Project)
        .join(Organisation)
        .switch(Project)
        .join(Case, on=(Case.project == Project.id))
        .where(
            Instalment.year == year,
            Instalment.kind == InstalmentKind.PROGRESS,
            Instalment.paid == 0,
            Contract.kind == ContractKind.CONSTRUCTION,
            Case.phase == Phase.BUILDING,
            Case.side_state == SideState.ACTIVE,
            Instalment.line.is_null(False),
        )
        .order_by(Instalment.id)
    )
    first: dict[int, Any] = {}
    for row in rows:
        first.setdefault(row.contract.project_id, row)
    return list(first.values())


def _apply(cast: Cast, instalment: Any, number: int, reached: int) -> None:  # noqa: ANN401 - a Peewee row
    unit = cast.one(Role.UNIT_FINANCE, of=instalment.contract.project.owner.code)
    checker, poster = cast.all(Role.FINANCE)
    title = f"{instalment.contract.title}进度款"
    applied = payments.apply(
        amount=rounded(instalment.amount.share(_PART_PERCENT, 100)),
        invoice_id=paper(f"{title}发票", unit),
        acceptance_id=paper(f"{title}本期验收单", unit),
        instalment_id=instalment.id,
        key=f"demonstration-desk-{number}",
        actor=unit,
    )
    if reached == _CHECKED:
        payments.check(application_id=applied.id, expected_version=applied.version, actor=checker)
    elif reached == _REFUSED:
        payments.refuse(
            application_id=applied.id,
            expected_version=applied.version,
            reason="发票抬头与合同签订单位不一致，请更换发票后重新申请。",
            actor=poster,
        )


def _draft_contract(written: Script, cast: Cast) -> None:
    """The unit of a funded project has drafted its supervision contract; its CIO has not signed it."""
    name = next(one.name for one in written.projects if one.reach == "funded")
    project = Project.get(Project.name == name)
    line = BudgetLine.select().where(BudgetLine.project == project).order_by(BudgetLine.year.desc()).get()
    unit = cast.one(Role.UNIT_FINANCE, of=project.owner.code)
    value = rounded((line.carried_in + line.allotted).share(3, 100))
    title = f"{project.name}监理合同"
    plan = InstalmentPlan(year=line.year, amount=value, kind=InstalmentKind.PROGRESS, source=line.source)
    draft_contract(
        project_id=project.id,
        code=f"{project.code}-02",
        title=title,
        kind=ContractKind.SUPERVISION,
        supplier_id=Supplier.select().order_by(Supplier.id).get().id,
        value=value,
        instalments=[plan],
        procurement=Procurement(number="渝采〔2010〕31号", ceiling_price=value, award=value),
        document_id=paper(title, unit),
        actor=unit,
    )


def paper(title: str, keeper: Actor) -> int:
    """Keep a paper of the demonstration; returns the id of its document."""
    stream = io.BytesIO(f"{title}\n（演示材料，内容为虚构）\n".encode())
    return int(documents.store(stream, name=f"{title}.txt", actor=keeper, category="演示材料").id)
