"""What the tests of the job table share: somebody who asks, and the queue that their questions go through."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from portfolio.foundation.jobs import wakeup
from portfolio.foundation.jobs.celery_app import make_celery
from portfolio.foundation.roles import Actor
from portfolio.foundation.settings import Settings
from tests.conftest import TemporaryDatabase
from tests.integration.foundation.jobs_handlers import Effect, new_actor


@pytest.fixture
def actor(database: TemporaryDatabase) -> Actor:
    """Whoever asks for jobs; what is done for them is counted."""
    Effect.create_table()
    return new_actor()


@pytest.fixture
def celery(database: TemporaryDatabase) -> Iterator[Callable[[Settings], None]]:
    """Send through an app made from these settings, until the test ends."""
    apps = []

    def use(settings: Settings) -> None:
        apps.append(make_celery(settings))

    yield use
    wakeup.use(None)
    for app in apps:
        app.close()
