"""The tables of a dossier: replaced whole, refused whole, cell by cell; and carried from part to part."""

from decimal import Decimal

import pytest

from portfolio.foundation import audit
from portfolio.foundation.db import IntegrityError, violated
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, StaleVersion
from portfolio.foundation.money import Money
from portfolio.queries.dossier import dossier
from portfolio.queries.plan import indicators
from portfolio.rules.dossier import Better, CostCategory, FundingSource, Part, ParticipantPart
from portfolio.services import dossier as services
from portfolio.services import progress
from portfolio.services.plan import load_plan, shipped_plan
from portfolio.tables.dossier import EstimateLine, FundingLine, PerformanceTarget
from portfolio.tables.project import Participant, Project
from tests.integration.portfolio.conftest import acts, everything

ESTIMATE = [
    {"category": "hardware", "item": "服务器", "amount": "600"},
    {"category": "application_software", "item": "目录管理", "amount": "400.5"},
]
FUNDING = [
    {"source": "municipal", "year": "2007", "amount": "600"},
    {"source": "district", "year": 2008, "amount": Money.from_wan("400.5")},
]
TARGETS = [
    {"aspect": "quantity", "name": "编目部门数", "target": "40", "unit": "个"},
    {"aspect": "timeliness", "name": "核验用时", "target": "1.5", "better": "lower", "unit": "日"},
    {"aspect": "social", "name": "社会反响", "target_text": "良好"},
]


def read(desk, part=Part.PROPOSAL):
    return dossier(desk.project.id, part)


def refused_fields(refusal):
    return {name: str(message) for name, message in refusal.value.fields.items()}


# --- money --------------------------------------------------------------------------------------------------


def test_estimate_and_funding_are_pasted_in_wan_and_read_back_to_the_fen(desk):
    services.set_estimate(part=Part.PROPOSAL, rows=ESTIMATE, **desk.written)
    saved = services.set_funding(part=Part.PROPOSAL, rows=FUNDING, **desk.written)
    assert saved.version == desk.version == 3
    found = read(desk)
    assert [(line.category, line.item, line.amount.fen) for line in found.estimate] == [
        (CostCategory.HARDWARE, "服务器", 600_000_000),
        (CostCategory.APPLICATION_SOFTWARE, "目录管理", 400_500_000),
    ]
    assert [(line.source, line.year, line.amount.fen) for line in found.funding] == [
        (FundingSource.MUNICIPAL, 2007, 600_000_000),
        (FundingSource.DISTRICT, 2008, 400_500_000),
    ]
    last = audit.trail("project", desk.project.id)[-1]
    assert (last.action, last.data["part"], last.data["total"]) == (
        "dossier.funding",
        "proposal",
        1_000_500_000,
    )


def test_a_new_paste_takes_the_place_of_the_old_one_in_its_part_alone(desk):
    for part in (Part.PROPOSAL, Part.DESIGN):
        services.set_estimate(part=part, rows=ESTIMATE, **desk.written)
    services.set_estimate(part=Part.DESIGN, rows=ESTIMATE[:1], **desk.written)
    assert read(desk, Part.DESIGN).totals == {
        Part.PROPOSAL: Money.from_wan("1000.5"),
        Part.DESIGN: Money.from_wan(600),
    }
    services.set_estimate(part=Part.DESIGN, rows=[], **desk.written)
    assert read(desk, Part.DESIGN).estimate == ()
    assert len(read(desk).estimate) == 2


def test_a_part_begins_as_a_copy_of_another(desk):
    services.set_estimate(part=Part.PROPOSAL, rows=ESTIMATE, **desk.written)
    services.set_funding(part=Part.PROPOSAL, rows=FUNDING, **desk.written)
    services.set_estimate(part=Part.FEASIBILITY, rows=ESTIMATE[:1], **desk.written)
    services.copy_part(source=Part.PROPOSAL, target=Part.FEASIBILITY, **desk.written)
    proposal, study = read(desk), read(desk, Part.FEASIBILITY)
    assert (study.estimate, study.funding) == (proposal.estimate, proposal.funding)
    assert acts(desk.project)[-1] == "dossier.copy_part"


