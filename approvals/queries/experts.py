"""Whom a panel may ask, and what an expert was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from approvals.queries.people import involvement, party_ids, people_in
from approvals.rules.appraisal_gate import ExpertFacts, expert_findings
from approvals.rules.stages import StepKind, StepState
from approvals.tables.submission import ExpertScore, Step, Submission
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import get
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Message, NotFound, say
from portfolio.foundation.roles import Role
from portfolio.foundation.rulebook import Rulebook
from portfolio.tables.project import Project


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who could be asked; ``barred`` says why not, ``asked`` that it was done already."""

    id: int
    name: str
    organisation: str
    asked: bool
    barred: Message | None


def candidates(project: Any, submission: Any, rules: Rulebook) -> list[Candidate]:  # noqa: ANN401 - rows
    """Every expert of today, by name, with what stands against asking each; seven queries."""
    people = sorted(people_in(Role.EXPERT, on=clock.today()), key=lambda one: (one.name, one.id))
    asked = {
        step.assignee_id
        for step in Step.select(Step.assignee).where(
            Step.submission == submission, Step.kind == StepKind.SCORE
        )
    }
    parties, involved = party_ids(project), involvement(project, submission)
    busy = involved.submitters | involved.endorsers
    found = []
    for person in people:
        facts = ExpertFacts(person.name, True, person.organisation_id, person.id in busy)
        against = [one.what for one in expert_findings(facts, parties, rules) if one.blocks]
        found.append(
            Candidate(
                person.id,
                person.name,
                person.organisation.short_name,
                person.id in asked,
                against[0] if against else None,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Assignment:
    """What an expert was asked to score, until when, and the score given; ``open`` while it may be given."""

    project: Any
    submission: Any
    step: Any
    given: Any

    @property
    def open(self) -> bool:
        """Whether the score may still be given."""
        return self.given is None and self.step.state is StepState.OPEN


def assignment(project_id: int, expert_id: int) -> Assignment:
    """The latest submission of a project that this expert was asked to score; two queries.

    Raises ``NotFound`` for whoever was not asked: that there is such a project is none of their business.
    """
    step = (
        Step.select(Step, Submission, Project, Organisation)
        .join(Submission)
        .join(Project)
        .join(Organisation, on=Project.owner)
        .where(Submission.project == project_id, Step.kind == StepKind.SCORE, Step.assignee == expert_id)
        .order_by(Step.id.desc())
        .first()
    )
    if step is None:
        raise NotFound(say("没有指派给您评审的这个项目"), remedy=say("请核对地址，或从首页进入"))
    given = ExpertScore.get_or_none(submission=step.submission_id, expert=expert_id)
    return Assignment(step.submission.project, step.submission, step, given)


def document_to_score(project_id: int, document_id: int, expert_id: int) -> Document:
    """A document of the submission that this expert was asked to score, as it was submitted; three queries.

    Raises ``NotFound`` for any other, for whoever was not asked, and for whoever has stepped aside.
    """
    asked = assignment(project_id, expert_id)
    submitted = {row["id"] for row in asked.submission.snapshot.get("documents", ())}
    aside = asked.given is not None and asked.given.conflict
    if aside or document_id not in submitted:
        raise NotFound(
            say("送审材料中没有这个文件（编号 {key}）", key=document_id), remedy=say("请从评审页进入")
        )
    found: Document = get(Document, document_id, say("文件"))
    return found
