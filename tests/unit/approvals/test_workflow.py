"""The procedure's table: what it allows, and that it allows nothing else."""

from itertools import product
from pathlib import Path

import pytest

from approvals.rules import workflow_document
from approvals.rules.next_moves import asks_for_steps, awaited, words_of
from approvals.rules.stages import (
    FILING_STAGES,
    GOVERNMENT_STAGES,
    Act,
    Circumstance,
    Gate,
    Outcome,
    Phase,
    SideAct,
    SideState,
    Stage,
    outcome_label,
)
from approvals.rules.workflow import (
    PHASE_STEPS,
    SIDE_TRANSITIONS,
    TRANSITIONS,
    side_transition,
    transition,
)
from portfolio.foundation.errors import Refused
from portfolio.foundation.roles import AUTHORITIES, Role

C = Circumstance
GROUPS = (
    (C.SEPARATE, C.COMBINED),
    (C.BY_PANEL, C.BY_REVIEW),
    (C.JOINT, C.LEADING_GROUP),
    (C.PENDING, C.UNANIMOUS, C.DISSENT),
    (C.PASSED, C.FAILED),
)
SITUATIONS = [frozenset(chosen) for chosen in product(*GROUPS)]


def test_every_pair_not_in_the_table_is_refused():
    allowed = {(row.stage, row.phase, row.act) for row in TRANSITIONS}
    refused = 0
    for stage, phase, act in product(Stage, Phase, Act):
        if (stage, phase, act) in allowed:
            continue
        with pytest.raises(Refused) as error:
            transition(stage, phase, act, frozenset(Circumstance))
        assert error.value.codes == ("FLOW",)
        refused += 1
    assert refused == len(Stage) * len(Phase) * len(Act) - len(allowed)


def test_one_situation_leads_one_way():
    for stage, phase, act in {(row.stage, row.phase, row.act) for row in TRANSITIONS}:
        rows = [row for row in TRANSITIONS if (row.stage, row.phase, row.act) == (stage, phase, act)]
        for situation in SITUATIONS:
            assert sum(row.when <= situation for row in rows) <= 1, (stage, phase, act, situation)


@pytest.mark.parametrize("state", [SideState.SUSPENDED, SideState.TERMINATED, SideState.DEFERRED])
def test_a_stopped_project_does_not_move(state):
    for row in TRANSITIONS:
        with pytest.raises(Refused) as error:
            transition(row.stage, row.phase, row.act, row.when, state)
        assert state.label in str(error.value)


def test_side_states_not_in_the_table_are_refused():
    allowed = {(row.side_state, row.act) for row in SIDE_TRANSITIONS}
    for state, act in product(SideState, SideAct):
        if (state, act) not in allowed:
            with pytest.raises(Refused):
                side_transition(state, act, Stage.CONSTRUCTION)
    assert not [row for row in SIDE_TRANSITIONS if row.side_state is SideState.TERMINATED]
    with pytest.raises(Refused):
        side_transition(SideState.ACTIVE, SideAct.TERMINATE, Stage.CLOSED)


def test_construction_is_entered_through_the_build_gate_alone():
    rows = [
        row for row in TRANSITIONS if row.to_stage is Stage.CONSTRUCTION and row.stage is not row.to_stage
    ]
    assert [(row.stage, row.phase, row.act, row.gate) for row in rows] == [
        (Stage.ESTIMATE, Phase.FIXED, Act.START_CONSTRUCTION, Gate.BUILD)
    ]


def test_no_stage_is_jumped_but_by_the_combined_study_and_an_upper_reply():
    order = {stage: number for number, stage in enumerate(GOVERNMENT_STAGES)}
    jumps = {
        (row.stage, row.act, row.to_stage, frozenset(row.when) & {C.COMBINED, C.UPPER_LEVEL})
        for row in TRANSITIONS
        if row.stage in order and row.to_stage in order and order[row.to_stage] > order[row.stage] + 1
    }
    assert {(stage, to, when) for stage, _act, to, when in jumps} == {
        (Stage.INITIATION, Stage.ESTIMATE, frozenset({C.COMBINED}))
    }


def test_the_first_stage_step_by_step():
    def after(phase, act, *when):
        row = transition(Stage.INITIATION, phase, act, frozenset(when))
        return row.to_stage, row.to_phase, row.roles

    initiation = Stage.INITIATION
    assert after(Phase.DRAFTING, Act.SUBMIT) == (initiation, Phase.ENDORSING, (Role.APPLICANT,))
    assert after(Phase.ENDORSING, Act.ENDORSE) == (initiation, Phase.ACCEPTING, (Role.CIO,))
    accepted = after(Phase.ACCEPTING, Act.ACCEPT, C.SEPARATE, C.BY_PANEL)
    assert accepted == (initiation, Phase.COUNTERSIGNING, (Role.INFORMATIZATION,))
    signing = Phase.COUNTERSIGNING
    assert after(signing, Act.COUNTERSIGN, C.PENDING) == (initiation, signing, AUTHORITIES)
    assert after(signing, Act.COUNTERSIGN, C.UNANIMOUS, C.JOINT, C.SEPARATE)[0] is Stage.APPRAISAL
    assert after(signing, Act.COUNTERSIGN, C.UNANIMOUS, C.LEADING_GROUP)[1] is Phase.DECIDING
    assert after(signing, Act.COUNTERSIGN, C.DISSENT, C.JOINT)[1] is Phase.COORDINATING
    assert after(Phase.COORDINATING, Act.COORDINATE) == (initiation, Phase.DECIDING, (Role.SECRETARY,))
    assert after(Phase.DECIDING, Act.APPROVE, C.SEPARATE)[::2] == (Stage.APPRAISAL, (Role.MEMBER,))
    assert after(Phase.DECIDING, Act.REJECT)[1] is Phase.REJECTED


def test_wherever_a_project_stands_somebody_is_waited_for():
    places = {(row.stage, row.phase) for row in TRANSITIONS}
    asked = {*PHASE_STEPS, (Stage.INITIATION, Phase.COUNTERSIGNING)}
    for stage, phase in places:
        move = awaited(stage, phase, SideState.ACTIVE)
        assert (move is None) == ((stage, phase) in asked), (stage, phase)
        if asks_for_steps(stage, phase, SideState.ACTIVE):  # a change is judged while building goes on
            assert (stage, phase) in asked or phase is Phase.BUILDING
        assert awaited(stage, phase, SideState.SUSPENDED) is None
    assert str(words_of(Act.SUBMIT, Stage.APPRAISAL)) == "编报可行性研究报告并报送"
    assert str(words_of(Act.ACCEPT_PRELIMINARY, Stage.ACCEPTANCE)) == "初步验收"


def test_the_negative_outcome_has_its_own_names():
    assert outcome_label(Outcome.REJECT, Stage.INITIATION) == "不予立项"
    assert outcome_label(Outcome.REJECT, Stage.APPRAISAL) == "不予批准"
    assert outcome_label(Outcome.REJECT, Stage.ACCEPTANCE) == "验收不予通过"
    assert outcome_label(Outcome.APPROVE, Stage.ACCEPTANCE) == "同意"


def test_every_stage_belongs_to_a_track():
    assert set(GOVERNMENT_STAGES) | set(FILING_STAGES) == set(Stage)


def test_the_document_is_not_stale():
    text = Path(__file__).parents[3].joinpath("docs", "workflow.md").read_text("utf-8")
    assert text == workflow_document.document(), (
        "run: python -m approvals.rules.workflow_document > docs/workflow.md"
    )
