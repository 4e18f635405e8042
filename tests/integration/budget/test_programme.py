"""The programme investment account counts every project where it belongs, beside the fiscal money."""

from __future__ import annotations

from datetime import date

import pytest

from budget.queries.programme import breakdown, place_of, programme_totals
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.services import programme
from budget.tables.programme import ProgrammeEntry
from portfolio.foundation.errors import Invalid, NotFound
from portfolio.foundation.money import Money
from portfolio.queries import plan as plan_queries
from portfolio.rules.dossier import FundingSource
from portfolio.services.plan import load_plan, shipped_plan
from tests import factories, ledger
from tests.ledger import wan

pytestmark = pytest.mark.usefixtures("database", "clock")

DAY = date(2026, 3, 2)


@pytest.fixture
def author():
    return factories.actor("author")


def _record(author, project_id, amounts, measure=ProgrammeMeasure.PLANNED, day=DAY):
    return programme.record(
        measure=measure, project_id=project_id, amounts=amounts, day=day, note="", actor=author
    )


def test_money_is_counted_under_the_programmes_five_sources(author):
    project = factories.project()
    _record(
        author,
        project.id,
        {
            FundingSource.MUNICIPAL: wan(10),
            FundingSource.CENTRAL: wan(5),
            FundingSource.ENTERPRISE: wan(7),
            FundingSource.UNIVERSAL_SERVICE_FUND: wan(1),
            FundingSource.FOREIGN: wan(0),
        },
    )
    assert {total.key[0]: total.amount for total in programme_totals("source")} == {
        ProgrammeSource.GOVERNMENT: wan(15),
        ProgrammeSource.ENTERPRISE: wan(7),
        ProgrammeSource.OTHER: wan(1),
    }


def test_a_project_is_counted_where_its_plan_item_belongs(author):
    load_plan(document=shipped_plan(), actor=None)
    telecom = plan_queries.item_in_force("B4-G1-01", date(2007, 1, 1))
    directory = plan_queries.item_in_force("B1-G1-02", date(2007, 1, 1))
    in_box_four = factories.project(plan_item=telecom)
    in_box_one = factories.project(plan_item=directory)
    for project, amount in ((in_box_four, 100), (in_box_one, 30)):
        _record(author, project.id, {FundingSource.MUNICIPAL: wan(amount)})
    place = place_of(in_box_four.id)
    assert (place.plan_item_id, place.box_id, place.counts_1162) == (telecom.id, telecom.group.box_id, True)
    boxes = {total.key[0]: total.amount for total in programme_totals("box")}
    assert boxes == {telecom.group.box_id: wan(100), directory.group.box_id: wan(30)}
    assert programme_totals(only_1162=True)[0].amount == wan(100)
    assert programme_totals()[0].amount == wan(130)


def test_an_entry_keeps_its_place_when_the_project_moves(author):
    load_plan(document=shipped_plan(), actor=None)
    item = plan_queries.item_in_force("B4-G1-01", date(2007, 1, 1))
    project = factories.project(plan_item=item)
    _record(author, project.id, {FundingSource.ENTERPRISE: wan(1)})
    project.plan_item = None
    project.save()
    _record(author, project.id, {FundingSource.ENTERPRISE: wan(2)})
    assert [entry.counts_1162 for entry in ProgrammeEntry.select().order_by(ProgrammeEntry.id)] == [
        True,
        False,
    ]


def test_corrections_are_entries_and_days_and_measures_stay_apart(author):
    project = factories.project()
    realised = ProgrammeMeasure.REALISED
    _record(author, project.id, {ProgrammeSource.GOVERNMENT: wan(10)}, realised, date(2026, 2, 1))
    _record(author, project.id, {ProgrammeSource.GOVERNMENT: wan(5)}, realised, date(2026, 5, 1))
    _record(author, project.id, {ProgrammeSource.GOVERNMENT: Money(-wan(2).fen)}, realised, date(2026, 2, 9))
    _record(author, project.id, {ProgrammeSource.GOVERNMENT: wan(50)})
    totals = programme_totals("quarter", measures=[realised], project_id=project.id)
    assert [(total.key, total.amount) for total in totals] == [((1,), wan(8)), ((2,), wan(5))]
    assert programme_totals(measures=[realised], until=date(2026, 2, 1))[0].amount == wan(10)
    first, second = breakdown("quarter")
    assert [str(first.name), str(second.name)] == ["2026年第1季度", "2026年第2季度"]
    assert first.amounts == {realised: wan(8), ProgrammeMeasure.PLANNED: wan(50)}
    assert second.amounts == {realised: wan(5)}
    assert [(one.name, one.amounts[realised]) for one in breakdown("cluster")] == [(None, wan(13))]


def test_what_cannot_be_counted_is_refused(author):
    project = factories.project()
    with pytest.raises(NotFound):
        _record(author, 999, {FundingSource.MUNICIPAL: wan(1)})
    with pytest.raises(Invalid):
        _record(author, project.id, {FundingSource.MUNICIPAL: 5})
    with pytest.raises(Invalid):
        _record(author, project.id, {FundingSource.MUNICIPAL: wan(1)}, day=date(1900, 1, 1))
    with pytest.raises(Invalid):
        programme_totals("colour")
    assert ProgrammeEntry.select().count() == 0
    assert programme_totals()[0].amount == wan(0)


def test_a_signed_contract_is_committed_investment():
    town = ledger.city()
    ledger.funded(town, amount=100)
    contract = ledger.signed(town, (2026, 60), (2027, 40))
    entry = ProgrammeEntry.get()
    assert (entry.measure, entry.source, entry.amount, entry.contract_id) == (
        ProgrammeMeasure.COMMITTED,
        ProgrammeSource.GOVERNMENT,
        wan(100),
        contract.id,
    )
