"""Reads that look into several houses at once."""

from reports.queries.reportable import chosen, reportable

__all__ = ["chosen", "reportable"]
