"""The database: binding, fields, the base table, transactions and migrations.

Tables import their building blocks from here, so that no house meets Peewee's two dialects.
"""

from peewee import (
    BigIntegerField,
    BooleanField,
    DateField,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    TextField,
    fn,
)

from portfolio.foundation.db.binding import (
    after_commit,
    bind,
    change,
    database,
    dialect,
    for_update,
    get,
    one_view,
    release,
    sha256_text,
    transaction,
    unbind,
    violated,
)
from portfolio.foundation.db.fields import (
    EnumField,
    JsonField,
    MomentField,
    MoneyField,
    Term,
    TermField,
    canonical_json,
    check,
    foreign_key,
    unique,
)
from portfolio.foundation.db.table import Table, all_tables, in_force

__all__ = [
    "BigIntegerField",
    "BooleanField",
    "DateField",
    "EnumField",
    "ForeignKeyField",
    "IntegerField",
    "IntegrityError",
    "JsonField",
    "MomentField",
    "MoneyField",
    "Table",
    "Term",
    "TermField",
    "TextField",
    "after_commit",
    "all_tables",
    "bind",
    "canonical_json",
    "change",
    "check",
    "database",
    "dialect",
    "fn",
    "for_update",
    "foreign_key",
    "get",
    "in_force",
    "one_view",
    "release",
    "sha256_text",
    "transaction",
    "unbind",
    "unique",
    "violated",
]
