"""A batch from its file to the books: received, examined, submitted, checked, posted; or returned, withdrawn.

What takes long is a job, whose last effect and whose end are one transaction: a worker that dies leaves the
batch as it was, and whoever goes on does it once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from budget.rules.amounts import written
from budget.rules.imports.fields import Problem, Row
from budget.rules.imports.magnitude import UNIT_BASIS, unit_conflict
from budget.rules.imports.shapes import SHAPES
from budget.rules.imports.words import (
    BEFORE_SUBMISSION,
    SENDERS,
    WITHOUT_EFFECT,
    AmountUnit,
    BatchState,
    ImportKind,
)
from budget.rules.refusals import another_person
from budget.services.books import books, hold_version, once
from budget.services.imports.importer import (
    Importer,
    Outcome,
    Tell,
    mapping_of,
    read_rows,
    table_of,
)
from budget.services.imports.payments import Payments
from budget.services.imports.repeated import asked_as, note_repeated, refuse_repeated
from budget.tables.imports import ImportBatch, ImportMapping
from portfolio.foundation import audit, clock, documents, jobs
from portfolio.foundation.access import User
from portfolio.foundation.db import get
from portfolio.foundation.documents import ReceivedFile
from portfolio.foundation.errors import Conflict, Finding, Forbidden, Refused, refuse_unless, say
from portfolio.foundation.jobs import Job, JobRun
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.foundation.sheets.files import open_table

STATE_CODE = "M58"
JOB_KIND = "budget.import"
JOB_KINDS = {ImportKind.REPORTS: "approvals.import"}
"""Who works on what is not money's own: the procedure takes enterprise reports in."""

AT_ONCE_BYTES = 300_000
"""Files up to this size are worked on while their sender waits."""


def receive(
    *,
    kind: ImportKind,
    received: ReceivedFile,
    unit: AmountUnit,
    actor: Actor,
    organisation_id: int | None = None,
    about: Mapping[str, Any] | None = None,
    acceptance_id: int | None = None,
    unit_confirmed: bool = False,
) -> ImportBatch:
    """Take a file in, once, and have it examined.

    ``organisation_id`` is whose payments it lists where the sender is the finance authority.  Raises
    ``Refused`` for a file that cannot be a table (formulas, merged cells, too many rows …), ``Conflict``
    saying when and by whom when the same file was imported before.
    """
    actor.require(*SENDERS[kind])
    whose = organisation_id or actor.organisation_id
    if whose != actor.organisation_id and not actor.has(Role.FINANCE):
        raise Forbidden(
            say("{name}只能导入本单位的清单", name=actor.name),
            basis="各单位只办理本单位的合同和支出",
            remedy=say("请由该单位财务或财政主管部门导入"),
        )
    table = open_table(documents.path_of(received.sha256), received.media_type)
    with books():
        _refuse_again(kind, received.sha256)
        document = documents.record(received, actor=actor, category=f"import.{kind.value}")
        batch: ImportBatch = ImportBatch.create(
            kind=kind,
            organisation=whose,
            document=document,
            sha256=received.sha256,
            acceptance=acceptance_id,
            unit=unit,
            unit_confirmed=unit_confirmed,
            about=dict(about or {}),
            rows=max(0, table.last_row - 1),
            made_by=actor.user_id,
            made_at=clock.now(),
        )
        facts = {"kind": kind, "sha256": received.sha256, "unit": unit}
        audit.record(actor, "import.receive", ("import_batch", batch.id), facts)
        _ask(batch, "examine", actor)
    return batch


def _refuse_again(kind: ImportKind, sha256: str) -> None:
    row = (
        ImportBatch.select(ImportBatch, User)
        .join(User, on=(ImportBatch.made_by == User.id))
        .where(
            ImportBatch.kind == kind,
            ImportBatch.sha256 == sha256,
            ImportBatch.state.not_in(tuple(WITHOUT_EFFECT)),
        )
        .first()
    )
    if row is not None:
        raise Conflict(
            say(
                "同一文件已于{at}由{name}导入（第{id}批，{state}）",
                at=row.made_at.strftime("%Y-%m-%d %H:%M"),
                name=row.made_by.name,
                id=row.id,
                state=row.state,
            ),
            basis="同一文件只导入一次",
            remedy=say("请查看该批次；确需另行导入的，请核对并修改表格内容"),
        )


