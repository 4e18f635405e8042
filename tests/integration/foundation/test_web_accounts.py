"""Logging in and out, being locked out, changing the password, the second factor, sessions that end."""

from __future__ import annotations

import dataclasses
import re
import threading
from datetime import timedelta

import pyotp
import pytest
import time_machine

import wsgi
from portfolio.foundation import access, audit, db
from portfolio.foundation.access import User
from portfolio.foundation.errors import Forbidden, Invalid
from portfolio.foundation.jobs import tasks
from portfolio.foundation.roles import Role
from portfolio.foundation.web import accounts
from portfolio.foundation.web.accounts import LoginSession
from tests import factories, web
from tests.web import PASSWORD, Visitor, text_of, visit

WRONG = "用户名或密码不正确"


def acts(user: User) -> list[str]:
    return [entry.action for entry in audit.trail("user", user.id)]


def test_a_name_of_blanks_is_no_name(app, clock):
    said = text_of(Visitor(app).log_in("  "))
    assert "该字段是必填字段" in said
    assert "不存在" not in said


def test_name_and_password_open_the_door(app, clock):
    user = web.account("zhang", Role.APPLICANT)
    visitor = Visitor(app)
    assert visitor.get("/").location == "/login"
    answer = visitor.log_in("zhang")
    assert (answer.status_code, answer.location) == (302, "/")
    assert "待我处理" in text_of(visitor.get("/"))
    assert acts(user)[-1] == "session.begin"
    assert visitor.log_out().status_code == 302
    assert visitor.get("/").location == "/login"
    assert acts(user)[-1] == "session.end"


def test_after_logging_in_one_is_where_one_wanted_to_go(app, clock):
    web.account("zhang")
    visitor = Visitor(app)
    asked = visitor.get("/account?tab=1")
    answer = visitor.post(asked.location, {"username": "zhang", "password": PASSWORD})
    assert answer.location == "/account?tab=1"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_the_way_after_logging_in_never_leads_elsewhere(one_app, address):
    web.account("zhang")
    answer = Visitor(one_app).post("/login", {"username": "zhang", "password": PASSWORD, "next": address})
    assert answer.location is None or not answer.location.startswith(("http", "//", "/\\"))


@pytest.mark.parametrize(
    ("username", "password"), [("zhang", "wrong"), ("nobody", PASSWORD), ("zhang", " " + PASSWORD)]
)
def test_a_refused_log_in_does_not_say_what_was_wrong(app, clock, username, password):
    web.account("zhang")
    answer = Visitor(app).log_in(username, password)
    assert answer.status_code == 200
    assert WRONG in text_of(answer)


def test_a_deactivated_account_stays_outside_and_its_sessions_end(app, clock):
    chief = factories.actor("chief", Role.ADMIN)
    user = web.account("zhang")
    visitor = visit(app, "zhang")
    accounts.set_active(user_id=user.id, active=False, actor=chief)
    assert visitor.get("/").location == "/login"
    assert WRONG in text_of(Visitor(app).log_in("zhang"))
    accounts.set_active(user_id=user.id, active=True, actor=chief)
    assert visitor.get("/").status_code == 302, "an ended session does not come back"
    assert Visitor(app).log_in("zhang").status_code == 302
    assert {"account.deactivate", "account.activate"} <= set(acts(user))
    with pytest.raises(Forbidden):
        accounts.set_active(user_id=user.id, active=False, actor=access.actor_for("zhang"))


def test_five_wrong_passwords_lock_a_name_for_a_quarter_of_an_hour(app, clock):
    user = web.account("zhang")
    for _ in range(4):
        assert WRONG in text_of(Visitor(app).log_in("zhang", "wrong"))
    assert "锁定至 2026年3月2日 10:15" in text_of(Visitor(app).log_in("zhang", "wrong"))
    assert "锁定至" in text_of(Visitor(app).log_in("zhang"))
    assert acts(user)[-1] == "account.lock"
    assert acts(user).count("account.lock") == 1
    clock.shift(timedelta(minutes=15, seconds=1))
    assert Visitor(app).log_in("zhang").status_code == 302
    assert accounts.LoginTry.select().count() == 0


def test_a_name_that_nobody_has_is_locked_like_any_other(app, clock):
    for _ in range(4):
        Visitor(app).log_in("nobody", "wrong")
    assert "锁定至" in text_of(Visitor(app).log_in("nobody", "wrong"))


def test_the_right_password_starts_the_count_anew(app, clock):
    web.account("zhang")
    for _ in range(3):
        for _ in range(3):
            Visitor(app).log_in("zhang", "wrong")
        assert Visitor(app).log_in("zhang").status_code == 302


