"""Home, register, project page and audit log over the whole demonstration, as each person sees them."""

from __future__ import annotations

import io
import re
from html import unescape

import openpyxl

from approvals.queries import inbox
from approvals.tables.case import Case
from portfolio.foundation import access
from portfolio.foundation.access import User
from portfolio.foundation.db import transaction
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource, Part, Track
from portfolio.services import dossier
from portfolio.tables.following import Following
from portfolio.tables.project import Project
from reports.queries import waiting
from reports.views.project import FILING, GOVERNMENT
from tests import factories, procedure
from tests.integration.reports.pages import LIBRARY, PARK, PORTAL, TRAFFIC, cost, holder, page_of, project
from tests.integration.reports.pages import visitor as enter
from tests.web import queries, text_of, writes

# --- home ---------------------------------------------------------------------------------------------------


def test_an_applicant_is_told_what_came_back_and_why(app):
    visitor = enter(app, "wgj.jb")
    said = text_of(visitor.get("/"))
    assert "退回修改：项目建议书" in said
    assert LIBRARY in said
    assert "重庆市信息产业局 王伟：绩效目标缺少测算依据" in said
    assert "共 2 个" in said


def test_whatever_is_revised_repeats_why_it_came_back(app):
    library, portal = project(LIBRARY), project(PORTAL)
    visitor = enter(app, "wgj.jb")
    sent_back = Case.get(Case.project == library).submission_id
    pages = (
        "",
        "/dossier/proposal",
        "/dossier/proposal/targets",
        "/documents",
        "/duplicates",
        "/acts/submit",
    )
    for place in pages:
        page = page_of(visitor, f"/projects/{library.id}{place}")
        assert "退回意见" in page, place
        assert "绩效目标缺少测算依据" in page, place
        assert "重庆市信息产业局 王伟" in page, place
        assert f'href="/submissions/{sent_back}"' in page, place
    assert visitor.get(f"/submissions/{sent_back}").status_code == 200
    for place in pages[:-1]:
        assert "退回意见" not in page_of(enter(app, "zfb.jb"), f"/projects/{portal.id}{place}"), place


def test_a_cio_finds_the_overdue_endorsements_with_one_button_each(app):
    page = page_of(enter(app, "zfb.cio"), "/")
    assert "已逾期" in page
    assert page.count(f'/projects/{project(PORTAL).id}/acts/endorse"') == 1
    assert page.count('class="btn btn-primary"') == 2
    assert '<span class="count">2</span>' in page


def test_a_cio_with_one_thing_to_do_finds_exactly_one_button(one_app, clock):
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    clock.shift(8 * 86400)  # five working days and more
    name = User.get_by_id(cast.cio.user_id).username
    page = page_of(enter(one_app, name), "/")
    assert "已逾期" in page
    assert page.count('class="btn btn-primary"') == 1
    assert page.count(f'href="/projects/{project_id}/acts/endorse"') == 1
    assert '<span class="count">1</span>' in page


def test_an_auditor_has_nothing_to_do_but_sees_the_figures_of_everything(app):
    said = text_of(enter(app, holder(Role.AUDITOR)).get("/"))
    assert "现在没有等您处理的事" in said
    assert "全部项目" in said
    assert "共 42 个" in said


def test_an_applicant_with_nothing_to_do_can_begin_a_project(app):
    page = page_of(enter(app, "zfb.jb"), "/")
    nothing = page.partition("现在没有等您处理的事")[2]
    assert 'href="/projects/new"' in nothing
    assert 'href="/projects/new"' not in page_of(enter(app, holder(Role.AUDITOR)), "/")


def test_an_expert_sees_what_is_to_be_scored_and_no_register(app):
    visitor = enter(app, "zj3")
    assert "专家打分" in text_of(visitor.get("/"))
    assert 'role="search"' not in page_of(visitor, "/")
    assert visitor.get("/projects").status_code == 403


