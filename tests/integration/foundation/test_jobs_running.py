"""What a job does besides being in the table; one database is enough to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from portfolio.foundation import jobs
from portfolio.foundation.anchors import Anchor
from portfolio.foundation.clock import now
from portfolio.foundation.errors import Forbidden
from portfolio.foundation.jobs import registry, tasks
from portfolio.foundation.jobs.run import LONGEST_PAUSE, claim
from portfolio.foundation.jobs.tables import Job, JobState
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.settings import Settings
from tests.conftest import TemporaryDatabase
from tests.integration.foundation.jobs_handlers import ask, effects, fresh, new_actor, waiting


@pytest.fixture(name="database")
def _database(sqlite_database: TemporaryDatabase) -> TemporaryDatabase:
    return sqlite_database


def test_a_broken_broker_does_not_fail_the_request_and_the_sweep_sends_later(
    database: TemporaryDatabase, actor: Actor, celery: Callable[[Settings], None]
) -> None:
    in_the_way = database.settings.data_dir / "queue"
    in_the_way.write_text("not a folder")
    celery(database.settings)
    job = ask(actor)
    assert fresh(job).state is JobState.QUEUED
    in_the_way.unlink()
    assert jobs.sweep() == 1
    assert waiting(database.settings.data_dir) == 1


def test_a_broker_that_refuses_connections_is_given_up_soon(
    database: TemporaryDatabase, actor: Actor, celery: Callable[[Settings], None]
) -> None:
    celery(replace(database.settings, broker_url="redis://127.0.0.1:1/0"))
    job = ask(actor)
    assert fresh(job).wake_at <= now()


def test_what_failed_can_be_asked_for_again(actor: Actor) -> None:
    first = jobs.run_now(ask(actor, "test.refused", dedupe="same", project=1))
    assert first.state is JobState.FAILED
    assert ask(actor, "test.refused", dedupe="same", project=1).id != first.id


def test_an_unknown_kind_is_a_mistake_of_the_program(actor: Actor) -> None:
    with pytest.raises(LookupError, match="no handler"):
        ask(actor, "test.unheard_of")


def test_one_kind_has_one_handler() -> None:
    with pytest.raises(ValueError, match="two handlers"):
        jobs.handler("test.once")(lambda run: None)


def test_the_result_and_the_times_are_in_the_row(actor: Actor, clock: time_machine.Traveller) -> None:
    job = ask(actor)
    clock.shift(5)
    job = jobs.run_now(job)
    assert job.state is JobState.DONE
    assert job.result == {"attempt": 1}
    assert job.finished_at - job.created_at == timedelta(seconds=5)
    assert (job.lease_until, job.leased_by, job.checkpoint) == (None, None, None)


@pytest.mark.usefixtures("database")
def test_a_message_for_a_job_that_is_not_there_does_nothing() -> None:
    tasks.run_job(4711)
    assert Job.select().count() == 0


def test_the_handler_acts_for_whoever_asked(database: TemporaryDatabase) -> None:
    person = replace(new_actor("li", Role.CIO), on_behalf_of=99)
    assert jobs.run_now(ask(person, "test.actor")).result == ["张三", ["cio"], 99]


def test_the_system_may_ask(actor: Actor) -> None:
    job = ask(None)
    assert (job.created_by_id, job.actor) == (None, None)
    assert jobs.run_now(job).state is JobState.DONE


def test_a_refusal_ends_the_job_with_its_own_words(actor: Actor) -> None:
    job = jobs.run_now(ask(actor, "test.refused", project=8))
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert job.error == "没有这个项目（编号 8）；处理：请核对编号"
    assert "Traceback" in job.error_detail
    assert effects(job) == []


def test_a_fault_is_tried_again_after_growing_pauses_and_then_given_up(
    actor: Actor, clock: time_machine.Traveller
) -> None:
    job = ask(actor, "test.faulty", faults=9)
    pauses = []
    for _ in range(2):
        job = jobs.run_now(job)
        assert job.state is JobState.QUEUED
        assert job.error.startswith("第")
        pauses.append((job.wake_at - now()).total_seconds())
        clock.move_to(job.wake_at)
    assert pauses == [10, 60]
    job = jobs.run_now(job)
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert f"任务编号 {job.id}" in job.error
    assert "the disk is on fire" in job.error_detail
    assert jobs.run_now(job).attempts == 3
    assert timedelta(seconds=60) < LONGEST_PAUSE


def test_a_fault_that_passes_leaves_no_error(actor: Actor) -> None:
    job = ask(actor, "test.faulty", faults=1)
    jobs.run_now(job)
    job = jobs.run_now(job)
    assert (job.state, job.result, job.error, job.error_detail) == (JobState.DONE, 2, None, None)


def test_progress_is_written_at_the_end_and_not_too_often_before(actor: Actor) -> None:
    job = ask(actor, "test.parts", parts=5, pause=0)
    run = claim(job.id, registry.find("test.parts"))
    assert run is not None
    run.progress(1, 5)
    assert fresh(job).progress_total is None
    run.progress(5, 5)
    assert (fresh(job).progress_done, fresh(job).progress_total) == (5, 5)


def test_only_who_asked_and_the_administrator_may_cancel(actor: Actor) -> None:
    job = ask(actor)
    with pytest.raises(Forbidden):
        jobs.cancel(job_id=job.id, actor=new_actor("li"))
    administrator = new_actor("wang", Role.ADMIN)
    assert jobs.cancel(job_id=job.id, actor=administrator).state is JobState.CANCELLED


def test_the_audit_chains_are_anchored_for_the_day_before(
    actor: Actor, clock: time_machine.Traveller
) -> None:
    job = ask(actor)
    tasks.anchor()
    tasks.anchor()
    (row,) = Anchor.select()
    assert (row.kind, row.day.isoformat(), list(row.heads)) == ("audit", "2026-03-01", [f"job:{job.id}"])


def test_beat_sends_tasks_that_exist(
    database: TemporaryDatabase, celery: Callable[[Settings], None], tmp_path: Path
) -> None:
    celery(database.settings)
    from celery import current_app

    entries = current_app.conf.beat_schedule.values()
    sent = {entry["task"] for entry in entries}
    assert sent >= {"foundation.sweep_jobs", "foundation.anchor", "foundation.clean"}
    assert sent <= set(current_app.tasks)
    assert Path(current_app.conf.beat_schedule_filename).parent == tmp_path
