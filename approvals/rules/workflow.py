"""The procedure as data: every move there is, who may make it, and through which gate.

A move that no row allows is refused.  ``docs/workflow.md`` is written from these rows.
Basis: 规划四（五）“提出方案，报信息化领导小组审定后实施”, 四（六）“先规划后立项、先评估后建设”.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from approvals.rules.stages import Act, Circumstance, Gate, Phase, SideAct, SideState, Stage, StepKind
from portfolio.foundation.errors import Finding, Refused, say
from portfolio.foundation.roles import AUTHORITIES, Role

BASIS = "项目管理程序（先规划后立项、先评估后建设）"


@dataclass(frozen=True, slots=True)
class Transition:
    """One move: in this stage and phase, this act by one of these roles leads there, through this gate.

    ``when`` lists the circumstances that must all hold.  A move of the system itself has no roles.
    """

    stage: Stage
    phase: Phase
    act: Act
    to_stage: Stage
    to_phase: Phase
    roles: tuple[Role, ...]
    when: frozenset[Circumstance] = frozenset()
    gate: Gate | None = None
    basis: str = BASIS


_S, _P, _A, _C = Stage, Phase, Act, Circumstance
_APPLICANT, _CIO, _OFFICE, _MEMBER = (Role.APPLICANT,), (Role.CIO,), (Role.SECRETARY,), (Role.MEMBER,)
_ACCEPTOR, _INVESTMENT, _FINANCE = (Role.INFORMATIZATION,), (Role.INVESTMENT,), (Role.FINANCE,)
_PLAN_BASIS = "规划四（六）“坚持先规划后立项、先评估后建设的原则”"
_GROUP_BASIS = "规划四（五）“报信息化领导小组审定后实施”"
_JOINT_BASIS = "规划四（五）“由投资主管部门、信息化主管部门会同财政主管部门提出方案”"


def _move(
    at: tuple[Stage, Phase],
    act: Act,
    to: tuple[Stage, Phase],
    roles: tuple[Role, ...],
    *when: Circumstance,
    gate: Gate | None = None,
    basis: str = BASIS,
) -> Transition:
    return Transition(*at, act, *to, roles, frozenset(when), gate, basis)


def _panel(stage: Stage, passed: tuple[Stage, Phase]) -> tuple[Transition, ...]:
    """Expert panel or, for small projects, written technical review; not passing sends the study back."""
    panel, review = (stage, _P.PANEL), (stage, _P.REVIEWING)
    return (
        _move(panel, _A.ASSIGN_EXPERTS, panel, _ACCEPTOR),
        _move(panel, _A.SCORE, panel, (Role.EXPERT,)),
        _move(panel, _A.CONCLUDE, passed, _ACCEPTOR, _C.PASSED, gate=Gate.CONCLUSION, basis=_PLAN_BASIS),
        _move(panel, _A.CONCLUDE, (stage, _P.DRAFTING), _ACCEPTOR, _C.FAILED, gate=Gate.CONCLUSION),
        _move(review, _A.REVIEW, passed, _ACCEPTOR, _C.PASSED, basis=_PLAN_BASIS),
        _move(review, _A.REVIEW, (stage, _P.DRAFTING), _ACCEPTOR, _C.FAILED),
        _move(review, _A.RETURN, (stage, _P.DRAFTING), _ACCEPTOR),
    )


def _submission(stage: Stage, gate: Gate) -> tuple[Transition, ...]:
    """Submitting, the CIO's endorsement, and the ways back to the applicant."""
    drafting, endorsing, accepting = (stage, _P.DRAFTING), (stage, _P.ENDORSING), (stage, _P.ACCEPTING)
    return (
        _move(drafting, _A.SUBMIT, endorsing, _APPLICANT, gate=gate),
        _move(endorsing, _A.ENDORSE, accepting, _CIO, basis="规划四（一）“逐步推行首席信息官制度”"),
        _move(endorsing, _A.RETURN, drafting, _CIO),
        _move(endorsing, _A.WITHDRAW, drafting, _APPLICANT),
        _move(accepting, _A.RETURN, drafting, _ACCEPTOR),
        _move(accepting, _A.WITHDRAW, drafting, _APPLICANT),
    )


