"""The job table: asked for once, done once, whoever dies meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from portfolio.foundation import audit, jobs
from portfolio.foundation.clock import now
from portfolio.foundation.db import IntegrityError, transaction, violated
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Conflict
from portfolio.foundation.jobs import registry, tasks
from portfolio.foundation.jobs.run import claim
from portfolio.foundation.jobs.tables import Job, JobState
from portfolio.foundation.roles import Actor
from portfolio.foundation.settings import Settings
from tests.conftest import TemporaryDatabase
from tests.integration.foundation.jobs_handlers import Effect, ask, effects, fresh, waiting

pytestmark = pytest.mark.usefixtures("database")


def in_threads(count: int, work: Callable[[], Any]) -> list[Any]:
    results: list[Any] = []
    gate = threading.Barrier(count)

    def run() -> None:
        try:
            gate.wait()
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            bound.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# --- asking ---


def test_a_job_belongs_to_the_transaction_that_asks_for_it(
    database: TemporaryDatabase, actor: Actor, celery: Callable[[Settings], None]
) -> None:
    celery(database.settings)
    with pytest.raises(ZeroDivisionError), transaction():
        ask(actor)
        raise ZeroDivisionError
    assert Job.select().count() == 0
    assert waiting(database.settings.data_dir) == 0
    with transaction():
        job = ask(actor)
        assert waiting(database.settings.data_dir) == 0
    assert waiting(database.settings.data_dir) == 1
    assert (job.state, job.attempts, job.created_by_id) == (JobState.QUEUED, 0, actor.user_id)
    assert [entry.action for entry in audit.trail("job", job.id)] == ["job.enqueue"]


def test_the_same_key_asks_once(actor: Actor) -> None:
    first = ask(actor, dedupe="assessment:7", project=7)
    assert ask(actor, dedupe="assessment:7", project=7).id == first.id
    jobs.run_now(first)
    assert ask(actor, dedupe="assessment:7", project=7).id == first.id
    with pytest.raises(Conflict, match=f"编号 {first.id}"):
        ask(actor, dedupe="assessment:7", project=8)


def test_the_same_key_from_many_threads_asks_once(actor: Actor) -> None:
    found = in_threads(4, lambda: ask(actor, dedupe="same").id)
    assert len(found) == 4
    assert len(set(found)) == 1
    assert Job.select().count() == 1


# --- doing ---


def test_delivered_twice_is_done_once(actor: Actor) -> None:
    job = ask(actor)
    jobs.run_now(job)
    tasks.run_job(job.id)
    assert effects(job) == [0]
    assert fresh(job).attempts == 1


def test_delivered_to_many_at_once_is_done_once(actor: Actor) -> None:
    job = ask(actor)
    in_threads(4, lambda: jobs.run_now(job))
    assert effects(job) == [0]
    assert fresh(job).attempts == 1


# --- dying ---


def test_a_run_without_its_lease_writes_nothing_more(actor: Actor, clock: time_machine.Traveller) -> None:
    job = ask(actor, "test.parts", parts=2, pause=0)
    slow = claim(job.id, registry.find("test.parts"))
    assert slow is not None
    assert claim(job.id, registry.find("test.parts")) is None
    clock.shift(0.9)
    slow.heartbeat()
    clock.shift(0.9)
    assert claim(job.id, registry.find("test.parts")) is None
    clock.shift(0.2)
    assert jobs.run_now(job).state is JobState.DONE
    for late in (slow.heartbeat, lambda: slow.checkpoint(1), slow.finish, lambda: slow.fail("x", "y")):
        with pytest.raises(jobs.LeaseLost), transaction():
            Effect.create(job_id=job.id, part=99)
            late()
    assert effects(job) == [0, 1]


def test_a_second_worker_goes_on_where_the_first_one_died(
    actor: Actor, clock: time_machine.Traveller
) -> None:
    job = ask(actor, "test.parts", parts=4, pause=0)
    died = claim(job.id, registry.find("test.parts"))
    assert died is not None
    with transaction():
        Effect.create(job_id=job.id, part=0)
        died.checkpoint(1)
    assert jobs.run_now(job).state is JobState.RUNNING
    clock.shift(2)
    job = jobs.run_now(job)
    assert (job.state, job.attempts, job.progress_done) == (JobState.DONE, 2, 4)
    assert effects(job) == [0, 1, 2, 3]


def test_a_cancelled_run_stops_at_its_next_report(actor: Actor) -> None:
    job = ask(actor, "test.parts", dedupe="same", parts=4, pause=0)
    run = claim(job.id, registry.find("test.parts"))
    assert run is not None
    assert jobs.cancel(job_id=job.id, actor=actor).state is JobState.CANCELLED
    with pytest.raises(jobs.LeaseLost):
        run.heartbeat()
    assert jobs.run_now(job).state is JobState.CANCELLED
    with pytest.raises(Conflict, match="已取消"):
        jobs.cancel(job_id=job.id, actor=actor)
    assert [entry.action for entry in audit.trail("job", job.id)] == ["job.enqueue", "job.cancel"]


# --- the sweep ---


def test_the_sweep_sends_for_jobs_whose_word_was_lost_but_does_not_nag(
    database: TemporaryDatabase,
    actor: Actor,
    celery: Callable[[Settings], None],
    clock: time_machine.Traveller,
) -> None:
    job = ask(actor)
    celery(database.settings)
    assert jobs.sweep() == 0
    clock.shift(61)
    tasks.sweep_jobs()
    assert waiting(database.settings.data_dir) == 1
    assert jobs.sweep() == 0
    clock.shift(301)
    assert jobs.sweep() == 1
    jobs.run_now(job)
    clock.shift(301)
    assert jobs.sweep() == 0


def test_the_sweep_takes_jobs_from_the_dead(
    database: TemporaryDatabase,
    actor: Actor,
    celery: Callable[[Settings], None],
    clock: time_machine.Traveller,
) -> None:
    job = ask(actor, "test.parts", parts=1, pause=0)
    celery(database.settings)
    for attempt in range(1, 6):
        assert claim(job.id, registry.find("test.parts")) is not None
        assert jobs.sweep() == 0
        clock.shift(2)
        assert jobs.sweep() == (1 if attempt < 5 else 0)
    job = fresh(job)
    assert (job.state, job.attempts) == (JobState.FAILED, 5)
    assert job.error.startswith("处理中多次中断")
    assert waiting(database.settings.data_dir) == 4


# --- the clock ---


# --- the table ---


BROKEN_ROWS = [
    ("state = 'asleep'", "ck_job_state"),
    ("state = 'running', started_at = created_at", "ck_job_lease"),
    ("lease_until = created_at", "ck_job_lease_whole"),
    ("state = 'done', finished_at = created_at", "ck_job_started"),
    ("finished_at = created_at", "ck_job_finished"),
    ("state = 'failed', finished_at = created_at, dedupe = NULL", "ck_job_failed"),
    ("result = '1'", "ck_job_result"),
    ("attempts = 4", "ck_job_attempts"),
    ("progress_done = 3, progress_total = 2", "ck_job_progress"),
    ("state = 'cancelled', finished_at = created_at", "ck_job_dedupe"),
    ("kind = 'other'", "append_only: job"),
    ("arguments = '{}'", "append_only: job"),
    ("created_by_id = NULL, actor = NULL", "append_only: job"),
]


def test_the_database_holds_the_row_together(actor: Actor) -> None:
    ask(actor, dedupe="same", n=1)
    for change, name in BROKEN_ROWS:
        with pytest.raises(IntegrityError) as caught, transaction():
            bound.execute_sql(f"UPDATE job SET {change}")
        assert name in (violated(caught.value), str(caught.value).splitlines()[0])
    for values, name in (({"actor": {}}, "ck_job_actor"), ({"dedupe": "same"}, "dedupe")):
        with pytest.raises(IntegrityError, match=name), transaction():
            Job.create(kind="k", arguments={}, max_attempts=1, wake_at=now(), created_at=now(), **values)
