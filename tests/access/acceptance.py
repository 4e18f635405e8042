"""Who may open the pages of acceptance, operation, filing, inherited projects.

Which project a person may act on is asked after the role; a project that nobody knows stands for those that
are not theirs, and the pages' own tests open the ones that are.
"""

from portfolio.foundation.roles import Role
from tests.access.line import Line, roles

AUTHORITIES = roles(Role.INFORMATIZATION, Role.INVESTMENT, Role.FINANCE)
KEEPERS = AUTHORITIES | {Role.SECRETARY}
UNITS = roles(Role.APPLICANT, Role.CIO, Role.UNIT_FINANCE)
ACTS = {
    "accept_preliminary": roles(Role.APPLICANT),
    "approve_final_accounts": AUTHORITIES,
    "put_into_operation": roles(Role.APPLICANT),
    "open_evaluation": AUTHORITIES | {Role.APPLICANT},
    "close": roles(Role.INFORMATIZATION, Role.FINANCE),
    "record_launch": AUTHORITIES | {Role.APPLICANT, Role.SECRETARY},
    "move_track": roles(Role.INFORMATIZATION),
    "file": roles(Role.INFORMATIZATION),
    "report_quarter": roles(Role.APPLICANT, Role.INFORMATIZATION),
    "suspend": KEEPERS,
    "resume": KEEPERS,
    "terminate": roles(Role.MEMBER),
}
UNKNOWN = "/projects/999999"


def _both(endpoint: str, address: str, who: frozenset[Role]) -> tuple[Line, Line]:
    return (
        Line(endpoint, "GET", f"{UNKNOWN}{address}", who, may=404),
        Line(endpoint, "POST", f"{UNKNOWN}{address}", who, may=404),
    )


LINES: tuple[Line, ...] = (
    *(
        line
        for act, who in ACTS.items()
        for line in _both(f"act.{act}", f"/acts/{act.replace('_', '-')}", who)
    ),
    Line(
        "conditions.list",
        "GET",
        f"{UNKNOWN}/conditions",
        UNITS | KEEPERS | {Role.MEMBER, Role.AUDITOR},
        may=404,
    ),
    *_both("conditions.meet", "/conditions/1", UNITS | AUTHORITIES),
    Line(
        "conditions.evidence",
        "GET",
        f"{UNKNOWN}/conditions/1/evidence",
        UNITS | KEEPERS | {Role.MEMBER, Role.AUDITOR},
        may=404,
    ),
    *_both("conditions.override", "/override", roles(Role.SECRETARY, Role.MEMBER)),
    Line("inherited.list", "GET", "/inherited", KEEPERS),
    *_both("inherited.record", "/inherited", KEEPERS),
    *_both("inherited.confirm", "/inherited/confirm", KEEPERS),
    Line("inherited.scan", "GET", f"{UNKNOWN}/inherited/scan", KEEPERS, may=404),
)