_DRAFTED, _SIGNING = (_S.INITIATION, _P.DRAFTING), (_S.INITIATION, _P.COUNTERSIGNING)
_DECIDING, _STUDY, _DESIGN = (
    (_S.INITIATION, _P.DECIDING),
    (_S.APPRAISAL, _P.DRAFTING),
    (_S.ESTIMATE, _P.DRAFTING),
)

INITIATION = (
    *_submission(_S.INITIATION, Gate.PLAN),
    _move((_S.INITIATION, _P.ACCEPTING), _A.ACCEPT, _SIGNING, _ACCEPTOR, _C.SEPARATE),
    _move(
        (_S.INITIATION, _P.ACCEPTING),
        _A.ACCEPT,
        (_S.INITIATION, _P.PANEL),
        _ACCEPTOR,
        _C.COMBINED,
        _C.BY_PANEL,
    ),
    _move(
        (_S.INITIATION, _P.ACCEPTING),
        _A.ACCEPT,
        (_S.INITIATION, _P.REVIEWING),
        _ACCEPTOR,
        _C.COMBINED,
        _C.BY_REVIEW,
    ),
    *_panel(_S.INITIATION, _SIGNING),
    _move(_SIGNING, _A.COUNTERSIGN, _SIGNING, AUTHORITIES, _C.PENDING, basis=_JOINT_BASIS),
    _move(
        _SIGNING, _A.COUNTERSIGN, _STUDY, AUTHORITIES, _C.UNANIMOUS, _C.JOINT, _C.SEPARATE, basis=_JOINT_BASIS
    ),
    _move(
        _SIGNING,
        _A.COUNTERSIGN,
        _DESIGN,
        AUTHORITIES,
        _C.UNANIMOUS,
        _C.JOINT,
        _C.COMBINED,
        basis=_JOINT_BASIS,
    ),
    _move(
        _SIGNING, _A.COUNTERSIGN, _DECIDING, AUTHORITIES, _C.UNANIMOUS, _C.LEADING_GROUP, basis=_GROUP_BASIS
    ),
    _move(_SIGNING, _A.COUNTERSIGN, (_S.INITIATION, _P.COORDINATING), AUTHORITIES, _C.DISSENT),
    _move((_S.INITIATION, _P.COORDINATING), _A.COORDINATE, _DECIDING, _OFFICE, basis=_GROUP_BASIS),
    _move(_DECIDING, _A.APPROVE, _STUDY, _MEMBER, _C.SEPARATE, basis=_GROUP_BASIS),
    _move(_DECIDING, _A.APPROVE, _DESIGN, _MEMBER, _C.COMBINED, basis=_GROUP_BASIS),
    _move(_DECIDING, _A.RETURN, _DRAFTED, _MEMBER, basis=_GROUP_BASIS),
    _move(_DECIDING, _A.DEFER, _DECIDING, _MEMBER, basis=_GROUP_BASIS),
    _move(_DECIDING, _A.REJECT, (_S.INITIATION, _P.REJECTED), _MEMBER, basis=_GROUP_BASIS),
)

_REPLYING = (_S.APPRAISAL, _P.REPLYING)

APPRAISAL = (
    *_submission(_S.APPRAISAL, Gate.APPRAISAL),
    _move((_S.APPRAISAL, _P.ACCEPTING), _A.ACCEPT, (_S.APPRAISAL, _P.PANEL), _ACCEPTOR, _C.BY_PANEL),
    _move((_S.APPRAISAL, _P.ACCEPTING), _A.ACCEPT, (_S.APPRAISAL, _P.REVIEWING), _ACCEPTOR, _C.BY_REVIEW),
    *_panel(_S.APPRAISAL, _REPLYING),
    _move(_REPLYING, _A.APPROVE, _DESIGN, _INVESTMENT, gate=Gate.CONCLUSION, basis=_PLAN_BASIS),
    _move(_REPLYING, _A.RETURN, _STUDY, _INVESTMENT),
    _move(_REPLYING, _A.DEFER, _REPLYING, _INVESTMENT),
    _move(_REPLYING, _A.REJECT, (_S.APPRAISAL, _P.REJECTED), _INVESTMENT),
    _move(_STUDY, _A.REGISTER_UPPER_REPLY, _DESIGN, _INVESTMENT, _C.UPPER_LEVEL),
    _move(_STUDY, _A.REOPEN_INITIATION, _DRAFTED, (*_APPLICANT, *AUTHORITIES)),
    _move(_REPLYING, _A.REOPEN_INITIATION, _DRAFTED, AUTHORITIES),
)

