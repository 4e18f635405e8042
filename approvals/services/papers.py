"""The office records what somebody signed on paper 代录: who signed, who recorded it, and the scan.

A member's decision, a CIO's endorsement or a countersigner's opinion; everything that holds for the signer
holds for the record, for it is made in the signer's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from approvals.rules.stages import Outcome
from approvals.services import decisions, reviews
from approvals.services.decisions import Demand, Ruling
from approvals.services.steps import Opinion, recording
from approvals.tables.decision import Decision
from approvals.tables.submission import Step
from portfolio.foundation import documents
from portfolio.foundation.access import User
from portfolio.foundation.db import transaction
from portfolio.foundation.documents import Document, ReceivedFile
from portfolio.foundation.roles import Actor, Role

CATEGORY = "签字件扫描"


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed paper: the user name of whoever signed it, and the scan that was just received."""

    signer: str
    scan: ReceivedFile


def record_endorsement(*, submission_id: int, paper: Paper, text: str = "", actor: Actor) -> Step:
    """Record that the CIO has endorsed on paper; the same paper twice gives the same step back.

    Raises ``Forbidden`` for others than the office, ``NotFound`` for a signer who is no CIO, and whatever
    the signer's own endorsement would.
    """
    with transaction():
        recorder, scan_id = _recorder(submission_id, paper, Role.CIO, actor)
        return reviews.endorse(submission_id=submission_id, text=text, paper_id=scan_id, actor=recorder)


def record_countersign(
    *,
    submission_id: int,
    paper: Paper,
    role: Role,
    outcome: Outcome,
    text: str = "",
    conditions: Sequence[Demand] = (),
    actor: Actor,
) -> Step:
    """Record what an authority has signed on paper; raises as ``record_endorsement``."""
    with transaction():
        recorder, scan_id = _recorder(submission_id, paper, role, actor)
        return reviews.countersign(
            submission_id=submission_id,
            role=role,
            opinion=Opinion(outcome, text, scan_id),
            conditions=conditions,
            actor=recorder,
        )


def record_decision(
    *, submission_id: int, expected_version: int, paper: Paper, ruling: Ruling, actor: Actor
) -> Decision:
    """Record what a member of the leading group has decided on paper; raises as ``record_endorsement``."""
    decisions.check_ruling(ruling)
    with transaction():
        recorder, scan_id = _recorder(submission_id, paper, Role.MEMBER, actor)
        return decisions.decide(
            submission_id=submission_id,
            expected_version=expected_version,
            ruling=replace(ruling, paper_id=scan_id),
            actor=recorder,
        )


def _recorder(submission_id: int, paper: Paper, role: Role, actor: Actor) -> tuple[Actor, int]:
    """The office in the signer's place, and the scan, which is kept once however often it is sent."""
    actor.require(Role.SECRETARY)
    kept = (
        Step.select(Step.paper)
        .join(Document, on=Step.paper)
        .switch(Step)
        .join(User, on=Step.on_behalf_of)
        .where(
            Step.submission == submission_id,
            Document.sha256 == paper.scan.sha256,
            User.username == paper.signer,
        )
        .first()
    )
    scan_id = (
        kept.paper_id if kept is not None else documents.record(paper.scan, actor=actor, category=CATEGORY).id
    )
    return recording(actor=actor, signer=paper.signer, role=role, paper_id=scan_id), scan_id
