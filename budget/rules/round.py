"""The budget round 二上二下 and requests in mid-year: which step follows which, and within what figure."""

from __future__ import annotations

from budget.rules.words import MID_YEAR, RequestKind, RequestState
from portfolio.foundation.errors import Finding, Message, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource

STEP_CODE, FIGURE_CODE = "M60", "M61"
_BASIS = "部门预算编制：二上二下，单位按控制数编报，财政按程序批复"


def asking_problems(
    kind: RequestKind, source: FundingSource, year: int, this_year: int
) -> dict[str, Message]:
    """What is wrong, by field, with asking for a year's money of a source; nothing when it may be asked for.

    Parameters: the ``year`` that the money is for, and ``this_year``, in which it is asked for.
    """
    if not source.fiscal:
        return {"source": say("“{source}”不是财政资金，不编预算申请", source=source.label)}
    if kind in MID_YEAR and year != this_year:
        return {"year": say("年中追加调减只能针对本年度")}
    if kind is RequestKind.ROUND and year < this_year:
        return {"year": say("不能编报以前年度的预算")}
    return {}


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
