"""Logging in: Flask-Security on the product's accounts, by user name, with lock-out and a second factor."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from flask import Flask, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_login import current_user, user_logged_out
from flask_security import (
    ChangePasswordForm,
    LoginForm,
    PasswordUtil,
    PeeweeUserDatastore,
    Security,
    Totp,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    password_changed,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_failed_authn,
)
from flask_security.utils import check_and_get_token_status, validate_redirect_url
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portfolio.foundation import access, audit, clock
from portfolio.foundation.access import User, UserRole
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.errors import Message, say
from portfolio.foundation.settings import Settings
from portfolio.foundation.web import accounts, permissions
from portfolio.foundation.web.accounts import LONGEST_NAME, LONGEST_PASSWORD
from portfolio.foundation.web.language import Catalogue, moment, text

_WRONG = say("用户名或密码不正确")


def install(app: Flask, settings: Settings) -> None:
    """Put Flask-Security on the application: log in and out, change the password, set up a second factor."""
    app.config.update(_configuration(app.config["SECRET_KEY"]))
    security = Security(
        app,
        Accounts(None, User, UserRole, UserRole),  # type: ignore[no-untyped-call]
        login_form=NameLoginForm,
        verify_form=CountedVerifyForm,
        change_password_form=PolicyChangePasswordForm,
        two_factor_verify_code_form=CountedCodeForm,
        two_factor_setup_form=SecondFactorForm,
        two_factor_rescue_form=NoRescueForm,
        password_util_cls=PolicyPasswordUtil,
        totp_cls=OnceTotp,
    )
    security.i18n_domain = Catalogue("flask_security")
    app.jinja_env.globals["_fsdomain"] = security.i18n_domain.gettext
    security.principal.identity_loaders.clear()  # permissions are ours; it would ask on every file
    security.want_json(lambda _request: False)
    app.login_manager.user_loader(permissions.load_person)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined] # no tokens
    for name in ("change_password", "two_factor_setup_validate", "two_factor_setup"):
        endpoint = f"security.{name}"
        app.view_functions[endpoint] = _in_transaction(app.view_functions[endpoint])
    setup = "security.two_factor_setup_validate"
    app.view_functions[setup] = _with_the_same_secret(app.view_functions[setup])
    code = "security.two_factor_token_validation"
    app.view_functions[code] = _before_log_in(app.view_functions[code])
    for name in ("login", "logout", "two_factor_token_validation"):
        permissions.declare(app, f"security.{name}", permissions.PUBLIC)
    for name in ("verify", "change_password", "two_factor_setup", "two_factor_setup_validate"):
        permissions.declare(app, f"security.{name}", permissions.SIGNED_IN)
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    user_failed_authn.connect(_failed, app)
    password_changed.connect(_password_changed, app)
    tf_profile_changed.connect(_second_factor_set, app)
    tf_disabled.connect(_second_factor_removed, app)


def _configuration(key: str) -> dict[str, Any]:
    cost = accounts.argon2_cost()
    return {
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"username": {"mapper": lambda name: name}}],
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": True,  # Argon2 salts for itself
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__time_cost": cost["time_cost"],
            "argon2__memory_cost": cost["memory_cost"],
            "argon2__parallelism": cost["parallelism"],
        },
        "SECURITY_PASSWORD_SALT": _derived(key, "password"),
        "SECURITY_PASSWORD_LENGTH_MIN": accounts.SHORTEST_PASSWORD,
        "SECURITY_LOGIN_URL": "/login",
        "SECURITY_LOGOUT_URL": "/logout",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_CHANGEABLE": True,
        "SECURITY_CHANGE_URL": "/account/password",
        "SECURITY_POST_CHANGE_VIEW": "/account",
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_VERIFY_URL": "/account/verify",
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_SETUP_URL": "/account/second-factor",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/login/rescue",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/login/select",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account",
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
        "SECURITY_TOTP_SECRETS": {"1": _derived(key, "totp")},
        "SECURITY_TOTP_ISSUER": "政务信息化项目与投资管理系统",
        "SECURITY_CACHE_CONTROL": None,  # it writes "no-store=True", which is no directive
        "SECURITY_CLI_USERS_NAME": None,  # its commands know neither our audit nor our language
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_STATIC_FOLDER_URL": "/security-static",
    }


def _derived(key: str, purpose: str) -> str:
    """A key of its own for one purpose, so that no two uses share the application's."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def _in_transaction(view: Any) -> Callable[..., ResponseReturnValue]:  # noqa: ANN401 - a view
    """The library writes, then signals; both, and the audit entry, are stored together or not at all."""

    def inside(**arguments: Any) -> ResponseReturnValue:  # noqa: ANN401 - the address's own
        with transaction() if request.method == "POST" else nullcontext():
            answer: ResponseReturnValue = view(**arguments)
            return answer

    return inside


