"""The pages of the plan over the whole demonstration: what they show, to whom, at what cost."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from flask import Flask

import wsgi
from approvals.rules.stages import SideState, Stage
from approvals.tables.case import Case
from budget.queries.programme import programme_totals
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from portfolio.foundation import access
from portfolio.foundation.money import Money
from portfolio.foundation.settings import Settings
from portfolio.tables.observation import Observation
from portfolio.tables.plan import Indicator
from portfolio.tables.project import Project
from reports.queries import plan as queries
from reports.queries.indicators import current_plan
from reports.queries.plan import Progress, Steps
from reports.queries.programme import in_yi, programme_sheet
from tests import factories, web
from tests.integration.reports.pages import MOST, cost, visitor

pytestmark = pytest.mark.timeout(400)  # whoever comes first loads for all

TODAY = date(2010, 3, 16)
OFFICE, ELSEWHERE = "zfb.jb", "czj.jb"
RECORDER = "xcj1"
ITEM = "B1-G1-02"
ADDRESSES = (
    "/plan",
    "/plan/boxes/B1",
    f"/plan/items/{ITEM}",
    "/plan/indicators",
    "/plan/indicators/I06",
    "/plan/goals",
)
RECORD = "/plan/indicators/I06/observations"


@pytest.fixture
def app(loaded: Settings) -> Flask:
    return wsgi.create_app(loaded)


def in_all(measure: ProgrammeMeasure, *, only_1162: bool = False) -> Money:
    rows = programme_totals(measures=[measure], only_1162=only_1162)
    return Money.total(row.amount for row in rows)


def test_the_page_of_1162_names_what_it_counts(app: Flask) -> None:
    seen = visitor(app, RECORDER)
    words = web.text_of(seen.get("/plan/goals"))
    counted = {one.key[0] for one in programme_totals("project", only_1162=True)}
    assert f"系统登记的计入项目 {len(counted)} 个" in words
    for project in Project.select().where(Project.id.in_(counted)):
        assert project.name in words
    assert "只列您可以查看的项目" in web.text_of(visitor(app, OFFICE).get("/plan/goals"))
    sheet = openpyxl.load_workbook(io.BytesIO(seen.get("/plan/goals?format=xlsx").data)).active
    sources = [row for row in sheet.iter_rows(values_only=True) if row[0] == "按资金来源"]
    realised = in_all(ProgrammeMeasure.REALISED, only_1162=True)
    assert sum(row[-1] for row in sources) * 1_000_000 == pytest.approx(realised.fen)


@pytest.mark.parametrize(
    ("address", "heads"),
    [("/plan", 10), ("/plan/boxes/B1", 8), ("/plan/indicators", 12), ("/plan/goals", 8)],
)
def test_the_tables_of_the_plan_come_as_workbooks(app: Flask, address: str, heads: int) -> None:
    answer = visitor(app, RECORDER).get(f"{address}?format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet.max_column == heads
    assert sheet.max_row > 3


def test_how_far_an_indicator_is_can_be_recalculated_from_its_line(app: Flask) -> None:
    """The figure beside the percentage is the one that it was divided by: that of the same year."""
    file = visitor(app, OFFICE).get("/plan/indicators?format=xlsx").data
    heads, *rows = openpyxl.load_workbook(io.BytesIO(file)).active.iter_rows(values_only=True)
    lines = [dict(zip(heads, row, strict=True)) for row in rows]
    known = [line for line in lines if line["完成要求"]]
    assert len(known) > 10
    for line in known:
        assert line["最新数"] / line["同年要求"] == pytest.approx(line["完成要求"], abs=0.0002), line["指标"]
    page = web.text_of(visitor(app, OFFICE).get("/plan/indicators"))
    assert "93 （2009年） 93.44 99.5%" in page


def test_what_government_projects_realise_is_counted_and_never_more_than_is_contracted(app: Flask) -> None:
    sums: dict[int, dict[ProgrammeMeasure, Money]] = {}
    for one in programme_totals("project", "measure", "source"):
        project, measure, source = one.key
        if source == ProgrammeSource.GOVERNMENT:
            sums.setdefault(project, {})[ProgrammeMeasure(measure)] = one.amount
    realised = {
        key: of[ProgrammeMeasure.REALISED] for key, of in sums.items() if ProgrammeMeasure.REALISED in of
    }
    assert len(realised) > 10
    assert all(amount <= sums[key][ProgrammeMeasure.COMMITTED] for key, amount in realised.items())
    closed = Case.select().where(Case.project.in_(list(realised)), Case.stage == Stage.CLOSED)
    assert closed.count() > 0
    assert all(realised[one.project_id] == sums[one.project_id][ProgrammeMeasure.COMMITTED] for one in closed)


# --- figures ------------------------------------------------------------------------------------------------


def test_the_boxes_add_up_to_the_programme_account(app: Flask) -> None:
    lines = queries.overview(current_plan(TODAY), TODAY, access.actor_for(RECORDER))
    total = Progress.sum(line.progress for line in lines)
    assert (len(lines), total.items) == (8, 125)
    assert total.steps == Steps(*(in_all(measure) for measure in ProgrammeMeasure))
    assert total.projects == Project.select().where(Project.plan_item.is_null(False)).count()
    assert 0 < total.started < total.covered <= total.projects


def test_a_box_adds_up_to_its_line_in_the_overview(app: Flask) -> None:
    plan, actor = current_plan(TODAY), access.actor_for(RECORDER)
    for line in queries.overview(plan, TODAY, actor):
        _, groups = queries.box_sheet(plan, line.box.code, TODAY, actor)
        assert Progress.of(one for group in groups for one in group.lines) == line.progress


def test_every_side_of_the_programme_adds_up_to_the_same(app: Flask) -> None:
    sheet = programme_sheet(current_plan(TODAY), TODAY)
    for side in (sheet.sources, sheet.boxes, sheet.sectors, sheet.clusters, sheet.zones):
        assert Steps.total(line.whole for line in side) == sheet.whole
        assert Steps.total(line.counted for line in side) == sheet.counted
    assert sheet.whole.realised == in_all(ProgrammeMeasure.REALISED)
    assert sheet.counted.realised == in_all(ProgrammeMeasure.REALISED, only_1162=True)
    assert sheet.years[-1].cumulative == sheet.realised
    total, level, sectors, clusters = sheet.goals
    assert (total.reached, level.reached, level.year) == (sheet.realised, 905, 2009)
    assert (sectors.goal.target, clusters.goal.target) == (6, 2)


def test_the_forecast_adds_what_approved_projects_still_have_to_realise(app: Flask) -> None:
    by_project: dict[int, dict[ProgrammeMeasure, Money]] = {}
    for one in programme_totals("project", "measure", only_1162=True):
        by_project.setdefault(one.key[0], {})[ProgrammeMeasure(one.key[1])] = one.amount
    left = {
        project: max(
            of[ProgrammeMeasure.APPROVED] - of.get(ProgrammeMeasure.REALISED, Money.ZERO), Money.ZERO
        )
        for project, of in by_project.items()
        if of.get(ProgrammeMeasure.APPROVED)
    }
    prospect = programme_sheet(current_plan(TODAY), TODAY).prospect
    assert prospect.approved == {2010: in_yi(Money.total(left.values()))}, "every schedule ends by 2010"
    assert prospect.coming > 20
    assert prospect.until(2009) is None
    assert prospect.until(2010) == prospect.expected == prospect.realised + prospect.coming
    words = web.text_of(visitor(app, RECORDER).get("/plan/goals"))
    assert f"预计到2010年末累计完成 {prospect.expected:.2f} 亿元" in words

    largest = max(left, key=lambda project: left[project])
    Case.update(side_state=SideState.SUSPENDED).where(Case.project == largest).execute()
    without = programme_sheet(current_plan(TODAY), TODAY).prospect
    assert without.coming == prospect.coming - in_yi(left[largest])
    assert without.realised == prospect.realised


# --- pages --------------------------------------------------------------------------------------------------


COSTS_MORE = {
    "/plan": 9,
    "/plan/boxes/B1": 10,
    f"/plan/items/{ITEM}": 9,
    "/plan/indicators": 10,
    "/plan/goals": 13,
}
"""Queries of the pages that add up what several houses keep: items, projects, programme, observations."""


@pytest.mark.parametrize("username", [RECORDER, OFFICE, "pj.fengkai"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_shows_itself_to_everybody_at_a_fixed_price(
    app: Flask, username: str, address: str
) -> None:
    if access.User.get_or_none(access.User.username == username) is None:
        web.account(username)
    seen = visitor(app, username)
    assert cost(seen, address) <= COSTS_MORE.get(address, MOST)
    assert "<svg" in seen.get(address).get_data(as_text=True)


def test_what_the_overview_and_an_item_say(app: Flask) -> None:
    seen = visitor(app, RECORDER)
    words = web.text_of(seen.get("/plan"))
    assert "专栏4 信息产业项目" in words.replace("　", " ")
    assert "638,000.00" in words
    words = web.text_of(seen.get(f"/plan/items/{ITEM}"))
    assert "政务信息资源目录体系和交换体系（一期）" in words
    assert "规划原文" in words
    words = web.text_of(seen.get("/plan/indicators"))
    assert "落后于进度" in words
    assert "重点扶植4-5个电子商务示范平台" in words
    words = web.text_of(seen.get("/plan/indicators/I06"))
    assert "按拨号用户重复登记核减（虚构）" in words
    assert "三峡库区信息网络万州节点" in words


def test_a_unit_sees_its_own_projects_alone_and_is_told_so(app: Flask) -> None:
    own, other = visitor(app, OFFICE), visitor(app, ELSEWHERE)
    note, name = "只含您可以查看的项目", "政务信息资源目录体系和交换体系（一期）"
    assert name in web.text_of(own.get(f"/plan/items/{ITEM}"))
    hidden = web.text_of(other.get(f"/plan/items/{ITEM}"))
    assert name not in hidden
    assert "2,680.00" not in hidden
    assert note in hidden
    assert note not in web.text_of(visitor(app, RECORDER).get(f"/plan/items/{ITEM}"))


@pytest.mark.parametrize(
    "address", ["/plan/boxes/B9", "/plan/items/B1-G1-99", "/plan/indicators/I99", "/plan/items/%3Cb%3E"]
)
def test_what_the_plan_does_not_have_is_not_found(app: Flask, address: str) -> None:
    answer = visitor(app, RECORDER).get(address)
    assert answer.status_code == 404
    assert "<b>" not in answer.get_data(as_text=True).split("<main", 1)[1]


def test_more_projects_cost_no_more_queries(app: Flask) -> None:
    seen = visitor(app, RECORDER)
    addresses = ("/plan", "/plan/boxes/B1", f"/plan/items/{ITEM}")
    before = [cost(seen, address) for address in addresses]
    item = Project.get(Project.code == "XM2006-0002").plan_item_id
    for number in range(20):
        factories.project(plan_item=item, name=f"<script>alert({number})</script>" * 3)
    assert [cost(seen, address) for address in addresses] == before
    page = seen.get(f"/plan/items/{ITEM}").get_data(as_text=True)
    assert "&lt;script&gt;alert(7)" in page
    assert "<script>alert" not in page


def test_without_a_plan_the_overview_says_what_to_do(one_app: Flask) -> None:
    web.account("somebody")
    seen = web.visit(one_app, "somebody")
    assert "尚未载入五年规划" in web.text_of(seen.get("/plan"))
    assert seen.get("/plan/goals").status_code == 404


# --- recording ----------------------------------------------------------------------------------------------


def known() -> int:
    return int(Observation.select().join(Indicator).where(Indicator.code == "I06").count())


def typed(**changes: str) -> dict[str, str]:
    fields = {"year": "2009", "figure": "410.5", "mark": "revision", "note": "核对后的公报"}
    return {**fields, "count": str(known()), **changes}


def test_a_figure_is_recorded_once_however_often_it_is_sent(app: Flask) -> None:
    seen, fields = visitor(app, RECORDER), typed()
    before = known()
    seen.get(RECORD)
    answer = seen.post(RECORD, fields)
    assert (answer.status_code, answer.location) == (302, "/plan/indicators/I06")
    assert "数据已登记" in web.text_of(seen.get(answer.location))
    again = seen.post(RECORD, fields)
    assert again.status_code == 409
    assert "此指标刚有新的数据登记" in web.text_of(again)
    assert 'value="410.5"' in again.get_data(as_text=True)
    assert known() == before + 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"figure": ""}, "请填写此项"),
        ({"figure": "<b>4</b>"}, "不是数字"),
        ({"year": "2031"}, "年份应在2006至2010之间"),
        ({"year": "x"}, "请填写整数"),
        ({"mark": "annual"}, "已登记，更正请用修订"),
        ({"note": ""}, "修订须写明依据"),
        ({"note": "字" * 201}, ""),
    ],
)
def test_what_cannot_be_recorded_stays_in_the_form(app: Flask, changes: dict[str, str], said: str) -> None:
    seen, before = visitor(app, RECORDER), known()
    answer = seen.post(RECORD, typed(**changes))
    assert answer.status_code == 422
    assert said in web.text_of(answer)
    assert "<b>4</b>" not in answer.get_data(as_text=True)
    assert known() == before


def test_a_forged_count_is_a_stale_page(app: Flask) -> None:
    assert visitor(app, RECORDER).post(RECORD, typed(count="-1")).status_code == 409
    assert visitor(app, RECORDER).post(RECORD, typed(count="9" * 30)).status_code == 409


def test_only_the_informatization_authority_records(app: Flask) -> None:
    before = known()
    for username in (OFFICE, "czj1"):
        seen = visitor(app, username)
        assert "登记数据" not in web.text_of(seen.get("/plan/indicators/I06"))
        assert seen.post(RECORD, typed()).status_code == 403
    assert known() == before
