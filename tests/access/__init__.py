"""Who may open what: every route, for everybody, one file for each part of the product (S7)."""

from tests.access import (
    acceptance,
    admin,
    dossier,
    evaluation,
    finance,
    foundation,
    plan,
    procedure,
    register,
)
from tests.access.line import EVERYBODY, NOBODY, SIGNED_IN, Line

__all__ = ["EVERYBODY", "LINES", "NOBODY", "SIGNED_IN", "Line"]

LINES: tuple[Line, ...] = (
    *foundation.LINES,
    *register.LINES,
    *plan.LINES,
    *dossier.LINES,
    *procedure.LINES,
    *acceptance.LINES,
    *evaluation.LINES,
    *finance.LINES,
    *admin.LINES,
)
