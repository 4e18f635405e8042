"""Whatever people wrote is text on every page: markup, quotes, rare characters, emoji in all that is kept."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import groupby

import pytest

import wsgi
from portfolio.foundation.settings import Settings
from tests import web
from tests.browser.places import PLACES
from tests.browser.test_every_page import add_what_the_demonstration_lacks
from tests.integration.reports.pages import visitor
from tests.written import lengthened

pytestmark = pytest.mark.timeout(400)  # whoever comes first loads for all

WRITTEN = "<b onclick=x>𠮷😀\"'&amp;"


class Reader(HTMLParser):
    """Notes what is no element or attribute of ours, and whether the page shows what was written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.odd: list[str] = []
        self.shown = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.odd += [f"<{tag} {name}>" for name, _ in attrs if not re.fullmatch("[a-z][a-z0-9:-]*", name)]
        self.odd += [f"<{tag} {name}>" for name, _ in attrs if name.startswith("on")]
        self.shown |= any(WRITTEN in (value or "") for _, value in attrs)

    def handle_data(self, data: str) -> None:
        self.shown |= WRITTEN in data


def test_what_people_wrote_is_text_on_every_page(loaded: Settings) -> None:
    add_what_the_demonstration_lacks()
    lengthened(loaded, lambda said: said + WRITTEN)
    app = wsgi.create_app(loaded)
    failed, showing = [], 0
    for person, places in groupby(sorted(PLACES.values()), key=lambda place: place.person):
        one = visitor(app, person) if person else web.Visitor(app)
        for place in places:
            answer, reader = one.get(place.address), Reader()
            reader.feed(answer.get_data(as_text=True))
            showing += reader.shown
            failed += [f"{place.address}: {odd}" for odd in reader.odd]
            if answer.status_code != 200:
                failed.append(f"{place.address} answers {person} with {answer.status_code}")
    assert failed == []
    assert showing > len(PLACES) * 3 // 4, "most pages show what people wrote"
