"""The plan and the organisations that come with the product say what the plan says."""

# ruff: noqa: E501 - tables are read by the line

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

from portfolio.foundation.access import OrganisationKind
from portfolio.foundation.errors import Invalid
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.rules.organisation import read_organisations
from portfolio.rules.plan import plan_data, required_path, write_plan
from portfolio.rules.plan_document import Comparison, IndicatorKind, Measure, Origin, Path
from portfolio.services import organisation as organisation_services
from portfolio.services import plan as plan_services

PLAN = plan_services.shipped_plan()
BODIES = organisation_services.shipped_organisations()

NAMES = {
    "B1-G1": "全市统一的电子政务内网和外网建设 | 政务信息资源目录体系和交换体系建设 | 政务网络信息安全基础设施建设",
    "B1-G2": "金宏工程（宏观经济管理） | 金财工程（财政） | 金质工程（质量技术监督） | 金审工程（审计） | 金土工程（国土资源） | 金水工程（水利防汛） | 金保工程（劳动保障） | 金农工程（农业） | 金盾工程（公安） | 金税工程（税务） | 金融监管工程 | 政务办公业务协同平台 | 宏观经济管理业务协同平台 | 企业信用业务协同平台 | 公共安全业务协同平台 | 社会管理业务协同平台 | 政府门户网站建设 | 个人信息和企业信息共享平台建设",
    "B2-G1": "广播村通工程 | 电视村通工程 | 电话村通工程 | 邮政村通工程 | “网络到乡、通信入村、信息进户”工程 | 三峡库区生态经济区信息网络建设",
    "B2-G2": "农业产业化龙头企业信息化建设 | 农村合作经济组织信息化建设 | 区县级农业信息服务平台建设 | 农产品网上交易 | 信息咨询服务站建设 | 农网广播建设 | 农业科技110建设",
    "B3-G1": "汽车摩托车行业信息化 | 装备制造业信息化 | 资源加工业信息化 | 龙头企业信息化工程",
    "B3-G2": "特色工业园区公共信息服务平台 | 产业基地公共信息服务平台 | 城市楼宇工业公共信息服务平台",
    "B3-G3": "商贸行业信息化 | 物流行业信息化 | 金融行业信息化 | 旅游行业信息化 | 电子口岸建设 | 银行卡交易转接中心建设",
    "B4-G1": "8英寸0.11微米集成电路生产线 | 集成电路封装测试及基板材料 | 6英寸0.35微米集成电路生产线 | 光网络 | 存储卡产品 | SCDMA无线宽带接入系统 | TD-SCDMA手机芯片及核心技术项目 | 海尔、美的、格力等信息家电项目 | 工业智能仪表 | 惠普全球软件服务中心（中国）重庆分中心 | EDS离岸外包中心 | 汽车数码模具（DSI） | 汽车电子项目",
    "B4-G2": "北部新区高新园建设 | 西永微电子工业园建设 | 数字内容专业园区建设 | 软件专业园区建设",
    "B5-G1": "专利信息服务平台 | 标准文献共享平台 | 远程教育平台 | 公共卫生应急处置信息系统 | 疫情监控信息系统 | 人口计生信息系统 | 劳动就业信息系统 | 社会救助信息系统",
    "B5-G2": "全市空间地理数据共享交换平台 | 城市应急管理信息平台 | 城市一卡通工程 | 数字规划工程 | 数字环保工程 | 智能交通工程",
    "B5-G3": "社区信息综合管理平台 | 家庭宽带接入 | 数字电视转换 | 社区信息化试点示范",
    "B6-G1": "人口数据库 | 法人单位数据库 | 自然资源和空间地理数据库 | 宏观经济数据库 | 编制政府信息公开目录 | 编制政府信息共享目录 | 数字图书馆建设 | 数字博物馆建设 | 数字档案馆建设",
    "B6-G2": "文化信息资源共享工程 | 科技信息资源开发 | 广播电视信息资源开发 | 公益性信息服务机构建设",
    "B6-G3": "信息内容市场监管体系建设 | 信息内容市场交易平台建设",
    "B7-G1": "个人信用体系 | 企业信用体系 | 社会信用体系 | 支付网关建设",
    "B7-G2": "电子商务二级平台 | 电子商务综合信息服务平台 | 重点领域电子商务示范工程 | 重点企业网上供应链建设 | 重点企业网上交易平台建设 | 专业批发市场网上电子商务应用 | 百货商场网上电子商务应用 | 购物中心网上电子商务应用",
    "B8-G1": "重庆互联网交换中心建设 | “三网”融合试点工程 | 三峡库区信息基础设施建设 | 渝东南地区信息基础设施建设 | 六大中心城市信息基础设施建设 | 有线数字电视整体转换工程 | 新一代信息基础设施建设",
    "B8-G2": "无线电管理综合信息系统平台 | 互联网监控体系 | 网络信任体系 | 数字证书认证体系 | 信息安全监测 | 应急响应与灾难备份 | 密钥管理 | 等级保护 | 风险评估",
}  # fmt: skip