def test_there_must_be_something_to_copy_and_somewhere_else_to_copy_it(desk):
    with pytest.raises(Invalid) as refusal:
        services.copy_part(source=Part.DESIGN, target=Part.PROPOSAL, **desk.written)
    assert list(refusal.value.fields) == ["source"]
    with pytest.raises(Invalid) as refusal:
        services.copy_part(source=Part.DESIGN, target=Part.DESIGN, **desk.written)
    assert list(refusal.value.fields) == ["target"]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([{"category": "hardware", "item": "甲", "amount": "十万"}], ["estimate.1.amount"]),
        ([{"category": "hardware", "item": "甲", "amount": "0"}], ["estimate.1.amount"]),
        ([{"category": "hardware", "item": "甲", "amount": "-5"}], ["estimate.1.amount"]),
        ([{"category": "hardware", "item": "甲", "amount": 5}], ["estimate.1.amount"]),
        ([*ESTIMATE, {"category": "", "item": "", "amount": ""}],
         ["estimate.3.category", "estimate.3.item", "estimate.3.amount"]),
        ([{"category": "hardware"}], ["estimate.1.item", "estimate.1.amount"]),
    ],
)  # fmt: skip
def test_a_malformed_estimate_is_refused_whole(desk, rows, wrong):
    services.set_estimate(part=Part.PROPOSAL, rows=ESTIMATE, **desk.written)
    before = everything()
    with pytest.raises(Invalid) as refusal:
        services.set_estimate(part=Part.PROPOSAL, rows=rows, **desk.written)
    assert list(refusal.value.fields) == wrong
    assert everything() == before


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"source": "lottery", "year": 2007, "amount": "1"}, "funding.3.source"),
        ({"source": "municipal", "year": "〇七", "amount": "1"}, "funding.3.year"),
        ({"source": "municipal", "year": 1889, "amount": "1"}, "funding.3.year"),
        ({"source": "municipal", "year": 2007, "amount": "1"}, "funding.3.year"),  # given twice
    ],
)
def test_malformed_funding_is_refused_whole(desk, row, wrong):
    services.set_funding(part=Part.PROPOSAL, rows=FUNDING, **desk.written)
    before = everything()
    with pytest.raises(Invalid) as refusal:
        services.set_funding(part=Part.PROPOSAL, rows=[*FUNDING, row], **desk.written)
    assert list(refusal.value.fields) == [wrong]
    assert everything() == before


def test_the_database_itself_refuses_what_no_form_may_bring(desk):
    line = {"project": desk.project.id, "part": Part.PROPOSAL, "amount": Money(0)}
    with pytest.raises(IntegrityError, match="ck_estimate_line_amount"):
        EstimateLine.create(**line, position=1, category=CostCategory.OTHER, item="甲")
    with pytest.raises(IntegrityError, match="ck_funding_line_amount"):
        FundingLine.create(**line, source=FundingSource.OTHER, year=2007)
    lead = {"project": desk.project.id, "part": ParticipantPart.LEAD}
    Participant.create(**lead, organisation=desk.owner)
    with pytest.raises(IntegrityError) as refusal:
        Participant.create(**lead, organisation=desk.elsewhere)
    assert violated(refusal.value) in ("uq_participant_lead", "participant.project_id")


# --- everybody's rules --------------------------------------------------------------------------------------

SETTERS = {
    "estimate": lambda **written: services.set_estimate(part=Part.PROPOSAL, rows=[], **written),
    "funding": lambda **written: services.set_funding(part=Part.PROPOSAL, rows=[], **written),
    "indicators": lambda **written: services.set_indicators(rows=[], **written),
    "targets": lambda **written: services.set_targets(rows=[], **written),
    "alternatives": lambda **written: services.set_alternatives(rows=[], **written),
    "resources": lambda **written: services.set_resources(rows=[], **written),
    "participants": lambda **written: services.set_participants(rows=[], **written),
    "milestones": lambda **written: progress.set_milestones(rows=[], **written),
}


@pytest.mark.parametrize("table", SETTERS)
def test_every_table_is_written_by_its_owner_at_the_version_seen(desk, table):
    write = SETTERS[table]
    before = everything()
    with pytest.raises(Forbidden):
        write(project_id=desk.project.id, expected_version=1, actor=desk.stranger)
    with pytest.raises(StaleVersion):
        write(project_id=desk.project.id, expected_version=2, actor=desk.applicant)
    with pytest.raises(NotFound):
        write(project_id=999_999, expected_version=1, actor=desk.applicant)
    assert everything() == before
    assert write(**desk.written).version == desk.version == 2
    assert len(acts(desk.project)) == 2


# --- results ------------------------------------------------------------------------------------------------


@pytest.fixture
def served(desk):
    load_plan(document=shipped_plan(), actor=None)
    return {row.code: row.id for row in indicators("CQ-2006-2010")}


