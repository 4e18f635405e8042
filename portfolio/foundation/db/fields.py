"""Column types that carry the product's own values: money, moments, enums, canonical JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from peewee import SQL, BigIntegerField, DateTimeField, Model, TextField

from portfolio.foundation.clock import ZONE
from portfolio.foundation.money import Money


def check(name: str, sql: str) -> SQL:
    """A named CHECK constraint, written so that both databases understand it."""
    return SQL(f"CONSTRAINT {name} CHECK ({sql})")


def unique(name: str, *columns: str) -> SQL:
    """A named UNIQUE constraint over ``columns``."""
    return SQL(f"CONSTRAINT {name} UNIQUE ({_names(columns)})")


def foreign_key(name: str, columns: tuple[str, ...], table: str, referenced: tuple[str, ...]) -> SQL:
    """A named foreign key over several columns, so that a key cannot point into another project's rows."""
    return SQL(
        f'CONSTRAINT {name} FOREIGN KEY ({_names(columns)}) REFERENCES "{table}" ({_names(referenced)})'
    )


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def canonical_json(value: Any) -> str:  # noqa: ANN401 - whatever JSON can say
    """JSON in one spelling: keys sorted, no spaces, Chinese kept; money, dates and enums as text."""
    return _CANONICAL.encode(value)


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Money):
        return value.fen
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


class MoneyField(BigIntegerField):
    """``Money``, stored as whole fen in a 64-bit integer."""

    def db_value(self, value: Money | int | None) -> int | None:
        """Money to fen; plain integers pass so that SQL arithmetic can be written."""
        return value.fen if isinstance(value, Money) else super().db_value(value)

    def python_value(self, value: Any) -> Money | None:  # noqa: ANN401 - PostgreSQL sums come back as Decimal
        """Fen to money."""
        return None if value is None else Money(int(value))


class MomentField(DateTimeField):
    """An aware moment, stored as naive UTC so that both databases order it alike."""

    def db_value(self, value: datetime | None) -> Any:  # noqa: ANN401
        """Aware moment to UTC."""
        if value is None or not isinstance(value, datetime):
            return super().db_value(value)
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return super().db_value(value.astimezone(UTC).replace(tzinfo=None))

    def python_value(self, value: Any) -> datetime | None:  # noqa: ANN401
        """UTC to China Standard Time."""
        naive = super().python_value(value)
        return None if naive is None else naive.replace(tzinfo=UTC).astimezone(ZONE)


class EnumField(TextField):
    """A ``StrEnum``, stored as its value and held to its members by a CHECK constraint."""

    def __init__(self, choices_of: type[StrEnum], **options: Any) -> None:  # noqa: ANN401
        """Keep the enum; ``options`` are those of a text column."""
        self.enum = choices_of
        super().__init__(**options)

    def bind(self, model: type[Model], name: str, set_attribute: bool = True) -> None:
        """Add the CHECK that names every member."""
        super().bind(model, name, set_attribute)
        meta = model._meta
        members = ", ".join(f"'{member.value}'" for member in self.enum)
        named = check(f"ck_{meta.table_name}_{self.column_name}", f'"{self.column_name}" IN ({members})')
        meta.constraints = [*(meta.constraints or []), named]

    def db_value(self, value: Any) -> str | None:  # noqa: ANN401
        """Only members of the enum are written."""
        return None if value is None else self.enum(value).value

    def python_value(self, value: Any) -> StrEnum | None:  # noqa: ANN401
        """The member."""
        return None if value is None else self.enum(value)


class Term(str):
    """A name that comes as data, of a plan or an organisation, and may have a translation."""

    __slots__ = ()


class TermField(TextField):
    """A ``Term``; whoever prints it looks for its translation, whoever stores or compares it sees a text."""

    def db_value(self, value: Any) -> Any:  # noqa: ANN401
        """The plain text."""
        return super().db_value(str(value) if isinstance(value, Term) else value)

    def python_value(self, value: Any) -> Any:  # noqa: ANN401
        """Text to a term."""
        return None if value is None else Term(value)


class JsonField(TextField):
    """Plain values as canonical JSON text, the same bytes on both databases, so that they can be hashed."""

    def db_value(self, value: Any) -> str | None:  # noqa: ANN401
        """Values to text."""
        return None if value is None else canonical_json(value)

    def python_value(self, value: Any) -> Any:  # noqa: ANN401
        """Text to values."""
        return None if value is None else json.loads(value)
