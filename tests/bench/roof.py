"""The roof: how fast the bare database writes the rows of a payment, with nothing of ours in between."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from portfolio.foundation.settings import Settings
from tests.bench.places import sqlite_path
from tests.bench.stock import AMOUNT, Stock
from tests.servers import postgresql_bin

SCRIPT = Path(__file__).with_name("payment.sql")


def pgbench(settings: Settings, stock: Stock, first: int, number: int, script: Path = SCRIPT) -> float:
    """Payments per second of one pgbench client that pays ``number`` applications from the ``first`` on."""
    folder = postgresql_bin()
    values = {
        "app": first - 1,
        "lines": stock.lines,
        "first_application": stock.application,
        "first_line": stock.line,
        "first_contract": stock.contract,
        "first_instalment": stock.instalment,
        "first_account": stock.account,
        "amount": AMOUNT,
        "treasury": stock.town.treasury.user_id,
        "maker": stock.town.unit_finance.user_id,
        "checker": stock.town.checker.user_id,
    }
    given = [word for name, value in values.items() for word in ("-D", f"{name}={value}")]
    command = [str(folder / "pgbench") if folder else "pgbench", "--no-vacuum", "--protocol", "prepared"]
    command += ["--client", "1", "--transactions", str(number), "--file", str(script), *given]
    told = subprocess.run(
        [*command, settings.database_url], capture_output=True, text=True, check=True, timeout=300
    )
    if f"processed: {number}/{number}" not in told.stdout:
        raise RuntimeError(told.stdout + told.stderr)
    return float(re.search(r"tps = ([\d.]+) \(without", told.stdout)[1])  # type: ignore[index]


_STATEMENTS = """
INSERT INTO posting_request (key, action, body_hash, answer, actor_id, at)
    VALUES ('roof-request-' || :app, 'payment.post', :hash, '{"entry":1}', :treasury, :at) RETURNING id;
UPDATE payment_application SET state = 'posted', posted_by_id = :treasury, posted_at = :at,
    version = version + 1 WHERE id = :app;
UPDATE contract SET paid = paid + :amount WHERE id = :contract;
UPDATE instalment SET paid = paid + :amount WHERE id = :instalment;
UPDATE project_account SET paid = paid + :amount WHERE id = :account;
UPDATE budget_line SET paid = paid + :amount, entry_count = entry_count + 1, previous_head = head_hash,
    head_hash = :hash WHERE id = :line;
INSERT INTO entry (line_id, number, kind, measure, amount, effective_on, at, maker_id, checker_id,
    posted_by_id, document_number, note, contract_id, instalment_id, application_id, request_id,
    previous_hash, hash)
    SELECT :line, entry_count, 'pay', 'paid', :amount, :day, :at, :maker, :checker, :treasury,
        '', '', :contract, :instalment, :app, :request, previous_head, head_hash
    FROM budget_line WHERE id = :line
"""


def raw_sqlite(settings: Settings, stock: Stock, at: str) -> Callable[[int, int], float]:
    """A function like ``pgbench`` for SQLite: the same rows through ``sqlite3`` alone."""
    connection = sqlite3.connect(sqlite_path(settings), isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = 1", "recursive_triggers = 1"):
        connection.execute(f"PRAGMA {pragma}")
    people = {
        "treasury": stock.town.treasury.user_id,
        "maker": stock.town.unit_finance.user_id,
        "checker": stock.town.checker.user_id,
    }
    claim, *rest = _STATEMENTS.strip().split(";\n")

    def pay(first: int, number: int) -> float:
        start = perf_counter()
        for application in range(first, first + number):
            i = (application - stock.application) % stock.lines
            values = {
                **people,
                "app": application,
                "hash": "1" * 64,
                "at": at,
                "day": at[:10],
                "amount": AMOUNT,
                "line": stock.line + i,
                "contract": stock.contract + i,
                "instalment": stock.instalment + i,
                "account": stock.account + i,
            }
            connection.execute("BEGIN IMMEDIATE")
            values["request"] = connection.execute(claim, values).fetchone()[0]
            for statement in rest:
                connection.execute(statement, values)
            connection.execute("COMMIT")
        return number / (perf_counter() - start)

    return pay
