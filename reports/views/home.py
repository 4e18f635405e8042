"""Home: what waits for me, what I follow, and four figures of my own organisation."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from portfolio.foundation.roles import SEES_EVERYTHING, Actor
from portfolio.foundation.web import permissions
from portfolio.foundation.web.shell import address
from reports.queries import register, waiting
from reports.queries.waiting import Place, Task, Urgency


def tasks_of(actor: Actor) -> list[Task]:
    """What waits for whoever asks; looked up once in a request."""
    known: tuple[Actor, list[Task]] | None = g.get("tasks")
    if known is None or known[0] != actor:
        known = g.tasks = (actor, waiting.tasks(actor))
    return known[1]


def count(actor: Actor) -> int:
    """The number beside the inbox."""
    return len(tasks_of(actor))


def where_done(task: Task) -> str:
    """The page where a thing is done; the project's own where there is none."""
    if task.place is Place.APPLICATION:
        return address("finance.application", application_id=task.code) or address("finance.applications")
    if task.place is Place.LIST:
        return address("finance.import_batch", batch_id=task.code) or address("finance.imports")
    if task.place is Place.ORDER:
        return address("finance.order", order_id=task.code) or address("finance.orders")
    if task.place is Place.REVISE:
        found = address("dossier.edit", project_id=task.project_id, part=task.code)
    else:
        found = address(f"act.{task.code}", project_id=task.project_id)
    return found or address("register.project", project_id=task.project_id)


def home() -> ResponseReturnValue:
    """Draw the page."""
    actor = permissions.actor()
    tasks = tasks_of(actor)
    return render_template(
        "reports/home.html",
        heaps=[(heap, [one for one in tasks if one.urgency is heap]) for heap in Urgency],
        where_done=where_done,
        followed=register.followed(actor),
        figures=register.own_figures(actor),
        looks_after_all=actor.has(*SEES_EVERYTHING),
        badge_of=lambda row: register.badge(getattr(row, "case", None)),
    )
