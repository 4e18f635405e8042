"""Opening a case, and stopping, resuming and ending it."""

from __future__ import annotations

from approvals.rules.stages import Phase, SideAct, SideState, Stage, SubmissionState
from approvals.rules.workflow import side_transition
from approvals.services import money
from approvals.services.matter import Matter, open_steps, record, settle, take, void_steps
from approvals.tables.case import Case
from portfolio.foundation import audit, clock
from portfolio.foundation.db import change, get, transaction
from portfolio.foundation.errors import Finding, Invalid, Refused, say
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import Route, Track
from portfolio.tables.project import Project


def open_case(*, project_id: int, actor: Actor) -> Case:
    """Bring a project into the procedure, at its first stage, with an account that can do nothing yet.

    By an applicant of the owner, or by the informatization authority.  Twice gives the same case back.
    Raises ``Refused`` for an inherited project, which two people record instead.
    """
    with transaction():
        project = get(Project, project_id, say("项目"), lock=True)
        if not actor.has(Role.INFORMATIZATION):
            actor.require_unit(project.owner_id, Role.APPLICANT)
        existing = Case.get_or_none(project=project_id)
        if existing is not None:
            return existing
        if project.route is Route.INHERITED:
            raise Refused(
                [
                    Finding(
                        "INHERITED",
                        False,
                        say("存量项目须凭原批准文件登记"),
                        "系统上线时的存量项目登记，两人办理",
                        remedy=say("请登记原批准文件，由第二人确认"),
                    )
                ]
            )
        stage = Stage.REGISTERED if project.track is Track.FILING else Stage.INITIATION
        case: Case = Case.create(
            project=project_id,
            track=project.track,
            stage=stage,
            phase=Phase.DRAFTING,
            opened_by=actor.user_id,
            opened_at=clock.now(),
        )
        audit.record(actor, "case.open", ("case", case.id), {"project": project_id, "stage": stage})
        money.open_for(case, actor)
        return case


def begin(project_id: int, actor: Actor) -> Case | None:
    """Open the case of a project that its dossier has just begun; an inherited one waits to be recorded.

    Raises as ``open_case``.
    """
    project = get(Project, project_id, say("项目"))
    return None if project.route is Route.INHERITED else open_case(project_id=project_id, actor=actor)


def suspend(*, project_id: int, expected_version: int, reason: str, actor: Actor) -> Case:
    """Stop a project 暂停: nothing moves, its money is frozen."""
    return _side(project_id, expected_version, SideAct.SUSPEND, reason, actor)


def terminate(*, project_id: int, expected_version: int, reason: str, actor: Actor) -> Case:
    """End a project for good 终止; its account is closed."""
    return _side(project_id, expected_version, SideAct.TERMINATE, reason, actor)


def resume(*, project_id: int, expected_version: int, reason: str, actor: Actor) -> Case:
    """Let a suspended or deferred project go on where it stood; a deferred decision is asked for again."""
    return _side(project_id, expected_version, SideAct.RESUME, reason, actor)


def _side(project_id: int, expected_version: int, act: SideAct, reason: str, actor: Actor) -> Case:
    if not reason.strip():
        raise Invalid({"reason": say("请写明理由")})
    with transaction():
        matter = take(project_id, expected_version)
        case = matter.case
        before = case.side_state
        row = side_transition(before, act, case.stage)
        actor.require(*row.roles)
        change(case, case.version, side_state=row.to, review_on=None)
        if before is SideState.DEFERRED and row.to is SideState.ACTIVE:
            _ask_again(matter)
        if row.to is SideState.TERMINATED and matter.submission is not None:
            _end_review(matter)
        record(matter, actor, f"case.{act}", {"reason": reason.strip()})
        money.follow_side_state(case, actor)
        return case


def _ask_again(matter: Matter) -> None:
    """The deferred submission is judged again; the step that was answered 暂缓 is opened anew."""
    settle(matter.submission, SubmissionState.IN_REVIEW)
    open_steps(matter, matter.case.stage, matter.case.phase)


def _end_review(matter: Matter) -> None:
    void_steps(matter.submission)
    if matter.submission.state in {SubmissionState.IN_REVIEW, SubmissionState.DEFERRED}:
        settle(matter.submission, SubmissionState.REJECTED)
