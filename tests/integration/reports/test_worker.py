"""A report asked for in one process and drawn by a worker in another, as an installation runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from approvals.queries import evaluations
from approvals.rules.evaluation import EvaluationKind
from portfolio.foundation import access
from portfolio.foundation.jobs import wakeup
from portfolio.foundation.jobs.celery_app import make_celery
from portfolio.foundation.jobs.tables import Job, JobState
from portfolio.foundation.settings import CHECKOUT, Settings
from reports.services import assessment
from reports.tables import IssuedReport
from tests.integration.reports.conftest import Copy

pytestmark = pytest.mark.timeout(400)  # whoever comes first walks or loads for all

PATIENCE_SECONDS = 40


@pytest.fixture
def log(walked: Copy, tmp_path: Path) -> Iterator[Path]:
    """A worker on the walked project's database and the queue in its data folder; its log."""
    app = make_celery(walked.settings)
    path = tmp_path / "worker.log"
    with path.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "wsgi:celery", "worker", "--concurrency", "1"],
            cwd=CHECKOUT,
            env=environment(walked.settings),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    yield path
    os.killpg(worker.pid, signal.SIGTERM)
    worker.wait(PATIENCE_SECONDS)
    wakeup.use(None)
    app.close()


def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "ENV": "test",
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": "",
    }


@pytest.mark.parametrize("walked", ["sqlite"], indirect=True)
def test_a_worker_draws_what_was_asked_for_once(walked: Copy, log: Path) -> None:
    (row,) = [
        one for one in evaluations.of_project(walked.project.id) if one.kind is EvaluationKind.ANNUAL_SELF
    ]
    job = assessment.request(evaluation_id=row.id, actor=access.actor_for("zfb.jb"))
    wakeup.wake([job.id, job.id])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := Job.get_by_id(job.id)).state.ended:
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.1)
    assert found.state is JobState.DONE, found.error_detail
    (report,) = IssuedReport.select().where(IssuedReport.evaluation == row.id)
    assert (found.attempts, found.result["report"]) == (1, report.id)
    assert assessment.content(report).startswith(b"%PDF-")
