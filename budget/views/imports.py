"""Imported tables: sent, examined, submitted, checked, posted; with their templates and lists of errors."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, Any

from flask import flash, jsonify, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from budget.forms.imports import (
    PaymentsForm,
    PaymentsOfUnitForm,
    ReturnForm,
    StatementForm,
    UploadForm,
    columns_form,
)
from budget.forms.keyed import VersionedForm
from budget.queries import imports as queries
from budget.queries.statements import following
from budget.rules.imports.fields import Problem
from budget.rules.imports.shapes import SHAPES
from budget.rules.imports.words import BEFORE_SUBMISSION, SENDERS, AmountUnit, BatchState, ImportKind
from budget.services.imports import batches, workbooks
from budget.services.imports.importer import table_of
from budget.services.imports.statements import stated_in
from budget.tables.imports import ImportBatch
from budget.views.blueprint import ACCOUNTS, Deed, finance, labels, paper
from budget.views.import_preview import understood
from portfolio.foundation import clock, documents
from portfolio.foundation.access import Organisation
from portfolio.foundation.documents import Document
from portfolio.foundation.errors import Finding, Invalid, Message, NotFound, say
from portfolio.foundation.jobs import JobState
from portfolio.foundation.media_types import MediaType
from portfolio.foundation.roles import Role
from portfolio.foundation.sentences import tell_refusal
from portfolio.foundation.web.language import share_of, text
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow

BADGES = {
    BatchState.RECEIVED: "review",
    BatchState.UNMAPPED: "conditional",
    BatchState.REFUSED: "blocked",
    BatchState.READY: "conditional",
    BatchState.SUBMITTED: "waiting",
    BatchState.CHECKED: "review",
    BatchState.POSTED: "approved",
    BatchState.RETURNED: "blocked",
    BatchState.WITHDRAWN: "waiting",
}
IMPORTING = (Role.UNIT_FINANCE, Role.APPLICANT, Role.FINANCE, Role.INFORMATIZATION)
SEEING = (*IMPORTING, Role.CIO, Role.AUDITOR)
SHOWN_PROBLEMS = 200
COLUMNS = (
    Column("id", say("批次"), link=lambda row: url_for("finance.import_batch", batch_id=row.id), short=True),
    Column("kind", say("内容"), get=lambda row: row.kind),
    Column("file", say("文件"), get=lambda row: row.document.file_name),
    Column("organisation", say("单位"), get=lambda row: row.organisation.short_name, short=True),
    Column("rows", say("行数"), Kind.NUMBER),
    Column("total", say("金额"), Kind.MONEY),
    Column("made_by", say("上传人"), get=lambda row: row.made_by.name, short=True),
    Column("made_at", say("上传时间"), Kind.MOMENT),
    Column("state", say("状态"), Kind.STATUS, get=lambda row: (BADGES[row.state], row.state)),
)


@finance.get("/finance/imports")
@allow(*SEEING)
def imports() -> ResponseReturnValue:
    """The batches in the reader's view, newest first."""
    filters = Filters(
        [
            Filter("kind", say("内容"), labels(ImportKind)),
            Filter("state", say("状态"), labels(BatchState)),
            Filter("q", say("文件或单位")),
        ]
    )
    query = queries.batches(actor())
    for key in ("kind", "state"):
        if filters.value(key):
            query = query.where(getattr(ImportBatch, key) == filters.value(key))
    if word := filters.value("q"):
        query = query.where(Document.file_name.contains(word) | Organisation.short_name.contains(word))
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(ImportBatch.id, ImportBatch.id), descending=True),
        filters,
        nothing=say("没有导入的表格"),
        what_next=say("下载模板，填好后上传"),
        every_row=lambda: query.order_by(ImportBatch.id).iterator(),
    )
    mine = [kind for kind in ImportKind if actor().has(*SENDERS[kind])]
    return answer(listing, "finance/imports.html", say("批量导入"), kinds=mine)


@finance.get("/finance/imports/templates/<kind>/<unit>")
@allow(*IMPORTING)
def import_template(kind: str, unit: str) -> ResponseReturnValue:
    """An empty table to fill in."""
    chosen = _kind(kind)
    if unit not in set(AmountUnit):
        raise NotFound(say("没有这个模板"))
    file = workbooks.template(SHAPES[chosen], AmountUnit(unit), text)
    return _workbook(file, say("{kind}模板", kind=chosen))


