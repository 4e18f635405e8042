"""What a project's account may do, from where its case stands.

Basis: 先规划后立项、先评估后建设 (规划四（六）); 发改委令第55号第二十三条: preparatory money after the
approval, construction money once the estimate is fixed and the work may start.
"""

from __future__ import annotations

from dataclasses import dataclass

from approvals.rules.stages import Phase, SideState, Stage
from budget.rules.words import AccountState

_BUILT = frozenset({Stage.CONSTRUCTION, Stage.ACCEPTANCE, Stage.OPERATION, Stage.POST_EVALUATION})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands; ``approved`` is whether a positive first decision, or older evidence, holds."""

    stage: Stage
    phase: Phase
    side_state: SideState
    approved: bool


def account_state(standing: Standing) -> AccountState:
    """The state of the account: closed, frozen, open, preparatory or none.

    A deferred decision 暂缓 stops the procedure, not the payments of what is under contract already.
    """
    over = standing.stage is Stage.CLOSED or standing.phase is Phase.REJECTED
    if over or standing.side_state is SideState.TERMINATED:
        return AccountState.CLOSED
    if standing.side_state is SideState.SUSPENDED:
        return AccountState.FROZEN
    if standing.stage in _BUILT:
        return AccountState.OPEN
    return AccountState.PREPARATORY if standing.approved else AccountState.NONE
