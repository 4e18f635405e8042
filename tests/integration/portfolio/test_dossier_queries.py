"""Reading dossiers: one value in a fixed number of queries, and nobody sees what is not theirs to see."""

from datetime import date

import pytest

from portfolio.foundation.access import Zone
from portfolio.foundation.db import canonical_json
from portfolio.foundation.errors import NotFound
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.queries import dossier as queries
from portfolio.queries.plan import item_in_force
from portfolio.rules.dossier import MajorMark, Part
from portfolio.services import dossier as services
from portfolio.services import progress
from portfolio.services.plan import load_plan, shipped_plan
from portfolio.tables.plan import Cluster, Sector
from tests import factories


def fill(desk, lines):
    """Fill every table of the dossier with so many lines."""
    written = {"project_id": desk.project.id, "actor": desk.applicant}

    def put(service, rows, **more):
        service(rows=rows, expected_version=desk.version, **more, **written)

    estimate = [{"category": "other", "item": f"项{n}", "amount": "1"} for n in range(lines)]
    put(services.set_estimate, estimate, part=Part.PROPOSAL)
    funding = [{"source": "municipal", "year": 2006 + n, "amount": "1"} for n in range(lines)]
    put(services.set_funding, funding, part=Part.PROPOSAL)
    named = [f"名{n}" for n in range(lines)]
    put(services.set_targets, [{"aspect": "quality", "name": name, "target": "1"} for name in named])
    put(services.set_alternatives, [{"name": name, "build_amount": "1", "upkeep": ["1"]} for name in named])
    shared = {"source_id": desk.owner.id, "sharing": "unconditional"}
    put(services.set_resources, [{"name": name, **shared} for name in named])
    parts = ["lead", "participant", "agent"][:lines]
    put(services.set_participants, [{"organisation_id": desk.elsewhere.id, "part": part} for part in parts])
    put(progress.set_milestones, [{"name": name, "planned_on": "2007-06-01"} for name in named])
    progress.fix_baseline(project_id=desk.project.id, actor=desk.applicant)


def test_a_dossier_takes_the_same_number_of_queries_whatever_it_holds(desk, statements):
    counts = []
    for lines in (0, 1, 3):
        fill(desk, lines)
        statements.clear()
        found = queries.dossier(desk.project.id, Part.PROPOSAL)
        counts.append(len(statements))
        sizes = [
            len(table)
            for table in (
                found.estimate,
                found.funding,
                found.targets,
                found.alternatives,
                found.resources,
                found.participants,
                found.milestones,
            )
        ]
        assert sizes == [lines] * 7
    assert counts == [10, 10, 10]


def test_the_dossier_names_what_the_project_is_linked_to(desk):
    load_plan(document=shipped_plan(), actor=None)
    item = item_in_force("B1-G1-02", date(2007, 1, 1))
    zone = Zone.create(code="Z1", name="都市发达经济圈")
    sector, cluster = Sector.select().first(), Cluster.select().first()
    links = {
        "plan_item_id": item.id,
        "zone_id": zone.id,
        "sector_id": sector.id,
        "cluster_id": cluster.id,
        "exemplary": True,
        "foundational": True,
    }
    services.save(**desk.written, fields=links)
    found = queries.dossier(desk.project.id, Part.PROPOSAL)
    assert (found.plan_item.plan_code, found.plan_item.code, found.plan_item.revision) == (
        "CQ-2006-2010",
        "B1-G1-02",
        1,
    )
    assert (found.plan_item.plan_from_year, found.plan_item.plan_to_year) == (2006, 2010)
    assert found.plan_item.in_force(date(2007, 1, 1))
    assert (found.zone, found.sector, found.cluster) == (zone.name, sector.name, cluster.name)
    assert found.major_marks == (MajorMark.FOUNDATIONAL, MajorMark.EXEMPLARY)
    assert (found.owner_code, found.owner_name, found.version) == ("OWNER", "市政府办公厅", 2)


