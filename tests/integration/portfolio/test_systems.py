"""The register of systems: produced by projects or there before them, certified, and at last retired."""

from datetime import date

import pytest

from portfolio.foundation import audit
from portfolio.foundation.db import IntegrityError
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion
from portfolio.services import dossier as services
from portfolio.services import systems
from portfolio.tables.project import System, SystemProject
from tests.integration.portfolio.conftest import acts, everything


@pytest.fixture
def system(desk):
    """A system in service since January, produced by the project."""
    fields = {"name": "目录平台", "launched_on": "2026-01-05"}
    return systems.register(
        owner_id=desk.owner.id, fields=fields, project_id=desk.project.id, actor=desk.applicant
    )


def certify(system, actor, fields=None, version=1):
    fields = fields if fields is not None else {"catalogued_on": "2026-02-01", "shared_on": "2026-02-02"}
    return systems.certify(system_id=system.id, fields=fields, expected_version=version, actor=actor)


def retire(system, actor, version=1, **fields):
    given = {"retired_on": "2026-03-01", "retired_reason": "由新系统取代", **fields}
    return systems.retire(system_id=system.id, fields=given, expected_version=version, actor=actor)


def test_a_project_produces_a_system(desk, system):
    row = System.get_by_id(system.id)
    assert (row.code, row.launched_on, row.preexisting, row.version) == (
        "XT2026-0001",
        date(2026, 1, 5),
        False,
        1,
    )
    assert [(link.system_id, link.project_id) for link in SystemProject.select()] == [
        (system.id, desk.project.id)
    ]
    assert acts(desk.project)[-1] == "project.produce_system"
    assert [entry.action for entry in audit.trail("system", system.id)] == ["system.register"]


def test_a_system_may_predate_every_project(desk):
    old = systems.register(
        owner_id=desk.owner.id,
        fields={"name": "老系统", "preexisting": True, "launched_on": "1998-05-01"},
        actor=desk.applicant,
    )
    assert (old.preexisting, SystemProject.select().count()) == (True, 0)
    systems.register(owner_id=desk.owner.id, fields={"name": "另一个"}, actor=desk.keeper)


def test_a_joint_project_produces_a_system_for_its_partner(desk):
    made = systems.register(
        owner_id=desk.elsewhere.id,
        fields={"name": "区县端"},
        project_id=desk.project.id,
        actor=desk.applicant,
    )
    assert made.owner_id == desk.elsewhere.id


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "name"),
        ({"name": "甲", "launched_on": "一月"}, "launched_on"),
        ({"name": "甲", "launched_on": "2026-03-03"}, "launched_on"),  # tomorrow
        ({"name": "甲", "preexisting": "yes"}, "preexisting"),
        ({"name": "甲", "secure_on": "2026-01-01"}, "secure_on"),  # certified by the authority alone
    ],
)
def test_a_malformed_registration_is_refused(desk, fields, field):
    before = everything()
    with pytest.raises(Invalid) as refusal:
        systems.register(
            owner_id=desk.owner.id, fields=fields, project_id=desk.project.id, actor=desk.applicant
        )
    assert list(refusal.value.fields) == [field]
    assert everything() == before


def test_strangers_register_nothing_and_unknown_things_are_not_found(desk):
    given = {"fields": {"name": "甲"}}
    before = everything()
    with pytest.raises(Forbidden):
        systems.register(owner_id=desk.owner.id, actor=desk.stranger, **given)
    with pytest.raises(Forbidden):  # their own system, out of another's project
        systems.register(owner_id=desk.elsewhere.id, project_id=desk.project.id, actor=desk.stranger, **given)
    with pytest.raises(NotFound, match="没有这个单位"):
        systems.register(owner_id=999_999, actor=desk.applicant, **given)
    with pytest.raises(NotFound, match="没有这个项目"):
        systems.register(owner_id=desk.owner.id, project_id=999_999, actor=desk.applicant, **given)
    assert everything() == before


def test_a_further_project_extends_a_system_once(desk, system):
    second = services.create(owner_id=desk.owner.id, fields={"name": "二期"}, actor=desk.applicant)
    links = [systems.link(system_id=system.id, project_id=second.id, actor=desk.applicant) for _ in range(2)]
    assert links[0] == links[1]
    assert SystemProject.select().count() == 2
    with pytest.raises(Forbidden):
        systems.link(system_id=system.id, project_id=second.id, actor=desk.stranger)
    with pytest.raises(NotFound):
        systems.link(system_id=999_999, project_id=second.id, actor=desk.applicant)


