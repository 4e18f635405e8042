"""A dossier taken in hand: its row locked, the actor's right to write it, and the lock of the review."""

from __future__ import annotations

from typing import Any

from portfolio.foundation import audit
from portfolio.foundation.db import change, get, transaction
from portfolio.foundation.errors import Finding, Forbidden, HouseError, Refused, say
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import Route, Track
from portfolio.tables.dossier import Milestone, MilestoneBaseline
from portfolio.tables.project import Project


def lock(*, project_id: int, actor: Actor) -> Project:
    """Shut the dossier while it is judged; twice is once.  Whoever calls it has decided who may."""
    return _shut(project_id, True, actor)


def unlock(*, project_id: int, actor: Actor) -> Project:
    """Open the dossier for its owner again; twice is once.  Whoever calls it has decided who may."""
    return _shut(project_id, False, actor)


def take(project_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """The project's row, locked in the caller's transaction for an actor who may write its dossier.

    Raises ``NotFound``, and ``Forbidden`` for anybody but an applicant of the owner; the projects of the
    filing track are written by the informatization authority too, for no enterprise logs in.
    """
    project = get(Project, project_id, say("项目"), lock=True)
    require_writer(project.owner_id, project.track, actor)
    return project


def take_open(project_id: int, actor: Actor) -> Any:  # noqa: ANN401 - a Peewee row
    """``take`` for what is submitted: raises ``Refused`` (LOCKED) while the dossier is under review."""
    project = take(project_id, actor)
    refuse_locked(project)
    return project


def require_writer(owner_id: int, track: Track, actor: Actor) -> None:
    """Raise ``Forbidden`` unless the actor may write a dossier of this owner."""
    if track is not Track.FILING or not actor.has(Role.INFORMATIZATION):
        actor.require_unit(owner_id, Role.APPLICANT)


def may_write(project: Project, actor: Actor) -> bool:
    """Whether the actor is one who writes this dossier, locked or not."""
    try:
        require_writer(project.owner_id, project.track, actor)
    except Forbidden:
        return False
    return True


def shut_for(project: Project, actor: Actor) -> HouseError | None:
    """Why the actor may only read this dossier; ``None`` for who may write in it."""
    try:
        require_writer(project.owner_id, project.track, actor)
        refuse_locked(project)
    except (Forbidden, Refused) as reason:
        return reason
    return None


def refuse_locked(project: Any) -> None:  # noqa: ANN401 - a Peewee row
    """Raise ``Refused`` (LOCKED) for a dossier under review, or approved and being carried out."""
    if not project.locked:
        return
    if _carried_out(project):
        raise _refusal(
            "LOCKED",
            say("项目 {code} 已批准实施，申报材料锁定，不能修改", code=project.code),
            "批准的建设内容和投资以批准时的材料为准",
            say("在建项目的内容或投资确需变动的，请办理“申请调整”"),
        )
    raise _refusal(
        "LOCKED",
        say("项目 {code} 的申报材料已经报送，现已锁定，不能修改", code=project.code),
        "已报送的材料以报送时的内容为准",
        say("审核期间确需修改的，请先撤回申报或由审核部门退回修改"),
    )


def _carried_out(project: Any) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether the first promises of its milestones are fixed, as they are when building starts; one query."""
    promised = MilestoneBaseline.select(MilestoneBaseline.id).join(Milestone)
    return bool(promised.where(Milestone.project == project.id).exists())


def refuse_confidential(project: Any) -> None:  # noqa: ANN401 - a Peewee row
    """Raise ``Refused`` (CONFIDENTIAL) when the project keeps its contents on paper."""
    if project.route is Route.CONFIDENTIAL:
        raise _refusal(
            "CONFIDENTIAL",
            say("涉密项目只登记编号、单位、规划项目和金额合计，严禁录入或上传涉密内容"),
            "涉密项目另行办理",
            say("请按保密规定以纸质材料另行报送"),
        )


def write(
    project: Any,  # noqa: ANN401 - a Peewee row
    expected_version: int,
    action: str,
    data: dict[str, Any],
    actor: Actor,
    **values: Any,  # noqa: ANN401 - columns
) -> None:
    """Write ``values`` to a taken project and record the act; the version goes up by one.

    Raises ``StaleVersion`` when the project has changed since ``expected_version``.
    """
    change(project, expected_version, **values)
    audit.record(actor, action, ("project", project.id), {"version": project.version, **data})


def _shut(project_id: int, shut: bool, actor: Actor) -> Project:
    with transaction():
        project: Project = get(Project, project_id, say("项目"), lock=True)
        if project.locked is not shut:
            # The content stays as it is, and so does its version.
            Project.update(locked=shut).where(Project.id == project_id).execute()
            project.locked = shut
            action = "dossier.lock" if shut else "dossier.unlock"
            audit.record(actor, action, ("project", project_id), {"version": project.version})
        return project


def _refusal(code: str, what: Any, basis: str, remedy: Any) -> Refused:  # noqa: ANN401
    return Refused([Finding(code, False, what, basis, remedy=remedy)])