INDICATORS = """\
I01 基础设施 村通电话率 % 98.2 100 - 预期性 linear
I02 基础设施 广播综合人口覆盖率 % 91.2 94 - 预期性 linear
I03 基础设施 电视综合人口覆盖率 % 94.3 98 - 预期性 linear
I04 应用水平 电话用户总数 万户 1632.3 2550 9 预期性 geometric
I05 应用水平 电话普及率 部/百人 52 83 - 预期性 linear
I06 应用水平 互联网用户数 万户 128.7 460 29 预期性 geometric
I07 应用水平 互联网普及率 % 6.1 20 - 预期性 linear
I08 应用水平 行政许可项目在线处理率 % - 50 - 约束性 none
I09 信息产业 信息产业销售总收入 亿元 320 1500 36 预期性 geometric
I10 信息产业 电子产品制造业收入 亿元 150 1070 48 预期性 geometric
I11 信息产业 通信业收入 亿元 110 180 10 预期性 geometric
I12 信息产业 软件业 亿元 60 250 33 预期性 geometric
I13 信息产业 信息产业增加值占GDP的比重 % 4 8 - 预期性 linear
"""


def test_how_many_of_each():
    counts = {name: len(rows) for name, rows in plan_data(PLAN).items() if name != "plan"}
    assert counts == {
        "tasks": 8,
        "boxes": 8,
        "groups": 19,
        "sectors": 6,
        "clusters": 2,
        "items": 125,
        "indicators": 13,
        "text_targets": 13,
        "goals": 4,
        "clauses": 25,
    }
    assert [box.item_count for box in PLAN.boxes] == [21, 13, 13, 17, 18, 15, 12, 16]
    assert [box.task for box in PLAN.boxes] == [task.code for task in PLAN.tasks]


@pytest.mark.parametrize("group", list(NAMES))
def test_every_item_has_its_name(group):
    items = [item for item in PLAN.items if item.group == group]
    assert [item.name for item in items] == NAMES[group].split(" | ")
    assert [item.code for item in items] == [f"{group}-{number:02d}" for number in range(1, len(items) + 1)]


def test_every_item_stands_in_the_words_of_its_group_in_order():
    for group in PLAN.groups:
        at = 0
        for item in (item for item in PLAN.items if item.group == group.code):
            at = group.quote.index(item.seed_text, at)
            if item.verbatim:
                assert item.name == item.seed_text
    assert all(item.origin is Origin.PLAN for item in PLAN.items)


def test_indicators():
    rows = [
        " ".join(
            "-" if value is None else str(value)
            for value in (
                row.code, row.category, row.name, row.unit, row.base, row.target,
                row.growth_printed, row.kind.value, row.path.value,
            )
        )
        for row in PLAN.indicators
    ]  # fmt: skip
    assert "\n".join(rows) + "\n" == INDICATORS
    assert Counter(row.kind for row in PLAN.indicators) == {
        IndicatorKind.ANTICIPATORY: 12,
        IndicatorKind.BINDING: 1,
    }