def test_home_costs_a_fixed_number_of_queries(app):
    for name, most in ((holder(Role.FINANCE), 14), ("gsj.jb", 8), ("zfb.cio", 9), (holder(Role.AUDITOR), 4)):
        visitor = enter(app, name)
        with queries() as seen:
            assert visitor.get("/").status_code == 200
        assert len(seen) <= most, name
        assert writes(seen) == []


def test_home_shows_a_unit_its_drafts_and_next_moves_and_no_other_units(app):
    page = page_of(enter(app, "gsj.jb"), "/")
    said = page.replace("\n", " ")
    assert "编报可行性研究报告并报送" in said
    assert f'href="/projects/{project("法人单位数据库").id}/dossier/feasibility"' in page
    assert "对评价交换意见" in said
    assert '<span class="count">3</span>' in page
    assert LIBRARY not in said
    for name in ("wgj.cio", "zfb.jb", holder(Role.INFORMATIZATION)):
        assert "编报可行性研究报告并报送" not in page_of(enter(app, name), "/"), name


def test_costs_of_home_do_not_grow_with_what_waits(one_app, clock):
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    procedure.draft(cast)
    visitor = enter(one_app, User.get_by_id(cast.applicant.user_id).username)
    few = cost(visitor, "/")
    for name in ("乡镇信息服务站", "农产品价格监测"):
        procedure.draft(cast, name=name)
    assert cost(visitor, "/") == few <= 8


def test_the_number_in_the_bar_is_what_home_lists_and_costs_few_queries(app):
    everybody = [access.acting(user) for user in User.select()]
    assert len(everybody) > 50
    waits = {}
    for actor in everybody:
        with queries() as seen:
            waits[actor.name] = waiting.count(actor, len(inbox.asked(actor)))
        assert len(seen) <= 3, (
            "steps, what came back or lies at the money desk, and the rules for who had a part"
        )
        assert waits[actor.name] == len(waiting.tasks(actor)), actor
    assert sum(waits.values()) > 20


def test_the_number_in_the_bar_follows_what_one_does_at_once(one_app, clock):
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    visitor = enter(one_app, User.get_by_id(cast.cio.user_id).username)
    assert "待我处理 1" in text_of(visitor.get("/account"))
    procedure.endorse(cast, project_id)
    assert "待我处理 1" not in text_of(visitor.get("/account"))


def test_following_is_ones_own_and_twice_is_once(app):
    traffic = project(TRAFFIC)
    visitor = enter(app, holder(Role.SECRETARY))
    for _ in range(2):
        assert visitor.post(f"/projects/{traffic.id}/follow", {"following": "yes"}).status_code == 302
    assert Following.select().count() == 1
    assert TRAFFIC in text_of(visitor.get("/"))
    assert TRAFFIC not in text_of(enter(app, holder(Role.AUDITOR)).get("/"))
    for _ in range(2):
        answer = visitor.post(f"/projects/{traffic.id}/follow", {"following": "no", "next": "home"})
        assert answer.headers["Location"] == "/"
    assert Following.select().count() == 0


def test_what_one_may_not_know_of_one_cannot_follow(app):
    visitor = enter(app, "wgj.jb")
    assert visitor.post(f"/projects/{project(TRAFFIC).id}/follow", {"following": "yes"}).status_code == 404
    assert Following.select().count() == 0


# --- the register -------------------------------------------------------------------------------------------


def codes(page: str) -> list[str]:
    return re.findall(r">(XM\d{4}-\d{4})</a>", page)


def test_a_unit_sees_its_own_projects_and_those_it_takes_part_in(app):
    own = codes(page_of(enter(app, "wgj.jb"), "/projects"))
    assert own == ["XM2009-0011", "XM2006-0005"]
    everything = codes(page_of(enter(app, holder(Role.AUDITOR)), "/projects"))
    assert len(everything) == 42
    assert everything == sorted(everything, reverse=True)