def _before_log_in(view: Any) -> Callable[..., ResponseReturnValue]:  # noqa: ANN401 - a view
    """The library logs out whoever opens this page while logged in; a link must not do that to anybody."""

    def only_then(**arguments: Any) -> ResponseReturnValue:  # noqa: ANN401 - the address's own
        if current_user.is_authenticated:
            return redirect(url_for("web.account"))
        answer: ResponseReturnValue = view(**arguments)
        return answer

    return only_then


def _with_the_same_secret(view: Any) -> Callable[..., ResponseReturnValue]:  # noqa: ANN401 - a view
    """A mistyped code is typed again; the library would begin anew, with another picture to take."""

    def once_more(token: str) -> ResponseReturnValue:
        answer: Any = view(token=token)
        expired, invalid, state = check_and_get_token_status(
            token, "tf_setup", current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
        )
        if expired or invalid or answer.location != url_for("security.two_factor_setup"):
            return answer
        shown = current_app.extensions["security"].totp_factory.fetch_setup_values(
            state["totp_secret"], current_user
        )
        return render_template(
            "security/two_factor_setup.html",
            chosen_method=state["method"],
            two_factor_verify_code_form=CountedCodeForm(formdata=None),
            state_token=token,
            authr_qrcode=shown["image"],
            authr_key=shown["key"],
            here=url_for("security.two_factor_setup"),  # this address answers no link
        )

    return once_more


class Accounts(PeeweeUserDatastore):
    """The library's way to the accounts: writes only what changed, deletes nothing."""

    def find_user(self, case_insensitive: bool = False, **named: Any) -> User | None:  # noqa: ANN401
        """The person by one unique column."""
        ((column, value),) = named.items()
        found: User | None = User.get_or_none(getattr(User, column) == value)
        return found

    def put(self, model: Any) -> Any:  # noqa: ANN401 - a table's row
        """Save the columns that were changed."""
        if model.dirty_fields:
            model.save(only=model.dirty_fields)
        return model

    def delete(self, model: Any) -> None:  # noqa: ANN401
        """Never: people are deactivated."""
        raise IntegrityError("accounts are deactivated, never deleted")


# --- forms --------------------------------------------------------------------------------------------------


class NameLoginForm(LoginForm):
    """User name and password; says neither which of them was wrong nor whether somebody has that name."""

    email = None
    remember = None
    username = StringField(
        _("用户名"),
        validators=[DataRequired(), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "username", "autofocus": True, "maxlength": LONGEST_NAME},
    )
    password = PasswordField(
        _("密码"),
        validators=[InputRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST_PASSWORD},
    )

    def validate(self, **options: Any) -> bool:  # noqa: ANN401 - the library's signature
        """Count the try, then look at the password."""
        name = (self.username.data or "").strip()
        if not name or not self.password.data or len(name) > LONGEST_NAME:
            return bool(super().validate(**options))
        locked = accounts.count_try(name)
        if locked is None:
            self.ifield = self.username
            self.user = _datastore_person(name)
            if super().validate(**options):
                return True
            locked = accounts.locked_until(name)
            if locked is not None:
                accounts.record_lock(name)
        self.username.errors, self.password.errors = [], []
        self.form_errors = [text(_WRONG if locked is None else _locked_message(locked))]
        return False

    def validate_next(self, field: HiddenField) -> None:
        """Nobody is led elsewhere; but a bad link is dropped, as it is no reason to refuse a password."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""


def _datastore_person(name: str) -> User | None:
    found: User | None = User.get_or_none(User.username == name)
    return found


def _locked_message(until: Any) -> Message:  # noqa: ANN401 - a moment
    return say("尝试次数过多，此用户名锁定至 {until}，到时可再登录", until=moment(until))


class PolicyChangePasswordForm(ChangePasswordForm):
    """The old password once, the new one twice."""

    password = PasswordField(
        _("现在的密码"),
        validators=[InputRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField(
        _("新密码"),
        validators=[InputRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
        description=_("至少 10 个字符；大写字母、小写字母、数字、其他符号中至少三种；不含用户名"),
    )


class PolicyPasswordUtil(PasswordUtil):
    """The product's own password policy."""

    def validate(
        self,
        password: str,
        is_register: bool,
        **named: Any,  # noqa: ANN401 - the library's signature
    ) -> tuple[list[str] | None, str]:
        """The reasons against a password, if any, and the password as it will be hashed."""
        user = named.get("user")
        weak = accounts.weaknesses(password, user.username if user else "")
        return [text(one) for one in weak] or None, self.normalize(password)