def test_the_arithmetic_of_the_plan_holds():
    by_code = {row.code: row for row in PLAN.indicators}
    parts = [row for row in PLAN.indicators if row.part_of == "I09"]
    assert [row.code for row in parts] == ["I10", "I11", "I12"]
    assert sum(row.base for row in parts) == by_code["I09"].base == Decimal(320)
    assert sum(row.target for row in parts) == by_code["I09"].target == Decimal(1500)
    assert Decimal("688.9") + Decimal("943.4") == by_code["I04"].base


def test_the_printed_growth_is_the_rounded_yearly_growth_between_the_ends():
    for row in PLAN.indicators:
        if row.path is Path.GEOMETRIC:
            yearly = ((row.target / row.base) ** (Decimal(1) / 5) - 1) * 100
            assert yearly.quantize(Decimal(1), ROUND_HALF_UP) == row.growth_printed


def test_text_targets():
    by_code = {row.code: row for row in PLAN.text_targets}
    assert [row.target for row in PLAN.text_targets] == [
        35, 80, 100, 80, 50, 30, 50, 85, 100, None, None, 4, 1000,
    ]  # fmt: skip
    assert by_code["T12"].comparison is Comparison.BETWEEN
    assert by_code["T12"].upper == 5
    assert [row.code for row in PLAN.text_targets if row.comparison is Comparison.COMPLETED] == ["T10", "T11"]
    assert {row.code: row.same_as for row in PLAN.text_targets if row.same_as} == {"T07": "I08", "T09": "I01"}
    assert (by_code["T08"].base, by_code["T09"].base) == (Decimal(70), Decimal("98.2"))


def test_the_four_goals_of_1162():
    assert [(goal.measure, goal.target, goal.unit) for goal in PLAN.goals] == [
        (Measure.TOTAL, 1000, "亿元"),
        (Measure.LEVEL, 1500, "亿元"),
        (Measure.SECTORS, 6, "个"),
        (Measure.CLUSTERS, 2, "个"),
    ]
    assert [sector.name for sector in PLAN.sectors] == [
        "集成电路", "软件与信息服务", "通信产品", "数字化仪器仪表", "新型电子元器件", "信息家电",
    ]  # fmt: skip
    assert [cluster.name for cluster in PLAN.clusters] == ["北部新区高新园", "西永微电子工业园"]


def test_what_counts_as_new_investment():
    counting = [item.code for item in PLAN.items if item.counts_1162]
    assert [code for code in counting if not code.startswith("B4")] == [
        "B2-G1-03", "B2-G1-05", "B2-G1-06", "B5-G3-02",
        "B8-G1-01", "B8-G1-02", "B8-G1-03", "B8-G1-04", "B8-G1-05", "B8-G1-07",
    ]  # fmt: skip
    assert len([code for code in counting if code.startswith("B4")]) == 17
    assert all(item.note for item in PLAN.items if item.counts_1162 and not item.code.startswith("B4"))


def test_sectors_and_clusters_of_box_four():
    sectors = {item.code: item.sector for item in PLAN.items if item.sector}
    assert Counter(sectors.values()) == {"S1": 3, "S2": 4, "S3": 3, "S4": 1, "S5": 3, "S6": 1}
    assert {code[:2] for code in sectors} == {"B4"}
    assert {item.code: item.cluster for item in PLAN.items if item.cluster} == {
        "B4-G2-01": "C1",
        "B4-G2-02": "C2",
    }


def test_the_two_sentences_that_the_product_exists_for():
    clause = next(clause for clause in PLAN.clauses if clause.code == "四(六)-3")
    assert clause.quote == "坚持先规划后立项、先评估后建设的原则"
    assert all(clause.requirement for clause in PLAN.clauses)


def test_the_file_is_written_as_it_would_be_exported():
    assert plan_services.SHIPPED.read_text("utf-8") == write_plan(plan_data(PLAN))


