"""What no browser of ours sends: a clear refusal, and nothing between the lines of the log or the headers."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from portfolio.foundation.web import permissions
from tests import web

NAMELESS = b"--x\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n--x--"


@pytest.fixture
def app(one_app: Flask) -> Flask:
    web.account("zhang")
    one_app.add_url_rule("/broken/<rest>", "broken", _broken)
    return one_app


def _broken(rest: str) -> str:
    raise RuntimeError(rest)


_broken.declared_access = permissions.PUBLIC  # type: ignore[attr-defined]


def test_a_field_without_a_name_is_refused(app: Flask) -> None:
    for visitor, status in ((web.visit(app, "zhang"), 400), (web.Visitor(app), 401)):
        answer = visitor.client.post(
            "/account/password",
            data=NAMELESS,
            content_type="multipart/form-data; boundary=x",
            headers={"Origin": "http://localhost"},
        )
        assert answer.status_code == status


@pytest.mark.parametrize("address", ["/login", "/account", "/account/password"])
def test_no_page_is_kept_by_a_browser(app: Flask, address: str) -> None:
    answer = web.visit(app, "zhang").get(address) if address != "/login" else web.Visitor(app).get(address)
    assert {part.strip() for part in answer.headers["Cache-Control"].split(",")} == {"no-store", "private"}


def test_an_address_cannot_forge_a_line_of_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert web.Visitor(app).get("/broken/x%0AERROR%20forged").status_code == 500
    (message,) = [record.getMessage() for record in caplog.records if "/broken/" in record.getMessage()]
    assert "\n" not in message


@pytest.mark.parametrize(
    "where",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example", "https://evil.example/",
     "javascript:alert(1)", "http:///evil.example", "/\r\nSet-Cookie: a=b", "/a\nb"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(app: Flask, where: str) -> None:
    visitor = web.Visitor(app)
    led = [
        visitor.post("/login", {"username": "zhang", "password": web.PASSWORD, "next": where}),
        visitor.post("/language/en", {"next": where}),
    ]
    for answer in led:
        assert answer.status_code == 302, "the right password opens, whatever the link said"
        location = answer.headers["Location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\", "/\t"))
