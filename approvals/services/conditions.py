"""Meeting the conditions of a decision, and passing over a rule by name, with a reason."""

from __future__ import annotations

from approvals.services.matter import record, take
from approvals.tables.decision import Condition, Override
from portfolio.foundation import clock, documents
from portfolio.foundation.db import for_update, get, transaction
from portfolio.foundation.documents import Document, ReceivedFile
from portfolio.foundation.errors import Finding, Forbidden, Invalid, Refused, say
from portfolio.foundation.roles import AUTHORITIES, Actor, Role


def meet_condition(*, condition_id: int, document_id: int, actor: Actor) -> Condition:
    """Record the evidence that a condition is met; by the organisation that owes it, or by an authority.

    Meeting it again gives the first record back.  Raises ``Forbidden`` for others, ``NotFound``.
    """
    with transaction():
        condition = get(Condition, condition_id, say("审批条件"))
        matter = take(condition.project_id)
        condition = for_update(Condition.select().where(Condition.id == condition_id)).get()
        if condition.owner_id != actor.organisation_id and not actor.has(*AUTHORITIES):
            raise Forbidden(
                say("{name}不属于该条件的责任单位", name=actor.name),
                basis="审批条件由责任单位落实",
                remedy=say("请由责任单位提交证明材料"),
            )
        get(Document, document_id, say("证明材料"))
        if condition.met_at is None:
            condition.evidence = document_id
            condition.met_at = clock.now()
            condition.met_by = actor.user_id
            condition.save(only=[Condition.evidence, Condition.met_at, Condition.met_by])
            record(matter, actor, "condition.meet", {"condition": condition.id, "document": document_id})
        return condition


def meet_with_file(*, condition_id: int, received: ReceivedFile, actor: Actor) -> Condition:
    """Record a file that was just received as the evidence; both or neither are kept.

    Meeting it again gives the first record back and keeps no second file.  Raises as ``meet_condition``.
    """
    with transaction():
        condition: Condition = get(Condition, condition_id, say("审批条件"), lock=True)
        if condition.met_at is not None:
            return condition
        document = documents.record(received, actor=actor, category="审批条件证明材料")
        return meet_condition(condition_id=condition_id, document_id=document.id, actor=actor)


def override(*, project_id: int, rule: str, reason: str, expected_version: int, actor: Actor) -> Override:
    """Pass over one rule in the present stage of a project, where the rulebook allows it.

    Raises ``Refused`` when the rule cannot be passed over, ``Forbidden`` for a role that its row does not
    name, ``Invalid`` without a reason, ``StaleVersion``.
    """
    if not reason.strip():
        raise Invalid({"reason": say("例外须写明理由")})
    with transaction():
        matter = take(project_id, expected_version)
        found = matter.rules.rule(rule)
        roles = found.parameters.get("override_roles") if found else None
        if found is None or not roles:
            raise Refused(
                [
                    Finding(
                        rule,
                        False,
                        say("规则 {rule} 不允许例外", rule=rule),
                        found.basis if found else "规则库",
                        remedy=say("请按规则要求整改"),
                    )
                ]
            )
        actor.require(*(Role(role) for role in roles))
        same = Override.get_or_none(project=project_id, stage=matter.case.stage, rule=rule)
        if same is not None:
            return same
        granted: Override = Override.create(
            project=project_id,
            stage=matter.case.stage,
            rule=rule,
            reason=reason.strip(),
            granted_by=actor.user_id,
            on_behalf_of=actor.on_behalf_of,
            granted_at=clock.now(),
        )
        record(matter, actor, "rule.override", {"rule": rule, "reason": reason.strip()})
        return granted