def test_a_path_exists_wherever_there_is_a_base():
    class Course:
        base_year, target_year = 2005, 2010

        def __init__(self, row):
            self.base, self.target, self.path = row.base, row.target, row.path

    lengths = {row.code: len(required_path(Course(row))) for row in PLAN.indicators}
    assert {code for code, length in lengths.items() if length != 6} == {"I08"}


def test_forty_districts_in_three_zones():
    zones = Counter(body.zone for body in BODIES.organisations if body.kind == OrganisationKind.DISTRICT)
    assert zones == {"metropolitan": 9, "west_corridor": 12, "three_gorges": 19}
    regrouped = [
        body.short_name for body in BODIES.organisations if body.valid_from.isoformat() == "2006-10-22"
    ]
    assert regrouped == ["江津区", "合川区", "永川区", "南川区"]


def test_every_authority_has_its_body():
    bodies = {
        role: BODIES.authority(role) for role in (*AUTHORITIES, Role.SECRETARY, Role.MEMBER, Role.AUDITOR)
    }
    assert {role: body and body.name for role, body in bodies.items()} == {
        Role.INVESTMENT: "重庆市发展和改革委员会",
        Role.INFORMATIZATION: "重庆市信息产业局",
        Role.FINANCE: "重庆市财政局",
        Role.SECRETARY: "重庆市信息化领导小组办公室",
        Role.MEMBER: "重庆市信息化领导小组",
        Role.AUDITOR: "重庆市审计局",
    }
    assert BODIES.authority(Role.EXPERT) is None


def test_vertical_units_and_parks():
    assert [body.short_name for body in BODIES.organisations if body.vertical] == [
        "市国税局", "重庆海关", "市通信管理局", "人行重庆营管部",
        "重庆银监局", "重庆证监局", "重庆保监局", "市气象局",
    ]  # fmt: skip
    assert [body.short_name for body in BODIES.organisations if body.kind == OrganisationKind.PARK] == [
        "高新园管委会", "西永微电园管委会",
    ]  # fmt: skip
    assert len({body.code for body in BODIES.organisations}) == len(BODIES.organisations) == 100


@pytest.mark.parametrize(
    ("right", "wrong", "where", "problem"),
    [
        ('"kind": "office"', '"kind": "bureau"', "第6行 organisations[1].kind", "可用：department、office"),
        ('"valid_to": null, "successor": "A"', '"valid_to": "2005-01-01", "successor": "A"',
         "第6行 organisations[1].valid_to", "早于生效日期"),
        ('"2006-02-28"', '"2006-02-30"', "第6行 organisations[1].valid_from", "不是日期"),
        ('"successor": "A"', '"successor": "B"', "第6行 organisations[1].successor", "自己的后继"),
        ('"successor": "A"', '"successor": "C"', "第6行 organisations[1].successor", "organisations里没有"),
        ('"authority": null', '"authority": "finance"', "第6行 organisations[1].authority", "财政主管部门已由“A”承担"),
        ('"zone": "east"', '"zone": "west"', "第5行 organisations[0].zone", "zones里没有"),
    ],
)  # fmt: skip
def test_a_mistake_among_organisations_is_named(right, wrong, where, problem):
    text = """{
 "zones": [
  {"code": "east", "name": "东区"}
 ], "organisations": [
  {"code": "A", "name": "财政局", "short_name": "财政局", "kind": "department", "zone": "east", "vertical": false, "authority": "finance", "valid_from": "2006-01-01", "valid_to": null, "successor": null},
  {"code": "B", "name": "办公室", "short_name": "办公室", "kind": "office", "zone": null, "vertical": false, "authority": null, "valid_from": "2006-02-28", "valid_to": null, "successor": "A"}
 ]}"""
    assert text.count(right) == 1
    read_organisations(text, {"department", "office"})
    with pytest.raises(Invalid) as refusal:
        read_organisations(text.replace(right, wrong), {"department", "office"})
    assert problem in str(refusal.value.fields[where])