def test_an_empty_dossier_is_a_dossier(desk):
    found = queries.dossier(desk.project.id, Part.DESIGN)
    assert (found.plan_item, found.zone, found.totals) == (None, None, {})
    assert found.estimate_total == found.funding_total == Money.ZERO
    assert canonical_json(found.as_data()) == canonical_json(
        queries.dossier(desk.project.id, Part.DESIGN).as_data()
    )


def test_other_projects_that_name_another_source_are_shown(desk):
    others = [
        services.create(owner_id=desk.elsewhere.id, fields={"name": name}, actor=desk.stranger)
        for name in ("甲系统", "乙系统")
    ]
    third = factories.organisation("THIRD", name="市公安局")
    for project, source in zip(others, (third.id, desk.owner.id), strict=True):
        rows = [{"name": "人口信息", "source_id": source, "sharing": "unconditional"}]
        services.set_resources(project_id=project.id, rows=rows, expected_version=1, actor=desk.stranger)
    mine = [
        {"name": "人口信息", "source_id": desk.owner.id, "sharing": "unconditional"},
        {"name": "法人信息", "source_id": desk.owner.id, "sharing": "unconditional"},
    ]
    services.set_resources(rows=mine, **desk.written)
    assert [fact.other_sources for fact in queries.dossier(desk.project.id, Part.PROPOSAL).resources] == [
        ("市公安局",),
        (),
    ]


def test_unknown_projects_are_not_found(desk):
    with pytest.raises(NotFound):
        queries.dossier(999_999, Part.PROPOSAL)
    with pytest.raises(NotFound, match="没有编号为“XM2026-9999”的项目"):
        queries.project("XM2026-9999")


# --- who sees what ------------------------------------------------------------------------------------------


def test_people_of_a_unit_see_their_own_projects_and_those_they_take_part_in(desk):
    theirs = services.create(owner_id=desk.elsewhere.id, fields={"name": "金财"}, actor=desk.stranger)
    services.create(owner_id=desk.elsewhere.id, fields={"name": "与谁都无关"}, actor=desk.stranger)
    services.set_participants(
        project_id=theirs.id,
        rows=[
            {"organisation_id": desk.owner.id, "part": "participant"},
            {"organisation_id": desk.owner.id, "part": "agent"},
        ],
        expected_version=1,
        actor=desk.stranger,
    )
    assert [project.name for project in queries.projects(desk.applicant)] == ["目录体系", "金财"]
    assert [project.name for project in queries.projects(desk.stranger)] == ["金财", "与谁都无关"]
    assert queries.project(theirs.code, desk.applicant).owner.name == "市财政局"
    with pytest.raises(NotFound):
        queries.project(desk.project.code, desk.stranger)


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.APPLICANT, 0),
        (Role.CIO, 0),
        (Role.UNIT_FINANCE, 0),
        (Role.INFORMATIZATION, 1),
        (Role.INVESTMENT, 1),
        (Role.FINANCE, 1),
        (Role.SECRETARY, 1),
        (Role.MEMBER, 1),
        (Role.EXPERT, 0),
        (Role.ASSESSOR, 0),
        (Role.AUDITOR, 1),
        (Role.ADMIN, 0),
    ],
)
def test_each_role_of_another_organisation_sees_what_it_is_there_for(desk, role, sees):
    actor = factories.actor("somebody", role, organisation=desk.elsewhere)
    assert len(queries.projects(actor)) == sees


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.APPLICANT, 1), (Role.CIO, 1), (Role.UNIT_FINANCE, 1), (Role.EXPERT, 0), (Role.ADMIN, 0)],
)
def test_each_role_of_the_owner_sees_it_for_its_unit_alone(desk, role, sees):
    actor = factories.actor("somebody", role, organisation=desk.owner)
    assert len(queries.projects(actor)) == sees


def test_nobody_sees_anything_without_a_role(desk):
    assert queries.projects(factories.actor("nobody", organisation=desk.owner)) == []
