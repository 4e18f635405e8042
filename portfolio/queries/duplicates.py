"""What may have been built already: the projects and systems that resemble one, with the applicant's answers.

The whole portfolio is compared, but read as a stream: the contents of projects whose length alone rules out
a likeness are not fetched, and nothing is kept but what resembles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peewee import JOIN, Case

from portfolio.foundation.access import Organisation
from portfolio.foundation.db import fn
from portfolio.foundation.errors import NotFound, say
from portfolio.rules.dossier import DuplicateReply
from portfolio.rules.dossier.duplicates import (
    COMPARED_CONTENT,
    CONTENT_PERCENT,
    PROJECT,
    SHORTEST_CONTENT,
    SYSTEM,
    Match,
    Thing,
    answered,
    matches,
)
from portfolio.tables.dossier import InformationResource
from portfolio.tables.plan import Plan, PlanItem
from portfolio.tables.project import DuplicateAnswer, Project, System, SystemProject

_ITEM = (PlanItem.id, PlanItem.code, PlanItem.plan, Plan.id, Plan.code)


def similar(project_id: int) -> list[Match]:
    """The projects and systems of any organisation that the project may repeat, those most alike first.

    Five queries.  Raises ``NotFound``.  Basis: 规划“避免重复建设”.
    """
    return similar_to(_project(project_id))


def similar_to(row: Any) -> list[Match]:  # noqa: ANN401 - a Peewee row
    """The same for a project that was read already, with its plan item; four queries."""
    resources = _resources(row.id)
    subject = _subject(row, resources.pop(row.id, frozenset()))
    return answered(matches(subject, _others(subject, resources)), _answers(row.id))


def likeness(project_id: int, kind: str, matched_id: int) -> Match:
    """One of the similar things; raises ``NotFound`` for what is not, or no longer, among them."""
    for match in similar(project_id):
        if (match.thing.kind, match.thing.id) == (kind, matched_id):
            return match
    raise NotFound(say("编号 {id} 不在相似项目和系统之列", id=matched_id), remedy=say("请刷新查重结果后答复"))


def _project(project_id: int) -> Any:  # noqa: ANN401 - a Peewee row
    row = (
        Project.select(Project.id, Project.code, Project.name, Project.content, Project.plan_item, *_ITEM)
        .join(PlanItem, JOIN.LEFT_OUTER, on=Project.plan_item)
        .join(Plan, JOIN.LEFT_OUTER, on=PlanItem.plan)
        .where(Project.id == project_id)
        .first()
    )
    if row is None:
        raise NotFound(say("没有这个{what}（编号 {key}）", what=say("项目"), key=project_id))
    return row


def _subject(row: Any, resources: frozenset[str]) -> Thing:  # noqa: ANN401 - a Peewee row
    item = row.plan_item if row.plan_item_id is not None else None
    return Thing(
        kind=PROJECT,
        id=row.id,
        code=row.code,
        name=row.name,
        owner_name="",
        content=row.content,
        plan_item=f"{item.plan.code}/{item.code}" if item is not None else None,
        resources=resources,
    )


def _others(subject: Thing, resources: Mapping[int, frozenset[str]]) -> Iterator[Thing]:
    yield from _projects(subject, resources)
    yield from _systems(subject)


def _projects(subject: Thing, resources: Mapping[int, frozenset[str]]) -> Iterator[Thing]:
    rows = (
        Project.select(
            Project.id,
            Project.code,
            Project.name,
            Organisation.name,
            _comparable(Project.content, subject),
            Plan.code,
            PlanItem.code,
        )
        .join(Organisation, on=Project.owner)
        .switch(Project)
        .join(PlanItem, JOIN.LEFT_OUTER, on=Project.plan_item)
        .join(Plan, JOIN.LEFT_OUTER, on=PlanItem.plan)
        .where(Project.id != subject.id)
        .tuples()
    )
    for key, code, name, owner, content, plan, item in rows.iterator():
        plan_item = f"{plan}/{item}" if item is not None else None
        yield Thing(PROJECT, key, code, name, owner, content, plan_item, resources.get(key, frozenset()))


def _systems(subject: Thing) -> Iterator[Thing]:
    """The systems in service or being made, but for those that the project itself makes."""
    own = SystemProject.select(SystemProject.system).where(SystemProject.project == subject.id)
    rows = (
        System.select(
            System.id, System.code, System.name, Organisation.name, _comparable(System.description, subject)
        )
        .join(Organisation, on=System.owner)
        .where(System.retired_on.is_null(), System.id.not_in(own))
        .tuples()
    )
    for key, code, name, owner, content in rows.iterator():
        yield Thing(SYSTEM, key, code, name, owner, content)


def _comparable(column: Any, subject: Thing) -> Any:  # noqa: ANN401 - Peewee expressions
    """The start of a text, or nothing when its length alone keeps it from being alike.

    A likeness of p per cent is at most 2·shorter ÷ (shorter + longer), so that the shorter text has at least
    p ÷ (200 - p) of the longer one's length; a tenth more is let through, for spellings are made even first.
    """
    mine = min(len(subject.content), COMPARED_CONTENT)
    if mine < SHORTEST_CONTENT:
        return fn.SUBSTR(column, 1, 0)
    shortest = max(SHORTEST_CONTENT, mine * CONTENT_PERCENT * 9 // ((200 - CONTENT_PERCENT) * 10))
    longest = mine * (200 - CONTENT_PERCENT) * 11 // (CONTENT_PERCENT * 10)
    fits = fn.LENGTH(column) >= shortest
    if longest < COMPARED_CONTENT:
        fits &= fn.LENGTH(column) <= longest
    return Case(None, [(fits, fn.SUBSTR(column, 1, COMPARED_CONTENT))], "")


def _resources(project_id: int) -> dict[int, frozenset[str]]:
    """The names of the project's data, under its own id and of other projects that register them too."""
    own = InformationResource.select(InformationResource.name).where(
        InformationResource.project == project_id
    )
    rows = InformationResource.select(InformationResource.project, InformationResource.name).where(
        InformationResource.name.in_(own)
    )
    found: dict[int, set[str]] = {}
    for key, name in rows.tuples():
        found.setdefault(key, set()).add(name)
    return {key: frozenset(names) for key, names in found.items()}


def _answers(project_id: int) -> dict[tuple[str, int], tuple[DuplicateReply, str]]:
    """The last answer to each thing, by (kind, id)."""
    answers: dict[tuple[str, int], tuple[DuplicateReply, str]] = {}
    rows = DuplicateAnswer.select().where(DuplicateAnswer.project == project_id).order_by(DuplicateAnswer.id)
    for row in rows:
        about = (PROJECT, row.matched_project_id)
        if row.matched_project_id is None:
            about = (SYSTEM, row.matched_system_id)
        answers[about] = (row.reply, row.text)
    return answers
