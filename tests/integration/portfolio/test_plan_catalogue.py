"""Loading the plan: once, whole or not at all, and never changed silently."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from portfolio.foundation import audit
from portfolio.foundation.access import Organisation, Zone
from portfolio.foundation.db import IntegrityError, transaction, violated
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused
from portfolio.foundation.roles import Actor, Role
from portfolio.queries import plan as queries
from portfolio.rules.plan import read_plan, required_path, write_plan
from portfolio.rules.plan_document import Origin
from portfolio.services.organisation import load_organisations, shipped_organisations
from portfolio.services.plan import SHIPPED, Amendment, LoadReport, load_plan, shipped_plan
from portfolio.tables.plan import Clause, Indicator, Plan, PlanBox, PlanGroup, PlanItem, Sector
from tests.unit.portfolio.plan_samples import LATER_PLAN

CODE = "CQ-2006-2010"
DECIDED = Amendment(date(2008, 7, 1), "渝信组〔2008〕3号")
KEEPER = Actor(7, "目录管理员", 1, frozenset({Role.INFORMATIZATION}))


def everything() -> list[object]:
    """All rows of the catalogue and of the audit trail."""
    tables = [Plan, *queries.TABLES.values(), audit.AuditEntry]
    return [row for table in tables for row in table.select().order_by(table.id).tuples()]


def revisions(code):
    """Every revision of an item, the first one first."""
    return list(PlanItem.select().where(PlanItem.code == code).order_by(PlanItem.revision))


def with_items(document, *items):
    """The document with these items instead of, or after, its own."""
    own = {item.code: item for item in document.items}
    own.update({item.code: item for item in items})
    return replace(document, items=tuple(own.values()))


def renamed(document, code, name):
    item = next(item for item in document.items if item.code == code)
    return replace(item, name=name)


def added_item(document, code="B1-G1-04"):
    return replace(document.items[0], code=code, name="政务云平台建设", origin=Origin.AMENDMENT, note="")


@pytest.fixture
def plan(database):
    """The shipped plan, loaded."""
    document = shipped_plan()
    load_plan(document=document, actor=None)
    return document


def test_the_first_load_writes_everything_and_says_so(database):
    report = load_plan(document=shipped_plan(), actor=KEEPER)
    assert report == LoadReport(added=224, unchanged=0, revised=0)
    assert {name: table.select().count() for name, table in queries.TABLES.items()} == {
        "tasks": 8, "boxes": 8, "groups": 19, "sectors": 6, "clusters": 2, "items": 125,
        "indicators": 13, "text_targets": 13, "goals": 4, "clauses": 25,
    }  # fmt: skip
    [entry] = audit.trail("plan", queries.plan(CODE).id)
    assert (entry.action, entry.actor_id, entry.data["added"]["items"]) == ("plan.load", 7, 125)


def test_the_second_load_writes_nothing(plan):
    before = everything()
    assert load_plan(document=plan, actor=None) == LoadReport(added=0, unchanged=224)
    assert everything() == before


def test_two_loads_at_once_make_one_plan(database):
    def load(_number):
        with bound.connection_context():
            return load_plan(document=shipped_plan(), actor=None).added

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(load, range(2))) == [0, 224]
    assert PlanItem.select().count() == 125


def test_what_is_exported_is_the_file_that_was_loaded(plan):
    text = write_plan(queries.export_plan(CODE))
    assert text == SHIPPED.read_text("utf-8")
    assert load_plan(document=read_plan(text), actor=None).added == 0


def test_the_export_has_its_sections_and_numbers(plan):
    data = queries.export_plan(CODE)
    assert {
        "plan",
        "tasks",
        "boxes",
        "groups",
        "items",
        "indicators",
        "text_targets",
        "goals",
        "clauses",
    } <= data.keys()
    by_code = {row["code"]: row for row in data["indicators"]}
    assert [by_code[code]["target_2010"] for code in ("I01", "I13", "I04")] == [100, 8, 2550]
    assert by_code["I04"]["base_2005"] == 1632.3
    assert by_code["I08"]["base_2005"] is None


def test_a_changed_item_is_refused_without_an_amendment(plan):
    before = everything()
    changed = with_items(
        plan, renamed(plan, "B1-G1-02", "目录体系建设"), renamed(plan, "B8-G2-09", "风险评估建设")
    )
    with pytest.raises(Refused) as refusal:
        load_plan(document=changed, actor=None)
    assert refusal.value.codes == ("PLAN-CHANGED", "PLAN-CHANGED")
    assert "items B1-G1-02的name：已载入“政务信息资源目录体系和交换体系建设”，文件为“目录体系建设”" in str(
        refusal.value
    )
    assert "--amend" in str(refusal.value)
    assert everything() == before


def test_an_amendment_closes_the_revision_and_adds_the_next(plan):
    changed = with_items(plan, renamed(plan, "B1-G1-02", "目录与交换体系建设"), added_item(plan))
    report = load_plan(document=changed, actor=KEEPER, amendment=DECIDED)
    assert report == LoadReport(added=1, unchanged=223, revised=1)

    first, second = revisions("B1-G1-02")
    assert (first.valid_from, first.valid_to, first.reason) == (date(2006, 1, 1), date(2008, 6, 30), "")
    assert (second.valid_from, second.valid_to, second.reason) == (date(2008, 7, 1), None, DECIDED.reason)
    assert (second.revision, second.name) == (2, "目录与交换体系建设")
    assert queries.item_in_force("B1-G1-02", date(2008, 6, 30)) == first
    assert queries.item_in_force("B1-G1-02", date(2008, 7, 1)) == second

    [added] = revisions("B1-G1-04")
    assert (added.revision, added.origin, added.reason) == (1, Origin.AMENDMENT, DECIDED.reason)
    with pytest.raises(NotFound):
        queries.item_in_force("B1-G1-04", date(2008, 6, 30))

    entry = audit.trail("plan", queries.plan(CODE).id)[-1]
    assert (entry.action, entry.data["from"], entry.data["reason"]) == (
        "plan.amend",
        "2008-07-01",
        DECIDED.reason,
    )
    assert (entry.data["items_revised"], entry.data["items_added"]) == (["B1-G1-02"], ["B1-G1-04"])


def test_an_amended_plan_exports_and_loads_again_as_itself(plan):
    changed = with_items(plan, renamed(plan, "B1-G1-02", "目录与交换体系建设"), added_item(plan))
    load_plan(document=changed, actor=None, amendment=DECIDED)
    again = read_plan(write_plan(queries.export_plan(CODE)))
    assert load_plan(document=again, actor=None) == LoadReport(added=0, unchanged=225)
    assert load_plan(document=again, actor=None, amendment=DECIDED) == LoadReport(added=0, unchanged=225)
    as_published = queries.export_plan(CODE, date(2007, 1, 1))
    assert write_plan(as_published) == SHIPPED.read_text("utf-8")


def test_an_amended_plan_can_be_the_first_load(database):
    document = with_items(shipped_plan(), added_item(shipped_plan()))
    assert load_plan(document=document, actor=None).added == 225
    assert queries.item_in_force("B1-G1-04", date(2006, 1, 1)).reason == "规划文件载入时已列为增补"


def test_a_new_group_may_come_with_an_amendment(plan):
    group = replace(plan.groups[0], code="B1-G3", name="增补", quote="增补。政务云平台建设。")
    item = replace(added_item(plan), code="B1-G3-01", group="B1-G3")
    changed = replace(with_items(plan, item), groups=(*plan.groups, group))
    assert load_plan(document=changed, actor=None, amendment=DECIDED).added == 2
    assert queries.item_in_force("B1-G3-01", date(2009, 1, 1)).group.box.code == "B1"
    with pytest.raises(Refused):
        load_plan(document=plan, actor=None)


@pytest.mark.parametrize("amendment", [None, DECIDED])
def test_what_is_not_an_item_never_changes(plan, amendment):
    before = everything()
    target = replace(plan.indicators[0], target=plan.indicators[0].target - 1)
    changed = replace(plan, indicators=(target, *plan.indicators[1:]), clauses=plan.clauses[1:])
    with pytest.raises(Refused) as refusal:
        load_plan(document=changed, actor=None, amendment=amendment)
    assert refusal.value.codes == ("PLAN-CHANGED", "PLAN-MISSING")
    assert "indicators I01的target_2010：已载入“100”，文件为“99”" in str(refusal.value)
    assert everything() == before


def test_an_item_cannot_be_dropped(plan):
    with pytest.raises(Refused) as refusal:
        load_plan(document=replace(plan, items=plan.items[1:]), actor=None, amendment=DECIDED)
    assert refusal.value.codes == ("PLAN-MISSING",)


def test_the_header_cannot_be_changed(plan):
    changed = replace(plan, plan=replace(plan.plan, name="另一个名称"))
    with pytest.raises(Refused, match="plan CQ-2006-2010的name"):
        load_plan(document=changed, actor=None, amendment=DECIDED)


def test_a_revision_must_begin_after_the_one_it_follows(plan):
    load_plan(document=with_items(plan, renamed(plan, "B1-G1-02", "甲")), actor=None, amendment=DECIDED)
    before = everything()
    with pytest.raises(Refused) as refusal:
        load_plan(
            document=with_items(plan, renamed(plan, "B1-G1-02", "乙"), added_item(plan)),
            actor=None,
            amendment=DECIDED,
        )
    assert refusal.value.codes == ("PLAN-DATE",)
    assert everything() == before


@pytest.mark.parametrize(
    ("amendment", "field"),
    [
        (Amendment(date(2008, 1, 1), " "), "reason"),
        (Amendment(date(2008, 1, 1), "长" * 1001), "reason"),
        (Amendment(date(2005, 12, 31), "渝信组〔2008〕3号"), "from"),
    ],
)
def test_an_amendment_needs_a_reason_and_a_day_of_the_plan(plan, amendment, field):
    with pytest.raises(Invalid) as refusal:
        load_plan(document=with_items(plan, added_item(plan)), actor=None, amendment=amendment)
    assert list(refusal.value.fields) == [field]


def test_what_is_not_loaded_cannot_be_amended(database):
    with pytest.raises(NotFound):
        load_plan(document=shipped_plan(), actor=None, amendment=DECIDED)
    assert everything() == []


def test_only_the_informatization_authority_keeps_the_catalogue(database):
    with pytest.raises(Forbidden):
        load_plan(document=shipped_plan(), actor=Actor(1, "财政", 1, frozenset({Role.FINANCE})))


def test_a_later_plan_of_another_city_is_another_file(plan):
    later = read_plan(LATER_PLAN)
    assert load_plan(document=later, actor=None).added == 15
    assert [held.code for held in queries.plans()] == ["CD-2011-2015", CODE]
    assert queries.export_plan("CD-2011-2015")["indicators"][0]["target_2015"] == 40
    path = required_path(queries.indicators("CD-2011-2015")[0])
    assert (min(path), max(path), str(path[2011])) == (2010, 2015, "15.77")
    assert load_plan(document=plan, actor=None).unchanged == 224


def test_one_code_in_two_plans_is_found_by_plan_or_by_year(plan):
    text = LATER_PLAN.replace("Z1-A-01", "B1-G1-01")
    load_plan(document=read_plan(text), actor=None)
    assert queries.item_in_force("B1-G1-01", date(2008, 1, 1)).plan.code == CODE
    assert queries.item_in_force("B1-G1-01", date(2012, 1, 1)).plan.code == "CD-2011-2015"
    assert queries.item_in_force("B1-G1-01", date(2026, 1, 1)).plan.code == "CD-2011-2015"
    assert queries.item_in_force("B1-G1-01", date(2012, 1, 1), plan_code=CODE).plan.code == CODE


def test_items_are_filtered_in_the_order_of_the_plan(plan):
    day = date(2008, 1, 1)
    assert [item.code for item in queries.items(CODE, day)] == [item.code for item in plan.items]
    assert len(queries.items(CODE, day, box="B4")) == 17
    assert [item.code for item in queries.items(CODE, day, group="B6-G3")] == ["B6-G3-01", "B6-G3-02"]
    assert [item.code for item in queries.items(CODE, day, sector="S4")] == ["B4-G1-09"]
    assert [item.code for item in queries.items(CODE, day, cluster="C2")] == ["B4-G2-02"]
    assert len(queries.items(CODE, day, counts_1162=True)) == 27
    assert queries.items(CODE, date(2005, 12, 31)) == []
    assert [box.task.number for box in queries.boxes(CODE)][:2] == ["（一）", "（二）"]
    assert [len(rows(CODE)) for rows in (queries.text_targets, queries.goals)] == [13, 4]
    assert Clause.select().count() == 25
    assert [len(rows(CODE)) for rows in (queries.sectors, queries.clusters)] == [6, 2]


# --- what the database itself refuses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan_item SET name = '另一个名称'",
        "UPDATE plan_item SET counts_1162 = NOT counts_1162",
        "DELETE FROM plan_item",
        "UPDATE indicator SET target = 1",
        "DELETE FROM clause",
        "UPDATE plan_group SET quote = ''",
    ],
)
def test_the_catalogue_is_not_changed_behind_the_back(plan, statement):
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql(statement)


def test_truncate_is_refused_too(plan, database):
    if database.dialect == "sqlite":
        return  # SQLite has no TRUNCATE: its DELETE is refused above
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql("TRUNCATE plan_item CASCADE")


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"revision": 1}, "uq_plan_item_revision"),
        ({"valid_to": None, "revision": 2}, "uq_plan_item_open"),
        ({"revision": 0}, "ck_plan_item_revision"),
        ({"name": ""}, "ck_plan_item_name"),
        ({"reason": ""}, "ck_plan_item_reason"),
        ({"valid_to": date(2007, 12, 31)}, "ck_plan_item_validity"),
    ],
)
def test_constraints_of_an_item(database, plan, changes, constraint):
    held = PlanItem.get(PlanItem.code == "B1-G1-01")
    values = {name: held.__data__[name] for name in PlanItem._meta.fields if name != "id"}
    values |= {
        "revision": 2,
        "reason": "渝信组〔2008〕3号",
        "valid_from": date(2008, 1, 1),
        "valid_to": date(2008, 2, 1),
    }
    with pytest.raises(IntegrityError) as refusal, transaction():
        PlanItem.create(**(values | changes))
    if database.dialect == "sqlite" and constraint.startswith("uq_"):
        constraint = "plan_item.plan_id, plan_item.code"  # SQLite names the columns of a UNIQUE
    assert violated(refusal.value).startswith(constraint)


def test_a_key_cannot_point_into_another_plan(plan):
    load_plan(document=read_plan(LATER_PLAN), actor=None)
    later = queries.plan("CD-2011-2015")
    ours = queries.plan(CODE)
    foreign_box = PlanBox.get(PlanBox.plan == later)
    with pytest.raises(IntegrityError), transaction():
        PlanGroup.create(plan=ours, position=99, code="X", box=foreign_box, name="x", quote="x")
    foreign_sector = Sector.get(Sector.plan == later)
    item = PlanItem.get(PlanItem.plan == ours)
    values = {name: item.__data__[name] for name in PlanItem._meta.fields if name != "id"}
    with pytest.raises(IntegrityError), transaction():
        PlanItem.create(**(values | {"code": "B1-G1-99", "sector": foreign_sector}))
    total = Indicator.get(Indicator.plan == later)
    row = Indicator.get(Indicator.plan == ours)
    values = {name: row.__data__[name] for name in Indicator._meta.fields if name != "id"}
    with pytest.raises(IntegrityError), transaction():
        Indicator.create(**(values | {"code": "I99", "part_of": total}))


# --- organisations ------------------------------------------------------------------------------------------


def test_organisations_are_added_once(database):
    document = shipped_organisations()
    assert load_organisations(document=document, actor=None) == LoadReport(added=103, unchanged=0)
    entries = audit.AuditEntry.select().count()
    assert entries == 100
    assert load_organisations(document=document, actor=None) == LoadReport(added=0, unchanged=103)
    assert audit.AuditEntry.select().count() == entries
    counts = {
        zone.code: Organisation.select()
        .where(Organisation.zone == zone, Organisation.kind == "district")
        .count()
        for zone in Zone.select()
    }
    assert counts == {"metropolitan": 9, "west_corridor": 12, "three_gorges": 19}


def test_an_organisation_that_is_there_stays_as_it_is(database):
    document = shipped_organisations()
    load_organisations(document=document, actor=None)
    Organisation.update(name="重庆市经济和信息化委员会").where(Organisation.code == "CQ-XCJ").execute()
    load_organisations(document=document, actor=None)
    assert Organisation.get(Organisation.code == "CQ-XCJ").name == "重庆市经济和信息化委员会"


def test_a_successor_may_come_later_in_the_file(database):
    document = shipped_organisations()
    first, *others = document.organisations
    successor = others[-1].code
    document = replace(document, organisations=(replace(first, successor=successor), *others))
    load_organisations(document=document, actor=None)
    assert Organisation.get(Organisation.code == first.code).successor.code == successor


def test_only_the_administrator_adds_organisations(database):
    with pytest.raises(Forbidden):
        load_organisations(document=shipped_organisations(), actor=KEEPER)