def choose(
    *,
    batch_id: int,
    expected_version: int,
    mapping: Mapping[str, str],
    unit: AmountUnit,
    unit_confirmed: bool,
    actor: Actor,
) -> ImportBatch:
    """Say which head each column is and in which unit the amounts are, remember it, and examine anew."""
    batch = _mine(batch_id, actor)
    with books():
        batch = get(ImportBatch, batch_id, say("批次"), lock=True)
        hold_version(batch, expected_version)
        refuse_unless([_state(batch, *BEFORE_SUBMISSION)])
        if batch.state is BatchState.REFUSED:
            _refuse_again(batch.kind, batch.sha256)
        shape = SHAPES[batch.kind]
        heads = table_of(batch, shape).head.texts
        chosen = {one.key: mapping[one.key] for one in shape.fields if mapping.get(one.key) in heads}
        _change(batch, mapping=chosen, unit=unit, unit_confirmed=unit_confirmed, state=BatchState.RECEIVED)
        _remember(batch, chosen, actor)
        _ask(batch, "examine", actor)
    return batch


def _remember(batch: ImportBatch, chosen: dict[str, str], actor: Actor) -> None:
    values = {"mapping": chosen, "changed_by": actor.user_id, "changed_at": clock.now()}
    keys = {"kind": batch.kind, "organisation": actor.organisation_id}
    ImportMapping.insert(**keys, **values).on_conflict(
        conflict_target=(ImportMapping.kind, ImportMapping.organisation), update=values
    ).execute()


def submit(*, batch_id: int, expected_version: int, actor: Actor) -> ImportBatch:
    """Hand in what was examined without an error; it is carried out as a whole."""
    return _go_on(batch_id, expected_version, "submit", actor, BatchState.READY, mine=True)


def post(*, batch_id: int, expected_version: int, actor: Actor) -> ImportBatch:
    """Carry a batch out, as an officer who neither sent nor checked it."""
    batch = get(ImportBatch, batch_id, say("批次"))
    wanted = BatchState.CHECKED if batch.kind is ImportKind.PAYMENTS else BatchState.SUBMITTED
    _require_second(batch, actor)
    others = [another_person(batch.made_by_id, actor, say("记账"))]
    if batch.checked_by_id is not None:
        others.append(another_person(batch.checked_by_id, actor, say("记账")))
    refuse_unless(others)
    return _go_on(batch_id, expected_version, "post", actor, wanted, mine=False)


def _require_second(batch: ImportBatch, actor: Actor) -> None:
    if batch.kind is ImportKind.CONTRACTS and not actor.has(Role.FINANCE):
        actor.require_unit(batch.organisation_id, Role.UNIT_FINANCE, Role.CIO)
    else:
        actor.require(Role.UNIT_FINANCE if batch.kind is ImportKind.CONTRACTS else Role.FINANCE, Role.FINANCE)


def _go_on(
    batch_id: int, expected_version: int, step: str, actor: Actor, wanted: BatchState, *, mine: bool
) -> ImportBatch:
    if mine:
        _mine(batch_id, actor)
    with books():
        batch: ImportBatch = get(ImportBatch, batch_id, say("批次"), lock=True)
        hold_version(batch, expected_version)
        refuse_unless([_state(batch, wanted)])
        _ask(batch, step, actor)
    return batch


def check(*, batch_id: int, expected_version: int, actor: Actor) -> ImportBatch:
    """Check a list of payments, as a finance officer who did not send it."""
    actor.require(Role.FINANCE)
    with books():
        batch: ImportBatch = get(ImportBatch, batch_id, say("批次"), lock=True)
        hold_version(batch, expected_version)
        refuse_unless([_state(batch, BatchState.SUBMITTED)])
        if batch.kind is not ImportKind.PAYMENTS:
            raise Refused([_state(batch, BatchState.CHECKED)])
        Payments().check(batch, actor)
        _change(batch, state=BatchState.CHECKED, checked_by=actor.user_id, checked_at=clock.now())
        audit.record(actor, "import.check", ("import_batch", batch.id), {"rows": batch.rows})
    return batch


