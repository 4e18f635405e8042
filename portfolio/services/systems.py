"""The register of systems: what projects have produced, and what was there before them 存量."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from portfolio.foundation import audit, clock
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import change, get, transaction
from portfolio.foundation.errors import Conflict, Invalid, say
from portfolio.foundation.numbering import next_number
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier.draft import read_fields
from portfolio.rules.dossier.shapes import CERTIFICATION, RETIREMENT, SYSTEM
from portfolio.services.twice import just_made
from portfolio.tables.project import Project, System, SystemProject

SERIES = "XT"
"""How the codes of systems begin."""


def register(
    *,
    owner_id: int,
    fields: Mapping[str, object],
    project_id: int | None = None,
    actor: Actor,
    once: bool = False,
) -> System:
    """Register a system and, unless it predates the plan, the project that produced it.

    With ``once`` a form sent twice within two minutes enters one system: the second gets the first's.  By
    an applicant of the project's owner (of the system's owner, when no project is named) or by the
    informatization authority.  Raises ``Invalid`` field by field, ``NotFound``, ``Forbidden``.
    """
    given = read_fields(SYSTEM, fields)
    if given["launched_on"] is not None and given["launched_on"] > clock.today():
        raise Invalid({"launched_on": say("上线日期不能晚于今天")})
    with transaction():
        owner = get(Organisation, owner_id, say("单位"), lock=once)
        project = get(Project, project_id, say("项目")) if project_id is not None else None
        _require_keeper(owner_id if project is None else project.owner_id, actor)
        if once and (entered := just_made(System, owner_id=owner_id, name=given["name"], actor=actor)):
            return entered
        year = clock.fiscal_year(clock.today())
        system: System = System.create(
            **given,
            code=f"{SERIES}{year}-{next_number(SERIES, year):04}",
            owner=owner_id,
            created_by=actor.user_id,
            created_at=clock.now(),
        )
        data = {"code": system.code, "owner": owner.code, "project": project_id, **given}
        audit.record(actor, "system.register", ("system", system.id), data)
        if project is not None:
            _link(system, project, actor)
        return system


def link(*, system_id: int, project_id: int, actor: Actor) -> SystemProject:
    """Say that a further project has extended a system; twice is once.

    By an applicant of the project's owner or the informatization authority.  Raises ``NotFound``,
    ``Forbidden``, ``Conflict`` for a system that is retired.
    """
    with transaction():
        system = get(System, system_id, say("系统"), lock=True)
        project = get(Project, project_id, say("项目"))
        _require_keeper(project.owner_id, actor)
        existing: SystemProject | None = SystemProject.get_or_none(system=system_id, project=project_id)
        if existing is not None:
            return existing
        _refuse_retired(system)
        return _link(system, project, actor)


def launch(*, project_id: int, launched_on: date | str, actor: Actor) -> list[System]:
    """Put the systems of a project that are not yet in service into service on a day.

    Whoever calls it has decided who may.  Raises ``Invalid`` for a day to come, ``NotFound``.
    """
    given = read_fields({"launched_on": SYSTEM["launched_on"]}, {"launched_on": launched_on})
    if given["launched_on"] is None or given["launched_on"] > clock.today():
        raise Invalid({"launched_on": say("请填写上线日期，不能晚于今天")})
    with transaction():
        get(Project, project_id, say("项目"))
        made = SystemProject.select(SystemProject.system).where(SystemProject.project == project_id)
        waiting = System.select().where(
            System.id.in_(made), System.launched_on.is_null(), System.retired_on.is_null()
        )
        systems = list(waiting.order_by(System.id))
        for system in systems:
            change(system, system.version, **given)
            audit.record(actor, "system.launch", ("system", system.id), {"project": project_id, **given})
        return systems


def certify(*, system_id: int, fields: Mapping[str, object], expected_version: int, actor: Actor) -> System:
    """Certify since when a system is in the catalogue, shared and secure; an empty day takes it back (R17).

    What is not given stays.  By the informatization authority.  Raises ``Invalid`` field by field,
    ``NotFound``, ``Forbidden``, ``Conflict`` for a system that is retired, ``StaleVersion``.
    """
    given = read_fields(CERTIFICATION, fields, whole=False)
    today = clock.today()
    wrong = {name: say("日期不能晚于今天") for name, day in given.items() if day is not None and day > today}
    if wrong:
        raise Invalid(wrong)
    actor.require(Role.INFORMATIZATION)
    with transaction():
        system: System = get(System, system_id, say("系统"), lock=True)
        _refuse_retired(system)
        change(system, expected_version, **given)
        audit.record(actor, "system.certify", ("system", system_id), given)
        return system


def retire(*, system_id: int, fields: Mapping[str, object], expected_version: int, actor: Actor) -> System:
    """Take a system out of service 下线报废 on a day (``retired_on``), for a ``retired_reason``.

    By an applicant of its owner or the informatization authority.  Raises ``Invalid`` field by field,
    ``NotFound``, ``Forbidden``, ``Conflict`` for a system that is retired, ``StaleVersion``.
    """
    given = read_fields(RETIREMENT, fields)
    if given["retired_on"] > clock.today():
        raise Invalid({"retired_on": say("下线日期不能晚于今天")})
    with transaction():
        system: System = get(System, system_id, say("系统"), lock=True)
        _require_keeper(system.owner_id, actor)
        _refuse_retired(system)
        if system.launched_on is not None and given["retired_on"] < system.launched_on:
            day = system.launched_on.isoformat()
            raise Invalid({"retired_on": say("下线不能早于上线（{day}）", day=day)})
        change(system, expected_version, **given)
        audit.record(actor, "system.retire", ("system", system_id), given)
        return system


def may_keep(system: System, actor: Actor) -> bool:
    """Whether the actor looks after this system: an applicant of its owner, or the authority."""
    at_home = actor.has(Role.APPLICANT) and actor.organisation_id == system.owner_id
    return at_home or actor.has(Role.INFORMATIZATION)


def _require_keeper(organisation_id: int, actor: Actor) -> None:
    if not actor.has(Role.INFORMATIZATION):
        actor.require_unit(organisation_id, Role.APPLICANT)


def may_link(project: Any, actor: Actor) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether the actor may say which systems a project makes or upgrades."""
    ours = actor.has(Role.APPLICANT) and actor.organisation_id == project.owner_id
    return ours or actor.has(Role.INFORMATIZATION)


def _refuse_retired(system: Any) -> None:  # noqa: ANN401 - a Peewee row
    if system.retired_on is not None:
        raise Conflict(
            say("系统“{name}”已于{day}下线", name=system.name, day=system.retired_on.isoformat()),
            remedy=say("已下线的系统不再变更；新建系统请另行登记"),
        )


def _link(system: Any, project: Any, actor: Actor) -> SystemProject:  # noqa: ANN401 - Peewee rows
    row: SystemProject = SystemProject.create(system=system.id, project=project.id)
    data = {"system": system.code}
    audit.record(actor, "project.produce_system", ("project", project.id), data)
    return row
