"""Starting a dossier and saving drafts: incomplete is fine, malformed and out of place is refused whole."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from portfolio.foundation import audit
from portfolio.foundation.access import Zone
from portfolio.foundation.db import IntegrityError
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from portfolio.foundation.roles import Role
from portfolio.queries.plan import item_in_force
from portfolio.rules.dossier import DeliveryMode, Part, Route, Track
from portfolio.services import dossier as services
from portfolio.services.plan import load_plan, shipped_plan
from portfolio.tables.project import Project
from tests import factories
from tests.integration.portfolio.conftest import acts, everything

NOBODY = 999_999


def refused_fields(refusal):
    return {name: str(message) for name, message in refusal.value.fields.items()}


# --- starting -----------------------------------------------------------------------------------------------


def test_a_name_is_enough_to_start_and_the_project_gets_its_code(desk):
    project = Project.get_by_id(desk.project.id)
    assert (project.code, project.name, project.version, project.locked) == (
        "XM2026-0001",
        "目录体系",
        1,
        False,
    )
    assert (project.track, project.route, project.created_by_id) == (
        Track.GOVERNMENT,
        Route.ORDINARY,
        desk.applicant.user_id,
    )
    [entry] = audit.trail("project", project.id)
    assert (entry.action, entry.actor_id, entry.data["code"]) == (
        "project.create",
        desk.applicant.user_id,
        "XM2026-0001",
    )


def test_codes_count_on_within_the_year_and_anew_in_the_next(desk, clock):
    def code():
        return services.create(owner_id=desk.owner.id, fields={"name": "再来一个"}, actor=desk.applicant).code

    assert code() == "XM2026-0002"
    clock.move_to("2027-01-04 10:00+08:00")
    assert code() == "XM2027-0001"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"name": "必填"}),
        ({"name": "甲", "code": "XM1"}, {"code": "没有这个字段"}),
        (
            {"name": "甲", "locked": False, "version": 9},
            {"locked": "没有这个字段", "version": "没有这个字段"},
        ),
        ({"name": "甲" * 201}, {"name": "最多200字，现有201字"}),
        (
            {"name": "甲", "planned_start": "2007-02-30", "planned_finish": "明年"},
            {
                "planned_start": "“2007-02-30”不是日期，应写作2007-09-01",
                "planned_finish": "“明年”不是日期，应写作2007-09-01",
            },
        ),
        (
            {"name": "甲", "plan_item_id": NOBODY, "zone_id": NOBODY, "sector_id": 1, "cluster_id": 1},
            {
                "plan_item_id": "没有这个规划项目",
                "zone_id": "没有这个经济区",
                "sector_id": "没有这个重点领域",
                "cluster_id": "没有这个产业集聚区",
            },
        ),
        (
            {"name": "甲", "planned_start": "2007-06-01", "planned_finish": "2007-05-31"},
            {"planned_finish": "完工不能早于开工（2007-06-01）"},
        ),
        (
            {"name": "甲", "route": "confidential", "need": "密", "risks": "密"},
            {"need": "涉密项目不录入内容，请另行办理", "risks": "涉密项目不录入内容，请另行办理"},
        ),
    ],
)
def test_a_malformed_start_is_refused_field_by_field_and_leaves_nothing(desk, fields, wrong):
    before = everything()
    with pytest.raises(Invalid) as refusal:
        services.create(owner_id=desk.owner.id, fields=fields, actor=desk.applicant)
    assert refused_fields(refusal) == wrong
    assert everything() == before


def test_another_organisations_project_is_not_theirs_to_start(desk):
    before = everything()
    with pytest.raises(Forbidden, match="不属于该项目的申报单位"):
        services.create(owner_id=desk.owner.id, fields={"name": "甲"}, actor=desk.stranger)
    cio = factories.actor("cio", Role.CIO, organisation=desk.owner)
    with pytest.raises(Forbidden, match="须由申报单位经办人办理"):
        services.create(owner_id=desk.owner.id, fields={"name": "甲"}, actor=cio)
    assert everything() == before


def test_an_unknown_owner_is_not_found(desk):
    with pytest.raises(NotFound, match="没有这个单位"):
        services.create(owner_id=NOBODY, fields={"name": "甲"}, actor=desk.applicant)


def test_filed_projects_are_registered_for_others_by_the_informatization_authority(desk):
    filed = services.create(
        owner_id=desk.owner.id, fields={"name": "园区服务平台", "track": "filing"}, actor=desk.keeper
    )
    saved = services.save(
        project_id=filed.id, expected_version=1, fields={"content": "内容"}, actor=desk.keeper
    )
    assert (saved.track, saved.version) == (Track.FILING, 2)
    with pytest.raises(Forbidden):
        services.create(owner_id=desk.owner.id, fields={"name": "政府投资的"}, actor=desk.keeper)
    with pytest.raises(Forbidden):
        services.save(
            project_id=desk.project.id, expected_version=1, fields={"need": "需要"}, actor=desk.keeper
        )


def test_vertically_managed_units_only_file(desk):
    customs = factories.organisation("CUSTOMS", vertical=True)
    officer = factories.actor("officer", Role.APPLICANT, organisation=customs)
    with pytest.raises(Refused) as refusal:
        services.create(owner_id=customs.id, fields={"name": "电子口岸"}, actor=officer)
    assert refusal.value.codes == ("VERTICAL",)
    assert refusal.value.basis
    assert refusal.value.remedy
    services.create(owner_id=customs.id, fields={"name": "电子口岸", "track": "filing"}, actor=officer)


def test_an_abolished_organisation_starts_nothing(desk):
    gone = factories.organisation("GONE", valid_to=date(2026, 3, 1))
    applicant = factories.actor("late", Role.APPLICANT, organisation=gone)
    with pytest.raises(Invalid) as refusal:
        services.create(owner_id=gone.id, fields={"name": "甲"}, actor=applicant)
    assert list(refusal.value.fields) == ["owner_id"]


# --- saving -------------------------------------------------------------------------------------------------


def test_a_draft_is_saved_piece_by_piece(desk):
    zone = Zone.create(code="Z1", name="都市发达经济圈")
    services.save(**desk.written, fields={"need": "数据分散\r\n重复采集", "city_wide": True})
    services.save(**desk.written, fields={"zone_id": str(zone.id), "delivery_mode": "self_build"})
    services.save(**desk.written, fields={"planned_start": "2007-06-01", "planned_finish": "2008-12-31"})
    services.save(**desk.written, fields={"planned_finish": ""})

    project = Project.get_by_id(desk.project.id)
    assert (project.need, project.city_wide, project.zone_id) == ("数据分散\n重复采集", True, zone.id)
    assert (project.delivery_mode, project.planned_start, project.planned_finish) == (
        DeliveryMode.SELF_BUILD,
        date(2007, 6, 1),
        None,
    )
    assert project.version == 5
    last = audit.trail("project", project.id)[-1]
    assert last.data == {
        "version": 5,
        "before": {"planned_finish": "2008-12-31"},
        "after": {"planned_finish": None},
    }


def test_marked_up_text_is_kept_as_the_text_it_is(desk):
    text = "<script>alert(1)</script> '; DROP TABLE project; --"
    saved = services.save(**desk.written, fields={"content": text, "name": text})
    assert (saved.content, Project.get_by_id(saved.id).name) == (text, text)


@pytest.mark.parametrize(
    "fields",
    [
        {"need": "好的", "planned_start": "2007-9-1"},
        {"need": "好的", "zone_id": "1.5"},
        {"need": "好的", "city_wide": "yes"},
        {"need": "好的", "plan_item_id": NOBODY},
        {"need": "好的", "owner_id": 1},
        {"need": "好的", "name": " "},
        {"need": "好的", "planned_start": "2009-01-01", "planned_finish": "2008-01-01"},
        {"need": "好" * 20_001},
    ],
)
def test_one_malformed_field_keeps_the_whole_save_from_happening(desk, fields):
    before = everything()
    with pytest.raises(Invalid):
        services.save(**desk.written, fields=fields)
    assert everything() == before


def test_a_finish_is_held_against_the_start_that_was_saved_before(desk):
    services.save(**desk.written, fields={"planned_start": "2008-01-01"})
    with pytest.raises(Invalid) as refusal:
        services.save(**desk.written, fields={"planned_finish": "2007-12-31"})
    assert list(refusal.value.fields) == ["planned_finish"]


def test_a_stale_version_overwrites_nobodys_work(desk):
    services.save(**desk.written, fields={"need": "先到"})
    before = everything()
    with pytest.raises(StaleVersion) as refusal:
        services.save(
            project_id=desk.project.id, expected_version=1, fields={"need": "后到"}, actor=desk.applicant
        )
    assert refusal.value.remedy
    assert everything() == before


def test_strangers_and_other_roles_write_nothing(desk):
    cio = factories.actor("cio", Role.CIO, organisation=desk.owner)
    before = everything()
    for actor in (desk.stranger, desk.keeper, cio):
        with pytest.raises(Forbidden):
            services.save(project_id=desk.project.id, expected_version=1, fields={"need": "甲"}, actor=actor)
    assert everything() == before


def test_of_two_who_save_at_once_one_is_told(desk):
    def save(text):
        with bound.connection_context():
            try:
                services.save(
                    project_id=desk.project.id,
                    expected_version=1,
                    fields={"need": text},
                    actor=desk.applicant,
                )
            except StaleVersion:
                return "stale"
            return text

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(save, ("先到", "后到")))
    project = Project.get_by_id(desk.project.id)
    assert "stale" in answers
    assert (project.need in answers, project.version) == (True, 2)


def test_the_plan_item_that_was_decided_on_is_not_exchanged_for_another(desk):
    decided = _item()
    another = item_in_force("B1-G1-03", date(2007, 1, 1))
    services.save(**desk.written, fields={"plan_item_id": decided.id})
    bound.execute_sql(  # a decision holds on to project and item together
        "CREATE TABLE decided (project_id BIGINT, plan_item_id BIGINT,"
        " FOREIGN KEY (project_id, plan_item_id) REFERENCES project (id, plan_item_id))"
    )
    bound.execute_sql(f"INSERT INTO decided VALUES ({desk.project.id}, {decided.id})")
    before = everything()
    for item in (another.id, None):
        with pytest.raises(Refused) as refusal:
            services.save(**desk.written, fields={"plan_item_id": item, "need": "改"})
        assert refusal.value.codes == ("APPROVED_ITEM",)
        assert (refusal.value.basis, bool(refusal.value.remedy)) == ("规划四（六）：先规划后立项", True)
    assert everything() == before
    services.save(**desk.written, fields={"plan_item_id": decided.id, "need": "改"})


def test_an_unknown_project_is_not_found(desk):
    with pytest.raises(NotFound, match=f"没有这个项目（编号 {NOBODY}）"):
        services.save(project_id=NOBODY, expected_version=1, fields={}, actor=desk.applicant)


def test_what_a_project_is_registered_as_stays(desk):
    for fields in ({"track": "filing"}, {"route": "confidential"}, {"route": "inherited"}):
        with pytest.raises(Invalid) as refusal:
            services.save(**desk.written, fields=fields)
        assert refusal.value.fields.keys() == fields.keys()
    services.save(**desk.written, fields={"track": "government", "route": "upper_level"})
    assert Project.get_by_id(desk.project.id).route is Route.UPPER_LEVEL


def test_a_confidential_project_holds_totals_and_no_contents(desk):
    item = _item()
    project = services.create(
        owner_id=desk.owner.id,
        fields={"name": "专项一", "route": "confidential", "plan_item_id": item.id},
        actor=desk.applicant,
    )
    written = {"project_id": project.id, "actor": desk.applicant}
    services.set_estimate(
        part=Part.PROPOSAL,
        rows=[{"category": "other", "item": "合计", "amount": "100"}],
        expected_version=1,
        **written,
    )
    with pytest.raises(Invalid):
        services.save(expected_version=2, fields={"content": "密"}, **written)
    for refused in (
        lambda: services.set_targets(rows=[], expected_version=2, **written),
        lambda: services.set_indicators(rows=[], expected_version=2, **written),
        lambda: services.set_alternatives(rows=[], expected_version=2, **written),
        lambda: services.set_resources(rows=[], expected_version=2, **written),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.codes == ("CONFIDENTIAL",)
    with pytest.raises(IntegrityError, match="ck_project_confidential"):
        Project.update(content="密").where(Project.id == project.id).execute()


def _item():
    load_plan(document=shipped_plan(), actor=None)
    return item_in_force("B1-G1-02", date(2007, 1, 1))


# --- the lock of the review ---------------------------------------------------------------------------------


def test_a_locked_dossier_refuses_every_change_of_what_was_submitted(desk):
    services.lock(project_id=desk.project.id, actor=desk.keeper)
    before = everything()
    tables = {"rows": [], **desk.written}
    for change in (
        lambda: services.save(**desk.written, fields={"need": "改"}),
        lambda: services.set_estimate(part=Part.PROPOSAL, **tables),
        lambda: services.set_funding(part=Part.PROPOSAL, **tables),
        lambda: services.copy_part(source=Part.PROPOSAL, target=Part.DESIGN, **desk.written),
        lambda: services.set_indicators(**tables),
        lambda: services.set_targets(**tables),
        lambda: services.set_alternatives(**tables),
        lambda: services.set_resources(**tables),
        lambda: services.set_participants(**tables),
        lambda: services.answer_duplicate(
            project_id=desk.project.id,
            kind="project",
            matched_id=1,
            reply="merge",
            text="并入",
            actor=desk.applicant,
        ),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.codes == ("LOCKED",)
        assert "XM2026-0001" in str(refusal.value.what)
        assert refusal.value.basis == "已报送的材料以报送时的内容为准"
        assert "撤回" in str(refusal.value.remedy)
    assert everything() == before


def test_an_unlocked_dossier_is_written_again(desk):
    services.lock(project_id=desk.project.id, actor=desk.keeper)
    services.unlock(project_id=desk.project.id, actor=desk.keeper)
    assert services.save(**desk.written, fields={"need": "补充"}).version == 2


def test_locking_twice_is_locking_once_and_leaves_the_version(desk):
    for _ in range(2):
        locked = services.lock(project_id=desk.project.id, actor=desk.keeper)
        assert (locked.locked, locked.version) == (True, 1)
    for _ in range(2):
        assert services.unlock(project_id=desk.project.id, actor=desk.keeper).locked is False
    assert acts(desk.project) == ["project.create", "dossier.lock", "dossier.unlock"]
    with pytest.raises(NotFound):
        services.lock(project_id=NOBODY, actor=desk.keeper)


def test_strangers_learn_that_it_is_not_theirs_before_they_learn_that_it_is_locked(desk):
    services.lock(project_id=desk.project.id, actor=desk.keeper)
    with pytest.raises(Forbidden):
        services.save(project_id=desk.project.id, expected_version=1, fields={}, actor=desk.stranger)
