"""Lists: filters in the address, keyset pages that all cost the same, the same columns as a workbook."""

from __future__ import annotations

import io
import re
from datetime import datetime
from html import unescape

import openpyxl
import pytest

from portfolio.foundation.access import Organisation, OrganisationKind
from portfolio.foundation.clock import ZONE
from portfolio.foundation.web import lists
from portfolio.foundation.web.accounts import LoginSession
from tests import factories, sample_pages, web
from tests.web import text_of, visit


@pytest.fixture
def visitor(app, clock):
    """A visitor of a list of 25 organisations in pages of 10."""
    sample_pages.install(app)
    web.account("zhang", organisation=factories.organisation("C-00"))
    for number in range(1, 25):
        kind = OrganisationKind.DISTRICT if number % 2 else OrganisationKind.DEPARTMENT
        factories.organisation(f"C-{number:02}", kind=kind, name=f"第{number}局", short_name=f"{number}局")
    return visit(app, "zhang")


def codes(page: str) -> list[str]:
    return re.findall(r"/sample/(C-\d\d)", page)


def link(page: str, rel: str) -> str:
    return unescape(re.search(rf'rel="{rel}" href="([^"]+)"', page)[1])


def test_one_walks_forward_and_back_over_every_row_once(visitor):
    page = visitor.get("/sample/list").get_data(as_text=True)
    first, seen = page, codes(page)
    while 'rel="next"' in page:
        page = visitor.get(link(page, "next")).get_data(as_text=True)
        seen += codes(page)
    assert seen == [f"C-{number:02}" for number in range(25)]
    while 'rel="prev"' in page:
        page = visitor.get(link(page, "prev")).get_data(as_text=True)
    assert codes(page) == codes(first)
    assert "共 25 条" in text_of(visitor.get("/sample/list"))


def test_every_page_costs_the_same_queries_however_long_the_list(visitor):
    def cost(address: str) -> int:
        with web.queries() as seen:
            assert visitor.get(address).status_code == 200
        return len(seen)

    first = cost("/sample/list")
    last = visitor.get("/sample/list").get_data(as_text=True)
    address = link(last, "next")
    assert cost(address) == first
    for number in range(100, 140):
        factories.organisation(f"D-{number}")
    assert cost("/sample/list") == first
    assert first <= 8, "P8"


def test_filters_live_in_the_address_and_show_as_chips(visitor):
    page = visitor.get("/sample/list?kind=district&q=1").get_data(as_text=True)
    assert codes(page) == ["C-01", "C-11", "C-13", "C-15", "C-17", "C-19", "C-21"]
    assert re.search(r'class="chip" href="/sample/list\?q=1"', page)
    assert re.search(r'class="chip" href="/sample/list\?kind=district"', page)
    paged = visitor.get("/sample/list?kind=district").get_data(as_text=True)
    assert "kind=district" in link(paged, "next")


@pytest.mark.parametrize(
    "query", ["kind=emperor", "after=forged", "before=W10.x", "format=pdf", "_external=1", "q="]
)
def test_an_address_that_means_nothing_shows_the_whole_list(visitor, query):
    answer = visitor.get(f"/sample/list?{query}")
    assert answer.status_code == 200
    assert codes(answer.get_data(as_text=True))[0] == "C-00"


def test_an_empty_list_says_so(visitor):
    page = text_of(visitor.get("/sample/list?q=没有这样的单位"))
    assert "没有符合条件的记录" in page
    assert "导出" not in page


def test_the_export_has_every_row_as_numbers_and_text(visitor):
    Organisation.update(name="=1+1").where(Organisation.code == "C-03").execute()
    answer = visitor.get("/sample/list?kind=district&format=xlsx")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.values)
    assert rows[0] == ("编号", "单位", "合计（万元）", "情况", "依据")
    assert len(rows) == 13
    assert rows[2][:2] == ("C-03", "=1+1")
    assert sheet["B3"].data_type == "s", "text, not a formula"
    assert isinstance(rows[1][2], int | float)
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", [LoginSession.began_at, LoginSession.key_hash, LoginSession.id])
def test_a_list_can_be_ordered_by_moments_and_by_text_with_equals_among_them(app, clock, column, descending):
    user = factories.user("zhang")
    for number in range(23):
        moment = datetime(2007, 3, 1, 23, 59, 59, 1000 * (number % 4), tzinfo=ZONE)
        LoginSession.create(user=user, key_hash=f"{number:02}", began_at=moment)
    seen, place = [], ""
    while True:
        with app.test_request_context(f"/account?after={place}"):
            page = lists.page_of(
                LoginSession.select(), sort=(column, LoginSession.id), descending=descending, size=5
            )
        seen += [row.id for row in page.rows]
        place = page.next
        if not place:
            break
    order = [one.desc() if descending else one.asc() for one in (column, LoginSession.id)]
    assert seen == [row.id for row in LoginSession.select().order_by(*order)]
