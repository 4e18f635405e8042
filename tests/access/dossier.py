"""Who may open the pages of dossiers, documents, progress, systems."""

from tests.access.line import Line

LINES: tuple[Line, ...] = ()
