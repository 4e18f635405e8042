"""Home: what waits for me, what I follow, and four figures of my own organisation."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from approvals.queries import inbox
from approvals.queries.inbox import InboxRow
from portfolio.foundation.roles import SEES_EVERYTHING, Actor
from portfolio.foundation.web import permissions
from portfolio.foundation.web.rules import rules_of_today
from portfolio.foundation.web.shell import address
from reports.queries import register, waiting
from reports.queries.waiting.task import Place, Task, Urgency


def asked_of(actor: Actor) -> list[InboxRow]:
    """The steps that are asked of whoever asks; looked up once in a request."""
    known: tuple[Actor, list[InboxRow]] | None = g.get("asked")
    if known is None or known[0] != actor:
        known = g.asked = (actor, inbox.asked(actor, rules_of_today))
    return known[1]


def count(actor: Actor) -> int:
    """The number beside the inbox; looked up once in a request."""
    known: tuple[Actor, int] | None = g.get("waiting")
    if known is None or known[0] != actor:
        known = g.waiting = (actor, waiting.count(actor, len(asked_of(actor)), rules_of_today))
    return known[1]


_PAGES = {
    Place.ACT: ("act.{code}", ("project_id",)),
    Place.DOSSIER: ("dossier.edit", ("project_id", "part")),
    Place.PROGRESS: ("dossier.report", ("project_id",)),
    Place.CONDITION: ("conditions.meet", ("project_id", "condition_id")),
    Place.EVALUATION: ("evaluation.sheet", ("evaluation_id",)),
    Place.APPLICATION: ("finance.application", ("application_id",)),
    Place.ORDER: ("finance.order", ("order_id",)),
    Place.LIST: ("finance.import_batch", ("batch_id",)),
    Place.STATEMENT: ("finance.statement", ("statement_id",)),
    Place.CONTRACT: ("finance.contract", ("contract_id",)),
    Place.SUPPLEMENT: ("finance.sign_supplement", ("supplement_id",)),
    Place.COST: ("finance.cost", ("cost_id",)),
    Place.REQUEST: ("finance.budget_request", ("request_id",)),
    Place.RECEIPT: ("finance.confirm_receipt", ("receipt_id",)),
    Place.CLOSING: ("finance.closing_of_year", ("year",)),
    Place.INHERITED: ("inherited.confirm", ("project_id",)),
    Place.PLAN: ("procedure.decide", ("year",)),
    Place.LIMIT: ("finance.limit_draft", ("draft_id",)),
}
"""The page of each place, and what its address names: the project, and the code of the task."""


def where_done(task: Task) -> str:
    """The page where a thing is done; the project's own where there is none."""
    endpoint, named = _PAGES[task.place]
    values = {name: task.project_id if name == "project_id" else task.code for name in named}
    found = address(endpoint.format(code=task.code), **values)
    return found or address("register.project", project_id=task.project_id)


def home() -> ResponseReturnValue:
    """Draw the page."""
    actor = permissions.actor()
    tasks, cut = waiting.shown(waiting.tasks(actor, rules_of_today))
    if not cut:
        g.waiting = (actor, len(tasks))
    return render_template(
        "reports/home.html",
        heaps=[(heap, [one for one in tasks if one.urgency is heap]) for heap in Urgency],
        left_out=count(actor) - len(tasks) if cut else 0,
        where_done=where_done,
        followed=register.followed(actor),
        figures=register.own_figures(actor),
        looks_after_all=actor.has(*SEES_EVERYTHING),
        badge_of=lambda row: register.badge(getattr(row, "case", None)),
    )
