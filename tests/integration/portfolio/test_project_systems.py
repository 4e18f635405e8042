"""A project says which systems it makes and which it upgrades."""

from __future__ import annotations

import pytest

from portfolio.services import systems
from portfolio.tables.project import SystemProject
from tests import acts, factories, procedure, web
from tests.cast import unit_people


@pytest.fixture
def desk(one_app, clock):
    clock.move_to(procedure.IN_2008)
    return acts.Desk(one_app, procedure.with_cast())


def existing(desk, name="农业<b>短信</b>平台"):
    """A system from before the plan."""
    return systems.register(
        owner_id=desk.cast.unit.id,
        fields={"name": name, "preexisting": True},
        actor=desk.cast.applicant,
    )


def test_an_existing_system_is_linked_once_and_shown_as_upgraded(desk):
    project_id, system = procedure.draft(desk.cast), existing(desk)
    made = systems.register(
        owner_id=desk.cast.unit.id,
        fields={"name": "目录管理平台"},
        project_id=project_id,
        actor=desk.cast.applicant,
    )
    visitor, address = desk.of(desk.cast.applicant), f"/projects/{project_id}/systems"
    assert "&lt;b&gt;短信" in visitor.get(address).get_data(as_text=True)
    for _ in range(2):
        assert visitor.post(address, {"system_id": str(system.id)}).status_code == 302
    assert SystemProject.select().count() == 2
    page = web.text_of(visitor.get(address))
    for words in (system.code, "升级改造", made.code, "新建"):
        assert words in page
    assert "升级改造" in web.text_of(visitor.get(f"/systems/{system.id}"))
    assert "新建" in web.text_of(visitor.get(f"/systems/{made.id}"))


def test_a_further_project_of_a_system_upgrades_it(desk):
    first = procedure.draft(desk.cast)
    second = procedure.draft(desk.cast, name="气象信息服务平台")
    made = systems.register(
        owner_id=desk.cast.unit.id,
        fields={"name": "目录管理平台"},
        project_id=first,
        actor=desk.cast.applicant,
    )
    systems.link(system_id=made.id, project_id=second, actor=desk.cast.applicant)
    visitor = desk.of(desk.cast.applicant)
    assert "升级改造" not in web.text_of(visitor.get(f"/projects/{first}/systems")).split("关联已有")[0]
    assert "升级改造" in web.text_of(visitor.get(f"/projects/{second}/systems"))


def test_others_neither_see_nor_link_what_is_not_theirs(desk):
    project_id, system = procedure.draft(desk.cast), existing(desk)
    address = f"/projects/{project_id}/systems"
    stranger = unit_people(factories.organisation("X"), "x_")["applicant"]
    assert desk.of(stranger).get(address).status_code == 404
    for other in (desk.cast.cio, desk.cast.finance):
        assert desk.of(other).post(address, {"system_id": str(system.id)}).status_code == 403
    assert desk.of(desk.cast.applicant).post(address, {"system_id": "999999"}).status_code in {404, 422}
    assert desk.of(desk.cast.applicant).post(address, {"system_id": ""}).status_code == 422
    assert SystemProject.select().count() == 0
