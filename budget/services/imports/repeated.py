"""A list that was imported before and came again in another file: saved anew, or as another format."""

from __future__ import annotations

from budget.rules.imports.words import BEFORE_SUBMISSION, WITHOUT_EFFECT, BatchState, ImportKind
from budget.services.imports.importer import Head, Outcome
from budget.tables.imports import ImportBatch
from portfolio.foundation.db import database, dialect
from portfolio.foundation.errors import Conflict, say
from portfolio.foundation.jobs import Job

_ONCE = (ImportKind.PAYMENTS, ImportKind.ALLOTMENTS)
"""What would take effect again: contracts have codes, statements their month, reports are differences."""


def asked_as(batch_id: int, step: str, version: int) -> str:
    """What makes asking twice for a step of a batch asking once."""
    return f"import-{batch_id}-{step}-{version}"


def note_repeated(batch: ImportBatch, head: Head, outcome: Outcome) -> None:
    """Note when an earlier list that has or may have effect says the same, row by row."""
    if not outcome.problem_count:
        known = _known(batch, outcome, WITHOUT_EFFECT)
        if known is not None:
            outcome.refuse(head.row, "", known)


def refuse_repeated(batch: ImportBatch, outcome: Outcome) -> None:
    """Raise ``Conflict`` when a list that was handed in says the same; inside a transaction.

    Two lists that are examined at once do not know of each other.  Whoever hands in the lists of an
    organisation takes turns until the transaction ends, so that the second one sees the first.
    """
    if dialect() == "postgresql":  # SQLite has one writer anyway
        key = f"import:{batch.kind.value}:{batch.organisation_id}"
        database.execute_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
    known = _known(batch, outcome, WITHOUT_EFFECT | BEFORE_SUBMISSION)
    if known is not None:
        raise known


def _known(batch: ImportBatch, outcome: Outcome, without: frozenset[BatchState]) -> Conflict | None:
    """The refusal of a list that says the same as another of the organisation, except one in these states.

    What a list says is kept with its examination.
    """
    if batch.kind not in _ONCE:
        return None
    others = ImportBatch.select(ImportBatch.id, ImportBatch.state, ImportBatch.version).where(
        ImportBatch.kind == batch.kind,
        ImportBatch.organisation == batch.organisation_id,
        ImportBatch.rows == outcome.rows,
        ImportBatch.state.not_in(tuple(without)),
        ImportBatch.id != batch.id,
    )
    asked = {
        asked_as(one.id, "examine", version): one for one in others for version in range(1, one.version + 1)
    }
    if not asked:
        return None
    for job in Job.select(Job.dedupe, Job.result).where(Job.dedupe.in_(list(asked))).order_by(Job.id):
        if (job.result or {}).get("content") == outcome.content.hexdigest():
            other = asked[job.dedupe]
            return Conflict(
                say("各行都与第{id}批相同，该批{state}", id=other.id, state=other.state),
                basis="同一清单只导入一次",
                remedy=say("同一清单不重复导入；确是另外的款项，请在表中写明用途、日期或文号以示区别"),
            )
    return None
