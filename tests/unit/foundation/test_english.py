"""Messages in English: what fills a sentence is put into English too, and fits into it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from approvals.rules.stages import Outcome
from budget.rules.words import AccountState, ContractState
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.money import Money
from portfolio.foundation.web import language


@pytest.fixture(autouse=True)
def _an_english_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "current_language", lambda: "en")


@pytest.mark.parametrize(
    ("said", "english"),
    [
        (
            say("没有这个{what}（编号 {key}）", what=say("合同"), key=3),
            "There is no such contract (number 3)",
        ),
        (say("此指令{state}", state=ContractState.DRAFT), "This order: Draft"),
        (say("“{outcome}”须写明理由", outcome=Outcome.DEFER.label), "“Defer” needs its reason"),
        (
            say("项目资金账户处于“{state}”状态，不能{act}", state=AccountState.FROZEN.label, act=say("支付")),
            "The project’s account is “Frozen”; it does not allow: Payment",
        ),
        (
            say("应有审批 {n} 项，缺：{names}", n=6, names="立项决定、概算核定"),
            "6 approvals are required; missing: Initiation decision, Estimate approval",
        ),
        (say("至少{n}人", n=1), "at least 1 person"),
        (say("相差{n}分", n=Decimal(6)), "6 points apart"),
        (say("相差{n}分", n=Decimal(1)), "1 point apart"),
        (
            say("已列入规划：{code} {name}", code="B1-G2-02", name="金财工程（财政）"),
            "In the plan: B1-G2-02 Golden Finance (public finance)",
        ),
        (
            say("退回{name}，理由对方可见", name="重庆市财政局"),
            "Returned to Chongqing Finance Bureau, who can read the reason",
        ),
        (say("{year}年{month}月已结账", year=2010, month=3), "2010-03 is closed"),
        (say("有未结账的月份：{months}", months="1、2、12"), "Months that are not closed: 1, 2, 12"),
        (
            say("“{name}”的内容是{found}，不能作为附件", name="a.pdf", found=say("Windows 可执行程序")),
            "“a.pdf” is a Windows program; such files cannot be attached",
        ),
    ],
)
def test_a_sentence_is_english_with_all_that_fills_it(said: Message, english: str) -> None:
    assert language.message(said) == english


def test_a_list_is_called_in_the_plural_and_one_of_it_in_the_singular() -> None:
    assert language.message(several("合同")) == "Contracts"
    assert language.message(say("合同")) == "Contract"
    assert str(several("合同")) == "合同"


def test_what_people_wrote_keeps_its_letters() -> None:
    said = say("没有用户 {name}", name="Zhang")
    assert language.message(said) == "There is no user Zhang"


def test_money_within_a_message_within_a_message_is_in_yuan() -> None:
    item = say("{name} {amount}", name=say("合同{code}", code="H-1"), amount=Money(1_000_000))
    what = say("{what}；已占用：{taken}", what=say("预算指标不足"), taken=item)
    assert (
        language.message(what)
        == "The budget line is insufficient; in use: contract H-1 CNY\N{NO-BREAK SPACE}10,000.00"
    )