def give_back(*, batch_id: int, expected_version: int, reason: str, actor: Actor) -> ImportBatch:
    """Send a list of payments back as a whole, with the reason; its sender may send another."""
    actor.require(Role.FINANCE)
    why = written(reason, "reason")
    with books():
        batch: ImportBatch = get(ImportBatch, batch_id, say("批次"), lock=True)
        hold_version(batch, expected_version)
        refuse_unless([_state(batch, BatchState.SUBMITTED, BatchState.CHECKED)])
        if batch.kind is not ImportKind.PAYMENTS:
            raise Refused([_state(batch, BatchState.CHECKED)])
        Payments().give_back(batch, actor, why)
        _change(batch, state=BatchState.RETURNED, reason=why)
        audit.record(actor, "import.return", ("import_batch", batch.id), {"reason": why})
    return batch


def withdraw(*, batch_id: int, expected_version: int, actor: Actor) -> ImportBatch:
    """Take back a batch that was not submitted; the same file may be sent again."""
    _mine(batch_id, actor)
    with books():
        batch: ImportBatch = get(ImportBatch, batch_id, say("批次"), lock=True)
        hold_version(batch, expected_version)
        refuse_unless([_state(batch, *BEFORE_SUBMISSION)])
        _change(batch, state=BatchState.WITHDRAWN)
        audit.record(actor, "import.withdraw", ("import_batch", batch.id), {})
    return batch


def _mine(batch_id: int, actor: Actor) -> ImportBatch:
    batch: ImportBatch = get(ImportBatch, batch_id, say("批次"))
    if batch.made_by_id not in {actor.user_id, actor.on_behalf_of}:
        raise Forbidden(
            say("第{id}批不是由{name}上传的", id=batch_id, name=actor.name),
            basis="谁制单谁提交",
            remedy=say("请由上传人办理"),
        )
    return batch


def _state(batch: ImportBatch, *wanted: BatchState) -> Finding:
    return Finding(
        STATE_CODE,
        batch.state in wanted,
        say("此批次{state}，不能办理", state=batch.state.label),
        "导入按核对、提交、审核、记账的次序办理，各办一次",
        limit=say("{states}", states="、".join(one.label for one in wanted)),
        remedy=say("请刷新后核对批次状态"),
    )


def _change(batch: ImportBatch, **values: Any) -> None:  # noqa: ANN401
    """Write to a batch that is locked."""
    values["version"] = batch.version + 1
    ImportBatch.update(**values).where(ImportBatch.id == batch.id).execute()
    for name, value in values.items():
        setattr(batch, name, value)
    batch.dirty_fields.clear()


# --- the work itself ----------------------------------------------------------------------------------------


def _ask(batch: ImportBatch, step: str, actor: Actor) -> None:
    """Have a step done by a worker; asking again for the same state of the batch is asking once."""
    job = jobs.enqueue(
        kind=JOB_KINDS.get(batch.kind, JOB_KIND),
        arguments={"batch": batch.id, "step": step},
        actor=actor,
        dedupe=asked_as(batch.id, step, batch.version),
    )
    ImportBatch.update(job=job).where(ImportBatch.id == batch.id).execute()
    batch.job = job
    batch.dirty_fields.clear()


def work_now(batch: ImportBatch) -> ImportBatch:
    """Do what the batch waits for in this process if its file is small; the batch as it stands then."""
    job = batch.job
    if job is not None and batch.document.size_bytes <= AT_ONCE_BYTES:
        jobs.run_now(Job.get_by_id(job.id))
    fresh: ImportBatch = ImportBatch.get_by_id(batch.id)
    return fresh


def work(run: JobRun, importers: Mapping[ImportKind, Importer]) -> None:
    """Do a step of a batch: the table is read first, then all takes effect in one transaction with the job.

    Reading takes the longest and holds no lock; how far it is can be seen.
    """
    actor = run.actor
    if actor is None:
        raise ValueError("an import without anybody who asked for it")
    name = run.arguments["step"]
    step = _STEPS[name]
    run.heartbeat()
    seen: ImportBatch = get(ImportBatch, run.arguments["batch"], say("批次"))
    refuse_unless([_state(seen, *step.states)])
    importer = importers[seen.kind]
    found = step.read(seen, importer, actor, _teller(run, seen.rows))
    with books():
        batch: ImportBatch = get(ImportBatch, seen.id, say("批次"), lock=True)
        refuse_unless([_state(batch, *step.states)])
        hold_version(batch, seen.version)
        result = step.act(batch, importer, actor, found)
        audit.record(actor, f"import.{name}", ("import_batch", batch.id), result)
        run.finish(result)


def _teller(run: JobRun, total: int) -> Tell:
    def tell(done: int) -> None:
        if done <= total:
            run.progress(done, total)

    return tell


