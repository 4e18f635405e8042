"""Working days and days off that an administrator enters."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import Optional

from portfolio.foundation import clock, working_days
from portfolio.foundation.admin import READING, View, route
from portfolio.foundation.errors import Message, say
from portfolio.foundation.web.forms import DayField, Form, LineField, Needed
from portfolio.foundation.web.lists import Column, Kind
from portfolio.foundation.web.permissions import actor
from portfolio.foundation.working_days import WorkingDay

_AHEAD_MONTHS = 2
"""As far as deadlines reach; a year's arrangement is published in the November before it."""


class DayForm(Form):
    """A day, or all days from one to another."""

    day: Any = DayField(_("日期"), [Needed()])
    until: Any = DayField(
        _("截止日期"), [Optional()], description=_("连续几天安排相同的，填最后一天；只登记一天的不填")
    )
    working = BooleanField(_("上班（不勾选则为放假）"))
    note = LineField(_("依据"), [Needed()], description=_("如国务院办公厅关于节假日安排的通知及其文号"))


class PlainForm(Form):
    """Nothing to fill in: a confirmation."""


class Days(View):
    """Days that differ from weekends and known arrangements."""

    table = WorkingDay
    address = "working-days"
    subject = "working_day"
    title = say("节假日和调休")
    note = say("国务院公布的安排已随系统提供；尚未收录的年度在此登记，期限按工作日计算时即时采用")
    icon = "calendar-week"
    shown = facts = (
        Column("day", say("日期"), Kind.DAY),
        Column("working", say("安排"), get=lambda row: say("上班") if row.working else say("放假")),
        Column("note", say("依据")),
    )
    searched = ("note",)
    order = ("-day",)
    offers = READING | {"create_view", "withdraw_view"}
    adds = say("登记安排")

    def warning(self) -> Message | None:
        """The year of today's or the next months' deadlines whose days off are not known yet."""
        today = clock.today()
        for year in (today.year, clock.add_months(today, _AHEAD_MONTHS).year):
            if not clock.is_arranged(year):
                return say("{year}年的放假安排尚未登记，该年的期限暂按周末计算；公布后请在此登记", year=year)
        return None

    def acts(self, row: Any) -> list[tuple[str, Message, str]]:  # noqa: ANN401 - a Peewee row
        """An entry can be taken back."""
        return [(self.to("withdraw_view", row), say("撤销登记"), "x-circle")]

    @route("/new/", posts=True)
    def create_view(self) -> ResponseReturnValue:
        """Enter a day; one entered before is replaced."""
        form = DayForm()
        if form.accepted():
            with form.refusals():
                count = working_days.enter_period(
                    day=form.day.data,
                    until=form.until.data or form.day.data,
                    working=form.working.data,
                    note=form.note.data,
                    actor=actor(),
                )
                return self.done(say("已登记 {n} 天，期限按此计算", n=count))
        return self.page(form, say("登记安排"))

    @route("/withdraw/", posts=True)
    def withdraw_view(self) -> ResponseReturnValue:
        """Take an entry back."""
        row, form = self.row(), PlainForm()
        if form.accepted():
            working_days.withdraw(day_id=row.id, actor=actor())
            return self.done(say("已撤销"))
        happens = say("撤销后，这一天是否上班重新按周末和已公布的安排判断")
        return self.page(form, say("撤销登记"), row, happens=happens, danger=True)
