"""The applicant's answer to something similar."""

from __future__ import annotations

from portfolio.foundation import audit, clock
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.roles import Actor
from portfolio.queries.duplicates import likeness
from portfolio.rules.dossier import DuplicateReply
from portfolio.rules.dossier.draft import read_fields
from portfolio.rules.dossier.duplicates import PROJECT, SYSTEM
from portfolio.rules.dossier.shapes import DUPLICATE_ANSWER
from portfolio.services.dossier.lock import take_open
from portfolio.tables.project import DuplicateAnswer


def answer_duplicate(
    *, project_id: int, kind: str, matched_id: int, reply: DuplicateReply, text: str, actor: Actor
) -> DuplicateAnswer:
    """Say what is to become of a likeness that was found: merged, reused, or why it is none.

    ``kind`` is ``project`` or ``system``, as the match has it; a further answer takes the place of the one
    before, and the same one sent twice is one.  Raises ``Invalid``, ``NotFound`` for what is not among the
    similar, ``Forbidden``, ``Refused`` (LOCKED).
    """
    given = read_fields(DUPLICATE_ANSWER, {"reply": reply, "text": text})
    if kind not in (PROJECT, SYSTEM):
        raise Invalid({"kind": say("“{value}”不在可选范围内", value=str(kind)[:40])})
    with transaction():
        take_open(project_id, actor)
        held = likeness(project_id, kind, matched_id)
        if (held.reply, held.answer) == (given["reply"], given["text"]):
            return _last(project_id, kind, matched_id)
        answer: DuplicateAnswer = DuplicateAnswer.create(
            project=project_id,
            matched_project=matched_id if kind == PROJECT else None,
            matched_system=matched_id if kind == SYSTEM else None,
            **given,
            answered_by=actor.user_id,
            answered_at=clock.now(),
        )
        data = {"kind": kind, "matched": matched_id, **given}
        audit.record(actor, "dossier.answer_duplicate", ("project", project_id), data)
        return answer


def _last(project_id: int, kind: str, matched_id: int) -> DuplicateAnswer:
    """The answer that stands."""
    matched = DuplicateAnswer.matched_project if kind == PROJECT else DuplicateAnswer.matched_system
    row: DuplicateAnswer = (
        DuplicateAnswer.select()
        .where(DuplicateAnswer.project == project_id, matched == matched_id)
        .order_by(DuplicateAnswer.id.desc())
        .get()
    )
    return row
