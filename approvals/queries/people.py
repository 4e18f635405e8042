"""Who had a part in a project, and which authority an organisation is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.rules.independence import Involvement
from approvals.rules.stages import StepKind, StepState
from approvals.tables.submission import ExpertScore, Step, Submission
from portfolio.foundation.access import Organisation, User, UserRole
from portfolio.foundation.db import fn, in_force
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.rules.dossier import ParticipantPart
from portfolio.tables.project import Participant, Project


def authorities_of(organisation_id: int, on: date) -> frozenset[Role]:
    """The authorities that an organisation is: the authority roles that its people hold on a day."""
    return authorities(on).get(organisation_id, frozenset())


def owned_by_authority(role: Role, on: date) -> Any:  # noqa: ANN401 - a Peewee condition on projects
    """Whether a project's owner is the authority of a role: whether its people hold that role on a day."""
    holding, person = UserRole.alias(), User.alias()
    return fn.EXISTS(
        holding.select(holding.id)
        .join(person, on=(holding.user == person.id))
        .where(
            person.organisation == Project.owner,
            holding.role == role,
            in_force(holding, on),
        )
    )


def authorities(on: date) -> dict[int, frozenset[Role]]:
    """The organisations that are authorities on a day, with what they are; one query."""
    rows = (
        UserRole.select(UserRole.role, User.organisation)
        .join(User, on=UserRole.user)
        .where(
            UserRole.role.in_(AUTHORITIES),
            in_force(UserRole, on),
        )
        .distinct()
        .tuples()
    )
    found: dict[int, set[Role]] = {}
    for role, organisation_id in rows:
        found.setdefault(organisation_id, set()).add(role)
    return {organisation_id: frozenset(roles) for organisation_id, roles in found.items()}


def holder_ids(role: Role, *, on: date) -> set[int]:
    """The ids of the active people who hold a role on a day; one query."""
    return {person.id for person in people_in(role, on=on)}


def assessors(on: date) -> list[User]:
    """The assessors of a day, each with their house, by house and name; one query."""
    return people_in(Role.ASSESSOR, on=on)


def people_in(role: Role, *, on: date) -> list[User]:
    """The active people who hold a role on a day, each with their house, by house and name; one query."""
    rows = (
        User.select(User, Organisation)
        .join(Organisation)
        .switch(User)
        .join(UserRole, on=(UserRole.user == User.id))
        .where(
            User.active,
            UserRole.role == role,
            in_force(UserRole, on),
        )
        .order_by(Organisation.name, User.name, User.id)
    )
    return list(rows.distinct())


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in one of the roles they hold."""

    username: str
    name: str
    unit: str
    role: Role


def holders(*roles: Role, on: date, organisation_id: int | None = None) -> list[Holder]:
    """The active people who hold one of ``roles`` on a day, in one organisation or any; one query."""
    rows = (
        UserRole.select(UserRole.role, User, Organisation)
        .join(User, on=UserRole.user)
        .join(Organisation)
        .where(
            User.active,
            UserRole.role.in_(list(roles)),
            in_force(UserRole, on),
        )
        .order_by(Organisation.name, User.name, User.id, UserRole.role)
    )
    if organisation_id is not None:
        rows = rows.where(User.organisation == organisation_id)
    found = (Holder(row.user.username, row.user.name, row.user.organisation.name, row.role) for row in rows)
    return list(dict.fromkeys(found))


def involvement(project: Any, submission: Any) -> Involvement:  # noqa: ANN401 - Peewee rows
    """Who submitted, endorsed and scored this project, and who has countersigned the submission."""
    submitters = Submission.select(Submission.submitted_by, Submission.on_behalf_of).where(
        Submission.project == project
    )
    steps = (
        Step.select(Step.kind, Step.submission, Step.actor, Step.on_behalf_of, Step.paper)
        .join(Submission)
        .where(
            Submission.project == project,
            Step.state == StepState.DONE,
            Step.kind.in_([StepKind.ENDORSE, StepKind.COUNTERSIGN]),
        )
    )
    scorers = ExpertScore.select(ExpertScore.expert).join(Submission).where(Submission.project == project)
    endorsers, signers = set(), set()
    for step in steps:
        people = {step.actor_id, step.on_behalf_of_id} - {None}
        if step.paper_id is not None and step.on_behalf_of_id is not None:
            people = {step.on_behalf_of_id}  # whoever entered the paper had no part in the matter
        if step.kind is StepKind.ENDORSE:
            endorsers |= people
        elif submission is not None and step.submission_id == submission.id:
            signers |= people
    return Involvement(
        owner_id=project.owner_id,
        submitters={row.submitted_by_id for row in submitters}
        | {row.on_behalf_of_id for row in submitters if row.on_behalf_of_id is not None},
        endorsers=endorsers,
        scorers={row.expert_id for row in scorers},
        countersigners=signers,
    )


def party_ids(project: Any) -> frozenset[int]:  # noqa: ANN401 - a Peewee row
    """The organisations whose people may not judge a project as experts: owner, participants and agents."""
    rows = Participant.select(Participant.organisation).where(
        Participant.project == project, Participant.part.in_(list(ParticipantPart))
    )
    return frozenset({project.owner_id, *(row.organisation_id for row in rows)})
