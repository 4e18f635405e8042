"""One project from its proposal to its final grade, with real money in its books: the figures are true."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from approvals.queries.evaluations import evaluation, of_project
from approvals.rules.evaluation import EvaluationKind, Grade
from approvals.rules.stages import Outcome
from approvals.services import changes, evaluations
from approvals.services.changes import Change
from approvals.services.decisions import Ruling
from budget.queries.funds import execution
from budget.queries.replay import execution_on
from budget.queries.verification import verify
from budget.services import contracts
from budget.tables.contract import Contract
from budget.tables.line import BudgetLine
from portfolio.foundation.clock import ZONE
from portfolio.foundation.roles import Role
from portfolio.services import progress
from portfolio.tables.project import Project
from tests import acceptance, factories, ledger, procedure
from tests.evaluation import authority_evaluation, from_cast, taking_over
from tests.ledger import wan


def at(year, month, day):
    return datetime(year, month, day, 10, tzinfo=ZONE)


def town_of(cast, project_id):
    """The finances of the cast's city, about this project."""
    return ledger.City(
        unit=cast.unit,
        applicant=cast.applicant,
        unit_finance=cast.unit_finance,
        cio=cast.cio,
        maker=cast.finance,
        checker=cast.finance_checker,
        treasury=factories.actor("treasury", Role.FINANCE, organisation=cast.authorities[Role.FINANCE]),
        authority=cast.investment,
        project=Project.get_by_id(project_id),
    )


def spend(town, cast, project_id, clock):
    """A contract of 900万元: 500 are paid in 2008, 380 in December 2009; the contract."""
    first = BudgetLine.get(BudgetLine.project == project_id)
    ledger.release(town, first, 550)
    contract = ledger.signed(town, (2008, 500), (2009, 400))
    ledger.pay(town, contract, 500)
    clock.move_to(at(2009, 1, 5))
    procedure.plan(cast, project_id)
    procedure.allot(cast, project_id)
    ledger.release(town, BudgetLine.get(BudgetLine.project == project_id, BudgetLine.year == 2009), 390)
    contracts.commit_year(key=ledger.key(), project_id=project_id, actor=cast.unit_finance)
    clock.move_to(at(2009, 12, 20))
    ledger.pay(town, contract, 380, 2)
    return contract


def adjust(cast, project_id):
    """The content is changed twice over: what is refused is no change, what is approved is one in order."""
    for content, outcome in (("加建信息亭", Outcome.REJECT), ("接入方式改为前置机", Outcome.APPROVE)):
        submission = changes.request_change(
            project_id=project_id,
            expected_version=procedure.version(project_id),
            change=Change(reason="部门条件变化", fields={"content": content}),
            cover_number="渝农〔2008〕9号",
            actor=cast.applicant,
        )
        changes.decide_change(
            submission_id=submission.id,
            expected_version=procedure.version(project_id),
            ruling=Ruling(outcome, reason="已核"),
            actor=cast.investment,
        )


def finish(town, cast, project_id, contract):
    """The contract is settled at 880, the second milestone reached 54 days late, the project in operation."""
    contracts.settle(
        contract_id=contract.id,
        expected_version=Contract.get_by_id(contract.id).version,
        settled_value=wan(880),
        number="渝审〔2010〕3号",
        key=ledger.key(),
        actor=town.treasury,
    )
    for name, reached in (("平台上线", date(2008, 12, 31)), ("部门接入", date(2010, 1, 23))):
        progress.reach_milestone(project_id=project_id, name=name, actual_on=reached, actor=cast.applicant)
    achieved = {"接入部门": "40", "办事时间缩短": "30", "部门满意度": "85"}
    progress.record_achieved(
        project_id=project_id,
        rows=[{"name": name, "actual": actual} for name, actual in achieved.items()],
        actor=cast.applicant,
    )
    acceptance.complete(cast, project_id, date(2010, 1, 24))
    acceptance.running(cast, project_id, cost=wan(880))


@pytest.fixture
def project_id(cast, clock):
    """A project built over two years and in operation since 25 January 2010; today is 1 March."""
    found = procedure.carry(cast, until="building", item=procedure.ORDINARY)
    adjust(cast, found)
    town = town_of(cast, found)
    contract = spend(town, cast, found, clock)
    clock.move_to(at(2010, 1, 25))
    finish(town, cast, found, contract)
    clock.move_to(at(2010, 3, 1))
    return found


def figures(row):
    lines = evaluation(row.id).lines
    return {line.indicator.code: line.computed_value for line in lines if line.computed_value is not None}


def test_a_project_is_evaluated_by_what_its_books_and_its_dossier_say(cast, project_id):
    side = from_cast(cast)
    acceptance.open_evaluation(cast, project_id)
    row = authority_evaluation(side, project_id)  # as of the end of 2009
    known = {
        "A12": 1,  # six approvals of six
        "B11": Decimal("0.94"),  # 940 received of 1000
        "B12": Decimal("0.9362"),  # 880 paid of 940
        "B22": 1,
        "D11": 1,
        "D12": 1,
    }
    sheet = evaluation(row.id)
    assert next(one for one in sheet.lines if one.indicator.code == "B22").computed_evidence == (
        ("第1次调整", "手续完备"),
    )
    # one of two milestones, and 40 departments of 40; 31 of 547 days late so far
    assert figures(row) == {**known, "C11": Decimal("0.6667"), "C31": Decimal("0.9717")}
    evaluations.compute(evaluation_id=row.id, as_of=date(2010, 3, 1), actor=cast.assessor)
    whole = {"C11": 1, "C31": Decimal("0.9506"), "C41": Decimal("0.12")}  # 880 of an estimate of 1000
    assert figures(row) == {**known, **whole}
    evaluations.evaluate(evaluation_id=row.id, scores=taking_over(row.id, "0.9"), actor=cast.assessor)
    evaluations.submit(evaluation_id=row.id, actor=cast.assessor)
    evaluations.exchange(evaluation_id=row.id, reply="无意见", actor=cast.cio)
    final = evaluations.finalise(evaluation_id=row.id, actor=cast.informatization)
    assert (final.total, final.grade) == (Decimal("92.75"), Grade.EXCELLENT)
    assert [row.grade for row in of_project(project_id)] == [Grade.EXCELLENT]


def test_the_years_self_evaluation_divides_what_was_paid_by_the_years_budget(cast, project_id):
    row = evaluations.open_one(
        project_id=project_id, kind=EvaluationKind.ANNUAL_SELF, year=2009, actor=cast.applicant
    )
    evaluations.compute(evaluation_id=row.id, as_of=date(2009, 12, 31), actor=cast.applicant)
    assert figures(row)["execution"] == Decimal("0.95")  # 380 of 400
    assert figures(row)["timeliness"] == Decimal("0.9433")  # the milestone of 2008 is no matter of 2009


def test_the_books_replayed_to_the_last_day_are_the_books_as_they_are(project_id):
    assert verify().offenders == ()
    assert execution_on(project_id, date(2010, 3, 1)) == execution(project_id)
    assert [(row.year, row.received, row.paid) for row in execution_on(project_id, date(2009, 12, 19))] == [
        (2008, wan(550), wan(500)),
        (2009, wan(390), wan(0)),
    ]
    assert execution_on(project_id, date(2008, 3, 2)) == []
