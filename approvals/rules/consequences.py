"""What follows from a final grade, as rule R18 of the day says it.

Basis: 规划四（二）“加强规划实施的监督评估和绩效考核”; 财预〔2020〕10号: 评价结果作为安排预算、改进管理的依据.
"""

from __future__ import annotations

from approvals.rules.evaluation import EvaluationKind, Grade
from portfolio.foundation.errors import Message, say
from portfolio.rules.dossier.check import RulebookLike


def consequence_of(kind: EvaluationKind, grade: Grade, rulebook: RulebookLike) -> Message:
    """What a grade does to the unit's later projects and money; a unit's own report does nothing (R18)."""
    rule = rulebook.rule("R18")
    if kind.by_the_unit or rule is None:
        return say("单位自评的等级不影响后续资金和项目安排")
    if grade.value in rule.parameters["bar_grades"]:
        return say("等级为“{grade}”：整改到位前，该单位不得申报新项目（R18）", grade=grade.label)
    if grade.value in rule.parameters["cut_grades"]:
        return say("等级为“{grade}”：该单位后续项目资金应当从紧安排（R18）", grade=grade.label)
    return say("等级为“{grade}”：不影响该单位后续资金和项目安排（R18）", grade=grade.label)
