"""Handing one's part over to a colleague for a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from portfolio.forms.fields import KeyField
from portfolio.foundation.roles import Role
from portfolio.foundation.web.forms import DayField, Form, LineField, Needed
from portfolio.foundation.web.language import text


class DelegationForm(Form):
    """To whom, in which role, from when to when, and why."""

    delegate_id: Any = KeyField(_("代理人"), [Needed()], description=_("本单位的同事"))
    role = SelectField(_("代理的岗位"), [Needed()])
    valid_from: Any = DayField(_("起始日期"), [Needed()])
    valid_to: Any = DayField(_("截止日期"), [Needed()], description=_("到期自动结束，也可以随时提前结束"))
    reason = LineField(_("原因"), [Needed()], longest=200, description=_("如：出差、休假、学习"))

    def offer(self, people: Iterable[Any], roles: Iterable[Role]) -> None:
        """The colleagues there are, and the parts that can be handed over."""
        self.delegate_id.offer(SelectChoice(str(one.id), one.name) for one in people)
        self.role.choices = [SelectChoice(role.value, text(role)) for role in sorted(roles)]
