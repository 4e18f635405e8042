"""The ledger as a journal for hledger and beancount, told day by day."""

from __future__ import annotations

from collections.abc import Iterator

from peewee import JOIN

from budget.rules import journal
from budget.rules.journal import JournalEntry, JournalFormat, JournalLine
from budget.rules.words import Measure
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from portfolio.foundation import clock
from portfolio.foundation.access import User
from portfolio.foundation.db import fn, one_view
from portfolio.tables.project import Project, System


def journal_lines(form: JournalFormat) -> Iterator[str]:
    """The whole ledger as the lines of a journal, without their line ends; a fixed number of queries.

    Declarations first, then the entries by effective day, at last the totals of every budget line as
    assertions.  All of it is of one moment, whatever is posted meanwhile.
    """
    with one_view():
        lines = _lines()
        first, last = Entry.select(fn.MIN(Entry.effective_on), fn.MAX(Entry.effective_on)).scalar(
            as_tuple=True
        )
        today = clock.today()
        yield from journal.heading(form, lines, first or today)
        for entry in _entries():
            yield from journal.written(form, entry, lines[entry.line])
        yield from journal.closing(form, lines, last or today)


def _lines() -> dict[int, JournalLine]:
    rows = (
        BudgetLine.select(BudgetLine, Project.code, System.code)
        .join_from(BudgetLine, Project, JOIN.LEFT_OUTER)
        .join_from(BudgetLine, System, JOIN.LEFT_OUTER)
        .order_by(BudgetLine.year, BudgetLine.id)
    )
    return {
        row.id: JournalLine(
            id=row.id,
            code=(row.project or row.system).code,
            year=row.year,
            source=row.source,
            totals={measure: getattr(row, measure.value) for measure in Measure},
        )
        for row in rows
    }


def _entries() -> Iterator[JournalEntry]:
    names = dict(User.select(User.id, User.username).tuples())
    for row in Entry.select().order_by(Entry.effective_on, Entry.id).iterator():
        yield JournalEntry(
            id=row.id,
            line=row.line_id,
            number=row.number,
            kind=row.kind,
            measure=row.measure,
            amount=row.amount,
            effective_on=row.effective_on,
            document_number=row.document_number,
            note=row.note,
            maker=names[row.maker_id],
            checker=names[row.checker_id],
            corrects=row.corrects_id,
            hash=row.hash,
        )
