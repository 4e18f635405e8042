"""Loading the demonstration into an empty database, in one transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from portfolio.foundation import audit, clock, demonstration, rulebook, settings
from portfolio.foundation.db import database, schema, transaction
from portfolio.foundation.errors import Conflict, Forbidden, say
from portfolio.services.organisation import load_organisations, shipped_organisations
from portfolio.services.plan import load_plan, shipped_plan
from portfolio.tables.project import Project
from reports.services.demonstration import calendar
from reports.services.demonstration.accounts import open_accounts
from reports.services.demonstration.asking import ask
from reports.services.demonstration.books import keep_books
from reports.services.demonstration.cast import Cast, load_people
from reports.services.demonstration.choosing import choose
from reports.services.demonstration.desk import desk
from reports.services.demonstration.filing import file
from reports.services.demonstration.importing import importing
from reports.services.demonstration.observing import observe
from reports.services.demonstration.office import office
from reports.services.demonstration.script import Script, script
from reports.services.demonstration.stories import story

_FIRST_DAY = date(2006, 1, 4)
SUBJECT = ("demonstration", 1)
"""Under which the audit trail remembers that a demonstration was loaded."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is there after loading, and whether this call brought it."""

    fresh: bool
    projects: int
    people: int


def load() -> Loaded:
    """Load the demonstration unless it is there; the clock of the database then lives in the plan's years.

    Raises ``Forbidden`` in production, ``Conflict`` when the database holds other projects.
    """
    written = script()
    with prepared():
        if audit.trail(*SUBJECT):
            return Loaded(False, Project.select().count(), len(written.people))
        refuse_other_projects()
        calendar.settle(_FIRST_DAY)
        set_scene(written)
        open_accounts(written.people)
        cast = Cast(written.people)
        stories = [
            office(written, cast),
            keep_books(written.ceilings, cast),
            observe(cast),
            *(story(each, cast) for each in written.projects),
            *(file(each, cast) for each in written.filings),
            desk(written, cast),
            ask(written, cast),
            importing(written, cast),
            choose(written, cast),
        ]
        calendar.tell(stories, written.today)
        calendar.settle(written.today)
        count = Project.select().count()
        audit.record(None, "demonstration.load", SUBJECT, {"projects": count})
    return Loaded(True, count, len(written.people))


@contextmanager
def prepared() -> Iterator[None]:
    """One transaction on a database with its tables and rules, outside production.

    When it is taken back, so is the clock that was set in it.
    """
    if settings.current().production:
        raise Forbidden(
            say("生产环境不得载入演示数据"), basis="演示数据与正式数据分离", remedy=say("请在演示环境中载入")
        )
    with database.connection_context() if database.is_closed() else _nothing():
        schema.upgrade()
        rulebook.load()
        try:
            with transaction():
                yield
        except BaseException:
            clock.follow(demonstration.stored_offset)
            raise


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def refuse_other_projects() -> None:
    """A demonstration is not mixed with anything else."""
    if Project.select().exists():
        raise Conflict(
            say("数据库中已有项目，不能再载入演示"),
            basis="演示数据与正式数据分离",
            remedy=say("请用 DATA_DIR 或 DATABASE_URL 另设一个空的演示数据库"),
        )


def set_scene(written: Script) -> None:
    """Plan, organisations and accounts, those that are missing."""
    load_plan(document=shipped_plan(), actor=None)
    load_organisations(document=shipped_organisations(), actor=None)
    load_people(written)
