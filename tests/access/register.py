"""Who may open the pages of home, register, project page, audit log."""

from tests.access.line import Line

LINES: tuple[Line, ...] = ()
