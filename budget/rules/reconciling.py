"""Which payment in the books each line of a bank or treasury statement is.

A pair is found by what names it (a voucher number or a contract in the reference), by payee, amount and days;
an amount or payee that is not the same is said, never overlooked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portfolio.rules.labelled import Labelled

WINDOW_DAYS = 10
"""A payment and its line on the statement lie at most so many days apart."""

LOOK_BACK_DAYS = 92
"""A line that names its payment may be as late as this; the day is then said to differ."""

RECONCILING_BASIS = "财政国库管理：财政、代理银行和预算单位按月对账，不符的逐笔查清"
_TOKENS = re.compile(r"[\w〔〕\-—]+")


class Difference(Labelled):
    """In what a line and its payment are not the same."""

    AMOUNT = "amount", "金额"
    PAYEE = "payee", "收款单位"
    DAY = "day", "日期"


class MatchOutcome(Labelled):
    """How a line of a statement, or a payment in the books, stands after matching."""

    MATCHED = "matched", "相符"
    DIFFERING = "differing", "不一致"
    BANK_ONLY = "bank_only", "银行有、账面无"
    BOOKS_ONLY = "books_only", "账面有、银行无"


class Settlement(Labelled):
    """How an exception was worked off."""

    OPEN = "open", "待处理"
    AUTOMATIC = "automatic", "自动核对"
    LINKED = "linked", "人工对应"
    EXPLAINED = "explained", "已说明"
    CORRECTING = "correcting", "更正中"
    CLEARED = "cleared", "他月到账"
    WITHDRAWN = "withdrawn", "随对账单撤回"


WORKABLE = (Settlement.OPEN, Settlement.EXPLAINED)
"""What may still be worked on: an explanation can be put right until the statement is submitted."""


class StatementState(Labelled):
    """How far a statement has come: worked off by one officer, confirmed by another."""

    OPEN = "open", "核对中"
    SUBMITTED = "submitted", "复核中"
    CONFIRMED = "confirmed", "已复核"
    WITHDRAWN = "withdrawn", "已撤回"


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of a statement: ``fen`` paid out, negative for what came in."""

    id: int
    day: date
    fen: int
    payee: str
    text: str


@dataclass(frozen=True, slots=True)
class BookEntry:
    """A payment, refund or reversal: ``fen`` paid out; ``voucher`` and ``code`` are what may name it."""

    id: int
    day: date
    fen: int
    payee: str
    voucher: str
    code: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A line and its payment, and in what they differ."""

    line: int
    entry: int
    differs: tuple[Difference, ...] = ()


def same_name(one: str, other: str) -> bool:
    """Whether two names of payees are the same but for blanks and the width of brackets."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return re.sub(r"\s", "", name).replace("（", "(").replace("）", ")")


def voucher_number(year: int, line_id: int, number: int) -> str:
    """How a voucher is named where people type it: year, line and number with hyphens."""
    return f"{year}-{line_id}-{number}"


class _Matching:
    """What is left to match, and the pairs found so far."""

    def __init__(self, lines: Sequence[BankLine], entries: Sequence[BookEntry]) -> None:
        self.lines = {line.id: line for line in sorted(lines, key=lambda one: (one.day, one.id))}
        self.entries = {entry.id: entry for entry in entries}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_amount: dict[int, list[int]] = defaultdict(list)
        self.pairs: list[Pair] = []
        for entry in sorted(entries, key=lambda one: (one.day, one.id)):
            self.by_amount[entry.fen].append(entry.id)
            for name in (entry.voucher, entry.code):
                if name:
                    self.by_name[name].append(entry.id)

    def named(self, line: BankLine) -> list[BookEntry]:
        """The payments that the reference or text of a line names, vouchers first."""
        tokens = _TOKENS.findall(line.text.replace("—", "-"))
        found = [key for token in tokens for key in self.by_name.get(token, ())]
        return [self.entries[key] for key in dict.fromkeys(found) if key in self.entries]

    def of_amount(self, line: BankLine) -> list[BookEntry]:
        """The payments of the same amount within the window."""
        found = (self.entries[key] for key in self.by_amount[line.fen] if key in self.entries)
        return [entry for entry in found if _apart(line, entry) <= WINDOW_DAYS]

    def pair(self, line: BankLine, entry: BookEntry, *differs: Difference) -> None:
        """Take both out."""
        self.pairs.append(Pair(line.id, entry.id, differs))
        del self.lines[line.id], self.entries[entry.id]


def match(lines: Sequence[BankLine], entries: Sequence[BookEntry]) -> list[Pair]:
    """The pairs, the surest first: named and equal; payee and amount; named but differing; amount alone."""
    left = _Matching(lines, entries)
    for line in list(left.lines.values()):
        equal = [entry for entry in left.named(line) if entry.fen == line.fen]
        if equal:
            entry = _nearest(line, equal)
            left.pair(line, entry, *([Difference.DAY] if _apart(line, entry) > WINDOW_DAYS else []))
    for line in list(left.lines.values()):
        same = [entry for entry in left.of_amount(line) if same_name(line.payee, entry.payee)]
        if same:
            left.pair(line, _nearest(line, same))
    for line in list(left.lines.values()):
        vouchers = [entry for entry in left.named(line) if _apart(line, entry) <= WINDOW_DAYS]
        if len(vouchers) == 1 and line.fen * vouchers[0].fen > 0:
            left.pair(line, vouchers[0], Difference.AMOUNT)
    for line, entry in list(_alone(left)):
        left.pair(line, entry, *([Difference.PAYEE] if line.payee else []))
    return left.pairs


def _alone(left: _Matching) -> Iterator[tuple[BankLine, BookEntry]]:
    """Lines and payments of one amount that have but each other."""
    lines: dict[int, list[BankLine]] = defaultdict(list)
    for line in left.lines.values():
        for entry in left.of_amount(line):
            lines[entry.id].append(line)
    for key, found in lines.items():
        if len(found) == 1 and len(left.of_amount(found[0])) == 1:
            yield found[0], left.entries[key]


def _apart(line: BankLine, entry: BookEntry) -> int:
    return abs((line.day - entry.day).days)


def _nearest(line: BankLine, entries: Iterable[BookEntry]) -> BookEntry:
    return min(entries, key=lambda entry: (_apart(line, entry), entry.id))
