"""Rows to measure on: many projects with money, contracts and checked payments, made set-based in SQL.

Everything goes through the constraints of the tables; what has no bearing on speed (the text of a hash) is
filled in plainly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from budget.rules.words import (
    AccountState,
    ApplicationState,
    ContractKind,
    ContractState,
    EntryKind,
    FiscalLevel,
    InstalmentKind,
    Measure,
    PaymentMethod,
    ProcurementMethod,
)
from budget.tables.contract import Contract, Instalment, Supplier
from budget.tables.entry import Entry
from budget.tables.line import BudgetLine
from budget.tables.payment import PaymentApplication, PostingRequest
from budget.tables.project_account import ProjectAccount
from portfolio.foundation import clock
from portfolio.foundation.db import Table, canonical_json, database, dialect, transaction
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource, Route, Track
from portfolio.tables.project import Project
from tests import ledger
from tests.ledger import City

AMOUNT = 100_00
"""What each payment pays, in fen."""
PLENTY = 10**13


@dataclass(frozen=True)
class Stock:
    """Projects, each with one line, contract and instalment; the ids of each kind lie in a row.

    The payment applications go round: the ``n``-th belongs to the ``n mod lines``-th line.
    """

    town: City
    lines: int
    project: int
    account: int
    line: int
    contract: int
    instalment: int
    application: int
    applications: int

    def take(self, number: int) -> Iterator[int]:
        """The ids of the first ``number`` applications."""
        return iter(range(self.application, self.application + number))


def written(value: Any) -> str:
    """A value as SQL."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Money):
        value = value.fen
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value)) if dialect() == "sqlite" else str(value).upper()
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, dict):
        value = canonical_json(value)
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def fill(table: type[Table], count: int, **columns: Any) -> int:
    """Make ``count`` rows in one statement; the id of the first.

    A column is a value, or in square brackets SQL over ``i``, which counts from 0; columns not named are as
    the table has them by default.
    """
    names, values = [], []
    for column in table._meta.sorted_fields:
        if column.name == "id":
            continue
        given = columns.get(column.name, column.default() if callable(column.default) else column.default)
        names.append(f'"{column.column_name}"')
        sql = isinstance(given, str) and given.startswith("[")
        values.append(given[1:-1] if sql else written(given))
    if dialect() == "sqlite":
        more = f"SELECT i + 1 FROM c WHERE i + 1 < {count}"
        counted = f"(WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL {more}) SELECT i FROM c)"
    else:
        counted = f"(SELECT i FROM generate_series(0, {count - 1}) AS i)"
    name = table._meta.table_name
    statement = f'INSERT INTO "{name}" ({", ".join(names)}) SELECT {", ".join(values)} FROM {counted} AS n'
    database.execute_sql(statement.replace("%", "%%") if dialect() == "postgresql" else statement)
    newest = database.execute_sql(f'SELECT MAX("id") FROM "{name}"').fetchone()[0]
    return int(newest) - count + 1


def analyse() -> None:
    """Let the database count its rows, as a running one would have done."""
    database.execute_sql("ANALYZE")


