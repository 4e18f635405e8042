"""Who may open the pages of the procedure from proposal to construction.

The addresses name a project that does not exist: who may open them gets to know no more than that.
What each act answers for a real project is held by ``tests/integration/approvals/test_act_*.py``.
"""

from portfolio.foundation.roles import AUTHORITIES, SEES_EVERYTHING, UNIT_ROLES, Role
from tests.access.line import Line, roles

_ACTS = {
    "submit": roles(Role.APPLICANT, Role.INFORMATIZATION),
    "withdraw": roles(Role.APPLICANT, Role.INFORMATIZATION),
    "endorse": roles(Role.CIO),
    "accept": roles(*AUTHORITIES),
    "return": roles(Role.CIO, *AUTHORITIES, Role.MEMBER),
    "review": roles(*AUTHORITIES),
    "assign_experts": roles(*AUTHORITIES),
    "score": roles(Role.EXPERT),
    "conclude": roles(*AUTHORITIES),
    "countersign": roles(*AUTHORITIES),
    "coordinate": roles(Role.SECRETARY),
    "decide": roles(Role.MEMBER, *AUTHORITIES),
    "register_upper_reply": roles(*AUTHORITIES),
    "reopen_initiation": roles(Role.APPLICANT, *AUTHORITIES),
    "reopen_appraisal": roles(Role.APPLICANT, *AUTHORITIES),
    "fix_estimate": roles(*AUTHORITIES),
    "list_in_annual_plan": roles(*AUTHORITIES),
    "start_construction": roles(Role.APPLICANT),
    "request_change": roles(Role.APPLICANT),
    "decide_change": roles(Role.MEMBER, *AUTHORITIES),
    "complete": roles(Role.APPLICANT),
}
_LEADING_THERE = ("approve", "defer", "reject")
_READERS = roles(*SEES_EVERYTHING, *UNIT_ROLES)


def _address(act: str) -> str:
    return f"/projects/999999/acts/{act.replace('_', '-')}"


LINES: tuple[Line, ...] = (
    *(
        Line(f"act.{act}", method, _address(act), who, may=404)
        for act, who in _ACTS.items()
        for method in ("GET", "POST")
    ),
    *(Line(f"act.{act}", "GET", _address(act), _ACTS["decide"], may=404) for act in _LEADING_THERE),
    *(
        Line(f"act.{act}_paper", method, f"/projects/999999/acts/{act}/paper", roles(Role.SECRETARY), may=404)
        for act in ("endorse", "countersign", "decide")
        for method in ("GET", "POST")
    ),
    Line("act.record_paper", "GET", "/projects/999999/acts/record-paper", roles(Role.SECRETARY), may=404),
    Line("procedure.paper", "GET", "/submissions/999999/papers/1", _READERS, may=404),
    Line("act.score_document", "GET", "/projects/999999/acts/score/documents/1", roles(Role.EXPERT), may=404),
    Line("procedure.submission", "GET", "/submissions/999999", _READERS, may=404),
    Line("procedure.sheet", "GET", "/submissions/999999/sheet", _READERS, may=404),
    Line("meeting.list", "GET", "/meetings", roles(*SEES_EVERYTHING)),
    Line("meeting.call", "GET", "/meetings/new", roles(Role.SECRETARY)),
    Line("meeting.call", "POST", "/meetings/new", roles(Role.SECRETARY), may=422),
    Line("meeting.sheet", "GET", "/meetings/999999", roles(*SEES_EVERYTHING), may=404),
    Line("meeting.opening", "GET", "/meetings/999999/opening", roles(Role.SECRETARY), may=404),
    Line("meeting.opening", "POST", "/meetings/999999/opening", roles(Role.SECRETARY), may=404),
    Line("meeting.approval", "GET", "/meetings/999999/approval", roles(Role.MEMBER), may=404),
    Line("meeting.approval", "POST", "/meetings/999999/approval", roles(Role.MEMBER), may=404),
    Line("meeting.close", "GET", "/meetings/999999/close", roles(Role.SECRETARY), may=404),
    Line("meeting.close", "POST", "/meetings/999999/close", roles(Role.SECRETARY), may=404),
    Line("selection.list", "GET", "/annual-plan/2026/selections", roles(*SEES_EVERYTHING)),
    Line("selection.new", "GET", "/annual-plan/2026/selections/new", roles(*AUTHORITIES)),
    Line("selection.new", "POST", "/annual-plan/2026/selections/new", roles(*AUTHORITIES)),
    Line("selection.comparison", "GET", "/annual-plan/2026/selections/comparison", roles(*SEES_EVERYTHING)),
    Line("selection.sheet", "GET", "/annual-plan/selections/999999", roles(*SEES_EVERYTHING), may=404),
    Line(
        "selection.hand_over", "GET", "/annual-plan/selections/999999/handover", roles(*AUTHORITIES), may=404
    ),
    Line(
        "selection.hand_over", "POST", "/annual-plan/selections/999999/handover", roles(*AUTHORITIES), may=404
    ),
    Line("procedure.this_year", "GET", "/annual-plan", roles(*SEES_EVERYTHING), may=302),
    Line("procedure.annual_plan", "GET", "/annual-plan/2026", roles(*SEES_EVERYTHING)),
    Line("procedure.decide", "GET", "/annual-plan/2026/decision", roles(Role.MEMBER)),
    Line("procedure.decide", "POST", "/annual-plan/2026/decision", roles(Role.MEMBER), may=422),
)