@finance.route("/finance/imports/new/<kind>", methods=["GET", "POST"])
@allow(*IMPORTING)
def new_import(kind: str) -> ResponseReturnValue:
    """Send a table."""
    chosen = _kind(kind)
    actor().require(*SENDERS[chosen])
    form = _upload_form(chosen)
    if form.accepted():
        with form.refusals():
            batch = _received(chosen, form)
            return redirect(url_for("finance.import_batch", batch_id=batch.id))
    shape = SHAPES[chosen]
    return form.page("finance/import_new.html", kind=chosen, shape=shape, units=tuple(AmountUnit))


def _kind(kind: str) -> ImportKind:
    if kind not in set(ImportKind):
        raise NotFound(say("没有这种导入"))
    return ImportKind(kind)


def _upload_form(kind: ImportKind) -> UploadForm:
    if kind is ImportKind.PAYMENTS:
        return PaymentsOfUnitForm() if actor().has(Role.FINANCE) else PaymentsForm()
    if kind is ImportKind.STATEMENT:
        today = clock.today()
        return StatementForm(unit=AmountUnit.YUAN, year=today.year, month=today.month)
    return UploadForm()


def _received(kind: ImportKind, form: Any) -> ImportBatch:  # noqa: ANN401 - one of the forms
    sent = form.file.data
    if not sent or not sent.filename:
        raise Invalid({"file": say("请选择表格文件")})
    about: dict[str, Any] = {}
    if kind is ImportKind.STATEMENT:
        if not 1 <= form.month.data <= 12:
            raise Invalid({"month": say("月份须在1至12之间")})
        about = {"method": form.method.data, "year": form.year.data, "month": form.month.data}
        about |= {"opening": form.opening.data.fen, "closing": form.closing.data.fen}
    batch = batches.receive(
        kind=kind,
        received=documents.receive(sent.stream, name=sent.filename),
        unit=AmountUnit(str(form.unit.data)),
        organisation_id=_unit(form.organisation.data) if "organisation" in form else None,
        acceptance_id=paper(form, "acceptance") if "acceptance" in form else None,
        about=about,
        actor=actor(),
    )
    return batches.work_now(batch)


def _unit(name: str) -> int:
    named = (Organisation.code == name) | (Organisation.short_name == name) | (Organisation.name == name)
    found = Organisation.get_or_none(named)
    if found is None:
        raise Invalid({"organisation": say("没有代码或名称为“{name}”的单位", name=name)})
    return int(found.id)


@finance.get("/finance/imports/<int:batch_id>")
@allow(*SEEING)
def import_batch(batch_id: int) -> ResponseReturnValue:
    """One batch: what was found, how far it is, what is wrong, what may be done."""
    row = queries.batch(batch_id, actor())
    working = row.job_id is not None and not row.job.state.ended
    failed = row.job if row.job_id is not None and row.job.state is JobState.FAILED else None
    stated = stated_in(row) if row.kind is ImportKind.STATEMENT else None
    return render_template(
        "finance/import.html",
        batch=row,
        badge_of=BADGES,
        working=working,
        failed=failed,
        refusal=tell_refusal(failed.refusal) if failed and failed.refusal else [],
        problems=[Problem.from_data(one) for one in row.problems[:SHOWN_PROBLEMS]],
        stated=stated,
        findings=_following(row) if row.state is BatchState.READY else [],
        results=list(queries.results(batch_id).limit(50)),
        deeds=[] if working else _deeds(row),
        before=row.state in BEFORE_SUBMISSION,
        mine=row.made_by_id == actor().user_id,
        statement=queries.statement_of(row) if actor().has(*ACCOUNTS) else None,
        **(understood(row) if _has_to_be_seen(row) else {}),
    )


