"""Finding what may have been built already, and whether every likeness has its answer."""

import pytest

from portfolio.foundation.errors import say
from portfolio.rules.dossier import DuplicateReply
from portfolio.rules.dossier.duplicates import (
    PROJECT,
    SYSTEM,
    Match,
    Thing,
    answered,
    duplicates_finding,
    matches,
)

CONTENT = "建设市级政务信息资源目录管理平台和数据交换平台，编制首批四十个部门的信息资源目录"


def thing(name, number=1, **values):
    return Thing(
        **{"kind": PROJECT, "id": number, "code": f"P{number}", "name": name, "owner_name": "单位", **values}
    )


def reasons(subject, other):
    return [str(reason) for match in matches(subject, [other]) for reason in match.reasons]


def test_projects_of_one_plan_item_resemble_each_other():
    mine = thing("甲", plan_item="CQ/B1-G1-02")
    assert reasons(mine, thing("乙", 2, plan_item="CQ/B1-G1-02")) == ["同属规划项目B1-G1-02"]
    assert reasons(mine, thing("乙", 2, plan_item="CQ/B1-G1-03")) == []
    assert reasons(thing("甲"), thing("乙", 2)) == []  # neither is linked to any


@pytest.mark.parametrize(
    "other",
    [
        "重庆市政务信息资源目录体系建设项目",
        "政务信息资源目录体系（二期）",
        "政务信息资源目录系统工程",
        "政务信息资源目录",
    ],
)
def test_names_are_alike_without_the_words_that_all_names_carry(other):
    [reason] = reasons(thing("政务信息资源目录体系"), thing(other, 2))
    assert reason.startswith("名称相似")


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("财政支付系统", "税务征管系统"),
        ("重庆市人口信息平台", "重庆市法人信息平台建设工程"),
        ("系统平台建设项目", "信息系统平台建设"),
    ],
)
def test_names_that_share_only_those_words_are_not(mine, other):
    assert reasons(thing(mine), thing(other, 2)) == []


def test_full_width_and_half_width_are_one_spelling():
    assert reasons(thing("ＧＩＳ共享ＷＥＢ"), thing("GIS共享WEB", 2)) == ["名称相似100%"]


def test_like_contents_are_found_under_other_names():
    mine = thing("甲乙丙", content=CONTENT)
    assert reasons(mine, thing("一二三四", 2, content=f"主要{CONTENT}等")) == ["建设内容相似96%"]
    assert (
        reasons(
            mine,
            thing("一二三四", 2, content="扩建区县无线电监测站，补充测向设备和移动监测车辆，建立值班制度"),
        )
        == []
    )


def test_a_few_words_are_no_content_to_compare():
    assert (
        reasons(thing("甲乙丙", content="建设目录平台"), thing("一二三四", 2, content="建设目录平台")) == []
    )


def test_overlapping_data_are_named():
    mine = thing("甲乙丙", resources=frozenset({"人口", "法人", "空间"}))
    other = thing("一二三四", 2, resources=frozenset({"法人", "人口", "宏观经济"}))
    assert reasons(mine, other) == ["信息资源重叠：人口、法人"]


def test_what_has_most_reasons_comes_first_then_projects_by_code():
    mine = thing("目录体系", plan_item="CQ/1", content=CONTENT)
    others = [
        thing("目录体系", 5, kind=SYSTEM, code="S5"),
        thing("目录体系", 4),
        thing("目录体系", 3),
        thing("目录体系", 9, content=CONTENT, plan_item="CQ/1"),
    ]
    assert [match.thing.code for match in matches(mine, others)] == ["P9", "P3", "P4", "S5"]


def test_answers_go_to_the_kind_and_id_that_they_are_about():
    found = [Match(thing("甲", 7), (say("像"),)), Match(thing("甲", 7, kind=SYSTEM), (say("像"),))]
    with_answers = answered(found, {(SYSTEM, 7): (DuplicateReply.REUSE, "复用其目录")})
    assert [(match.reply, match.answer) for match in with_answers] == [
        (None, ""),
        (DuplicateReply.REUSE, "复用其目录"),
    ]


def test_the_gate_stays_shut_until_every_likeness_has_its_answer():
    open_match = Match(thing("目录体系", 7), (say("像"),))
    settled = Match(thing("交换体系", 8), (say("像"),), DuplicateReply.DIFFERS, "范围不同")
    finding = duplicates_finding([open_match, settled])
    assert (finding.code, finding.blocks, str(finding.what)) == (
        "DUPLICATES",
        True,
        "有1个相似项目或系统尚未答复",
    )
    assert str(finding.figure) == "P7 目录体系"
    assert finding.remedy is not None
    assert (duplicates_finding([settled]).passed, duplicates_finding([]).passed) == (True, True)


def test_a_long_list_names_the_first_five():
    finding = duplicates_finding([Match(thing("甲", number), (say("像"),)) for number in range(1, 8)])
    assert str(finding.what) == "有7个相似项目或系统尚未答复"
    assert str(finding.figure) == "P1 甲、P2 甲、P3 甲、P4 甲、P5 甲"
