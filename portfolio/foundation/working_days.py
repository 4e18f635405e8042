"""Working days and days off that an administrator enters, where no arrangement is known yet."""

from __future__ import annotations

from datetime import date, timedelta

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

LONGEST_PERIOD = 31


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


def enter_period(*, day: date, until: date, working: bool, note: str, actor: Actor) -> int:
    """Say the same of every day from ``day`` until ``until``, at most ``LONGEST_PERIOD``; answers how many.

    Raises ``Invalid`` when the days run backwards or are too many.
    """
    count = (until - day).days + 1
    if not 1 <= count <= LONGEST_PERIOD:
        raise Invalid({"until": say("截止日期应不早于起始日期，且一次不超过 {days} 天", days=LONGEST_PERIOD)})
    with transaction():
        for later in range(count):
            enter(day=day + timedelta(days=later), working=working, note=note, actor=actor)
    return count


def withdraw(*, day_id: int, actor: Actor) -> None:
    """Take an entry back: the day is again what weekends and known arrangements say."""
    actor.require(Role.ADMIN)
    with transaction():
        row = get(WorkingDay, day_id, say("工作日"), lock=True)
        data = {"day": row.day.isoformat(), "working": row.working}
        row.delete_instance()
        audit.record(actor, "working_day.withdraw", ("working_day", day_id), data)
    clock.enter_working_days(entered() or {})
