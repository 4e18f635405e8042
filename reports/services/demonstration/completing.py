"""Stages 5 验收 and 6 运维: built, accepted twice, accounted for, and put into operation."""

from __future__ import annotations

from datetime import date

from approvals.rules.stages import Gate, Outcome, Phase
from approvals.services import acceptance, construction, decisions, reviews, submissions
from approvals.services.decisions import Ruling
from budget.queries.funds import final_accounts
from budget.rules.words import InstalmentKind
from portfolio.foundation import clock
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import DocumentKind
from portfolio.services import progress, systems
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.contracting import (
    BUILDING,
    SUPERVISION,
    pay,
    pay_costs,
    settle_contracts,
)
from reports.services.demonstration.journey import Journey

_LAST_PAYMENT = (12, 15)
"""The day of the year, month and day, by which its money is paid out."""
_ACCEPTANCE_PAPERS = (
    DocumentKind.TRIAL_OPERATION,
    DocumentKind.FINANCIAL_REPORT,
    DocumentKind.AUDIT_REPORT,
    DocumentKind.RISK_ASSESSMENT,
    DocumentKind.ARCHIVES_ACCEPTANCE,
)


def complete(journey: Journey) -> Story:
    """Everything after the last milestone, until the system has run for most of a year."""
    yield journey.later(2)
    today = clock.today()
    construction.complete(**journey.standing, completed_on=today, actor=journey.applicant)
    journey.tell(journey.applicant, "报告建成")
    yield journey.later(3)
    yield from pay(BUILDING, 1, InstalmentKind.PROGRESS)(journey)
    yield from _paying_in_time(journey, accept(journey))
    if journey.case.phase is not Phase.ACCOUNTING:
        return
    yield from _paying_in_time(journey, account_for(journey))
    yield from _pay_rest(journey)
    yield from operate(journey)


def _paying_in_time(journey: Journey, told: Story) -> Story:
    """A story in which what is still due of the second year is paid before that year ends."""
    last = date(journey.first_year + 1, *_LAST_PAYMENT)
    for day in told:
        if clock.today() < last < day:
            yield last
            yield from _pay_rest(journey)
        yield day


def _pay_rest(journey: Journey) -> Story:
    """The supervision, the management, and the retention, against a bank's guarantee."""
    yield from pay(SUPERVISION, 1, InstalmentKind.PROGRESS)(journey)
    yield from pay_costs(1)(journey)
    yield from pay(BUILDING, 1, InstalmentKind.RETENTION)(journey)


def accept(journey: Journey) -> Story:
    """The owner's own acceptance, the trial operation, and the authority's final acceptance."""
    yield journey.later(12)
    for kind in (DocumentKind.PRELIMINARY_ACCEPTANCE, DocumentKind.TEST_REPORT):
        journey.paper(kind)
    found = acceptance.accept_preliminary(**journey.standing, actor=journey.applicant)
    gate = Gate.PRELIMINARY.label
    journey.tell(journey.applicant, "初步验收，转入试运行", findings=found.findings, gate=gate)
    yield journey.later(62)
    for kind in _ACCEPTANCE_PAPERS:
        journey.paper(kind)
    found = submissions.submit(**journey.standing, cover_number=journey.letter("验"), actor=journey.applicant)
    gate = Gate.ACCEPTANCE.label
    journey.tell(journey.applicant, "申请竣工验收", findings=found.findings, gate=gate)
    if journey.script.reach == "acceptance":
        return
    yield journey.later(2)
    reviews.endorse(submission_id=journey.submission.id, text="同意申请验收。", actor=journey.cio)
    journey.tell(journey.cio, "首席信息官审签同意")
    yield journey.later(10)
    officer = journey.officer(Role.INVESTMENT)
    decision = decisions.decide(
        submission_id=journey.case.submission_id,
        expected_version=journey.case.version,
        ruling=Ruling(Outcome.APPROVE),
        actor=officer,
    )
    journey.tell(officer, "竣工验收通过", note=decision.number)


def account_for(journey: Journey) -> Story:
    """The contracts are settled, the final accounts approved, and what is still due is paid."""
    yield journey.later(3)
    settle_contracts(journey)
    yield journey.later(5)
    officer = journey.officer(Role.FINANCE)
    cost = final_accounts(journey.project_id)
    total = cost.contracts + cost.direct
    decision = acceptance.approve_final_accounts(**journey.standing, final_cost=total, actor=officer)
    journey.tell(officer, "批复竣工财务决算", money=total, note=decision.number)
    yield journey.later(2)


def operate(journey: Journey) -> Story:
    """The system is registered and certified, and put into operation; what was achieved is recorded."""
    script = journey.script
    yield journey.later(4)
    system = systems.register(
        owner_id=journey.organisation(script.owner),
        fields={"name": script.system or script.name, "description": script.content},
        project_id=journey.project_id,
        actor=journey.applicant,
    )
    officer = journey.officer(Role.INFORMATIZATION)
    if officer.has(Role.INFORMATIZATION):
        today = clock.today()
        systems.certify(
            system_id=system.id,
            fields={"catalogued_on": today, "shared_on": today, "secure_on": today},
            expected_version=system.version,
            actor=officer,
        )
    acceptance.put_into_operation(**journey.standing, launched_on=clock.today(), actor=journey.applicant)
    journey.tell(journey.applicant, f"系统投入运行 {system.code}", note="运维关口：系统已登记、共享、安全")
    rows = [
        {"name": target.name, "actual": target.achieved}
        for target in script.targets
        if target.achieved is not None
    ]
    if rows:
        yield clock.add_months(clock.today(), 11)
        progress.record_achieved(project_id=journey.project_id, rows=rows, actor=journey.applicant)
        journey.tell(journey.applicant, "填报绩效目标实际完成值", note=f"{len(rows)}项")
