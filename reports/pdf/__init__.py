"""Draws reports as PDF: no database, no Flask, no clock; what is to be drawn comes in whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.pdf.assessment import Rendered
    from reports.rules import AssessmentReport


def render(report: AssessmentReport) -> Rendered:
    """Draw ``report``; the same report and fonts give the same bytes, in every process.

    The typesetter is loaded here and not before, so that the web process and ``python -m reports.pdf.fonts``
    start without it.
    """
    from reports.pdf.assessment import draw

    return draw(report)
