"""The rulebook: rows are added and ended, never rewritten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portfolio.admin.figures import in_words
from portfolio.foundation import clock, rulebook
from portfolio.foundation.admin import READING, VALIDITY, View, by_validity, route, validity
from portfolio.foundation.errors import Invalid, Level, Message, say
from portfolio.foundation.rulebook import RuleRow
from portfolio.foundation.web.forms import DayField, Form, LineField, Needed, ProseField
from portfolio.foundation.web.language import word
from portfolio.foundation.web.lists import Column, Filter, Kind
from portfolio.foundation.web.permissions import actor

_LABELS = {Level.BLOCK: "阻断", Level.WARN: "警告", Level.INFORM: "提示"}
_BADGES = {Level.BLOCK: "blocked", Level.WARN: "conditional", Level.INFORM: "review"}


def _level(level: Level) -> tuple[str, Message]:
    return _BADGES[level], Message(_LABELS[level])


class RuleForm(Form):
    """A rule, or the next version of one."""

    code = LineField(_("代码"), [Needed()], longest=20, description=_("如 R05；同一规则的新版本用同一代码"))
    title = LineField(_("名称"), [Needed()])
    level = SelectField(
        _("级别"),
        [Needed()],
        choices=[SelectChoice(level.value, _(words)) for level, words in _LABELS.items()],
    )
    parameters = ProseField(
        _("参数"), [Needed()], description=_('JSON，如 {"limit_wan": 500}；名称中带单位'), longest=4000
    )
    basis = LineField(_("依据"), [Needed()], description=_("法规条款、规划条文或本系统规则的名称"))
    valid_from: Any = DayField(_("生效日期"), [Needed()])


class EndForm(Form):
    """When a rule ends."""

    valid_to: Any = DayField(_("终止日期"), [Needed()], description=_("这一天仍然有效；最早为今天"))


class Rules(View):
    """All versions of all rules."""

    table = RuleRow
    address = "rules"
    subject = "rule"
    title = say("规则手册")
    note = say("门槛、期限和级别；改规则就是终止旧的一行、另加一行，已提交的仍按提交之日的规则办")
    icon = "journal-check"
    shown = (
        Column("code", say("代码")),
        Column("title", say("名称"), get=lambda row: Message(row.title)),
        Column(
            "level",
            say("级别"),
            Kind.STATUS,
            get=lambda row: _level(row.level),
        ),
        Column("valid_from", say("生效日期"), Kind.DAY),
        Column("valid_to", say("终止日期"), Kind.DAY),
        Column("validity", say("有效性"), Kind.STATUS, get=validity),
    )
    facts = (*shown, Column("basis", say("依据"), get=lambda row: Message(row.basis)))
    searched = ("code", "title", "basis")
    order = ("code", "-valid_from")
    offers = READING | {"create_view", "end_view"}
    adds = say("新增一行")

    def heading(self, row: Any) -> str:  # noqa: ANN401 - a Peewee row
        """Code and title."""
        return f"{row.code} {word(row.title)}"

    def filters(self) -> Sequence[Filter]:
        """Level, and whether it is in force."""
        levels = [(level.value, Message(words)) for level, words in _LABELS.items()]
        return Filter("level", say("级别"), levels), VALIDITY

    def get_query(self) -> Any:  # noqa: ANN401 - a Peewee query
        """Narrowed as the address says."""
        query, chosen = super().get_query(), self.narrowed()
        if level := chosen.value("level"):
            query = query.where(RuleRow.level == level)
        return by_validity(query, RuleRow, chosen.value("validity"))

    def more(self, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
        """The rule's figures in words."""
        return {"parameters": in_words(row.parameters)}

    def acts(self, row: Any) -> list[tuple[str, Message, str]]:  # noqa: ANN401
        """A rule that has not ended can be ended."""
        over = row.valid_to is not None and row.valid_to < clock.today()
        return [] if over else [(self.to("end_view", row), say("终止"), "calendar-x")]

    @route("/new/", posts=True)
    def create_view(self) -> ResponseReturnValue:
        """Add a row."""
        form = RuleForm()
        if form.accepted():
            with form.refusals():
                row = rulebook.add_row(
                    code=form.code.data,
                    title=form.title.data,
                    level=Level(form.level.data),
                    parameters=_read_parameters(form.parameters.data),
                    basis=form.basis.data,
                    valid_from=form.valid_from.data,
                    actor=actor(),
                )
                return self.done(say("已新增规则 {code}", code=row.code), row)
        return self.page(form, say("新增一行"))

    @route("/end/", posts=True)
    def end_view(self) -> ResponseReturnValue:
        """Give a row an end."""
        row = self.row()
        form = EndForm(valid_to=row.valid_to)
        if form.accepted():
            with form.refusals():
                rulebook.end_row(row_id=row.id, valid_to=form.valid_to.data, actor=actor())
                return self.done(say("已写上终止日期"), row)
        happens = say("次日起新提交的事项不再适用本行；已批准的不受影响")
        return self.page(form, say("终止"), row, happens=happens, danger=True)


def _read_parameters(typed: str) -> dict[str, Any]:
    try:
        found = json.loads(typed)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Invalid({"parameters": say("应为一个 JSON 对象，如 {example}", example='{"limit_wan": 500}')})
    return found
