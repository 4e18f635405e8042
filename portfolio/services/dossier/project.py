"""Starting a project's dossier, and saving its fields as drafts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from portfolio.foundation import audit, clock
from portfolio.foundation.access import Organisation, Zone
from portfolio.foundation.db import IntegrityError, change, get, transaction
from portfolio.foundation.errors import Finding, Invalid, Message, Refused, say
from portfolio.foundation.numbering import next_number
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import Route, Track
from portfolio.rules.dossier.draft import read_fields
from portfolio.rules.dossier.shapes import PROJECT, TEXTS
from portfolio.services.dossier.lock import require_writer, take_open, write
from portfolio.services.twice import just_made
from portfolio.tables.plan import Cluster, PlanItem, Sector
from portfolio.tables.project import Project

SERIES = "XM"
"""How the codes of projects begin."""

_REFERENCES: Final[Mapping[str, tuple[Any, Message]]] = {
    "plan_item_id": (PlanItem, say("规划项目")),
    "zone_id": (Zone, say("经济区")),
    "sector_id": (Sector, say("重点领域")),
    "cluster_id": (Cluster, say("产业集聚区")),
}
_ON_PAPER = tuple(name for name in TEXTS if name not in ("amendment_reason", "estimate_explanation"))
"""What a confidential project leaves empty."""

_FOR_GOOD = frozenset({Route.CONFIDENTIAL, Route.INHERITED})
"""Routes that a project is registered on or never takes."""


def create(*, owner_id: int, fields: Mapping[str, object], actor: Actor, once: bool = False) -> Project:
    """Start the dossier of a project; only its name must be given, the rest may follow.

    With ``once`` a form sent twice within two minutes starts one project: the second gets the first's.  By
    an applicant of the owner; a project of the filing track by the informatization authority too.  Raises
    ``Invalid`` field by field, ``Forbidden``, ``NotFound`` for an unknown owner, ``Refused`` (VERTICAL).
    """
    values = read_fields(PROJECT, fields)
    with transaction():
        owner = get(Organisation, owner_id, say("单位"), lock=once)
        require_writer(owner_id, values["track"], actor)
        if once and (started := just_made(Project, owner_id=owner_id, name=values["name"], actor=actor)):
            return started
        _check_owner(owner, values["track"])
        _check(values, values)
        year = clock.fiscal_year(clock.today())
        project: Project = Project.create(
            **values,
            code=f"{SERIES}{year}-{next_number(SERIES, year):04}",
            owner=owner_id,
            created_by=actor.user_id,
            created_at=clock.now(),
        )
        data = {"code": project.code, "owner": owner.code, "fields": values}
        audit.record(actor, "project.create", ("project", project.id), data)
        return project


def save(*, project_id: int, expected_version: int, fields: Mapping[str, object], actor: Actor) -> Project:
    """Save the given fields of a draft; what is not given stays as it is.

    Raises ``Invalid`` field by field, ``NotFound``, ``Forbidden``, ``Refused`` (LOCKED while under review,
    APPROVED_ITEM for another plan item than the one decided on), ``StaleVersion``.
    """
    given = read_fields(PROJECT, fields, whole=False)
    with transaction():
        project = take_open(project_id, actor)
        before = {name: getattr(project, name) for name in PROJECT}
        _check_fixed(project, given)
        _check(given, {**before, **given})
        changed = {name: value for name, value in given.items() if value != before[name]}
        data = {"before": {name: before[name] for name in changed}, "after": changed}
        try:
            write(project, expected_version, "project.save", data, actor, **changed)
        except IntegrityError as error:
            if "plan_item_id" in changed:
                raise _approved_item(project) from error
            raise
        return project


def move_to_government(*, project_id: int, actor: Actor) -> Project:
    """Make a filed project one of the government track, its dossier open.  The caller has decided who may.

    Raises ``Refused`` (VERTICAL) for a vertically managed unit, whose projects are filed alone.
    """
    with transaction():
        project: Project = get(Project, project_id, say("项目"), lock=True)
        _check_owner(project.owner, Track.GOVERNMENT)
        if project.track is not Track.GOVERNMENT:
            change(project, project.version, track=Track.GOVERNMENT)
            audit.record(actor, "dossier.move_track", ("project", project_id), {"version": project.version})
        return project


def _check_owner(owner: Any, track: Track) -> None:  # noqa: ANN401 - a Peewee row
    """The owner exists today, and a vertically managed unit only files."""
    today = clock.today()
    if owner.valid_from > today or (owner.valid_to is not None and owner.valid_to < today):
        raise Invalid({"owner_id": say("“{name}”目前不是有效单位，请由承接单位申报", name=owner.name)})
    if owner.vertical and track is Track.GOVERNMENT:
        raise Refused(
            [
                Finding(
                    "VERTICAL",
                    False,
                    say("“{name}”是垂直管理单位，其项目只备案", name=owner.name),
                    "垂直管理单位的项目由国家部委审批，地方只备案",
                    remedy=say("请按备案项目登记"),
                )
            ]
        )


def _check_fixed(project: Any, given: Mapping[str, Any]) -> None:  # noqa: ANN401 - a Peewee row
    """What a project is registered as stays: its track, and whether it is confidential or inherited."""
    wrong = {}
    if given.get("track", project.track) is not project.track:
        wrong["track"] = say("登记后不能改变，请按{track}另行登记", track=given["track"].label)
    route = given.get("route", project.route)
    if route is not project.route and not _FOR_GOOD.isdisjoint({route, project.route}):
        wrong["route"] = say("涉密项目和存量项目在登记时确定，不能改变")
    if wrong:
        raise Invalid(wrong)


def _check(given: Mapping[str, Any], whole: Mapping[str, Any]) -> None:
    """What is ``given`` refers to what is there, and the ``whole`` fits together."""
    wrong = {}
    for name, (table, what) in _REFERENCES.items():
        key = given.get(name)
        if key is not None and not table.select().where(table.id == key).exists():
            wrong[name] = say("没有这个{what}", what=what)
    start, finish = whole["planned_start"], whole["planned_finish"]
    if start is not None and finish is not None and finish < start:
        wrong["planned_finish"] = say("完工不能早于开工（{start}）", start=start.isoformat())
    if whole["route"] is Route.CONFIDENTIAL:
        wrong |= {name: say("涉密项目不录入内容，请另行办理") for name in _ON_PAPER if whole[name]}
    if wrong:
        raise Invalid(wrong)


def _approved_item(project: Any) -> Refused:  # noqa: ANN401 - a Peewee row
    return Refused(
        [
            Finding(
                "APPROVED_ITEM",
                False,
                say("项目 {code} 已按所挂接的规划项目审定，不能改挂", code=project.code),
                "规划四（六）：先规划后立项",
                remedy=say("确需调整的，请终止本项目后重新申报"),
            )
        ]
    )
