"""The base of every table."""

from __future__ import annotations

from peewee import BigAutoField, Model

from portfolio.foundation.db.binding import database


class Table(Model):
    """A table with a 64-bit id.

    ``class Meta`` may say ``append_only = True`` (no row is ever changed or deleted) or
    ``immutable_except = ("column", …)`` (only these columns may change, no row is deleted); triggers hold
    both on both databases, TRUNCATE included.
    """

    id = BigAutoField()

    class Meta:
        """Binding and naming common to all tables."""

        database = database
        legacy_table_names = False


def all_tables() -> list[type[Table]]:
    """Every table of the houses that have been imported, parents before those that refer to them."""
    found: list[type[Table]] = []
    waiting = sorted(_descendants(Table), key=lambda table: table._meta.table_name)
    while waiting:
        ready = [
            table for table in waiting if _referred(table).isdisjoint({t for t in waiting if t is not table})
        ]
        if not ready:
            raise RuntimeError(f"tables refer to one another in a circle: {waiting}")
        found.extend(ready)
        waiting = [table for table in waiting if table not in ready]
    return found


def _descendants(base: type[Table]) -> set[type[Table]]:
    children = set(base.__subclasses__())
    return children.union(*(_descendants(child) for child in children)) if children else set()


def _referred(table: type[Table]) -> set[type[Table]]:
    return {rel for field, rel in table._meta.refs.items()}
