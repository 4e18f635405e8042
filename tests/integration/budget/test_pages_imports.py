"""The pages of imports and reconciliation: from the template to the printed reconciliation of the month."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from flask import Flask
from python_calamine import CalamineWorkbook

from budget.rules.imports.fields import proposed
from budget.rules.imports.shapes import SHAPES
from budget.rules.imports.words import AmountUnit, BatchState, ImportKind
from budget.services.imports import batches
from budget.services.imports.importer import spoken
from budget.tables.contract import Contract
from budget.tables.entry import Entry, FundsOrder
from budget.tables.imports import ImportBatch
from budget.tables.payment import PaymentApplication
from budget.tables.reconciliation import BankStatement, Reconciliation
from portfolio.foundation.db import database
from portfolio.foundation.jobs import Job, JobRun
from portfolio.foundation.roles import Role
from tests import ledger, moneypages, sheets, web
from tests.ledger import City
from tests.sheets import PAYMENT_HEADS
from tests.web import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def town(one_app: Flask) -> City:
    town = ledger.city()
    moneypages.people(town)
    ledger.funded(town)
    return town


def upload(content: bytes, name: str = "三月付款.xlsx") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def step(visitor: web.Visitor, batch_id: int, name: str, **fields: Any) -> Any:
    address = f"/finance/imports/{batch_id}/{name}"
    page = visitor.get(address).get_data(as_text=True)
    return visitor.post(address, {"version": moneypages.hidden(page, "version"), **fields})


def test_a_list_goes_from_the_template_to_the_books(one_app: Flask, town: City) -> None:
    contract = ledger.signed(town, (2026, 40), (2026, 60))
    unit = web.visit(one_app, "unit-finance")
    template = unit.get("/finance/imports/templates/payments/wan")
    assert template.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(template.data))
    assert book.get_sheet_by_index(0).to_python()[0][3] == "金额（万元）*"

    page = web.text_of(unit.get("/finance/imports/new/payments"))
    assert "上传后先核对，不会直接记账" in page
    wrong = sheets.xlsx([PAYMENT_HEADS, [contract.code, 1, 50, "", ""], [contract.code, 1, 3, "", "好"]])
    sent = {"unit": "wan", "file": upload(wrong), "key": "import-page-1"}
    answer = unit.post("/finance/imports/new/payments", sent)
    assert answer.status_code == 302, web.text_of(answer)
    with web.queries() as seen:
        told = web.text_of(unit.get(answer.location))
    assert not web.writes(seen)
    assert len(seen) <= 8
    assert "有错误" in told
    assert "付款超过本期应付" in told
    marked = CalamineWorkbook.from_filelike(io.BytesIO(unit.get(f"{answer.location}/errors").data))
    rows = marked.get_sheet_by_index(0).to_python()
    assert rows[0][-1] == "错误"
    assert "付款超过本期应付" in rows[1][-1]
    assert rows[2][-1] == ""

    right = sheets.xlsx([PAYMENT_HEADS, [contract.code, 1, 3, "", "好"]])
    sent = {"unit": "wan", "file": upload(right), "key": "import-page-2"}
    answer = unit.post("/finance/imports/new/payments", sent)
    batch = ImportBatch.get(ImportBatch.state == BatchState.READY)
    assert "提交" in web.text_of(unit.get(answer.location))
    assert step(unit, batch.id, "submission").status_code == 302
    again = {"unit": "wan", "file": upload(right), "key": "import-page-3"}
    refused = unit.post("/finance/imports/new/payments", again)
    assert refused.status_code == 409
    assert "同一文件已于2026-03-02 10:00由unit-finance导入" in web.text_of(refused)

    checker, treasury = web.visit(one_app, "checker"), web.visit(one_app, "treasury")
    assert step(checker, batch.id, "check").status_code == 302
    told = checker.get(f"/finance/imports/{batch.id}").get_data(as_text=True)
    assert f"/finance/imports/{batch.id}/return" in told, "who checked it may still send it back"
    assert f"/finance/imports/{batch.id}/posting" not in told
    assert step(treasury, batch.id, "posting").status_code == 302
    assert sheets.fresh(batch).state is BatchState.POSTED
    assert "已支付" in web.text_of(treasury.get(f"/finance/imports/{batch.id}"))
    assert "三月付款.xlsx" in web.text_of(treasury.get("/finance/imports"))
    stranger = moneypages.stranger(one_app, Role.UNIT_FINANCE)
    assert stranger.get(f"/finance/imports/{batch.id}").status_code == 404
    assert stranger.get(f"/finance/imports/{batch.id}/file").status_code == 404


def test_unknown_heads_are_mapped_on_a_page(one_app: Flask, town: City) -> None:
    contract = ledger.signed(town, (2026, 40))
    unit = web.visit(one_app, "unit-finance")
    table = sheets.xlsx([["合同", "第几期", "钱"], [contract.code, 1, 3]])
    unit.post("/finance/imports/new/payments", {"unit": "wan", "file": upload(table), "key": "import-page-4"})
    batch = ImportBatch.get()
    assert batch.state is BatchState.UNMAPPED
    chosen = {"column_contract": "合同", "column_instalment": "第几期", "column_amount": "钱", "unit": "wan"}
    assert step(unit, batch.id, "columns", **chosen).status_code == 302
    assert sheets.fresh(batch).state is BatchState.READY
    assert step(unit, batch.id, "withdrawal").status_code == 302
    assert sheets.fresh(batch).state is BatchState.WITHDRAWN


def test_what_was_read_is_shown_before_it_is_handed_in(one_app: Flask, town: City) -> None:
    contract = ledger.signed(town, (2026, 40))
    unit = web.visit(one_app, "unit-finance")
    heads = ["序号", "合同号", "期次", "支付金额（元）", "付款日期", "备注"]
    rows = [[at, contract.code, "第1期", "￥1,000.50", "2026/3/1", "x"] for at in range(1, 24)]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("三月")
        for number, row in enumerate([["付款清单"], heads, *rows, ["", "合计", "", 23_011.5]]):
            sheet.write_row(number, 0, row)
        book.add_worksheet("四月").write(0, 0, "另一张")
    sent = {"unit": "yuan", "file": upload(file.getvalue()), "key": "import-page-10"}
    sent["acceptance"] = (io.BytesIO(moneypages.PDF), "验收.pdf")
    place = unit.post("/finance/imports/new/payments", sent).location
    with web.queries() as seen:
        told = text_of(unit.get(place))
    assert not web.writes(seen)
    assert len(seen) <= 8
    assert "待提交" in told
    assert "读到的内容 前 20 行" in told
    assert f"3 {contract.code} 1 1,000.50 2026-03-01" in told
    assert "列的对应 合同号 → 合同编号、付款日期 → 记账日期" in told
    assert "未导入的列 序号、备注" in told
    assert "未读取的工作表 四月" in told
    batch = ImportBatch.get()
    assert (batch.rows, batch.total) == (23, ledger.wan("2.30115"))
    step(unit, batch.id, "submission")
    assert "读到的内容" not in text_of(unit.get(place))


def test_a_template_tells_the_spreadsheet_what_its_columns_hold(one_app: Flask, town: City) -> None:
    template = web.visit(one_app, "maker").get("/finance/imports/templates/allotments/wan").data
    sheet = openpyxl.load_workbook(io.BytesIO(template)).worksheets[0]
    formats = {sheet[f"{letter}1"].value: sheet.column_dimensions[letter].number_format for letter in "AD"}
    assert formats == {"项目编号*": "@", "下达金额（万元）*": "#,##0.00####"}
    choices = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert choices["H2:H100001"] == '"直接支付,授权支付"'


@pytest.mark.parametrize("kind", list(ImportKind))
def test_an_english_template_is_understood_when_it_comes_back(
    one_app: Flask, town: City, kind: ImportKind
) -> None:
    who = {ImportKind.CONTRACTS: "unit-finance", ImportKind.REPORTS: "applicant"}.get(kind, "maker")
    sender = web.visit(one_app, who)
    sender.post("/language/en", {"next": "/"})
    template = sender.get(f"/finance/imports/templates/{kind.value}/yuan").data
    heads = CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_index(0).to_python()[0]
    shape = SHAPES[kind]
    assert any(str(head).endswith(("(CNY)", "(CNY)*")) for head in heads)
    found = proposed(shape, [str(head) for head in heads], {}, spoken(kind))
    assert list(found) == [one.key for one in shape.fields]


def test_words_of_an_english_template_are_words(town: City) -> None:
    ledger.plan(town, 2026, 500)
    heads = ("Project code*", "Budget year*", "Funding*", "Amount to allot (CNY 10k)*", "Allotment document*")
    row = (town.project.code, 2026, "municipal budget", 1, "渝财1号", "Authorised payment")
    table = sheets.xlsx([(*heads, "Payment method"), row])
    batch = sheets.receive(town.maker, table, kind=ImportKind.ALLOTMENTS)
    assert (batch.state, sheets.told(batch)) == (BatchState.READY, [])


def test_formulas_are_refused_on_the_page_and_nothing_is_kept(one_app: Flask, town: City) -> None:
    unit = web.visit(one_app, "unit-finance")
    table = "合同编号,金额\nHT-1,=1+1\n".encode("gbk")
    sent = {"unit": "wan", "file": upload(table, "a.csv"), "key": "import-page-5"}
    answer = unit.post("/finance/imports/new/payments", sent)
    assert answer.status_code == 422
    assert "B2含有公式" in web.text_of(answer)
    assert ImportBatch.select().count() == 0
    assert unit.post("/finance/imports/new/statement", {"unit": "wan"}).status_code == 403


def assert_found(maker: web.Visitor, contract: Contract) -> None:
    """The lists around a statement are narrowed by what their addresses say."""
    for chosen, count in (
        (f"q={contract.supplier.name}", 2),
        (f"q={contract.code}", 1),
        ("q=没有这家", 0),
        ("method=direct&month=3", 2),
        ("method=authorised", 0),
    ):
        assert f"共 {count} 条" in web.text_of(maker.get(f"/finance/reconciliation?{chosen}")), chosen
    for address, there, elsewhere in (
        ("statements", "year=2026&method=direct&state=open", "method=authorised"),
        ("imports", "q=对账单", "q=付款"),
    ):
        assert "共 1 条" in web.text_of(maker.get(f"/finance/{address}?{there}"))
        assert "共 0 条" in web.text_of(maker.get(f"/finance/{address}?{elsewhere}"))


def test_a_statement_is_worked_off_and_printed(one_app: Flask, town: City) -> None:
    contract = ledger.signed(town, (2026, 1), (2026, 2))
    ledger.pay(town, contract, 1)
    ledger.pay(town, contract, 2, 2)
    maker = web.visit(one_app, "maker")
    table = sheets.xlsx(
        [
            ("日期", "支出金额", "对方户名", "摘要"),
            (date(2026, 3, 3), 10_000, contract.supplier.name, "款"),
            (date(2026, 3, 3), 20_000.5, contract.supplier.name, "款"),
        ]
    )
    sent = {"unit": "yuan", "file": upload(table, "对账单.xlsx"), "key": "import-page-6"}
    month = {"method": "direct", "year": 2026, "month": 3, "opening": "500,000", "closing": "469,999.5"}
    answer = maker.post("/finance/imports/new/statement", {**sent, **month})
    assert answer.status_code == 302, web.text_of(answer)
    assert step(maker, ImportBatch.get().id, "submission").status_code == 302
    queue = web.text_of(maker.get("/finance/reconciliation"))
    assert "银行有、账面无" in queue
    assert "账面有、银行无" in queue
    assert "共 2 条" in queue
    assert_found(maker, contract)
    assert "本月对账尚有2项差异未处理" in web.text_of(maker.get("/finance/periods/2026/3/closing"))

    line = Reconciliation.get(Reconciliation.outcome == "bank_only")
    other = Reconciliation.get(Reconciliation.outcome == "books_only")
    address = f"/finance/reconciliation/{line.id}/link"
    page = maker.get(address).get_data(as_text=True)
    fields = {"version": moneypages.hidden(page, "version"), "other": str(other.id)}
    assert maker.post(address, fields).status_code == 422
    assert maker.post(address, {**fields, "reason": "银行多付五角"}).status_code == 302
    assert "没有待处理的对账差异" in web.text_of(maker.get("/finance/reconciliation"))
    assert "本月对账没有未处理的差异" in web.text_of(maker.get("/finance/periods/2026/3/closing"))

    assert "读到的内容" in web.text_of(maker.get(f"/finance/imports/{ImportBatch.get().id}"))
    statement = BankStatement.get()
    with web.queries() as seen:
        sheet = web.text_of(maker.get(f"/finance/statements/{statement.id}"))
    assert not web.writes(seen)
    assert len(seen) <= 14
    assert "期末余额 469,999.50" in sheet
    assert "账面余额（按收付推算） 470,000.00" in sheet
    assert "两方调节后一致" in sheet
    assert "银行多付五角" in sheet
    assert sheet.count("调节后余额 469,999.50") == 2
    book = maker.get(f"/finance/statements/{statement.id}?format=xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.data)).get_sheet_by_index(0).to_python()
    assert [row[3:5] for row in rows[1:5]] == [[500_000, ""], [0, ""], [30_000.5, ""], [469_999.5, ""]]
    assert [row[3:5] for row in rows[8:12]] == [["", 500_000], ["", 0], ["", 30_000], ["", 470_000]]
    assert maker.post(f"/finance/statements/{statement.id}/matching").status_code == 302
    for page in ("/finance/statements", f"/finance/reconciliation/{line.id}"):
        assert maker.get(page).status_code == 200


def test_a_statement_goes_to_a_second_officer_and_back(one_app: Flask, town: City) -> None:
    maker, checker = web.visit(one_app, "maker"), web.visit(one_app, "checker")
    table = sheets.xlsx([("日期", "收入金额"), (date(2026, 3, 3), 5)])
    form = {"unit": "yuan", "file": upload(table, "三月.xlsx"), "key": "import-page-7", "method": "direct"}
    stated = {"year": 2026, "month": 3, "opening": "100", "closing": "104"}
    answer = maker.post("/finance/imports/new/statement", {**form, **stated})
    assert "与期末余额104.00元相差1.00元" in web.text_of(maker.get(answer.location))
    stated["closing"] = "105"
    form |= {"file": upload(table, "三月.xlsx"), "key": "import-page-8"}
    answer = maker.post("/finance/imports/new/statement", {**form, **stated})
    batch = ImportBatch.get(ImportBatch.state == BatchState.READY)
    assert step(maker, batch.id, "submission").status_code == 302
    row = BankStatement.get()
    address = f"/finance/statements/{row.id}"

    def take(visitor: web.Visitor, name: str, **fields: str) -> Any:
        page = visitor.get(f"{address}/{name}").get_data(as_text=True)
        return visitor.post(f"{address}/{name}", {"version": moneypages.hidden(page, "version"), **fields})

    assert "此对账单尚有1项差异未处理" in web.text_of(take(maker, "submission"))
    item = Reconciliation.get()
    page = maker.get(f"/finance/reconciliation/{item.id}/explanation").get_data(as_text=True)
    said = {"version": moneypages.hidden(page, "version"), "reason": "利息"}
    maker.post(f"/finance/reconciliation/{item.id}/explanation", said)
    assert take(maker, "submission").status_code == 302
    assert "复核2026-03直接支付调节表" in web.text_of(checker.get("/"))
    assert take(maker, "confirmation").status_code == 422
    assert take(checker, "withdrawal", reason="不是我的").status_code == 403
    assert take(checker, "return", reason="请附利息单").status_code == 302
    told = web.text_of(maker.get(address))
    assert "撤回或退回理由：请附利息单" in told
    assert "核对中" in told
    assert take(maker, "submission").status_code == 302
    assert take(maker, "withdrawal").status_code == 422
    assert take(maker, "withdrawal", reason="再核一遍").status_code == 302
    assert take(maker, "submission").status_code == 302
    assert take(checker, "confirmation").status_code == 302
    assert "复核：checker" in web.text_of(maker.get(address))
    assert take(maker, "withdrawal", reason="晚了").status_code == 422
    assert "已复核" in web.text_of(maker.get("/finance/statements"))


def test_problems_are_told_in_the_language_of_the_reader(one_app: Flask, town: City) -> None:
    contract = ledger.signed(town, (2026, 40))
    unit = web.visit(one_app, "unit-finance")
    wrong = sheets.xlsx([PAYMENT_HEADS, ["HT-0", 1, 1, "", ""], [contract.code, 1, 50, "", ""]])
    sent = {"unit": "wan", "file": upload(wrong), "key": "import-page-9"}
    place = unit.post("/finance/imports/new/payments", sent).location
    batch = ImportBatch.get()
    assert batch.problems[0]["what"] == {"say": "本单位没有编号为“{code}”的合同", "values": {"code": "HT-0"}}
    unit.post("/language/en", {"next": "/"})
    told = web.text_of(unit.get(place))
    assert "Contract no. The unit has no contract numbered “HT-0”" in told
    assert "The payment exceeds what is due for this instalment: CNY 400,000.00 left" in told
    book = CalamineWorkbook.from_filelike(io.BytesIO(unit.get(f"{place}/errors").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][-1] == "Errors"
    assert rows[1][-1].startswith("Contract no.: The unit has no contract numbered “HT-0”: Check")

    what = "本单位没有编号为“HT-0”的合同"  # a finished sentence, as batches kept them once
    earlier = {"row": 2, "column": "合同编号", "what": what, "basis": "", "remedy": ""}
    ImportBatch.update(problems=[earlier]).execute()
    assert "Contract no. 本单位没有编号为“HT-0”的合同" in web.text_of(unit.get(place))
    book = CalamineWorkbook.from_filelike(io.BytesIO(unit.get(f"{place}/errors").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][-1] == "Contract no.: 本单位没有编号为“HT-0”的合同"


def test_what_refuses_a_whole_batch_is_told_in_the_language_of_the_reader(one_app: Flask, town: City) -> None:
    contract = ledger.signed(town, (2026, 40))
    acceptance = int(ledger.paper(town.unit_finance).id)
    table = sheets.xlsx([PAYMENT_HEADS, [contract.code, 1, 30, "", ""]])
    batch = sheets.receive(town.unit_finance, table, acceptance_id=acceptance)
    batch = sheets.checked(town.checker, sheets.submitted(town.unit_finance, batch))
    ledger.pay(town, contract, 20)
    assert sheets.posted(town.treasury, batch).state is BatchState.CHECKED
    treasury = web.visit(one_app, "treasury")
    place = f"/finance/imports/{batch.id}"
    assert "第2行：付款超过本期应付" in web.text_of(treasury.get(place))
    treasury.post("/language/en", {"next": "/"})
    assert "Row 2: The payment exceeds what is due" in web.text_of(treasury.get(place))


def test_a_long_batch_shows_how_far_it_is(
    one_app: Flask, town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = ledger.signed(town, (2026, 40))
    table = sheets.xlsx([PAYMENT_HEADS, *([contract.code, 1, "0.1", "", ""] for _ in range(5))])
    seen: list[tuple[int, int]] = []
    report = JobRun.progress

    def watched(run: JobRun, done: int, total: int) -> None:
        """Report, and look with the eyes of somebody else."""
        report(run, done, total)
        with closing(sqlite3.connect(str(database.obj.database))) as other:
            seen.append(other.execute("SELECT progress_done, progress_total FROM job").fetchone())

    monkeypatch.setattr("portfolio.foundation.jobs.run.PROGRESS_SECONDS", 0)
    monkeypatch.setattr(JobRun, "progress", watched)
    batch = batches.receive(
        kind=ImportKind.PAYMENTS, received=sheets.sent(table), unit=AmountUnit.WAN, actor=town.unit_finance
    )
    assert batch.rows == 5
    unit = web.visit(one_app, "unit-finance")
    place = f"/finance/imports/{batch.id}"
    assert "已核对的行： 0%（0 / 5）" in web.text_of(unit.get(place))
    Job.update(progress_done=2, progress_total=5).execute()
    page = unit.get(place).get_data(as_text=True)
    assert f'data-progress="{place}/progress"' in page
    assert "40%（2 / 5）" in page
    with web.queries() as asked:
        known = unit.get(f"{place}/progress").json
    assert len(asked) <= 3
    assert known == {
        "requests": [{"id": batch.job_id, "ended": False, "done": 2, "total": 5, "said": "40%（2 / 5）"}]
    }
    assert sheets.done(batch).state is BatchState.READY
    assert seen == [(number, 5) for number in range(1, 6)]
    assert unit.get(f"{place}/progress").json["requests"][0]["ended"] is True
    assert "data-progress" not in unit.get(place).get_data(as_text=True)


def _program() -> tuple[bytes, str]:
    return b"MZ\x90\x00" + b"\0" * 200, "Windows 可执行程序"


def _bomb() -> tuple[bytes, str]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", b"\0" * (64 << 20))
    return file.getvalue(), "展开后过大"


def _written(fill: Any) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, PAYMENT_HEADS)
        fill(sheet)
    return file.getvalue()


def _too_long() -> tuple[bytes, str]:
    return _written(lambda sheet: sheet.write(100_001, 2, 1)), "第100002行"


def _formula() -> tuple[bytes, str]:
    return _written(lambda sheet: sheet.write_formula("C3", "=1+1")), "C3含有公式"


def _merged() -> tuple[bytes, str]:
    return _written(lambda sheet: sheet.merge_range("A4:B4", "合计")), "A4:B4合并了单元格"


def test_what_cannot_be_a_table_is_refused_with_its_place_and_posts_nothing(
    one_app: Flask, town: City
) -> None:
    unit, officer = web.visit(one_app, "unit-finance"), web.visit(one_app, "maker")
    entries = Entry.select().count()
    for make in (_formula, _merged, _too_long, _bomb, _program):
        content, why = make()
        for who, kind in ((unit, "payments"), (unit, "contracts"), (officer, "allotments")):
            sent = {"unit": "wan", "key": f"{make.__name__}-{kind}", "file": upload(content, "清单.xlsx")}
            answer = who.post(f"/finance/imports/new/{kind}", sent)
            assert answer.status_code == 422, make.__name__
            assert why in text_of(answer)
    assert ImportBatch.select().count() == 0
    assert (Entry.select().count(), PaymentApplication.select().count()) == (entries, 0)
    assert FundsOrder.select().where(FundsOrder.state == "drafted").count() == 0
