"""Pages for tests of what all pages stand on: a form, a list, and everything that can be refused."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template_string
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, DictLoader
from wtforms import FieldList, FormField
from wtforms import Form as Rows

from portfolio.foundation.access import Organisation, OrganisationKind
from portfolio.foundation.errors import (
    Conflict,
    Finding,
    Forbidden,
    InsufficientFunds,
    Invalid,
    Level,
    NotFound,
    Refused,
    StaleVersion,
    say,
)
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web import forms, lists
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing
from portfolio.foundation.web.permissions import allow, signed_in

FINDINGS = (
    Finding("R03", True, say("项目在规划之内"), "规划四（五）", figure=say("B1-G1-02")),
    Finding(
        "R05",
        False,
        say("资金来源合计与投资估算不一致"),
        "投资管理办法",
        figure=say("{amount}", amount=Money.from_wan("2600")),
        limit=say("{amount}", amount=Money.from_wan("2680")),
        remedy=say("请核对资金来源各行"),
    ),
    Finding("R09", False, say("运行维护费用偏高"), "评审要点", level=Level.WARN),
)
REFUSALS = {
    "not-found": NotFound(say("没有代码为 {code} 的单位", code="X-1")),
    "forbidden": Forbidden(
        say("账号 {name} 已停用", name="zhang"), basis="账号管理", remedy=say("请联系管理员")
    ),
    "invalid": Invalid({"name": say("请填写此项")}),
    "refused": Refused(FINDINGS),
    "funds": InsufficientFunds(FINDINGS),
    "stale": StaleVersion(
        say("此件已被他人更新，您看到的是旧版本"), remedy=say("请刷新页面，核对后重新办理")
    ),
    "conflict": Conflict(say("任务标识 {key} 已用于另一项任务（编号 {id}）", key="k", id=7)),
}


class RowForm(Rows):
    """One row of a table."""

    item = forms.LineField("支出项")
    amount = forms.WanField("金额")


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.LineField("项目名称", [forms.Needed()], longest=200, description="与规划条目一致")
    amount = forms.WanField("投资估算", [forms.Needed()])
    count = forms.WholeField("数量")
    role = forms.EnumSelectField("岗位", Role)
    start = forms.DayField("计划开工")
    need = forms.ProseField("建设需求")
    rows = FieldList(FormField(RowForm), min_entries=2, max_entries=4)


FORM = """{% extends "base.html" %}{% from "ui/form.html" import form_, field, rows, save_bar %}
{% block title %}Sample{% endblock %}{% block content %}<h1>Sample</h1>{% call form_(form) %}
{{ field(form.name) }}{{ field(form.amount, unit="万元") }}{{ field(form.count) }}{{ field(form.role) }}
{{ field(form.start) }}{{ field(form.need) }}{{ rows(form.rows, "Rows", ["amount"]) }}
{% call save_bar() %}<button class="btn btn-primary" type="submit">Send</button>{% endcall %}
{% endcall %}{% endblock %}"""
LIST = """{% extends "base.html" %}{% from "ui/list.html" import listing %}
{% block title %}Sample{% endblock %}
{% block content %}<h1>Sample</h1>{{ listing(list, "Sample") }}{% endblock %}"""
COLUMNS = (
    Column("code", say("编号"), link=lambda row: f"/sample/{row.code}"),
    Column("name", say("单位")),
    Column("id", say("合计"), Kind.MONEY, get=lambda row: Money.from_wan(row.id)),
    Column("kind", say("情况"), Kind.STATUS, get=lambda row: ("approved", row.short_name)),
    Column("valid_from", say("依据"), Kind.DAY),
)
SENT: list[dict[str, object]] = []


def install(app: Flask) -> None:
    """Add the pages to an application that serves nothing yet."""
    sample = Blueprint("sample", __name__, url_prefix="/sample")
    sample.add_url_rule("/form", "form", _form, methods=["GET", "POST"])
    sample.add_url_rule("/list", "list", _list)
    sample.add_url_rule("/refuse/<kind>", "refuse", _refuse, methods=["GET", "POST"])
    sample.add_url_rule("/fault", "fault", _fault)
    sample.add_url_rule("/number/<int:number>", "number", _number)
    sample.add_url_rule("/closed", "closed", _closed)
    app.register_blueprint(sample)
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader({"sample-list.html": LIST})])


@signed_in
def _form() -> ResponseReturnValue:
    form = SampleForm()
    if form.accepted():
        with form.refusals():
            _save(form)
            return redirect("/")
    return render_template_string(FORM, form=form), form.status


def _save(form: SampleForm) -> None:
    """A service that refuses some names."""
    if form.name.data == "重名":
        raise Invalid(
            {"name": say("请填写此项"), "rows[1].amount": say("请填写金额"), "other": say("没有找到")}
        )
    if form.name.data in REFUSALS:
        raise REFUSALS[form.name.data]
    SENT.append({name: value for name, value in form.data.items() if name != "csrf_token"})


@signed_in
def _list() -> ResponseReturnValue:
    filters = Filters(
        [
            Filter("kind", say("情况"), [(kind.value, kind.value) for kind in OrganisationKind]),
            Filter("q", say("单位")),
        ]
    )
    query = Organisation.select()
    if filters.value("kind"):
        query = query.where(Organisation.kind == filters.value("kind"))
    if filters.value("q"):
        query = query.where(Organisation.name.contains(filters.value("q")))
    page = lists.page_of(query, sort=(Organisation.code, Organisation.id), size=10)
    listing = Listing(
        COLUMNS,
        page,
        filters,
        totals={"id": Money.from_wan("55")},
        every_row=lambda: query.order_by(Organisation.code),
    )
    return lists.answer(listing, "sample-list.html", say("单位"))


@signed_in
def _refuse(kind: str) -> ResponseReturnValue:
    raise REFUSALS[kind]


@signed_in
def _fault() -> ResponseReturnValue:
    raise RuntimeError("the secret of the fault")


@signed_in
def _number(number: int) -> ResponseReturnValue:
    return str(number)


@allow(Role.ADMIN)
def _closed() -> ResponseReturnValue:
    return "only for administrators"
