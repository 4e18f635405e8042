"""Who may open the pages of administration."""

from portfolio.foundation.roles import Role
from tests.access.line import NOBODY, Line, roles

ADMINISTRATORS = roles(Role.ADMIN)
READ = (
    *("organisations", "people", "rules", "working-days"),
    *("plan-boxes", "plan-items", "plan-indicators", "plan-goals"),
    *("budget-lines", "entries", "contracts", "cases", "submissions", "decisions"),
)
FORMS = (
    *(("organisations", "new"), ("organisations", "end")),
    *(("people", "new"), ("people", "edit"), ("people", "role"), ("people", "end-role")),
    *(("people", "password"), ("people", "active"), ("people", "second-factor"), ("people", "unlock")),
    *(("rules", "new"), ("rules", "end")),
    *(("working-days", "new"), ("working-days", "withdraw")),
)
PAGES = {"new": "create"}


def endpoint(noun: str, page: str) -> str:
    return f"admin_{noun.replace('-', '_')}.{PAGES.get(page, page).replace('-', '_')}_view"


def lines_of(noun: str, page: str) -> tuple[Line, Line]:
    """A form: a new thing's can be opened by itself, any other is about a thing that must be named."""
    address = f"/admin/{noun}/{page}/"
    new = page == "new"
    return (
        Line(endpoint(noun, page), "GET", address, ADMINISTRATORS, may=200 if new else 404),
        Line(endpoint(noun, page), "POST", address, ADMINISTRATORS, may=422 if new else 404),
    )


LINES: tuple[Line, ...] = (
    Line("admin.index", "GET", "/admin/", ADMINISTRATORS),
    Line("admin.static", "GET", "/admin/static/vendor/jquery.min.js", NOBODY),
    *(Line(endpoint(noun, "index"), "GET", f"/admin/{noun}/", ADMINISTRATORS) for noun in READ),
    *(
        Line(endpoint(noun, "details"), "GET", f"/admin/{noun}/details/?id=0", ADMINISTRATORS, may=404)
        for noun in READ
    ),
    *(line for noun, page in FORMS for line in lines_of(noun, page)),
    Line(endpoint("organisations", "tree"), "GET", "/admin/organisations/tree/", ADMINISTRATORS),
)
