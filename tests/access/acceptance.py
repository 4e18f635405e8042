"""Who may open the pages of acceptance, operation, filing, inherited projects."""

from tests.access.line import Line

LINES: tuple[Line, ...] = ()
