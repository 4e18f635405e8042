"""The demonstration as it is written down: what it promises about the plan, the money and the people."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from approvals.rules.stages import GOVERNMENT_STAGES
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import CostCategory, FundingSource, MajorMark, TargetDimension
from portfolio.rules.dossier.money_checks import BUILDING, EQUIPMENT
from portfolio.rules.dossier.words import TargetAspect
from portfolio.services.organisation import shipped_organisations
from portfolio.services.plan import shipped_plan
from reports.services.demonstration.estimate import cost_of, estimate_lines, funding_lines
from reports.services.demonstration.script import DATA, script
from reports.services.demonstration.stories import CHAPTERS

wan = Money.from_wan


def test_projects_are_items_of_the_plan_in_every_box_and_zone() -> None:
    items = {item.code for item in shipped_plan().items}
    written = script()
    linked = [one.item for one in written.projects if one.item] + [one.item for one in written.filings]
    assert set(linked) <= items
    assert {code[:2] for code in linked} == {f"B{number}" for number in range(1, 9)}
    assert max(Counter(linked).values()) == 1
    zones = {zone.code for zone in shipped_organisations().zones}
    assert {one.zone for one in written.projects if one.zone} == zones
    assert 40 <= len(linked) <= 45


def test_one_project_is_off_the_plan_and_never_leaves_its_draft() -> None:
    assert [one.reach for one in script().projects if not one.item] == ["drafting"]


def test_everybody_has_one_account_in_an_organisation_there_is() -> None:
    written = script()
    houses = {house.code for house in shipped_organisations().organisations}
    houses.add(written.assessor_organisation["code"])
    assert {person.organisation for person in written.people} <= houses
    assert max(Counter(person.username for person in written.people).values()) == 1
    assert {role for person in written.people for role in person.roles} == set(Role)
    finance = [person for person in written.people if Role.FINANCE in person.roles]
    assert len(finance) == 2
    owners = {one.owner for one in written.projects} | {one.reporter for one in written.filings}
    for role in (Role.APPLICANT, Role.CIO, Role.UNIT_FINANCE):
        assert owners == {person.organisation for person in written.people if role in person.roles}


def test_it_says_that_it_is_invented() -> None:
    text = DATA.read_text("utf-8")
    assert "虚构" in text.split('"today"')[0]
    written = script()
    assert "虚构" in written.assessor_organisation["name"]
    assert all("虚构" in name for one in written.projects for name in one.suppliers)
    for texts in written.evaluation_texts.values():
        assert any("虚构" in paragraph for paragraph in texts["other"])


def test_projects_stop_at_many_different_places() -> None:
    reached = {one.reach for one in script().projects}
    assert {chapter.reached for chapter in CHAPTERS[3:]} <= reached
    assert len(reached) > len(GOVERNMENT_STAGES)
    happenings = {name for one in script().projects for name in one.happenings}
    assert happenings >= {"conditions", "returned", "suspended", "terminated", "change", "supplement"}


def test_every_side_of_performance_has_a_target() -> None:
    for one in script().projects:
        sides = {TargetAspect(target.aspect).dimension for target in one.targets}
        assert sides == set(TargetDimension), one.name
        assert set(one.marks) <= set(MajorMark)


def test_what_is_evaluated_has_its_achievements() -> None:
    for one in script().projects:
        if one.reach in {"evaluating", "reported_on", "replied", "evaluated", "exchanged", "closed"}:
            assert all(target.achieved for target in one.targets), one.name


@pytest.mark.parametrize("total", [wan("46"), wan("128.55"), wan("2680"), wan("5600")])
def test_an_estimate_adds_up_and_keeps_the_standard_rates(total: Money) -> None:
    lines = estimate_lines(total)
    assert Money.total(line["amount"] for line in lines) == total
    built, reserve = cost_of(total, *BUILDING), cost_of(total, CostCategory.CONTINGENCY)
    assert 6 <= 100 * cost_of(total, CostCategory.INTEGRATION).fen / cost_of(total, *EQUIPMENT).fen <= 8
    assert 1 <= 100 * cost_of(total, CostCategory.MANAGEMENT).fen / built.fen <= 2
    assert 5 <= 100 * reserve.fen / (total - reserve).fen <= 10


def test_funding_adds_up_over_sources_and_years() -> None:
    sources = {FundingSource.MUNICIPAL: 60, FundingSource.DISTRICT: 40}
    lines = funding_lines(wan("185.37"), sources, {2007: 55, 2008: 45})
    assert Money.total(line["amount"] for line in lines) == wan("185.37")
    assert [(line["source"].value, line["year"]) for line in lines] == [
        ("municipal", 2007),
        ("municipal", 2008),
        ("district", 2007),
        ("district", 2008),
    ]


def test_the_demonstration_lives_in_the_plan_s_years() -> None:
    written = script()
    plan = shipped_plan().plan
    years = range(plan.from_year, plan.to_year + 1)
    assert written.today.year in years
    assert set(written.ceilings) == set(years)
    starts = [one.first_day for one in written.projects] + [one.first_day for one in written.filings]
    assert all(date(plan.from_year, 1, 1) <= day <= written.today for day in starts)


def test_every_indicator_that_a_person_scores_has_a_judgement_with_its_reason() -> None:
    for profile, judged in script().judgements.items():
        assert {"A11", "A21", "B13", "C21", "D11", "D12", "_"} <= judged.keys(), profile
        assert all(0 <= int(percent) <= 100 and reason for percent, reason in judged.values())
    assert {one.profile for one in script().projects} < set(script().judgements)
