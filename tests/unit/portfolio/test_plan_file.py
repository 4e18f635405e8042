"""A plan file with a mistake is refused, and every mistake is named by line and field."""

# ruff: noqa: E501 - tables are read by the line

import json

import pytest

from portfolio.foundation.errors import Invalid
from portfolio.rules.located_json import decode_utf8
from portfolio.rules.plan import plan_data, read_plan, write_plan
from tests.unit.portfolio.plan_samples import LATER_PLAN


def problems(text: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        read_plan(text)
    return {where: str(problem) for where, problem in refusal.value.fields.items()}


def test_the_sample_itself_is_whole():
    document = read_plan(LATER_PLAN)
    assert [item.code for item in document.items] == ["Z1-A-01", "Z1-A-02"]
    assert read_plan(write_plan(plan_data(document))) == document


@pytest.mark.parametrize(
    ("right", "wrong", "where", "problem"),
    [
        # the header
        ('"to_year": 2015', '"to_year": 2011', "第2行 plan.to_year", "终止年应晚于起始年"),
        ('"to_year": 2015', '"to_year": 2051', "第2行 plan.to_year", "不超过20年"),
        ('"from_year": 2011', '"from_year": "2011"', "第2行 plan.from_year", "应为整数，却是文字"),
        ('"from_year": 2011', '"from_year": 2011.5', "第2行 plan.from_year", "应为整数"),
        ('"from_year": 2011', '"from_year": 1e9999999', "第2行 plan.from_year", "应为整数"),
        ('"from_year": 2011', '"from_year": 20110', "第2行 plan.from_year", "超出范围"),
        ('"city": "成都市", ', "", "第2行 plan.city", "缺少这个字段"),
        # codes and references
        ('"Z1-A-02", "group"', '"Z1-A-01", "group"', "第16行 items[1].code", "重复，第15行已用"),
        ('"code": "Z1-A-01"', '"code": "专栏一"', "第15行 items[0].code", "不能作编码"),
        ('"group": "Z1-A", "name": "数', '"group": "Z9-A", "name": "数', "第16行 items[1].group", "groups里没有"),
        ('"box": "Z1"', '"box": "Z9"', "第10行 groups[0].box", "boxes里没有“Z9”"),
        ('"task": "M1"', '"task": "M9"', "第7行 boxes[0].task", "tasks里没有“M9”"),
        ('"sector": "S1"', '"sector": "S9"', "第15行 items[0].sector", "sectors里没有"),
        ('"cluster": null, "origin": "plan", "note": ""},', '"cluster": "C1", "origin": "plan", "note": ""},',
         "第15行 items[0].cluster", "clusters里没有"),
        ('"part_of": "K1"', '"part_of": "K9"', "第20行 indicators[1].part_of", "indicators里没有"),
        ('"same_as": "K3"', '"same_as": "K9"', "第24行 text_targets[0].same_as", "indicators里没有"),
        # fields
        ('"name": "政务云建设", ', "", "第15行 items[0].name", "缺少这个字段"),
        ('"name": "政务云建设"', '"name": ""', "第15行 items[0].name", "不能为空"),
        ('"name": "政务云建设"', '"name": null', "第15行 items[0].name", "应为文字，却是空（null）"),
        ('"name": "政务云建设"', '"name": ["政务云"]', "第15行 items[0].name", "应为文字，却是列表"),
        ('"name": "政务云建设"', '"name": " 政务云建设"', "第15行 items[0].name", "首尾有多余的空格"),
        ('"name": "政务云建设"', '"name": "政务\\u0000云"', "第15行 items[0].name", "不能显示的字符"),
        ('"name": "政务云建设"', '"name": "政务\\ud800云"', "第15行 items[0].name", "不能显示的字符"),
        ('"name": "政务云建设"', f'"name": "{"云" * 201}"', "第15行 items[0].name", "太长：201个字，最多200个"),
        ('"name": "政务云建设"', '"nmae": "政务云建设"', "第15行 items[0].nmae", "没有这个字段"),
        ('"verbatim": false, "counts_1162": false, "sector": "S1"', '"verbatim": 0, "counts_1162": false, "sector": "S1"',
         "第15行 items[0].verbatim", "应为true或false，却是数字"),
        ('"origin": "plan", "note": ""},', '"origin": "later", "note": ""},', "第15行 items[0].origin", "可用：plan、amendment"),
        ('"subheads": ["打牢基础", "深化应用"]', '"subheads": "打牢基础"', "第4行 tasks[0].subheads", "应为列表"),
        ('"subheads": ["打牢基础", "深化应用"]', '"subheads": [1]', "第4行 tasks[0].subheads", "应为文字，却是数字"),
        # figures
        ('"base_2010": 12.5, "target_2015": 40, "growth_printed": 26', '"base_2010": "12.5", "target_2015": 40, "growth_printed": 26',
         "第19行 indicators[0].base_2010", "却是文字"),
        ('"target_2015": 90, "growth_printed"', '"target_2015": 90.00001, "growth_printed"', "第21行 indicators[2].target_2015", "小数至多4位"),
        ('"target_2015": 90, "growth_printed"', '"target_2015": 123456789012, "growth_printed"', "第21行 indicators[2].target_2015", "整数至多11位"),
        ('"target_2015": 90, "growth_printed"', '"target_2015": null, "growth_printed"', "第21行 indicators[2].target_2015", "却是空（null）"),
        ('"base_2010": null, "target_2015": 90, "growth_printed"', '"base_2005": null, "target_2015": 90, "growth_printed"',
         "第21行 indicators[2].base_2010", "缺少这个字段"),
        # what must agree
        ('"item_count": 2', '"item_count": 3', "第7行 boxes[0].item_count", "应有3项，文件里有2项"),
        ('"growth_printed": 26', '"growth_printed": 26, "x": 1', "第19行 indicators[0].x", "没有这个字段"),
        ('"path": "none"', '"path": "linear"', "第21行 indicators[2].path", "没有基数就没有逐年路径"),
        ('"base_2010": 12.5, "target_2015": 40, "growth_printed": null', '"base_2010": 0, "target_2015": 40, "growth_printed": null',
         "第20行 indicators[1].path", "应大于零"),
        ('"target_2015": 40, "growth_printed": null', '"target_2015": 41, "growth_printed": null', "第19行 indicators[0].target_2015", "分项之和41不等于总数40"),
        ('"part_of": "K1"', '"part_of": "K2"', "第20行 indicators[1].part_of", "不能是自己的分项"),
        ('"part_of": null, "note": ""},\n  {"code": "K2"', '"part_of": "K3", "note": ""},\n  {"code": "K2"', "第19行 indicators[0].part_of", "不能又是别的指标的分项"),
        ('"upper_2015": 5', '"upper_2015": 4', "第25行 text_targets[1].upper_2015", "上限应大于下限"),
        ('"upper_2015": 5', '"upper_2015": null', "第25行 text_targets[1].upper_2015", "只有区间类填上限"),
        ('"target_2015": null, "upper_2015"', '"target_2015": 1, "upper_2015"', "第26行 text_targets[2].target_2015", "不填数字"),
        ('"target_2015": 90, "upper_2015"', '"target_2015": 91, "upper_2015"', "第24行 text_targets[0].target_2015", "与指标K3的目标90不一致"),
        ('"measure": "sectors", "target": 1', '"measure": "sectors", "target": 6', "第29行 goals[0].target", "应有6个，文件里有1个"),
        # sections
        (' "clusters": [],\n', "", "第1行 clusters", "缺少这一节"),
        (' "clusters": [],', ' "clusters": {},', "第13行 clusters", "应为列表"),
        (' "clusters": [],', ' "clusters": [3],', "第13行 clusters[0]", "应为记录"),
        (' "clusters": [],', ' "clusters": [], "parks": [],', "第13行 parks", "没有这一节"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_line_and_field(right, wrong, where, problem):
    assert LATER_PLAN.count(right) == 1, "the mistake must be made in one place"
    found = problems(LATER_PLAN.replace(right, wrong))
    assert problem in found[where]


def test_all_mistakes_are_named_in_the_order_of_the_file():
    text = (
        LATER_PLAN.replace('"Z1-A-02"', '"Z1-A-01"')
        .replace("成都市信息化", "")
        .replace('"city": "成都市"', '"city": 7')
    )
    text = text.replace('"measure": "sectors"', '"measure": "many"')
    assert list(problems(text)) == ["第2行 plan.city", "第16行 items[1].code", "第29行 goals[0].measure"]


def test_years_out_of_order_do_not_drown_the_rest():
    text = LATER_PLAN.replace('"to_year": 2015', '"to_year": 2001').replace('"box": "Z1"', '"box": "Z9"')
    assert list(problems(text)) == ["第2行 plan.to_year", "第10行 groups[0].box"]


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("", "第1行", "文件是空的"),
        (" \n\t\n", "第1行", "文件是空的"),
        ("\ufeff", "第1行", "文件是空的"),
        ("[]", "第1行 文件", "最外层应为一条记录"),
        ('{"plan": }', "第1行第10列", "此处应有一个值"),
        ('{"plan": {},\n}', "第2行第1列", "此处应为字段名"),
        ('{"plan": NaN}', "第1行第10列", "此处应有一个值"),
        ('{"plan": {}\n "tasks": []}', "第2行第2列", "缺少逗号或“}”"),
        ('{"plan" {}}', "第1行第9列", "缺少冒号"),
        ('{"plan": [1 2]}', "第1行第13列", "缺少逗号或“]”"),
        ('{"plan": "x\ny"}', "第1行第10列", "缺少结尾的引号"),
        ('{"plan": {},\n "plan": {}}', "第2行第2列", "字段“plan”出现两次"),
        ("{} {}", "第1行第4列", "多余的字符"),
        ("[" * 5000, "第1行第22列", "嵌套过深"),
    ],
)
def test_what_is_not_json_is_named_by_line_and_column(text, where, problem):
    assert problem in problems(text)[where]


def test_a_byte_order_mark_does_not_matter():
    assert read_plan(decode_utf8(b"\xef\xbb\xbf" + LATER_PLAN.encode())) == read_plan(LATER_PLAN)
    assert read_plan("\ufeff" + LATER_PLAN) == read_plan(LATER_PLAN)


@pytest.mark.parametrize(("encoding", "line"), [("gbk", "第2行"), ("gb18030", "第2行"), ("utf-16", "第1行")])
def test_another_encoding_is_refused_not_guessed(encoding, line):
    with pytest.raises(Invalid) as refusal:
        decode_utf8(LATER_PLAN.encode(encoding))
    assert "请另存为UTF-8" in str(refusal.value.fields[line])


def test_crlf_counts_as_one_line():
    text = LATER_PLAN.replace("\n", "\r\n").replace('"box": "Z1"', '"box": "Z9"')
    assert list(problems(text)) == ["第10行 groups[0].box"]


def test_the_written_file_carries_the_years_of_its_plan():
    data = json.loads(write_plan(plan_data(read_plan(LATER_PLAN))))
    assert data["indicators"][0]["base_2010"] == 12.5
    assert data["indicators"][0]["target_2015"] == 40
    assert data["text_targets"][1]["upper_2015"] == 5
