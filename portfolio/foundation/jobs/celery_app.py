"""The Celery app: it wakes workers, the job table remembers."""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init
from kombu.connection import Connection

from portfolio.foundation.db import database
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.jobs import broker, tasks, timetable, wakeup
from portfolio.foundation.settings import Settings, is_command

QUEUE = "jobs"
SWEEP_SECONDS = 15.0
BROKER_SECONDS = 3.0


def make_celery(settings: Settings) -> Celery:
    """Build the app and let ``enqueue`` send through it.

    Args:
        settings: an empty ``broker_url`` means the queue in the data folder; ``redis://`` and ``amqp://``
            work with the same code.
    """
    app = Celery("portfolio")
    app.set_default()
    app.conf.update(
        task_default_queue=QUEUE,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        # The message stays until the work is done; the job table makes a second delivery harmless.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        # Both need broadcasts, which the folder queue does not offer; nobody looks at them either.
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0.2, "interval_max": 0.2},
        broker_connection_timeout=BROKER_SECONDS,
        broker_connection_retry_on_startup=True,
        **_broker(settings),
        **_beat(settings),
    )
    wakeup.use(app)
    return app


def check_broker(url: str) -> None:
    """Raise ``Invalid`` when nothing answers there; once the program runs, an outage is waited out."""
    options = {**_patience(url, "socket_connect_timeout"), **_patience(url, "socket_timeout")}
    try:
        with Connection(url, connect_timeout=BROKER_SECONDS, transport_options=options) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
    except Exception as fault:  # each kind of queue has errors of its own
        what = say("任务队列不可用：{why}", why=" ".join(str(fault).split()))
        raise Invalid({"BROKER_URL": what}) from fault


def _patience(url: str, name: str) -> dict[str, Any]:
    """How long to wait for a Redis; others are told by the connection."""
    return {name: BROKER_SECONDS} if url.startswith(("redis://", "rediss://")) else {}


def _broker(settings: Settings) -> dict[str, Any]:
    if settings.broker_url:
        options = _patience(settings.broker_url, "socket_connect_timeout")
        return {"broker_url": settings.broker_url, "broker_transport_options": options}
    broker.register()
    folder = settings.data_dir / "queue"
    return {"broker_url": f"{broker.SCHEME}://localhost", "broker_transport_options": {"folder": str(folder)}}


def _beat(settings: Settings) -> dict[str, Any]:
    """What is done by the clock, in UTC, so that no time zone data need be installed."""
    if not is_command():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    swept = {"task": tasks.SWEEP_TASK, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    daily = {
        one.task: {"task": one.task, "schedule": crontab(hour=str(one.hour), minute=str(one.minute))}
        for one in timetable.daily()
    }
    return {
        "timezone": "UTC",
        "beat_schedule_filename": str(settings.data_dir / "beat-schedule"),
        "beat_schedule": {"sweep-jobs": swept, **daily},
    }


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _forget_inherited_connection(**_: Any) -> None:  # noqa: ANN401 - Celery decides what it passes
    """A forked worker process must not speak on its parent's connection."""
    if database.obj is not None:
        database.obj.dispose()
