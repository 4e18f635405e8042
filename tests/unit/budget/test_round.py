"""Which money of which year may be asked for."""

import pytest

from budget.rules.round import asking_problems
from budget.rules.words import RequestKind
from portfolio.rules.dossier import FundingSource


@pytest.mark.parametrize(
    ("kind", "source", "year", "field"),
    [
        (RequestKind.ROUND, FundingSource.MUNICIPAL, 2008, None),
        (RequestKind.ROUND, FundingSource.MUNICIPAL, 2010, None),
        (RequestKind.ROUND, FundingSource.MUNICIPAL, 2007, "year"),
        (RequestKind.SUPPLEMENT, FundingSource.CENTRAL, 2008, None),
        (RequestKind.SUPPLEMENT, FundingSource.CENTRAL, 2009, "year"),
        (RequestKind.REDUCTION, FundingSource.CENTRAL, 2007, "year"),
        (RequestKind.ROUND, FundingSource.ENTERPRISE, 2008, "source"),
    ],
)
def test_a_round_asks_ahead_mid_year_asks_for_this_year_and_both_for_fiscal_money(kind, source, year, field):
    assert list(asking_problems(kind, source, year, this_year=2008)) == ([field] if field else [])
