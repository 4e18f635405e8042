"""Accounts: passwords and their policy, lock-out, sessions that end; deactivated, never deleted.

Tables and services stand together here because nothing but the log-in uses them.  Every act is audited under
the person it concerns.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher

from portfolio.foundation import audit, clock
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    ForeignKeyField,
    IntegerField,
    MomentField,
    Table,
    TextField,
    check,
    for_update,
    get,
    sha256_text,
    transaction,
)
from portfolio.foundation.errors import Forbidden, Invalid, Message, say
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.settings import current

TRIES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128
KINDS_OF_CHARACTERS = 3
LONGEST_NAME = 64
_FORGOTTEN_AFTER = timedelta(days=1)
_SESSION_KEPT = timedelta(days=30)


class LoginSession(Table):
    """One log-in of one person; the browser holds the key, the database only its hash."""

    user = ForeignKeyField(User, backref="+")
    key_hash = TextField(unique=True)
    began_at = MomentField()
    ended_at = MomentField(null=True)


class LoginTry(Table):
    """Recent log-ins tried under one name, whether or not somebody has that name."""

    username = TextField(unique=True)
    tries = IntegerField()
    last_at = MomentField(index=True)
    locked_until = MomentField(null=True)

    class Meta:
        """Counted upwards."""

        constraints = [check("ck_login_try_tries", "tries >= 0")]


# --- passwords ----------------------------------------------------------------------------------------------


def argon2_cost() -> dict[str, Any]:
    """How much work one Argon2id hash is (memory in KiB); tests make it light."""
    if current().environment == "test":
        return {"time_cost": 1, "memory_cost": 64, "parallelism": 1}
    return {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1}


def hash_of(password: str) -> str:
    """The Argon2id hash that is stored, in the spelling that the log-in verifies."""
    return PasswordHasher(**argon2_cost()).hash(unicodedata.normalize("NFKD", password))


def weaknesses(password: str, username: str) -> list[Message]:
    """What keeps ``password`` from being accepted for the person with this user name; empty when nothing."""
    found = []
    if len(password) < SHORTEST_PASSWORD:
        found.append(say("密码至少 {n} 个字符", n=SHORTEST_PASSWORD))
    if len(password) > LONGEST_PASSWORD:
        found.append(say("密码至多 {n} 个字符", n=LONGEST_PASSWORD))
    kinds = {_kind(character) for character in password}
    if len(kinds) < KINDS_OF_CHARACTERS:
        found.append(say("大写字母、小写字母、数字、其他符号中，至少要有三种"))
    if username and username.casefold() in password.casefold():
        found.append(say("密码不能包含用户名"))
    return found


def _kind(character: str) -> str:
    if character.isascii() and character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "digit" if character.isdigit() else "other"


def initial_password(username: str) -> str:
    """A password by chance that the policy accepts for this user name."""
    password = secrets.token_urlsafe(12)
    while weaknesses(password, username):
        password = secrets.token_urlsafe(12)
    return password


def set_password(
    *, user_id: int, password: str, actor: Actor | None, temporary: bool = True, hashed: str = ""
) -> None:
    """Give a person a password and end their sessions; a ``temporary`` one must be changed at first log-in.

    ``actor`` is ``None`` for the system itself.  ``hashed`` is its hash, where many get a password that is no
    secret and hashing it anew for each would only take time.  Raises ``Invalid`` for a weak password and
    ``NotFound``.
    """
    if actor is not None:
        actor.require(Role.ADMIN)
    with transaction():
        user = get(User, user_id, say("账号"), lock=True)
        weak = weaknesses(password, user.username)
        if weak:
            raise Invalid({"password": weak[0]})
        user.password = hashed or hash_of(password)
        user.password_changed_at = None if temporary else clock.now()
        user.save(only=[User.password, User.password_changed_at])
        end_sessions(user)
        audit.record(actor, "password.set", ("user", user.id), {"temporary": temporary})


def set_active(*, user_id: int, active: bool, actor: Actor) -> None:
    """Deactivate an account and end its sessions, or bring it back; nobody deactivates their own."""
    actor.require(Role.ADMIN)
    if actor.user_id == user_id and not active:
        raise Forbidden(say("不能停用自己的账号"), basis="账号管理", remedy=say("请由另一位管理员办理"))
    with transaction():
        user = get(User, user_id, say("账号"), lock=True)
        if user.active == active:
            return
        User.update(active=active).where(User.id == user.id).execute()
        if not active:
            end_sessions(user)
        audit.record(actor, "account.activate" if active else "account.deactivate", ("user", user.id), {})


def reset_second_factor(*, user_id: int, actor: Actor) -> None:
    """Forget a person's second factor, whose telephone is lost, and end their sessions."""
    actor.require(Role.ADMIN)
    with transaction():
        user = get(User, user_id, say("账号"), lock=True)
        User.update(tf_primary_method=None, tf_totp_secret=None, tf_last_counter=None).where(
            User.id == user.id
        ).execute()
        end_sessions(user)
        audit.record(actor, "second_factor.reset", ("user", user.id), {})


