"""Lists: filters that live in the address, keyset pages, and one set of columns for the page and the export.

::

    COLUMNS = (
        Column("code", say("编号"), link=lambda row: url_for("portfolio.project", code=row.code)),
        Column("estimate", say("投资估算"), Kind.MONEY),
    )
    filters = Filters([Filter("stage", say("阶段"), choices), Filter("q", say("名称"))])
    page = page_of(query, sort=(Project.code, Project.id))
    listing = Listing(COLUMNS, page, filters, nothing=say("没有项目"))
    return answer(listing, "portfolio/projects.html", say("项目"))

Every page costs two queries (its rows, and a count that stops counting at ``COUNTED_UP_TO``), however far
down the list it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer
from peewee import Field, Tuple, Value

from portfolio.foundation.errors import Message, say
from portfolio.foundation.web import spreadsheet
from portfolio.foundation.web.language import day, moment, number, percent, text, wan, yuan

PAGE_SIZE = 50
COUNTED_UP_TO = 1000
EXPORTED_UP_TO = 100_000
_LONGEST_FILTER = 100
_PLACE = ("after", "before")


class Kind(StrEnum):
    """What a column holds, and so how it is shown and exported."""

    TEXT = "text"
    MONEY = "money"
    YUAN = "yuan"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    MOMENT = "moment"
    STATUS = "status"


_FIGURES = {Kind.MONEY, Kind.YUAN, Kind.NUMBER, Kind.PERCENT}
_SHORT = {Kind.DAY, Kind.MOMENT, Kind.STATUS}
_UNITS = {Kind.MONEY: "万元", Kind.YUAN: "元"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    ``key`` is the attribute of the row unless ``get`` computes it; ``link`` gives the row's address; a status
    column's value is a pair (kind of badge, words); a ``short`` column never breaks its lines.
    """

    key: str
    label: Message
    kind: Kind = Kind.TEXT
    link: Callable[[Any], str] | None = None
    get: Callable[[Any], Any] | None = None
    short: bool = False

    @property
    def stays_on_one_line(self) -> bool:
        """Whether its text is too short to be broken: a code, a date, a name."""
        return self.short or self.kind in _SHORT

    @property
    def is_figure(self) -> bool:
        """Whether it stands to the right."""
        return self.kind in _FIGURES

    @property
    def unit(self) -> Message | None:
        """The unit that the head names."""
        return Message(_UNITS[self.kind]) if self.kind in _UNITS else None

    @property
    def head(self) -> Message:
        """What it holds, and in which unit."""
        return say("{label}（{unit}）", label=self.label, unit=self.unit) if self.unit else self.label

    def of(self, row: Any) -> Any:  # noqa: ANN401 - whatever a row holds
        """The row's value."""
        return self.get(row) if self.get is not None else getattr(row, self.key)

    def shown(self, value: Any) -> Any:  # noqa: ANN401
        """The value as the page shows it."""
        if value is None:
            return "—"
        return _SHOWN.get(self.kind, text)(value)


_SHOWN: dict[Kind, Callable[[Any], Any]] = {
    Kind.MONEY: wan,
    Kind.YUAN: yuan,
    Kind.NUMBER: number,
    Kind.PERCENT: percent,
    Kind.DAY: lambda value: day(value, "iso"),
    Kind.MOMENT: moment,
}


# --- filters ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to filter by: ``choices`` as (value, words), or a ``day``, or free text.

    With a ``default`` one of the choices always holds: there is no "all".
    """

    key: str
    label: Message
    choices: Sequence[tuple[str, Any]] = ()
    day: bool = False
    default: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: its words, and the address of the list ``without`` it."""

    label: Message
    shown: Any
    without: str


class Filters:
    """The filters of a list as this request's address sets them; unknown values count as unset."""

    def __init__(self, fields: Iterable[Filter]) -> None:
        """Read them from the address."""
        self.fields = tuple(fields)
        self._values = {one.key: self._read(one) for one in self.fields}

    @staticmethod
    def _read(one: Filter) -> str:
        value = request.args.get(one.key, "").strip()[:_LONGEST_FILTER]
        if one.day:
            found = _day_of(value)
            return found.isoformat() if found else ""
        return (
            value if not one.choices or value in {str(choice) for choice, _ in one.choices} else one.default
        )

    def value(self, key: str) -> str:
        """What a filter is set to, or its default."""
        return self._values[key]

    def day(self, key: str) -> date | None:
        """The day that a filter is set to, if it is."""
        return _day_of(self._values[key])

    @property
    def chosen(self) -> list[Chip]:
        """The filters that are set to something else than their default."""
        return [
            Chip(one.label, _words(one, value), address(**{one.key: None}))
            for one in self.fields
            if (value := self._values[one.key]) != one.default
        ]


