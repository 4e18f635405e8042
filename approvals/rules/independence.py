"""Separation of duties: nobody decides on what they submitted, endorsed or scored, nor on their own house's.

Basis: 决策、执行、监督相互分离 (rule SOD); 规划四（五） makes the three authorities check one another.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from approvals.rules.book import ruled
from approvals.rules.stages import StepKind
from portfolio.foundation.errors import Finding, say
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier.check import RulebookLike

JUDGING = frozenset(
    {
        StepKind.ACCEPT,
        StepKind.REVIEW,
        StepKind.PANEL,
        StepKind.SCORE,
        StepKind.COUNTERSIGN,
        StepKind.COORDINATE,
        StepKind.DECIDE,
        StepKind.REPLY,
        StepKind.FIX,
        StepKind.FINAL_ACCEPTANCE,
        StepKind.FINAL_ACCOUNTS,
        StepKind.FILE,
        StepKind.CHANGE,
    }
)
"""Steps that judge the applicant's work; endorsing it is the applicant's own house's affair."""


@dataclass(frozen=True, slots=True)
class Involvement:
    """Who had a part in the matter, as user ids, and whose project it is."""

    owner_id: int
    submitters: AbstractSet[int] = frozenset()
    endorsers: AbstractSet[int] = frozenset()
    scorers: AbstractSet[int] = frozenset()
    countersigners: AbstractSet[int] = frozenset()


def independence(
    actor: Actor, kind: StepKind, involved: Involvement, rulebook: RulebookLike
) -> list[Finding]:
    """Whether ``actor``, and whoever is stood in for, may take a step of this kind.

    Where a signed paper is entered, it is the signer who must be independent, not the clerk.
    """
    signer = {actor.on_behalf_of} if actor.on_behalf_of is not None else set()
    people = signer if actor.by_paper else signer | {actor.user_id}
    reasons = []
    if people & involved.submitters:
        reasons.append("报送")
    if kind in JUDGING and people & involved.endorsers:
        reasons.append("审签")
    if kind in JUDGING - {StepKind.SCORE} and people & involved.scorers:
        reasons.append("打分")
    if kind is StepKind.COUNTERSIGN and people & involved.countersigners:
        reasons.append("会签")
    good = say("经办人与审批人相互独立")
    findings = ruled(
        rulebook,
        "SOD",
        not reasons,
        good,
        say("{name}曾{done}本项目，不能再办理此环节", name=actor.name, done="、".join(reasons)),
        remedy=say("请由未参与前序环节的人员办理"),
    )
    if kind in JUDGING:
        findings += ruled(
            rulebook,
            "RECUSAL",
            actor.organisation_id != involved.owner_id,
            say("审批单位不是申报单位"),
            say("{name}所在单位即申报单位，应当回避", name=actor.name),
            remedy=say("请由其他主管部门或其他成员办理"),
        )
    return findings
