"""A dossier as one value and as data; the words it is written in."""

import json
from dataclasses import replace
from decimal import Decimal

from portfolio.foundation.money import Money
from portfolio.rules.dossier import (
    ArchiveClass,
    DocumentKind,
    Part,
    ReportPeriod,
    TargetAspect,
    TargetDimension,
)
from portfolio.rules.dossier.words import CostCategory
from tests.unit.portfolio.dossier_samples import ITEM, PROPOSAL, STUDY, estimate, way


def test_a_dossier_is_plain_data_for_a_snapshot():
    data = replace(STUDY, totals={Part.PROPOSAL: Money(5)}).as_data()
    assert json.loads(json.dumps(data)) == data
    assert data["estimate"][0] == {"category": "hardware", "item": "hardware", "amount": 600_000_000}
    assert data["planned_start"] == "2007-06-01"
    assert (data["part"], data["delivery_mode"], data["major_marks"]) == ("feasibility", "self_build", [])
    assert data["plan_item"]["code"] == ITEM.code
    assert data["alternatives"][0]["upkeep"]["5"] == 1_000_000
    assert data["totals"] == {"proposal": 5}


def test_figures_keep_their_value_and_lose_their_dress():
    fact = replace(PROPOSAL.indicators[0], contribution=Decimal("100.5000"))
    assert replace(PROPOSAL, indicators=(fact,)).as_data()["indicators"][0]["contribution"] == "100.5"
    fact = replace(fact, contribution=Decimal("400"))
    assert replace(PROPOSAL, indicators=(fact,)).as_data()["indicators"][0]["contribution"] == "400"


def test_sums_are_those_of_the_lines():
    dossier = replace(PROPOSAL, estimate=estimate(hardware=1, other=2, training=4))
    assert dossier.estimate_total == Money.from_wan(7)
    assert dossier.cost_of([CostCategory.HARDWARE, CostCategory.TRAINING]) == Money.from_wan(5)
    assert dossier.funding_total == Money.from_wan(1000)
    assert way("甲", 100, years=3).whole_life_cost == Money.from_wan(103)


def test_every_target_belongs_to_one_side():
    assert {aspect: aspect.dimension for aspect in TargetAspect} == {
        TargetAspect.QUANTITY: TargetDimension.OUTPUT,
        TargetAspect.QUALITY: TargetDimension.OUTPUT,
        TargetAspect.TIMELINESS: TargetDimension.OUTPUT,
        TargetAspect.COST: TargetDimension.OUTPUT,
        TargetAspect.ECONOMIC: TargetDimension.BENEFIT,
        TargetAspect.SOCIAL: TargetDimension.BENEFIT,
        TargetAspect.ECOLOGICAL: TargetDimension.BENEFIT,
        TargetAspect.SUSTAINABLE: TargetDimension.BENEFIT,
        TargetAspect.SATISFACTION: TargetDimension.SATISFACTION,
    }


def test_periods_begin_with_their_months():
    assert [period.first_month for period in ReportPeriod] == [1, 4, 7, 10, 1, 7]


def test_documents_are_filed_by_their_kind():
    assert DocumentKind("invoice").archive_class is ArchiveClass.FINANCE
    assert DocumentKind.RISK_ASSESSMENT.archive_class is ArchiveClass.ACCEPTANCE
    assert {kind.archive_class for kind in DocumentKind} == set(ArchiveClass)
    assert (DocumentKind.TENDER.label, DocumentKind.TENDER) == ("招标（采购）文件", "tender")