def test_however_many_try_at_once_no_more_than_five_passwords_are_looked_at(database):
    passed = []

    def try_once() -> None:
        passed.append(accounts.count_try("zhang") is None)
        db.database.close()

    threads = [threading.Thread(target=try_once) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == accounts.TRIES_ALLOWED


def test_a_password_set_by_another_must_be_changed_first(app, clock):
    user = factories.user("zhang", roles=(Role.APPLICANT,))
    chief = factories.actor("chief", Role.ADMIN)
    accounts.set_password(user_id=user.id, password=PASSWORD, actor=chief)
    visitor = visit(app, "zhang")
    assert visitor.get("/").location == "/account/password"
    fields = {
        "password": PASSWORD,
        "new_password": "Another-way-2011",
        "new_password_confirm": "Another-way-2011",
    }
    assert visitor.post("/account/password", fields).location == "/account"
    assert visitor.get("/").status_code == 200
    assert acts(user)[-2:] == ["session.begin", "password.change"]
    assert User.get_by_id(user.id).password.startswith("$argon2id$")


def test_a_changed_password_ends_the_other_sessions(app, clock):
    web.account("zhang")
    here, elsewhere = visit(app, "zhang"), visit(app, "zhang")
    fields = {
        "password": PASSWORD,
        "new_password": "Another-way-2011",
        "new_password_confirm": "Another-way-2011",
    }
    assert here.post("/account/password", fields).status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").location == "/login"
    assert WRONG in text_of(Visitor(app).log_in("zhang"))
    assert Visitor(app).log_in("zhang", "Another-way-2011").status_code == 302


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("Short-1", "密码至少 10 个字符"),
        ("onlysmallletters", "至少要有三种"),
        ("Zhang-2010-pass", "不能包含用户名"),
        (PASSWORD, "不能与现在的密码相同"),
    ],
)
def test_a_weak_new_password_is_refused_at_its_field(one_app, new, why):
    web.account("zhang")
    visitor = visit(one_app, "zhang")
    fields = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert why in text_of(visitor.post("/account/password", fields))
    assert Visitor(one_app).log_in("zhang").status_code == 302


def test_a_service_refuses_a_weak_password_too(database):
    user = factories.user("zhang")
    with pytest.raises(Invalid, match="至少 10 个字符"):
        accounts.set_password(user_id=user.id, password="short", actor=None)


def test_a_session_ends_when_nobody_uses_it(app, clock):
    web.account("zhang")
    visitor = visit(app, "zhang")
    for _ in range(3):
        clock.shift(timedelta(minutes=29))
        assert visitor.get("/").status_code == 200
    clock.shift(timedelta(minutes=31))
    assert visitor.get("/").location == "/login"
    clock.shift(timedelta(minutes=-31))
    assert visitor.get("/").location == "/login", "what ended stays ended"


def test_a_session_ends_after_a_working_day_however_busy(app, clock):
    web.account("zhang")
    visitor = visit(app, "zhang")
    for _ in range(12 * 3):
        assert visitor.get("/").status_code == 200
        clock.shift(timedelta(minutes=20))
    assert visitor.get("/").location == "/login"


def test_a_stolen_cookie_is_worth_nothing_after_logging_out(app, clock):
    web.account("zhang")
    visitor = visit(app, "zhang")
    stolen = visitor.client.get_cookie("session").value
    visitor.log_out()
    thief = Visitor(app)
    thief.client.set_cookie("session", stolen)
    assert thief.get("/").location == "/login"


def test_the_database_never_holds_what_the_browser_holds(app, clock):
    web.account("zhang")
    visitor = visit(app, "zhang")
    with visitor.client.session_transaction() as cookie:
        key = cookie["login"]
    assert [row.key_hash for row in LoginSession.select()] == [db.sha256_text(key)]


# --- the second factor --------------------------------------------------------------------------------------


def set_up(visitor: Visitor) -> str:
    """Set up the second factor; answers its secret."""
    page = visitor.post("/account/second-factor", {"setup": "authenticator"}).get_data(as_text=True)
    secret = re.search(r"<code[^>]*>([^<]+)</code>", page)[1].replace("-", "").replace(" ", "")
    address = re.search(r'action="(/account/second-factor/[^"]+)"', page)[1]
    answer = visitor.post(address, {"code": pyotp.TOTP(secret).now()})
    assert answer.location == "/account", text_of(answer)
    return secret


def test_a_mistyped_code_does_not_ask_for_another_picture(app, clock):
    user = web.account("zhang")
    visitor = visit(app, "zhang")
    page = visitor.post("/account/second-factor", {"setup": "authenticator"}).get_data(as_text=True)
    key = re.search(r"<code[^>]*>([^<]+)</code>", page)[1]
    code = pyotp.TOTP(key.replace("-", "")).now()
    address = re.search(r'action="(/account/second-factor/[^"]+)"', page)[1]
    for wrong in (str((int(code) + 1) % 1_000_000).zfill(6), ""):
        answer = visitor.post(address, {"code": wrong})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "验证码不正确" in text_of(answer)
        assert key in page
        assert f'action="{address}"' in page
        assert 'name="next" value="/account/second-factor"' in page, "the language may be switched"
    assert acts(user)[-1] != "second_factor.set"
    assert visitor.post(address, {"code": code}).location == "/account"


