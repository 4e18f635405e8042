"""Jobs with real worker processes on real brokers: delivered twice, killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from portfolio.foundation import jobs
from portfolio.foundation.jobs import wakeup
from portfolio.foundation.jobs.celery_app import make_celery
from portfolio.foundation.jobs.tables import JobState
from portfolio.foundation.settings import Settings
from tests.integration.foundation.jobs_handlers import Effect, effects, fresh, new_actor
from tests.integration.foundation.test_jobs_supervisor import gone

SUPERVISOR = """
import sys
from portfolio.foundation.jobs.supervisor import Child, Supervisor
app = "tests.integration.foundation.jobs_app"
worker = [sys.executable, "-m", "celery", "-A", app, "worker", "--concurrency", "2"]
sys.exit(Supervisor([Child("worker", worker)]).run())
"""
PATIENCE_SECONDS = 30


class Workers:
    """A worker under its supervisor, as an installation runs it."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.log = log
        environment = os.environ | {
            "ENV": "test",
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "BROKER_URL": settings.broker_url,
        }
        with log.open("wb") as output:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-c", SUPERVISOR], env=environment, stdout=output, stderr=output
            )

    def kill(self) -> None:
        """Kill the worker with all its processes; the supervisor starts another."""
        (worker,) = psutil.Process(self.supervisor.pid).children()
        os.killpg(worker.pid, signal.SIGKILL)

    def end(self) -> bool:
        """End the supervisor; returns whether all its processes went with it."""
        processes = psutil.Process(self.supervisor.pid).children(recursive=True)
        self.supervisor.send_signal(signal.SIGTERM)
        assert self.supervisor.wait(PATIENCE_SECONDS) == 0
        return gone(processes)

    def wait_until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready():
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.05)


@pytest.fixture
def workers(request: pytest.FixtureRequest, dialect: str, broker: str, tmp_path: Path) -> Iterator[Workers]:
    database = request.getfixturevalue(f"{dialect}_database")
    url = request.getfixturevalue("redis_url") if broker == "redis" else ""
    settings = replace(database.settings, broker_url=url)
    app = make_celery(settings)
    Effect.create_table()
    started = Workers(settings, tmp_path / "worker.log")
    yield started
    all_gone = started.end()
    wakeup.use(None)
    app.close()
    assert all_gone


@pytest.mark.parametrize(("dialect", "broker"), [("sqlite", "folder"), ("postgresql", "redis")])
def test_a_killed_worker_loses_nothing_and_nothing_is_done_twice(workers: Workers) -> None:
    actor = new_actor()
    job = jobs.enqueue(kind="test.parts", arguments={"parts": 12, "pause": 0.1}, actor=actor)
    workers.wait_until(lambda: len(effects(job)) >= 3)
    workers.kill()
    assert fresh(job).state is JobState.RUNNING
    before = effects(job)
    assert 3 <= len(before) < 12

    others = [jobs.enqueue(kind="test.once", arguments={"n": n}, actor=actor) for n in range(5)]
    for other in others:
        wakeup.wake([other.id, other.id, job.id])
    workers.wait_until(lambda: jobs.sweep() > 0 or fresh(job).attempts > 1)
    workers.wait_until(lambda: all(fresh(each).state.ended for each in [job, *others]))
    assert fresh(job).state is JobState.DONE
    assert effects(job) == list(range(12))
    assert fresh(job).attempts == 2
    assert [effects(other) for other in others] == [[0]] * 5
    assert {fresh(other).attempts for other in others} == {1}
