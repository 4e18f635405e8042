"""Text becomes values at the edge, and a service's refusal comes back at its field."""

from __future__ import annotations

from datetime import date

import pytest

from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from tests import sample_pages, web
from tests.web import text_of, visit


@pytest.fixture
def visitor(one_app):
    sample_pages.install(one_app)
    sample_pages.SENT.clear()
    web.account("zhang")
    return visit(one_app, "zhang")


GOOD = {"name": "目录体系", "amount": "2,680.5"}


def test_what_is_typed_arrives_as_values(visitor):
    typed = {
        **GOOD,
        "amount": "１２.345678",
        "count": "１,200",
        "role": "cio",
        "start": "2007-03-02",
        "need": "  两行\n文字  ",
        "rows-0-item": "设备",
        "rows-0-amount": "-3",
    }
    assert visitor.post("/sample/form", typed).status_code == 302
    (sent,) = sample_pages.SENT
    assert sent == {
        "name": "目录体系",
        "amount": Money(12_345_678),
        "count": 1200,
        "role": Role.CIO,
        "start": date(2007, 3, 2),
        "need": "两行\n文字",
        "rows": [{"item": "设备", "amount": Money(-3_000_000)}, {"item": "", "amount": None}],
    }


def test_what_is_left_empty_is_nothing(visitor):
    assert visitor.post("/sample/form", GOOD).status_code == 302
    (sent,) = sample_pages.SENT
    assert {sent[name] for name in ("count", "role", "start")} == {None}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "请填写此项"),
        ("name", "x" * 201, "200"),
        ("amount", "", "请填写此项"),
        ("amount", "12x", "“12x”不是金额"),
        ("amount", "0.0000001", "金额最小到分"),
        ("amount", "9" * 30, "超出系统可记的范围"),
        ("count", "1.5", "请填写整数"),
        ("count", "9" * 19, "请填写整数"),
        ("role", "emperor", "请从列表中选择"),
        ("start", "2007-02-30", "请按 2026-03-02 的样子填写日期"),
        ("start", "0001-01-01", "年份应在 1990 至 2100 之间"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_stays_as_typed(visitor, field, typed, said):
    answer = visitor.post("/sample/form", {**GOOD, field: typed})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert said in page
    assert f'href="#{field}"' in page, "the summary leads to the field"
    assert f'aria-describedby="{"name-hint " if field == "name" else ""}{field}-error"' in page
    assert sample_pages.SENT == []
    if field in {"amount", "count"} and typed:
        assert f'value="{typed}"' in page


def test_an_amount_is_shown_with_all_its_digits():
    from portfolio.foundation.web.forms import WanField

    written = WanField.written
    assert written(None, Money(12_345_678)) == "12.345678"
    assert written(None, Money(-1_000_000_000_000)) == "-1,000,000.00"
    assert written(None, None) == ""


def test_what_the_service_finds_invalid_lands_at_the_fields(visitor):
    answer = visitor.post("/sample/form", {**GOOD, "name": "重名", "rows-1-item": "设备"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="name-error"' in page
    assert "请填写金额" in page
    assert "没有找到" in page, "what names no field is said at the top"
    assert 'value="重名"' in page


@pytest.mark.parametrize(
    ("name", "status"), [("refused", 422), ("funds", 422), ("stale", 409), ("conflict", 409)]
)
def test_a_refused_act_leaves_the_form_as_it_was(visitor, name, status):
    answer = visitor.post("/sample/form", {**GOOD, "name": name})
    assert answer.status_code == status
    assert 'value="2,680.5"' in answer.get_data(as_text=True)
    if name == "refused":
        assert "项目在规划之内" in text_of(answer)


@pytest.mark.parametrize(("name", "status"), [("not-found", 404), ("forbidden", 403)])
def test_what_the_form_cannot_mend_is_a_page_of_its_own(visitor, name, status):
    assert visitor.post("/sample/form", {**GOOD, "name": name}).status_code == status
