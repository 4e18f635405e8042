"""Opening an evaluation: which year, which stage, and once only.

Basis: 项目支出绩效评价管理办法（财预〔2020〕10号）; 国办发〔2019〕57号 (R16: 投入运行后 12 至 24 个月).
"""

from __future__ import annotations

from dataclasses import dataclass

from approvals.rules.acceptance_gate import Clock
from approvals.rules.book import ruled
from approvals.rules.evaluation import EvaluationKind
from approvals.rules.stages import Stage
from portfolio.foundation.errors import Finding, Invalid, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import RulebookLike

IN_OPERATION = (Stage.OPERATION, Stage.POST_EVALUATION)
"""The stages in which a project is evaluated as a whole."""


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """What is looked at before an evaluation is opened.

    ``spent`` is what was paid, net, in ``year``; ``current_year`` the fiscal year of today; ``stage`` is
    ``None`` for a project in no procedure; ``earlier`` says whether the subject has been evaluated by this
    instrument and year before; ``earliest`` counts to the first day of R16, ``latest`` to its last.
    """

    kind: EvaluationKind
    year: int | None
    current_year: int
    stage: Stage | None
    spent: Money
    earlier: bool
    earliest: Clock
    latest: Clock


def subject_key(project_id: int, kind: EvaluationKind, year: int | None) -> str:
    """The subject, kind and year in one text, as ``ck_evaluation_subject_key`` spells it."""
    return f"project:{project_id}:{kind.value}:{year or 0}"


def check_year(kind: EvaluationKind, year: int | None) -> None:
    """Raise ``Invalid``: an annual self-evaluation names its year, a post-evaluation report has none."""
    if kind is EvaluationKind.ANNUAL_SELF and year is None:
        raise Invalid({"year": say("年度自评须指明年度")})
    if kind is EvaluationKind.POST_REPORT and year is not None:
        raise Invalid({"year": say("后评价自评报告针对整个项目，不分年度")})
    if year is not None and not 1990 <= year <= 2100:
        raise Invalid({"year": say("年度须在1990至2100之间")})


def opening_findings(facts: OpeningFacts, basis: str, rulebook: RulebookLike) -> list[Finding]:
    """Every check of an opening; ``basis`` is that of the instrument."""
    found = [_once(facts, basis)]
    found += _yearly(facts, facts.year, basis) if facts.year is not None else [_as_a_whole(facts, basis)]
    if facts.kind is EvaluationKind.POST_REPORT:
        found += _in_time(facts, rulebook)
    return found


def _once(facts: OpeningFacts, basis: str) -> Finding:
    return Finding(
        "EV_ONCE",
        not facts.earlier,
        say("同一对象、同一年度的{kind}只办理一次", kind=facts.kind.label),
        basis,
        remedy=say("请在已有的评价上继续办理；已定稿的不再改动"),
    )


def _yearly(facts: OpeningFacts, year: int, basis: str) -> list[Finding]:
    """A year is evaluated after its end, and only when money was spent in it."""
    return [
        Finding(
            "EV_YEAR",
            year < facts.current_year,
            say("评价的年度已经结束"),
            basis,
            figure=say("{year}年度", year=year),
            limit=say("{year}年度及以前", year=facts.current_year - 1),
            remedy=say("请于次年第一季度办理"),
        ),
        Finding(
            "EV_SPENT",
            facts.spent > Money.ZERO,
            say("项目在该年度有支出"),
            basis,
            figure=say("{year}年度支出{spent}", year=year, spent=facts.spent),
            remedy=say("没有支出的年度不作自评；请核对年度或支付记录"),
        ),
    ]


def _as_a_whole(facts: OpeningFacts, basis: str) -> Finding:
    return Finding(
        "EV_STAGE",
        facts.stage in IN_OPERATION,
        say("项目已投入运行，可以评价"),
        basis,
        figure=say("{stage}", stage=facts.stage.label if facts.stage else "未进入审批程序"),
        limit=say("{stages}", stages="、".join(stage.label for stage in IN_OPERATION)),
        remedy=say("请在项目验收并投入运行后评价；建设期间可按年度评价"),
    )


def _in_time(facts: OpeningFacts, rulebook: RulebookLike) -> list[Finding]:
    """R16: the unit reports between so many months after launch; too early or too late is shown."""
    early = facts.earliest.due_on is not None and facts.earliest.today < facts.earliest.due_on
    return ruled(
        rulebook,
        "R16",
        not early and facts.latest.kept,
        say("后评价自评报告在规定时间内提交"),
        say("后评价自评报告不在规定的提交时间内"),
        figure=facts.latest.figure,
        limit=facts.latest.limit,
        remedy=say("请说明提前或逾期的原因"),
    )
