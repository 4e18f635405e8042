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
        ("3,650.00万元", "CNY\N{NO-BREAK SPACE}36,500,000.00"),
    ],
)
def test_a_frozen_sentence_finds_its_template(sentence: str, told: str) -> None:
    assert frozen(sentence) == told


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("sentence", ["谁也没有说过的一句话", "", "{n}", "2008-05-01"])
def test_what_no_template_made_stays_as_it_is(sentence: str) -> None:
    assert frozen(sentence) == sentence


def test_a_chinese_reader_gets_the_record_itself() -> None:
    assert frozen("至少3人") == "至少3人"
