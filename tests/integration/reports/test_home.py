"""Home over the whole demonstration, as each person sees it, and what one follows."""

from __future__ import annotations

from approvals.queries import inbox
from approvals.tables.case import Case
from portfolio.foundation import access
from portfolio.foundation.access import User
from portfolio.foundation.roles import Role
from portfolio.tables.following import Following
from reports.queries import waiting
from tests import procedure
from tests.integration.reports.pages import LIBRARY, PORTAL, TRAFFIC, cost, holder, page_of, project
from tests.integration.reports.pages import visitor as enter
from tests.web import queries, text_of, writes


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
    for name, most in ((holder(Role.FINANCE), 14), ("gsj.jb", 9), ("zfb.cio", 10), (holder(Role.AUDITOR), 4)):
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
    assert cost(visitor, "/") == few <= 9


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
