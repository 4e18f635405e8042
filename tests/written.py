"""Puts more behind everything that people wrote in a database: for tests of what pages make of it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from typing import Any

from peewee import TextField

from portfolio.foundation import db
from portfolio.foundation.db.fields import EnumField
from portfolio.foundation.settings import Settings

More = Callable[[str], str]
_HAN = re.compile("[一-龥]")
_SHORT = {"short_name": 40}
"""The texts for which forms take less than 200 characters, and that stand where there is little room."""


def lengthened(settings: Settings, more: More) -> None:
    """Put ``more`` of it in place of every Chinese text that is no member of an enum, past all triggers."""
    connection = sqlite3.connect(settings.data_dir / "portfolio.db")
    with connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.create_function("more", 2, lambda said, most: _more(said, more)[: most or None])
        for table in db.all_tables():
            for field in table._meta.sorted_fields:
                if isinstance(field, TextField) and not isinstance(field, EnumField):
                    name, most = field.column_name, _SHORT.get(field.column_name, 0)
                    connection.execute(
                        f'UPDATE "{table._meta.table_name}" SET "{name}" = more("{name}", {most})'
                        f" WHERE \"{name}\" GLOB '*[一-龥]*'"
                    )
    connection.close()


def _more(said: str, more: More) -> str:
    if said[0] in "{[":
        return json.dumps(_inside(json.loads(said), more), ensure_ascii=False)
    return more(said)


def _inside(value: Any, more: More) -> Any:
    """The same within what is kept as JSON."""
    if isinstance(value, dict):
        return {name: _inside(one, more) for name, one in value.items()}
    if isinstance(value, list):
        return [_inside(one, more) for one in value]
    return more(value) if isinstance(value, str) and _HAN.search(value) else value
