"""The filing track whole: registered, filed with a number, reported each quarter, corrected, closed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from approvals.queries import filing as queries
from approvals.rules.stages import DecisionMode, SubmissionState
from approvals.services import cases, filing, reviews, submissions
from approvals.services.money import count_investment
from approvals.tables.case import FilingReport
from approvals.tables.decision import Decision
from budget.queries import funds
from budget.queries.programme import programme_totals
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource, Track
from portfolio.tables.project import Project
from tests import acceptance, factories, procedure

E, B, S = FundingSource.ENTERPRISE, FundingSource.BANK_LOAN, ProgrammeSource


def wan(amount):
    return Money.from_wan(amount)


@pytest.fixture
def cast(database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


def report(cast, project_id, quarter=1, year=2008, actor=None, **amounts):
    given = {FundingSource(source): wan(amount) for source, amount in amounts.items()}
    return filing.report_quarter(
        project_id=project_id, year=year, quarter=quarter, amounts=given, actor=actor or cast.applicant
    )


def close(cast, project_id, actor=None):
    return filing.close(
        project_id=project_id,
        expected_version=procedure.version(project_id),
        actor=actor or cast.informatization,
    )


def test_the_whole_way_of_an_enterprises_project(cast, clock):
    project_id = acceptance.registered(cast)
    assert procedure.standing(project_id) == ("registered", "drafting")
    submission = acceptance.submit_filing(cast, project_id)
    assert procedure.standing(project_id) == ("registered", "accepting")
    decision = acceptance.file(cast, project_id)
    assert (decision.mode, decision.number) == (DecisionMode.FILING, "渝信产备〔2008〕1号")
    assert type(submission).get_by_id(submission.id).state is SubmissionState.APPROVED
    assert procedure.standing(project_id) == ("filed", "reporting")
    assert report(cast, project_id, enterprise=300, bank_loan=200).revision == 1
    assert procedure.standing(project_id) == ("reporting", "reporting")
    clock.shift(100 * 86400)
    report(cast, project_id, quarter=2, enterprise=400)
    assert queries.realised(project_id, 2008, 1) == {S.ENTERPRISE: wan(300), S.BANK_LOAN: wan(200)}
    totals = programme_totals("measure", "quarter", project_id=project_id)
    assert {(total.key[0], total.key[1]): total.amount for total in totals} == {
        (ProgrammeMeasure.APPROVED, 1): wan(5000),
        (ProgrammeMeasure.REALISED, 1): wan(500),
        (ProgrammeMeasure.REALISED, 2): wan(400),
    }
    close(cast, project_id)
    assert procedure.standing(project_id) == ("closed", "finished")
    with pytest.raises(Refused):
        report(cast, project_id, quarter=2, enterprise=500)
    assert funds.account(project_id) is None  # it takes no fiscal money and has no account


def move(cast, project_id, actor=None, reason="申请财政资金配套"):
    return filing.move_to_government(
        project_id=project_id,
        expected_version=procedure.version(project_id),
        reason=reason,
        actor=actor or cast.informatization,
    )


def test_who_asks_for_fiscal_money_moves_to_the_government_track(cast):
    project_id = acceptance.registered(cast)
    acceptance.submit_filing(cast, project_id)
    acceptance.file(cast, project_id)
    report(cast, project_id, enterprise=30)
    case = move(cast, project_id)
    assert (case.track, case.submission_id) == (Track.GOVERNMENT, None)
    assert procedure.standing(project_id) == ("initiation", "drafting")
    project = Project.get_by_id(project_id)
    assert (project.track, project.locked) == (Track.GOVERNMENT, False)
    counted = {measure: Money.ZERO for measure in ProgrammeMeasure}
    for entry in ProgrammeEntry.select().where(ProgrammeEntry.project == project_id):
        counted[entry.measure] += entry.amount
    assert counted[ProgrammeMeasure.APPROVED] == Money.ZERO
    assert counted[ProgrammeMeasure.REALISED] == wan(30), "what was realised stays"
    with pytest.raises(Refused) as refusal:
        procedure.submit(cast, project_id)
    assert refusal.value.codes, "the plan gate is asked like anybody else's"
    with pytest.raises(Refused):
        report(cast, project_id, quarter=2, enterprise=1)
    with pytest.raises(Refused):
        move(cast, project_id)


def test_what_is_counted_again_adds_only_the_difference(cast):
    project_id = acceptance.registered(cast)
    submission = acceptance.submit_filing(cast, project_id)
    decision = acceptance.file(cast, project_id)
    before = ProgrammeEntry.select().count()
    assert before
    with transaction():
        count_investment(ProgrammeMeasure.APPROVED, submission, decision.number, cast.informatization)
    assert ProgrammeEntry.select().count() == before


def test_only_the_informatization_authority_moves_a_project_and_says_why(cast):
    project_id = acceptance.registered(cast)
    for other in (cast.applicant, cast.finance, cast.secretary):
        with pytest.raises(Forbidden):
            move(cast, project_id, actor=other)
    with pytest.raises(Invalid):
        move(cast, project_id, reason=" ")
    acceptance.submit_filing(cast, project_id)
    with pytest.raises(Refused):
        move(cast, project_id)
    assert Project.get_by_id(project_id).track is Track.FILING


def test_a_vertically_managed_unit_files_alone(cast):
    project_id = acceptance.registered(cast)
    Organisation.update(vertical=True).where(
        Organisation.id == Project.get_by_id(project_id).owner_id
    ).execute()
    with pytest.raises(Refused) as refusal:
        move(cast, project_id)
    assert refusal.value.codes == ("VERTICAL",)


def test_a_correction_is_a_further_revision_and_a_further_entry(cast):
    project_id = acceptance.filed(cast)
    report(cast, project_id, enterprise=300, bank_loan=200)
    corrected = report(cast, project_id, enterprise=350, other=10)
    assert corrected.revision == 2
    assert queries.realised(project_id, 2008, 1) == {S.ENTERPRISE: wan(350), S.OTHER: wan(10)}
    entries = ProgrammeEntry.select().where(ProgrammeEntry.measure == ProgrammeMeasure.REALISED)
    assert sorted((entry.source, entry.amount.fen) for entry in entries) == sorted(
        [
            (S.ENTERPRISE, wan(300).fen),
            (S.BANK_LOAN, wan(200).fen),
            (S.ENTERPRISE, wan(50).fen),
            (S.BANK_LOAN, -wan(200).fen),
            (S.OTHER, wan(10).fen),
        ]
    )
    assert [row.revision for row in queries.reports(project_id)] == [1, 2]
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql("DELETE FROM filing_report")


def test_the_same_report_twice_counts_once(cast):
    project_id = acceptance.filed(cast)
    first = report(cast, project_id, enterprise=300)
    version = procedure.version(project_id)
    assert report(cast, project_id, enterprise=300) == first
    assert (FilingReport.select().count(), procedure.version(project_id)) == (1, version)
    assert queries.realised(project_id, 2008, 1) == {S.ENTERPRISE: wan(300)}


def test_two_clicks_at_once_count_once(cast):
    project_id = acceptance.filed(cast)

    def click(_number):
        with bound.connection_context():
            return report(cast, project_id, enterprise=300).id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(click, range(2)))) == 1
    assert queries.realised(project_id, 2008, 1) == {S.ENTERPRISE: wan(300)}


def test_nothing_realised_is_a_report_too(cast):
    project_id = acceptance.filed(cast)
    assert report(cast, project_id).revision == 1
    assert queries.realised(project_id, 2008, 1) == {}
    assert report(cast, project_id) == queries.latest(project_id, 2008, 1)
    assert FilingReport.select().count() == 1


def test_fiscal_money_is_refused_when_reported(cast):
    project_id = acceptance.filed(cast)
    for source in ("municipal", "district", "central"):
        with pytest.raises(Refused) as error:
            report(cast, project_id, enterprise=300, **{source: 1})
        assert error.value.codes == ("FISCAL_SOURCES",)
    assert FilingReport.select().count() == 0
    assert queries.realised(project_id, 2008, 1) == {}


def test_fiscal_money_is_refused_when_filed(cast):
    project_id = acceptance.registered(cast, {E: wan(300), FundingSource.MUNICIPAL: wan(1)})
    with pytest.raises(Refused) as error:
        acceptance.submit_filing(cast, project_id)
    assert "FISCAL_SOURCES" in error.value.codes
    assert procedure.standing(project_id) == ("registered", "drafting")


def test_nothing_is_reported_before_the_filing_or_for_a_quarter_to_come(cast):
    project_id = acceptance.registered(cast)
    with pytest.raises(Refused) as error:
        report(cast, project_id, enterprise=1)
    assert error.value.codes == ("FLOW",)
    filed = acceptance.filed(cast)
    for year, quarter in ((2008, 2), (2009, 1), (2007, 4), (2008, 5)):
        with pytest.raises(Invalid):
            report(cast, filed, quarter, year, enterprise=1)
    with pytest.raises(Invalid):
        filing.report_quarter(
            project_id=filed, year=2008, quarter=1, amounts={E: -wan(1)}, actor=cast.applicant
        )
    assert FilingReport.select().count() == 0


def test_who_registers_does_not_file(cast):
    project_id = acceptance.registered(cast)
    acceptance.submit_filing(cast, project_id, cast.informatization)
    with pytest.raises(Forbidden, match="曾报送"):
        acceptance.file(cast, project_id)
    house = cast.authorities[Role.INFORMATIZATION]
    colleague = factories.actor("colleague", Role.INFORMATIZATION, organisation=house)
    assert acceptance.file(cast, project_id, actor=colleague).decided_by_id == colleague.user_id


def test_other_people_neither_file_nor_report_nor_close(cast):
    project_id = acceptance.registered(cast)
    acceptance.submit_filing(cast, project_id)
    for person in (cast.applicant, cast.finance, cast.member, cast.admin):
        with pytest.raises(Forbidden):
            acceptance.file(cast, project_id, actor=person)
    acceptance.file(cast, project_id)
    neighbour = factories.actor("neighbour", Role.APPLICANT)
    for person in (neighbour, cast.cio, cast.finance):
        with pytest.raises(Forbidden):
            report(cast, project_id, enterprise=1, actor=person)
        with pytest.raises(Forbidden):
            close(cast, project_id, person)


def test_filing_twice_files_once_and_a_stale_version_is_told(cast):
    project_id = acceptance.registered(cast)
    acceptance.submit_filing(cast, project_id)
    version = procedure.version(project_id)
    with pytest.raises(StaleVersion):
        acceptance.file(cast, project_id, expected_version=version - 1)
    first = acceptance.file(cast, project_id, expected_version=version)
    assert acceptance.file(cast, project_id, expected_version=version) == first
    assert Decision.select().count() == 1


def test_what_is_sent_back_is_submitted_again(cast):
    project_id = acceptance.registered(cast)
    first = acceptance.submit_filing(cast, project_id)
    reviews.return_for_revision(submission_id=first.id, text="请补充建设地点", actor=cast.informatization)
    assert procedure.standing(project_id) == ("registered", "drafting")
    second = acceptance.submit_filing(cast, project_id)
    assert (first.number, second.number) == (1, 2)
    acceptance.file(cast, project_id)


def test_it_can_be_taken_back_until_it_is_filed(cast):
    project_id = acceptance.registered(cast)
    submission = acceptance.submit_filing(cast, project_id)
    submissions.withdraw(
        submission_id=submission.id,
        expected_version=procedure.version(project_id),
        reason="金额有误",
        actor=cast.applicant,
    )
    assert procedure.standing(project_id) == ("registered", "drafting")


def test_a_stopped_filed_project_reports_nothing(cast):
    project_id = acceptance.filed(cast)
    cases.suspend(
        project_id=project_id,
        expected_version=procedure.version(project_id),
        reason="企业停产",
        actor=cast.secretary,
    )
    with pytest.raises(Refused, match="暂停"):
        report(cast, project_id, enterprise=1)


def test_unknown_ids_and_the_other_track_are_refused(cast):
    with pytest.raises(NotFound):
        report(cast, 9999, enterprise=1)
    with pytest.raises(NotFound):
        filing.file(submission_id=9999, expected_version=1, actor=cast.informatization)
    government = acceptance.inherit(cast)
    with pytest.raises(Refused) as error:
        close(cast, government)
    assert error.value.codes == ("FLOW",)