def test_with_a_second_factor_the_password_alone_opens_nothing(app, clock):
    user = web.account("zhang")
    secret = set_up(visit(app, "zhang"))
    assert acts(user)[-1] == "second_factor.set"
    clock.shift(timedelta(minutes=2))
    visitor = Visitor(app)
    assert visitor.log_in("zhang").location.startswith("/login/code")
    assert visitor.get("/").location == "/login"
    code = pyotp.TOTP(secret).now()
    wrong = str((int(code) + 1) % 1_000_000).zfill(6)
    assert visitor.post("/login/code", {"code": wrong}).status_code == 200
    assert visitor.get("/").location == "/login"
    assert visitor.post("/login/code", {"code": code}).location == "/"
    assert visitor.get("/").status_code == 200
    again = Visitor(app)
    again.log_in("zhang")
    assert again.post("/login/code", {"code": code}).status_code == 200, "a code works once"
    begun = [one.data["by"] for one in audit.trail("user", user.id) if one.action == "session.begin"]
    assert begun == [["password"], ["password", "code"]]


def test_wrong_codes_lock_as_wrong_passwords_do(app, clock):
    user = web.account("zhang")
    set_up(visit(app, "zhang"))
    visitor = Visitor(app)
    visitor.log_in("zhang")
    for _ in range(5):
        answer = visitor.post("/login/code", {"code": "000000"})
    assert "锁定至" in text_of(answer)
    assert "锁定至" in text_of(Visitor(app).log_in("zhang"))
    assert "account.lock" in acts(user)


def test_where_it_is_required_nothing_opens_before_it_is_set_up(database, clock):
    app = wsgi.create_app(dataclasses.replace(database.settings, second_factor=True))
    web.account("treasurer", Role.FINANCE)
    web.account("zhang", Role.APPLICANT)
    assert visit(app, "zhang").get("/").status_code == 200
    visitor = visit(app, "treasurer")
    assert visitor.get("/").location == "/account/second-factor"
    assert visitor.get("/account").location == "/account/second-factor"
    set_up(visitor)
    assert visitor.get("/").status_code == 200
    visitor.post("/account/second-factor", {"setup": "disable"})
    assert User.get(User.username == "treasurer").tf_primary_method == "authenticator"


def test_who_need_not_have_it_can_turn_it_off(one_app):
    user = web.account("zhang")
    visitor = visit(one_app, "zhang")
    set_up(visitor)
    assert visitor.post("/account/second-factor", {"setup": "disable"}).status_code == 302
    assert User.get_by_id(user.id).tf_primary_method is None
    assert acts(user)[-1] == "second_factor.remove"


def test_a_demonstration_that_moves_its_clock_keeps_people_logged_in_within_the_hour(one_app):
    web.account("zhang")
    with time_machine.travel("2026-03-02T10:00:00+08:00", tick=False):
        visitor = visit(one_app, "zhang")
    with time_machine.travel("2026-03-02T10:20:00+08:00", tick=False):
        assert visitor.get("/").status_code == 200


def test_who_lost_the_telephone_gets_in_again_through_the_administrator(one_app):
    user = web.account("zhang")
    chief = factories.actor("chief", Role.ADMIN)
    visitor = visit(one_app, "zhang")
    set_up(visitor)
    with pytest.raises(Forbidden):
        accounts.reset_second_factor(user_id=user.id, actor=access.actor_for("zhang"))
    accounts.reset_second_factor(user_id=user.id, actor=chief)
    assert visitor.get("/").location == "/login"
    assert visitor.log_in("zhang").location == "/"
    assert "second_factor.reset" in acts(user)


def test_one_address_cannot_try_names_without_end(one_app, clock):
    visitor = Visitor(one_app)
    for number in range(60):
        assert visitor.log_in(f"name-{number}", "wrong").status_code == 200
    answer = visitor.log_in("name-60", "wrong")
    assert answer.status_code == 429
    assert "请稍等一分钟再试" in text_of(answer)


def test_the_nightly_cleaning_forgets_old_sessions_and_leaves_living_ones(app, clock):
    user = web.account("zhang")
    visit(app, "zhang").log_out()
    visit(app, "zhang")
    scheduled = {entry["task"] for entry in app.extensions["celery"].conf.beat_schedule.values()}
    assert tasks.CLEAN_TASK in scheduled
    clock.shift(timedelta(days=29))
    tasks.clean()
    assert LoginSession.select().count() == 2
    clock.shift(timedelta(days=2))
    visitor = visit(app, "zhang")
    tasks.clean()
    assert LoginSession.select().count() == 1
    assert visitor.get("/").status_code == 200
    assert acts(user).count("session.begin") == 3, "the audit log remembers them all"