def test_a_project_puts_its_waiting_systems_into_service(desk, system):
    waiting = systems.register(
        owner_id=desk.owner.id, fields={"name": "交换平台"}, project_id=desk.project.id, actor=desk.applicant
    )
    launched = systems.launch(project_id=desk.project.id, launched_on="2026-03-02", actor=desk.keeper)
    assert [(row.id, row.launched_on, row.version) for row in launched] == [(waiting.id, date(2026, 3, 2), 2)]
    assert System.get_by_id(system.id).launched_on == date(2026, 1, 5)
    for day in ("2026-03-03", "", "昨天"):
        with pytest.raises(Invalid):
            systems.launch(project_id=desk.project.id, launched_on=day, actor=desk.keeper)
    with pytest.raises(NotFound):
        systems.launch(project_id=999_999, launched_on="2026-03-02", actor=desk.keeper)


# --- certification ------------------------------------------------------------------------------------------


def test_the_authority_certifies_step_by_step_and_takes_back(desk, system):
    assert certify(system, desk.keeper).version == 2
    certify(system, desk.keeper, {"secure_on": "2026-03-02"}, version=2)
    certify(system, desk.keeper, {"shared_on": ""}, version=3)
    row = System.get_by_id(system.id)
    assert (row.catalogued_on, row.shared_on, row.secure_on) == (date(2026, 2, 1), None, date(2026, 3, 2))
    assert [entry.action for entry in audit.trail("system", system.id)][1:] == ["system.certify"] * 3


def test_nobody_else_certifies_and_nothing_from_tomorrow(desk, system):
    before = everything()
    with pytest.raises(Forbidden):
        certify(system, desk.applicant)
    for fields in ({"secure_on": "2026-03-03"}, {"secure_on": "安全"}, {"safe_on": "2026-03-01"}):
        with pytest.raises(Invalid) as refusal:
            certify(system, desk.keeper, fields)
        assert refusal.value.fields.keys() == fields.keys()
    with pytest.raises(StaleVersion):
        certify(system, desk.keeper, version=2)
    with pytest.raises(NotFound):
        systems.certify(system_id=999_999, fields={}, expected_version=1, actor=desk.keeper)
    assert everything() == before


# --- the end ------------------------------------------------------------------------------------------------


def test_a_retired_system_is_left_as_it_is(desk, system):
    gone = retire(system, desk.applicant)
    assert (gone.retired_on, gone.retired_reason, gone.version) == (date(2026, 3, 1), "由新系统取代", 2)
    before = everything()
    for act in (
        lambda: retire(system, desk.applicant, version=2),
        lambda: certify(system, desk.keeper, version=2),
        lambda: systems.link(
            system_id=system.id,
            project_id=services.create(
                owner_id=desk.owner.id, fields={"name": "二期"}, actor=desk.applicant
            ).id,
            actor=desk.applicant,
        ),
    ):
        with pytest.raises(Conflict, match="已于2026-03-01下线"):
            act()
    assert everything()["system"] == before["system"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"retired_on": "2026-01-04"}, "retired_on"),  # before its launch
        ({"retired_on": "2026-03-03"}, "retired_on"),
        ({"retired_on": ""}, "retired_on"),
        ({"retired_reason": " "}, "retired_reason"),
    ],
)
def test_a_system_ends_after_it_began_for_a_reason(desk, system, fields, field):
    before = everything()
    with pytest.raises(Invalid) as refusal:
        retire(system, desk.applicant, **fields)
    assert list(refusal.value.fields) == [field]
    assert everything() == before


def test_strangers_and_late_readers_retire_nothing(desk, system):
    before = everything()
    with pytest.raises(Forbidden):
        retire(system, desk.stranger)
    with pytest.raises(StaleVersion):
        retire(system, desk.applicant, version=2)
    assert everything() == before


def test_the_database_itself_holds_a_systems_life(desk, system):
    for values, constraint in (
        ({"retired_on": date(2026, 1, 1), "retired_reason": "早"}, "ck_system_life"),
        ({"retired_on": date(2026, 2, 1)}, "ck_system_retired"),
        ({"name": ""}, "ck_system_name"),
    ):
        with pytest.raises(IntegrityError, match=constraint):
            System.update(**values).where(System.id == system.id).execute()
