# ruff: noqa: ANN401 - Flask-Admin and Peewee have no types
"""Administration at ``/admin``: Flask-Admin's lists on the product's own frame, forms and permissions.

Closed by default: every endpoint is declared for administrators alone, and only what a view names in
``offers`` gets an address at all.  A view never writes: its forms call the services, which audit.  The pages
are the product's own, so that no inline script needs a looser policy, and lists join what they show, so that
their queries do not grow with their rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from flask import Flask, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.contrib.peewee import ModelView
from flask_admin.theme import Bootstrap4Theme
from peewee import JOIN
from wtforms import Form as PlainForm

from portfolio.foundation import clock
from portfolio.foundation.db import get, in_force
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import Role
from portfolio.foundation.web import permissions, shell
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Filters
from portfolio.foundation.web.permissions import Access
from portfolio.foundation.web.shell import Entry

Page = TypeVar("Page", bound=Callable[..., Any])
PAGE_SIZE = 50
LAST_PAGE = 1_000_000
LONGEST_SEARCH = 100
AUDIT_PAGE = "register.audit"
READING = frozenset({"index_view", "details_view"})
_ADMINISTRATORS = Access(roles=frozenset({Role.ADMIN}))


def route(address: str, *, posts: bool = False) -> Callable[[Page], Page]:
    """Give a view's page its address; only what the view ``offers`` is opened."""
    made: Callable[[Page], Page] = expose(address, methods=("GET", "POST") if posts else ("GET",))
    return made


VALIDITY = Filter(
    "validity",
    say("有效性"),
    (("now", say("现行有效")), ("later", say("未生效")), ("over", say("已终止"))),
)
"""Narrows dated rows to those in force today, later, or no more."""


def by_validity(query: Any, table: Any, chosen: str) -> Any:
    """The dated rows of ``table`` that are as ``chosen`` says; all when nothing is."""
    today = clock.today()
    kept = {
        "now": in_force(table, today),
        "later": table.valid_from > today,
        "over": table.valid_to < today,
    }
    return query.where(kept[chosen]) if chosen else query


def validity(row: Any) -> tuple[str, Message]:
    """Whether a dated row is in force today, as a badge."""
    today = clock.today()
    if row.valid_to is not None and row.valid_to < today:
        return "waiting", say("已终止")
    return ("waiting", say("未生效")) if row.valid_from > today else ("approved", say("现行有效"))


