"""Who may open what: every route, for everybody, written out by hand (S7).

A page that is added adds its lines here; ``tests/integration/test_access_table.py`` walks them all, and fails
when a route of the application has no line.  Nothing here is derived from the product's own declarations.

A line: endpoint, method, address, who may (``EVERYBODY``, ``SIGNED_IN`` or roles), and what those who may see
(``may``: the status, 200 unless said).  Everybody else must get 403, and who is not logged in is sent to the
log-in (GET) or keeps what was typed (POST, 401).  An address may name things of the test's world in braces:
``/projects/{own_project}``; with ``foreign="/projects/{foreign_project}"`` the same people get 404 there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from portfolio.foundation.roles import Role

EVERYBODY = "everybody"
SIGNED_IN = "signed in"
NOBODY = "nobody"


@dataclass(frozen=True)
class Line:
    """One route and who may open it."""

    endpoint: str
    method: str
    address: str
    who: str | frozenset[Role]
    may: int = 200
    anonymous: int = 200
    data: dict[str, str] = field(default_factory=dict)
    foreign: str = ""


def roles(*members: Role) -> frozenset[Role]:
    """Only these."""
    return frozenset(members)


FOUNDATION = (
    Line("static", "GET", "/static/theme.css", EVERYBODY),
    Line("bootstrap.static", "GET", "/bootstrap/static/css/bootstrap.min.css", EVERYBODY),
    Line("security.static", "GET", "/security-static/js/base64.js", NOBODY),
    Line("security.login", "GET", "/login", EVERYBODY, may=302),
    Line("security.login", "POST", "/login", EVERYBODY, may=302),
    Line("security.logout", "POST", "/logout", EVERYBODY, may=302, anonymous=302),
    Line("security.two_factor_token_validation", "GET", "/login/code", EVERYBODY, may=302, anonymous=302),
    Line("security.two_factor_token_validation", "POST", "/login/code", EVERYBODY, may=302, anonymous=302),
    Line("security.two_factor_rescue", "GET", "/login/rescue", NOBODY),
    Line("security.two_factor_rescue", "POST", "/login/rescue", NOBODY),
    Line("security.tf_select", "GET", "/login/select", NOBODY),
    Line("security.tf_select", "POST", "/login/select", NOBODY),
    Line("security.verify", "GET", "/account/verify", SIGNED_IN),
    Line("security.verify", "POST", "/account/verify", SIGNED_IN, may=200),
    Line("security.change_password", "GET", "/account/password", SIGNED_IN),
    Line("security.change_password", "POST", "/account/password", SIGNED_IN, may=200),
    Line("security.two_factor_setup", "GET", "/account/second-factor", SIGNED_IN),
    Line("security.two_factor_setup", "POST", "/account/second-factor", SIGNED_IN, may=200),
    Line("security.two_factor_setup_validate", "POST", "/account/second-factor/x", SIGNED_IN, may=302),
    Line("web.home", "GET", "/", SIGNED_IN),
    Line("web.account", "GET", "/account", SIGNED_IN),
    Line("web.language", "POST", "/language/zh", EVERYBODY, may=302, anonymous=302),
    Line("web.language", "POST", "/language/xx", EVERYBODY, may=404, anonymous=404),
)

LINES: tuple[Line, ...] = FOUNDATION
