"""Documents in a dossier: put in by those they belong to, taken out for a reason, never lost."""

import io

import pytest

from portfolio.foundation import documents as files
from portfolio.foundation.db import IntegrityError
from portfolio.foundation.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from portfolio.foundation.roles import Role
from portfolio.queries import dossier as queries
from portfolio.rules.dossier import ArchiveClass, DocumentKind, Part
from portfolio.services import documents
from portfolio.services import dossier as services
from portfolio.tables.project import ProjectDocument
from tests import factories
from tests.integration.portfolio.conftest import acts, everything

PDF = b"%PDF-1.4\n%%EOF\n"


def stored(actor, content=PDF, name="建议书.pdf", **options):
    return files.store(io.BytesIO(content), name=name, actor=actor, category="dossier", **options)


def put(desk, document, **values):
    given = {
        "project_id": desk.project.id,
        "kind": DocumentKind.PROPOSAL,
        "title": "项目建议书（报送稿）",
        "document_id": document.id,
        "actor": desk.applicant,
    }
    return documents.add(**{**given, **values})


def take_out(desk, document, **values):
    given = {
        "project_id": desk.project.id,
        "document_id": document.id,
        "reason": "误传",
        "actor": desk.applicant,
    }
    return documents.withdraw(**{**given, **values})


def lying_there(desk):
    return queries.dossier(desk.project.id, Part.PROPOSAL).documents


def test_a_document_lies_in_the_dossier_under_its_archive_class(desk):
    document = stored(desk.applicant)
    put(desk, document)
    put(desk, stored(desk.applicant), kind="other", title=" 附件 ", archive_class="finance")
    first, second = lying_there(desk)
    assert (first.id, first.kind, first.archive_class, first.sha256) == (
        document.id,
        DocumentKind.PROPOSAL,
        ArchiveClass.INITIATION,
        document.sha256,
    )
    assert (second.title, second.archive_class) == ("附件", ArchiveClass.FINANCE)
    assert desk.version == 3
    assert acts(desk.project)[1:] == ["dossier.add_document"] * 2


def test_documents_are_added_while_the_dossier_is_under_review_and_not_taken_out(desk):
    document = stored(desk.applicant)
    services.lock(project_id=desk.project.id, actor=desk.keeper)
    put(desk, document)
    before = everything()
    with pytest.raises(Refused) as refusal:
        take_out(desk, document)
    assert refusal.value.codes == ("LOCKED",)
    assert everything() == before


def test_authorities_put_their_replies_into_the_dossier(desk):
    investment = factories.actor("investment", Role.INVESTMENT)
    put(desk, stored(investment), kind=DocumentKind.APPROVAL_REPLY, actor=investment)
    secretary = factories.actor("secretary", Role.SECRETARY)
    put(desk, stored(None), kind=DocumentKind.MINUTES, actor=secretary)
    assert [fact.kind for fact in lying_there(desk)] == [DocumentKind.APPROVAL_REPLY, DocumentKind.MINUTES]


def test_an_oversized_file_reaches_neither_store_nor_dossier(desk):
    before = everything()
    with pytest.raises(Refused) as refusal:
        put(desk, stored(desk.applicant, PDF + b"x" * 1024, limit=1024))
    assert refusal.value.codes == ("DOC_SIZE",)
    assert refusal.value.remedy
    assert (everything(), files.Document.select().count()) == (before, 0)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + b"\0" * 64, "建议书.pdf"),
        (b"<html><script>alert(1)</script></html>", "建议书.pdf"),
        (b"<html></html>", "建议书.html"),
        (PDF, "建议书.docx"),
    ],
)
def test_a_disguised_file_reaches_neither_store_nor_dossier(desk, content, name):
    before = everything()
    with pytest.raises(Refused) as refusal:
        put(desk, stored(desk.applicant, content, name))
    assert refusal.value.basis
    assert refusal.value.remedy
    assert (everything(), files.Document.select().count()) == (before, 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [({"kind": "gossip"}, "kind"), ({"title": " "}, "title"), ({"archive_class": "x"}, "archive_class")],
)
def test_a_malformed_entry_is_refused(desk, values, field):
    document = stored(desk.applicant)
    before = everything()
    with pytest.raises(Invalid) as refusal:
        put(desk, document, **values)
    assert list(refusal.value.fields) == [field]
    assert everything() == before


def test_unknown_files_and_projects_are_not_found(desk):
    document = stored(desk.applicant)
    for values in ({"document_id": 999_999}, {"project_id": 999_999}):
        with pytest.raises(NotFound):
            put(desk, document, **values)
    with pytest.raises(NotFound):
        take_out(desk, document)


def test_strangers_and_other_roles_put_nothing_in(desk):
    expert = factories.actor("expert", Role.EXPERT, organisation=desk.owner)
    before = everything()
    for actor in (desk.stranger, expert):
        with pytest.raises(Forbidden):
            put(desk, files.Document.get_by_id(stored(actor).id), actor=actor)
    assert everything()["project_document"] == before["project_document"]


def test_nobody_comes_by_the_file_of_another_organisation(desk):
    for uploader in (desk.stranger, None):
        document = stored(uploader)
        before = everything()
        with pytest.raises(Forbidden, match="由其他单位上传"):
            put(desk, document)
        assert everything() == before


def test_one_file_is_one_entry(desk):
    document = stored(desk.applicant)
    put(desk, document)
    take_out(desk, document)
    with pytest.raises(Conflict) as refusal:
        put(desk, document)
    assert refusal.value.remedy
    put(desk, stored(desk.applicant))  # the same content, handed in again


def test_confidential_projects_take_no_files(desk):
    project = services.create(
        owner_id=desk.owner.id, fields={"name": "专项", "route": "confidential"}, actor=desk.applicant
    )
    with pytest.raises(Refused, match="严禁录入或上传涉密内容") as refusal:
        put(desk, stored(desk.applicant), project_id=project.id)
    assert refusal.value.codes == ("CONFIDENTIAL",)


def test_a_withdrawn_document_is_out_of_the_dossier_and_still_there(desk):
    document = stored(desk.applicant)
    put(desk, document)
    take_out(desk, document)
    assert lying_there(desk) == ()
    [row] = queries.documents(desk.project.id)
    assert (row.withdrawn_reason, row.withdrawn_by_id) == ("误传", desk.applicant.user_id)
    assert row.withdrawn_at is not None
    with files.open_document(document, verify=True) as file:
        assert file.read() == PDF
    with pytest.raises(Conflict, match="已经撤回"):
        take_out(desk, document)


def test_a_withdrawal_has_a_reason_and_comes_from_whoever_put_it_in(desk):
    document = stored(desk.keeper)
    put(desk, document, kind=DocumentKind.APPROVAL_REPLY, actor=desk.keeper)
    before = everything()
    with pytest.raises(Invalid):
        take_out(desk, document, reason=" ", actor=desk.keeper)
    for actor in (desk.applicant, desk.stranger):
        with pytest.raises(Forbidden):
            take_out(desk, document, actor=actor)
    assert everything() == before
    take_out(desk, document, actor=desk.keeper)


def test_the_database_keeps_entries_and_holds_withdrawals_whole(desk):
    put(desk, stored(desk.applicant))
    for change in (
        ProjectDocument.update(title="改"),
        ProjectDocument.delete(),
        ProjectDocument.update(withdrawn_reason="无人"),
    ):
        with pytest.raises(IntegrityError):
            change.execute()
