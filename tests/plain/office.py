"""Whoever acts on the money of the city: every act through its service, with the people it needs."""

from __future__ import annotations

from datetime import date
from typing import Any

import budget.tasks  # noqa: F401 - the handler of the job that closes a year
from budget.rules.schedule import InstalmentPlan
from budget.rules.words import (
    AccountState,
    ContractKind,
    DirectCostKind,
    InstalmentKind,
    Measure,
    ProcurementMethod,
)
from budget.services import (
    accounts,
    annual_plan,
    ceilings,
    closing,
    contracts,
    counterpart,
    direct_costs,
    funds,
    movements,
    orders,
    payments,
    periods,
)
from budget.services.contracts.drafts import Procurement
from budget.tables.closing import YearClosing
from budget.tables.contract import Contract, DirectCost, Instalment
from budget.tables.counterpart import CounterpartReceipt
from budget.tables.entry import FundsOrder
from budget.tables.payment import PaymentApplication
from portfolio.rules.dossier import FundingSource
from tests.ledger import key, wan
from tests.plain import agreements, paying, years
from tests.plain import funds as model
from tests.plain.agreements import Part
from tests.plain.beside import Beside
from tests.plain.figures import Line

POSTED = {
    "allot": funds.allot,
    "release": funds.release,
    "adjust": movements.adjust,
    "recall": movements.recall,
    "virement": movements.vire,
    "refund": payments.refund,
    "reverse": payments.reverse,
}


