"""Contracts by list, a row for each instalment: drafted by one person, signed by another, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from budget.queries.subjects import found_by_code
from budget.rules.accounts import act_of
from budget.rules.imports.fields import Problem, Row, Shape
from budget.rules.imports.shapes import CONTRACTS
from budget.rules.imports.words import BatchState
from budget.rules.schedule import InstalmentPlan, balance_finding
from budget.rules.words import ContractState, InstalmentKind
from budget.services.companions import account_changes
from budget.services.contracts import add_supplier, draft_contract, sign_contract
from budget.services.contracts.drafts import Procurement
from budget.services.imports.importer import Outcome, in_row, trial, tried
from budget.services.posting import move
from budget.tables.contract import Contract, Supplier
from budget.tables.imports import ImportBatch, ImportRow
from portfolio.foundation.errors import Invalid, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import FundingSource

_OF_CONTRACT = ("title", "whose", "kind", "supplier", "method", "procurement_number", "award", "value")


class Contracts:
    """Lists of contracts."""

    shape: Shape = CONTRACTS

    def examine(self, batch: ImportBatch, rows: Iterator[Row], outcome: Outcome, actor: Actor) -> None:
        """Draft every contract, count it against its project, and take it all back."""
        total = 0
        groups = _grouped(rows)  # read before anything is locked
        with trial():
            for group in groups:
                first = group[0]
                for problem in _unlike(group):
                    outcome.note(problem)
                tried(outcome, first.number, "", lambda group=group: _counted(group, actor))  # type: ignore[misc]
                total += first["value"].fen
        outcome.total = Money(total)

    def submit(self, batch: ImportBatch, rows: Iterator[Row], actor: Actor) -> BatchState:
        """Draft every contract."""
        for group in _grouped(rows):
            with in_row(group[0].number):
                contract = _draft(group, actor)
            ImportRow.create(batch=batch, number=group[0].number, contract=contract)
        return BatchState.SUBMITTED

    def post(self, batch: ImportBatch, actor: Actor, request: int) -> None:
        """Sign every contract of the batch that is still a draft."""
        for row in (
            ImportRow.select(ImportRow, Contract)
            .join(Contract)
            .where(ImportRow.batch == batch.id, Contract.state == ContractState.DRAFT)
            .order_by(ImportRow.number)
        ):
            with in_row(row.number):
                sign_contract(
                    contract_id=row.contract_id,
                    expected_version=row.contract.version,
                    key=f"import-{batch.id}-{row.number}-sign",
                    actor=actor,
                )


def _grouped(rows: Iterable[Row]) -> list[list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["code"], []).append(row)
    return list(groups.values())


def _unlike(group: list[Row]) -> Iterator[Problem]:
    """A contract is told alike in all of its rows."""
    first = group[0]
    for row in group[1:]:
        for key in _OF_CONTRACT:
            if row[key] != first[key]:
                what = say(
                    "同一合同在第{row}行的“{head}”不同", row=first.number, head=CONTRACTS.field(key).head
                )
                yield Problem(row.number, CONTRACTS.field(key).head, what)


def _draft(group: list[Row], actor: Actor) -> Contract:
    first = group[0]
    whose: dict[str, Any] = found_by_code(first["whose"], "whose")
    return draft_contract(
        **whose,
        code=first["code"],
        title=first["title"],
        kind=first["kind"],
        supplier_id=_supplier(first, actor),
        value=first["value"],
        instalments=_plans(group),
        procurement=Procurement(
            first["method"], first["procurement_number"] or "", first["ceiling_price"], first["award"]
        ),
        actor=actor,
    )


def _plans(group: list[Row]) -> list[InstalmentPlan]:
    return [
        InstalmentPlan(
            row["year"],
            row["amount"],
            row["instalment_kind"] or InstalmentKind.PROGRESS,
            row["source"] or FundingSource.MUNICIPAL,
            row["due_on"],
        )
        for row in group
    ]


def _supplier(row: Row, actor: Actor) -> int:
    known = Supplier.get_or_none(Supplier.code == row["supplier"])
    if known is not None:
        return int(known.id)
    if row["supplier_name"] is None:
        raise Invalid({"supplier": say("供应商{code}尚未登记，请填写供应商名称", code=row["supplier"])})
    return int(add_supplier(code=row["supplier"], name=row["supplier_name"], actor=actor).id)


def _counted(group: list[Row], actor: Actor) -> None:
    """Draft a contract, and hold it against the estimate as its signature will."""
    contract = _draft(group, actor)
    refuse_unless([balance_finding(contract.value, (row["amount"] for row in group))])
    move(account_changes(contract.project_id, act_of(contract.kind), contracted=contract.value.fen))
