"""A project as a page about its procedure sees it: the project, and its case when it has one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, SQL

from approvals.rules.stages import Phase, SideState, Stage
from approvals.tables.case import Case
from approvals.tables.decision import Appraisal, Decision, InheritedEvidence
from approvals.tables.submission import Submission
from portfolio.foundation.access import Organisation
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.roles import Actor
from portfolio.queries.dossier import visible_to
from portfolio.tables.plan import PlanItem
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Standing:
    """A project and where it stands; ``case`` is ``None`` for one in no procedure."""

    project: Any
    case: Any

    @property
    def version(self) -> int:
        """The version that the next act has to expect; 0 before the first."""
        return int(self.case.version) if self.case is not None else 0


DECIDED = PlanItem.alias()
"""The plan item of the case's decision; the project's own may be another."""

CASE = (Case, Decision, DECIDED, Appraisal, InheritedEvidence)
"""The case with everything that its keys point at; its submission is named beside it, whole or in part."""


def join_case(query: Any) -> Any:  # noqa: ANN401 - a Peewee query over projects
    """Join owner and case, with all that ``CASE`` and the submission ask for."""
    left = JOIN.LEFT_OUTER
    return (
        query.join_from(Project, Organisation, on=Project.owner)
        .join_from(Project, Case, left, on=(Case.project == Project.id), attr="case")
        .join_from(Case, Submission, left, on=Case.submission)
        .join_from(Case, Decision, left, on=Case.decision)
        .join_from(Decision, DECIDED, left, on=(Decision.plan_item == DECIDED.id), attr="plan_item")
        .join_from(Case, Appraisal, left, on=Case.appraisal)
        .join_from(Case, InheritedEvidence, left, on=Case.inherited)
    )


def first_of(query: Any, project_id: int, actor: Actor, *, whoever: bool = False) -> Any:  # noqa: ANN401
    """The project that the actor may know of, its ``case`` at hand (``None``: none); raises ``NotFound``.

    ``whoever`` lets the actor know of any project.
    """
    known = SQL("1 = 1") if whoever else visible_to(actor)
    project = query.where(Project.id == project_id, known).first()
    if project is None:
        raise NotFound(say("没有这个项目（编号 {id}）", id=project_id), remedy=say("请在项目库中查找"))
    project.case = getattr(project, "case", None)
    if project.case is not None:
        project.case.project = project
    return project


def standing(
    project_id: int, actor: Actor, *, in_procedure: bool = True, owes_it_something: bool = False
) -> Standing:
    """Where a project that the actor may know of stands; one query.

    ``owes_it_something`` lets the actor know of it who is no party to it and must meet a condition of it.

    Raises ``NotFound`` for one that is not theirs, and without a case unless ``in_procedure`` is false.
    """
    query = join_case(Project.select(Project, Organisation, Submission, *CASE))
    project = first_of(query, project_id, actor, whoever=owes_it_something)
    if project.case is None and in_procedure:
        raise NotFound(say("该项目尚未进入审批程序"), remedy=say("请先由申报单位启动申报"))
    return Standing(project, project.case)


def knows_of(project_id: int, actor: Actor) -> bool:
    """Whether the actor may open the project's own pages; one query."""
    return bool(Project.select().where(Project.id == project_id, visible_to(actor)).exists())


BUILT = (Stage.OPERATION, Stage.POST_EVALUATION, Stage.CLOSED)


def at_rest(project_ids: Iterable[int]) -> set[int]:
    """Those of the projects that build no more: built, closed, rejected, suspended or ended; one query."""
    over = (Case.side_state != SideState.ACTIVE) | (Case.phase == Phase.REJECTED) | Case.stage.in_(BUILT)
    rows = Case.select(Case.project).where(Case.project.in_(list(project_ids)), over)
    return {row.project_id for row in rows}