class Office(Beside):
    """One method for each act; each returns what the service returned, or ``None`` when it was refused."""

    def _project(self, whose: str) -> int:
        return self.names.id_of("projects", whose)

    def _whose(self, whose: str) -> dict[str, int]:
        if whose in self.books.accounts:
            return {"project_id": self._project(whose)}
        return {"system_id": self.names.id_of("systems", whose)}

    # --- the frame ---

    def open_account(self, whose: str) -> Any:
        project = self._project(whose)
        return self.act(
            lambda: accounts.open_account(project_id=project, actor=self.town.authority),
            model.open_account,
            whose,
        )

    def set_state(self, whose: str, state: str) -> Any:
        given = {"project_id": self._project(whose), "state": AccountState(state)}
        return self.act(
            lambda: accounts.set_state(**given, actor=self.town.authority), model.set_state, whose, state
        )

    def fix(self, what: str, whose: str, amount: int) -> Any:
        """The estimate, the preparatory limit, or the final cost of a project."""
        service, act = {
            "cap": (accounts.fix_cap, model.fix_cap),
            "preparatory": (accounts.set_preparatory_limit, model.limit_preparation),
            "final": (accounts.record_final_cost, model.final_cost),
        }[what]
        given = {"project_id": self._project(whose), "amount": wan(amount), "number": "渝财1号"}
        return self.act(lambda: service(**given, actor=self.town.maker), act, whose, amount)

    def set_ceiling(self, year: int, amount: int) -> Any:
        given = {"year": year, "source": FundingSource.MUNICIPAL, "amount": wan(amount), "number": "财预1号"}
        return self.act(
            lambda: ceilings.set_ceiling(**given, actor=self.town.maker), model.set_ceiling, year, amount
        )

    def plan(self, whose: str, year: int, source: str, amount: int) -> Any:
        given = {"project_id": self._project(whose), "year": year, "source": FundingSource(source)}

        def decide() -> Any:
            row = annual_plan.draft_row(**given, amount=wan(amount), actor=self.town.authority)
            return annual_plan.decide_rows(row_ids=[row.id], number="渝信组1号", actor=self.town.authority)

        return self.act(decide, model.plan, whose, year, source, amount)

    # --- orders ---

    def draft(self, kind: str, line: Line, amount: int, **more: Any) -> int | None:
        """Draft an order; returns its number in the model."""
        order = self.act(
            lambda: self._drafted(kind, line, amount, **more),
            model.draft,
            kind,
            line,
            amount,
            kind=f"of {kind}",
            **more,
        )
        if order is None:
            return None
        self.ids["orders"].append(order.id)
        return len(self.ids["orders"]) - 1

    def _drafted(self, kind: str, line: Line, amount: int, **more: Any) -> FundsOrder:
        town, given = self.town, {"amount": wan(amount), "actor": self.town.maker}
        if kind == "allot":
            return funds.draft_allotment(
                **self._whose(line.whose),
                year=line.year,
                source=FundingSource(line.source),
                heading=funds.Heading(economic_code=line.code),
                document_number="渝财1号",
                **given,
            )
        if kind == "refund":
            entry = self.names.id_of("entries", more["corrects"])
            return payments.draft_refund(entry_id=entry, reason="多付", **given)
        if kind == "reverse":
            entry = self.names.id_of("entries", more["corrects"])
            return payments.draft_reversal(entry_id=entry, reason="记错", actor=town.maker)
        given["line_id"] = self.names.id_of("lines", line)
        if kind == "release":
            return funds.draft_release(**given)
        given |= {"document_number": "渝财2号", "reason": "调整"}
        if kind == "adjust":
            return movements.draft_adjustment(increase=more["sign"] > 0, **given)
        if kind == "recall":
            return movements.draft_recall(measure=Measure(more["measure"]), **given)
        counter = self.names.id_of("lines", more["counter"])
        return movements.draft_virement(counter_line_id=counter, **given)

    def post(self, number: int, day: date | None = None, by_its_drafter: bool = False) -> Any:
        """Post an order; on ``day``, or today when none is given."""
        kind = self.books.orders[number]["kind"]
        given = {"order_id": self.ids["orders"][number], "effective_on": day, "key": key()}
        actor = self.town.maker if by_its_drafter else self.town.checker
        return self.act(
            lambda: POSTED[kind](**given, actor=actor),
            model.post,
            number,
            day or self.books.today,
            by_its_drafter,
            kind=kind,
        )

    def at_once(self, kind: str, line: Line, amount: int) -> None:
        """Draft an order and post it."""
        number = self.draft(kind, line, amount)
        if number is not None:
            self.post(number)

    def withdraw(self, number: int) -> Any:
        order = FundsOrder.get_by_id(self.ids["orders"][number])
        given = {"order_id": order.id, "expected_version": order.version}
        return self.act(lambda: orders.withdraw(**given, actor=self.town.maker), model.withdraw, number)

    # --- contracts and costs ---

    def draft_contract(self, whose: str, kind: str, value: int, parts: list[Part]) -> int:
        """Draft a contract; returns its number in the model."""
        code = key()

        def drafted() -> Contract:
            contract = contracts.draft_contract(
                **self._whose(whose),
                code=code,
                title="平台建设",
                kind=ContractKind(kind),
                supplier_id=self.supplier,
                value=wan(value),
                instalments=self._plans(parts),
                procurement=Procurement(ProcurementMethod.OPEN_TENDER, "采2026-1"),
                actor=self.town.applicant,
            )
            self.names.contracts[contract.id] = len(self.books.contracts)
            return contract

        self.act(drafted, agreements.draft_contract, whose, kind, value, parts)
        return len(self.books.contracts) - 1

    def _plans(self, parts: list[Part]) -> list[InstalmentPlan]:
        kinds = [InstalmentKind.ADVANCE, *[InstalmentKind.PROGRESS] * len(parts)]
        return [
            InstalmentPlan(
                year,
                wan(amount),
                kind,
                FundingSource(source),
                line_id=None if line is None else self.names.id_of("lines", line),
            )
            for (year, source, amount, line), kind in zip(parts, kinds, strict=False)
        ]

    def _contract(self, number: int) -> Contract:
        return Contract.get_by_id(self.names.id_of("contracts", number))

    def sign(self, number: int, by_its_drafter: bool = False) -> Any:
        row = self._contract(number)
        given = {"contract_id": row.id, "expected_version": row.version, "key": key()}
        actor = self.town.applicant if by_its_drafter else self.town.unit_finance
        return self.act(
            lambda: contracts.sign_contract(**given, actor=actor), agreements.sign, number, by_its_drafter
        )

    def draft_supplement(self, number: int, amount: int, parts: list[Part]) -> int | None:
        """Draft a supplement; returns its number in the model."""
        row = self.act(
            lambda: contracts.draft_supplement(
                contract_id=self._contract(number).id,
                amount=wan(amount),
                reason="增加接口",
                instalments=self._plans(parts),
                actor=self.town.applicant,
            ),
            agreements.draft_supplement,
            number,
            amount,
            parts,
        )
        if row is None:
            return None
        self.ids["supplements"].append(row.id)
        return len(self.ids["supplements"]) - 1

    def supplement(self, which: int) -> Any:
        given = {"supplement_id": self.ids["supplements"][which], "key": key()}
        return self.act(
            lambda: contracts.supplement(**given, actor=self.town.cio), agreements.supplement, which
        )

    def end(self, number: int, due: int | None, how: str) -> Any:
        """Settle a contract at ``due``, or terminate it (``None``: at what is paid)."""
        row = self._contract(number)
        given = {"contract_id": row.id, "expected_version": row.version, "number": "审1号", "key": key()}
        given["settled_value"] = None if due is None else wan(due)
        service = contracts.settle if how == "settled" else contracts.terminate
        return self.act(lambda: service(**given, actor=self.town.treasury), agreements.end, number, due, how)

    def commit_year(self, whose: str) -> Any:
        given = {**self._whose(whose), "key": key()}
        return self.act(
            lambda: contracts.commit_year(**given, actor=self.town.unit_finance),
            agreements.commit_year,
            whose,
        )

    def draft_cost(self, line: Line, amount: int) -> int:
        """Draft a cost; returns its number in the model."""

        def drafted() -> DirectCost:
            cost = direct_costs.draft_cost(
                line_id=self.names.id_of("lines", line),
                kind=DirectCostKind.REVIEW,
                title="评审费",
                payee="评审中心",
                amount=wan(amount),
                actor=self.town.applicant,
            )
            self.names.costs[cost.id] = len(self.books.costs)
            return cost

        self.act(drafted, agreements.draft_cost, line, amount)
        return len(self.books.costs) - 1

    def approve_cost(self, which: int, by_its_drafter: bool = False) -> Any:
        row = DirectCost.get_by_id(self.names.id_of("costs", which))
        given = {"cost_id": row.id, "expected_version": row.version, "key": key()}
        actor = self.town.applicant if by_its_drafter else self.town.unit_finance
        return self.act(
            lambda: direct_costs.approve_cost(**given, actor=actor),
            agreements.approve_cost,
            which,
            by_its_drafter,
        )

    # --- payments ---

    def apply(
        self, part: tuple[int, int] | None, cost: int | None, amount: int, accepted: bool = True
    ) -> int | None:
        """Apply to pay a part of a contract or a cost; returns the application's number in the model."""
        given: dict[str, Any] = {"amount": wan(amount), "invoice_id": self.papers[0], "key": key()}
        given["acceptance_id"] = self.papers[1] if accepted else None
        if part is not None:
            row = Instalment.get(
                Instalment.contract == self.names.id_of("contracts", part[0]), Instalment.number == part[1]
            )
            given["instalment_id"] = row.id
        else:
            given["direct_cost_id"] = self.names.id_of("costs", cost)
        row = self.act(
            lambda: payments.apply(**given, actor=self.town.unit_finance),
            paying.apply,
            part,
            cost,
            amount,
            accepted,
        )
        if row is None:
            return None
        self.ids["applications"].append(row.id)
        return len(self.ids["applications"]) - 1

    def _application(self, which: int) -> dict[str, int]:
        row = PaymentApplication.get_by_id(self.ids["applications"][which])
        return {"application_id": row.id, "expected_version": row.version}

    def check(self, which: int) -> Any:
        given = self._application(which)
        return self.act(lambda: payments.check(**given, actor=self.town.checker), paying.check, which)

    def turn_back(self, which: int) -> Any:
        given = {**self._application(which), "reason": "材料不全"}
        return self.act(lambda: payments.refuse(**given, actor=self.town.checker), paying.turn_back, which)

    def pay(self, which: int, day: date | None = None, by_its_checker: bool = False) -> Any:
        given = {**self._application(which), "effective_on": day, "key": key()}
        actor = self.town.checker if by_its_checker else self.town.treasury
        return self.act(
            lambda: payments.post(**given, actor=actor),
            paying.pay,
            which,
            day or self.books.today,
            by_its_checker,
        )

    # --- counterpart funds ---

    def receive(self, whose: str, source: str, amount: int, day: date) -> Any:
        row = self.act(
            lambda: counterpart.record_receipt(
                project_id=self._project(whose),
                source=FundingSource(source),
                year=day.year,
                amount=wan(amount),
                received_on=day,
                payer="区财政局",
                document_id=self.papers[0],
                actor=self.town.unit_finance,
            ),
            paying.receive,
            whose,
            source,
            amount,
            day,
        )
        if row is not None:
            self.ids["receipts"].append(row.id)
        return row

    def _receipt(self, which: int) -> dict[str, int]:
        row = CounterpartReceipt.get_by_id(self.ids["receipts"][which])
        return {"receipt_id": row.id, "expected_version": row.version}

    def confirm(self, which: int) -> Any:
        given = self._receipt(which)
        return self.act(
            lambda: counterpart.confirm_receipt(**given, actor=self.town.maker), paying.confirm, which
        )

    def cancel(self, which: int, by_the_unit: bool) -> Any:
        given = {**self._receipt(which), "reason": "记错"}
        actor = self.town.unit_finance if by_the_unit else self.town.maker
        return self.act(
            lambda: counterpart.cancel_receipt(**given, actor=actor), paying.cancel, which, by_the_unit
        )

    # --- months and years ---

    def close_month(self, year: int, month: int) -> Any:
        given = {"year": year, "month": month, "actor": self.town.maker}
        return self.act(lambda: periods.close_period(**given), years.close_month, year, month)

    def reopen_month(self, year: int, month: int) -> Any:
        given = {"year": year, "month": month, "reason": "补记", "actor": self.town.maker}
        return self.act(lambda: periods.reopen_period(**given), years.reopen_month, year, month)

    def tidy(self, year: int) -> None:
        """Leave nothing of a year under way, and close its months."""
        waiting = self.books.waiting(year)
        for number, one in enumerate(self.books.orders):
            if one in waiting:
                self.withdraw(number)
        for number, one in enumerate(self.books.applications):
            if one in waiting:
                self.turn_back(number)
        for month in range(1, 13):
            if (year, month) not in self.books.closed_months:
                self.close_month(year, month)

    def draft_closing(self, year: int) -> Any:
        given = {"year": year, "number": f"渝财结〔{year + 1}〕1号", "actor": self.town.maker}
        return self.act(lambda: closing.draft_closing(**given), years.draft_closing, year)

    def close_year(self, year: int, day: date | None = None, by_its_drafter: bool = False) -> Any:
        """Carry a drafted closing out, all lines at once."""
        row = YearClosing.get(YearClosing.year == year)
        given = {"closing_id": row.id, "expected_version": row.version, "effective_on": day}
        actor = self.town.maker if by_its_drafter else self.town.checker

        def closed() -> int:
            closing.start_closing(**given, actor=actor)
            return closing.close_lines(closing_id=row.id, actor=actor, tell=lambda _done, _total: None)

        return self.act(closed, years.close_year, year, day or self.books.today, by_its_drafter)
