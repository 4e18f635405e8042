"""Submitting: the gate is judged, what was judged is frozen with its hash, and the steps are opened."""

from __future__ import annotations

from typing import Any

from approvals.queries import gates
from approvals.rules.next_moves import SUBMITS
from approvals.rules.stages import Act, Gate, Stage, SubmissionKind, SubmissionState
from approvals.rules.tiers import tier_of
from approvals.services.matter import Matter, authorise, expect, move, record, settle, take, take_submission
from approvals.tables.submission import Submission
from portfolio.foundation import clock, rulebook
from portfolio.foundation.db import canonical_json, fn, sha256_text, transaction
from portfolio.foundation.errors import Finding, Invalid, refuse_unless, say
from portfolio.foundation.roles import Actor
from portfolio.services import dossier


def submit(
    *, project_id: int, expected_version: int, cover_number: str = "", combined: bool = False, actor: Actor
) -> Submission:
    """Submit what the stage asks for, with the 文号 of its cover letter; ``combined`` is 可研代建议书 (R03).

    Raises ``Refused`` with every finding of the gate when one blocks, ``Forbidden`` for another than an
    applicant of the owner, ``Invalid`` without a cover letter, ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.SUBMIT, actor)
        stage = matter.case.stage
        if not cover_number.strip() and stage is not Stage.REGISTERED:
            raise Invalid({"cover_number": say("请填写请示文号")})
        if combined and stage is not Stage.INITIATION:
            raise Invalid({"combined": say("只有立项时可以可研代建议书")})
        # The dossier is shut before it is looked at, so that nobody writes between the gate and the snapshot.
        matter.project = dossier.lock(project_id=project_id, actor=actor)
        rules = matter.rules = rulebook.on(clock.today())
        gate = row.gate or Gate.PLAN
        findings = gates.findings(gate, matter.case, rules, combined=combined)
        refuse_unless(findings)
        kind = SubmissionKind.COMBINED_STUDY if combined else SUBMITS[stage]
        snapshot = gates.snapshot(matter.case, combined=combined)
        submission = freeze(matter, kind, snapshot, findings, cover_number, actor)
        values: dict[str, Any] = {"submission": submission.id, "rulebook_day": rules.day}
        if stage is Stage.INITIATION:
            tier = tier_of(gates.tier_facts(matter.project, snapshot), rules)
            values |= {"combined": combined, "tier": tier}
            matter.case.tier, matter.case.combined = tier, combined
        move(matter, row, actor, **values)
        return submission


def freeze(
    matter: Matter,
    kind: SubmissionKind,
    snapshot: dict[str, Any],
    findings: list[Finding],
    cover_number: str,
    actor: Actor,
    state: SubmissionState = SubmissionState.IN_REVIEW,
) -> Submission:
    """Write a submission with what was judged and what was found; it becomes the matter's current one."""
    case = matter.case
    latest = (
        Submission.select(fn.MAX(Submission.number))
        .where(Submission.project == case.project_id, Submission.stage == case.stage)
        .scalar()
    )
    submission: Submission = Submission.create(
        project=case.project_id,
        stage=case.stage,
        kind=kind,
        number=(latest or 0) + 1,
        snapshot=snapshot,
        sha256=sha256_text(canonical_json(snapshot)),
        findings=[found.as_data() for found in findings],
        cover_number=cover_number.strip(),
        rulebook_day=matter.rules.day,
        state=state,
        submitted_by=actor.user_id,
        on_behalf_of=actor.on_behalf_of,
        submitted_at=clock.now(),
    )
    matter.submission = submission
    record(matter, actor, "submission.freeze", {"sha256": submission.sha256, "number": submission.number})
    return submission


def withdraw(*, submission_id: int, expected_version: int, reason: str, actor: Actor) -> None:
    """The applicant takes a submission back before it is accepted; what was submitted is kept."""
    if not reason.strip():
        raise Invalid({"reason": say("请写明撤回理由")})
    with transaction():
        matter = take_submission(submission_id)
        row = authorise(matter, Act.WITHDRAW, actor)
        expect(matter, expected_version)
        settle(matter.submission, SubmissionState.WITHDRAWN)
        move(matter, row, actor)
        record(matter, actor, "submission.withdraw", {"reason": reason.strip()})
