"""A list that was imported before and came again in another file: saved anew, or as another format."""

from __future__ import annotations

from budget.rules.imports.fields import Problem
from budget.rules.imports.words import WITHOUT_EFFECT, ImportKind
from budget.services.imports.importer import Head, Outcome
from budget.tables.imports import ImportBatch
from portfolio.foundation.errors import say
from portfolio.foundation.jobs import Job

_ONCE = (ImportKind.PAYMENTS, ImportKind.ALLOTMENTS)
"""What would take effect again: contracts have codes, statements their month, reports are differences."""


def asked_as(batch_id: int, step: str, version: int) -> str:
    """What makes asking twice for a step of a batch asking once."""
    return f"import-{batch_id}-{step}-{version}"


def note_repeated(batch: ImportBatch, head: Head, outcome: Outcome) -> None:
    """Note when an earlier list that has or may have effect says the same, row by row.

    What a list says is kept with its examination.
    """
    if batch.kind not in _ONCE or outcome.problem_count:
        return
    earlier = ImportBatch.select(ImportBatch.id, ImportBatch.state, ImportBatch.version).where(
        ImportBatch.kind == batch.kind,
        ImportBatch.organisation == batch.organisation_id,
        ImportBatch.rows == outcome.rows,
        ImportBatch.total == outcome.total,
        ImportBatch.state.not_in(tuple(WITHOUT_EFFECT)),
        ImportBatch.id != batch.id,
    )
    asked = {
        asked_as(one.id, "examine", version): one for one in earlier for version in range(1, one.version + 1)
    }
    if not asked:
        return
    for job in Job.select(Job.dedupe, Job.result).where(Job.dedupe.in_(list(asked))).order_by(Job.id):
        if (job.result or {}).get("content") == outcome.content.hexdigest():
            other = asked[job.dedupe]
            what = say("各行都与第{id}批相同，该批{state}", id=other.id, state=other.state)
            remedy = say("同一清单不重复导入；确是另外的款项，请在表中写明用途、日期或文号以示区别")
            outcome.note(Problem(head.row, "", what, "同一清单只导入一次", remedy))
            return
