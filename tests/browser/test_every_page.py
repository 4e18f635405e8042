"""Axe finds nothing wrong with any kind of page, looked at by people of the demonstration (``places.py``)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

import wsgi
from portfolio.foundation import clock, db, working_days
from portfolio.foundation.access import actor_for
from portfolio.foundation.clock import follow, real_time
from portfolio.foundation.jobs.tables import Job, JobState
from portfolio.foundation.settings import read_settings
from reports.services.demonstration.accounts import PASSWORD
from tests.browser.conftest import Site, assert_accessible, login
from tests.browser.places import PLACES, SAME_KIND, WITHOUT_PAGE, Place
from tests.conftest import TemporaryDatabase
from tests.integration.reports import conftest as demonstration

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]  # whoever comes first loads for all
loaded_once = demonstration.loaded_once
SHARES = 4


@pytest.fixture
def sqlite_database(loaded_once: Path, tmp_path: Path) -> Iterator[TemporaryDatabase]:
    """The whole demonstration in a database of the test's own."""
    shutil.copy(loaded_once / "portfolio.db", tmp_path / "portfolio.db")
    os.symlink(loaded_once / "documents", tmp_path / "documents")
    url = f"sqlite:///{tmp_path / 'portfolio.db'}"
    settings = read_settings({"ENV": "test", "DATA_DIR": str(tmp_path), "DATABASE_URL": url})
    wsgi.start(settings)
    add_what_the_demonstration_lacks()
    yield TemporaryDatabase("sqlite", url, settings)
    db.unbind()
    follow(real_time)


def add_what_the_demonstration_lacks() -> None:
    """A day off that an administrator entered, and a job that failed."""
    chief = actor_for("admin")
    working_days.enter(day=date(2010, 5, 3), working=False, note="国办发明电〔2009〕31号", actor=chief)
    times = {"wake_at": clock.now(), "created_at": clock.now(), "finished_at": clock.now()}
    Job.create(
        kind="report",
        arguments={},
        state=JobState.FAILED,
        attempts=1,
        max_attempts=1,
        error="没有评分",
        **times,
    )


def test_every_page_has_somebody_who_looks_at_it(one_app: Flask) -> None:
    """A page that is added is given a place, or a reason why another one stands for it."""
    pages = {rule.endpoint for rule in one_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
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
def test_axe_finds_nothing_on_any_kind_of_page(share: int, page: Page, site: Site) -> None:
    failed = []
    for person, places in groupby(shares()[share], key=lambda place: place.person):
        page.context.clear_cookies()
        if person:
            login(page, person, PASSWORD)
        for place in places:
            answer = page.goto(place.address)
            assert answer is not None
            if answer.status != 200:
                failed.append(f"{place.address} answers {person} with {answer.status}: choose another place")
                continue
            try:
                assert_accessible(page)
            except AssertionError as found:
                failed.append(str(found))
    assert failed == []
