"""The close of a year 年终结转: drafted by one officer, carried out by another, one transaction a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from budget.queries.closing import findings, lines_left, unpaid_instalments
from budget.queries.periods import is_closed
from budget.rules.amounts import written, year_of_account
from budget.rules.closing import LAPSE_RULE, day_finding
from budget.rules.ledger import period_finding
from budget.rules.refusals import another_person
from budget.services.books import books, hold_version
from budget.services.carrying import close_line
from budget.services.posting import hold_period
from budget.tables.closing import YearClosing
from budget.tables.contract import Instalment
from portfolio.foundation import audit, clock, rulebook
from portfolio.foundation.db import for_update, get
from portfolio.foundation.errors import Conflict, refuse_unless, say
from portfolio.foundation.jobs import Job, enqueue
from portfolio.foundation.roles import Actor, Role

JOB_KIND = "budget.year_closing"


def lapse_years(day: date) -> int | None:
    """After how many years unspent money lapses by the rulebook of a day; ``None`` where it never does."""
    rule = rulebook.on(day).rule(LAPSE_RULE)
    found = rule.parameters.get("lapse_years") if rule is not None else None
    return int(found) if found is not None else None


def draft_closing(*, year: int, number: str, actor: Actor) -> YearClosing:
    """Draft the closing of a year by the document ``number``; a draft that nobody carried out is replaced.

    Raises ``Refused`` with all that is still under way in the year.
    """
    actor.require(Role.FINANCE)
    year_of_account(year)
    document = written(number, "number")
    today = clock.today()
    with books():
        row: YearClosing | None = for_update(YearClosing.select().where(YearClosing.year == year)).first()
        if row is not None and row.posted_at is not None:
            raise _done(year)
        refuse_unless(findings(year, today))
        values = {
            "number": document,
            "lapse_years": lapse_years(today),
            "drafted_by": actor.user_id,
            "drafted_at": clock.now(),
        }
        if row is None:
            row = YearClosing.create(year=year, **values)
        else:
            YearClosing.update(**values, version=row.version + 1).where(YearClosing.id == row.id).execute()
        audit.record(
            actor, "year.draft_closing", ("year_closing", row.id), {"year": year, "number": document}
        )
        found: YearClosing = YearClosing.get_by_id(row.id)
    return found


def start_closing(
    *, closing_id: int, expected_version: int, actor: Actor, effective_on: date | None = None
) -> Job:
    """Carry a drafted closing out, as somebody other than its drafter; returns the job that does it.

    One that stopped half-way is taken up again where it stopped.  Its entries take effect on
    ``effective_on``, a day of the next year whose month is open.
    """
    actor.require(Role.FINANCE)
    with books():
        row = get(YearClosing, closing_id, say("年终结转"), lock=True)
        hold_version(row, expected_version)
        day = row.effective_on or effective_on or clock.today()
        for month in range(1, 13):  # none of them is opened again meanwhile
            hold_period(date(row.year, month, 1), exclusive=False)
        if row.finished_at is not None:
            raise _done(row.year)
        refuse_unless(
            [
                another_person(row.drafted_by_id, actor, say("年终结转")),
                day_finding(row.year, day, clock.today()),
                period_finding(day, is_closed(day)),
                *findings(row.year, clock.today()),
            ]
        )
        YearClosing.update(
            posted_by=actor.user_id, posted_at=clock.now(), effective_on=day, version=row.version + 1
        ).where(YearClosing.id == row.id).execute()
        audit.record(actor, "year.close", ("year_closing", row.id), {"year": row.year, "on": day})
        return enqueue(
            kind=JOB_KIND,
            arguments={"closing_id": row.id, "version": row.version + 1},
            actor=actor,
            dedupe=f"year-closing:{row.year}:{row.version + 1}",
        )


def close_lines(*, closing_id: int, actor: Actor, tell: Callable[[int, int], None]) -> int:
    """Close every line of the year that is not closed yet, and then the year; returns how many lines.

    Safe to call again after any interruption: a line is closed in one transaction, once.
    """
    closing = get(YearClosing, closing_id, say("年终结转"))
    waiting = [row.id for row in lines_left(closing.year)]
    for done, line_id in enumerate(waiting, 1):
        close_line(closing, line_id, actor)
        tell(done, len(waiting))
    with books():
        row = get(YearClosing, closing_id, say("年终结转"), lock=True)
        if row.finished_at is None:
            _move_on_uncommitted(row.year)
            YearClosing.update(finished_at=clock.now()).where(YearClosing.id == row.id).execute()
            data = {"year": row.year, "lines": len(waiting)}
            audit.record(actor, "year.closed", ("year_closing", row.id), data)
    return len(waiting)


def _move_on_uncommitted(year: int) -> None:
    """Instalments of the year that no line ever had money for wait for that of the next."""
    Instalment.update(year=year + 1).where(
        Instalment.year == year, Instalment.line.is_null(), Instalment.paid == 0, unpaid_instalments()
    ).execute()


def _done(year: int) -> Conflict:
    return Conflict(
        say("{year}年度的年终结转已经办理", year=year), basis="一个年度只结转一次", remedy=say("请刷新后核对")
    )
