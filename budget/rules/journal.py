"""The ledger in the words of plain-text accounting programs: hledger and beancount.

Every measure of a line is an account under ``指标`` (in beancount, which takes no Chinese there, ``Assets``).
What an entry puts there it takes from the measure's counter account under ``对方科目`` (``Equity``), so that
the sum of ``指标`` is the total of all entries and the accounts of a line are its totals.  Assertions close the
journal: the program that reads it checks all that by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from budget.rules.words import EntryKind, Measure
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from portfolio.rules.labelled import Labelled

COMMODITY = "CNY"
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_NOT_IN_A_NAME = re.compile(r"[^\w-]+")


class JournalFormat(Enum):
    """The programs that read the journal."""

    HLEDGER = "hledger"
    BEANCOUNT = "beancount"


_ROOTS = {JournalFormat.HLEDGER: ("指标", "对方科目"), JournalFormat.BEANCOUNT: ("Assets", "Equity")}


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A budget line: whose, of which year and source, and its totals by measure."""

    id: int
    code: str
    year: int
    source: FundingSource
    totals: Mapping[Measure, Money]

    def account(self, form: JournalFormat, measure: Measure) -> str:
        """The account of one of its measures."""
        middle = (str(self.year), _name(form, self.source), self.code, str(self.id))
        return ":".join((_ROOTS[form][0], *middle, _name(form, measure)))


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """An entry of the ledger; ``maker`` and ``checker`` are user names."""

    id: int
    line: int
    number: int
    kind: EntryKind
    measure: Measure
    amount: Money
    effective_on: date
    document_number: str
    note: str
    maker: str
    checker: str
    corrects: int | None
    hash: str

    @property
    def notes(self) -> dict[str, str]:
        """What is written beside the entry, by name."""
        about = {"line": f"{self.line}-{self.number}", "maker": self.maker, "checker": self.checker}
        if self.corrects is not None:
            about["corrects"] = str(self.corrects)
        return {**about, "hash": self.hash}


def counter(form: JournalFormat, measure: Measure) -> str:
    """The account from which a measure's entries come."""
    return f"{_ROOTS[form][1]}:{_name(form, measure)}"


def heading(form: JournalFormat, lines: Mapping[int, JournalLine], first: date) -> Iterator[str]:
    """The declarations: the currency, and every account that may occur, open from the ``first`` day."""
    accounts = [counter(form, measure) for measure in Measure]
    accounts += [line.account(form, measure) for line in lines.values() for measure in Measure]
    if form is JournalFormat.HLEDGER:
        yield f"commodity 1000.00 {COMMODITY}"
        yield from (f"account {account}" for account in accounts)
    else:
        yield f'option "operating_currency" "{COMMODITY}"'
        yield from (f"{first.isoformat()} open {account} {COMMODITY}" for account in accounts)


def written(form: JournalFormat, entry: JournalEntry, line: JournalLine) -> Iterator[str]:
    """One entry as a transaction of two postings, after an empty line."""
    says = " ".join(part for part in (entry.kind.label, entry.document_number, entry.note) if part)
    day = entry.effective_on.isoformat()
    yield ""
    if form is JournalFormat.HLEDGER:
        tags = ", ".join(f"{name}:{_plain(text)}" for name, text in entry.notes.items())
        yield f"{day} ({entry.id}) {_plain(says)}  ; {tags}"
    else:
        yield f"{day} * {_quoted(says)}"
        yield f'  entry: "{entry.id}"'
        yield from (f"  {name}: {_quoted(text)}" for name, text in entry.notes.items())
    yield f"  {line.account(form, entry.measure)}  {_amount(entry.amount)}"
    yield f"  {counter(form, entry.measure)}  {_amount(-entry.amount)}"


def closing(form: JournalFormat, lines: Mapping[int, JournalLine], last: date) -> Iterator[str]:
    """The totals of all lines after the ``last`` entry, as assertions that the reading program checks."""
    held = [
        (line.account(form, measure), total)
        for line in lines.values()
        for measure, total in line.totals.items()
    ]
    yield ""
    if form is JournalFormat.HLEDGER:
        yield f"{last.isoformat()} 核对累计数"
        yield from (f"  {account}  {_amount(Money.ZERO)} = {_amount(total)}" for account, total in held)
    else:
        after = (last + timedelta(days=1)).isoformat()  # a balance is that of the morning
        yield from (f"{after} balance {account} {_amount(total)}" for account, total in held)


def _amount(amount: Money) -> str:
    yuan = amount.yuan_text().replace(",", "")
    return f"{yuan} {COMMODITY}"


def _name(form: JournalFormat, word: Labelled) -> str:
    """A word as part of an account's name; beancount wants each to begin with a capital."""
    if form is JournalFormat.BEANCOUNT:
        return word.value.replace("_", "-").title()
    return _NOT_IN_A_NAME.sub("", word.label)


def _plain(text: str) -> str:
    """On one line, and without what would begin a comment, a tag or a status in hledger."""
    return _BREAKS.sub(" ", text).translate({ord(";"): "；", ord(","): "，", ord(":"): "：", ord("|"): "｜"})


def _quoted(text: str) -> str:
    escaped = _BREAKS.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
