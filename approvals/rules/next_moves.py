"""What a project waits for when nobody is asked for a step: one move, and whoever has to make it."""

from __future__ import annotations

from datetime import timedelta

from approvals.rules.stages import Act, Phase, SideState, Stage, SubmissionKind
from approvals.rules.workflow import TRANSITIONS, Transition, acts_here
from portfolio.foundation.errors import Message, say

SOON = timedelta(days=30)
"""So long before the day on which a project is to be built its completion begins to wait."""

_AWAITED = (
    Act.SUBMIT,
    Act.START_CONSTRUCTION,
    Act.COMPLETE,
    Act.ACCEPT_PRELIMINARY,
    Act.PUT_INTO_OPERATION,
    Act.OPEN_EVALUATION,
    Act.REPORT_QUARTER,
    Act.CLOSE,
)
"""What a phase waits for when it has no steps, by order of precedence."""

_SAID = {
    Act.COMPLETE: say("按计划建设，完工后登记建成"),
    Act.CLOSE: say("完成绩效评价，定稿后办结"),
    Act.REPORT_QUARTER: say("按季填报完成投资"),
}
"""What takes more words than the act's own name."""

SUBMITS = {
    Stage.INITIATION: SubmissionKind.PROPOSAL,
    Stage.APPRAISAL: SubmissionKind.FEASIBILITY_STUDY,
    Stage.ESTIMATE: SubmissionKind.PRELIMINARY_DESIGN,
    Stage.ACCEPTANCE: SubmissionKind.FINAL_ACCEPTANCE,
    Stage.REGISTERED: SubmissionKind.FILING,
}
"""What is submitted in each stage."""


def awaited(stage: Stage, phase: Phase, side_state: SideState) -> Transition | None:
    """The move that a project waits for here; ``None`` where it waits for steps, or for nothing."""
    here = acts_here(stage, phase, side_state)
    return next((row for act in _AWAITED for row in here if row.act is act), None)


def asks_for_steps(stage: Stage, phase: Phase, side_state: SideState) -> bool:
    """Whether anybody can be asked for a step here: nobody where a move is awaited, but during building."""
    row = awaited(stage, phase, side_state)
    return row is None or row.act is Act.COMPLETE


def phases_of(*acts: Act) -> list[Phase]:
    """The phases in which any of ``acts`` can be done."""
    return sorted({row.phase for row in TRANSITIONS if row.act in acts})


def words_of(act: Act, stage: Stage) -> Message:
    """What is to be done, for whoever has to do it."""
    if act is not Act.SUBMIT:
        return _SAID.get(act, say("{act}", act=act.label))
    if stage is Stage.ACCEPTANCE:
        return say("试运行，备齐材料后申请竣工验收")
    return say("编报{document}并报送", document=SUBMITS[stage].label)
