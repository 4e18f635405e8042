"""What may befall a project while it is built: a change, a supplement, a stop, an end."""

from __future__ import annotations

from approvals.rules.stages import Outcome
from approvals.services import cases, changes
from approvals.services.changes import Change
from approvals.services.decisions import Ruling
from budget.rules.schedule import InstalmentPlan
from budget.rules.words import InstalmentKind
from budget.services import contracts
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import CostCategory
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.contracting import BUILDING, contract_of
from reports.services.demonstration.estimate import estimate_lines, rounded
from reports.services.demonstration.journey import Journey

_SUPPLEMENT_PERCENT = 2
_MOVED_PERCENT = 3


def change(journey: Journey) -> Story:
    """Part of the hardware is given up for software; the total and the goals stay."""
    total = journey.script.amount
    moved = rounded(total.share(_MOVED_PERCENT, 100))
    rows = estimate_lines(total)
    for row in rows:
        if row["category"] is CostCategory.HARDWARE:
            row["amount"] -= moved
        elif row["category"] is CostCategory.APPLICATION_SOFTWARE:
            row["amount"] += moved
    asked = Change(reason="设备价格下降，增加视频接入和路况发布软件功能，总投资不变。", estimate=rows)
    submission = changes.request_change(
        **journey.standing, change=asked, cover_number=journey.letter("调"), actor=journey.applicant
    )
    journey.tell(journey.applicant, "申请调整建设内容", money=moved)
    yield journey.later(8)
    member = journey.cast.one(Role.MEMBER)
    changes.decide_change(
        submission_id=submission.id,
        expected_version=journey.case.version,
        ruling=Ruling(Outcome.APPROVE),
        actor=member,
    )
    journey.tell(member, "同意调整，变更前批准")


def supplement(journey: Journey) -> Story:
    """A supplement to the building contract, due in the second year."""
    contract = contract_of(journey, BUILDING)
    amount = rounded(contract.value.share(_SUPPLEMENT_PERCENT, 100))
    source = next(iter(journey.script.sources))
    plan = InstalmentPlan(
        year=journey.first_year + 1, amount=amount, kind=InstalmentKind.PROGRESS, source=source
    )
    drafted = contracts.draft_supplement(
        contract_id=contract.id,
        amount=amount,
        reason="增加接入点位。",
        instalments=[plan],
        actor=journey.unit_finance,
    )
    contracts.supplement(supplement_id=drafted.id, key=journey.key("supplement"), actor=journey.cio)
    journey.tell(journey.cio, "签订补充合同", money=amount)
    return iter(())


def suspend(journey: Journey) -> Story:
    """The informatization authority stops the project; its account is frozen."""
    officer = journey.officer(Role.INFORMATIZATION)
    cases.suspend(**journey.standing, reason="国家数据标准调整，暂停实施，待标准发布后恢复。", actor=officer)
    journey.tell(officer, "暂停")
    return iter(())


def terminate(journey: Journey) -> Story:
    """The leading group ends the project; its account takes nothing any more."""
    member = journey.cast.one(Role.MEMBER)
    cases.terminate(**journey.standing, reason="与全市统一认证平台合并建设，本项目终止。", actor=member)
    journey.tell(member, "终止")
    return iter(())


TROUBLES = (
    ("change", 4, change),
    ("supplement", 6, supplement),
    ("suspended", 7, suspend),
    ("terminated", 8, terminate),
)
"""Happening, months after the start, and what is done."""
