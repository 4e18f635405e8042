"""What was done, by whom, when: append-only, chained per subject, all heads anchored daily.

Money is not recorded here: the ledger entry is its record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.foundation import clock
from portfolio.foundation.anchors import GENESIS, Anchor, anchor, broken_anchors
from portfolio.foundation.db import (
    BigIntegerField,
    IntegerField,
    JsonField,
    MomentField,
    Table,
    TextField,
    canonical_json,
    check,
    database,
    dialect,
    fn,
    one_view,
    sha256_text,
    unique,
)
from portfolio.foundation.roles import Actor


class AuditEntry(Table):
    """One act on one subject; ``number`` counts the acts on that subject from 1."""

    subject_kind = TextField()
    subject_id = BigIntegerField()
    number = IntegerField()
    actor_id = BigIntegerField(null=True)
    on_behalf_of = BigIntegerField(null=True)
    action = TextField()
    at = MomentField(index=True)
    data = JsonField()
    previous_hash = TextField()
    hash = TextField()

    class Meta:
        """One chain per subject."""

        append_only = True
        constraints = [
            unique("uq_audit_entry_subject", "subject_kind", "subject_id", "number"),
            check("ck_audit_entry_number", "number >= 1"),
        ]


def record(actor: Actor | None, action: str, subject: tuple[str, int], data: dict[str, Any]) -> AuditEntry:
    """Append one entry to ``subject``'s chain; must be called inside the transaction of the act itself.

    Parameters: ``actor`` (``None`` for the system), ``action`` as ``noun.verb``, ``subject`` as (kind, id),
    and ``data`` as plain values.
    """
    kind, subject_id = subject
    if dialect() == "postgresql":  # writers on one subject take turns; SQLite has one writer anyway
        key = f"{kind}:{subject_id}"
        database.execute_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
    last = (
        AuditEntry.select(AuditEntry.number, AuditEntry.hash)
        .where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.number.desc())
        .first()
    )
    entry = AuditEntry(
        subject_kind=kind,
        subject_id=subject_id,
        number=last.number + 1 if last else 1,
        actor_id=actor.user_id if actor else None,
        on_behalf_of=actor.on_behalf_of if actor else None,
        action=action,
        at=clock.now(),
        data=data,
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    return entry


def entry_hash(entry: AuditEntry) -> str:
    """The hash over everything an entry says and the hash of the one before it."""
    return sha256_text(
        canonical_json(
            [
                entry.subject_kind,
                entry.subject_id,
                entry.number,
                entry.actor_id,
                entry.on_behalf_of,
                entry.action,
                entry.at.isoformat(),
                canonical_json(entry.data),
                entry.previous_hash,
            ]
        )
    )


def trail(kind: str, subject_id: int) -> list[AuditEntry]:
    """Everything recorded about one subject, oldest first."""
    return list(
        AuditEntry.select()
        .where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.number)
    )


def heads(since: int = 0) -> list[tuple[str, str]]:
    """The head of every chain with an entry newer than id ``since``, as (``kind:id``, hash), ordered."""
    newest = (
        AuditEntry.select(
            AuditEntry.subject_kind, AuditEntry.subject_id, fn.MAX(AuditEntry.number).alias("number")
        )
        .where(AuditEntry.id > since)
        .group_by(AuditEntry.subject_kind, AuditEntry.subject_id)
    )
    rows = AuditEntry.select(AuditEntry.subject_kind, AuditEntry.subject_id, AuditEntry.hash).join(
        newest,
        on=(
            (AuditEntry.subject_kind == newest.c.subject_kind)
            & (AuditEntry.subject_id == newest.c.subject_id)
            & (AuditEntry.number == newest.c.number)
        ),
    )
    return sorted((f"{row.subject_kind}:{row.subject_id}", row.hash) for row in rows)


def anchor_heads(day: date) -> Anchor:
    """Fix the heads of the audit chains for ``day``."""
    return anchor("audit", day, AuditEntry, heads)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found: one line for each offender, and how many entries there are."""

    offenders: tuple[str, ...]
    entries: int


def verify() -> Verification:
    """Read the whole log, as of one moment, and hold it against its chains and anchors; writes nothing."""
    offenders: list[str] = []
    entries = 0
    ends: dict[tuple[str, int], tuple[int, str]] = {}
    hashes: set[str] = set()
    ordered = AuditEntry.select().order_by(AuditEntry.subject_kind, AuditEntry.subject_id, AuditEntry.number)
    with one_view():
        for entry in ordered.iterator():
            subject = (entry.subject_kind, entry.subject_id)
            number, head = ends.get(subject, (0, GENESIS))
            fits = (
                entry.number == number + 1 and entry.previous_hash == head and entry.hash == entry_hash(entry)
            )
            if not fits:
                offenders.append(f"audit {entry.subject_kind}:{entry.subject_id} 第{entry.number}条")
            entries += 1
            ends[subject] = (entry.number, entry.hash)
            hashes.add(entry.hash)
        offenders += broken_anchors("audit", hashes)
    return Verification(tuple(offenders), entries)