_FIXING, _FIXED, _SITE = (_S.ESTIMATE, _P.FIXING), (_S.ESTIMATE, _P.FIXED), (_S.CONSTRUCTION, _P.BUILDING)

ESTIMATE = (
    *_submission(_S.ESTIMATE, Gate.ESTIMATE),
    _move((_S.ESTIMATE, _P.ACCEPTING), _A.ACCEPT, _FIXING, _ACCEPTOR),
    _move(_FIXING, _A.FIX_ESTIMATE, _FIXED, _INVESTMENT, gate=Gate.ESTIMATE),
    _move(_FIXING, _A.RETURN, _DESIGN, _INVESTMENT),
    _move(_FIXING, _A.REOPEN_APPRAISAL, _STUDY, _INVESTMENT),
    _move(_DESIGN, _A.REOPEN_APPRAISAL, _STUDY, (*_APPLICANT, *_INVESTMENT)),
    *(
        _move(
            (_S.ESTIMATE, phase),
            _A.LIST_IN_ANNUAL_PLAN,
            (_S.ESTIMATE, phase),
            AUTHORITIES,
            gate=Gate.ANNUAL_PLAN,
        )
        for phase in (_P.DRAFTING, _P.ENDORSING, _P.ACCEPTING, _P.FIXING, _P.FIXED)
    ),
    _move(_FIXED, _A.START_CONSTRUCTION, _SITE, _APPLICANT, gate=Gate.BUILD, basis=_PLAN_BASIS),
)

_PRELIMINARY, _TRIAL = (_S.ACCEPTANCE, _P.PRELIMINARY), (_S.ACCEPTANCE, _P.TRIAL)
_ENDORSING, _INSPECTING = (_S.ACCEPTANCE, _P.ENDORSING), (_S.ACCEPTANCE, _P.INSPECTING)
_ACCOUNTING, _ACCEPTED = (_S.ACCEPTANCE, _P.ACCOUNTING), (_S.ACCEPTANCE, _P.ACCEPTED)
_RUNNING, _EVALUATING = (_S.OPERATION, _P.RUNNING), (_S.POST_EVALUATION, _P.EVALUATING)


def _retention(at: tuple[Stage, Phase]) -> Transition:
    """What falls due after building, retention above all, is planned for its year like everything before."""
    basis = "质保金和尾款在到期的年度列入计划"
    return _move(at, _A.LIST_IN_ANNUAL_PLAN, at, AUTHORITIES, gate=Gate.ANNUAL_PLAN, basis=basis)


CONSTRUCTION = (
    _move(_SITE, _A.LIST_IN_ANNUAL_PLAN, _SITE, AUTHORITIES, gate=Gate.ANNUAL_PLAN),
    _move(_SITE, _A.REQUEST_CHANGE, _SITE, _APPLICANT),
    _move(_SITE, _A.DECIDE_CHANGE, _SITE, (*_INVESTMENT, *_MEMBER)),
    _move(_SITE, _A.COMPLETE, _PRELIMINARY, _APPLICANT),
)

