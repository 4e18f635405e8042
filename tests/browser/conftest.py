"""A real browser against a real server: Debian's Chromium, the application on a free loopback port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

import wsgi
from portfolio.foundation.clock import follow, real_time
from portfolio.foundation.settings import Settings
from tests.conftest import TemporaryDatabase, need
from tests.web import PASSWORD

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
WAIT = 10_000  # milliseconds, on a machine that others share


class QuietHandler(WSGIRequestHandler):
    """Says nothing about requests."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Site:
    """A running application."""

    app: Flask
    url: str
    settings: Settings


def at_once(app: Flask) -> WSGIApplication:
    """Answers made whole before they are sent: a browser that goes away leaves no file open behind it."""

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        answer: Any = app(environ, start_response)
        with closing(answer):
            return [b"".join(answer)]

    return whole


@contextmanager
def served(settings: Settings) -> Iterator[Site]:
    """The application over the database that is bound, served by threads on a free port."""
    app = wsgi.create_app(settings)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(
            "127.0.0.1",
            listening.getsockname()[1],
            at_once(app),
            threaded=True,
            request_handler=QuietHandler,
            fd=listening.fileno(),
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield Site(app, f"http://127.0.0.1:{listening.getsockname()[1]}", settings)
        server.shutdown()
        thread.join()
        server.server_close()
    follow(real_time)


@pytest.fixture
def site(sqlite_database: TemporaryDatabase) -> Iterator[Site]:
    """The application over a database of the test's own, until the test ends."""
    with served(sqlite_database.settings) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this process."""
    need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def windows(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens fresh browser windows at a site; closes them all in the end.

    Then it fails when a page broke the content security policy or a script of ours threw.
    """
    contexts, complaints = [], []

    def new(viewport: ViewportSize = DESK, *, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=site.url, viewport=viewport, java_script_enabled=javascript, locale="zh-CN"
        )
        contexts.append(context)
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{page.url}: {said.text}")
                if "Content Security Policy" in said.text
                else None
            ),
        )
        return page

    expect.set_options(timeout=WAIT)
    yield new
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a fresh browser window: ``open_page(viewport=PHONE, javascript=False)``."""
    with windows(chromium, site) as new:
        yield new


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A window on a desk, 1366×768."""
    return open_page()


def login(page: Page, username: str, password: str = PASSWORD) -> None:
    """Log in as a person would."""
    page.goto("/login")
    page.fill("#username", username)
    page.fill("#password", password)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def ready(page: Page) -> Page:
    """A page whose scripts have run: a paste or a second click that comes before them is not seen by them."""
    page.wait_for_load_state("domcontentloaded")
    return page


_PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = {clipboardData: data, bubbles: true, cancelable: true};
  return !document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
}"""


def paste(first: Locator, *rows: tuple[str, ...]) -> None:
    """Paste rows copied from a spreadsheet into a table, beginning at its first cell; the page takes them."""
    first.focus()
    assert ready(first.page).evaluate(_PASTE, "".join("\t".join(row) + "\n" for row in rows))


_VIOLATIONS = "([context, options]) => axe.run(context, options).then(results => results.violations)"
_CONTRAST = "color-contrast"


def violations(page: Page, *, sparing: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong with the page as it stands.

    Most of its time goes to the contrast of every single word; that of what ``sparing`` selects is left out,
    and nothing else.
    """
    everything = {"resultTypes": ["violations"]}
    runs: list[list[object]] = [["html", everything]]
    if sparing:
        runs = [
            ["html", {**everything, "rules": {_CONTRAST: {"enabled": False}}}],
            [{"include": ["html"], "exclude": list(sparing)}, {**everything, "runOnly": [_CONTRAST]}],
        ]
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{page.url} {one['id']}: {node['target']} {node['failureSummary']}"
        for run in runs
        for one in page.evaluate(_VIOLATIONS, run)
        for node in one["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """Axe finds nothing wrong with the page as it stands."""
    assert violations(page) == []
