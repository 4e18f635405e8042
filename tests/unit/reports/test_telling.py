"""How the walk tells its steps: one aligned line for each, refusals with rule and basis."""

from __future__ import annotations

from datetime import date

import pytest

from portfolio.foundation.errors import Finding, Level, Refused, say
from portfolio.foundation.money import Money
from reports.services.demonstration.narration import Event
from reports.services.demonstration.walking import Teller, padded

DAY = date(2007, 3, 1)


def told(*events: Event) -> list[str]:
    lines: list[str] = []
    teller = Teller(lines.append)
    for event in events:
        teller(event)
    return lines


@pytest.mark.parametrize(
    ("text", "cells", "right", "expected"),
    [
        ("会签", 6, False, "会签  "),
        ("ab", 6, False, "ab    "),
        ("会签", 6, True, "  会签"),
        ("会签会签", 6, False, "会签会签 "),
        ("12.50", 8, True, "   12.50"),
        ("（一期）", 8, True, "（一期）"),
    ],
)
def test_a_chinese_character_takes_two_cells(text: str, cells: int, right: bool, expected: str) -> None:
    assert padded(text, cells, right=right) == expected


def test_steps_are_numbered_and_money_stands_in_its_column() -> None:
    first, second = told(
        Event(DAY, None, "核定概算", money=Money.from_wan("2680"), note="渝发改〔2007〕1号"),
        Event(DAY, None, "受理"),
    )
    assert first.split() == ["1", "2007-03-01", "系统", "核定概算", "2,680.00", "渝发改〔2007〕1号"]
    assert second.split() == ["2", "2007-03-01", "系统", "受理"]
    assert second == second.rstrip()


def test_what_a_gate_found_is_one_phrase() -> None:
    findings = [{"code": "R01", "passed": True}, {"code": "RATE_CONTINGENCY", "passed": False}]
    (line,) = told(Event(DAY, None, "报送", findings=findings, gate="立项关口"))
    assert line.endswith("立项关口：1项检查通过，提示RATE_CONTINGENCY")


def test_a_refusal_names_each_failed_check_with_its_basis_and_what_to_do() -> None:
    refusal = Refused(
        [
            Finding("OK", True, say("齐备"), "依据甲"),
            Finding("R02", False, say("未通过评估"), "规划四（六）", remedy=say("请先完成评估")),
            Finding("R07", False, say("未列入年度计划"), "第161号令"),
            Finding("HINT", False, say("只是提示"), "依据乙", Level.WARN),
        ]
    )
    lines = told(Event(DAY, None, "开工：不予受理", refusal=refusal))
    assert "×" in lines[0]
    assert [line.strip() for line in lines[1:]] == [
        "[R02] 未通过评估（依据：规划四（六））",
        "[R07] 未列入年度计划（依据：第161号令）",
        "处理：请先完成评估",
    ]