ACCEPTANCE = (
    _move(_PRELIMINARY, _A.ACCEPT_PRELIMINARY, _TRIAL, _APPLICANT, gate=Gate.PRELIMINARY),
    _move(_TRIAL, _A.SUBMIT, _ENDORSING, _APPLICANT, gate=Gate.ACCEPTANCE),
    _move(_ENDORSING, _A.ENDORSE, _INSPECTING, _CIO),
    _move(_ENDORSING, _A.RETURN, _TRIAL, _CIO),
    _move(_ENDORSING, _A.WITHDRAW, _TRIAL, _APPLICANT),
    _move(_INSPECTING, _A.APPROVE, _ACCOUNTING, _INVESTMENT, gate=Gate.ACCEPTANCE),
    _move(_INSPECTING, _A.RETURN, _TRIAL, _INVESTMENT),
    _move(_INSPECTING, _A.DEFER, _INSPECTING, _INVESTMENT),
    _move(_INSPECTING, _A.REJECT, _TRIAL, _INVESTMENT),
    _move(_ACCOUNTING, _A.APPROVE_FINAL_ACCOUNTS, _ACCEPTED, _FINANCE, gate=Gate.FINAL_ACCOUNTS),
    _move(_ACCEPTED, _A.PUT_INTO_OPERATION, _RUNNING, _APPLICANT, gate=Gate.OPERATION),
    *(_retention(at) for at in (_PRELIMINARY, _TRIAL, _ENDORSING, _INSPECTING, _ACCOUNTING, _ACCEPTED)),
)

OPERATION = (
    _move(_RUNNING, _A.OPEN_EVALUATION, _EVALUATING, (*_APPLICANT, *AUTHORITIES)),
    _retention(_RUNNING),
    _retention(_EVALUATING),
    _move(
        _EVALUATING,
        _A.CLOSE,
        (_S.CLOSED, _P.FINISHED),
        (*_ACCEPTOR, *_FINANCE),
        gate=Gate.CLOSING,
        basis="规划四（二）“加强规划实施的监督评估和绩效考核”",
    ),
)

_REGISTERED, _FILED, _REPORTING = (
    (_S.REGISTERED, _P.DRAFTING),
    (_S.FILED, _P.REPORTING),
    (_S.REPORTING, _P.REPORTING),
)

_FISCAL = "备案项目不使用财政资金；申请财政资金的，转入政府投资程序"

FILING = (
    _move(_REGISTERED, _A.SUBMIT, (_S.REGISTERED, _P.ACCEPTING), (*_APPLICANT, *_ACCEPTOR), gate=Gate.FILING),
    _move((_S.REGISTERED, _P.ACCEPTING), _A.WITHDRAW, _REGISTERED, (*_APPLICANT, *_ACCEPTOR)),
    _move((_S.REGISTERED, _P.ACCEPTING), _A.RETURN, _REGISTERED, _ACCEPTOR),
    _move((_S.REGISTERED, _P.ACCEPTING), _A.FILE, _FILED, _ACCEPTOR),
    _move(_FILED, _A.REPORT_QUARTER, _REPORTING, (*_APPLICANT, *_ACCEPTOR)),
    _move(_REPORTING, _A.REPORT_QUARTER, _REPORTING, (*_APPLICANT, *_ACCEPTOR)),
    *(
        _move(at, _A.MOVE_TRACK, _DRAFTED, _ACCEPTOR, basis=_FISCAL)
        for at in (_REGISTERED, _FILED, _REPORTING)
    ),
    _move(_FILED, _A.CLOSE, (_S.CLOSED, _P.FINISHED), _ACCEPTOR),
    _move(_REPORTING, _A.CLOSE, (_S.CLOSED, _P.FINISHED), _ACCEPTOR),
)

TRANSITIONS = (
    *INITIATION,
    *APPRAISAL,
    *ESTIMATE,
    *CONSTRUCTION,
    *ACCEPTANCE,
    *OPERATION,
    *FILING,
)
"""Every move of a project."""


@dataclass(frozen=True, slots=True)
class SideTransition:
    """One change of the side state, possible in every stage but the closed one."""

    side_state: SideState
    act: SideAct
    to: SideState
    roles: tuple[Role, ...]
    basis: str = BASIS


_STOPPERS = (*AUTHORITIES, Role.SECRETARY)
_INSPECTION = "《重庆市政府投资项目管理办法》（市政府令第161号）"

