"""People: accounts, dated roles, passwords, second factors; deactivated, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import PasswordField, SelectField
from wtforms.validators import Email, Length, Optional

from portfolio.admin.organisations import organisation_choices
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation, User, UserRole
from portfolio.foundation.admin import READING, View, asked_for, route
from portfolio.foundation.db import get, transaction
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.roles import Role
from portfolio.foundation.web import accounts
from portfolio.foundation.web.forms import DayField, EnumSelectField, Form, LineField, Needed
from portfolio.foundation.web.language import text
from portfolio.foundation.web.lists import Column, Filter, Kind
from portfolio.foundation.web.permissions import actor
from portfolio.queries.people import holders, roles_today
from portfolio.services import people

_POLICY = _("至少 10 个字符；大写字母、小写字母、数字、其他符号中至少三种；不含用户名")
_SECOND = {True: say("已启用"), False: say("未启用")}


class NewPersonForm(Form):
    """A new account with a first password, which may also be set afterwards."""

    username = LineField(
        _("用户名"), [Needed()], longest=accounts.LONGEST_NAME, description=_("登录时使用，一经使用不再改变")
    )
    name = LineField(_("姓名"), [Needed()], longest=people.LONGEST_PERSON)
    organisation = SelectField(_("单位"), [Needed()])
    role: Any = EnumSelectField(_("岗位"), Role, [Needed()], description=_("自今天起；其他岗位可随后授予"))
    password = PasswordField(
        _("初始密码"),
        [Optional(), Length(max=accounts.LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
        description=_POLICY,
    )


class PersonForm(Form):
    """What is known about a person."""

    name = LineField(_("姓名"), [Needed()], longest=people.LONGEST_PERSON)
    organisation = SelectField(_("单位"), [Needed()])
    email = LineField(_("电子邮箱"), [Optional(), Email(message=_("请填写完整的邮箱地址"))], longest=200)


class RoleForm(Form):
    """A role from a day, until a day."""

    role: Any = EnumSelectField(_("岗位"), Role, [Needed()])
    valid_from: Any = DayField(_("生效日期"), [Needed()])
    valid_to: Any = DayField(_("终止日期"), [Optional()], description=_("不填则长期有效"))


class EndRoleForm(Form):
    """The last day of a role."""

    valid_to: Any = DayField(_("终止日期"), [Needed()], description=_("这一天仍然有效；最早为今天"))


class PasswordForm(Form):
    """A first password, to be changed at the next log-in."""

    password = PasswordField(
        _("初始密码"),
        [Needed(), Length(max=accounts.LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
        description=_POLICY,
    )


class ConfirmForm(Form):
    """Nothing to fill in."""


def _state(row: Any) -> tuple[str, Message]:  # noqa: ANN401 - a Peewee row
    if not row.active:
        return "blocked", say("已停用")
    return ("conditional", say("已锁定")) if row.locked_until else ("approved", say("正常"))


def _roles(row: Any) -> str:  # noqa: ANN401 - a Peewee row
    return text(say("、")).join(str(text(role)) for role in row.roles_today) or text(say("暂无岗位"))


class People(View):
    """All accounts."""

    table = User
    address = "people"
    subject = "user"
    title = say("人员和岗位")
    note = say("账号只停用、不删除；岗位有起止日期，任何人不能改动自己的岗位")
    icon = "people"
    shown = (
        Column("username", say("用户名")),
        Column("name", say("姓名")),
        Column("organisation", say("单位"), get=lambda row: row.organisation.name),
        Column("roles", several("岗位"), get=_roles),
        Column("active", say("状态"), Kind.STATUS, get=_state),
        Column(
            "tf_primary_method",
            say("两步验证"),
            get=lambda row: _SECOND[bool(row.tf_primary_method)],
        ),
    )
    facts = (
        *shown,
        Column("email", say("电子邮箱")),
        Column("password_changed_at", say("密码由本人修改于"), Kind.MOMENT),
        Column("locked_until", say("锁定至"), Kind.MOMENT),
    )
    joined = (User.organisation,)
    searched = ("username", "name")
    order = ("username",)
    offers = READING | {
        *("create_view", "edit_view", "role_view", "end_role_view"),
        *("password_view", "active_view", "second_factor_view", "unlock_view"),
    }
    adds = say("新增人员")

    def filters(self) -> Sequence[Filter]:
        """Organisation, role held today, and whether the account is in use."""
        houses = [(choice.value, choice.label) for choice in organisation_choices()]
        states = [("active", say("正常")), ("inactive", say("已停用"))]
        return (
            Filter("house", say("单位"), houses),
            Filter("role", say("岗位"), [(role.value, role) for role in Role]),
            Filter("state", say("状态"), states),
        )

    def get_query(self) -> Any:  # noqa: ANN401 - a Peewee query
        """Narrowed as the address says."""
        query, chosen = super().get_query(), self.narrowed()
        if house := chosen.value("house"):
            query = query.where(User.organisation == int(house))
        if role := chosen.value("role"):
            query = query.where(User.id.in_(holders(Role(role))))
        if state := chosen.value("state"):
            query = query.where(User.active == (state == "active"))
        return query

    def prepare(self, rows: Sequence[Any]) -> None:
        """The roles that they hold today, and until when they are locked out."""
        roles, locks = roles_today(rows), accounts.locks([row.username for row in rows])
        for row in rows:
            row.roles_today, row.locked_until = roles[row.id], locks.get(row.username)

    def heading(self, row: Any) -> str:  # noqa: ANN401 - a Peewee row
        """The person's name."""
        return str(row.name)

    def acts(self, row: Any) -> list[tuple[str, Message, str]]:  # noqa: ANN401
        """Everything that may be done to an account."""
        found = [
            (self.to("edit_view", row), say("修改资料"), "pencil"),
            (self.to("role_view", row), say("授予岗位"), "person-plus"),
            (self.to("password_view", row), say("设初始密码"), "key"),
        ]
        if row.locked_until:
            found.append((self.to("unlock_view", row), say("解除锁定"), "unlock"))
        if row.tf_primary_method:
            found.append((self.to("second_factor_view", row), say("重设两步验证"), "phone"))
        found.append(
            (self.to("active_view", row), say("停用账号") if row.active else say("恢复账号"), "power")
        )
        return found

    def more(self, row: Any) -> dict[str, Any]:  # noqa: ANN401
        """The roles, newest first, and where each is ended."""
        roles = (
            UserRole.select().where(UserRole.user == row).order_by(UserRole.valid_from.desc(), UserRole.id)
        )
        return {"roles": list(roles), "today": clock.today()}

    @route("/new/", posts=True)
    def create_view(self) -> ResponseReturnValue:
        """Add an account."""
        form = NewPersonForm()
        form.organisation.choices = organisation_choices(say("请选择"))
        if form.accepted():
            with form.refusals(), transaction():
                house = get(Organisation, int(form.organisation.data), say("单位"))
                row = people.add_user(
                    username=form.username.data,
                    name=form.name.data,
                    roles=[form.role.data],
                    organisation=house.code,
                    actor=actor(),
                )
                if not form.password.data:
                    return self.done(say("已新增账号 {name}，请再设初始密码", name=row.username), row)
                accounts.set_password(user_id=row.id, password=form.password.data, actor=actor())
                return self.done(say("已新增账号 {name}，本人首次登录后须修改密码", name=row.username), row)
        return self.page(form, say("新增人员"))

    @route("/edit/", posts=True)
    def edit_view(self) -> ResponseReturnValue:
        """Change what is known about a person."""
        row = self.row()
        form = PersonForm(name=row.name, email=row.email, organisation=str(row.organisation_id))
        form.organisation.choices = organisation_choices(say("请选择"))
        if form.accepted():
            with form.refusals():
                people.change_user(
                    user_id=row.id,
                    name=form.name.data,
                    email=form.email.data,
                    organisation_id=int(form.organisation.data),
                    actor=actor(),
                )
                return self.done(say("已保存"), row)
        return self.page(form, say("修改资料"), row, button=say("保存"))

    @route("/role/", posts=True)
    def role_view(self) -> ResponseReturnValue:
        """Grant a role."""
        row, form = self.row(), RoleForm(valid_from=clock.today())
        if form.accepted():
            with form.refusals():
                people.grant_role(
                    user_id=row.id,
                    role=form.role.data,
                    valid_from=form.valid_from.data,
                    valid_to=form.valid_to.data,
                    actor=actor(),
                )
                return self.done(say("已授予岗位"), row)
        return self.page(form, say("授予岗位"), row)

    @route("/end-role/", posts=True)
    def end_role_view(self) -> ResponseReturnValue:
        """End a role."""
        role = get(UserRole, asked_for(), say("岗位"))
        form = EndRoleForm(valid_to=role.valid_to)
        if form.accepted():
            with form.refusals():
                people.end_role(role_id=role.id, valid_to=form.valid_to.data, actor=actor())
                return self.done(say("已写上终止日期"), role.user)
        happens = say("{role}：到期次日起不再有此权限", role=role.role.label)
        return self.page(form, say("终止岗位"), role.user, happens=happens, danger=True)

    @route("/password/", posts=True)
    def password_view(self) -> ResponseReturnValue:
        """Set a first password."""
        row, form = self.row(), PasswordForm()
        if form.accepted():
            with form.refusals():
                accounts.set_password(user_id=row.id, password=form.password.data, actor=actor())
                return self.done(say("已设初始密码，本人登录后须先修改"), row)
        happens = say("此人现有的登录全部结束；请当面或电话告知初始密码")
        return self.page(form, say("设初始密码"), row, happens=happens)

    @route("/active/", posts=True)
    def active_view(self) -> ResponseReturnValue:
        """Deactivate an account, or bring it back."""
        row, form = self.row(), ConfirmForm()
        label = say("停用账号") if row.active else say("恢复账号")
        if form.accepted():
            accounts.set_active(user_id=row.id, active=not row.active, actor=actor())
            return self.done(say("账号已停用") if row.active else say("账号已恢复"), row)
        ends = say("此人现有的登录全部结束，不能再登录；办过的事仍记在其名下")
        happens = ends if row.active else say("此人可以再登录，岗位按起止日期恢复")
        return self.page(form, label, row, happens=happens, danger=row.active)

    @route("/unlock/", posts=True)
    def unlock_view(self) -> ResponseReturnValue:
        """Open a name that wrong passwords have locked."""
        row, form = self.row(), ConfirmForm()
        if form.accepted():
            accounts.unlock(user_id=row.id, actor=actor())
            return self.done(say("已解除锁定"), row)
        happens = say("此人可以立即再试；请先确认是本人输错，不是有人在猜密码")
        return self.page(form, say("解除锁定"), row, happens=happens)

    @route("/second-factor/", posts=True)
    def second_factor_view(self) -> ResponseReturnValue:
        """Forget a second factor."""
        row, form = self.row(), ConfirmForm()
        if form.accepted():
            accounts.reset_second_factor(user_id=row.id, actor=actor())
            return self.done(say("两步验证已重设，本人登录后可重新启用"), row)
        happens = say("手机遗失或更换时使用；此人现有的登录全部结束")
        return self.page(form, say("重设两步验证"), row, happens=happens)