# --- lock-out -----------------------------------------------------------------------------------------------


def locked_until(username: str) -> datetime | None:
    """Until when nobody may log in under this name; ``None`` when it is open."""
    row = LoginTry.get_or_none(LoginTry.username == username)
    if row is None or row.locked_until is None or row.locked_until <= clock.now():
        return None
    until: datetime = row.locked_until
    return until


def locks(usernames: Iterable[str]) -> dict[str, datetime]:
    """Which of these names are locked now, and until when; one query."""
    rows = LoginTry.select().where(
        LoginTry.username.in_(list(usernames)), LoginTry.locked_until > clock.now()
    )
    return {row.username: row.locked_until for row in rows}


def unlock(*, user_id: int, actor: Actor) -> None:
    """Open a locked name at once, and count its tries anew."""
    actor.require(Role.ADMIN)
    with transaction():
        user = get(User, user_id, say("账号"), lock=True)
        if locked_until(user.username) is None:
            return
        forget_tries(user.username)
        audit.record(actor, "account.unlock", ("user", user.id), {})


def count_try(username: str) -> datetime | None:
    """Count a try before its password is looked at; answers until when the name is locked, if it is.

    The try that reaches the limit still goes through, and locks the name unless it succeeds: however many
    come at once, no more than ``TRIES_ALLOWED`` are ever looked at.
    """
    now = clock.now()
    with transaction():
        LoginTry.delete().where(
            LoginTry.last_at < now - _FORGOTTEN_AFTER,
            LoginTry.locked_until.is_null() | (LoginTry.locked_until < now),
        ).execute()
        LoginTry.insert(username=username, tries=0, last_at=now).on_conflict(
            conflict_target=[LoginTry.username], update={LoginTry.username: username}
        ).execute()
        row = for_update(LoginTry.select().where(LoginTry.username == username)).get()
        if row.locked_until is not None and row.locked_until > now:
            until: datetime = row.locked_until
            return until
        begins_anew = row.locked_until is not None or row.last_at <= now - LOCKED_FOR
        row.tries = 1 if begins_anew else row.tries + 1
        row.last_at = now
        row.locked_until = now + LOCKED_FOR if row.tries >= TRIES_ALLOWED else None
        row.save()
    return None


def record_lock(username: str) -> None:
    """Audit that the tries under this name have locked it, when somebody has it."""
    user = User.get_or_none(User.username == username)
    if user is not None:
        with transaction():
            audit.record(None, "account.lock", ("user", user.id), {"tries": TRIES_ALLOWED})


def forget_tries(username: str) -> None:
    """The right password (and code) was given: start counting anew."""
    LoginTry.delete().where(LoginTry.username == username).execute()


# --- sessions -----------------------------------------------------------------------------------------------


def begin_session(user: User) -> str:
    """Open a session; answers the key that the browser is to hold."""
    key = secrets.token_urlsafe(32)
    LoginSession.create(user=user, key_hash=sha256_text(key), began_at=clock.now())
    return key


def session_of(key: str) -> LoginSession | None:
    """The living session of this key with its person and their organisation, one query; ``None`` if over."""
    oldest = clock.now() - timedelta(hours=current().session_hours)
    row: LoginSession | None = (
        LoginSession.select(LoginSession, User, User.organisation.rel_model)
        .join(User)
        .join(User.organisation.rel_model)
        .where(
            LoginSession.key_hash == sha256_text(key),
            LoginSession.ended_at.is_null(),
            LoginSession.began_at > oldest,
            User.active,
        )
        .first()
    )
    return row


def end_session(key: str) -> None:
    """End the session of this key, if it lives."""
    LoginSession.update(ended_at=clock.now()).where(
        LoginSession.key_hash == sha256_text(key), LoginSession.ended_at.is_null()
    ).execute()


def end_sessions(user: User) -> None:
    """End every session of a person."""
    LoginSession.update(ended_at=clock.now()).where(
        LoginSession.user == user, LoginSession.ended_at.is_null()
    ).execute()


def forget_sessions() -> int:
    """Delete the sessions that began so long ago that none can live; the audit log keeps that they were.

    Answers how many there were.
    """
    deleted: int = LoginSession.delete().where(LoginSession.began_at < clock.now() - _SESSION_KEPT).execute()
    return deleted
