"""What the pages of money share: their blueprint, who reads them, the page on which an act is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, send_file
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from budget.rules.effects import Effect
from budget.services.once_only import paper_once
from portfolio.foundation import clock, documents
from portfolio.foundation.errors import Finding, Invalid, Message, NotFound, say
from portfolio.foundation.roles import SEES_EVERYTHING, UNIT_ROLES, Role
from portfolio.foundation.web.lists import Filter
from portfolio.foundation.web.permissions import actor

finance = Blueprint("finance", __name__, template_folder="../templates")

READERS = (*UNIT_ROLES, *SEES_EVERYTHING)
"""Whoever looks at money: units at their own, the authorities at all of it."""

DRAFTERS = (Role.UNIT_FINANCE, Role.APPLICANT)
SIGNERS = (Role.UNIT_FINANCE, Role.CIO, Role.FINANCE)
ACCOUNTS = (Role.FINANCE, Role.AUDITOR)
"""Whoever sees orders and the months of the books."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act before it is done: what happens, to whom it goes, what cannot be undone, and its figures."""

    title: Message
    happens: Message
    label: Message
    back: str
    final: Message | str = ""
    goes_to: Message | str = ""
    facts: Sequence[tuple[Any, Any]] = ()
    paper: tuple[str, str] | None = None  # what is to be read before, and where
    effects: Sequence[Effect] = ()
    counter: Sequence[Effect] = ()  # of the other line, where two move
    findings: Sequence[Finding] = ()
    fields: Sequence[str] = ()
    units: Sequence[str] = ()
    danger: bool = False
    elsewhere: Sequence[tuple[Message, str]] = ()  # where what the findings name is put right


FIRST_YEAR = 2006
"""Of the plan; nothing in the books is older."""


def year_choices() -> list[tuple[str, str]]:
    """The years by which lists are filtered: next year, and back to the first of the plan."""
    return [(str(year), str(year)) for year in range(clock.today().year + 1, FIRST_YEAR - 1, -1)]


def year_filter(default: int | None = None) -> Filter:
    """A list's filter by year; with a ``default`` always of one year."""
    return Filter("year", say("年度"), year_choices(), default=str(default or ""))


def labels(words: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - a labelled enum
    """The members of an enum as the choices of a filter."""
    return [(one.value, one) for one in words]


def whose(row: Any) -> str:  # noqa: ANN401 - a Peewee row
    """The name of the project or system to which a row belongs."""
    return str(row.project.name if row.project_id is not None else row.system.name)


def paper(form: Any, name: str, *, needed: Message | None = None) -> int | None:  # noqa: ANN401
    """The document in a file field: what was sent now, else what an earlier try of this form left behind.

    Raises ``Invalid`` with ``needed`` when there is none, ``Refused`` for a file that may not be kept.
    """
    sent: Any = form[name].data
    kept = form[f"{name}_kept"]
    if sent and sent.filename:
        received = documents.receive(sent.stream, name=sent.filename)
        found = paper_once(received, key=form.key.data or "", purpose=name, actor=actor())
        kept.data = _sealer().dumps([found, actor().user_id])
        return found
    document = _unsealed(kept.data or "")
    if document is None and needed is not None:
        raise Invalid({name: needed})
    return document


def sent(document: Any) -> ResponseReturnValue:  # noqa: ANN401 - a Peewee row, or none
    """A paper as a file to keep; raises ``NotFound`` where there is none."""
    if document is None:
        raise NotFound(say("没有这份附件"))
    return send_file(
        documents.open_document(document),
        mimetype=document.media_type.value,
        as_attachment=True,
        download_name=document.file_name,
    )


def _unsealed(token: str) -> int | None:
    """The document that we sealed for this very person; anything else is none."""
    try:
        document, person = _sealer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return int(document) if person == actor().user_id else None


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="paper")
