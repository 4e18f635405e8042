"""What a project's account may do in each of its states."""

from __future__ import annotations

from enum import StrEnum

from budget.rules.words import AccountState, ContractKind
from portfolio.foundation.errors import Finding, Message, say

ACCOUNT_STATE_CODE = "M40"
_BASIS = "先规划后立项、先评估后建设（规划四（六））：账户状态随审批结果"


class Act(StrEnum):
    """What is done to a project's money, as far as the account's state matters."""

    ALLOT = "allot"
    RELEASE = "release"
    PREPARE = "prepare"  # preparatory contracts and costs without a contract
    BUILD = "build"
    PAY = "pay"
    CORRECT = "correct"  # refund, red entry, recall, carry-over, settlement: less, or a payment as it was


_WORKING = frozenset({AccountState.PREPARATORY, AccountState.OPEN})
ALLOWED: dict[Act, frozenset[AccountState]] = {
    Act.ALLOT: _WORKING,
    Act.RELEASE: _WORKING,
    Act.PREPARE: _WORKING,
    Act.BUILD: frozenset({AccountState.OPEN}),
    Act.PAY: _WORKING,
    Act.CORRECT: frozenset(AccountState),
}

_NAMES: dict[Act, Message] = {
    Act.ALLOT: say("下达指标"),
    Act.RELEASE: say("下达用款额度"),
    Act.PREPARE: say("签订前期合同、登记非合同支出"),
    Act.BUILD: say("签订建设合同"),
    Act.PAY: say("支付"),
    Act.CORRECT: say("更正"),
}

_REMEDIES: dict[AccountState, Message] = {
    AccountState.NONE: say("请先完成立项审批"),
    AccountState.PREPARATORY: say("请先完成评估、概算核定并通过开工条件审查"),
    AccountState.OPEN: say("请与财政主管部门核对"),
    AccountState.FROZEN: say("项目已暂停：请待审批部门恢复"),
    AccountState.CLOSED: say("项目已办结或终止：不再办理新的收支"),
}


def act_of(kind: ContractKind) -> Act:
    """Whether a contract of this kind prepares or builds."""
    return Act.PREPARE if kind is ContractKind.PREPARATORY else Act.BUILD


def state_finding(state: AccountState, act: Act) -> Finding:
    """Whether an account in ``state`` may do ``act``; code M40."""
    return Finding(
        ACCOUNT_STATE_CODE,
        state in ALLOWED[act],
        say("项目资金账户处于“{state}”状态，可以{act}", state=state.label, act=_NAMES[act])
        if state in ALLOWED[act]
        else say("项目资金账户处于“{state}”状态，不能{act}", state=state.label, act=_NAMES[act]),
        _BASIS,
        figure=say("{state}", state=state.label),
        limit=None
        if ALLOWED[act] == frozenset(AccountState)
        else say("{states}", states="、".join(s.label for s in AccountState if s in ALLOWED[act])),
        remedy=_REMEDIES[state],
    )
