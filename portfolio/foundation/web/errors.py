"""Every refusal becomes a page once, here: what, why, and what to do, in the reader's language."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from peewee import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from portfolio.foundation.errors import (
    Conflict,
    Finding,
    Forbidden,
    HouseError,
    Invalid,
    Message,
    NotFound,
    Refused,
    StaleVersion,
    say,
)
from portfolio.foundation.web import kept
from portfolio.foundation.web.language import text, word

STATUS: dict[type[HouseError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Invalid: 422,
    Refused: 422,
    StaleVersion: 409,
    Conflict: 409,
}
"""The HTTP status of each kind of refusal; a subclass has its parent's."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error page says.  ``number`` finds a fault of the program in the log."""

    status: int
    title: Message
    what: Message
    basis: str = ""
    remedy: Message | None = None
    findings: tuple[Finding, ...] = ()
    fields: tuple[tuple[str, Message], ...] = ()
    number: str = ""


_TITLES = {
    400: say("请求无法识别"),
    401: say("请先登录"),
    403: say("不能办理"),
    404: say("没有这个页面"),
    405: say("不能这样打开"),
    409: say("内容已有变化"),
    413: say("提交的内容太大"),
    415: say("请求无法识别"),
    422: say("未能办理"),
    429: say("操作过于频繁"),
    500: say("系统出错"),
    503: say("暂时不能使用"),
}
_PLAIN = {
    400: (say("浏览器发来的内容不完整或有误"), say("请返回上一页，刷新后重试")),
    404: (say("地址有误，或内容已移走，或您无权查看"), say("请核对地址，或从首页进入")),
    405: (say("此地址不接受这种请求"), say("请从页面上的按钮办理")),
    413: (say("上传的文件或填写的内容超过了上限"), say("请压缩或拆分后重新上传")),
    429: (say("短时间内请求太多"), say("请稍等一分钟再试")),
}


def install(app: Flask) -> None:
    """Register the handlers."""
    handlers: dict[type[Exception], Callable[[Any], Response]] = {
        HouseError: _refusal,
        CSRFError: _stale_form,
        HTTPException: _plain,
        OperationalError: _unavailable,
        InterfaceError: _unavailable,
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)
    if not app.config.get("PROPAGATE_EXCEPTIONS"):
        app.register_error_handler(Exception, _fault)


def status_of(error: HouseError) -> int:
    """The HTTP status of a refusal."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def answer(problem: Problem) -> Response:
    """The page of a problem, or the same as JSON for a script that asked for it."""
    if request.accept_mimetypes.best == "application/json":
        body: Response | str = jsonify(
            what=str(text(problem.what)),
            basis=word(problem.basis),
            remedy=str(text(problem.remedy)),
            fields={name: str(text(one)) for name, one in problem.fields},
        )
    else:
        body = render_template("errors/problem.html", problem=problem)
    return make_response(body, problem.status)


def _refusal(error: HouseError) -> Response:
    status = status_of(error)
    fields = tuple(error.fields.items()) if isinstance(error, Invalid) else ()
    findings = error.findings if isinstance(error, Refused) else ()
    title = _TITLES[status] if status != 404 else say("没有找到")
    return answer(Problem(status, title, error.what, error.basis, error.remedy, findings, fields))


def _stale_form(_error: CSRFError) -> Response:
    """A form whose key has gone with its session: what was typed can be sent once more."""
    return kept.page(say("页面打开太久或登录有变化，本次提交没有执行"), 400)


def _plain(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    what, remedy = _PLAIN.get(status, _PLAIN[400])
    response = answer(Problem(status, _TITLES.get(status, _TITLES[400]), what, remedy=remedy))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _unavailable(error: Exception) -> Response:
    number = _logged(error)
    g.actor, g._login_user = None, AnonymousUserMixin()  # the page must not ask who is reading it
    what = say("数据库暂时连接不上，本次操作没有执行")
    return answer(
        Problem(503, _TITLES[503], what, remedy=say("请稍后重试；如仍不行，请联系管理员"), number=number)
    )


def _fault(error: Exception) -> Response:
    number = _logged(error)
    what = say("这是系统的问题，不是您操作有误；本次操作没有执行")
    try:
        return answer(Problem(500, _TITLES[500], what, remedy=say("请把编号告诉管理员"), number=number))
    except Exception:  # the page itself may be what is broken
        _log.exception("%s", number)
        return make_response(f"{what} ({number})", 500, {"Content-Type": "text/plain; charset=utf-8"})


def _logged(error: Exception) -> str:
    """Write the fault to the log under a number that a person can read out."""
    number = secrets.token_hex(4)
    _log.error(
        "%s %s %r", number, request.method, request.path, exc_info=error
    )  # a path may hold line breaks
    return number
