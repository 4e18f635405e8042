"""What a project promises for which day, and how it gets on: milestones, baselines, progress, results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from portfolio.foundation import audit, clock
from portfolio.foundation.db import get, transaction
from portfolio.foundation.errors import Conflict, Invalid, Message, NotFound, say
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier.draft import read_fields, read_rows, refuse_repeats
from portfolio.rules.dossier.shapes import ACHIEVED, MILESTONE, PROGRESS, REACHED, REBASELINE
from portfolio.services.dossier.lock import refuse_confidential, take, take_open, write
from portfolio.tables.dossier import Milestone, MilestoneBaseline, PerformanceTarget, ProgressReport
from portfolio.tables.project import Project

_WHOLE = 100

Follower = Callable[[ProgressReport, Actor], None]
_followers: list[Follower] = []


def follow(follower: Follower) -> Follower:
    """Have a house above do something with every new report, in the same transaction."""
    _followers.append(follower)
    return follower


def set_milestones(
    *, project_id: int, rows: Sequence[Mapping[str, object]], expected_version: int, actor: Actor
) -> Project:
    """Say which milestones there are now, in order; weights in per cent of the whole.

    One with a baseline is not deleted but dropped, and comes back when it is named again.  Raises
    ``Invalid`` cell by cell (``milestones.1.planned_on``), also for a reached milestone that would go or be
    planned anew; ``Refused`` (LOCKED, CONFIDENTIAL), ``NotFound``, ``Forbidden``, ``StaleVersion``.
    """
    typed = read_rows(MILESTONE, rows, "milestones")
    refuse_repeats(typed, "milestones", "name")
    with transaction():
        project = take_open(project_id, actor)
        refuse_confidential(project)
        held = {row.name: row for row in Milestone.select().where(Milestone.project == project_id)}
        _check_milestones(held, typed)
        _drop(held, {row["name"] for row in typed})
        for position, row in enumerate(typed, 1):
            _put(project_id, position, row, held.get(row["name"]))
        write(project, expected_version, "milestones.set", {"rows": typed}, actor)
        return project


def fix_baseline(*, project_id: int, reason: str = "", actor: Actor) -> list[MilestoneBaseline]:
    """Promise the days now planned; number 1 is a milestone's first promise, later ones need a ``reason``.

    Milestones whose day is as last promised get no further baseline.  Whoever calls it has decided who may.
    Raises ``Invalid`` without a reason for a re-baseline, ``NotFound``.
    """
    given = read_fields(REBASELINE, {"reason": reason})
    with transaction():
        project = get(Project, project_id, say("项目"), lock=True)
        latest = _latest_promises(project_id)
        moved = [
            row
            for row in Milestone.select()
            .where(Milestone.project == project_id, Milestone.dropped_on.is_null())
            .order_by(Milestone.position)
            if row.id not in latest or latest[row.id].planned_on != row.planned_on
        ]
        if not given["reason"] and any(row.id in latest for row in moved):
            raise Invalid({"reason": say("调整已承诺的日期，须写明理由")})
        fixed = [
            MilestoneBaseline.create(
                milestone=row.id,
                number=latest[row.id].number + 1 if row.id in latest else 1,
                planned_on=row.planned_on,
                reason=given["reason"],
                fixed_by=actor.user_id,
                fixed_at=clock.now(),
            )
            for row in moved
        ]
        if fixed:
            promised = {row.name: row.planned_on for row in moved}
            write(project, project.version, "milestones.baseline", {"promised": promised, **given}, actor)
        return fixed


def reach_milestone(*, project_id: int, name: str, actual_on: date | str, actor: Actor) -> Milestone:
    """Record that a milestone was reached on a day, today or before; also while the dossier is under review.

    Raises ``Invalid``, ``NotFound`` for an unknown or dropped milestone, ``Conflict`` for one reached
    already, ``Forbidden``.
    """
    given = read_fields(REACHED, {"name": name, "actual_on": actual_on})
    if given["actual_on"] > clock.today():
        raise Invalid({"actual_on": say("完成日期不能晚于今天")})
    with transaction():
        project = take(project_id, actor)
        row: Milestone | None = (
            Milestone.select()
            .where(
                Milestone.project == project_id,
                Milestone.name == given["name"],
                Milestone.dropped_on.is_null(),
            )
            .first()
        )
        if row is None:
            raise NotFound(
                say("该项目没有名为“{name}”的里程碑", name=given["name"]), remedy=say("请核对里程碑名称")
            )
        if row.actual_on is not None:
            raise Conflict(say("里程碑“{name}”已于{day}完成", name=row.name, day=row.actual_on.isoformat()))
        row.actual_on = given["actual_on"]
        row.save(only=["actual_on"])
        write(project, project.version, "milestones.reach", given, actor)
        return row


def report_progress(*, project_id: int, fields: Mapping[str, object], actor: Actor) -> ProgressReport:
    """Report how far the project was at the end of a period; a second report is a further revision,
    unless it says the same.

    Raises ``Invalid`` field by field, also for a period that has not begun; ``NotFound``, ``Forbidden``,
    ``Refused`` (CONFIDENTIAL).  Basis: R19.
    """
    given = read_fields(PROGRESS, fields)
    if date(given["year"], given["period"].first_month, 1) > clock.today():
        raise Invalid(
            {"period": say("{year}年{period}尚未开始", year=given["year"], period=given["period"].label)}
        )
    with transaction():
        refuse_confidential(take(project_id, actor))
        same = (
            (ProgressReport.project == project_id)
            & (ProgressReport.year == given["year"])
            & (ProgressReport.period == given["period"])
        )
        before: ProgressReport | None = (
            ProgressReport.select().where(same).order_by(ProgressReport.revision.desc()).first()
        )
        if before is not None and all(getattr(before, name) == value for name, value in given.items()):
            return before
        report: ProgressReport = ProgressReport.create(
            project=project_id,
            **given,
            revision=before.revision + 1 if before is not None else 1,
            reported_by=actor.user_id,
            reported_at=clock.now(),
        )
        data = {"revision": report.revision, **given}
        audit.record(actor, "progress.report", ("project", project_id), data)
        for follower in _followers:
            follower(report, actor)
        return report


def record_achieved(
    *, project_id: int, rows: Sequence[Mapping[str, object]], actor: Actor
) -> list[PerformanceTarget]:
    """Record what was achieved of the performance targets named: figures of figures, words of words.

    Targets that are not named keep what they have.  Raises ``Invalid`` cell by cell (``achieved.1.actual``),
    ``NotFound``, ``Forbidden``.
    """
    typed = read_rows(ACHIEVED, rows, "achieved")
    refuse_repeats(typed, "achieved", "name")
    with transaction():
        take(project_id, actor)
        held = {
            row.name: row for row in PerformanceTarget.select().where(PerformanceTarget.project == project_id)
        }
        _check_achieved(held, typed)
        for given in typed:
            row = held[given["name"]]
            row.actual, row.actual_text = given["actual"], given["actual_text"]
            row.save(only=["actual", "actual_text"])
        audit.record(actor, "targets.achieved", ("project", project_id), {"rows": typed})
        return [held[given["name"]] for given in typed]


def _check_milestones(held: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    wrong: dict[str, Message] = {}
    named = {row["name"]: (number, row) for number, row in enumerate(rows, 1)}
    for name, milestone in held.items():
        if milestone.actual_on is None:
            continue
        if name not in named:
            wrong["milestones"] = say("里程碑“{name}”已完成，不能删除", name=name)
        elif named[name][1]["planned_on"] != milestone.planned_on:
            wrong[f"milestones.{named[name][0]}.planned_on"] = say("已完成，不能再改计划日期")
    total = sum(row["weight"] for row in rows)
    if total > _WHOLE:
        wrong["milestones"] = say("权重合计{total}%，不得超过100%", total=total)
    if wrong:
        raise Invalid(wrong)


def _drop(held: Mapping[str, Any], kept: set[str]) -> None:
    """What was promised is dropped, what was only thought of is deleted."""
    gone = [row for name, row in held.items() if name not in kept and row.dropped_on is None]
    promised = {
        row.milestone_id
        for row in MilestoneBaseline.select(MilestoneBaseline.milestone).where(
            MilestoneBaseline.milestone.in_([row.id for row in gone])
        )
    }
    for row in gone:
        if row.id in promised:
            row.dropped_on = clock.today()
            row.save(only=["dropped_on"])
        else:
            row.delete_instance()


def _put(project_id: int, position: int, values: Mapping[str, Any], row: Any) -> None:  # noqa: ANN401
    if row is None:
        Milestone.create(project=project_id, position=position, **values)
        return
    changed = {"position": position, "dropped_on": None, **values}
    Milestone.update(**changed).where(Milestone.id == row.id).execute()


def _latest_promises(project_id: int) -> dict[int, Any]:
    """The last baseline of each milestone, by milestone."""
    rows = (
        MilestoneBaseline.select()
        .join(Milestone)
        .where(Milestone.project == project_id)
        .order_by(MilestoneBaseline.number)
    )
    return {row.milestone_id: row for row in rows}


def _check_achieved(held: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    wrong: dict[str, Message] = {}
    for number, given in enumerate(rows, 1):
        where = f"achieved.{number}"
        target = held.get(given["name"])
        if target is None:
            wrong[f"{where}.name"] = say("绩效目标表中没有这个指标")
        elif target.target is None and (given["actual"] is not None or not given["actual_text"]):
            wrong[f"{where}.actual_text"] = say("该指标为文字目标，请以文字填写完成情况")
        elif target.target is not None and (given["actual"] is None or given["actual_text"]):
            wrong[f"{where}.actual"] = say("该指标为数值目标，请填写数值")
    if wrong:
        raise Invalid(wrong)
