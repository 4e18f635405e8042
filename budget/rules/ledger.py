"""What an entry may say: which measure each kind moves, and in which direction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from budget.rules.words import EntryKind, Measure
from portfolio.foundation.errors import Finding, Level, say

PERIOD_CODE = "M41"
DATE_CODE = "M42"
REVERSAL_CODE = "M43"
PAPER_CODE = "M69"
PAPER_RULE = "PAPER"
_YEAR_BASIS = "《中华人民共和国预算法》：预算年度自公历1月1日起，至12月31日止"
_PERIOD_BASIS = "会计基础工作：结账后不得补记，更正记入未结账的期间"
_CORRECTION_BASIS = "会计基础工作：记账错误以红字冲销更正，一笔凭证只冲销一次"

UP, DOWN = 1, -1

MOVES: dict[EntryKind, frozenset[tuple[Measure, int]]] = {
    EntryKind.OPENING: frozenset((measure, UP) for measure in Measure),
    EntryKind.ALLOT: frozenset({(Measure.ALLOTTED, UP)}),
    EntryKind.ADJUST: frozenset({(Measure.ALLOTTED, UP), (Measure.ALLOTTED, DOWN)}),
    EntryKind.VIREMENT: frozenset({(Measure.ALLOTTED, UP), (Measure.ALLOTTED, DOWN)}),
    EntryKind.RECALL: frozenset(
        {(Measure.RELEASED, DOWN), (Measure.ALLOTTED, DOWN), (Measure.CARRIED_IN, DOWN)}
    ),
    EntryKind.CARRY_OVER: frozenset(
        {
            (Measure.RELEASED, DOWN),
            (Measure.COMMITTED, DOWN),
            (Measure.CARRIED_OUT, UP),
            (Measure.CARRIED_IN, UP),
        }
    ),
    EntryKind.RELEASE: frozenset({(Measure.RELEASED, UP)}),
    EntryKind.COMMIT: frozenset({(Measure.COMMITTED, UP)}),
    EntryKind.DECOMMIT: frozenset({(Measure.COMMITTED, DOWN)}),
    EntryKind.PAY: frozenset({(Measure.PAID, UP)}),
    EntryKind.REFUND: frozenset({(Measure.PAID, DOWN), (Measure.RETURNED, UP)}),
    EntryKind.REVERSE: frozenset((measure, sign) for measure in Measure for sign in (UP, DOWN)),
}
"""Kind of entry → the measures that it may move, each up (more) or down (less)."""

REVERSIBLE = frozenset(
    {
        EntryKind.OPENING,
        EntryKind.ALLOT,
        EntryKind.ADJUST,
        EntryKind.RECALL,
        EntryKind.RELEASE,
        EntryKind.COMMIT,
        EntryKind.PAY,
        EntryKind.REFUND,
    }
)
"""Kinds that a single red entry 红字冲销 undoes; the others move two lines or an agreement as well."""


ORDERED = REVERSIBLE - {EntryKind.COMMIT, EntryKind.PAY} | {EntryKind.VIREMENT, EntryKind.REVERSE}
"""Kinds that come of an order of one officer, posted by another."""


def allowed(kind: EntryKind, measure: Measure, fen: int) -> bool:
    """Whether an entry of this kind may move this measure by ``fen``, which is never zero."""
    return fen != 0 and (measure, UP if fen > 0 else DOWN) in MOVES[kind]


def moves_sql() -> str:
    """``allowed`` as a condition on the columns kind, measure and amount.

    Each way has a list of what moves what, and one of the kinds that move anything: a short text, because
    PostgreSQL reads a CHECK anew for every statement.
    """
    ways = []
    for sign, condition in ((UP, "amount > 0"), (DOWN, "amount < 0")):
        some = {kind: [one for one in Measure if (one, sign) in moves] for kind, moves in MOVES.items()}
        free = [kind for kind, measures in some.items() if len(measures) == len(Measure)]
        words = [f"{kind}.{one}" for kind, measures in some.items() if kind not in free for one in measures]
        ways.append(
            f"{condition} AND (kind || '.' || measure IN ({_listed(words)}) OR kind IN ({_listed(free)}))"
        )
    return " OR ".join(ways)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_ALSO_THE_YEAR_BEFORE = frozenset({EntryKind.OPENING, EntryKind.ALLOT, EntryKind.ADJUST, EntryKind.VIREMENT})
_ALSO_LATER = frozenset({EntryKind.DECOMMIT, EntryKind.RECALL, EntryKind.CARRY_OVER})


def years_open(kind: EntryKind, measure: Measure, line_year: int) -> tuple[int, int]:
    """The first and last year in which such an entry on a line of ``line_year`` may take effect.

    Money is allotted up to a year ahead 提前下达; what only takes off may come later, and so may money that
    comes back after its year and goes to the treasury.
    """
    last = line_year + 100 if kind in _ALSO_LATER or measure is Measure.RETURNED else line_year
    ahead = kind in _ALSO_THE_YEAR_BEFORE or (kind is EntryKind.REVERSE and measure is Measure.ALLOTTED)
    return line_year - 1 if ahead else line_year, last


@lru_cache(maxsize=128)
def date_finding(kind: EntryKind, measure: Measure, line_year: int, day: date, today: date) -> Finding:
    """Whether an entry may take effect on ``day``: in the years of its line, and not in the future."""
    first, last = years_open(kind, measure, line_year)
    return Finding(
        DATE_CODE,
        first <= day.year <= last and day <= today,
        say("{kind}不能记入{day}（指标年度{year}）", kind=kind.label, day=day.isoformat(), year=line_year),
        _YEAR_BASIS,
        figure=say("{day}", day=day.isoformat()),
        limit=say("指标年度内且不晚于今日{today}", today=today.isoformat()),
        remedy=say("请核对日期；以后年度的支出使用以后年度的指标，跨年退款缴回国库"),
    )


def paper_finding(attached: bool, level: Level, basis: str) -> Finding:
    """Whether the paper behind an order is attached, as rule PAPER holds it."""
    return Finding(
        PAPER_CODE,
        attached,
        say("已附依据文件") if attached else say("未附依据文件"),
        basis,
        level,
        remedy=say("请撤回后附上文件重新制单"),
    )


def period_finding(day: date, closed: bool) -> Finding:
    """Whether the month of ``day`` still takes entries."""
    return Finding(
        PERIOD_CODE,
        not closed,
        say("{year}年{month}月已结账", year=day.year, month=day.month)
        if closed
        else say("{year}年{month}月尚未结账", year=day.year, month=day.month),
        _PERIOD_BASIS,
        remedy=say("请记入未结账的月份，或由财政主管部门反结账"),
    )


def sequel_finding(day: date, first: date) -> Finding:
    """Whether a correction takes effect on or after the day of the entry that it is about."""
    return Finding(
        DATE_CODE,
        day >= first,
        say("更正不能早于原凭证的日期{day}", day=first.isoformat()),
        _CORRECTION_BASIS,
        figure=say("{day}", day=day.isoformat()),
        limit=say("不早于{day}", day=first.isoformat()),
        remedy=say("请核对日期"),
    )


def reversal_finding(kind: EntryKind, corrected: bool, refunded: bool) -> Finding:
    """Whether an entry may be undone by a red entry 红字冲销: by its kind, once, no refund on it."""
    if corrected:
        why = say("此凭证已被冲销，不能再次冲销")
    elif refunded:
        why = say("此笔支付已有退款，须先冲销退款")
    else:
        why = say("“{kind}”凭证不能直接冲销", kind=kind.label)
    return Finding(
        REVERSAL_CODE,
        kind in REVERSIBLE and not corrected and not refunded,
        why,
        _CORRECTION_BASIS,
        remedy=say("请核对原凭证；冲销凭证有误的，重新记账"),
    )
