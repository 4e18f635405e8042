"""Files that people hand in and that the product hands out, kept by their content.

A file lies once under ``DATA_DIR/documents/ab/cd/<sha256>``, outside every web root and readable by the
program alone; a row says under which name, by whom and for what it was stored, and never changes. A file
without a row (a transaction taken back) is harmless; a row without its file cannot come about.

Whoever stores a large file calls ``receive`` before its transaction and ``record`` inside it, so that the
database does not wait for the disk; ``store`` is both.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portfolio.foundation import audit, clock, settings
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    BigIntegerField,
    EnumField,
    ForeignKeyField,
    MomentField,
    Table,
    TextField,
    check,
    transaction,
)
from portfolio.foundation.errors import NotFound, say
from portfolio.foundation.media_types import LONGEST_NAME, MediaType, clean_name, recognise, refusal
from portfolio.foundation.roles import Actor

_CHUNK = 1 << 18
_MEGABYTE = 1024 * 1024


class Document(Table):
    """One file as it was stored: its content by hash, and what it was called and is for.

    Several rows may share one content.
    """

    sha256 = TextField(index=True)
    size_bytes = BigIntegerField()
    media_type = EnumField(MediaType)
    file_name = TextField()
    category = TextField()
    uploaded_by = ForeignKeyField(User, null=True, backref="+")
    uploaded_at = MomentField()

    class Meta:
        """Evidence: rows never change."""

        append_only = True
        constraints = [
            check("ck_document_sha256", "LENGTH(sha256) = 64"),
            check("ck_document_size", "size_bytes > 0"),
            check("ck_document_name", f"LENGTH(file_name) BETWEEN 1 AND {LONGEST_NAME}"),
            check("ck_document_category", "category <> ''"),
        ]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that lies safely in its place, and that no row speaks of yet. Size in bytes."""

    sha256: str
    size_bytes: int
    media_type: MediaType
    file_name: str


def store(
    stream: BinaryIO, *, name: str, actor: Actor | None, category: str, limit: int | None = None
) -> Document:
    """Receive a file and record it; see ``receive`` and ``record`` for the arguments and errors."""
    return record(receive(stream, name=name, limit=limit), actor=actor, category=category)


def receive(stream: BinaryIO, *, name: str, limit: int | None = None) -> ReceivedFile:
    """Read a file, examine it, and move it to its place.

    Args:
        stream: read once, from where it stands to its end.
        name: as the sender calls it; cleaned here.
        limit: the most bytes accepted, instead of the setting.

    Raises:
        Refused: it is too large (DOC_SIZE), or its content is not what may be kept (see
            ``media_types.recognise``).
    """
    most = settings.current().max_upload_bytes if limit is None else limit
    file_name = clean_name(name)
    settings.current().documents_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    incoming = settings.current().documents_dir / "incoming"
    incoming.mkdir(mode=0o700, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=incoming)  # mode 0600
    try:
        with os.fdopen(descriptor, "w+b") as file:
            digest, size = _copy(stream, file, file_name, most)
            media_type = recognise(file, name=file_name)
            os.fsync(file.fileno())
        _put_in_place(Path(temporary), digest)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return ReceivedFile(digest, size, media_type, file_name)


def record(received: ReceivedFile, *, actor: Actor | None, category: str) -> Document:
    """Write the row of a received file, in the caller's transaction.

    Args:
        received: from ``receive``.
        actor: whoever hands it in; None for the system itself.
        category: what it is for, in the words of the house that asks.
    """
    with transaction():
        document: Document = Document.create(
            sha256=received.sha256,
            size_bytes=received.size_bytes,
            media_type=received.media_type,
            file_name=received.file_name,
            category=category,
            uploaded_by=actor.user_id if actor else None,
            uploaded_at=clock.now(),
        )
        facts = {"sha256": received.sha256, "file_name": received.file_name, "category": category}
        audit.record(actor, "document.store", ("document", document.id), facts)
    return document


def open_document(document: Document, *, verify: bool = False) -> BinaryIO:
    """Open the content for reading; the caller closes it.

    Args:
        document: its row.
        verify: read all of it first and compare it with the hash in the row.

    Raises:
        NotFound: the file has gone from the data folder.
        Refused: it was altered there (DOC_ALTERED).
    """
    try:
        file = path_of(document.sha256).open("rb")
    except FileNotFoundError as error:
        raise NotFound(
            say("文件“{name}”不在文件库中", name=document.file_name),
            remedy=say("请系统管理员从备份恢复（{sha256}）", sha256=document.sha256),
        ) from error
    altered = os.fstat(file.fileno()).st_size != document.size_bytes
    if not altered and verify:
        altered = hashlib.file_digest(file, "sha256").hexdigest() != document.sha256
        file.seek(0)
    if altered:
        file.close()
        raise refusal(
            "DOC_ALTERED",
            say("文件“{name}”与入库时不一致", name=document.file_name),
            remedy=say("请系统管理员从备份恢复（{sha256}）", sha256=document.sha256),
        )
    return file


def path_of(sha256: str) -> Path:
    """Where the content with this hash lies."""
    return settings.current().documents_dir / sha256[:2] / sha256[2:4] / sha256


def _copy(stream: BinaryIO, file: BinaryIO, name: str, most: int) -> tuple[str, int]:
    """Copy the stream while hashing it; reading stops as soon as it passes ``most`` bytes."""
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise refusal(
                "DOC_SIZE",
                say("“{name}”过大", name=name),
                limit=say("{megabytes} MB", megabytes=f"{most / _MEGABYTE:g}"),
                remedy=say("请压缩图片、拆分文件或另存为 PDF 后重新上传"),
            )
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    return digest.hexdigest(), size


def _put_in_place(temporary: Path, sha256: str) -> None:
    """Rename the synced file into place, so that a whole file lies there or none, also after a power cut.

    The same content stored before is replaced by itself, which also mends a damaged copy.
    """
    path = path_of(sha256)
    folders = (path.parent, path.parent.parent)
    for folder in reversed(folders):
        folder.mkdir(mode=0o700, exist_ok=True)
    temporary.rename(path)
    for folder in (*folders, settings.current().documents_dir):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
