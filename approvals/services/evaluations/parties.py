"""Who may do what with an evaluation: the unit, the evaluator with its assessor, the receiving authority.

Basis: 财预〔2020〕10号: 单位自评由预算部门组织, 部门评价和财政评价由主管部门和财政部门组织, 可委托第三方.
"""

from __future__ import annotations

from typing import Any

from approvals.queries.people import authorities_of, party_ids
from approvals.rules.evaluation import EVALUATORS, TRANSITIONS, EvaluationAct, next_state
from approvals.tables.evaluation import Evaluation
from portfolio.foundation import audit, clock
from portfolio.foundation.access import Organisation
from portfolio.foundation.db import get
from portfolio.foundation.errors import Forbidden, StaleVersion, say
from portfolio.foundation.roles import Actor, Role

_BY_UNIT = frozenset({EvaluationAct.SELF_SCORE, EvaluationAct.EXCHANGE})
_BY_OFFICER = frozenset({EvaluationAct.ASSIGN, EvaluationAct.SEND_BACK, EvaluationAct.FINALISE})
_BASIS = "绩效评价由主管部门、财政部门组织，可委托第三方机构；被评价单位不得评价自己"


def take(
    evaluation_id: int, act: EvaluationAct, actor: Actor, expected_version: int | None = None
) -> Evaluation:
    """Lock an evaluation for ``act``, in the caller's transaction.

    Raises ``NotFound``; ``Forbidden`` for the wrong people; ``StaleVersion`` when it has moved on since
    ``expected_version``; ``Refused`` (EV_STATE) when the act is not possible where it stands.
    """
    row: Evaluation = get(Evaluation, evaluation_id, say("评价"), lock=True)
    authorise(row, act, actor)
    if expected_version is not None and row.version != expected_version:
        raise StaleVersion(
            say("此件已被他人更新，您看到的是旧版本"), remedy=say("请刷新页面，核对后重新办理")
        )
    next_state(row.kind, row.state, act)
    return row


def possible(row: Any, actor: Actor) -> tuple[EvaluationAct, ...]:  # noqa: ANN401 - a Peewee row
    """What this very person may do to an evaluation where it stands, in the order of the acts."""
    here = [act for at, act in TRANSITIONS[row.kind] if at is row.state]
    return tuple(act for act in EvaluationAct if act in here and _may(row, act, actor))


def _may(row: Any, act: EvaluationAct, actor: Actor) -> bool:  # noqa: ANN401 - a Peewee row
    try:
        authorise(row, act, actor)
    except Forbidden:
        return False
    return True


def authorise(row: Any, act: EvaluationAct, actor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """Raise ``Forbidden`` unless ``act`` is this person's to do."""
    if row.kind.by_the_unit:
        if act in _BY_OFFICER:
            actor.require(*EVALUATORS)
            _not_the_unit(row.unit_id, actor)
        else:
            actor.require_unit(row.unit_id, Role.APPLICANT)
    elif act in _BY_UNIT:
        signers = (Role.APPLICANT, Role.CIO) if act is EvaluationAct.EXCHANGE else (Role.APPLICANT,)
        actor.require_unit(row.unit_id, *signers)
    else:
        _evaluating_side(row, actor, officers_only=act in _BY_OFFICER)


def _not_the_unit(unit_id: int, actor: Actor) -> None:
    if actor.organisation_id == unit_id:
        raise Forbidden(
            say("{name}所在单位即被评价单位，应当回避", name=actor.name),
            basis=_BASIS,
            remedy=say("请由另一主管部门办理"),
        )


def _evaluating_side(row: Any, actor: Actor, *, officers_only: bool) -> None:  # noqa: ANN401
    """An officer of the evaluator, or the assessor to whom this very evaluation was assigned."""
    officer = actor.has(*EVALUATORS) and actor.organisation_id == row.evaluator_id
    assigned = row.assessor_id is not None and row.assessor_id in {actor.user_id, actor.on_behalf_of}
    if officer or (assigned and not officers_only and actor.has(Role.ASSESSOR)):
        return
    raise Forbidden(
        say("{name}不是本次评价的评价人员", name=actor.name),
        basis=_BASIS,
        remedy=say("请由组织评价的主管部门办理，或由其指派评价人员"),
    )


def evaluating_authority(project: Any, evaluator_id: int | None, actor: Actor) -> int:  # noqa: ANN401
    """The organisation that evaluates a project: an informatization or finance authority with no part in it.

    ``evaluator_id`` (default: the actor's organisation) is what the actor asks for; raises ``Forbidden``.
    """
    actor.require(*EVALUATORS)
    chosen = actor.organisation_id if evaluator_id is None else evaluator_id
    organisation = get(Organisation, chosen, say("评价单位"))
    _not_the_unit(project.owner_id, actor)
    if authorities_of(chosen, clock.today()).isdisjoint(EVALUATORS):
        raise Forbidden(
            say("{name}不是组织绩效评价的主管部门", name=organisation.name),
            basis=_BASIS,
            remedy=say("请由信息化主管部门或财政主管部门组织评价"),
        )
    _no_part(project, organisation)
    return chosen


def _no_part(project: Any, organisation: Any) -> None:  # noqa: ANN401 - Peewee rows
    if organisation.id in party_ids(project):
        raise Forbidden(
            say("{name}参与了该项目建设，不能评价", name=organisation.name),
            basis=_BASIS,
            remedy=say("请由未参与该项目的单位评价"),
        )


def independent_assessor(row: Any, assessor: Actor) -> None:  # noqa: ANN401 - a Peewee row
    """Raise ``Forbidden`` unless a person is an assessor whose house has no part in the project."""
    assessor.require(Role.ASSESSOR)
    _no_part(row.project, get(Organisation, assessor.organisation_id, say("评价单位")))


def uninvolved(actor: Actor, people: set[int | None]) -> None:
    """Raise ``Forbidden`` when the actor, or whoever is stood in for, is one of ``people``.

    Whoever scored, submitted or replied does not make it final.
    """
    if not people.isdisjoint({actor.user_id, actor.on_behalf_of} - {None}):
        raise Forbidden(
            say("{name}曾参与本次评价的打分、提交或答复，不能定稿", name=actor.name),
            basis="决策、执行、监督相互分离",
            remedy=say("请由组织评价单位的另一人员定稿"),
        )


def record(row: Any, actor: Actor, verb: str, data: dict[str, Any]) -> None:  # noqa: ANN401
    """Append to the audit trail of an evaluation."""
    audit.record(actor, f"evaluation.{verb}", ("evaluation", row.id), {"version": row.version, **data})