def _day_of(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _words(one: Filter, value: str) -> Any:  # noqa: ANN401 - words of any kind
    return day(date.fromisoformat(value)) if one.day else dict(one.choices).get(value, value)


def address(**changes: str | None) -> str:
    """This request's address with other values; its place in the list belongs to the old ones, and goes."""
    arguments: dict[str, Any] = request.args.to_dict(flat=False)
    for name in (*_PLACE, "format"):
        arguments.pop(name, None)
    arguments.update(changes)
    ours = {name: value for name, value in arguments.items() if not name.startswith("_")}
    return url_for(request.endpoint or "", **{**ours, **(request.view_args or {})})


# --- pages --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, with the places before and after them; ``count`` is of the whole list."""

    rows: Sequence[Any]
    count: int
    more_than_counted: bool = False
    previous: str = ""
    next: str = ""


def page_of(
    query: Any,  # noqa: ANN401 - a Peewee query
    *,
    sort: tuple[Field, Field],
    descending: bool = False,
    size: int = PAGE_SIZE,
) -> Page:
    """The page of ``query`` at this request's place, ordered by ``sort``: a column and then the id.

    Both columns must be in the selection and together in an index; neither may be null.
    """
    backwards, place = _asked(len(sort))
    downwards = descending != backwards
    selected = query
    if place is not None:
        key = Tuple(*sort)
        there = Tuple(*(Value(value, converter=False) for value in place))
        selected = query.where(key < there if downwards else key > there)
    ordered = selected.order_by(*(column.desc() if downwards else column.asc() for column in sort))
    found = list(ordered.limit(size + 1))
    more, found = len(found) > size, found[:size]
    rows = found[::-1] if backwards else found
    counted = query.order_by().limit(COUNTED_UP_TO + 1).count()
    further = bool(rows) and (backwards or more)
    earlier = bool(rows) and (more if backwards else place is not None)
    return Page(
        rows,
        min(counted, COUNTED_UP_TO),
        counted > COUNTED_UP_TO,
        _sealed(rows[0], sort) if earlier else "",
        _sealed(rows[-1], sort) if further else "",
    )


def _asked(columns: int) -> tuple[bool, list[Any] | None]:
    """Whether to go backwards, and from where; a place that we did not seal is the beginning."""
    for name in _PLACE:
        token = request.args.get(name)
        if token:
            try:
                place = _sealer().loads(token)
            except BadData:
                break
            if isinstance(place, list) and len(place) == columns:
                return name == "before", place
    return False, None


def _sealed(row: Any, sort: tuple[Field, Field]) -> str:  # noqa: ANN401 - a row
    """The place of a row, in the values that the database itself compares."""
    stored = [column.db_value(getattr(row, column.name)) for column in sort]
    return str(_sealer().dumps([str(one) if isinstance(one, date | Decimal) else one for one in stored]))


def _sealer() -> URLSafeSerializer:
    """Places are sealed for their list, so that nobody hands a column a value of another kind."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"place:{request.endpoint}")


# --- the whole list -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table of a page, for the page's workbook."""

    title: Message
    columns: Sequence[Column]
    rows: Iterable[Any]

    def sheet(self) -> spreadsheet.Sheet:
        """The sheet of the workbook that holds it."""
        heads = [spreadsheet.Head(str(text(column.head)), column.kind) for column in self.columns]
        values = ([column.of(row) for column in self.columns] for row in self.rows)
        return spreadsheet.Sheet(str(text(self.title)), heads, values)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as its page shows it.

    ``totals`` are by column key; ``nothing`` and ``what_next`` are said when there are no rows; ``every_row``
    gives all rows, unpaged, to the export, and without it there is none; ``kept`` are the other things of the
    address, as (name, value), that the form of the filters must not lose; ``beside`` are the page's other
    tables, which follow in the workbook.
    """

    columns: Sequence[Column]
    page: Page
    filters: Filters = field(default_factory=lambda: Filters(()))
    totals: Mapping[str, Any] = field(default_factory=dict)
    nothing: Message = field(default_factory=lambda: Message("没有符合条件的记录"))
    what_next: Message | str = ""
    kept: Sequence[tuple[str, str]] = ()
    every_row: Callable[[], Iterable[Any]] | None = None
    beside: Sequence[Table] = ()

    @property
    def sort(self) -> str:
        """The order that the address asks for."""
        return request.args.get("sort", "")

    @property
    def first(self) -> str:
        """The first page's address, unless this is it."""
        return address() if self.page.previous else ""

    @property
    def previous(self) -> str:
        """The address of the page before."""
        return address(before=self.page.previous) if self.page.previous else ""

    @property
    def next(self) -> str:
        """The address of the page after."""
        return address(after=self.page.next) if self.page.next else ""

    @property
    def export(self) -> str:
        """The address of the same list as a workbook."""
        return address(format="xlsx") if self.every_row is not None else ""


def answer(
    listing: Listing,
    template: str,
    title: Message,
    **facts: Any,  # noqa: ANN401 - what the page prints
) -> ResponseReturnValue:
    """The list's page, or its workbook when the address asks for one."""
    if request.args.get("format") == "xlsx" and listing.every_row is not None:
        return _workbook(title, [Table(title, listing.columns, listing.every_row()), *listing.beside])
    return render_template(template, list=listing, title=title, **facts)


def tables(
    shown: Sequence[Table],
    template: str,
    title: Message,
    **facts: Any,  # noqa: ANN401 - what the page prints
) -> ResponseReturnValue:
    """A page of several tables, with the address of its ``export``; or its workbook, a sheet for each."""
    if request.args.get("format") == "xlsx":
        return _workbook(title, shown)
    return render_template(template, title=title, export=address(format="xlsx"), **facts)


def _workbook(title: Message, shown: Iterable[Table]) -> ResponseReturnValue:
    return spreadsheet.workbook(str(text(title)), (one.sheet() for one in shown), most=EXPORTED_UP_TO)
