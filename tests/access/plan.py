"""Who may open the pages of the plan, indicators, 1162, report centre, jobs."""

from portfolio.foundation import clock, jobs
from portfolio.foundation.jobs import Job, JobState
from portfolio.foundation.roles import Role
from portfolio.services.plan import load_plan, shipped_plan
from tests.access.line import SIGNED_IN, Line, roles

_READERS = roles(
    Role.APPLICANT,
    Role.CIO,
    Role.UNIT_FINANCE,
    Role.INFORMATIZATION,
    Role.INVESTMENT,
    Role.FINANCE,
    Role.SECRETARY,
    Role.MEMBER,
    Role.ASSESSOR,
    Role.AUDITOR,
)
_RECORDER = roles(Role.INFORMATIZATION)
_ADMIN = roles(Role.ADMIN)


def things() -> dict[str, object]:
    """The plan, a job that failed and one that waits."""
    load_plan(document=shipped_plan(), actor=None)
    failed, waiting = (
        jobs.enqueue(kind="reports.assessment", arguments={"evaluation_id": number}, actor=None)
        for number in (1, 2)
    )
    ended = {"state": JobState.FAILED, "error": "未能完成", "finished_at": clock.now()}
    Job.update(**ended).where(Job.id == failed.id).execute()
    return {"failed_job": failed.id, "waiting_job": waiting.id}


LINES: tuple[Line, ...] = (
    Line("plan.overview", "GET", "/plan", SIGNED_IN),
    Line("plan.box", "GET", "/plan/boxes/B1", SIGNED_IN, foreign="/plan/boxes/B99"),
    Line("plan.item", "GET", "/plan/items/B1-G1-02", SIGNED_IN, foreign="/plan/items/B1-G1-99"),
    Line("plan.indicators", "GET", "/plan/indicators", SIGNED_IN),
    Line("plan.indicator", "GET", "/plan/indicators/I09", SIGNED_IN, foreign="/plan/indicators/I99"),
    Line("plan.record", "GET", "/plan/indicators/I09/observations", _RECORDER),
    Line("plan.record", "POST", "/plan/indicators/I09/observations", _RECORDER, may=422),
    Line("plan.goals", "GET", "/plan/goals", SIGNED_IN),
    Line("centre.reports", "GET", "/reports", _READERS),
    Line("centre.request", "POST", "/reports", _READERS, may=422),
    Line("centre.withdraw", "POST", "/reports/requests/999999/cancel", _READERS, may=404),
    Line("centre.progress", "GET", "/reports/progress", _READERS),
    Line("centre.download", "GET", "/reports/1/pdf", _READERS, may=404),
    Line("centre.jobs", "GET", "/jobs", _ADMIN),
    Line("centre.job", "GET", "/jobs/{failed_job}", _ADMIN, foreign="/jobs/9999"),
    Line("centre.retry", "POST", "/jobs/{failed_job}/retry", _ADMIN, may=302),
    Line("centre.cancel", "POST", "/jobs/{waiting_job}/cancel", _ADMIN, may=302),
)