def test_words_are_looked_for_in_name_code_and_unit(app):
    visitor, library = enter(app, holder(Role.MEMBER)), "XM2009-0011"
    for words in ("数字图书馆", "图书馆　文化", "XM2009-0011", "xm2009-0011"):
        assert codes(page_of(visitor, f"/projects?q={words}")) == [library], words
    assert codes(page_of(visitor, "/projects?q=文化广电局")) == ["XM2009-0011", "XM2006-0005"]


def test_a_word_is_taken_as_it_is_typed(app):
    visitor = enter(app, holder(Role.MEMBER))
    for words in ("%", "_", "'; DROP TABLE project", "<b>粗</b>", "𠮷🙂"):
        answer = visitor.get("/projects", query_string={"q": words})
        assert answer.status_code == 200
        assert "没有符合条件的项目" in text_of(answer), words
        assert "<b>粗</b>" not in answer.get_data(as_text=True)


def test_filters_narrow_the_list_and_the_totals(app):
    visitor = enter(app, holder(Role.FINANCE))
    built = [f"XM2008-{number:04}" for number in (10, 9, 8, 7, 5, 4, 3, 2)]
    filed = ["XM2007-0004", "XM2007-0003", "XM2007-0002", "XM2006-0009", "XM2006-0008"]
    for asked, wanted in (
        ("stage=construction", built),
        ("tier=small", ["XM2010-0001", "XM2007-0001"]),
        ("side=suspended", ["XM2008-0008", "XM2008-0002"]),
        ("track=filing", filed),
        ("unit=CQ-GAJ&year=2009", ["XM2009-0007", "XM2009-0004", "XM2009-0001"]),
    ):
        assert codes(page_of(visitor, f"/projects?{asked}")) == wanted, asked
    assert codes(page_of(visitor, "/projects?box=B7&zone=west_corridor")) == []
    assert "1,850.00" in text_of(visitor.get("/projects?q=万州节点")).split("合计")[1]


def test_columns_are_chosen_in_the_address_and_kept_by_the_filters(app):
    visitor = enter(app, holder(Role.AUDITOR))
    page = page_of(visitor, "/projects?columns=box&columns=planned_finish,unknown&q=平台")
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)', page)
    assert [head.strip() for head in heads] == ["项目编号", "项目名称", "规划专栏", "计划完工"]
    assert '<input type="hidden" name="columns" value="box">' in page
    assert 'name="q" value="平台"' in page


