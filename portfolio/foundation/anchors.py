"""The heads of the chains, fixed once a day: in the database, and in a file outside it.

Whoever alters a chain behind the product's back must alter every later anchor too, and the file, which may be
copied elsewhere at any time.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from portfolio.foundation import clock, settings
from portfolio.foundation.db import (
    BigIntegerField,
    DateField,
    IntegerField,
    JsonField,
    MomentField,
    Table,
    TextField,
    after_commit,
    canonical_json,
    database,
    dialect,
    fn,
    sha256_text,
    transaction,
    unique,
)

GENESIS = "0" * 64
"""What the first link of every chain points back to."""


class Anchor(Table):
    """The heads of the chains of one kind that moved since the anchor before, itself chained day by day.

    ``last_entry`` is the id of the newest entry that the anchor covers.
    """

    kind = TextField()
    day = DateField()
    chains = IntegerField()
    last_entry = BigIntegerField()
    heads_hash = TextField()
    previous_hash = TextField()
    hash = TextField()
    heads = JsonField()
    at = MomentField()

    class Meta:
        """One anchor per kind and day."""

        append_only = True
        constraints = [unique("uq_anchor_day", "kind", "day")]


def anchor(
    kind: str, day: date, entries: type[Table], heads_since: Callable[[int], Iterable[tuple[str, str]]]
) -> Anchor:
    """Fix the heads of the chains of ``kind`` that moved since the last anchor; once a day.

    Parameters: the table of ``entries`` that form the chains, and a function that names the heads of all
    chains with an entry newer than an id.  A second call for a day returns that day's anchor.  Whatever the
    file lacks is added to it, so that one that was interrupted catches up.
    """
    with transaction():
        existing = Anchor.select().where(Anchor.kind == kind, Anchor.day == day).first()
        after_commit(lambda: _write_down(kind))
        if existing is not None:
            return existing
        if dialect() == "postgresql":  # wait for writers in flight, so that no smaller id arrives later
            database.execute_sql(f'LOCK TABLE "{entries._meta.table_name}" IN SHARE MODE')
        last = Anchor.select().where(Anchor.kind == kind).order_by(Anchor.day.desc()).first()
        listed = sorted(heads_since(last.last_entry if last else 0))
        row = Anchor(
            kind=kind,
            day=day,
            chains=len(listed),
            last_entry=entries.select(fn.MAX(entries.id)).scalar() or 0,
            heads=dict(listed),
            heads_hash=sha256_text(canonical_json(listed)),
            previous_hash=last.hash if last else GENESIS,
            at=clock.now(),
        )
        row.hash = anchor_hash(row)
        row.save(force_insert=True)
        return row


def anchor_hash(row: Anchor) -> str:
    """The hash over an anchor and the one before it."""
    return sha256_text(
        canonical_json(
            [row.kind, row.day.isoformat(), row.chains, row.last_entry, row.heads_hash, row.previous_hash]
        )
    )


def broken_anchors(kind: str, hashes: set[str]) -> list[str]:
    """The anchors of ``kind`` that are altered, or whose heads are no longer among the chains' ``hashes``.

    Those of the file beside the database are among them: an anchor that only it knows has been taken out.
    """
    offenders = []
    outside = {line["day"]: line["hash"] for line in _written(kind)}
    before = GENESIS
    for row in Anchor.select().where(Anchor.kind == kind).order_by(Anchor.day):
        listed = sorted(row.heads.items())
        intact = (
            row.previous_hash == before
            and row.hash == anchor_hash(row)
            and row.heads_hash == sha256_text(canonical_json(listed))
        )
        if not intact:
            offenders.append(f"anchor {kind} {row.day.isoformat()} 已被改动")
        offenders.extend(
            f"anchor {kind} {row.day.isoformat()}：{chain} 的链尾缺失"
            for chain, head in listed
            if head not in hashes
        )
        before = row.hash
        if outside.pop(row.day.isoformat(), row.hash) != row.hash:
            offenders.append(f"anchor {kind} {row.day.isoformat()} 与库外文件不符")
    offenders.extend(f"anchor {kind} {day} 只在库外文件中" for day in sorted(outside))
    return offenders


def file() -> Path:
    """Where the anchors are written down once more: one JSON object a line, oldest first."""
    return settings.current().data_dir / "anchors.jsonl"


def _write_down(kind: str) -> None:
    """Add to the file every anchor of ``kind`` that is newer than its last."""
    with _file_to_oneself():
        last = max((line["day"] for line in _written(kind)), default="")
        lines = [
            canonical_json({"kind": kind, "day": row.day.isoformat(), "chains": row.chains, "hash": row.hash})
            for row in Anchor.select().where(Anchor.kind == kind).order_by(Anchor.day)
            if row.day.isoformat() > last
        ]
        with file().open("ab") as target:
            target.truncate(_content().rfind(b"\n") + 1)  # a line that was cut short is written anew
            target.write("".join(f"{line}\n" for line in lines).encode())
            target.flush()
            os.fsync(target.fileno())


def _written(kind: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in _content().split(b"\n")[:-1]]
    return [line for line in lines if line["kind"] == kind]


def _content() -> bytes:
    return file().read_bytes() if file().exists() else b""


@contextmanager
def _file_to_oneself() -> Iterator[None]:
    handle = os.open(file().with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