class CountedCodeForm(TwoFactorVerifyCodeForm):
    """A code of the second factor; wrong ones count towards the lock as wrong passwords do."""

    def validate(self, **options: Any) -> bool:  # noqa: ANN401 - the library's signature
        """Count the try, then look at the code."""
        if self.user is None or self.is_setup:
            return bool(super().validate(**options))
        locked = accounts.count_try(str(self.user.username))
        if locked is None and super().validate(**options):
            return True
        if locked is not None:
            self.code.errors = [text(_locked_message(locked))]
        return False


class CountedVerifyForm(VerifyForm):
    """The password once more inside a session; wrong ones count towards the lock too."""

    password = PasswordField(
        _("密码"),
        validators=[InputRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )

    def validate(self, **options: Any) -> bool:  # noqa: ANN401 - the library's signature
        """Look at the password only while the name is open."""
        locked = accounts.locked_until(current_user.username)
        if locked is None:
            return bool(super().validate(**options))
        self.password.errors = [text(_locked_message(locked))]
        return False


class SecondFactorForm(TwoFactorSetupForm):
    """Which second factor to set up: a code from an application on one's telephone, or none."""

    setup = StringField()


class NoRescueForm(TwoFactorRescueForm):
    """The library wants one beside the code; who has lost the telephone goes to the administrator."""

    help_setup = StringField()


class OnceTotp(Totp):
    """Codes that work once."""

    def get_last_counter(self, user: Any) -> int | None:  # noqa: ANN401 - a person
        """The number of the last code that was used."""
        last: int | None = user.tf_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:  # noqa: ANN401
        """Keep the number of the code just used."""
        User.update(tf_last_counter=tmatch.counter).where(User.id == user.id).execute()


# --- what happened ------------------------------------------------------------------------------------------


def _record(user: User, action: str, data: dict[str, Any]) -> None:
    audit.record(access.acting(user), action, ("user", user.id), data)


def _begin(_app: Flask, user: User, authn_via: list[str] | None, **_named: Any) -> None:  # noqa: ANN401
    """A log-in succeeded: a new session, a new form key, and no tries counted.

    The library does not say how when a code followed the password.
    """
    with transaction():
        if authn_via == ["change"]:
            accounts.end_sessions(user)
        else:
            by = authn_via or ["password", "code"]
            accounts.forget_tries(user.username)
            _record(user, "session.begin", {"from": request.remote_addr, "by": by})
        permissions.remember_session(accounts.begin_session(user))


def _end(_app: Flask, user: User, **_named: Any) -> None:  # noqa: ANN401
    with transaction():
        accounts.end_session(permissions.session_key())
        if user.is_authenticated:
            _record(user, "session.end", {})
    session.clear()


def _failed(_app: Flask, user: User, auth_type: str, **_named: Any) -> None:  # noqa: ANN401
    """A wrong code, or a wrong password asked for again inside a session."""
    if request.endpoint == "security.login":
        return  # counted by the form, which also knows names that nobody has
    if auth_type == "password":
        accounts.count_try(user.username)
    if accounts.locked_until(user.username) is not None:
        accounts.record_lock(user.username)


def _password_changed(_app: Flask, user: User, **_named: Any) -> None:  # noqa: ANN401
    User.update(password_changed_at=clock.now()).where(User.id == user.id).execute()
    _record(user, "password.change", {})


def _second_factor_set(_app: Flask, user: User, **_named: Any) -> None:  # noqa: ANN401
    _record(user, "second_factor.set", {})


def _second_factor_removed(_app: Flask, user: User, **_named: Any) -> None:  # noqa: ANN401
    _record(user, "second_factor.remove", {})
