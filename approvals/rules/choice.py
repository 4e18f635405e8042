"""What-if selections 比选 for the annual investment plan: what projects are worth, take, and why one is out.

Numbers in, numbers out: the same functions judge what was chosen by hand and what was solved.  Values are
whole hundredths of a point, money is whole fen, so that nothing is ever compared in floating point.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from approvals.rules.book import parameters
from portfolio.foundation.errors import Finding, Level, Message, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from portfolio.rules.dossier.check import RulebookLike
from portfolio.rules.labelled import Labelled

CODE = "CHOICE"
_CEILING, _SHARE, _PIN = "CEILING", "SHARE", "PIN"
CEILING_BASIS = "年度投资计划不得超过年度规模"
_CHOICE_BASIS = "比选时设定的条件"
POINT = 100
"""A point in the hundredths that values are counted in."""


class Priority(Labelled):
    """In which order projects are usually considered: first what is being built, then what is major."""

    CONTINUING = "continuing", "续建"
    MAJOR = "major", "重大工程"
    ORDINARY = "ordinary", "一般新建"


class AmountBasis(Labelled):
    """From where the amount that a project asks for the year is taken."""

    REQUEST = "request", "预算申报数"
    DUE = "due", "合同当年应付"
    FUNDING = "funding", "概算安排"
    REMAINING = "remaining", "尚需资金"


class Pin(Labelled):
    """What is settled about a project before anybody chooses."""

    IN = "in", "必须列入"
    OUT = "out", "不列入"


class Method(Labelled):
    """How a selection came about."""

    HAND = "hand", "人工勾选"
    SOLVED = "solved", "优化求解"


class SelectionState(Labelled):
    """A saved selection, and one that was handed to the leading group."""

    SAVED = "saved", "已保存"
    HANDED = "handed", "已提交审定"


class ShareOf(Labelled):
    """What a least share is promised to."""

    BOX = "box", "专栏"
    ZONE = "zone", "经济区"


@dataclass(frozen=True, slots=True)
class Worth:
    """What a project counts for: the parts, each with its points, and the sum in hundredths."""

    parts: tuple[tuple[Message, Decimal], ...]

    @property
    def value(self) -> int:
        """The sum, in hundredths of a point."""
        return int(sum((points for _, points in self.parts), Decimal(0)) * POINT)


def worth(score: Decimal | None, marks: int, *, continuing: bool, rulebook: RulebookLike) -> Worth:
    """What a project is worth under rule CHOICE: its appraisal, its marks as a major project, its stage.

    ``score`` is the mean of the experts (0 to 100), ``None`` where there was no panel: then the rule's own
    figure counts.  Raises ``NotFound`` where the rule is not in force.
    """
    rule = parameters(rulebook, CODE)
    parts = [
        (say("未经专家组打分，按合格线计"), Decimal(rule["unscored_points"]))
        if score is None
        else (say("评估平均分"), score.quantize(Decimal("0.01"), ROUND_HALF_UP))
    ]
    if marks:
        parts.append((say("重大工程标志 {n} 项", n=marks), Decimal(rule["mark_points"]) * marks))
    if continuing:
        parts.append((say("在建项目续建"), Decimal(rule["continuing_points"])))
    return Worth(tuple(parts))


@dataclass(frozen=True, slots=True)
class Need:
    """What a project asks of a source for the year, and what of it may be listed (after CUT)."""

    source: FundingSource
    asked: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Option:
    """A project that may be chosen, with the amounts that were settled for it."""

    project_id: int
    code: str
    value: int
    needs: tuple[Need, ...]
    box: str = ""
    zone: str = ""
    pin: Pin | None = None

    def takes(self, source: FundingSource) -> Money:
        """What it takes of a source."""
        return Money.total(need.amount for need in self.needs if need.source is source)

    @property
    def total(self) -> Money:
        """What it takes of all sources."""
        return Money.total(need.amount for need in self.needs)


@dataclass(frozen=True, slots=True)
class Room:
    """A ceiling of the year: ``taken`` is what is planned or allotted already, apart from the selection.

    ``assumed`` stands in its place in a what-if, ``None`` where nothing is assumed.
    """

    source: FundingSource
    ceiling: Money | None
    taken: Money
    assumed: Money | None = None

    @property
    def limit(self) -> Money | None:
        """What holds: the assumed ceiling, else the real one; ``None`` where there is neither."""
        return self.ceiling if self.assumed is None else self.assumed

    @property
    def left(self) -> Money | None:
        """What is left to choose from, never less than nothing."""
        return None if self.limit is None else max(self.limit - self.taken, Money.ZERO)


@dataclass(frozen=True, slots=True)
class LeastShare:
    """That a box or a zone gets at least ``percent`` of what is chosen under the ceilings."""

    of: ShareOf
    code: str
    percent: int

    def holds(self, option: Option) -> bool:
        """Whether a project belongs to it."""
        return (option.box if self.of is ShareOf.BOX else option.zone) == self.code


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a selection is made from and held against."""

    options: tuple[Option, ...]
    rooms: tuple[Room, ...]
    shares: tuple[LeastShare, ...] = ()

    @property
    def bound(self) -> frozenset[FundingSource]:
        """The sources that have a ceiling to keep."""
        return frozenset(room.source for room in self.rooms)

    def under_ceiling(self, option: Option) -> Money:
        """What a project takes of all sources that have a ceiling."""
        return Money.total(need.amount for need in option.needs if need.source in self.bound)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a selection takes of a source, and what it leaves of its ceiling where it has one."""

    source: FundingSource
    takes: Money
    room: Room | None = None

    @property
    def left(self) -> Money | None:
        """What is left under the ceiling; negative when it is passed."""
        if self.room is None or self.room.limit is None:
            return None
        return self.room.limit - self.room.taken - self.takes

    @property
    def over(self) -> bool:
        """Whether the ceiling is passed."""
        return self.takes > Money.ZERO and self.left is not None and self.left < Money.ZERO


def chosen_of(problem: Problem, chosen: Collection[int]) -> list[Option]:
    """The options that are in."""
    return [option for option in problem.options if option.project_id in chosen]


def value_of(problem: Problem, chosen: Collection[int]) -> int:
    """What a selection is worth, in hundredths of a point."""
    return sum(option.value for option in chosen_of(problem, chosen))


def usage(problem: Problem, chosen: Collection[int]) -> list[Usage]:
    """What a selection takes of each source that has a ceiling or is asked for."""
    inside = chosen_of(problem, chosen)
    rooms = {room.source: room for room in problem.rooms}
    asked = {need.source for option in problem.options for need in option.needs}
    return [
        Usage(source, Money.total(option.takes(source) for option in inside), rooms.get(source))
        for source in FundingSource
        if source in asked or source in rooms
    ]


def share_kept(problem: Problem, chosen: Collection[int], share: LeastShare) -> tuple[Money, Money]:
    """What the box or zone gets under the ceilings, and the least that it must get."""
    inside = chosen_of(problem, chosen)
    given = Money.total(problem.under_ceiling(option) for option in inside if share.holds(option))
    total = Money.total(problem.under_ceiling(option) for option in inside)
    return given, Money(-(-total.fen * share.percent // 100))


def keeps(problem: Problem, chosen: Collection[int]) -> bool:
    """Whether a selection breaks nothing: ceilings, pins, least shares; exact."""
    return (
        not any(one.over for one in usage(problem, chosen))
        and not misplaced(problem, chosen)
        and all(given >= least for given, least in (share_kept(problem, chosen, s) for s in problem.shares))
    )


def misplaced(problem: Problem, chosen: Collection[int]) -> list[Option]:
    """The options that are not where their pin wants them."""
    return [
        option
        for option in problem.options
        if option.pin is not None and (option.pin is Pin.IN) != (option.project_id in chosen)
    ]


def findings(problem: Problem, chosen: Collection[int], *, final: bool = False) -> list[Finding]:
    """Every condition of a selection, kept or not: warnings in a what-if, a stop when it is handed over."""
    level = Level.BLOCK if final else Level.WARN
    found = [_ceiling(one, level) for one in usage(problem, chosen) if one.room is not None]
    for option in misplaced(problem, chosen):
        found.append(
            Finding(
                _PIN,
                False,
                say("{code} 指定为“{pin}”，与勾选不一致", code=option.code, pin=option.pin),
                _CHOICE_BASIS,
                Level.WARN,
                remedy=say("请改正勾选，或取消指定"),
            )
        )
    return found + [_share(problem, chosen, share) for share in problem.shares]


def _ceiling(one: Usage, level: Level) -> Finding:
    room = one.room
    if room is None or room.limit is None:
        return Finding(
            _CEILING,
            False,
            say("{source}的年度规模尚未下达", source=one.source),
            CEILING_BASIS,
            level,
            figure=say("{amount}", amount=one.takes),
            remedy=say("请财政主管部门下达年度规模；比选时可以先填假定规模"),
        )
    what = (
        say("{source}超过年度规模 {over}", source=one.source, over=-(one.left or Money.ZERO))
        if one.over
        else say("{source}在年度规模以内，尚余 {left}", source=one.source, left=one.left)
    )
    if room.assumed is not None:
        what = say("{what}（按假定规模）", what=what)
    return Finding(
        _CEILING,
        not one.over,
        what,
        CEILING_BASIS,
        level,
        figure=say("{amount}", amount=room.taken + one.takes),
        limit=say("{amount}", amount=room.limit),
        remedy=say("请移出部分项目，或申请调整年度规模"),
    )


def _share(problem: Problem, chosen: Collection[int], share: LeastShare) -> Finding:
    given, least = share_kept(problem, chosen, share)
    words = {"of": share.of, "code": share.code, "percent": share.percent}
    return Finding(
        _SHARE,
        given >= least,
        say("{of} {code} 不少于 {percent}%", **words)
        if given >= least
        else say("{of} {code} 少于 {percent}%", **words),
        _CHOICE_BASIS,
        Level.WARN,
        figure=say("{amount}", amount=given),
        limit=say("{amount}", amount=least),
        remedy=say("请增加该类项目，或降低最低占比"),
    )


def why_left_out(problem: Problem, chosen: Collection[int], option: Option) -> Message:
    """Why a project is not in: settled before, too large for a ceiling or for what is left, or by choice."""
    if option.pin is Pin.OUT:
        return say("指定不列入")
    for one in usage(problem, chosen):
        takes, left = option.takes(one.source), one.left
        if one.room is None or left is None or takes <= Money.ZERO:
            continue
        if one.room.left is not None and takes > one.room.left:
            return say("单独一项就超过可用规模：需要 {takes}，可用 {room}", takes=takes, room=one.room.left)
        if takes > left:
            return say("余额不足：需要 {takes}，尚余 {left}", takes=takes, left=max(left, Money.ZERO))
    with_it = {*chosen, option.project_id}
    if any(given < least for given, least in (share_kept(problem, with_it, s) for s in problem.shares)):
        return say("列入后不能满足最低占比")
    return say("余额足够，未勾选")


@dataclass(frozen=True, slots=True)
class Difference:
    """What two selections do not share: projects only in the first or the second, and other amounts."""

    first: tuple[int, ...] = ()
    second: tuple[int, ...] = ()
    amounts: tuple[tuple[int, Money, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class Picked:
    """What a selection gives: project and money by project id."""

    totals: Mapping[int, Money] = field(default_factory=dict)


def difference(first: Picked, second: Picked) -> Difference:
    """Where two selections differ, each list in the order in which the selections name the projects."""
    both = [key for key in first.totals if key in second.totals]
    return Difference(
        tuple(key for key in first.totals if key not in second.totals),
        tuple(key for key in second.totals if key not in first.totals),
        tuple(
            (key, first.totals[key], second.totals[key])
            for key in both
            if first.totals[key] != second.totals[key]
        ),
    )


def in_order(options: Iterable[Option]) -> list[Option]:
    """By code: the order in which equals are preferred."""
    return sorted(options, key=lambda option: (option.code, option.project_id))


def unsolvable(problem: Problem) -> list[Finding]:
    """Why nothing satisfies a problem: no ceiling is known, or what must be in is too much for it."""
    unknown = [room.source for room in problem.rooms if room.limit is None]
    pinned = {option.project_id for option in problem.options if option.pin is Pin.IN}
    judged = [one for one in usage(problem, pinned) if one.source in unknown or one.over]
    found = [_ceiling(one, Level.BLOCK) for one in judged]
    if found:
        return found
    return [
        Finding(
            _SHARE,
            False,
            say("指定列入的项目与最低占比不能同时满足"),
            _CHOICE_BASIS,
            remedy=say("请取消部分指定，或降低最低占比"),
        )
    ]
