"""Support for tests of imports: tables as people send them, and the steps of a batch."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

import budget.tasks  # noqa: F401 - workers know the imports
from budget.rules.imports.fields import Problem
from budget.rules.imports.words import AmountUnit, ImportKind
from budget.services.imports import batches
from budget.tables.imports import ImportBatch
from portfolio.foundation import documents, jobs
from portfolio.foundation.documents import ReceivedFile
from portfolio.foundation.jobs import Job
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor

PAYMENT_HEADS = ("合同编号", "期次", "金额（万元）", "记账日期", "用途说明")
CONTRACT_HEADS = (
    *("合同编号", "合同名称", "项目编号", "合同类别", "供应商代码", "供应商名称", "采购方式"),
    *("合同金额（万元）", "付款年度", "款项类别", "分期金额（万元）"),
)
STATEMENT_HEADS = ("日期", "支出金额", "收入金额", "对方户名", "凭证号", "摘要")


def stated(rows: Sequence[Sequence[Any]], opening: str = "500000") -> dict[str, int]:
    """The balances of a statement with these rows: ``opening`` in yuan, and what is left."""
    start = Money.from_yuan(opening).fen
    moved = sum(Money.from_yuan(str(row[2] or 0)).fen - Money.from_yuan(str(row[1] or 0)).fen for row in rows)
    return {"opening": start, "closing": start + moved}


def told(batch: ImportBatch) -> list[tuple[int, str]]:
    """What is wrong with a batch: the row, and what is said of it."""
    return [(one.row, str(one.what)) for one in map(Problem.from_data, batch.problems)]


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of one sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("数据")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def sent(content: bytes, name: str = "清单.xlsx") -> ReceivedFile:
    """A file as it was received."""
    return documents.receive(io.BytesIO(content), name=name)


def receive(
    actor: Actor,
    content: bytes,
    name: str = "清单.xlsx",
    kind: ImportKind = ImportKind.PAYMENTS,
    **other: Any,
) -> ImportBatch:
    """A batch that was received and examined."""
    batch = batches.receive(
        kind=kind,
        received=sent(content, name),
        actor=actor,
        **{"unit": AmountUnit.WAN, **other},
    )
    return done(batch)


def done(batch: ImportBatch) -> ImportBatch:
    """The batch after its worker has done what it waits for."""
    jobs.run_now(Job.get_by_id(batch.job.id))
    return fresh(batch)


def fresh(batch: ImportBatch) -> ImportBatch:
    """The batch as it stands."""
    row: ImportBatch = ImportBatch.get_by_id(batch.id)
    return row


def submitted(actor: Actor, batch: ImportBatch) -> ImportBatch:
    return done(batches.submit(batch_id=batch.id, expected_version=batch.version, actor=actor))


def checked(actor: Actor, batch: ImportBatch) -> ImportBatch:
    return fresh(batches.check(batch_id=batch.id, expected_version=batch.version, actor=actor))


def posted(actor: Actor, batch: ImportBatch) -> ImportBatch:
    return done(batches.post(batch_id=batch.id, expected_version=batch.version, actor=actor))