def test_the_workbook_has_the_same_columns_and_every_row(app):
    answer = enter(app, holder(Role.AUDITOR)).get("/projects?columns=estimate&format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.values)
    assert rows[0] == ("项目编号", "项目名称", "概算（万元）")
    assert len(rows) - 1 == 42
    assert next(row for row in rows if row[1] == TRAFFIC)[2] == 5600


def test_a_list_of_many_projects_is_walked_page_by_page_at_the_same_cost(app):
    owner = User.get(User.username == "wgj.jb").organisation
    with transaction():
        for number in range(120):
            factories.project(code=f"XM2010-{1000 + number}", name=f"项目{number}", owner=owner)
    visitor, seen, costs = enter(app, "wgj.jb"), [], []
    address = "/projects"
    while address:
        with queries() as asked:
            page = page_of(visitor, address)
        costs.append(len(asked))
        seen += codes(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == 122
    assert len(costs) == 3
    assert max(costs) == min(costs) <= 8


# --- the project's page -------------------------------------------------------------------------------------


COSTS = {
    "overview": 18,
    "declaration": 12,
    "appraisal": 9,
    "estimate": 10,
    "money": 11,
    "progress": 9,
    "acceptance": 9,
    "evaluation": 8,
    "filing": 8,
    "documents": 7,
    "history": 13,
}
"""Queries of each tab at most for an auditor, for whom nothing waits: two for the reader, four for the head,
then the tab's own.

The overview judges the gate besides: nine for that of the plan, which looks over the whole portfolio, six for
that of closing; it is fourteen everywhere else.
"""


def test_every_tab_of_every_project_opens_for_those_who_see_all(app):
    visitor = enter(app, holder(Role.AUDITOR))
    costs: dict[str, set[int]] = {}
    for row in list(Project.select().order_by(Project.id)):
        for tab in FILING if row.track is Track.FILING else GOVERNMENT:
            with queries() as seen:
                said = text_of(visitor.get(f"/projects/{row.id}?tab={tab.key}"))
            assert row.name in said
            assert "现在该做什么" in said, (row.code, tab.key, said[:300])
            assert writes(seen) == []
            costs.setdefault(tab.key, set()).add(len(seen))
    dearest = {key: max(found) for key, found in costs.items()}
    assert {key: most for key, most in dearest.items() if most > COSTS[key]} == {}


def test_for_whom_things_wait_a_project_costs_a_few_queries_more(app):
    panel = Case.get(Case.phase == "panel").project
    places = [f"/projects/{row.id}" for row in (panel, project(LIBRARY), project(TRAFFIC))]
    auditor, officer = enter(app, holder(Role.AUDITOR)), enter(app, "fgw1")
    for place in places:  # what is asked of the officer, the rules for that, what else waits
        assert cost(officer, place) <= cost(auditor, place) + 3
    library = f"/projects/{project(LIBRARY).id}"
    assert cost(enter(app, "wgj.jb"), library) <= cost(auditor, library) + 1  # what waits


def test_the_next_act_is_a_button_for_whoever_may_and_for_nobody_else(app):
    library = project(LIBRARY)
    button = f'href="/projects/{library.id}/acts/submit"'
    mine = page_of(enter(app, "wgj.jb"), f"/projects/{library.id}")
    assert button in mine
    assert "编报项目建议书并报送" in mine
    for role in (Role.AUDITOR, Role.INVESTMENT, Role.MEMBER):
        assert button not in page_of(enter(app, holder(role)), f"/projects/{library.id}")


def test_filling_in_comes_first_until_the_checklist_is_met(one_app, clock):
    """One button is blue: writing while something is missing, sending when nothing is."""
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    visitor = enter(one_app, User.get_by_id(cast.applicant.user_id).username)
    for fields, first in (({}, "acts/submit"), ({"name": "乡镇信息服务站", "need": ""}, "dossier/proposal")):
        project_id = procedure.draft(cast, **fields)
        page = page_of(visitor, f"/projects/{project_id}")
        assert re.findall(r'btn-primary" href="([^"]+)"', page) == [f"/projects/{project_id}/{first}"]


def test_a_gate_gets_the_same_verdict_on_the_project_and_where_it_is_sent(one_app, clock):
    clock.move_to(procedure.IN_2008)
    cast = procedure.with_cast()
    visitor = enter(one_app, User.get_by_id(cast.applicant.user_id).username)
    project_id = procedure.draft(cast)
    late = [{"source": FundingSource.MUNICIPAL, "year": 2012, "amount": Money.from_wan(1000)}]
    dossier.set_funding(
        project_id=project_id,
        part=Part.PROPOSAL,
        rows=late,
        expected_version=Project.get_by_id(project_id).version,
        actor=cast.applicant,
    )
    for place in ("", "/acts/submit"):
        assert "可以通过，1 项提醒" in text_of(visitor.get(f"/projects/{project_id}{place}")), place


def test_the_checklist_names_figure_limit_and_basis(app):
    page = page_of(enter(app, "wgj.jb"), f"/projects/{project(LIBRARY).id}")
    assert "立项关口" in page
    assert "已通过 20 项" in page
    assert 'class="finding finding-warn"' in page
    assert "依据" in page


def test_an_open_step_says_who_and_until_when(app):
    portal = project(PORTAL)
    visitor = enter(app, "zfb.cio")
    page = page_of(visitor, f"/projects/{portal.id}")
    assert "本单位审签" in page
    assert "已逾期，期限" in page
    assert f'href="/projects/{portal.id}/acts/endorse"' in page
    assert f"/projects/{portal.id}/acts/submit" not in page


def test_a_stopped_project_says_so_and_offers_nothing(app):
    case = Case.get(Case.side_state == "suspended")
    said = text_of(enter(app, holder(Role.AUDITOR)).get(f"/projects/{case.project_id}"))
    assert "项目已暂停，恢复之前不能办理" in said, said[300:900]


def test_who_the_experts_are_is_told_to_the_reviewing_side_alone(app):
    panel = Case.get(Case.phase == "panel").project
    unit = User.get(User.username == "wsj.jb")
    assert unit.organisation_id == panel.owner_id
    for tab in ("overview", "appraisal", "history"):
        address = f"/projects/{panel.id}?tab={tab}"
        assert "陈波" not in text_of(enter(app, unit.username).get(address))
    reviewers = text_of(enter(app, holder(Role.INFORMATIZATION)).get(f"/projects/{panel.id}"))
    assert "陈波" in reviewers


def test_another_units_project_is_not_there(app):
    visitor = enter(app, "wgj.jb")
    answer = visitor.get(f"/projects/{project(TRAFFIC).id}")
    assert answer.status_code == 404
    assert TRAFFIC not in text_of(answer)
    assert visitor.get("/projects/999999").status_code == 404
    assert visitor.get("/projects/99999999999999999999999999").status_code == 404


def test_an_unknown_tab_is_the_overview_and_an_unknown_part_the_latest(app):
    visitor = enter(app, holder(Role.AUDITOR))
    row = project(TRAFFIC)
    assert "基本情况" in text_of(visitor.get(f"/projects/{row.id}?tab=<script>"))
    said = text_of(visitor.get(f"/projects/{row.id}?tab=declaration&part=nonsense"))
    assert "初步设计方案和投资概算：投资估算" in said
    assert "项目建议书：投资估算" in text_of(visitor.get(f"/projects/{row.id}?tab=declaration&part=proposal"))


def test_a_project_that_is_only_filed_has_its_own_rail_and_tabs(app):
    park = project(PARK)
    visitor = enter(app, holder(Role.AUDITOR))
    page = page_of(visitor, f"/projects/{park.id}?tab=filing")
    assert "按季完成投资" in page
    assert "140,000.00" in page
    assert "合同与支付" not in page


def test_markup_in_a_project_is_shown_as_text(app):
    evil = '<script>alert(1)</script>"><img src=x>'
    owner = User.get(User.username == "wgj.jb").organisation
    row = factories.project(name=evil, need=evil, content="字" * 200 + "𠮷🙂", owner=owner)
    visitor = enter(app, "wgj.jb")
    for address in (f"/projects/{row.id}", "/projects", f"/projects/{row.id}?tab=history"):
        page = page_of(visitor, address)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
    visitor.post(f"/projects/{row.id}/follow", {"following": "yes"})
    assert "<script>alert" not in page_of(visitor, "/")


def test_a_project_outside_the_procedure_waits_for_its_unit(app):
    owner = User.get(User.username == "wgj.jb").organisation
    row = factories.project(name="新想法", owner=owner)
    said = text_of(enter(app, "wgj.jb").get(f"/projects/{row.id}"))
    assert "尚未申报" in said
    assert "项目尚未进入审批程序" in said


def test_the_page_speaks_english(app):
    visitor = enter(app, holder(Role.AUDITOR))
    visitor.post("/language/en")
    for address in ("/", "/projects", f"/projects/{project(TRAFFIC).id}?tab=money", "/audit"):
        said = text_of(visitor.get(address))
        assert "Projects" in said
        assert "现在该做什么" not in said
        assert "项目库" not in said
