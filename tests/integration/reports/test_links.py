"""No page offers what its reader cannot open, or asks for its rows one by one: every link is followed."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

import wsgi
from portfolio.foundation.settings import Settings
from tests import web
from tests.integration.reports.pages import visitor

pytestmark = pytest.mark.timeout(400)  # whoever comes first loads for all

_LINK = re.compile(r'href="(/[^"#]*)"')
_ALIKE, _MOST = 4, 90
"""How many addresses of one shape are opened, and how many in all."""

_TWICE = 2
"""How often a page may ask the same of the database: once for itself, once for what stands beside it."""


@pytest.mark.parametrize(
    "username", ["zfb.jb", "zfb.cw", "xcj1", "fgw1", "czj1", "lxb", "zj1", "zj3", "pj", "sjj", "admin"]
)
def test_every_link_leads_somewhere(username: str, loaded: Settings) -> None:
    person = visitor(wsgi.create_app(loaded), username)
    broken, one_by_one = {}, {}
    shapes: Counter[str] = Counter()
    waiting = {"/": "", "/annual-plan": ""}
    opened: set[str] = set()
    while waiting and len(opened) < _MOST:
        address, seen_on = waiting.popitem()
        opened.add(address)
        with web.queries() as statements:
            answer = person.get(address)
        ((asked, times),) = Counter(statements).most_common(1)
        if times > _TWICE:
            one_by_one[address] = (times, asked)
        if address != "/annual-plan" and answer.status_code >= 400:
            broken[address] = (answer.status_code, seen_on, web.text_of(answer)[-200:])
        if answer.mimetype != "text/html":
            continue
        page = answer.get_data(as_text=True)
        assert 'href=""' not in page, address
        for found in _LINK.findall(page):
            link = unescape(found)
            shape = re.sub(r"\d+", "N", link.split("?")[0])
            if "static" not in link and link not in opened | set(waiting) and shapes[shape] < _ALIKE:
                shapes[shape] += 1
                waiting[link] = address
    assert broken == {}
    assert one_by_one == {}
