"""What a filed project may report: quarters that have begun, no negative amounts, no fiscal money."""

from datetime import date

import pytest

from approvals.rules.filing import check_amounts, check_quarter, first_day, last_day, no_fiscal_money
from portfolio.foundation.errors import Invalid
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from tests.unit.approvals.samples import wan

FILED, TODAY = date(2008, 5, 20), date(2009, 2, 1)


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        (1, date(2008, 1, 1), date(2008, 3, 31)),
        (2, date(2008, 4, 1), date(2008, 6, 30)),
        (3, date(2008, 7, 1), date(2008, 9, 30)),
        (4, date(2008, 10, 1), date(2008, 12, 31)),
    ],
)
def test_the_days_of_a_quarter(quarter, first, last):
    assert (first_day(2008, quarter), last_day(2008, quarter)) == (first, last)


@pytest.mark.parametrize(("year", "quarter"), [(2008, 1), (2008, 4), (2009, 1)])
def test_every_quarter_since_the_year_of_the_filing_can_be_reported(year, quarter):
    check_quarter(year, quarter, FILED, TODAY)


@pytest.mark.parametrize(
    ("year", "quarter", "field"),
    [(2009, 2, "quarter"), (2010, 1, "year"), (2007, 4, "year"), (2008, 0, "quarter"), (2008, 5, "quarter")],
)
def test_no_other_quarter_can(year, quarter, field):
    with pytest.raises(Invalid) as error:
        check_quarter(year, quarter, FILED, TODAY)
    assert list(error.value.fields) == [field]


def test_amounts_are_money_of_a_known_source_and_never_negative():
    check_amounts({FundingSource.ENTERPRISE: wan(5), FundingSource.BANK_LOAN: Money.ZERO})
    for amounts, field in (
        ({FundingSource.ENTERPRISE: -wan(5)}, "enterprise"),
        ({FundingSource.ENTERPRISE: 5}, "enterprise"),
        ({"enterprise": wan(5)}, "source"),
    ):
        with pytest.raises(Invalid) as error:
            check_amounts(amounts)
        assert list(error.value.fields) == [field]


@pytest.mark.parametrize("source", [FundingSource.MUNICIPAL, FundingSource.DISTRICT, FundingSource.CENTRAL])
def test_fiscal_money_belongs_to_the_government_track(source):
    found = no_fiscal_money({source: wan(5), FundingSource.ENTERPRISE: wan(95)})
    assert (found.blocks, found.code, str(found.figure)) == (True, "FISCAL_SOURCES", "5.00万元")
    assert "政府投资" in str(found.remedy)


def test_what_enterprises_banks_and_others_give_is_filed():
    others = [source for source in FundingSource if not source.fiscal]
    assert no_fiscal_money(dict.fromkeys(others, wan(1))).passed
