"""Files are kept by content, examined before, and unaltered after."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from portfolio.foundation import audit, documents
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import NotFound, Refused
from portfolio.foundation.media_types import MediaType
from portfolio.foundation.roles import Actor
from tests.conftest import TemporaryDatabase
from tests.integration.foundation.jobs_handlers import new_actor

PDF = b"%PDF-1.7\n" + b"1 0 obj <<>> endobj\n" * 1000 + b"%%EOF\n"


@pytest.fixture(name="database")
def _database(sqlite_database: TemporaryDatabase) -> TemporaryDatabase:
    return sqlite_database


@pytest.fixture
def actor(database: TemporaryDatabase) -> Actor:
    return new_actor()


def store(
    actor: Actor | None, content: bytes = PDF, name: str = "批复.pdf", limit: int | None = None
) -> Document:
    return documents.store(io.BytesIO(content), name=name, actor=actor, category="decision", limit=limit)


def files(database: TemporaryDatabase) -> list[Path]:
    return [path for path in database.settings.documents_dir.rglob("*") if path.is_file()]


def test_a_file_is_kept_by_its_content(database: TemporaryDatabase, actor: Actor) -> None:
    document = store(actor, name="C:\\上报\\关于𠮷林项目的批复.pdf")
    (path,) = files(database)
    digest = document.sha256
    assert path == database.settings.documents_dir / digest[:2] / digest[2:4] / digest
    assert path.stat().st_mode & 0o777 == 0o600
    folders = [folder for folder in database.settings.documents_dir.rglob("*") if folder.is_dir()]
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in [database.settings.documents_dir, *folders])
    row = Document.get_by_id(document.id)
    assert (row.file_name, row.size_bytes, row.media_type) == (
        "关于𠮷林项目的批复.pdf",
        len(PDF),
        MediaType.PDF,
    )
    assert (row.uploaded_by_id, row.category) == (actor.user_id, "decision")
    with documents.open_document(row, verify=True) as file:
        assert file.read() == PDF
    (entry,) = audit.trail("document", document.id)
    assert (entry.action, entry.data["sha256"]) == ("document.store", digest)


def test_the_same_content_lies_there_once_under_several_names(
    database: TemporaryDatabase, actor: Actor
) -> None:
    first, second = store(actor), store(actor, name="批复（副本）.pdf")
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert len(files(database)) == 1


def test_the_system_stores_what_it_made_itself(database: TemporaryDatabase) -> None:
    assert store(None).uploaded_by is None


def test_a_file_whose_transaction_was_taken_back_does_no_harm(
    database: TemporaryDatabase, actor: Actor
) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        store(actor)
        raise ZeroDivisionError
    assert Document.select().count() == 0
    assert store(actor).id
    assert len(files(database)) == 1


class Endless(io.RawIOBase):
    """A sender that never stops; counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return PDF[:1] * size


def test_reading_stops_at_the_limit(database: TemporaryDatabase, actor: Actor) -> None:
    endless = Endless()
    with pytest.raises(Refused) as caught:
        documents.store(endless, name="大.pdf", actor=actor, category="decision", limit=3 * 1024 * 1024)  # type: ignore[arg-type]
    assert caught.value.codes == ("DOC_SIZE",)
    assert "3 MB" in str(caught.value)
    assert endless.taken < 4 * 1024 * 1024
    assert files(database) == []


def test_the_limit_is_inclusive(actor: Actor) -> None:
    assert store(actor, limit=len(PDF)).size_bytes == len(PDF)
    with pytest.raises(Refused):
        store(actor, limit=len(PDF) - 1)


def test_the_setting_is_the_limit_when_none_is_given(database: TemporaryDatabase, actor: Actor) -> None:
    assert database.settings.max_upload_bytes == 50 * 1024 * 1024
    assert store(actor, PDF + bytes(2_000_000) + b"%%EOF").size_bytes > 2_000_000


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "空.pdf", "DOC_EMPTY"),
        (b"MZ" + bytes(500), "批复.pdf", "DOC_TYPE"),
        (PDF, "批复.docx", "DOC_NAME"),
    ],
)
def test_what_may_not_be_kept_leaves_nothing(
    database: TemporaryDatabase, actor: Actor, content: bytes, name: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        store(actor, content, name)
    assert caught.value.codes == (code,)
    assert files(database) == []
    assert Document.select().count() == 0


def test_a_full_disk_leaves_nothing(
    database: TemporaryDatabase, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store(actor)
    assert files(database) == []
    assert Document.select().count() == 0


def test_what_was_altered_is_not_handed_out(database: TemporaryDatabase, actor: Actor) -> None:
    document = store(actor)
    (path,) = files(database)
    path.write_bytes(PDF.replace(b"1 0 obj", b"2 0 obj", 1))
    documents.open_document(document).close()
    with pytest.raises(Refused) as caught:
        documents.open_document(document, verify=True)
    assert caught.value.codes == ("DOC_ALTERED",)
    path.write_bytes(PDF + b"x")
    with pytest.raises(Refused):
        documents.open_document(document)


def test_storing_the_original_again_mends_an_altered_copy(database: TemporaryDatabase, actor: Actor) -> None:
    document = store(actor)
    (path,) = files(database)
    path.write_bytes(b"x")
    store(actor)
    documents.open_document(document, verify=True).close()


def test_what_has_gone_is_named(database: TemporaryDatabase, actor: Actor) -> None:
    document = store(actor)
    (path,) = files(database)
    path.unlink()
    with pytest.raises(NotFound, match=r"批复\.pdf.*备份"):
        documents.open_document(document)


@pytest.mark.usefixtures("actor")
class TestTable:
    """What the database itself refuses, on both kinds."""

    @pytest.fixture(name="database", params=["sqlite", "postgresql"])
    def _both(self, request: pytest.FixtureRequest) -> TemporaryDatabase:
        return request.getfixturevalue(f"{request.param}_database")

    def test_rows_never_change_and_hold_together(self, database: TemporaryDatabase) -> None:
        document = store(None)
        for change in (
            lambda: Document.update(file_name="x").execute(),
            lambda: Document.delete().execute(),
        ):
            with pytest.raises(IntegrityError, match="append_only"), transaction():
                change()
        whole = dict.fromkeys(("sha256", "size_bytes", "media_type", "file_name", "category", "uploaded_at"))
        whole = {name: getattr(document, name) for name in whole}
        for values, name in (
            ({"sha256": "ab"}, "ck_document_sha256"),
            ({"size_bytes": 0}, "ck_document_size"),
            ({"file_name": ""}, "ck_document_name"),
            ({"file_name": "长" * 201}, "ck_document_name"),
            ({"category": ""}, "ck_document_category"),
        ):
            with pytest.raises(IntegrityError, match=name), transaction():
                Document.create(**(whole | values))
