"""The administration: every form does what it says, audited; nothing is deleted, no money is written."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from portfolio.admin.figures import in_words
from portfolio.foundation import audit, clock, rulebook, working_days
from portfolio.foundation.access import Organisation, User, UserRole, Zone, acting, actor_for
from portfolio.foundation.errors import Level
from portfolio.foundation.roles import Role
from portfolio.foundation.rulebook import RuleRow
from portfolio.foundation.working_days import WorkingDay
from portfolio.services.plan import load_plan, shipped_plan
from tests import factories, web

MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def chief(one_app: Flask, clock: object) -> web.Visitor:
    rulebook.load()
    web.account("chief", Role.ADMIN, organisation=factories.organisation("CQ-LXB", name="领导小组办公室"))
    return web.visit(one_app, "chief")


def person(username: str = "zhang", *roles: Role) -> User:
    house = Organisation.get(Organisation.code == "CQ-LXB")
    return web.account(username, *roles, organisation=house)


def acts(kind: str, number: int) -> list[str]:
    return [entry.action for entry in audit.trail(kind, number)]


def test_the_front_page_leads_to_every_list_and_each_shows_what_there_is(chief: web.Visitor) -> None:
    load_plan(document=shipped_plan(), actor=None)
    front = chief.get("/admin/").get_data(as_text=True)
    for noun, shown in (
        ("organisations", "CQ-LXB"),
        ("people", "chief"),
        ("rules", "BUILD"),
        ("working-days", "还没有内容"),
        ("plan-boxes", "B8"),
        ("plan-items", "B1-G1-02"),
        ("plan-indicators", "I01"),
        ("plan-goals", "万"),
    ):
        assert f'href="/admin/{noun}/"' in front
        answer = chief.get(f"/admin/{noun}/")
        assert answer.status_code == 200
        assert shown in answer.get_data(as_text=True) or noun == "plan-goals"
        assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]


def test_a_list_searches_turns_pages_and_asks_no_more_for_more_rows(chief: web.Visitor) -> None:
    with web.queries() as few:
        chief.get("/admin/people/")
    for number in range(60):
        person(f"person{number:02}")
    with web.queries() as many:
        first = web.text_of(chief.get("/admin/people/"))
    assert len(many) == len(few) <= 8
    assert "共 61 条" in first
    assert "第 1 页，共 2 页" in first
    assert "person58" in web.text_of(chief.get("/admin/people/?page=1"))
    assert "共 10 条" in web.text_of(chief.get("/admin/people/?search=person3"))
    assert "没有符合条件的内容" in web.text_of(chief.get("/admin/people/?search=nobody%25"))
    far, low = "page=" + "9" * 30, "page=-9223372036854775808"
    for odd in (far, low, "page=-1", "page=x", "sort=99", "sort=2", "sort=x", "page_size=100000"):
        assert chief.get(f"/admin/people/?{odd}").status_code == 200
        assert chief.get(f"/admin/organisations/?{odd}").status_code == 200
    assert chief.get("/admin/people/?search=" + "x" * 5000).status_code == 200


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "9" * 30, "１"])
def test_what_is_not_there_is_not_found(chief: web.Visitor, number: str) -> None:
    for address in ("people/details", "people/edit", "people/end-role", "rules/end", "working-days/withdraw"):
        assert chief.get(f"/admin/{address}/?id={number}").status_code == 404


def test_a_person_is_added_given_a_password_and_must_change_it(chief: web.Visitor, one_app: Flask) -> None:
    house = Organisation.get()
    fields = {"username": "wang", "name": MARKUP, "organisation": str(house.id), "role": "cio"}
    answer = chief.post("/admin/people/new/", fields)
    user = User.get(User.username == "wang")
    assert answer.location.endswith(f"/admin/people/details/?id={user.id}")
    page = chief.get(answer.location).get_data(as_text=True)
    assert "&lt;script&gt;" in page
    assert MARKUP not in page
    assert actor_for("wang").roles == {Role.CIO}
    assert chief.post("/admin/people/new/", fields).status_code == 409
    assert User.select().where(User.username == "wang").count() == 1

    weak = chief.post(f"/admin/people/password/?id={user.id}", {"password": "short"})
    assert weak.status_code == 422
    assert "至少 10 个字符" in web.text_of(weak)
    chief.post(f"/admin/people/password/?id={user.id}", {"password": "Welcome-2026"})
    visitor = web.Visitor(one_app)
    visitor.log_in("wang", "Welcome-2026")
    assert visitor.get("/").location.endswith("/account/password")
    assert acts("user", user.id)[:2] == ["user.add", "password.set"]


def test_a_first_password_may_come_with_the_account_and_a_weak_one_leaves_no_account(
    chief: web.Visitor, one_app: Flask
) -> None:
    house = Organisation.get()
    fields = {"username": "wang", "name": "王芳", "organisation": str(house.id), "role": "cio"}
    weak = chief.post("/admin/people/new/", {**fields, "password": "short"})
    assert weak.status_code == 422
    assert "至少 10 个字符" in web.text_of(weak)
    assert User.get_or_none(User.username == "wang") is None
    assert chief.post("/admin/people/new/", {**fields, "password": "Welcome-2026"}).status_code == 302
    visitor = web.Visitor(one_app)
    visitor.log_in("wang", "Welcome-2026")
    assert visitor.get("/").location.endswith("/account/password")


def test_a_locked_account_is_opened_by_an_administrator(chief: web.Visitor, one_app: Flask) -> None:
    user, visitor = person(), web.Visitor(one_app)
    for _ in range(5):
        visitor.log_in("zhang", "wrong")
    details = f"/admin/people/details/?id={user.id}"
    assert "已锁定" in web.text_of(chief.get(details))
    assert visitor.log_in("zhang").status_code == 200, "the right password does not open a locked account"
    assert chief.post(f"/admin/people/unlock/?id={user.id}").status_code == 302
    assert (
        "解除锁定" not in chief.get(details).get_data(as_text=True).partition("<main")[2].split("notice")[0]
    )
    assert visitor.log_in("zhang").status_code == 302
    assert acts("user", user.id)[-2:] == ["account.unlock", "session.begin"]


def test_people_are_found_by_role_state_and_organisation(chief: web.Visitor) -> None:
    other = factories.organisation("CQ-WSJ", name="卫生局")
    web.account("li", Role.EXPERT, organisation=other)
    person("zhang", Role.CIO)
    ended = person("wu", Role.CIO)
    UserRole.update(valid_to=date(2026, 3, 1)).where(UserRole.user == ended).execute()
    chief.post(f"/admin/people/active/?id={ended.id}")

    def found(query: str) -> set[str]:
        page = chief.get(f"/admin/people/?{query}").get_data(as_text=True)
        return {name for name in ("chief", "li", "zhang", "wu") if f">{name}</a>" in page}

    assert found("role=cio") == {"zhang"}
    assert found(f"house={other.id}") == {"li"}
    assert found("state=inactive") == {"wu"}
    assert found("role=nonsense&state=x&house=9999") == {"chief", "li", "zhang", "wu"}
    assert found("role=expert&state=inactive") == set()


def test_a_search_leaves_the_frames_own_search_alone(chief: web.Visitor) -> None:
    page = chief.get("/admin/people/?search=chief").get_data(as_text=True)
    assert 'action="chief"' not in page


def test_organisations_in_force_stand_under_their_zones(chief: web.Visitor) -> None:
    zone = Zone.create(code="Z1", name="都市发达经济圈")
    factories.organisation("CQ-BB", name="北碚区")
    Organisation.update(zone=zone).where(Organisation.code == "CQ-BB").execute()
    over = factories.organisation("CQ-OLD", name="乡镇企业局")
    Organisation.update(valid_to=date(2026, 3, 1)).where(Organisation.id == over.id).execute()
    page = web.text_of(chief.get("/admin/organisations/tree/"))
    assert page.index("领导小组办公室") < page.index("都市发达经济圈") < page.index("北碚区")
    assert "乡镇企业局" not in page
    assert "乡镇企业局" in web.text_of(chief.get("/admin/organisations/?validity=over"))
    assert "乡镇企业局" not in web.text_of(chief.get("/admin/organisations/?validity=now"))
    assert "北碚区" in web.text_of(chief.get(f"/admin/organisations/?zone={zone.id}"))


def test_a_rule_says_its_figures_in_words_in_both_languages(chief: web.Visitor) -> None:
    row = RuleRow.get(RuleRow.code == "DEADLINE")
    address = f"/admin/rules/details/?id={row.id}"
    assert "受理 5 个工作日" in web.text_of(chief.get(address))
    chief.post("/language/en")
    english = web.text_of(chief.get(address))
    assert "5 working days" in english
    assert row.title not in english
    names = {name for row in RuleRow.select() for name in row.parameters}
    assert [label for label, _ in in_words(dict.fromkeys(names, 1)) if isinstance(label, str)] == []


def test_an_empty_form_says_at_each_field_what_is_missing(chief: web.Visitor) -> None:
    for address in ("people/new", "organisations/new", "rules/new", "working-days/new"):
        answer = chief.post(f"/admin/{address}/")
        assert answer.status_code == 422
        assert "请填写此项" in web.text_of(answer)


def test_nobody_is_put_into_an_organisation_that_was_not_chosen(chief: web.Visitor) -> None:
    page = chief.get("/admin/people/new/").get_data(as_text=True)
    assert re.search(r'<select[^>]*name="organisation"[^>]*>\s*<option[^>]*value="">请选择', page)
    user = person()
    yesterday = clock.today() - timedelta(days=1)
    Organisation.update(valid_to=yesterday).where(Organisation.id == user.organisation_id).execute()
    page = chief.get(f"/admin/people/edit/?id={user.id}").get_data(as_text=True)
    assert re.search(r'<select[^>]*name="organisation"[^>]*>\s*<option[^>]*value="">请选择', page)
    fields = {"name": "张伟", "organisation": ""}
    assert chief.post(f"/admin/people/edit/?id={user.id}", fields).status_code == 422


def test_a_person_is_edited_and_a_foreign_choice_is_refused(chief: web.Visitor) -> None:
    user, other = person(), factories.organisation("CQ-WSJ", name="卫生局")
    edit = f"/admin/people/edit/?id={user.id}"
    fields = {"name": "张伟", "email": "zhang@example.com", "organisation": str(other.id)}
    assert chief.post(edit, fields).status_code == 302
    user = User.get_by_id(user.id)
    assert (user.name, user.email, user.organisation_id) == ("张伟", "zhang@example.com", other.id)
    assert chief.post(edit, {**fields, "organisation": "999"}).status_code == 422
    assert chief.post(edit, {**fields, "email": "nonsense"}).status_code == 422
    second = person("li")
    taken = chief.post(f"/admin/people/edit/?id={second.id}", fields)
    assert "已属于另一个账号" in web.text_of(taken)
    assert acts("user", user.id)[-1] == "user.change"


def test_roles_begin_and_end_on_their_days(chief: web.Visitor) -> None:
    user = person("zhang", Role.APPLICANT)
    grant = f"/admin/people/role/?id={user.id}"
    fields = {"role": "expert", "valid_from": "2026-03-02", "valid_to": "2026-03-31"}
    chief.post(grant, fields)
    assert acting(user).roles == {Role.APPLICANT, Role.EXPERT}
    assert acting(user, on=date(2026, 4, 1)).roles == {Role.APPLICANT}
    assert "已有此岗位" in web.text_of(chief.post(grant, fields))
    backwards = chief.post(grant, {**fields, "role": "cio", "valid_to": "2026-03-01"})
    assert "早于生效日期" in web.text_of(backwards)

    held = UserRole.get(UserRole.user == user, UserRole.role == Role.APPLICANT)
    end = f"/admin/people/end-role/?id={held.id}"
    assert "不能早于今天" in web.text_of(chief.post(end, {"valid_to": "2026-03-01"}))
    chief.post(end, {"valid_to": "2026-03-02"})
    assert acting(user, on=date(2026, 3, 3)).roles == {Role.EXPERT}
    assert UserRole.select().where(UserRole.user == user).count() == 2
    assert acts("user", user.id)[-2:] == ["role.grant", "role.end"]


def test_nobody_changes_their_own_roles_or_shuts_themselves_out(chief: web.Visitor) -> None:
    me = User.get(User.username == "chief")
    grant = {"role": "finance", "valid_from": "2026-03-02"}
    assert chief.post(f"/admin/people/role/?id={me.id}", grant).status_code == 403
    held = UserRole.get(UserRole.user == me)
    assert chief.post(f"/admin/people/end-role/?id={held.id}", {"valid_to": "2026-03-02"}).status_code == 403
    assert chief.post(f"/admin/people/active/?id={me.id}").status_code == 403
    assert acting(me).roles == {Role.ADMIN}
    assert User.get_by_id(me.id).active


def test_an_account_is_deactivated_and_its_second_factor_reset_but_never_deleted(
    chief: web.Visitor, one_app: Flask
) -> None:
    user = person()
    visitor = web.visit(one_app, "zhang")
    chief.post(f"/admin/people/active/?id={user.id}")
    assert visitor.get("/").status_code == 302
    assert "已停用" in web.text_of(chief.get(f"/admin/people/details/?id={user.id}"))
    chief.post(f"/admin/people/active/?id={user.id}")
    User.update(tf_primary_method="authenticator", tf_totp_secret="x").where(User.id == user.id).execute()
    assert "重设两步验证" in web.text_of(chief.get(f"/admin/people/details/?id={user.id}"))
    chief.post(f"/admin/people/second-factor/?id={user.id}")
    assert User.get_by_id(user.id).tf_totp_secret is None
    assert acts("user", user.id)[-3:] == ["account.deactivate", "account.activate", "second_factor.reset"]
    for noun in ("people", "organisations", "rules"):
        assert chief.post(f"/admin/{noun}/delete/", {"id": str(user.id)}).status_code == 404


def test_an_organisation_is_succeeded_and_keeps_its_name(chief: web.Visitor) -> None:
    fields = {
        "code": "CQ-JXW",
        "name": "经济和信息化委员会",
        "short_name": "经信委",
        "kind": "department",
        "zone_id": "",
        "valid_from": "2026-04-01",
    }
    assert chief.post("/admin/organisations/new/", fields).status_code == 302
    assert "已属于另一个单位" in web.text_of(chief.post("/admin/organisations/new/", fields))
    old, new = (
        Organisation.get(Organisation.code == "CQ-LXB"),
        Organisation.get(Organisation.code == "CQ-JXW"),
    )
    assert "CQ-JXW" in web.text_of(chief.get("/admin/organisations/?search=jxw"))
    end = f"/admin/organisations/end/?id={old.id}"
    later = factories.organisation("CQ-HBJ")
    assert chief.post(end, {"valid_to": "2026-03-31", "successor_id": str(old.id)}).status_code == 422
    assert chief.post(end, {"valid_to": "2026-03-31", "successor_id": str(later.id)}).status_code == 302
    old = Organisation.get_by_id(old.id)
    assert (old.valid_to, old.successor_id, old.name) == (date(2026, 3, 31), later.id, "领导小组办公室")
    assert acts("organisation", new.id) == ["organisation.add"]
    assert acts("organisation", old.id)[-1] == "organisation.end"


def test_a_year_without_an_arrangement_is_named_until_its_days_are_entered(
    chief: web.Visitor, clock: time_machine.Traveller
) -> None:
    days = "/admin/working-days/"
    assert "尚未登记" not in web.text_of(chief.get(days))
    clock.move_to(date(2061, 11, 16))
    chief = web.visit(chief.app, "chief")
    assert "2061年的放假安排尚未登记" in web.text_of(chief.get(days))
    off = {"day": "2061-12-26", "note": "国办发明电〔2060〕7号"}
    assert chief.post(f"{days}new/", off).status_code == 302
    assert "2062年的放假安排尚未登记" in web.text_of(chief.get(days)), "deadlines reach into it by now"


def test_a_rule_is_ended_and_followed_never_rewritten_and_a_restart_keeps_that(chief: web.Visitor) -> None:
    row = RuleRow.get(RuleRow.code == "CONFLICT", RuleRow.valid_to.is_null())
    following = {
        "code": "CONFLICT",
        "title": "评审专家回避",
        "level": "warn",
        "parameters": '{"years": 3}',
        "basis": "专家管理办法",
        "valid_from": "2026-05-01",
    }
    assert "请先终止" in web.text_of(chief.post("/admin/rules/new/", following))
    end = f"/admin/rules/end/?id={row.id}"
    assert chief.post(end, {"valid_to": "2026-03-01"}).status_code == 422
    assert chief.post(end, {"valid_to": "2026-04-30"}).status_code == 302
    wrong = chief.post("/admin/rules/new/", {**following, "parameters": "[1]"})
    assert "JSON" in web.text_of(wrong)
    assert chief.post("/admin/rules/new/", following).status_code == 302
    rulebook.load()
    assert rulebook.on(date(2026, 4, 30)).need("CONFLICT").level is row.level
    new = rulebook.on(date(2026, 5, 1)).need("CONFLICT")
    assert (new.level, new.parameters) == (Level.WARN, {"years": 3})
    assert acts("rule", row.id) == ["rule.end"]


def test_an_entered_day_moves_deadlines_at_once_and_can_be_withdrawn(chief: web.Visitor) -> None:
    sunday, monday = date(2026, 3, 8), date(2026, 3, 9)
    chief.post(
        "/admin/working-days/new/", {"day": "2026-03-08", "working": "y", "note": "国办发明电〔2025〕7号"}
    )
    holiday = {"day": "2026-03-09", "until": "2026-03-11", "note": "国办发明电〔2025〕7号"}
    assert "已登记 3 天" in web.text_of(chief.get(chief.post("/admin/working-days/new/", holiday).location))
    for until in ("2026-03-08", "2026-05-01"):
        assert chief.post("/admin/working-days/new/", {**holiday, "until": until}).status_code == 422
    assert WorkingDay.select().count() == 4
    assert clock.is_working_day(sunday)
    assert not clock.is_working_day(monday)
    clock.follow_days(working_days.entered)  # as another process would ask
    assert not clock.is_working_day(monday)
    row = WorkingDay.get(WorkingDay.day == monday)
    chief.post(f"/admin/working-days/withdraw/?id={row.id}")
    assert clock.is_working_day(monday)
    assert acts("working_day", row.id) == ["working_day.enter", "working_day.withdraw"]
    assert chief.post(f"/admin/working-days/withdraw/?id={row.id}").status_code == 404


def test_money_procedure_and_plan_have_no_address_that_writes(one_app: Flask) -> None:
    readable = ("plan_", "budget_lines", "entries", "contracts", "cases", "submissions", "decisions")
    writing = [
        rule.endpoint
        for rule in one_app.url_map.iter_rules()
        if rule.endpoint.startswith(tuple(f"admin_{noun}" for noun in readable))
        and "POST" in (rule.methods or ())
    ]
    assert writing == []
    library = {"delete_view", "action_view", "ajax_update", "ajax_lookup", "export"}
    names = {rule.endpoint.rpartition(".")[2] for rule in one_app.url_map.iter_rules()}
    assert names.isdisjoint(library)


def test_english_has_no_chinese_left_but_names(chief: web.Visitor) -> None:
    chief.post("/language/en")
    page = web.text_of(chief.get("/admin/people/new/"))
    assert "User name" in page
    assert "用户名" not in page
