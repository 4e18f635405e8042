"""Whether enough members of the leading group are there to decide 法定人数.

Basis: rule QUORUM; 规划四（五）“报信息化领导小组审定后实施”.
"""

from __future__ import annotations

from approvals.rules.book import parameters, ruled
from portfolio.foundation.errors import Finding, say
from portfolio.rules.dossier.check import RulebookLike

CODE = "QUORUM"


def needed(members: int, rulebook: RulebookLike) -> int:
    """The members who must be there: more than the rule's share of all, and at least one."""
    percent: int = parameters(rulebook, CODE)["more_than_percent"]
    return members * percent // 100 + 1


def quorum(present: int, members: int, rulebook: RulebookLike) -> list[Finding]:
    """Whether the meeting may open."""
    wanted = needed(members, rulebook)
    return ruled(
        rulebook,
        CODE,
        wanted <= present <= members,
        say("到会成员达到规定人数"),
        say("到会成员不足规定人数，会议不能开始"),
        figure=say("到会 {present} 人，共 {members} 人", present=present, members=members),
        limit=say("至少 {wanted} 人", wanted=wanted),
        remedy=say("请等候成员到会，或改期召开，或以传签方式办理"),
    )
