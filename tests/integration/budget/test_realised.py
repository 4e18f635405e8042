"""Realised investment of government projects follows their reported progress, once, by source."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from budget.queries.programme import programme_totals
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.services import contracts, programme, realised
from budget.tables.contract import Contract
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation.clock import ZONE
from portfolio.foundation.db import IntegrityError
from portfolio.rules.dossier import FundingSource
from portfolio.services import progress
from tests import ledger
from tests.ledger import wan

pytestmark = pytest.mark.usefixtures("database", "clock")

GOVERNMENT, ENTERPRISE = ProgrammeSource.GOVERNMENT, ProgrammeSource.ENTERPRISE


@pytest.fixture
def town(clock):
    """An approved project of 200 of the city's and 100 of an enterprise's money; 180 is contracted."""
    found = ledger.city()
    ledger.funded(found, amount=180)
    programme.record(
        measure=ProgrammeMeasure.APPROVED,
        project_id=found.project_id,
        amounts={FundingSource.MUNICIPAL: wan(200), FundingSource.ENTERPRISE: wan(100)},
        day=date(2026, 1, 1),
        note="概算",
        actor=found.authority,
    )
    ledger.signed(found, (2026, 180))
    clock.move_to(datetime(2027, 3, 1, 10, tzinfo=ZONE))
    return found


def report(town, percent, period="h1", year=2026, text="正常"):
    fields = {"year": year, "period": period, "percent_done": percent, "text": text}
    return progress.report_progress(project_id=town.project_id, fields=fields, actor=town.applicant)


def counted(*sides, until=None):
    measures = [ProgrammeMeasure.REALISED]
    totals = programme_totals(*sides, measures=measures, until=until)
    return {total.key: total.amount for total in totals}


def test_a_report_realises_its_part_of_what_is_approved_by_source(town):
    report(town, 30)
    assert counted("year", "quarter", "source") == {
        (2026, 2, GOVERNMENT): wan(60),
        (2026, 2, ENTERPRISE): wan(30),
    }


def test_no_more_government_money_is_realised_than_is_contracted(town):
    report(town, 95, "h2")
    assert counted("source") == {(GOVERNMENT,): wan(180), (ENTERPRISE,): wan(95)}


def test_payments_do_not_realise_anything(town, clock):
    clock.move_to(datetime(2026, 6, 1, 10, tzinfo=ZONE))
    ledger.pay(town, Contract.get(Contract.project == town.project_id), 100)
    assert counted("source") == {}


def test_the_same_report_twice_counts_once_and_the_next_adds_the_difference(town):
    report(town, 30)
    report(town, 30)
    assert ProgrammeEntry.select().where(ProgrammeEntry.measure == ProgrammeMeasure.REALISED).count() == 2
    report(town, 65, "h2")
    assert counted("quarter", "source") == {
        (2, GOVERNMENT): wan(60),
        (2, ENTERPRISE): wan(30),
        (4, GOVERNMENT): wan(70),
        (4, ENTERPRISE): wan(35),
    }


def test_a_corrected_earlier_report_leaves_the_later_total_alone(town):
    report(town, 30)
    report(town, 65, "h2")
    report(town, 40, text="更正")
    assert counted(until=date(2026, 6, 30)) == {(): wan(120)}
    assert counted() == {(): wan(195)}
    report(town, 30, text="再更正")
    assert counted(until=date(2026, 6, 30)) == {(): wan(90)}
    assert counted() == {(): wan(195)}


def test_completion_realises_what_is_contracted_and_again_changes_nothing(town):
    report(town, 65, "h2")
    for _ in range(2):
        realised.follow_completion(
            project_id=town.project_id, day=date(2027, 2, 1), note="建成", actor=town.applicant
        )
    assert counted("year", "source") == {
        (2026, GOVERNMENT): wan(130),
        (2026, ENTERPRISE): wan(65),
        (2027, GOVERNMENT): wan(50),
        (2027, ENTERPRISE): wan(35),
    }


def test_what_a_settlement_takes_off_was_not_realised(town):
    day = date(2027, 2, 1)
    realised.follow_completion(project_id=town.project_id, day=day, note="建成", actor=town.applicant)
    contract = Contract.get(Contract.project == town.project_id)
    contracts.settle(
        contract_id=contract.id,
        expected_version=contract.version,
        settled_value=wan(170),
        number="审〔2027〕3号",
        key=ledger.key(),
        actor=town.treasury,
    )
    realised.follow_completion(
        project_id=town.project_id, day=date(2027, 3, 1), note="决算", actor=town.treasury
    )
    assert counted("source") == {(GOVERNMENT,): wan(170), (ENTERPRISE,): wan(100)}


def test_a_project_without_an_account_is_left_to_its_own_reports():
    town = ledger.city()
    report(town, 30, year=2025)
    assert not ProgrammeEntry.select().exists()


def test_what_is_counted_stands(town):
    report(town, 30)
    with pytest.raises(IntegrityError):
        ProgrammeEntry.update(amount=wan(1)).execute()


def test_a_refused_report_counts_nothing(town, monkeypatch):
    def broken(_report, _actor):
        raise RuntimeError

    monkeypatch.setattr(progress, "_followers", [*progress._followers, broken])
    with pytest.raises(RuntimeError):
        report(town, 30)
    assert counted("source") == {}