SIDE_TRANSITIONS = (
    SideTransition(SideState.ACTIVE, SideAct.SUSPEND, SideState.SUSPENDED, _STOPPERS, _INSPECTION),
    SideTransition(SideState.SUSPENDED, SideAct.RESUME, SideState.ACTIVE, _STOPPERS, _INSPECTION),
    SideTransition(
        SideState.ACTIVE, SideAct.DEFER, SideState.DEFERRED, (*_MEMBER, *_INVESTMENT), _GROUP_BASIS
    ),
    SideTransition(
        SideState.DEFERRED, SideAct.RESUME, SideState.ACTIVE, (Role.SECRETARY, *_INVESTMENT), _GROUP_BASIS
    ),
    SideTransition(SideState.ACTIVE, SideAct.TERMINATE, SideState.TERMINATED, _MEMBER, _GROUP_BASIS),
    SideTransition(SideState.SUSPENDED, SideAct.TERMINATE, SideState.TERMINATED, _MEMBER, _GROUP_BASIS),
    SideTransition(SideState.DEFERRED, SideAct.TERMINATE, SideState.TERMINATED, _MEMBER, _GROUP_BASIS),
)
"""Every change of the side state; nothing leads out of 终止."""

_COMMON_STEPS = {
    _P.ENDORSING: (StepKind.ENDORSE, Role.CIO),
    _P.ACCEPTING: (StepKind.ACCEPT, Role.INFORMATIZATION),
    _P.PANEL: (StepKind.PANEL, Role.INFORMATIZATION),
    _P.REVIEWING: (StepKind.REVIEW, Role.INFORMATIZATION),
}

PHASE_STEPS: dict[tuple[Stage, Phase], tuple[StepKind, Role]] = {
    (_S.INITIATION, _P.COORDINATING): (StepKind.COORDINATE, Role.SECRETARY),
    (_S.INITIATION, _P.DECIDING): (StepKind.DECIDE, Role.MEMBER),
    (_S.APPRAISAL, _P.REPLYING): (StepKind.REPLY, Role.INVESTMENT),
    (_S.ESTIMATE, _P.FIXING): (StepKind.FIX, Role.INVESTMENT),
    (_S.ACCEPTANCE, _P.INSPECTING): (StepKind.FINAL_ACCEPTANCE, Role.INVESTMENT),
    (_S.ACCEPTANCE, _P.ACCOUNTING): (StepKind.FINAL_ACCOUNTS, Role.FINANCE),
    (_S.REGISTERED, _P.ACCEPTING): (StepKind.FILE, Role.INFORMATIZATION),
    **{
        (row.to_stage, row.to_phase): _COMMON_STEPS[row.to_phase]
        for row in (*INITIATION, *APPRAISAL, *ESTIMATE, *ACCEPTANCE)
        if row.to_phase in _COMMON_STEPS
    },
}
"""The step that entering a phase opens; a countersign opens one for each authority (see ``tiers``)."""


def transition(
    stage: Stage,
    phase: Phase,
    act: Act,
    circumstances: AbstractSet[Circumstance] = frozenset(),
    side_state: SideState = SideState.ACTIVE,
) -> Transition:
    """The one move that ``act`` makes here; raises ``Refused`` (FLOW) when there is none."""
    if side_state is SideState.ACTIVE:
        for row in TRANSITIONS:
            if (row.stage, row.phase, row.act) == (stage, phase, act) and row.when <= circumstances:
                return row
    standing = say("{stage}·{phase}", stage=stage.label, phase=phase.label)
    if side_state is not SideState.ACTIVE:
        standing = say("{state}", state=side_state.label)
    raise Refused([_no_move(act.label, standing)])


def side_transition(side_state: SideState, act: SideAct, stage: Stage) -> SideTransition:
    """The change of the side state that ``act`` makes; raises ``Refused`` (FLOW) when there is none."""
    if stage is not Stage.CLOSED:
        for row in SIDE_TRANSITIONS:
            if (row.side_state, row.act) == (side_state, act):
                return row
    raise Refused([_no_move(act.label, say("{state}", state=side_state.label))])


def acts_here(stage: Stage, phase: Phase, side_state: SideState) -> tuple[Transition, ...]:
    """The moves that the table offers in a stage and phase."""
    if side_state is not SideState.ACTIVE:
        return ()
    return tuple(row for row in TRANSITIONS if (row.stage, row.phase) == (stage, phase))


def _no_move(act: str, standing: object) -> Finding:
    return Finding(
        "FLOW",
        False,
        say("项目现处“{standing}”，不能办理“{act}”", standing=standing, act=act),
        BASIS,
        remedy=say("请按程序先办结前一环节；已办结的环节不能重复办理"),
    )
