"""A worker that dies in the middle of a batch leaves the books as they were; the next one posts it once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest

from budget.queries.verification import verify
from budget.rules.imports.words import BatchState
from budget.services.imports import batches
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import clock, jobs
from portfolio.foundation.jobs import Job, JobState
from tests import ledger, sheets
from tests.sheets import PAYMENT_HEADS
from tests.soak import brief_or_long

ROWS = 2_000
WORKER = """
import sys
import wsgi
from portfolio.foundation.jobs.run import execute
from portfolio.foundation.settings import read_settings
wsgi.start(read_settings())
execute(int(sys.argv[1]))
"""


@pytest.mark.parametrize("moment", range(brief_or_long(1, 25)))
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_killed_worker_posts_nothing_and_the_next_one_everything_once(
    request: pytest.FixtureRequest, dialect: str, moment: int
) -> None:
    database: Any = request.getfixturevalue(f"{dialect}_database")
    town = ledger.city()
    year = clock.today().year
    line = ledger.funded(town, year=year)
    contract = ledger.signed(town, (year, 100))
    table = sheets.xlsx([PAYMENT_HEADS, *([contract.code, 1, "0.01", "", f"第{n}笔"] for n in range(ROWS))])
    batch = sheets.submitted(town.unit_finance, sheets.receive(town.unit_finance, table))
    batch = sheets.checked(town.checker, batch)
    batch = batches.post(batch_id=batch.id, expected_version=batch.version, actor=town.treasury)
    job_id = batch.job.id

    environment = os.environ | {
        "ENV": "test",
        "DATA_DIR": str(database.settings.data_dir),
        "DATABASE_URL": database.url,
    }
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(job_id)], env=environment)
    deadline = time.monotonic() + 60
    while Job.get_by_id(job_id).state is not JobState.RUNNING:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.05 + 0.01 * moment)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    in_the_middle = Job.get_by_id(job_id).state is JobState.RUNNING
    assert in_the_middle or moment > 5  # a late blow may find the work done
    if in_the_middle:
        assert Entry.select().where(Entry.kind == "pay").count() == 0
        assert BudgetLine.get_by_id(line.id).paid.fen == 0
        Job.update(lease_until=clock.now() - timedelta(seconds=1)).where(Job.id == job_id).execute()
        assert jobs.sweep() == 1
    for _ in range(2):
        jobs.run_now(Job.get_by_id(job_id))
    assert sheets.fresh(batch).state is BatchState.POSTED
    assert Entry.select().where(Entry.kind == "pay").count() == ROWS
    assert BudgetLine.get_by_id(line.id).paid == ledger.wan(ROWS // 100)
    assert verify().offenders == ()
