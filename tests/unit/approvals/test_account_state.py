"""What a project's account may do follows from where the project stands."""

import pytest

from approvals.rules.account_state import Standing, account_state
from approvals.rules.stages import Phase, SideState, Stage
from budget.rules.words import AccountState

ACTIVE = SideState.ACTIVE


@pytest.mark.parametrize(
    ("stage", "phase", "approved", "state"),
    [
        (Stage.INITIATION, Phase.DRAFTING, False, AccountState.NONE),
        (Stage.INITIATION, Phase.DECIDING, False, AccountState.NONE),
        (Stage.INITIATION, Phase.REJECTED, False, AccountState.CLOSED),
        (Stage.APPRAISAL, Phase.DRAFTING, True, AccountState.PREPARATORY),
        (Stage.APPRAISAL, Phase.REJECTED, True, AccountState.CLOSED),
        (Stage.ESTIMATE, Phase.FIXED, True, AccountState.PREPARATORY),
        (Stage.CONSTRUCTION, Phase.BUILDING, True, AccountState.OPEN),
        (Stage.ACCEPTANCE, Phase.ACCOUNTING, True, AccountState.OPEN),
        (Stage.OPERATION, Phase.RUNNING, True, AccountState.OPEN),
        (Stage.POST_EVALUATION, Phase.EVALUATING, True, AccountState.OPEN),
        (Stage.CLOSED, Phase.FINISHED, True, AccountState.CLOSED),
    ],
)
def test_money_opens_and_closes_with_the_stages(stage, phase, approved, state):
    assert account_state(Standing(stage, phase, ACTIVE, approved)) is state


def test_a_proposal_that_is_opened_again_loses_its_preparatory_money():
    assert account_state(Standing(Stage.INITIATION, Phase.DRAFTING, ACTIVE, False)) is AccountState.NONE


@pytest.mark.parametrize("stage", [Stage.INITIATION, Stage.ESTIMATE, Stage.CONSTRUCTION, Stage.OPERATION])
def test_side_states_freeze_and_close(stage):
    def state(side_state):
        return account_state(Standing(stage, Phase.DRAFTING, side_state, True))

    assert state(SideState.SUSPENDED) is AccountState.FROZEN
    assert state(SideState.TERMINATED) is AccountState.CLOSED
    assert state(SideState.DEFERRED) is state(ACTIVE)
