"""Titles as long as they may be do not break the layout, and a gigabyte is refused before it is sent."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import time_machine
from playwright.sync_api import Browser, Page, ViewportSize, expect

from portfolio.foundation.access import User
from portfolio.foundation.documents import Document, receive
from portfolio.foundation.settings import Settings
from portfolio.rules.dossier import DocumentKind
from portfolio.services import documents, systems
from portfolio.tables.project import ProjectDocument
from tests import procedure
from tests.browser.conftest import DESK, PHONE, Site, login, served, windows
from tests.browser.places import PLACES
from tests.browser.test_every_page import add_what_the_demonstration_lacks, become
from tests.cast import Cast
from tests.integration.reports import conftest as demonstration
from tests.pages import give_password
from tests.web import PASSWORD, Visitor
from tests.written import lengthened

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]  # whoever comes first loads for all
loaded_once, loaded = demonstration.loaded_once, demonstration.loaded
GIGABYTE = 1024**3
STICKING_OUT = """() => {
    const root = document.documentElement;
    if (root.scrollWidth <= window.innerWidth) return [];
    const out = [...document.querySelectorAll("main *")].filter(
        (element) => element.getBoundingClientRect().right > window.innerWidth
    );
    return ["the page", ...out.slice(0, 8).map((element) => `${element.tagName}.${element.className}`)];
}"""
"""Nothing where the page fits its window, or else what sticks out."""
UNBROKEN, CHINESE = "W" * 200, "渝" * 200


@pytest.fixture
def cast(site: Site) -> Iterator[Cast]:
    """The people, in the plan's years."""
    with time_machine.travel(procedure.IN_2008, tick=True):
        yield procedure.with_cast()


def titled(cast: Cast, name: str) -> int:
    """A project, a document and a system whose names are as long as they may be, sent in to the CIO."""
    project_id = procedure.draft(cast, name=name)
    documents.hand_in(
        project_id=project_id,
        received=receive(io.BytesIO(b"text\n"), name=f"{'w' * 90}.txt"),
        kind=DocumentKind.COVER_LETTER,
        title=name,
        actor=cast.applicant,
    )
    systems.register(
        owner_id=cast.unit.id, fields={"name": name}, project_id=project_id, actor=cast.applicant
    )
    procedure.submit(cast, project_id)
    return project_id


@pytest.mark.parametrize("name", [UNBROKEN, CHINESE], ids=["unbroken", "chinese"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_titles_of_200_characters_fit_the_window(
    cast: Cast, open_page: Callable[..., Page], viewport: ViewportSize, name: str
) -> None:
    project = f"/projects/{titled(cast, name)}"
    page = open_page(viewport)
    login(page, give_password(cast.cio))
    tabs = ("overview", "declaration", "documents", "history")
    too_wide = []
    for address in (
        "/",
        "/projects",
        *(f"{project}?tab={tab}" for tab in tabs),
        f"{project}/acts/endorse",
        f"{project}/dossier/proposal",
        f"{project}/dossier/proposal/basics",
        f"{project}/documents",
        f"{project}/progress",
        f"{project}/money",
        "/submissions/1",
        "/systems",
        "/systems/1",
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        too_wide += [f"{address}: {element}" for element in page.evaluate(STICKING_OUT)]
        if address in {"/", "/projects", project}:
            expect(page.get_by_role("main")).to_contain_text(name)
    assert too_wide == []


CROWDED = (
    *("act.assign_experts", "act.decide", "admin_organisations.index_view", "admin_people.details_view"),
    *("dossier.duplicates", "dossier.section", "finance.contract", "finance.line", "meeting.opening"),
    *("plan.goals", "register.project", "register.projects", "selection.comparison"),
)
"""Pages on which names of every kind stand: in crumbs, heads, rows, boxes to tick, lists to choose from."""


def test_whatever_has_200_characters_fits_wherever_it_stands(loaded: Settings, chromium: Browser) -> None:
    add_what_the_demonstration_lacks()
    lengthened(loaded, lambda said: said.ljust(200, "W"))
    too_wide = []
    with served(loaded) as site, windows(chromium, site) as open_page:
        page = open_page()
        for kind in CROWDED:
            become(page, site, PLACES[kind].person)
            answer = page.goto(PLACES[kind].address)
            assert answer is not None
            assert answer.status == 200, kind
            for viewport in (PHONE, DESK):
                page.set_viewport_size(viewport)
                too_wide += [f"{kind} {viewport}: {element}" for element in page.evaluate(STICKING_OUT)]
    assert too_wide == []


def test_a_gigabyte_is_refused_on_its_announcement_alone(site: Site, cast: Cast) -> None:
    project_id = procedure.draft(cast)
    visitor = Visitor(site.app)
    visitor.log_in(give_password(cast.applicant), PASSWORD)
    session = visitor.client.get_cookie("session")
    assert session is not None
    before = (Document.select().count(), ProjectDocument.select().count(), User.select().count())
    place = urlsplit(site.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    connection.putrequest("POST", f"/projects/{project_id}/documents")
    connection.putheader("Cookie", f"session={session.value}")
    connection.putheader("Origin", site.url)
    connection.putheader("Accept-Language", "zh-CN")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(GIGABYTE))
    connection.endheaders(b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n')
    answer = connection.getresponse()  # at once: the rest is never sent
    said = answer.read().decode()
    assert answer.status == 413
    for words in ("提交的内容太大", "超过了上限", "请压缩或拆分后重新上传"):
        assert words in said
    assert (Document.select().count(), ProjectDocument.select().count(), User.select().count()) == before
    connection.close()
