"""What is kept as template and values is told again as it was said, in either language."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from budget.rules.words import AccountState
from portfolio.foundation.errors import Conflict, Finding, Invalid, Level, Message, Reference, Refused, say
from portfolio.foundation.money import Money
from portfolio.foundation.sentences import keep, keep_refusal, tell, tell_refusal
from portfolio.foundation.web import language

SAID = [
    say("未填写"),
    say("供应商{code}尚未登记，请填写供应商名称", code="7-{x}"),
    say("第{row}行：{what}", row=3, what=say("本单位没有编号为“{code}”的合同", code="HT-1")),
    say("单笔金额超过{limit}，请核对单位", limit=Money.from_wan("12.5")),
    say("项目资金账户处于“{state}”状态，不能{act}", state=AccountState.FROZEN, act=say("支付")),
    say("{year}年{month}月的{n}", year=date(2026, 3, 1), month=datetime(2026, 3, 1, 2, tzinfo=UTC), n=2),
]


def stored(value: Any) -> Any:
    """As a row gives it back."""
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("reader", ["zh", "en"])
@pytest.mark.parametrize("said", SAID)
def test_what_was_said_is_told_alike(said: Message, reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "current_language", lambda: reader)
    assert language.message(tell(stored(keep(said)))) == language.message(said)


def test_a_finished_sentence_is_told_as_it_is() -> None:
    assert str(tell("合同{code}没有第9期")) == "合同{code}没有第9期"


def test_a_refusal_keeps_what_stands_in_the_way() -> None:
    held = Finding("M1", True, say("没有问题"), "依据一")
    warned = Finding("M2", False, say("提醒"), "依据二", Level.WARN)
    blocked = Finding(
        "M3",
        False,
        SAID[3],
        "依据三",
        figure=say("{n}", n=1),
        limit=SAID[3],
        remedy=say("请核对"),
        see=(Reference("contract", 7, say("合同{code}", code="HT-1")),),
    )
    assert tell_refusal(stored(keep_refusal(Refused([held, warned, blocked])))) == [blocked]
    told = tell_refusal(stored(keep_refusal(Invalid({"amount": SAID[0], "code": SAID[1]}))))
    assert [str(one.what) for one in told] == [str(SAID[0]), str(SAID[1])]
    (one,) = tell_refusal(stored(keep_refusal(Conflict(SAID[0], basis="依据", remedy=say("请核对")))))
    assert (str(one.what), one.basis, str(one.remedy)) == ("未填写", "依据", "请核对")
