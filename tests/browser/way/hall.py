"""A town hall at its browsers: everybody at a window of their own, going where the pages lead them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, expect

from portfolio.foundation import db
from portfolio.foundation.roles import Actor
from tests.browser.conftest import login
from tests.cast import Cast
from tests.pages import give_password

_SEEN_ONLY = frozenset({"user", "audit_entry", "login_try"})
"""Tables that a log-in writes to, whatever else is refused."""


class Hall:
    """The people of a cast, each logged in once; ``name`` is the project that the story is about."""

    def __init__(self, open_page: Callable[..., Page], cast: Cast, name: str) -> None:
        self.open_page, self.cast, self.name = open_page, cast, name
        self.windows: dict[int, Page] = {}
        self.present: set[Actor] = set()

    def of(self, actor: Actor) -> Page:
        """The window of a person, who logs in at the first time."""
        if actor not in self.present:
            self.present.add(actor)
            page = self.windows[actor.user_id] = self.open_page()
            login(page, give_password(actor))
        return self.windows[actor.user_id]

    def desk(self, actor: Actor) -> Page:
        """A person looks at what waits for them."""
        page = self.of(actor)
        menu(page, "首页")
        expect(page.get_by_role("heading", level=1)).to_have_text("待我处理")
        return page

    def take(self, actor: Actor, what: str) -> Page:
        """A person takes what waits on their desk; the page where it is done."""
        page = self.desk(actor)
        page.locator("ul.todo li").filter(has_text=self.name).get_by_role("link", name=f"：{what}").click()
        return page

    def project(self, actor: Actor) -> Page:
        """A person finds the project by its name in the search box."""
        page = self.of(actor)
        page.get_by_role("searchbox", name="搜索项目").fill(self.name)
        page.keyboard.press("Enter")
        page.locator("main tbody").get_by_role("link", name=self.name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(self.name)
        return page

    def begin(self, actor: Actor, act: str) -> Page:
        """A person presses the button of an act on the project's page."""
        page = self.project(actor)
        page.locator(".next .acts").get_by_role("link", name=act, exact=True).click()
        return page


def menu(page: Page, name: str) -> None:
    """Go where the navigation leads."""
    page.locator("#navigation").get_by_role("link", name=name, exact=True).click()


def fill(page: Page, **typed: str) -> None:
    """Type into the fields of the page's form, by their names; choose what can only be chosen."""
    for name, value in typed.items():
        field = page.locator(f"main form [name='{name}']")
        kind = field.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
        if kind == "select":
            field.select_option(value)
        elif kind == "radio":
            page.locator(f"main form [name='{name}'][value='{value}']").check()
        else:
            field.fill(value)


def press(page: Page, name: str) -> None:
    """Press a button of the page itself."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def said(page: Page, *words: str) -> None:
    """The page says that it is done, and what comes next."""
    for one in words:
        expect(page.locator(".notice-success").first).to_contain_text(one)


def waits_for(page: Page, what: str, who: str) -> None:
    """The project's page says who must do what now."""
    expect(page.locator(".next .doers")).to_contain_text(what)
    expect(page.locator(".next .doers")).to_contain_text(who)


@contextmanager
def nothing_changed() -> Iterator[None]:
    """Whatever is refused leaves every table as it was."""
    before = _everything()
    yield
    assert _everything() == before


def _everything() -> Mapping[str, Any]:
    return {
        table._meta.table_name: sorted(table.select().tuples().iterator(), key=repr)
        for table in db.all_tables()
        if table._meta.table_name not in _SEEN_ONLY
    }
