"""Axe finds nothing wrong with any kind of page, looked at by people of the demonstration (``places.py``)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

import wsgi
from approvals.queries.people import holder_ids
from approvals.rules.stages import Phase, SideState
from approvals.services import meetings
from approvals.tables.case import Case
from portfolio.foundation import clock, db, working_days
from portfolio.foundation.access import actor_for
from portfolio.foundation.jobs.tables import Job, JobState
from portfolio.foundation.roles import Role
from portfolio.foundation.settings import read_settings
from reports.services.demonstration.accounts import PASSWORD
from tests.browser.conftest import Site, served, violations, windows
from tests.browser.places import PLACES, SAME_KIND, WITHOUT_PAGE, Place
from tests.integration.reports import conftest as demonstration
from tests.web import Visitor

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]  # whoever comes first loads for all
loaded_once = demonstration.loaded_once
SHARES = 4
REPEATED = "tbody tr:nth-child(n+6)"
"""Rows of a table after the fifth: written by the same lines of a template as those before."""
FRAME = (".bar", "#navigation a:not([aria-current])")
"""What a person sees around every page alike: looked at once for each."""


@pytest.fixture(scope="module")
def city(loaded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole demonstration and one day and one job more, served from a copy; nobody here changes it."""
    folder = tmp_path_factory.mktemp("every-page")
    shutil.copy(loaded_once / "portfolio.db", folder / "portfolio.db")
    os.symlink(loaded_once / "documents", folder / "documents")
    url = f"sqlite:///{folder / 'portfolio.db'}"
    settings = read_settings({"ENV": "test", "DATA_DIR": str(folder), "DATABASE_URL": url})
    wsgi.start(settings)
    add_what_the_demonstration_lacks()
    with served(settings) as site:
        yield site
    db.unbind()


def add_what_the_demonstration_lacks() -> None:
    """A day off that an administrator entered, a job that failed, and a meeting that sits."""
    chief = actor_for("admin")
    working_days.enter(day=date(2010, 5, 3), working=False, note="国办发明电〔2009〕31号", actor=chief)
    times = {"wake_at": clock.now(), "created_at": clock.now(), "finished_at": clock.now()}
    Job.create(
        kind="reports.assessment",
        arguments={},
        state=JobState.FAILED,
        attempts=1,
        max_attempts=1,
        error="没有评分",
        **times,
    )
    office = actor_for("lxb")
    agenda = [Case.get(phase=Phase.DECIDING, side_state=SideState.ACTIVE).submission_id]
    row = meetings.call(
        number="渝信组纪〔2010〕9号", held_on=clock.today(), submission_ids=agenda, actor=office
    )
    members = sorted(holder_ids(Role.MEMBER, on=clock.today()))
    meetings.open_meeting(meeting_id=row.id, chair_id=members[0], present_ids=members, actor=office)


def test_every_page_has_somebody_who_looks_at_it(city: Site) -> None:
    """A page that is added is given a place, or a reason why another one stands for it."""
    pages = {rule.endpoint for rule in city.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages = {endpoint for endpoint in pages if endpoint.rpartition(".")[2] != "static"}
    assert pages == PLACES.keys() | SAME_KIND.keys() | WITHOUT_PAGE.keys()
    assert set(SAME_KIND.values()) <= PLACES.keys()
    assert len(PLACES) + len(SAME_KIND) + len(WITHOUT_PAGE) == len(pages), "each is said once"


def shares() -> list[list[Place]]:
    """All places in shares of about the same size, each person's in as few as possible."""
    ordered = sorted(PLACES.values(), key=lambda place: (place.person, place.address))
    size = -(-len(ordered) // SHARES)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


@pytest.mark.parametrize("share", range(SHARES))
def test_axe_finds_nothing_on_any_kind_of_page(share: int, city: Site, chromium: Browser) -> None:
    failed: list[str] = []
    with windows(chromium, city) as open_page:
        page = open_page()
        page.add_init_script(AXE_SCRIPT)
        for person, places in groupby(shares()[share], key=lambda place: place.person):
            become(page, city, person)
            sparing = [REPEATED]
            for place in places:
                answer = page.goto(place.address)
                assert answer is not None
                if answer.status == 200:
                    failed += violations(page, sparing=sparing)
                    sparing = [REPEATED, *FRAME]
                else:
                    failed.append(f"{place.address} answers {person} with {answer.status}: choose another")
    assert failed == []


def become(page: Page, city: Site, person: str) -> None:
    """The window is somebody else's from now on, with a session that they began elsewhere."""
    page.context.clear_cookies()
    if person:
        visitor = Visitor(city.app)
        assert visitor.log_in(person, PASSWORD).status_code == 302
        session = visitor.client.get_cookie("session")
        assert session is not None
        page.context.add_cookies([{"name": "session", "value": session.value, "url": city.url}])
