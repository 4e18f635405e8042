"""Who may open what: every route, for everybody, written out by hand (S7).

A page that is added adds its lines to the file of its part; ``tests/integration/test_access_table.py`` walks
them all, and fails when a route of the application has no line.  Nothing here is derived from the product's
own declarations.

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
