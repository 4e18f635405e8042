"""Handlers whose effects can be counted, for the tests of jobs and for their worker processes."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from peewee import BigAutoField, IntegerField, Model

from portfolio.foundation import jobs
from portfolio.foundation.access import Organisation, OrganisationKind, User
from portfolio.foundation.db import database, transaction
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import Actor, Role


class Effect(Model):
    """What a handler did: one row for each part. Made by the tests, in no migration."""

    id = BigAutoField()
    job_id = IntegerField()
    part = IntegerField()

    class Meta:
        database = database


def effects(job: jobs.Job) -> list[int]:
    """The parts that were done, in order, doubled ones twice."""
    return [row.part for row in Effect.select().where(Effect.job_id == job.id).order_by(Effect.id)]


def new_actor(username: str = "zhang", *roles: Role) -> Actor:
    """A person in an organisation."""
    day = date(2006, 1, 1)
    organisation, _ = Organisation.get_or_create(
        code="CQ-JW",
        defaults={
            "name": "重庆市经济委员会",
            "short_name": "市经委",
            "kind": OrganisationKind.DEPARTMENT,
            "valid_from": day,
        },
    )
    user = User.create(username=username, name="张三", fs_uniquifier=username, organisation=organisation)
    return Actor(user.id, user.name, organisation.id, frozenset(roles))


def ask(
    actor: Actor | None, kind: str = "test.once", dedupe: str | None = None, **arguments: Any
) -> jobs.Job:
    """Ask for a job."""
    return jobs.enqueue(kind=kind, arguments=arguments, actor=actor, dedupe=dedupe)


def fresh(job: jobs.Job) -> jobs.Job:
    """The job as it stands now."""
    return jobs.Job.get_by_id(job.id)


def waiting(data_dir: Path) -> int:
    """Messages in the folder queue of a data folder."""
    folder = data_dir / "queue" / "ready"
    return len(os.listdir(folder)) if folder.exists() else 0


@jobs.handler("test.once")
def once(run: jobs.JobRun) -> None:
    """One effect, stored together with the end of the job."""
    with transaction():
        Effect.create(job_id=run.job_id, part=0)
        run.finish({"attempt": run.attempt})


@jobs.handler("test.parts", lease=timedelta(seconds=1), max_attempts=5)
def parts(run: jobs.JobRun) -> dict[str, Any]:
    """Many effects, each stored together with the checkpoint behind it."""
    total = run.arguments["parts"]
    for part in range(run.saved or 0, total):
        with transaction():
            Effect.create(job_id=run.job_id, part=part)
            run.checkpoint(part + 1)
        run.progress(part + 1, total)
        time.sleep(run.arguments["pause"])
    return {"parts": total}


@jobs.handler("test.refused")
def refused(run: jobs.JobRun) -> None:
    """A refusal after a first effect, which must go with it."""
    with transaction():
        Effect.create(job_id=run.job_id, part=0)
        raise NotFound(say("没有这个项目（编号 {n}）", n=run.arguments["project"]), remedy=say("请核对编号"))


@jobs.handler("test.faulty", max_attempts=3)
def faulty(run: jobs.JobRun) -> int:
    """Fails as often as asked."""
    if run.attempt <= run.arguments["faults"]:
        raise RuntimeError("the disk is on fire")
    return run.attempt


@jobs.handler("test.actor")
def who(run: jobs.JobRun) -> list[Any]:
    """Says on whose behalf it runs."""
    assert run.actor is not None
    return [run.actor.name, sorted(run.actor.roles), run.actor.on_behalf_of]