def test_indicators_are_served_by_so_much_in_their_own_unit_or_another(desk, served):
    rows = [
        {"indicator_id": served["I08"], "contribution": "4", "unit": "个百分点", "note": "在线许可"},
        {"indicator_id": served["I01"], "contribution": "0.0001"},
    ]
    services.set_indicators(rows=rows, **desk.written)
    assert [(fact.code, fact.contribution, fact.unit, fact.note) for fact in read(desk).indicators] == [
        ("I01", Decimal("0.0001"), "%", ""),
        ("I08", Decimal(4), "个百分点", "在线许可"),
    ]


@pytest.mark.parametrize(
    ("key", "contribution", "wrong"),
    [
        (999_999, "1", {"indicators.2.indicator_id": "没有这个规划指标"}),
        ("I08", "1", {"indicators.2.indicator_id": "“I08”不是整数"}),
        (None, "许多", {"indicators.2.contribution": "“许多”不是数字（最多四位小数）"}),
    ],
)
def test_indicators_that_are_none_are_refused(desk, served, key, contribution, wrong):
    first = {"indicator_id": served["I08"], "contribution": "4"}
    services.set_indicators(rows=[first], **desk.written)
    before = everything()
    second = {"indicator_id": key or served["I01"], "contribution": contribution}
    with pytest.raises(Invalid) as refusal:
        services.set_indicators(rows=[first, second], **desk.written)
    assert refused_fields(refusal) == wrong
    assert everything() == before


def test_an_indicator_is_served_once(desk, served):
    row = {"indicator_id": served["I08"], "contribution": "4"}
    with pytest.raises(Invalid) as refusal:
        services.set_indicators(rows=[row, row], **desk.written)
    assert refused_fields(refusal) == {"indicators.2.indicator_id": "与第1行重复"}


def test_targets_are_figures_or_words(desk):
    services.set_targets(rows=TARGETS, **desk.written)
    assert [(fact.name, fact.target, fact.target_text, fact.better) for fact in read(desk).targets] == [
        ("编目部门数", Decimal(40), "", Better.HIGHER),
        ("核验用时", Decimal("1.5"), "", Better.LOWER),
        ("社会反响", None, "良好", Better.HIGHER),
    ]
    for both in ({}, {"target": "1", "target_text": "一"}):
        with pytest.raises(Invalid) as refusal:
            services.set_targets(rows=[*TARGETS, {"aspect": "cost", "name": "成本", **both}], **desk.written)
        assert refused_fields(refusal) == {"targets.4.target": "目标应填数值或文字，二者取一"}


def test_what_was_achieved_stays_with_the_target_of_that_name(desk):
    services.set_targets(rows=TARGETS, **desk.written)
    progress.record_achieved(
        project_id=desk.project.id, rows=[{"name": "编目部门数", "actual": "38"}], actor=desk.applicant
    )
    revised = [{**TARGETS[2]}, {**TARGETS[0], "target": "45"}]
    services.set_targets(rows=revised, **desk.written)
    rows = PerformanceTarget.select().order_by(PerformanceTarget.position)
    assert [(row.name, row.target, row.actual) for row in rows] == [
        ("社会反响", None, None),
        ("编目部门数", Decimal(45), Decimal(38)),
    ]


def test_a_target_with_an_achievement_neither_goes_nor_changes_its_kind(desk):
    services.set_targets(rows=TARGETS, **desk.written)
    progress.record_achieved(
        project_id=desk.project.id, rows=[{"name": "编目部门数", "actual": "38"}], actor=desk.applicant
    )
    before = everything()
    with pytest.raises(Invalid) as refusal:
        services.set_targets(rows=TARGETS[1:], **desk.written)
    assert refused_fields(refusal) == {"targets": "已填报实际值的目标不能删除：编目部门数"}
    in_words = {"aspect": "quantity", "name": "编目部门数", "target_text": "很多"}
    with pytest.raises(Invalid) as refusal:
        services.set_targets(rows=[*TARGETS[1:], in_words], **desk.written)
    assert list(refusal.value.fields) == ["targets.3.target"]
    assert everything() == before


# --- the study ----------------------------------------------------------------------------------------------


