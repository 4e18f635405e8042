"""Who may open the pages of home, register, project page, audit log."""

from portfolio.foundation.roles import Role
from tests.access.line import Line, roles

READERS = roles(
    Role.APPLICANT,
    Role.CIO,
    Role.UNIT_FINANCE,
    Role.INFORMATIZATION,
    Role.INVESTMENT,
    Role.FINANCE,
    Role.SECRETARY,
    Role.MEMBER,
    Role.AUDITOR,
)

LINES: tuple[Line, ...] = (
    Line("register.projects", "GET", "/projects", READERS),
    Line("register.project", "GET", "/projects/{own_project}", READERS),
    Line("register.follow", "POST", "/projects/{own_project}/follow", READERS, may=302),
    Line("register.audit", "GET", "/audit", roles(Role.AUDITOR, Role.ADMIN)),
)
