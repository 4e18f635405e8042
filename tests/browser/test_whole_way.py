"""One project all the way, by nothing but pages: from an item of the plan to its assessment as a PDF.

Everybody sits at a window of their own and goes where home, the navigation and the project's page lead
them; after each act the page says what comes next and who is to act.  The chapters are in ``way``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, expect

from portfolio.foundation import settings
from portfolio.foundation.clock import ZONE
from portfolio.foundation.roles import Role
from tests import procedure
from tests.browser.conftest import Site
from tests.browser.way import appraising, assessing, building, funding, proposing
from tests.browser.way.hall import Hall, nothing_changed, press

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(600)]

NAME = "政务信息资源目录体系和交换体系（一期）"
ITEM = "政务信息资源目录体系和交换体系建设"


@pytest.fixture
def then(site: Site) -> Iterator[time_machine.Traveller]:
    """Two years pass in a minute; nobody is sent to the log-in meanwhile."""
    site.app.permanent_session_lifetime = timedelta(days=4000)
    settings.use(replace(site.settings, session_idle_minutes=10**7, session_hours=10**6))
    with time_machine.travel(procedure.IN_2008, tick=True) as traveller:
        yield traveller


@pytest.fixture
def hall(then: time_machine.Traveller, open_page: Callable[..., Page]) -> Hall:
    return Hall(open_page, procedure.with_cast(), NAME)


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=ZONE)


def test_one_project_goes_the_whole_way_by_pages_alone(
    then: time_machine.Traveller, hall: Hall, tmp_path: Path
) -> None:
    proposing.propose_what_the_plan_holds(hall, ITEM)
    proposing.fill_in_the_proposal(hall)
    proposing.submit_and_get_it_back(hall, "建设目标不清楚，请写明接入哪些部门")
    proposing.correct_and_submit_again(hall)
    proposing.take_in_and_countersign(hall)
    appraising.leading_group_meets(hall)
    appraising.building_now_is_refused(hall)
    appraising.write_the_study(hall)
    appraising.experts_appraise(hall)
    appraising.fix_the_estimate(hall)
    funding.into_the_annual_plan(hall)
    funding.money_is_in_place(hall)
    building.start_building(hall)
    funding.a_contract_is_signed(hall)
    for amount in ("300", "700"):
        funding.pay(hall, amount)
    then.move_to(on(2008, 12, 22))
    building.finish_building(hall)
    building.accept_twice(hall)
    then.move_to(on(2009, 3, 2))
    building.close_the_accounts(hall)
    building.put_into_operation(hall)
    then.move_to(on(2010, 3, 1))
    assessing.open_the_evaluation(hall)
    assessing.the_unit_scores_itself(hall)
    assessing.the_authority_evaluates(hall)
    assessing.close_the_project(hall)
    assert procedure.standing(1) == ("closed", "finished")
    assessing.report_as_pdf(hall, tmp_path)
    assessing.others_look_at_it(hall)
    assert {role for actor in hall.present for role in actor.roles} == set(Role)


def test_what_the_plan_does_not_hold_cannot_be_submitted(hall: Hall) -> None:
    page = hall.of(hall.cast.applicant)
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="新建项目").click()
    page.get_by_label("项目名称").fill("办公楼机房改造")
    press(page, "建立项目")
    with nothing_changed():
        page.get_by_role("link", name="去报送").first.click()
        refused = page.locator(".finding-block", has_text="未挂接规划项目")
        refused.locator("summary").click()
        for words in ("先规划后立项", "[R01]", "请选择所依据的规划项目"):
            expect(refused).to_contain_text(words)
        expect(page.locator("main form [name=cover_number]")).to_have_count(0)
        expect(page.get_by_role("main")).to_contain_text("现在不能办理")
