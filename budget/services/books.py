"""One act on the books: all or nothing, each request once, every violated constraint a typed refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from budget.rules.amounts import written
from budget.rules.refusals import typed
from budget.services.claiming import Request, claim
from budget.tables.payment import PostingRequest
from portfolio.foundation.db import IntegrityError, canonical_json, sha256_text, transaction, violated
from portfolio.foundation.errors import Conflict, Invalid, StaleVersion, say
from portfolio.foundation.roles import Actor

_SHORTEST_KEY, _LONGEST_KEY = 8, 200


@contextmanager
def books() -> Iterator[None]:
    """A transaction whose violated constraints come out as the refusals that the services give themselves."""
    try:
        with transaction():
            yield
    except IntegrityError as error:
        raise typed(violated(error)) from error


def hold_version(row: Any, expected: int) -> None:  # noqa: ANN401 - a Peewee row, locked
    """Raise ``StaleVersion`` unless a locked row still is as the actor saw it."""
    if row.version != expected:
        raise StaleVersion(
            say("此件已被他人更新，您看到的是旧版本"), remedy=say("请刷新页面，核对后重新办理")
        )


def asked(key: str, action: str, body: Mapping[str, Any], actor: Actor) -> Request:
    """A request for ``action`` with ``body``; raises ``Invalid`` for a key that is none."""
    cleaned = written(key, "key")
    if not _SHORTEST_KEY <= len(cleaned) <= _LONGEST_KEY:
        raise Invalid({"key": say("请求编号须为{n}至{m}个字符", n=_SHORTEST_KEY, m=_LONGEST_KEY)})
    body_hash = sha256_text(canonical_json([action, actor.user_id, dict(body)]))
    return Request(cleaned, action, body_hash, actor.user_id)


def once(
    key: str,
    action: str,
    body: Mapping[str, Any],
    actor: Actor,
    effect: Callable[[int], dict[str, Any]],
) -> dict[str, Any]:
    """Carry out ``effect`` once for ``key`` and return its answer, now and whenever the request comes again.

    ``effect`` is given the id of the request and answers with plain values.  Raises ``Conflict`` when the key
    was used for another body, another action, or by another person; ``Invalid`` for a key that is none.
    """
    request = asked(key, action, body, actor)
    with books():
        number = claim(request)
        if number is None:
            return known_answer(request) or {}
        answer = effect(number)
        PostingRequest.update(answer=answer).where(PostingRequest.id == number).execute()
        return answer


def known_answer(request: Request) -> dict[str, Any] | None:
    """What was answered when the key came first, ``None`` when it never came; raises ``Conflict``."""
    known = PostingRequest.get_or_none(PostingRequest.key == request.key)
    if known is None:
        return None
    if known.body_hash != request.body_hash:
        raise Conflict(
            say("请求编号 {key} 已用于另一项内容", key=request.key),
            basis="同一请求编号只办理一次",
            remedy=say("如确为新的业务，请使用新的请求编号"),
        )
    answer: dict[str, Any] = known.answer
    return answer
