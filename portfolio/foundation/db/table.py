"""The base of every table."""

from __future__ import annotations

from datetime import date
from typing import Any

from peewee import SCOPE_SOURCE, BigAutoField, Field, Model, ModelSelect

from portfolio.foundation.db.binding import database


class _Select(ModelSelect):
    """A query that writes the columns it asks for as text at once.

    Peewee builds each column anew, every time, from some ten objects; with wide tables that was most of the
    work of a query.  The text is the same to the letter.
    """

    def __sql_selection__(self, ctx: Any, is_subquery: bool = False) -> Any:  # noqa: ANN401 - Peewee's signature
        """The list of columns between SELECT and FROM."""
        only_key = self._is_default and is_subquery and len(self._returning) > 1
        if only_key or ctx.scope != SCOPE_SOURCE:
            return super().__sql_selection__(ctx, is_subquery)
        before, after = ctx.state.quote or '""'
        comma = ""
        with ctx(parentheses=False):
            for node in self._returning:
                ctx.literal(comma)
                comma = ", "
                if type(node).__sql__ is not Field.__sql__:
                    ctx.sql(node)
                    continue
                source = node.model._meta.table
                if source._alias:
                    ctx.alias_manager[source] = source._alias
                alias = ctx.alias_manager[source]
                ctx.literal(f"{before}{alias}{after}.{before}{node.column_name}{after}")
        return ctx


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

    @classmethod
    def select(cls, *fields: Any) -> ModelSelect:  # noqa: ANN401 - columns, tables, expressions
        """A query for ``fields``, for whole rows when none are named."""
        return _Select(cls, fields or cls._meta.sorted_fields, is_default=not fields)


def in_force(table: Any, day: date) -> Any:  # noqa: ANN401 - a table of dated rows, or an alias of one
    """The condition under which a row from ``valid_from`` to ``valid_to``, or without end, holds on a day."""
    return (table.valid_from <= day) & (table.valid_to.is_null() | (table.valid_to >= day))


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
