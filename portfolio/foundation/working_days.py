"""Working days and days off that an administrator enters, where no arrangement is known yet."""

from __future__ import annotations

from datetime import date

from peewee import OperationalError, ProgrammingError

from portfolio.foundation import audit, clock
from portfolio.foundation.db import (
    BooleanField,
    DateField,
    Table,
    TextField,
    check,
    database,
    get,
    transaction,
)
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.roles import Actor, Role


class WorkingDay(Table):
    """One day that differs from what weekends and known arrangements say: ``working`` or off."""

    day = DateField(unique=True)
    working = BooleanField()
    note = TextField()

    class Meta:
        """Every entry says where it comes from."""

        constraints = [check("ck_working_day_note", "\"note\" <> ''")]


def entered() -> dict[date, bool] | None:
    """All days entered; ``None`` while there is no database or its table does not exist yet."""
    if database.obj is None:
        return None
    try:
        return {row.day: row.working for row in WorkingDay.select()}
    except (OperationalError, ProgrammingError):
        return None


def enter(*, day: date, working: bool, note: str, actor: Actor) -> WorkingDay:
    """Say that offices work on ``day``, or that they do not; an earlier entry of that day is replaced.

    ``note`` names the notice it rests on.  Raises ``Invalid`` for an empty note.
    """
    actor.require(Role.ADMIN)
    if not note.strip():
        raise Invalid({"note": say("请写明依据的通知")})
    with transaction():
        row = WorkingDay.get_or_none(WorkingDay.day == day) or WorkingDay(day=day)
        row.working, row.note = working, note.strip()
        row.save()
        data = {"day": day.isoformat(), "working": working, "note": row.note}
        audit.record(actor, "working_day.enter", ("working_day", row.id), data)
    clock.enter_working_days(entered() or {})
    found: WorkingDay = row
    return found


def withdraw(*, day_id: int, actor: Actor) -> None:
    """Take an entry back: the day is again what weekends and known arrangements say."""
    actor.require(Role.ADMIN)
    with transaction():
        row = get(WorkingDay, day_id, say("工作日"), lock=True)
        data = {"day": row.day.isoformat(), "working": row.working}
        row.delete_instance()
        audit.record(actor, "working_day.withdraw", ("working_day", day_id), data)
    clock.enter_working_days(entered() or {})
