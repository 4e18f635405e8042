"""The pages of selections: tried and solved without a trace, saved, compared, exported, handed over."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
import time_machine
from flask import Flask

from approvals.rules.choice import Method, SelectionState
from approvals.services.meetings import call
from approvals.tables.choice import PlanSelection
from budget.tables.annual_plan import AnnualPlanRow
from portfolio.foundation import clock as time
from tests import acts, procedure, web
from tests.selecting import YEAR, ceiling, draft, fixed, keep, three_projects

NEW = f"/annual-plan/{YEAR}/selections/new"


@pytest.fixture
def desk(one_app: Flask, clock: time_machine.Traveller) -> acts.Desk:
    clock.move_to(procedure.IN_2008)
    return acts.Desk(one_app, procedure.with_cast())


def ticked(answer):
    return {int(key) for key in re.findall(r'name="chosen" value="(\d+)"[^>]* checked', page(answer))}


def page(answer):
    return answer.get_data(as_text=True)


def test_trying_and_solving_leave_no_trace_and_saving_does(desk):
    large, major, small = three_projects(desk.cast)
    officer = desk.of(desk.cast.informatization)
    assert officer.get(NEW).status_code == 200
    tried = officer.post(NEW, {"act": "try", "chosen": [large, major]})
    assert ticked(tried) == {large, major}
    assert "市级财政超过年度规模 200.00万元" in web.text_of(tried)
    solved = officer.post(NEW, {"act": "solve", "chosen": [large]})
    assert ticked(solved) == {major, small}
    assert "已证明最优（差距 0）" in web.text_of(solved)
    assert "单独一项" not in web.text_of(solved)
    assert (PlanSelection.select().count(), AnnualPlanRow.select().count()) == (0, 0)
    words = {"title": "优化方案", "reason": "按得分"}
    kept = officer.post(NEW, {"act": "save_solved", "chosen": [large], **words})
    assert kept.status_code == 302
    row = PlanSelection.get()
    assert (row.method, row.projects, row.value) == (Method.SOLVED, 2, 17500)
    sheet = web.text_of(officer.get(kept.location))
    assert "余额不足：需要 600.00万元，尚余 100.00万元" in sheet
    assert AnnualPlanRow.select().count() == 0


def test_what_the_filters_hide_keeps_its_place(desk):
    large, major, small = three_projects(desk.cast)
    officer = desk.of(desk.cast.investment)
    filtered = officer.post(
        NEW, {"act": "try", "chosen": [large, major], "priority": "major", "pin": f"{small}:out"}
    )
    assert ticked(filtered) == {major}
    hidden = re.findall(r'type="hidden" name="(chosen|pin)" value="([^"]+)"', page(filtered))
    assert sorted(hidden) == [("chosen", str(large)), ("pin", f"{small}:out")]
    by_address = page(officer.get(f"{NEW}?priority=major"))
    assert "农产品追溯系统" in by_address
    assert "动物防疫信息库" not in by_address


WRONG = (
    ({"act": "save", "title": "", "reason": "按得分"}, "请填写方案名称"),
    ({"act": "save", "title": "方案", "reason": " "}, "请说明选择的理由"),
    ({"act": "solve", "assumed": "三千"}, "不是金额"),
    ({"act": "solve", "shares-0-of": "box:B2"}, "请同时选择对象并填写最低占比"),
    ({"act": "solve", "shares-0-of": "box:B2", "shares-0-percent": "0"}, "最低占比应在 1 至 100 之间"),
    ({"act": "solve", "pin": "{project}:in", "assumed": "0"}, "市级财政超过年度规模"),
)


def test_what_is_wrong_is_said_and_what_was_ticked_stays(desk):
    project_id = fixed(desk.cast, "墒情监测平台", 1000)
    ceiling(desk.cast, 700)
    officer = desk.of(desk.cast.finance)
    for typed, said in WRONG:
        filled = {key: value.format(project=project_id) for key, value in typed.items()}
        answer = officer.post(NEW, {"chosen": [project_id], **filled})
        assert answer.status_code == 422, said
        assert said in web.text_of(answer)
        assert ticked(answer) == {project_id}, said
    assert PlanSelection.select().count() == 0


def test_two_selections_are_compared_and_taken_away_as_a_workbook(desk):
    large, *_others = three_projects(desk.cast)
    first = keep(desk.cast, draft(large), title="大项目优先")
    second = keep(desk.cast, draft(), Method.SOLVED, title="优化方案")
    reader = desk.of(desk.cast.member)
    listed = web.text_of(reader.get(f"/annual-plan/{YEAR}/selections"))
    assert "大项目优先" in listed
    assert "新建方案" not in listed
    address = f"/annual-plan/{YEAR}/selections/comparison?selection={first.id}&selection={second.id}"
    said = web.text_of(reader.get(address))
    for words in ("85", "175", "90", "只在“大项目优先”", "墒情监测平台", "动物防疫信息库"):
        assert words in said
    assert "请选择两个不同的方案" in web.text_of(reader.get(f"{address[:-1]}{first.id}"))
    book = openpyxl.load_workbook(
        io.BytesIO(reader.get(f"/annual-plan/selections/{second.id}?format=xlsx").get_data())
    ).active
    rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=2)]
    assert [(row[1], row[10], row[11]) for row in rows] == [
        ("墒情监测平台", 600, "未列入"),
        ("农产品追溯系统", 300, "列入"),
        ("动物防疫信息库", 300, "列入"),
    ]


def test_handing_over_shows_its_checks_first_and_the_meeting_shows_the_selection(desk):
    three = three_projects(desk.cast)
    over = keep(desk.cast, draft(*three), title="超规模")
    good = keep(desk.cast, draft(), Method.SOLVED, title="优化方案")
    waiting = procedure.draft(desk.cast, name="市级政务云平台")
    procedure.to_countersign(desk.cast, waiting)
    procedure.countersign(desk.cast, waiting)
    meeting = call(
        number="渝信组纪〔2008〕1号",
        held_on=time.today(),
        submission_ids=[procedure.current(waiting).id],
        actor=desk.cast.secretary,
    )
    officer = desk.of(desk.cast.investment)
    stopped = officer.get(f"/annual-plan/selections/{over.id}/handover")
    assert "还有 1 项不符合要求" in web.text_of(stopped)
    assert officer.post(f"/annual-plan/selections/{over.id}/handover", {"meeting": ""}).status_code == 422
    answer = officer.post(f"/annual-plan/selections/{good.id}/handover", {"meeting": str(meeting.id)})
    assert answer.status_code == 302
    assert "列入会议：渝信组纪〔2008〕1号" in web.text_of(officer.get(answer.location))
    assert f"{YEAR} 年：优化方案" in web.text_of(desk.of(desk.cast.member).get(f"/meetings/{meeting.id}"))
    assert officer.post(f"/annual-plan/selections/{good.id}/handover", {"meeting": ""}).status_code in (
        409,
        422,
    )
    assert {row.title: row.state for row in PlanSelection.select()} == {
        "超规模": SelectionState.SAVED,
        "优化方案": SelectionState.HANDED,
    }


def test_pages_ask_the_database_a_fixed_number_of_times(desk):
    project_id = fixed(desk.cast, "墒情监测平台", 1000)
    ceiling(desk.cast, 700)
    row = keep(desk.cast, draft(project_id))
    officer = desk.of(desk.cast.investment)

    def counted(address):
        officer.get(address)
        with web.queries() as seen:
            assert officer.get(address).status_code == 200
        return len(seen)

    sheet, few = f"/annual-plan/selections/{row.id}", counted(NEW)
    listed = counted(f"/annual-plan/{YEAR}/selections")
    assert counted(sheet) <= 8
    fixed(desk.cast, "农产品追溯系统", 500)
    more = keep(desk.cast, draft(project_id), title="方案二")
    assert counted(NEW) == few <= 14, "what is eligible, asked, planned, due, graded, allotted, and the rules"
    assert counted(f"/annual-plan/{YEAR}/selections") == listed <= 8
    assert counted(f"/annual-plan/selections/{more.id}") == counted(sheet) <= 8
