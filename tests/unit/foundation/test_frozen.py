"""What a record froze in Chinese is told in English by the template that made it."""

from __future__ import annotations

import pytest

from portfolio.foundation.web import language
from portfolio.foundation.web.frozen import frozen


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "current_language", lambda: "en")


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("至少3人", "at least 3 people"),
        ("审批所附条件尚未落实：补充方案", "The condition of the approval is not met: 补充方案"),
        ("应有审批 6 项，缺：立项决定", "6 approvals are required; missing: Initiation decision"),
        (
            "首次基线 2008-05-01，实际 2008-05-12，延误 11 天",
            "first promised 2008-05-01, done 2008-05-12, 11 days late",
        ),
        ("4 个，已完成 4 个", "4, of which 4 reached"),
        ("目标不低于 85%，实际 79%", "target not below 85%, achieved 79%"),
        ("目标不低于 40个，实际 41个", "target not below 40, achieved 41"),
        ("相差6分", "6 points apart"),
        ("B1-G1-01 4,860.00万元", "B1-G1-01 CNY\N{NO-BREAK SPACE}48,600,000.00"),
        ("22.56万元，占7.00%", "CNY\N{NO-BREAK SPACE}225,600.00, i.e. 7.00%"),
        ("已附试运行报告", "Attached: Trial operation report"),
        ("自2009-11-04起", "from 2009-11-04"),
        (
            "缺实际完成值，或须人工判断：整合网站数、可网上申请事项",
            "No value reported, or to be judged by a person: 整合网站数、可网上申请事项",
        ),
        (
            "目标不高于 1个工作日，实际 0.5个工作日"
            "（完成值为目标的 200.00%，如系目标设定偏低，按 30.00% 计分）",
            "target not above 1个工作日, achieved 0.5个工作日"
            " (reached 200.00% of the target; 30.00% counts if the target was set too low)",
        ),
        ("3,650.00万元", "CNY\N{NO-BREAK SPACE}36,500,000.00"),
    ],
)
def test_a_frozen_sentence_finds_its_template(sentence: str, told: str) -> None:
    assert frozen(sentence) == told


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("sentence", ["谁也没有说过的一句话", "", "{n}", "2008-05-01", "可网上申请事项"])
def test_what_no_template_made_stays_as_it_is(sentence: str) -> None:
    assert frozen(sentence) == sentence


def test_a_chinese_reader_gets_the_record_itself() -> None:
    assert frozen("至少3人") == "至少3人"
