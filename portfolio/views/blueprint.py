"""The blueprint that all pages of this house hang on, and who may open them."""

from __future__ import annotations

from flask import Blueprint, request

from portfolio.foundation.roles import SEES_EVERYTHING, UNIT_ROLES, Role
from portfolio.queries.drafting import visible_project
from portfolio.rules.dossier import Part

blueprint = Blueprint("dossier", __name__, template_folder="../templates")

READERS = tuple(sorted(UNIT_ROLES | SEES_EVERYTHING))
"""Who may open pages about a project; which projects, the queries say."""

WRITERS = (Role.APPLICANT, Role.INFORMATIZATION)
"""Who writes dossiers: applicants, and for the filing track the informatization authority."""

__all__ = ["READERS", "WRITERS", "asked_by_script", "blueprint", "part_named", "visible_project"]


def asked_by_script() -> bool:
    """Whether a draft is being saved by the page itself, which wants a line and no page."""
    return bool(request.accept_mimetypes.best == "application/json")


def part_named(code: str) -> Part | None:
    """The part of a dossier with this code."""
    return Part(code) if code in set(Part) else None