def test_alternatives_carry_their_whole_life_cost(desk):
    rows = [
        {"name": "甲", "build_amount": "1000", "chosen": True, "upkeep": ["10", "11", "12", "13", "14"]},
        {"name": "乙", "description": "租用", "build_amount": "400", "upkeep": ["50", "", "0"]},
    ]
    services.set_alternatives(rows=rows, **desk.written)
    services.set_alternatives(rows=rows, **desk.written)  # the old ones and their years go
    first, second = read(desk).alternatives
    assert (first.chosen, first.whole_life_cost) == (True, Money.from_wan(1060))
    assert second.upkeep == {1: Money.from_wan(50), 3: Money.ZERO}


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"name": "甲", "build_amount": "1"}, {"alternatives.2.name": "与第1行重复"}),
        (
            {"name": "乙", "build_amount": "1", "chosen": True},
            {"alternatives.2.chosen": "只能选定一个推荐方案"},
        ),
        ({"name": "乙", "build_amount": "1", "upkeep": ["-1"]}, {"alternatives.2.upkeep": "金额不能为负"}),
        ({"name": "乙", "build_amount": "1", "upkeep": "12"}, {"alternatives.2.upkeep": "应为至多5项的列表"}),
        ({"name": "乙", "build_amount": "一"}, None),
    ],
)
def test_malformed_alternatives_are_refused(desk, row, wrong):
    before = everything()
    with pytest.raises(Invalid) as refusal:
        services.set_alternatives(
            rows=[{"name": "甲", "build_amount": "1", "chosen": True}, row], **desk.written
        )
    assert wrong is None or refused_fields(refusal) == wrong
    assert everything() == before


def test_each_item_of_data_has_one_source_and_terms(desk):
    owner, elsewhere = desk.owner.id, desk.elsewhere.id
    rows = [
        {"name": "法人信息", "source_id": elsewhere, "sharing": "unconditional"},
        {"name": "人口信息", "source_id": owner, "sharing": "none", "terms": "涉及个人隐私"},
    ]
    services.set_resources(rows=rows, **desk.written)
    assert [(fact.name, fact.source) for fact in read(desk).resources] == [
        ("法人信息", "市财政局"),
        ("人口信息", "市政府办公厅"),
    ]
    before = everything()
    wrong_rows = [
        {"name": "甲", "source_id": 999_999, "sharing": "unconditional"},
        {"name": "乙", "source_id": owner, "sharing": "conditional"},
    ]
    with pytest.raises(Invalid) as refusal:
        services.set_resources(rows=wrong_rows, **desk.written)
    assert refused_fields(refusal) == {
        "resources.1.source_id": "没有这个单位",
        "resources.2.terms": "有条件共享的，须写明条件或依据",
    }
    with pytest.raises(Invalid) as refusal:
        services.set_resources(rows=[rows[0], rows[0]], **desk.written)
    assert refused_fields(refusal) == {"resources.2.name": "与第1行重复"}
    assert everything() == before


# --- who takes part -----------------------------------------------------------------------------------------


def test_participants_are_replaced_with_their_shares(desk):
    rows = [
        {"organisation_id": desk.owner.id, "part": "lead", "share_percent": "66.6667"},
        {"organisation_id": desk.elsewhere.id, "part": "participant", "share_percent": "33.3333"},
        {"organisation_id": desk.elsewhere.id, "part": "agent"},
    ]
    services.set_participants(rows=rows, **desk.written)
    services.set_participants(rows=rows, **desk.written)
    assert [(fact.code, fact.part, fact.share_percent) for fact in read(desk).participants] == [
        ("OWNER", ParticipantPart.LEAD, Decimal("66.6667")),
        ("ELSE", ParticipantPart.PARTICIPANT, Decimal("33.3333")),
        ("ELSE", ParticipantPart.AGENT, None),
    ]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([{"organisation_id": 999_999, "part": "agent"}], {"participants.1.organisation_id": "没有这个单位"}),
        ([{"organisation_id": 1, "part": "agent"}] * 2, {"participants.2.organisation_id": "与第1行重复"}),
        (
            [{"organisation_id": 1, "part": "lead"}, {"organisation_id": 2, "part": "lead"}],
            {"participants.2.part": "只能有一个牵头单位"},
        ),
        (
            [
                {"organisation_id": 1, "part": "lead", "share_percent": "60"},
                {"organisation_id": 2, "part": "participant", "share_percent": "40.0001"},
            ],
            {"participants": "份额合计100.0001%，不得超过100%"},
        ),
    ],
)
def test_participants_that_do_not_fit_are_refused(desk, rows, wrong):
    before = everything()
    with pytest.raises(Invalid) as refusal:
        services.set_participants(rows=rows, **desk.written)
    assert refused_fields(refusal) == wrong
    assert everything() == before
    assert Project.get_by_id(desk.project.id).version == 1
