"""What the pages of acts have in common: where the case stands, what the act would do, and the way back."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from approvals.queries import gates
from approvals.queries.people import authorities_of
from approvals.queries.standing import Standing
from approvals.queries.steps import next_step
from approvals.rules.stages import Act
from approvals.services.matter import Matter, authorise
from portfolio.foundation import clock, rulebook
from portfolio.foundation.errors import Finding, Message, Refused, say
from portfolio.foundation.rulebook import Rulebook
from portfolio.foundation.web.forms import Form
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor
from portfolio.foundation.web.shell import address


def act_page(
    form: Form,
    at: Standing,
    act: Act,
    *,
    says: tuple[Message | None, Message | None, Message | None],
    template: str = "approvals/late/act.html",
    findings: list[Finding] | None = None,
    rules: Rulebook | None = None,
    **facts: Any,  # noqa: ANN401 - what a template prints
) -> ResponseReturnValue:
    """The page of an act: its gate as of now, what it does (``says``: what, then what, a warning), its form.

    ``findings`` and ``rules`` are given where they are looked up already.  Raises ``Forbidden`` for the wrong
    person.  Where the procedure does not allow the act, the page says so and offers no form.
    """
    own = authorities_of(at.project.owner_id, clock.today())
    matter = Matter(at.case, at.project, None, rules or rulebook.on(clock.today()), own)
    shut: tuple[Finding, ...] = ()
    try:
        row = authorise(matter, act, actor())
    except Refused as refusal:
        shut, found = refusal.findings, []
    else:
        gate = row.gate if findings is None else None
        found = gates.findings(gate, at.case, matter.rules) if gate is not None else findings or []
    return page_of(form, at, act, says=says, template=template, shut=shut, findings=found, **facts)


def page_of(
    form: Form,
    at: Standing,
    act: StrEnum,
    *,
    says: tuple[Message | None, Message | None, Message | None],
    template: str = "approvals/late/act.html",
    **facts: Any,  # noqa: ANN401
) -> ResponseReturnValue:
    """The page of any act; ``shut`` are findings that leave no form, ``danger`` makes the button red."""
    happens, goes_to, final = says
    given = {"shut": (), "findings": (), "danger": False, **facts}
    given |= {"happens": happens, "goes_to": goes_to, "final": final, "back": project_address(at)}
    return form.page(template, at=at, act=act, **given)


def done(at: Standing, said: Message) -> ResponseReturnValue:
    """Say what was done and lead back to the project."""
    flash(text(say("{done}。{next}。", done=said, next=next_step(at.project.id))), "success")
    return redirect(project_address(at))


def project_address(at: Standing) -> str:
    """The project's page, or home where there is none."""
    return address("register.project", project_id=at.project.id) or url_for("web.home")
