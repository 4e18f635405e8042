"""Organisations: added and ended, with a successor; old documents keep the old name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from portfolio.foundation import clock
from portfolio.foundation.access import Organisation, OrganisationKind, Zone
from portfolio.foundation.admin import READING, VALIDITY, View, by_validity, route, validity
from portfolio.foundation.db import in_force
from portfolio.foundation.errors import Message, say
from portfolio.foundation.web.forms import DayField, Form, LineField, Needed
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Kind
from portfolio.foundation.web.permissions import actor
from portfolio.queries.people import tree
from portfolio.services.organisation import add_organisation, end_organisation

_LABELS = {
    OrganisationKind.DEPARTMENT: "市级部门",
    OrganisationKind.DISTRICT: "区县",
    OrganisationKind.PARK: "园区",
    OrganisationKind.OFFICE: "办事机构",
    OrganisationKind.LEADING_GROUP: "领导小组",
    OrganisationKind.AGENCY: "中介机构",
}
_YES = {True: say("是"), False: say("否")}


def organisation_choices(nothing: Message | None = None) -> list[SelectChoice]:
    """The organisations in force today, by code; before them what is said while none is chosen."""
    rows = Organisation.select(Organisation.id, Organisation.name).where(
        in_force(Organisation, clock.today())
    )
    first = [] if nothing is None else [SelectChoice("", text(nothing))]
    return [
        *first,
        *(SelectChoice(str(row.id), text(row.name)) for row in rows.order_by(Organisation.code)),
    ]


class OrganisationForm(Form):
    """A new body."""

    code = LineField(_("代码"), [Needed()], longest=40, description=_("如 CQ-XCJ，一经使用不再改变"))
    name = LineField(_("全称"), [Needed()], longest=100)
    short_name = LineField(_("简称"), [Needed()], longest=40)
    kind = SelectField(
        _("类别"), [Needed()], choices=[SelectChoice(kind.value, _(words)) for kind, words in _LABELS.items()]
    )
    zone_id = SelectField(_("经济区"))
    vertical = BooleanField(_("中央垂直管理单位（其项目只备案）"))
    valid_from: Any = DayField(_("生效日期"), [Needed()])


class EndForm(Form):
    """When a body ends, and what takes its place."""

    valid_to: Any = DayField(_("终止日期"), [Needed()], description=_("这一天仍然有效；最早为今天"))
    successor_id = SelectField(_("后继单位"))


class Organisations(View):
    """All bodies, those that have ended too."""

    table = Organisation
    address = "organisations"
    subject = "organisation"
    title = say("单位名录")
    note = say("改名或合并：新增后继单位，再终止旧单位；旧文件保留旧名称")
    icon = "building"
    shown = (
        Column("code", say("代码")),
        Column("name", say("全称")),
        Column("kind", say("类别"), get=lambda row: Message(_LABELS[row.kind])),
        Column("zone", say("经济区"), get=lambda row: row.zone.name if row.zone_id else None),
        Column("valid_from", say("生效日期"), Kind.DAY),
        Column("valid_to", say("终止日期"), Kind.DAY),
        Column("validity", say("有效性"), Kind.STATUS, get=validity),
    )
    facts = (
        *shown,
        Column("short_name", say("简称")),
        Column("vertical", say("中央垂直管理"), get=lambda row: _YES[row.vertical]),
        Column(
            "successor", say("后继单位"), get=lambda row: row.successor.name if row.successor_id else None
        ),
    )
    joined = (Organisation.zone,)
    searched = ("code", "name", "short_name")
    order = ("code",)
    offers = READING | {"create_view", "end_view", "tree_view"}
    adds = say("新增单位")
    leads = (("tree_view", say("按经济区查看"), "diagram-3"),)

    def filters(self) -> Sequence[Filter]:
        """Kind, zone and whether it is in force."""
        kinds = [(kind.value, Message(words)) for kind, words in _LABELS.items()]
        zones = [(str(row.id), row.name) for row in Zone.select().order_by(Zone.id)]
        return Filter("kind", say("类别"), kinds), Filter("zone", say("经济区"), zones), VALIDITY

    def get_query(self) -> Any:  # noqa: ANN401 - a Peewee query
        """Narrowed as the address says."""
        query, chosen = super().get_query(), self.narrowed()
        if kind := chosen.value("kind"):
            query = query.where(Organisation.kind == kind)
        if zone := chosen.value("zone"):
            query = query.where(Organisation.zone == int(zone))
        return by_validity(query, Organisation, chosen.value("validity"))

    @route("/tree/")
    def tree_view(self) -> ResponseReturnValue:
        """The bodies in force, by zone and kind, with how many people each has."""
        return render_template("administration/tree.html", view=self, branches=tree())

    def heading(self, row: Any) -> str:  # noqa: ANN401 - a Peewee row
        """Its name."""
        return str(text(row.name))

    def acts(self, row: Any) -> list[tuple[str, Message, str]]:  # noqa: ANN401
        """A body that has not ended can be ended."""
        over = row.valid_to is not None and row.valid_to < clock.today()
        return [] if over else [(self.to("end_view", row), say("终止"), "calendar-x")]

    @route("/new/", posts=True)
    def create_view(self) -> ResponseReturnValue:
        """Add a body."""
        form = OrganisationForm(valid_from=clock.today())
        zones = [SelectChoice(str(row.id), text(row.name)) for row in Zone.select().order_by(Zone.id)]
        form.zone_id.choices = [SelectChoice("", text(say("无"))), *zones]
        if form.accepted():
            with form.refusals():
                row = add_organisation(
                    code=form.code.data,
                    name=form.name.data,
                    short_name=form.short_name.data,
                    kind=OrganisationKind(form.kind.data),
                    zone_id=int(form.zone_id.data) if form.zone_id.data else None,
                    vertical=form.vertical.data,
                    valid_from=form.valid_from.data,
                    actor=actor(),
                )
                return self.done(say("已新增单位“{name}”", name=row.name), row)
        return self.page(form, say("新增单位"))

    @route("/end/", posts=True)
    def end_view(self) -> ResponseReturnValue:
        """Give a body an end."""
        row = self.row()
        form = EndForm(valid_to=row.valid_to, successor_id=str(row.successor_id or ""))
        form.successor_id.choices = organisation_choices(say("无"))
        if form.accepted():
            with form.refusals():
                end_organisation(
                    organisation_id=row.id,
                    valid_to=form.valid_to.data,
                    successor_id=int(form.successor_id.data) if form.successor_id.data else None,
                    actor=actor(),
                )
                return self.done(say("已写上终止日期"), row)
        happens = say("到期后不再出现在新项目的单位中；已有项目和文件不变")
        return self.page(form, say("终止"), row, happens=happens, danger=True)
