"""The people of the procedure before their browsers: each opens the page of an act and sends its form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portfolio.foundation.access import User
from portfolio.foundation.roles import Actor
from portfolio.foundation.web import accounts
from tests import procedure, web


def give_passwords(*actors: Actor) -> None:
    """Let them log in."""
    for one in actors:
        accounts.set_password(user_id=one.user_id, password=web.PASSWORD, actor=None, temporary=False)


@dataclass
class Desk:
    """Everybody of a cast, logged in when first asked for."""

    app: Flask
    cast: procedure.Cast
    visitors: dict[int, web.Visitor] = field(default_factory=dict)

    def of(self, actor: Actor) -> web.Visitor:
        """The browser of a person."""
        if actor.user_id not in self.visitors:
            give_passwords(actor)
            username = User.get_by_id(actor.user_id).username
            self.visitors[actor.user_id] = web.visit(self.app, username)
        return self.visitors[actor.user_id]

    def open(self, actor: Actor, project_id: int, act: str, query: str = "") -> TestResponse:
        """The page of an act."""
        return self.of(actor).get(f"/projects/{project_id}/acts/{act}{query}")

    def send(self, actor: Actor, project_id: int, act: str, **typed: Any) -> TestResponse:
        """Fill in the form of an act and send it once."""
        page = self.open(actor, project_id, act, typed.pop("query", ""))
        return self.post(actor, project_id, act, {**seen(page), **typed})

    def post(self, actor: Actor, project_id: int, act: str, data: dict[str, Any]) -> TestResponse:
        """Send a form as it stands."""
        return self.of(actor).post(f"/projects/{project_id}/acts/{act}", data)


def seen(page: TestResponse) -> dict[str, str]:
    """What the page's form keeps of the case."""
    body = page.get_data(as_text=True)
    return {name: value for tag in re.findall(r"<input[^>]*>", body) for name, value in _pair(tag)}


def _pair(tag: str) -> list[tuple[str, str]]:
    name = re.search(r'\bname="(submission|version|combined|role)"', tag)
    value = re.search(r'\bvalue="([^"]*)"', tag)
    return [(name[1], value[1])] if name and value else []


def everything(page: TestResponse) -> dict[str, str]:
    """Every field of a page's form as a browser would send it untouched."""
    data: dict[str, str] = {}
    soup = page.get_data(as_text=True)
    for tag in re.findall(r"<input[^>]*>", soup):
        name, value = re.search(r'\bname="([^"]+)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name and value and name[1] not in {"csrf_token", "next", "already_done"}:
            data[name[1]] = unescape(value[1])
    for name, value in re.findall(r'<textarea[^>]*\bname="([^"]+)"[^>]*>(.*?)</textarea>', soup, re.DOTALL):
        data[name] = unescape(value).strip()
    for name, options in re.findall(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', soup, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        data[name] = chosen[1] if chosen else ""
    return data