_Found = tuple[dict[str, str], Outcome]


def _examine(batch: ImportBatch, importer: Importer, actor: Actor, tell: Tell) -> _Found:
    """Which head each column is, and what is found row by row; without a needed column nothing is read."""
    shape = importer.shape
    outcome = Outcome(shape)
    table = table_of(batch, shape)
    head = table.head
    mapping = mapping_of(batch, shape, head, actor)
    if shape.missing(mapping):
        return mapping, outcome
    amounts = [key for key in shape.amounts if key in mapping]
    conflict = unit_conflict([mapping[key] for key in amounts], head.above, batch.unit)
    if conflict is not None:  # every amount would be misread: none is looked at
        outcome.rows = batch.rows
        remedy = say("请在“对应列和单位”中改正金额单位，或改正表头")
        outcome.note(Problem(head.row, shape.field(amounts[0]).head, conflict, UNIT_BASIS, remedy))
        return mapping, outcome
    batch.mapping = dict(mapping)  # type: ignore[assignment]  # a row holds values
    importer.examine(batch, read_rows(batch, table, tell, outcome), outcome, actor)
    if not outcome.rows:
        outcome.note(Problem(1, "", say("表中没有数据行"), remedy=say("请按模板填写后重新上传")))
    note_repeated(batch, head, outcome)
    return mapping, outcome


def _examined(batch: ImportBatch, importer: Importer, actor: Actor, found: _Found) -> dict[str, Any]:
    """Keep what the examination found."""
    mapping, outcome = found
    missing = importer.shape.missing(mapping)
    if missing:
        _change(batch, mapping=mapping, state=BatchState.UNMAPPED)
        return {"missing": [one.key for one in missing]}
    problems = sorted(outcome.problems, key=lambda problem: problem.row)
    _change(
        batch,
        mapping=mapping,
        state=BatchState.REFUSED if outcome.problem_count else BatchState.READY,
        rows=outcome.rows,
        total=outcome.total if outcome.total.fen else Money.ZERO,
        problems=[problem.as_data() for problem in problems],
        problem_count=outcome.problem_count,
    )
    return {
        "rows": outcome.rows,
        "problems": outcome.problem_count,
        "content": outcome.content.hexdigest(),
    }


_Read = tuple[list[Row], Outcome]


def _read(batch: ImportBatch, importer: Importer, actor: Actor, tell: Tell) -> _Read:
    outcome = Outcome(importer.shape)
    return list(read_rows(batch, table_of(batch, importer.shape), tell, outcome)), outcome


def _submit(batch: ImportBatch, importer: Importer, actor: Actor, found: _Read) -> dict[str, Any]:
    rows, outcome = found
    refuse_repeated(batch, outcome)
    reached = importer.submit(batch, iter(rows), actor)
    values: dict[str, Any] = {"state": reached, "submitted_at": clock.now()}
    if reached is BatchState.POSTED:
        values |= {"posted_by": actor.user_id, "posted_at": clock.now()}
    _change(batch, **values)
    return {"rows": batch.rows, "state": reached.value}


def _nothing(batch: ImportBatch, importer: Importer, actor: Actor, tell: Tell) -> None:
    """A batch that is posted was read when it was submitted."""


def _post(batch: ImportBatch, importer: Importer, actor: Actor, found: None) -> dict[str, Any]:
    def effect(request: int) -> dict[str, Any]:
        importer.post(batch, actor, request)
        return {"batch": batch.id}

    once(f"import-{batch.id}-post", "import.post", {"batch": batch.id}, actor, effect)
    _change(batch, state=BatchState.POSTED, posted_by=actor.user_id, posted_at=clock.now())
    return {"rows": batch.rows, "total": batch.total.fen}


@dataclass(frozen=True, slots=True)
class _Step:
    """A step in its two parts, and the states of a batch in which it is taken."""

    read: Callable[[ImportBatch, Importer, Actor, Tell], Any]
    act: Callable[[ImportBatch, Importer, Actor, Any], dict[str, Any]]
    states: tuple[BatchState, ...]


_STEPS = {
    "examine": _Step(_examine, _examined, (BatchState.RECEIVED,)),
    "submit": _Step(_read, _submit, (BatchState.READY,)),
    "post": _Step(_nothing, _post, (BatchState.SUBMITTED, BatchState.CHECKED)),
}