def asked_for() -> int:
    """The number that the address carries as ``?id=``; 0, which nothing has, when it is none."""
    typed = request.args.get("id", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


class _Once:
    """The library runs a page a second time when it raised ``TypeError``; ours may have written by then."""

    def _run_view(self, page: Any, *arguments: Any, **named: Any) -> Any:
        return page(self, *arguments, **named)

    def is_accessible(self) -> bool:
        """Administrators alone; the guard has asked the same before."""
        return permissions.actor().has(Role.ADMIN)


class View(_Once, ModelView):
    """A noun of the administration: listed, shown, and changed by the forms that a subclass offers.

    ``address`` is its part of the address; ``shown`` are the list's columns and ``facts`` what a thing's own
    page says; ``joined`` are the foreign keys that ``shown`` reads; ``searched`` the text columns searched;
    ``order`` the columns of the order, which may begin with "-"; ``subject`` the kind under which changes are
    audited, where there are any.
    """

    table: type[Any]
    address: str
    title: Message
    note: Message | None = None
    group: Message = say("参数与账号")
    group_note: Message | None = None
    subject = ""
    icon = "table"
    shown: Sequence[Column] = ()
    facts: Sequence[Column] = ()
    joined: Sequence[Any] = ()
    searched: Sequence[str] = ()
    order: Sequence[str] = ("id",)
    offers: frozenset[str] = READING
    adds: Message | None = None
    leads: Sequence[tuple[str, Message, str]] = ()

    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    can_set_page_size = False
    page_size = PAGE_SIZE
    list_template = "administration/list.html"

    def __init__(self) -> None:
        """Put it under ``/admin/<address>``."""
        self.column_list = [column.key for column in self.shown]
        self.column_sortable_list: list[Any] = []
        self.column_searchable_list = list(self.searched)
        self._urls: list[Any] = [entry for entry in self._urls if entry[1] in self.offers]
        endpoint = f"admin_{self.address.replace('-', '_')}"
        super().__init__(self.table, name=str(self.title), endpoint=endpoint, url=self.address)

    # -- what Flask-Admin asks ----------------------------------------------------------------------------

    def scaffold_form(self) -> type[PlainForm]:
        """None: the library's forms write past the services."""
        return PlainForm

    def get_query(self) -> Any:
        """The rows with what their columns read, in one query."""
        tables = [field.rel_model for field in self.joined]
        query = self.table.select(self.table, *tables)
        for field in self.joined:
            other = field.rel_model
            query = query.join_from(
                self.table, other, JOIN.LEFT_OUTER, on=(field == other.id), attr=field.name
            )
        return query

    def _order_by(self, query: Any, joins: Any, _order: Any) -> Any:
        """The view's own order."""
        fields = [
            getattr(self.table, name[1:]).desc() if name.startswith("-") else getattr(self.table, name)
            for name in self.order
        ]
        return query.order_by(*fields), joins

    def _get_default_order(self) -> list[tuple[str, bool]]:
        return [("id", False)]

    def _get_list_extra_args(self) -> Any:
        """What the address says: searched words kept short, a page that can be, the view's own order."""
        found = super()._get_list_extra_args()
        found.page = min(max(found.page or 0, 0), LAST_PAGE)
        found.sort = None
        found.search = (found.search or "").strip()[:LONGEST_SEARCH] or None
        return found

    def get_list(self, *arguments: Any, **named: Any) -> tuple[int, list[Any]]:
        """The number of rows, and this page's, with what ``prepare`` adds."""
        count, found = super().get_list(*arguments, **named)
        rows = list(found)
        self.prepare(rows)
        return count, rows

    def render(self, template: str, **named: Any) -> Any:
        """A page; the frame's own facts keep their names."""
        named["sought"] = named.pop("search", None)
        named["narrowed"] = self.narrowed()
        return super().render(template, **named)

    # -- what a noun may say about itself -----------------------------------------------------------------

    def filters(self) -> Sequence[Filter]:
        """What the list may be narrowed by; ``get_query`` of the noun reads it from the address."""
        return ()

    def narrowed(self) -> Filters:
        """What the address narrows the list to; the choices are read once for a request."""
        read: dict[str, Filters] = g.setdefault("narrowed", {})
        if self.address not in read:
            read[self.address] = Filters(self.filters())
        return read[self.address]

    def prepare(self, rows: Sequence[Any]) -> None:
        """Hang on all rows of a page, in a fixed number of queries, what their columns read beside."""

    # -- pages --------------------------------------------------------------------------------------------

    @route("/details/")
    def details_view(self) -> ResponseReturnValue:
        """One thing, and what may be done about it."""
        row = self.row()
        self.prepare([row])
        trail = shell.address(AUDIT_PAGE, kind=self.subject, number=row.id) if self.subject else ""
        return render_template(
            "administration/details.html", view=self, row=row, trail=trail, **self.more(row)
        )

    def row(self) -> Any:
        """The row that the address names; raises ``NotFound``."""
        return get(self.table, asked_for(), self.title)

    def heading(self, row: Any) -> str:
        """What a thing's own page is called."""
        column = (self.facts or self.shown)[0]
        return str(column.shown(column.of(row)))

    def warning(self) -> Message | None:
        """What the administrator has to see to; it stands above the list."""
        return None

    def acts(self, row: Any) -> list[tuple[str, Message, str]]:
        """What may be done about a thing: address, words, icon."""
        return []

    def more(self, row: Any) -> dict[str, Any]:
        """What else the thing's page shows."""
        return {}

    def to(self, name: str, row: Any = None) -> str:
        """The address of one of the view's pages."""
        return str(self.get_url(f".{name}", **({"id": row.id} if row is not None else {})))

    def done(self, said: Message, row: Any = None) -> ResponseReturnValue:
        """Say what was done, and go to the thing, or back to the list."""
        flash(text(said), "success")
        return redirect(self.to("details_view", row) if row is not None else self.to("index_view"))

    def page(self, form: Any, label: Message, row: Any = None, **facts: Any) -> ResponseReturnValue:
        """The page of a form; ``happens`` says what follows, ``danger`` that people are shut out by it."""
        answer: ResponseReturnValue = form.page(
            "administration/form.html", view=self, label=label, row=row, **facts
        )
        return answer


class Index(_Once, AdminIndexView):
    """The front page of the administration."""

    def __init__(self, views: Sequence[View]) -> None:
        """Keep what it leads to."""
        super().__init__(name="admin", url="/admin")
        self.views = views

    @route("/")
    def index(self) -> str:
        """Everything there is to administer, by group."""
        groups: dict[str, tuple[Message, list[View]]] = {}
        for view in self.views:
            groups.setdefault(str(view.group), (view.group, []))[1].append(view)
        return render_template("administration/index.html", groups=list(groups.values()))


def mount(app: Flask, kinds: Iterable[type[View]]) -> None:
    """Put the administration on an application, closed to everybody but administrators."""
    views = [kind() for kind in kinds]
    index = Index(views)
    library = Admin(app, name="admin", index_view=index, theme=Bootstrap4Theme(base_template="base.html"))
    for view in views:
        library.add_view(view)
    opened = {index.blueprint.name, *(view.blueprint.name for view in views)}
    for endpoint in app.view_functions:
        blueprint, _, name = endpoint.rpartition(".")
        if blueprint in opened and name != "static":  # the library's own scripts are used by nobody
            permissions.declare(app, endpoint, _ADMINISTRATORS)
    shell.of(app).entries.append(Entry("admin.index", say("系统管理"), "gear", 900))
