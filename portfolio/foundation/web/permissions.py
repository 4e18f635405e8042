"""Who may open which address: declared beside each view, held in one table; what is undeclared is denied.

::

    @bp.get("/projects/<int:project_id>")
    @allow(Role.APPLICANT, Role.CIO)
    def project(project_id: int) -> ResponseReturnValue: ...

``@public`` opens a view to everybody and ``@signed_in`` to every person with an account.  Which *objects* a
person may see stays with the queries, which raise ``NotFound`` for what is not theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security.utils import set_request_attr

from portfolio.foundation import access, clock
from portfolio.foundation.errors import Forbidden, say
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.settings import current
from portfolio.foundation.web import accounts, kept, language

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "declared_access"
_EXTENSION = "access"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open a view: everybody, or people in any of ``roles`` (none named: whoever has an account)."""

    everybody: bool = False
    roles: frozenset[Role] = frozenset()

    def admits(self, actor: Actor) -> bool:
        """Whether a person in these roles may open it."""
        return self.everybody or not self.roles or actor.has(*self.roles)


PUBLIC = Access(everybody=True)
SIGNED_IN = Access()


def public(view: View) -> View:
    """Declare that everybody may open this view, signed in or not."""
    return _declared(view, PUBLIC)


def signed_in(view: View) -> View:
    """Declare that every person with an account may open this view."""
    return _declared(view, SIGNED_IN)


def allow(*roles: Role) -> Callable[[View], View]:
    """Declare that only people in one of ``roles`` may open this view."""
    if not roles:
        raise ValueError("allow() without a role: say signed_in or public")
    return lambda view: _declared(view, Access(roles=frozenset(roles)))


def _declared(view: View, access_: Access) -> View:
    setattr(view, _MARK, access_)
    return view


def declare(app: Flask, endpoint: str, access_: Access) -> None:
    """Declare the access of an endpoint that an extension brought."""
    app.extensions.setdefault(_EXTENSION, {})[endpoint] = access_


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What was declared for an endpoint; ``None`` means denied."""
    declared: Access | None = app.extensions.get(_EXTENSION, {}).get(endpoint)
    return declared or getattr(app.view_functions[endpoint], _MARK, None)


# --- the guard ----------------------------------------------------------------------------------------------


def install(app: Flask) -> None:
    """Ask before every request."""
    app.before_request(guard)


def actor() -> Actor:
    """The person of this request, in the roles they hold today."""
    found: Actor | None = g.get("actor")
    if found is None:
        raise Forbidden(say("请先登录"), basis="账号管理", remedy=say("请登录后再办理"))
    return found


def guard() -> ResponseReturnValue | None:
    """Let the request through, send its maker to log in, or raise ``Forbidden``."""
    if request.endpoint in _FILES:
        return None
    g.actor = _present() if current_user.is_authenticated else None
    if request.endpoint is None:
        return None  # no such address: Flask answers 404 or 405
    declared = access_of(current_app, request.endpoint)
    if declared is None:
        raise Forbidden(
            say("此地址未开放"), basis="未声明权限的地址一律拒绝", remedy=say("请从导航进入，或联系管理员")
        )
    if declared.everybody:
        return None
    if g.actor is None:
        return _ask_to_sign_in()
    detour = _detour(g.actor)
    if detour is not None and request.endpoint not in {*_ALWAYS_OPEN, detour[0]}:
        flash(language.text(detour[1]), "warning")
        return redirect(url_for(detour[0]))
    if not declared.admits(g.actor):
        raise Forbidden(
            say("{name}的岗位不能打开此页", name=g.actor.name),
            basis="岗位职责分工",
            remedy=say("请转交有此职责的人员，或由管理员按规定授权"),
        )
    return None


def _present() -> Actor:
    """The person of this request: in their own roles, or in the place of another (代理)."""
    chosen = session.get(_DELEGATION)
    if chosen is None:
        return access.acting(current_user)
    found = access.standing_in(current_user, chosen)
    if found is None:
        session.pop(_DELEGATION)
        g.actor = access.acting(current_user)
        raise Forbidden(
            say("代理已经结束，本次操作没有执行"),
            basis="代理须有起止日期并登记",
            remedy=say("现在恢复本人身份，请从首页重新进入"),
        )
    g.standing_in = found[1]
    return found[0]


def stand_in(delegation_id: int) -> None:
    """Act in the place of another from the next request on; raises ``Forbidden`` without a delegation."""
    if access.standing_in(current_user, delegation_id) is None:
        raise Forbidden(
            say("{name}今日没有这项代理权限", name=current_user.name),
            basis="代理须有起止日期并登记",
            remedy=say("请由被代理人登记代理"),
        )
    session[_DELEGATION] = delegation_id


def stand_back() -> None:
    """Act as oneself again."""
    session.pop(_DELEGATION, None)


_DELEGATION = "delegation"
_FILES = frozenset({"static", "bootstrap.static"})  # the same for everybody: no question, no query
_ALWAYS_OPEN = frozenset({"security.logout", "security.two_factor_token_validation", "security.verify"})
_SETUP = "security.two_factor_setup"


def _detour(who: Actor) -> tuple[str, Any] | None:
    """What a person must do before anything else: a page, and why."""
    if current_user.password_changed_at is None:
        return "security.change_password", say("这是管理员设置的初始密码，请先改成自己的密码")
    if access.needs_second_factor(who) and not current_user.tf_primary_method:
        if request.endpoint == "security.two_factor_setup_validate":
            return None
        return _SETUP, say("您的岗位须启用两步验证后才能办理业务")
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method in {"GET", "HEAD"}:
        where = request.full_path.rstrip("?")
        return redirect(url_for("security.login", next=where if where != "/" else None))
    return kept.page(say("登录已过期，本次提交没有执行"), 401)


# --- sessions -----------------------------------------------------------------------------------------------

_KEY, _SEEN = "login", "seen"


def remember_session(key: str) -> None:
    """Keep a new session's key in the signed cookie."""
    session[_KEY] = key
    session[_SEEN] = _seconds()


def session_key() -> str:
    """The key of this request's session, or nothing."""
    return str(session.get(_KEY, ""))


def load_person(uniquifier: str) -> access.User | None:
    """The person whose session this is, while it lives; ends one that stood idle."""
    key, seen = session_key(), session.get(_SEEN, 0)
    row = accounts.session_of(key) if key else None
    idle = not isinstance(seen, int) or _seconds() - seen > current().session_idle_minutes * 60
    if row is None or idle or row.user.fs_uniquifier != uniquifier:
        for name in (_KEY, _SEEN, _DELEGATION, "_user_id", "_fresh", "fs_paa"):
            session.pop(name, None)
        return None
    session[_SEEN] = _seconds()
    set_request_attr("fs_authn_via", "session")  # the library asks its own loader's questions
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    user: access.User = row.user
    return user


def _seconds() -> int:
    return int(clock.now().timestamp())
