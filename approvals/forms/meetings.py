# ruff: noqa: ANN401 - WTForms has no types
"""Calling a meeting of the leading group, and who was there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from portfolio.foundation.errors import say
from portfolio.foundation.web.forms import DayField, Form, LineField, Needed
from portfolio.foundation.web.language import text


class ChecksField(SelectMultipleField):
    """Any number of rows, each with a box to tick, by their ids."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **named: Any) -> None:
        """Nothing is offered yet."""
        super().__init__(label, coerce=int, choices=(), **named)


class MeetingForm(Form):
    """Number, day, place; the agenda is ticked on the page itself."""

    number = LineField(_("会议纪要号"), [Needed()], longest=80, description=_("如：渝信组纪〔2008〕3号"))
    held_on: Any = DayField(_("会议日期"), [Needed()])
    place = LineField(_("地点"), longest=80)
    submissions = ChecksField(_("上会项目"))

    def offer(self, briefs: Iterable[Any]) -> None:
        """What waits for the leading group."""
        self.submissions.choices = [SelectChoice(one.submission.id, one.project.name) for one in briefs]


class OpeningForm(Form):
    """Who is there and who presides."""

    present = ChecksField(_("到会成员"))
    chair: Any = SelectField(_("主持人"), [Needed()], coerce=str)

    def offer(self, members: Iterable[Any]) -> None:
        """The members of the day."""
        listed = [SelectChoice(one.id, one.name) for one in members]
        self.present.choices = listed
        chosen = [SelectChoice(str(one.value), str(one.label)) for one in listed]
        self.chair.choices = [SelectChoice("", text(say("请选择"))), *chosen]


class ApprovalForm(Form):
    """Those items of the agenda that are approved at once."""

    submissions = ChecksField(_("一并审定的项目"))

    def offer(self, briefs: Iterable[Any]) -> None:
        """What is still undecided."""
        self.submissions.choices = [SelectChoice(one.submission.id, one.project.name) for one in briefs]
