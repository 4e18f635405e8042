"""What stands around every page: headers, refusals in the reader's language, nothing typed is lost."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from flask import Flask, render_template_string
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from portfolio.foundation.access import Language, User
from portfolio.foundation.db import database
from portfolio.foundation.errors import Finding, Level, say
from portfolio.foundation.roles import Role
from portfolio.foundation.web import shell
from portfolio.foundation.web.application import CONTENT_SECURITY_POLICY
from tests import sample_pages, web
from tests.web import Visitor, text_of, visit


@pytest.fixture
def app(one_app, clock):
    sample_pages.install(one_app)
    web.account("zhang", Role.APPLICANT)
    return one_app


# --- headers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/login", "/", "/nowhere", "/static/theme.css", "/sample/refuse/refused"]
)
def test_every_answer_carries_the_security_headers(app, address):
    answer = visit(app, "zhang").get(address)
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_pages_are_kept_nowhere_and_files_of_our_own_for_long(app):
    visitor = visit(app, "zhang")
    page = visitor.get("/")
    assert "no-store" in page.headers["Cache-Control"]
    styles = re.search(r'href="(/static/theme.css\?v=[0-9a-f]{12})"', page.get_data(as_text=True))
    assert styles
    assert "max-age=31536000" in visitor.get(styles[1]).headers["Cache-Control"]


def test_no_page_carries_script_or_style_of_its_own(app):
    visitor = visit(app, "zhang")
    for address in ("/", "/account", "/account/second-factor", "/sample/form", "/sample/list", "/nowhere"):
        page = visitor.get(address).get_data(as_text=True)
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=|javascript:", page), address


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(app):
    cookie = Visitor(app).log_in("zhang").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("not-found", 404, "没有代码为 X-1 的单位"),
        ("forbidden", 403, "依据 账号管理 怎么办 请联系管理员"),
        ("invalid", 422, "name：请填写此项"),
        ("refused", 422, "实际 2,600.00万元 限 2,680.00万元"),
        ("funds", 422, "请核对资金来源各行"),
        ("stale", 409, "请刷新页面，核对后重新办理"),
        ("conflict", 409, "任务标识 k 已用于另一项任务（编号 7）"),
    ],
)
def test_a_refusal_is_a_page_that_says_what_why_and_what_to_do(app, kind, status, said):
    answer = visit(app, "zhang").get(f"/sample/refuse/{kind}")
    assert answer.status_code == status
    assert said in text_of(answer)


def test_a_refused_gate_shows_what_passed_too(app):
    page = text_of(visit(app, "zhang").get("/sample/refuse/refused"))
    assert "项目在规划之内" in page
    assert "[R03]" in page
    assert "[R05]" in page


def test_refusals_are_said_in_the_readers_language(app):
    visitor = visit(app, "zhang")
    visitor.post("/language/en", {"next": "/"})
    page = text_of(visitor.get("/sample/refuse/forbidden"))
    assert "The account zhang is deactivated" in page
    assert "Basis Account management" in page
    assert "CNY 26,000,000.00" in text_of(visitor.get("/sample/refuse/refused"))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/sample/number/7", 200),
        (f"/sample/number/{2**63 - 1}", 200),
        (f"/sample/number/{2**63}", 404),
        ("/sample/number/-1", 404),
        ("/logout", 405),
        ("/?q=%00", 400),
        ("/sample/closed", 403),
    ],
)
def test_odd_addresses_get_a_clear_page(app, address, status):
    assert visit(app, "zhang").get(address).status_code == status


def test_a_fault_is_logged_under_a_number_and_shows_nothing_of_itself(app, caplog):
    answer = visit(app, "zhang").get("/sample/fault")
    assert answer.status_code == 500
    page = text_of(answer)
    assert "secret" not in page
    number = re.search(r"编号 ([0-9a-f]{8})", page)
    assert number
    assert number[1] in caplog.text
    assert "the secret of the fault" in caplog.text


def test_a_database_that_cannot_be_reached_is_said_on_a_page(app):
    visitor = visit(app, "zhang")
    database.execute_sql("DROP TABLE login_session")
    for address in ("/", "/login", "/static/theme.css"):
        answer = visitor.get(address)
        assert answer.status_code == (200 if "static" in address else 503), address
    assert "数据库暂时连接不上" in text_of(visitor.get("/"))


def test_files_cost_no_queries_and_the_frame_two(app):
    visitor = visit(app, "zhang")
    shell.of(app).waiting = None  # what waits is asked of the houses above
    files = ("/static/theme.css", "/bootstrap/static/css/bootstrap.min.css")
    for address, most in ((files[0], 0), (files[1], 0), ("/account", 2)):
        with web.queries() as seen:
            assert visitor.get(address).status_code == 200
        assert len(seen) == most, address


def test_a_frame_filled_by_the_houses_shows_what_waits_and_where_to_search(app):
    frame = shell.of(app)
    frame.waiting = lambda actor: len(actor.roles) + 6
    frame.search = "sample.list"
    frame.entries += [
        shell.Entry("sample.list", say("单位"), "building", 10),
        shell.Entry("sample.closed", say("系统管理员"), "gear", 20),
    ]
    page = visit(app, "zhang").get("/sample/list")
    assert "待我处理 7" in text_of(page)
    body = page.get_data(as_text=True)
    assert 'action="/sample/list"' in body
    assert 'href="/sample/list" aria-current="page"' in body
    assert 'href="/sample/closed"' not in body, "what one may not open is not offered"


def test_what_does_not_exist_is_said_inside_the_frame(app):
    page = text_of(visit(app, "zhang").get("/nowhere"))
    assert "退出登录" in page
    assert "没有这个页面" in page


def test_a_house_brings_its_own_home(app):
    shell.of(app).home = lambda: "the house's own"
    assert visit(app, "zhang").get("/").get_data(as_text=True) == "the house's own"


def test_a_script_that_asks_for_json_is_answered_in_json(app):
    answer = visit(app, "zhang").get("/sample/refuse/stale", headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json["what"] == "此件已被他人更新，您看到的是旧版本"


def test_markup_in_what_people_type_stays_text(app):
    visitor = visit(app, "zhang")
    page = visitor.post("/sample/form", {"name": "<b onclick=x>&'\"", "amount": "<i>"}).get_data(as_text=True)
    assert "<b onclick" not in page
    assert "<i>" not in page
    assert "&lt;b onclick=x&gt;" in page


def test_too_much_is_refused_with_a_clear_page(app):
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    visitor = visit(app, "zhang")
    data = {"name": "x", "file": (io.BytesIO(b"x" * 20_000), "large.pdf")}
    answer = visitor.post("/sample/form", data, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "超过了上限" in text_of(answer)


@pytest.mark.parametrize("name", [None, "zhang"])
def test_an_origin_that_is_no_address_is_a_stranger(app, name):
    visitor = visit(app, "zhang") if name else Visitor(app)
    answer = visitor.post("/sample/form", {"name": "x"}, headers={"Origin": "http://[bad"})
    assert answer.status_code in {302, 400, 401, 403, 422}
    data = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nnever ends"
    headers = {"Origin": "http://[bad"}
    answer = visitor.client.post(
        "/sample/form", data=data, content_type="multipart/form-data; boundary=x", headers=headers
    )
    assert 400 <= answer.status_code < 500


def test_a_file_in_place_of_words_is_a_field_that_is_missing(app):
    visitor = visit(app, "zhang")
    data = {"name": (io.BytesIO(b"x"), "x.txt"), "amount": "1"}
    answer = visitor.post("/sample/form", data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请填写此项" in text_of(answer)


# --- nothing typed is lost ----------------------------------------------------------------------------------

TYPED = {"name": "一份很长的 <说明>\n第二行", "amount": "12.5"}


def test_a_form_sent_after_the_session_ended_comes_back_and_can_be_sent_again(app):
    sample_pages.SENT.clear()
    visitor = visit(app, "zhang")
    visitor.get("/sample/form")
    visitor.client.delete_cookie("session")
    kept = visitor.post("/sample/form", TYPED)
    assert kept.status_code == 401
    page = kept.get_data(as_text=True)
    assert "第二行" in page
    assert "&lt;说明&gt;" in page
    assert "在新窗口重新登录" in page
    assert sample_pages.SENT == []
    assert visitor.log_in("zhang").status_code == 302
    assert visitor.post("/sample/form", TYPED).status_code == 302
    assert [row["name"] for row in sample_pages.SENT] == [TYPED["name"].strip()]


def test_what_was_typed_is_shown_under_the_labels_that_the_form_gave_it(app):
    visitor = visit(app, "zhang")
    form = visitor.get("/sample/form").get_data(as_text=True)
    (labels,) = re.findall(r'name="field-labels" value="([^"]*)"', form)
    typed = {"name": "目录体系", "rows-1-amount": "12", "version": "7"}
    kept = visitor.post("/sample/form", {**typed, "field-labels": unescape(labels), "csrf_token": "stale"})
    shown = re.findall(r'<span class="muted">(.*?)：</span>(.*?)</li>', kept.get_data(as_text=True))
    assert shown == [("项目名称", "目录体系"), ("金额（第 2 行）", "12")]
    for tampered in ('{"name": "<b>x"}', "[1]", "{", "[" * 20_000):
        kept = visitor.post("/sample/form", {**typed, "field-labels": tampered, "csrf_token": "stale"})
        assert kept.status_code == 400
        assert "<b>x" not in kept.get_data(as_text=True)


def test_more_rows_are_added_without_judging_or_sending_the_form(app):
    sample_pages.SENT.clear()
    visitor = visit(app, "zhang")
    grown = visitor.post("/sample/form", {"name": "", "rows-0-item": "服务器", "more-rows": "rows"})
    assert grown.status_code == 200
    page = grown.get_data(as_text=True)
    assert 'value="服务器"' in page
    assert page.count('data-column="item"') == 4  # as many as there may be
    assert "请填写此项" not in page
    assert 'name="more-rows"' not in page
    assert visitor.post("/sample/form", {"name": "", "more-rows": "name"}).status_code == 422
    assert sample_pages.SENT == []


def test_a_form_whose_key_is_stale_comes_back_too(app):
    visitor = visit(app, "zhang")
    answer = visitor.post("/sample/form", {**TYPED, "csrf_token": "stale"})
    assert answer.status_code == 400
    assert "重新提交" in text_of(answer)


def test_a_form_that_another_site_sent_is_not_offered_for_sending(app):
    visitor = visit(app, "zhang")
    for headers in ({"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}, {}):
        answer = visitor.post("/sample/form", {**TYPED, "csrf_token": "forged"}, headers=headers)
        assert answer.status_code == 400
        assert "重新提交" not in text_of(answer)
        assert "第二行" not in answer.get_data(as_text=True)


def test_passwords_are_never_sent_back(app):
    answer = Visitor(app).post("/account/password", {"password": "old-secret", "new_password": "new-secret"})
    assert answer.status_code == 401
    assert "secret" not in answer.get_data(as_text=True)
    answer = Visitor(app).post("/account/second-factor/token", {"code": "123456"})
    assert answer.status_code == 401
    assert "123456" not in answer.get_data(as_text=True)


def test_a_script_without_a_session_is_told_what_to_do(app):
    script = {"Origin": "http://localhost", "Accept": "application/json"}
    answer = Visitor(app).post("/sample/form", TYPED, headers=script)
    assert (answer.status_code, answer.json["remedy"]) == (401, "请在新窗口重新登录，再回到本页提交一次")
    stale = {**TYPED, "csrf_token": "stale"}
    answer = visit(app, "zhang").post("/sample/form", stale, headers=script)
    assert (answer.status_code, answer.json["remedy"]) == (400, "请刷新本页后重新提交")


# --- language -----------------------------------------------------------------------------------------------


def test_the_language_is_switched_on_the_same_page_and_remembered(app):
    visitor = visit(app, "zhang")
    assert "待我处理" in text_of(visitor.get("/"))
    answer = visitor.post("/language/en", {"next": "/account?tab=1"})
    assert answer.location == "/account?tab=1"
    page = visitor.get("/account")
    assert "My account" in text_of(page)
    assert 'lang="en"' in page.get_data(as_text=True)
    assert User.get(User.username == "zhang").language is Language.ENGLISH
    assert "My account" in text_of(visit(app, "zhang").get("/account")), "on another browser too"


def test_a_refusal_at_an_address_that_answers_no_link_leads_home(app):
    page = visit(app, "zhang").post("/language/xx", {"next": "/"}).get_data(as_text=True)
    assert 'name="next" value="/"' in page


def test_who_is_not_logged_in_keeps_the_language_in_the_browser(app):
    visitor = Visitor(app)
    visitor.post("/language/en", {"next": "/login"})
    assert "User name" in text_of(visitor.get("/login"))
    assert "用户名" in text_of(Visitor(app).get("/login"))


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""]
)
def test_switching_the_language_leads_nowhere_else(app, where):
    assert Visitor(app).post("/language/en", {"next": where}).location == "/"


# --- odd input over every route -----------------------------------------------------------------------------

ODD = ["", "x" * 5_000, "𠮷😀", "'; DROP TABLE x; --", "\ud7ff", "９９", "-1", "1e400", "NaN", "[]", "%s{0}"]

NAMED = ("username", "password", "code", "setup", "next", "new_password", "new_password_confirm", "name",
         "amount", "count", "role", "start", "rows-0-amount", "rows-99999-amount")  # fmt: skip
ASKED = ("next", "after", "before", "kind", "q", "sort", "format")


def routes(app: Flask) -> list[tuple[str, bool]]:
    """Every address, with a word in each of its places, and whether forms are sent there."""
    return [
        (re.sub(r"<[^>]+>", "x", rule.rule), "POST" in (rule.methods or ()))
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(("/sample/fault", "/sample/refuse", "/logout"))
    ]


@pytest.mark.parametrize("odd", ODD)
def test_odd_input_is_never_a_fault(app, odd):
    visitor, stranger = visit(app, "zhang"), Visitor(app)
    for address, sent in routes(app):
        if not _leads_somewhere(app, address):
            continue
        assert visitor.get(address, query_string=dict.fromkeys(ASKED, odd)).status_code < 500, address
        for one in (visitor, stranger) if sent else ():
            assert one.post(address, dict.fromkeys(NAMED, odd)).status_code < 500, address


def test_an_empty_form_or_a_word_in_place_of_a_number_is_never_a_fault(app):
    visitor = visit(app, "zhang")
    for address, sent in routes(app):
        if sent:
            assert visitor.post(address).status_code < 500, address
        if not _leads_somewhere(app, address):
            assert visitor.get(address, query_string=dict.fromkeys(ASKED, "x")).status_code == 404, address


def _leads_somewhere(app: Flask, address: str) -> bool:
    """Whether a view stands behind an address: none does where a word takes the place of a number."""
    try:
        app.url_map.bind("localhost").match(address, method=None)
    except NotFound:
        return False
    except (MethodNotAllowed, RequestRedirect):
        pass
    return True


def test_what_only_informs_lets_pass_but_is_not_called_passed(app):
    source = '{% from "ui/findings.html" import verdict %}{{ verdict(findings) }}'
    fine, told = (Finding("X", passed, say("项目"), "依据", Level.INFORM) for passed in (True, False))
    with app.test_request_context():
        assert "全部通过" in render_template_string(source, findings=[fine])
        said = render_template_string(source, findings=[fine, told])
    assert "可以通过" in said
    assert "全部通过" not in said
