"""A new project: its name, its track, and the item of the plan that it follows."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from portfolio.forms.fields import KeyField
from portfolio.foundation.web.forms import EnumSelectField, Form, LineField, Needed, NeededLater, ProseField
from portfolio.rules.dossier import Route, Track


class NewProjectForm(Form):
    """What must be known to begin; everything else follows in the dossier."""

    name = LineField(_("项目名称"), [Needed()], description=_("与规划项目一致或能看出其关系，最多200字"))
    owner_id = KeyField(_("申报单位"), description=_("备案项目由信息化主管部门代为登记时选择"))
    track = EnumSelectField(
        _("类别"),
        Track,
        [Needed()],
        description=_("使用财政资金的按政府投资程序审批；不使用财政资金的只备案"),
    )
    route = EnumSelectField(
        _("办理方式"),
        Route,
        [Needed()],
        description=_("涉密项目只登记编号、单位、规划项目和金额合计，登记后不能改变"),
    )
    plan_item_id = KeyField(
        _("规划项目"),
        [NeededLater()],
        description=_("先规划后立项：立项须以规划项目为依据（规划四（六））"),
        render_kw={"data-search": ""},
    )
    amendment_reason = ProseField(
        _("增补理由"),
        description=_("规划中没有的项目在此说明为何应当增补，并先报领导小组审定"),
        render_kw={"rows": 3},
    )

    @property
    def owner(self) -> int | None:
        """The organisation for which it is registered, when that may be another one."""
        return self.owner_id.data if self.owner_id is not None else None

    def given(self) -> dict[str, Any]:
        """The fields of the project, for the service."""
        return {name: value for name, value in self.data.items() if name not in ("csrf_token", "owner_id")}
