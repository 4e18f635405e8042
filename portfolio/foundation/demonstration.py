"""The clock of a demonstration: kept in its own database, in the plan's years, advancing normally."""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import OperationalError, ProgrammingError

from portfolio.foundation import clock
from portfolio.foundation.db import IntegerField, Table, check, transaction
from portfolio.foundation.errors import Forbidden, say
from portfolio.foundation.settings import SettingsError, current


class ClockSetting(Table):
    """How many seconds a demonstration database lives from real time; one row at most."""

    single = IntegerField(unique=True, default=1)
    offset_seconds = IntegerField()

    class Meta:
        """One row."""

        constraints = [check("ck_clock_setting_single", "single = 1")]


def set_clock(moment: datetime) -> None:
    """Let the demonstration's time be ``moment`` now, and run on from there; production refuses."""
    if current().production:
        raise Forbidden(
            say("生产环境不得使用演示时钟"), basis="演示数据与正式数据分离", remedy=say("请在演示环境中载入")
        )
    real = clock.now() - clock.offset()
    seconds = int((moment - real).total_seconds())
    with transaction():
        if not ClockSetting.update(offset_seconds=seconds).execute():
            ClockSetting.create(offset_seconds=seconds)
    clock.follow(stored_offset)


def stored_offset() -> timedelta | None:
    """What the bound database says; ``None`` while its tables do not exist yet."""
    try:
        row = ClockSetting.select().first()
    except (OperationalError, ProgrammingError):
        return None
    return timedelta(seconds=row.offset_seconds) if row else timedelta(0)


def no_offset() -> timedelta | None:
    """The clock of production: none, and no database of a demonstration, with its accounts, under it.

    Raises ``SettingsError`` with one line when the bound database is a demonstration; ``None`` while its
    tables do not exist yet.
    """
    found = stored_offset()
    if found is not None and is_demonstration():
        raise SettingsError("生产环境不得使用演示数据库（含演示账号）：请为 DATABASE_URL 另设正式数据库")
    return found


def is_demonstration() -> bool:
    """Whether the bound database is a demonstration."""
    return bool(ClockSetting.select().exists())
