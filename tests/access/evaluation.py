"""Who may open the pages of evaluations.

An evaluation that nobody knows stands for those that are not theirs; the pages' own tests open the others.
"""

from portfolio.foundation.roles import Role
from tests.access.line import Line, roles

OFFICERS = roles(Role.INFORMATIZATION, Role.FINANCE)
OPENERS = OFFICERS | {Role.APPLICANT}
SCORERS = OPENERS | {Role.ASSESSOR}
READERS = frozenset(Role) - {Role.EXPERT, Role.ADMIN}
UNKNOWN = "/evaluations/999999"
ACTS = {
    "compute": SCORERS,
    "assign": OFFICERS,
    "submit": SCORERS,
    "send_back": OFFICERS,
    "exchange": roles(Role.APPLICANT, Role.CIO),
    "finalise": OFFICERS,
}

LINES: tuple[Line, ...] = (
    Line("evaluation.list", "GET", "/evaluations", READERS),
    Line("evaluation.open", "GET", "/evaluations/new", OPENERS),
    Line("evaluation.open", "POST", "/evaluations/new", OPENERS, may=422),
    Line("evaluation.sheet", "GET", UNKNOWN, READERS, may=404),
    Line("evaluation.sheet", "POST", UNKNOWN, READERS, may=404),
    Line("evaluation.write", "GET", f"{UNKNOWN}/texts", SCORERS, may=404),
    Line("evaluation.write", "POST", f"{UNKNOWN}/texts", SCORERS, may=404),
    *(
        Line(f"evaluation.{act}", method, f"{UNKNOWN}/{act.replace('_', '-')}", who, may=404)
        for act, who in ACTS.items()
        for method in ("GET", "POST")
    ),
)
