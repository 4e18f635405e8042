"""The ledger as a journal: other programs read it, check it and come to the same totals."""

from __future__ import annotations

import subprocess

import pytest
from beancount import loader
from beancount.core import realization
from beancount.core.data import Transaction

import wsgi
from budget.queries.journal import journal_lines
from budget.queries.verification import verify
from budget.rules.journal import JournalFormat
from budget.services import funds
from portfolio.foundation.db import database as bound
from tests import ledger

pytestmark = pytest.mark.usefixtures("clock")

ROUGH = '渝财〔2026〕7号; "一" | 二, 三: 四\\\n五'


@pytest.fixture
def town(database):
    town = ledger.city()
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    line = ledger.allot(town, 2026, 200)
    ledger.release(town, line, 199)
    contract = ledger.signed(town, (2026, 100), (2027, 50))
    ledger.pay(town, contract, 40)
    ledger.cost(town, line, 5)
    order = funds.draft_release(
        line_id=line.id, amount=ledger.wan(1), document_number=ROUGH, actor=town.maker
    )
    funds.release(order_id=order.id, key=ledger.key(), actor=town.checker)
    return town


def _written(form, path):
    path.write_text("\n".join(journal_lines(form)) + "\n", encoding="utf-8")
    return path


@pytest.mark.needs("hledger")
def test_hledger_accepts_the_journal_and_comes_to_the_same_total(town, tmp_path):
    path = _written(JournalFormat.HLEDGER, tmp_path / "ledger.journal")
    subprocess.run(["hledger", "-f", path, "check", "--strict", "ordereddates"], check=True)
    command = ["hledger", "-f", path, "balance", "指标", "--depth", "1", "--no-total", "--layout", "bare"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    total = verify().total
    assert total.fen > 0
    assert told.split()[0] == total.yuan_text().replace(",", "")


def test_beancount_accepts_the_journal_and_comes_to_the_same_total(town, tmp_path):
    path = _written(JournalFormat.BEANCOUNT, tmp_path / "ledger.beancount")
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    found = verify()
    assert sum(isinstance(entry, Transaction) for entry in entries) == found.entries
    held = realization.compute_balance(realization.realize(entries)["Assets"]).get_currency_units("CNY")
    assert int(held.number * 100) == found.total.fen


def test_an_altered_entry_fails_the_assertions_of_the_reader(town, tmp_path):
    path = _written(JournalFormat.BEANCOUNT, tmp_path / "ledger.beancount")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("400000.00 CNY", "400001.00 CNY", 2), encoding="utf-8")
    _, errors, _ = loader.load_file(str(path))
    assert any("Balance failed" in error.message for error in errors)


def test_a_ledger_without_entries_is_a_journal_too(database, tmp_path):
    path = _written(JournalFormat.BEANCOUNT, tmp_path / "ledger.beancount")
    assert loader.load_file(str(path))[1] == []


def test_the_journal_costs_a_fixed_number_of_queries(town):
    seen = []
    bound.obj.query_hooks.append(seen.append)
    try:
        list(journal_lines(JournalFormat.HLEDGER))
    finally:
        bound.obj.query_hooks.remove(seen.append)
    assert len(seen) <= 7


def test_the_command_writes_a_file_or_standard_output(town, database, tmp_path):
    runner = wsgi.create_app(database.settings).test_cli_runner()
    path = tmp_path / "out.journal"
    written = runner.invoke(args=["ledger", "export", "--format", "hledger", "-o", str(path)])
    assert (written.exit_code, written.stdout) == (0, "")
    printed = runner.invoke(args=["ledger", "export", "--format", "hledger"])
    assert printed.stdout == path.read_text(encoding="utf-8")
    assert runner.invoke(args=["ledger", "export", "--format", "ledger"]).exit_code == 2
