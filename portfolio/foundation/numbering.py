"""Running numbers of documents: gapless in a series and year, given out inside the act's transaction.

Never used on the posting path, where a shared counter would make payments wait for one another.
"""

from __future__ import annotations

from portfolio.foundation.db import IntegerField, Table, TextField, transaction, unique


class NumberSeries(Table):
    """How far a series has counted in a year."""

    series = TextField()
    year = IntegerField()
    last = IntegerField()

    class Meta:
        """One counter per series and year."""

        constraints = [unique("uq_number_series", "series", "year")]


def next_number(series: str, year: int) -> int:
    """The next number of ``series`` in ``year``, from 1; given back when the transaction fails."""
    with transaction():
        NumberSeries.insert(series=series, year=year, last=0).on_conflict_ignore().execute()
        mine = (NumberSeries.series == series) & (NumberSeries.year == year)
        NumberSeries.update(last=NumberSeries.last + 1).where(mine).execute()
        return int(NumberSeries.select(NumberSeries.last).where(mine).scalar())


def document_number(series: str, year: int) -> str:
    """The next 文号 of a series, as in ``渝信组办〔2007〕3号`` (GB/T 9704: hexagonal brackets, no zeros)."""
    return f"{series}〔{year}〕{next_number(series, year)}号"