def stocked(lines: int, applications: int, *, town: City | None = None) -> Stock:
    """``lines`` projects with money, and ``applications`` checked payments for them."""
    town = town or ledger.city()
    each = -(-applications // lines) * AMOUNT + AMOUNT
    now, year = clock.now().astimezone(clock.ZONE), clock.today().year
    with transaction():
        project = _projects(town, lines)
        account = fill(
            ProjectAccount,
            lines,
            project=f"[{project} + i]",
            state=AccountState.OPEN,
            cap=PLENTY,
            contracted=each,
            allotted=each,
            opened_by=town.authority.user_id,
            opened_at=now,
        )
        line = fill(
            BudgetLine,
            lines,
            project=f"[{project} + i]",
            year=year,
            source=FundingSource.MUNICIPAL,
            level=FiscalLevel.MUNICIPAL,
            method=PaymentMethod.DIRECT,
            document_number="渝财1号",
            functional_code="2010399",
            economic_code="31002",
            allotted=each,
            released=each,
            committed=each,
        )
        contract = _contracts(town, lines, project, each)
        instalment = fill(
            Instalment,
            lines,
            contract=f"[{contract} + i]",
            number=1,
            year=year,
            source=FundingSource.MUNICIPAL,
            kind=InstalmentKind.ADVANCE,
            amount=each,
            line=f"[{line} + i]",
            committed=each,
        )
        application = _applications(town, lines, applications, line, instalment)
        _requests(town, project)
    analyse()
    return Stock(town, lines, project, account, line, contract, instalment, application, applications)


def _applications(
    town: City, lines: int, applications: int, line: int, instalment: int, **posted: Any
) -> int:
    """Applications that are checked, and ``posted`` where more of them is said."""
    now = clock.now().astimezone(clock.ZONE)
    return fill(
        PaymentApplication,
        applications,
        organisation=town.unit.id,
        line=f"[{line} + i % {lines}]",
        instalment=f"[{instalment} + i % {lines}]",
        amount=AMOUNT,
        invoice=ledger.paper(town.unit_finance).id,
        applied_by=town.unit_finance.user_id,
        applied_at=now,
        checked_by=town.checker.user_id,
        checked_at=now,
        **{"state": ApplicationState.CHECKED, **posted},
    )


def _requests(town: City, project: int) -> None:
    fill(  # of the years before, so that nothing is planned for an empty table
        PostingRequest,
        10_000,
        key=f"['earlier-request-' || {project} || '-' || i]",
        action="payment.post",
        body_hash="0" * 64,
        answer={},
        actor=town.treasury.user_id,
        at=clock.now(),
    )


def _contracts(town: City, lines: int, project: int, each: int) -> int:
    now = clock.now().astimezone(clock.ZONE)
    supplier = fill(
        Supplier, 1, code=f"S-{project}", name="供应商", added_by=town.applicant.user_id, added_at=now
    )
    return fill(
        Contract,
        lines,
        project=f"[{project} + i]",
        organisation=town.unit.id,
        supplier=supplier,
        code=f"['HT-' || ({project} + i)]",
        title="平台建设",
        kind=ContractKind.CONSTRUCTION,
        state=ContractState.EFFECTIVE,
        procurement_method=ProcurementMethod.OPEN_TENDER,
        original_value=each,
        value=each,
        instalments_total=each,
        drafted_by=town.applicant.user_id,
        drafted_at=now,
        signed_on=now.date(),
        signed_by=town.unit_finance.user_id,
        signed_at=now,
    )


def _projects(town: City, count: int) -> int:
    return fill(
        Project,
        count,
        code=f"['B-{clock.now().timestamp():.0f}-' || i]",
        name="['平台建设项目第' || i || '号']",
        owner=town.unit.id,
        track=Track.GOVERNMENT,
        route=Route.ORDINARY,
        created_by=town.applicant.user_id,
        created_at=clock.now(),
    )


def paid(stock: Stock, count: int) -> None:
    """``count`` payments that lie in the books already with their applications, their lines moved by them."""
    each = count // stock.lines
    now = clock.now()
    with transaction():
        database.execute_sql(
            f'UPDATE "budget_line" SET "allotted" = {PLENTY}, "released" = {PLENTY}, "committed" = {PLENTY},'
            f' "paid" = "paid" + {each * AMOUNT}, "entry_count" = "entry_count" + {each}'
            f" WHERE id >= {stock.line} AND id < {stock.line + stock.lines}"
        )
        posted = {
            "state": ApplicationState.POSTED,
            "posted_by": stock.town.treasury.user_id,
            "posted_at": now,
        }
        count = each * stock.lines
        application = _applications(stock.town, stock.lines, count, stock.line, stock.instalment, **posted)
        fill(
            Entry,
            count,
            line=f"[{stock.line} + i % {stock.lines}]",
            number=f"[1 + i / {stock.lines}]",
            kind=EntryKind.PAY,
            measure=Measure.PAID,
            amount=AMOUNT,
            effective_on=now.date(),
            at=now,
            maker=stock.town.unit_finance.user_id,
            checker=stock.town.checker.user_id,
            posted_by=stock.town.treasury.user_id,
            contract=f"[{stock.contract} + i % {stock.lines}]",
            instalment=f"[{stock.instalment} + i % {stock.lines}]",
            application=f"[{application} + i]",
            previous_hash="0" * 64,
            hash="1" * 64,
        )
    analyse()
