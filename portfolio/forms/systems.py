"""The register of systems: entering one, certifying it, taking it out of service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice

from portfolio.forms.fields import KeyField, VersionField
from portfolio.foundation.web.forms import DayField, Form, LineField, Needed, ProseField
from portfolio.foundation.web.language import word


class SystemForm(Form):
    """A system as it is entered."""

    name = LineField(_("系统名称"), [Needed()])
    owner_id = KeyField(_("所属单位"), description=_("不选时为本单位"))
    project_id = KeyField(_("建设项目"), description=_("由哪个项目建成；存量系统不选"))
    description = ProseField(_("功能说明"), description=_("用于查重，写明功能和服务对象"))
    preexisting = BooleanField(_("存量系统（规划之前已有）"))
    launched_on = DayField(_("上线日期"), description=_("尚未上线的不填"))

    def given(self) -> dict[str, Any]:
        """The fields of the system, for the service."""
        names = ("name", "description", "preexisting", "launched_on")
        return {name: self[name].data for name in names}


class LinkForm(Form):
    """An existing system that a project upgrades."""

    system_id: Any = KeyField(_("已有系统"), [Needed()], description=_("已下线的系统不能关联"))

    def offer(self, systems: Iterable[Any]) -> None:
        """The systems there are."""
        rows = (
            SelectChoice(str(one.id), f"{one.code} {one.name}（{word(one.owner.short_name)}）")
            for one in systems
        )
        self.system_id.offer(rows)


class CertificationForm(Form):
    """Since when a system meets what R17 asks of it; an empty day takes the certificate back."""

    version = VersionField()
    catalogued_on = DayField(_("编入目录"), description=_("信息资源已编入目录体系之日"))
    shared_on = DayField(_("实现共享"), description=_("已按共享方案提供数据之日"))
    secure_on = DayField(_("安全合规"), description=_("通过信息安全风险评估之日"))

    def given(self) -> dict[str, Any]:
        """The three days, for the service."""
        return {name: self[name].data for name in ("catalogued_on", "shared_on", "secure_on")}


class RetirementForm(Form):
    """When and why a system goes out of service."""

    version = VersionField()
    retired_on = DayField(_("下线日期"), [Needed()], description=_("不能晚于今天，不早于上线"))
    retired_reason = ProseField(_("下线原因"), [Needed()], longest=1000, render_kw={"rows": 3})

    def given(self) -> dict[str, Any]:
        """Day and reason, for the service."""
        return {name: self[name].data for name in ("retired_on", "retired_reason")}
