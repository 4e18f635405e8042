"""Home: what waits for me, what I follow, and four figures of my own organisation."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from approvals.queries import inbox
from approvals.queries.inbox import InboxRow
from portfolio.foundation.roles import SEES_EVERYTHING, Actor
from portfolio.foundation.web import permissions
from portfolio.foundation.web.shell import address
from reports.queries import register, waiting
from reports.queries.waiting import Place, Task, Urgency


def asked_of(actor: Actor) -> list[InboxRow]:
    """The steps that are asked of whoever asks; looked up once in a request."""
    known: tuple[Actor, list[InboxRow]] | None = g.get("asked")
    if known is None or known[0] != actor:
        known = g.asked = (actor, inbox.asked(actor))
    return known[1]


def count(actor: Actor) -> int:
    """The number beside the inbox; looked up once in a request."""
    known: tuple[Actor, int] | None = g.get("waiting")
    if known is None or known[0] != actor:
        known = g.waiting = (actor, waiting.count(actor, len(asked_of(actor))))
    return known[1]


def where_done(task: Task) -> str:
    """The page where a thing is done; the project's own where there is none."""
    if task.place is Place.APPLICATION:
        return address("finance.application", application_id=task.code) or address("finance.applications")
    if task.place is Place.LIST:
        return address("finance.import_batch", batch_id=task.code) or address("finance.imports")
    if task.place is Place.STATEMENT:
        return address("finance.statement", statement_id=task.code) or address("finance.statements")
    if task.place is Place.ORDER:
        return address("finance.order", order_id=task.code) or address("finance.orders")
    if task.place is Place.CONDITION:
        return address("conditions.meet", project_id=task.project_id, condition_id=task.code)
    if task.place is Place.REVISE:
        found = address("dossier.edit", project_id=task.project_id, part=task.code)
    else:
        found = address(f"act.{task.code}", project_id=task.project_id)
    return found or address("register.project", project_id=task.project_id)


def home() -> ResponseReturnValue:
    """Draw the page."""
    actor = permissions.actor()
    tasks = waiting.tasks(actor)
    g.waiting = (actor, len(tasks))
    return render_template(
        "reports/home.html",
        heaps=[(heap, [one for one in tasks if one.urgency is heap]) for heap in Urgency],
        where_done=where_done,
        followed=register.followed(actor),
        figures=register.own_figures(actor),
        looks_after_all=actor.has(*SEES_EVERYTHING),
        badge_of=lambda row: register.badge(getattr(row, "case", None)),
    )