def _has_to_be_seen(row: Any) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether the table itself is shown: before it is handed in, and later where no papers come of it."""
    posted = row.state is BatchState.POSTED and row.kind in (ImportKind.REPORTS, ImportKind.STATEMENT)
    return posted or row.state is BatchState.READY


def _following(row: Any) -> list[Finding]:  # noqa: ANN401 - a Peewee row
    """Of a statement: how it goes with the one before it and after it."""
    return following(stated_in(row), clock.today()) if row.kind is ImportKind.STATEMENT else []


@finance.get("/finance/imports/<int:batch_id>/progress")
@allow(*SEEING)
def import_progress(batch_id: int) -> ResponseReturnValue:
    """How far a batch is, for the script that keeps its page up to date."""
    job = queries.batch(batch_id, actor()).job
    done, total = job.progress_done, job.progress_total or 0
    known = {"id": job.id, "ended": job.state.ended, "done": done, "total": total}
    return jsonify(requests=[{**known, "said": share_of(done, total)}])


def _deeds(row: Any) -> list[tuple[str, Message]]:  # noqa: ANN401 - a Peewee row
    """What this reader may do with a batch: the page and what its button says, the main thing first."""
    me = actor()
    mine = row.made_by_id == me.user_id
    if mine and row.state is BatchState.READY:
        return [("finance.submit_import", say("提交"))]
    if row.kind is ImportKind.PAYMENTS and me.has(Role.FINANCE) and not mine:
        back = ("finance.return_import", say("退回"))
        if row.state is BatchState.SUBMITTED:
            return [("finance.check_import", say("审核")), back]
        if row.state is BatchState.CHECKED:  # who checked it does not pay it, but may think better of it
            pay = [] if row.checked_by_id == me.user_id else [("finance.post_import", say("支付并记账"))]
            return [*pay, back]
        return []
    signing = row.kind is ImportKind.CONTRACTS
    second = (Role.FINANCE, Role.UNIT_FINANCE, Role.CIO) if signing else (Role.FINANCE,)
    waits = row.kind is not ImportKind.PAYMENTS and row.state is BatchState.SUBMITTED
    if waits and not mine and me.has(*second):
        label = say("签订合同") if signing else say("复核并记账")
        return [("finance.post_import", label)]
    return []


@finance.get("/finance/imports/<int:batch_id>/errors")
@allow(*SEEING)
def import_errors(batch_id: int) -> ResponseReturnValue:
    """What was sent, with its errors marked."""
    row = queries.batch(batch_id, actor())
    return _workbook(workbooks.marked(row, text), say("第{id}批错误清单", id=batch_id))


@finance.get("/finance/imports/<int:batch_id>/file")
@allow(*SEEING)
def import_file(batch_id: int) -> ResponseReturnValue:
    """The table as it was sent."""
    document = queries.batch(batch_id, actor()).document
    return send_file(
        documents.open_document(document),
        mimetype=document.media_type.value,
        as_attachment=True,
        download_name=document.file_name,
    )


def _workbook(file: IO[bytes], name: Message) -> ResponseReturnValue:
    return send_file(
        file,
        mimetype=MediaType.XLSX.value,
        as_attachment=True,
        download_name=f"{text(name)}.xlsx",
    )


@finance.route("/finance/imports/<int:batch_id>/columns", methods=["GET", "POST"])
@allow(*IMPORTING)
def import_columns(batch_id: int) -> ResponseReturnValue:
    """Say which head each column is, and in which unit the amounts are."""
    row = queries.batch(batch_id, actor())
    shape = SHAPES[row.kind]
    heads = table_of(row, shape).head.texts
    chosen = {f"column_{key}": head for key, head in row.mapping.items()}
    form = columns_form(
        shape, heads, version=row.version, unit=row.unit, unit_confirmed=row.unit_confirmed, **chosen
    )
    if form.accepted():
        with form.refusals():
            batch = batches.choose(
                batch_id=batch_id,
                expected_version=form.expected_version,
                mapping=form.mapping(shape),
                unit=AmountUnit(str(form.unit.data)),
                unit_confirmed=form.unit_confirmed.data,
                actor=actor(),
            )
            batches.work_now(batch)
            return redirect(url_for("finance.import_batch", batch_id=batch_id))
    return form.page("finance/import_columns.html", batch=row, columns=form.columns(shape))


@finance.route("/finance/imports/<int:batch_id>/submission", methods=["GET", "POST"])
@allow(*IMPORTING)
def submit_import(batch_id: int) -> ResponseReturnValue:
    """Hand in what was examined without an error."""
    row = queries.batch(batch_id, actor())
    happens = {
        ImportKind.PAYMENTS: say("{n}笔付款一次提出申请", n=row.rows),
        ImportKind.CONTRACTS: say("{n}行合同分期一次登记为合同草稿", n=row.rows),
        ImportKind.ALLOTMENTS: say("{n}项指标一次制成下达指令", n=row.rows),
        ImportKind.REPORTS: say("{n}个项目的季度完成投资一次填报", n=row.rows),
        ImportKind.STATEMENT: say("{n}行对账单入库并与账面核对", n=row.rows),
    }[row.kind]
    goes = {
        ImportKind.PAYMENTS: say("送财政部门：一人审核，另一人支付"),
        ImportKind.CONTRACTS: say("送另一人签订"),
        ImportKind.ALLOTMENTS: say("送另一名财政经办人复核记账"),
    }.get(row.kind, "")
    deed = replace(_deed(row, say("提交"), happens, say("提交"), goes), findings=_following(row))
    return _stepped(row, deed, batches.submit)


@finance.route("/finance/imports/<int:batch_id>/check", methods=["GET", "POST"])
@allow(Role.FINANCE)
def check_import(batch_id: int) -> ResponseReturnValue:
    """Check a list of payments, as the first officer."""
    row = queries.batch(batch_id, actor())
    happens = say("审核{n}笔付款", n=row.rows)
    deed = _deed(row, say("审核付款清单"), happens, say("审核通过"), say("送另一名财政经办人支付"))
    return _stepped(row, deed, batches.check)


@finance.route("/finance/imports/<int:batch_id>/posting", methods=["GET", "POST"])
@allow(Role.FINANCE, Role.UNIT_FINANCE, Role.CIO)
def post_import(batch_id: int) -> ResponseReturnValue:
    """Carry a batch out, as the second person."""
    row = queries.batch(batch_id, actor())
    happens = {
        ImportKind.CONTRACTS: say("签订本批全部合同，承诺列入本年指标"),
        ImportKind.ALLOTMENTS: say("本批指标全部记账"),
    }.get(row.kind, say("支付本批全部已审核的付款并记账"))
    final = say("一行不符即全部不办理；一经记账不能修改，只能另制红字凭证冲销。")
    return _stepped(row, _deed(row, say("整批记账"), happens, say("整批办理"), final=final), batches.post)


@finance.route("/finance/imports/<int:batch_id>/return", methods=["GET", "POST"])
@allow(Role.FINANCE)
def return_import(batch_id: int) -> ResponseReturnValue:
    """Send a list of payments back as a whole."""
    row = queries.batch(batch_id, actor())
    form = ReturnForm(version=row.version)
    if form.accepted():
        with form.refusals():
            batches.give_back(
                batch_id=batch_id,
                expected_version=form.expected_version,
                reason=form.reason.data,
                actor=actor(),
            )
            flash(text(say("付款清单已退回")), "success")
            return redirect(url_for("finance.import_batch", batch_id=batch_id))
    deed = _deed(row, say("退回付款清单"), say("退回{n}笔付款", n=row.rows), say("退回"), danger=True)
    return form.page("finance/act.html", deed=deed)


@finance.route("/finance/imports/<int:batch_id>/withdrawal", methods=["GET", "POST"])
@allow(*IMPORTING)
def withdraw_import(batch_id: int) -> ResponseReturnValue:
    """Take back what was not submitted."""
    row = queries.batch(batch_id, actor())
    deed = _deed(
        row, say("撤回批次"), say("撤回后此批不再办理，同一文件可以重新上传"), say("撤回"), danger=True
    )
    return _stepped(row, deed, batches.withdraw)


def _deed(
    row: Any,  # noqa: ANN401 - a Peewee row
    title: Message,
    happens: Message,
    label: Message,
    goes: Message | str = "",
    *,
    final: Message | str = "",
    danger: bool = False,
) -> Deed:
    return Deed(
        title,
        happens,
        label,
        url_for("finance.import_batch", batch_id=row.id),
        goes_to=goes,
        final=final,
        facts=(
            (say("内容"), row.kind),
            (say("文件"), row.document.file_name),
            (say("单位"), row.organisation.name),
            (say("合计"), say("{amount}", amount=row.total)),
        ),
        fields=("reason",) if danger and row.state in (BatchState.SUBMITTED, BatchState.CHECKED) else (),
        danger=danger,
    )


def _stepped(row: Any, deed: Deed, step: Any) -> ResponseReturnValue:  # noqa: ANN401
    """The page of a step: confirmed, taken, and what came of it."""
    form = VersionedForm(version=row.version)
    if form.accepted():
        with form.refusals():
            batch = step(batch_id=row.id, expected_version=form.expected_version, actor=actor())
            batch = batches.work_now(batch)
            if batch.state is not row.state:
                flash(text(say("已办理：{state}", state=batch.state)), "success")
            return redirect(url_for("finance.import_batch", batch_id=row.id))
    return form.page("finance/act.html", deed=deed)
