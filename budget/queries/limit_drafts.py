"""Limits that are drafted, and those that wait for a second officer."""

from __future__ import annotations

from typing import Any

from budget.rules.words import LimitState
from budget.tables.contract import Contract
from budget.tables.limit_draft import LimitDraft
from portfolio.foundation.access import User
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import Actor, Role
from portfolio.tables.project import Project


def limit_draft(draft_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """One drafted limit with project, paper and people; raises ``NotFound``; one query."""
    actor.require(Role.FINANCE, Role.AUDITOR)
    row = _told().where(LimitDraft.id == draft_id).first()
    if row is None:
        raise NotFound(say("没有这项限额（编号 {id}）", id=draft_id))
    return row


def waiting(**of: int) -> list[Any]:
    """The drafted limits of a ``year``, ``project`` or ``contract`` that wait to be confirmed; one query."""
    found = _told().where(LimitDraft.state == LimitState.DRAFTED).order_by(LimitDraft.id)
    return list(found.where(*(getattr(LimitDraft, name) == value for name, value in of.items())))


def to_confirm(actor: Actor) -> Any:  # noqa: ANN401 - a Peewee condition on drafted limits
    """The limits that this finance officer may confirm: those that another has drafted."""
    return (LimitDraft.state == LimitState.DRAFTED) & (LimitDraft.drafted_by != actor.user_id)


def _told() -> Any:  # noqa: ANN401 - a Peewee query
    drafter, confirmer = User.alias(), User.alias()
    return (
        LimitDraft.select(LimitDraft, Project, Contract, Document, drafter, confirmer)
        .left_outer_join(Project, on=(LimitDraft.project == Project.id))
        .switch(LimitDraft)
        .left_outer_join(Contract, on=(LimitDraft.contract == Contract.id))
        .switch(LimitDraft)
        .left_outer_join(Document, on=(LimitDraft.document == Document.id))
        .switch(LimitDraft)
        .join(drafter, on=(LimitDraft.drafted_by == drafter.id), attr="drafted_by")
        .switch(LimitDraft)
        .left_outer_join(confirmer, on=(LimitDraft.confirmed_by == confirmer.id), attr="confirmed_by")
    )
