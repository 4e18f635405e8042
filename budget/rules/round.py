"""The budget round 二上二下 and requests in mid-year: which step follows which, and within what figure."""

from __future__ import annotations

from budget.rules.words import RequestKind, RequestState
from portfolio.foundation.errors import Finding, Message, say
from portfolio.foundation.money import Money

STEP_CODE, FIGURE_CODE = "M60", "M61"
_BASIS = "部门预算编制：二上二下，单位按控制数编报，财政按程序批复"


def step_finding(kind: RequestKind, state: RequestState, allowed: tuple[RequestState, ...]) -> Finding:
    """Whether a request has come to the step that is to be done; code M60."""
    return Finding(
        STEP_CODE,
        state in allowed,
        say("{kind}申请处于“{state}”", kind=kind.label, state=state.label),
        _BASIS,
        figure=say("{state}", state=state.label),
        limit=say("{states}", states="、".join(one.label for one in allowed)),
        remedy=say("请刷新后核对，按一上、一下、二上、二下的次序办理"),
    )


def kind_finding(kind: RequestKind, wanted: tuple[RequestKind, ...]) -> Finding:
    """Whether a request is of the kind that the step is for."""
    return Finding(
        STEP_CODE,
        kind in wanted,
        say("这是“{kind}”申请", kind=kind.label),
        _BASIS,
        limit=say("{kinds}", kinds="、".join(one.label for one in wanted)),
        remedy=say("年度预算走二上二下，年中追加调减直接批复"),
    )


def within(amount: Money, limit: Money, title: Message) -> Finding:
    """Whether a figure stays within the one before it; code M61."""
    return Finding(
        FIGURE_CODE,
        amount <= limit,
        title,
        _BASIS,
        figure=say("{amount}", amount=amount),
        limit=say("{amount}", amount=limit),
        remedy=say("请按上一环节的数额调整，或退回重新核定"),
    )
