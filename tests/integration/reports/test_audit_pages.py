"""The audit log as a page: what auditors look for in it, and what it shows of itself."""

from __future__ import annotations

import re
from html import unescape

from approvals.tables.case import Case
from portfolio.foundation import access, audit, clock
from portfolio.foundation.access import User
from portfolio.foundation.roles import Role
from portfolio.foundation.web import accounts
from tests.integration.reports.pages import LIBRARY, TRAFFIC, holder, page_of, project
from tests.integration.reports.pages import visitor as enter
from tests.web import queries, text_of


def test_auditors_search_the_log_by_project_person_action_and_day(app):
    visitor = enter(app, holder(Role.AUDITOR))
    traffic = project(TRAFFIC)
    page = page_of(visitor, f"/audit?project={traffic.code}&action=case.approve")
    assert page.count("status-approved") == 2, "the leading group and the reply"
    assert "同意" in page
    assert "没有符合条件的记录" in page_of(visitor, "/audit?until=1999-12-31")
    assert "没有符合条件的记录" in page_of(visitor, "/audit?person=没有此人")
    entry = audit.AuditEntry.select().where(audit.AuditEntry.subject_kind == "project").first()
    day = entry.at.date().isoformat()
    address = f"/audit?kind=project&number={entry.subject_id}&since={day}&until={day}&action={entry.action}"
    assert f"项目 {entry.subject_id}" in text_of(visitor.get(address))
    for odd in ("/audit?number=9999999999999999999999", "/audit?since=2009-02-30", "/audit?after=forged"):
        assert visitor.get(odd).status_code == 200


def test_a_subject_is_named_as_people_know_it(app):
    visitor = enter(app, holder(Role.AUDITOR))
    traffic = project(TRAFFIC)
    case = Case.get(Case.project == traffic)
    for address in (f"/audit?kind=project&number={traffic.id}", f"/audit?kind=case&number={case.id}"):
        assert f"{traffic.code} {TRAFFIC}" in text_of(visitor.get(address))
    clerk = User.get(User.username == "wgj.jb")
    assert f"账号 {clerk.id}：wgj.jb {clerk.name}" in text_of(
        visitor.get(f"/audit?kind=user&number={clerk.id}")
    )
    assert f"单位 {clerk.organisation_id}：{clerk.organisation.short_name}" in text_of(
        visitor.get(f"/audit?kind=organisation&number={clerk.organisation_id}")
    )


def test_what_an_entry_says_is_told_in_words_and_money(app):
    visitor = enter(app, holder(Role.AUDITOR))
    said = text_of(visitor.get("/audit?action=ceiling.set"))
    assert "金额：26,000.00万元" in said
    assert "资金来源：市级财政" in text_of(visitor.get("/audit?action=annual_plan.draft"))
    assert "意见：同意；岗位：财政主管部门" in text_of(visitor.get("/audit?action=case.countersign"))
    assert "序号：1" in text_of(visitor.get("/audit?action=submission.freeze"))
    assert "状态：已结账" in text_of(visitor.get("/audit?action=period.put"))
    assert "登录地址：127.0.0.1" in text_of(visitor.get("/audit?action=session.begin"))
    visitor.post("/language/en")
    assert "Amount: CNY 260,000,000.00" in text_of(visitor.get("/audit?action=ceiling.set"))


def test_the_days_of_the_log_are_picked_or_taken_from_common_spans(app):
    visitor = enter(app, holder(Role.AUDITOR))
    today = clock.today()
    page = page_of(visitor, "/audit?project=XM&since=2009-02-30")
    assert page.count('type="date"') == 2
    assert 'value="2009-02-30"' not in page, "what is no day is no filter"
    first = today.replace(day=1).isoformat()
    address = f"/audit?project=XM&since={first}&until={today.isoformat()}"
    assert f'href="{address.replace("&", "&amp;")}"' in page
    assert page_of(visitor, address).count('aria-current="true"') >= 1


def test_a_link_that_does_not_hold_is_shown(app, monkeypatch):
    visitor = enter(app, holder(Role.ADMIN))
    assert "status-blocked" not in page_of(visitor, "/audit?kind=plan")
    monkeypatch.setattr("reports.queries.audit_log.entry_hash", lambda entry: "0" * 64)
    assert "status-blocked" in page_of(visitor, "/audit?kind=plan")


def test_the_log_tells_when_it_was_last_anchored(app):
    visitor = enter(app, holder(Role.AUDITOR))
    assert "尚未锚定" in text_of(visitor.get("/audit"))
    audit.anchor_heads(clock.today())
    assert "最近一次锚定" in text_of(visitor.get("/audit"))


def test_only_auditors_and_administrators_read_the_log(app):
    for role in (Role.APPLICANT, Role.FINANCE, Role.MEMBER, Role.EXPERT):
        assert enter(app, holder(role)).get("/audit").status_code == 403


def test_the_log_is_walked_at_the_same_cost(app):
    visitor = enter(app, holder(Role.AUDITOR))
    costs, address, walked = [], "/audit", 0
    while address and walked < 4:
        with queries() as seen:
            page = page_of(visitor, address)
        costs.append(len(seen))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address, walked = (unescape(found[1]) if found else ""), walked + 1
    assert walked == 4
    assert len(set(costs)) == 1
    assert costs[0] <= 8


def test_the_actor_of_a_deactivated_account_is_still_named(app):
    user = User.get(User.username == "wgj.jb")
    accounts.set_active(user_id=user.id, active=False, actor=access.actor_for(holder(Role.ADMIN)))
    said = text_of(enter(app, holder(Role.AUDITOR)).get(f"/projects/{project(LIBRARY).id}?tab=history"))
    assert user.name in said
