"""What a gate looks at, gathered from all houses, and what it says: the same for applicant and reviewer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.queries import accounts, evidence
from approvals.queries.annual_plan import wanted
from approvals.queries.scores import scores_of
from approvals.rules import acceptance_gate as acceptance
from approvals.rules.appraisal_gate import StudyFacts, appraisal_gate, panel_gate
from approvals.rules.book import CONDITION, OpenCondition, conditions_met, with_overrides
from approvals.rules.closing_gate import Books, FinalAccounts, closing_gate, final_accounts_gate
from approvals.rules.estimate_gate import (
    DesignFacts,
    Listing,
    annual_plan_gate,
    build_gate,
    cut,
    estimate_gate,
)
from approvals.rules.inheritance import behind
from approvals.rules.plan_gate import PlanFacts, combined_gate, plan_gate
from approvals.rules.stages import Gate, Stage
from approvals.rules.tiers import TierFacts
from approvals.tables.decision import Override
from portfolio.foundation.errors import Finding
from portfolio.foundation.money import Money
from portfolio.foundation.rulebook import Rulebook
from portfolio.queries.dossier import Reading, dossier, reading
from portfolio.queries.duplicates import similar_to
from portfolio.rules.dossier import FundingSource, Part
from portfolio.rules.dossier.checklist import checklist as dossier_checklist
from portfolio.tables.plan import PlanBox, PlanGroup, PlanItem

PARTS = {
    Stage.INITIATION: Part.PROPOSAL,
    Stage.APPRAISAL: Part.FEASIBILITY,
    Stage.ESTIMATE: Part.DESIGN,
    Stage.ACCEPTANCE: Part.DESIGN,
    Stage.REGISTERED: Part.PROPOSAL,
}
"""The part of the dossier that each stage's submission freezes."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a page has read of a project already: its dossier, and all its conditions."""

    dossier: Reading | None = None
    conditions: Sequence[Any] | None = None


class _Look:
    """A case as the checks of a gate look at it; what several of them ask for is read once."""

    def __init__(self, case: Any, rules: Rulebook, known: Known, *, combined: bool = False) -> None:  # noqa: ANN401
        self.case, self.rules, self.combined = case, rules, combined
        self._dossier, self._conditions = known.dossier, known.conditions

    @property
    def dossier(self) -> Reading:
        """The dossier, each table of which is read once."""
        if self._dossier is None:
            self._dossier = reading(self.case.project_id)
        return self._dossier

    def open_conditions(self, gate: Gate) -> tuple[OpenCondition, ...]:
        """The unmet conditions that keep a gate of this case shut."""
        if self._conditions is None:
            self._conditions = evidence.conditions(self.case.project_id)
        return tuple(
            OpenCondition(row.text, row.owner.name, row.due_on)
            for row in self._conditions
            if row.gate is gate and row.met_at is None
        )


def findings(
    gate: Gate,
    case: Any,  # noqa: ANN401 - a Peewee row
    rules: Rulebook,
    *,
    combined: bool | None = None,
    known: Known = Known(),
) -> list[Finding]:
    """Every check of a gate for a case, those passed over by name turned into warnings.

    Whatever the gate, a condition that names it keeps it shut.  ``combined`` says whether a proposal is
    judged as 可研代建议书; by default as the case says.
    """
    look = _Look(case, rules, known, combined=case.combined if combined is None else combined)
    before = evidence.approved_before_system(case, rules)
    if before and behind(gate, case.inherited_stage, case.stage):
        return before
    return before + _held(gate, _GATES[gate](look), look)


def _held(gate: Gate, found: list[Finding], look: _Look) -> list[Finding]:
    """What was found, with the conditions that name the gate and the rules passed over by name."""
    if all(one.code != CONDITION for one in found):
        found = [*found, *conditions_met(look.open_conditions(gate), look.rules)]
    case = look.case
    granted = {
        row.rule: row.reason
        for row in Override.select().where(Override.project == case.project_id, Override.stage == case.stage)
    }
    return with_overrides(found, granted, look.rules)


def cut_findings(
    case: Any,  # noqa: ANN401 - a Peewee row
    year: int,
    source: FundingSource,
    amount: Money,
    rules: Rulebook,
) -> list[Finding]:
    """Whether what is to be listed is cut as the owner's grades demand (CUT), before construction."""
    if case.stage is not Stage.ESTIMATE:
        return []
    asked = wanted([case.project_id]).get(case.project_id, {}).get((year, source), Money.ZERO)
    found = cut(Listing(amount, asked, evidence.grades(case)), rules)
    return _held(Gate.ANNUAL_PLAN, found, _Look(case, rules, Known())) if found else []


def part_of(case: Any, *, combined: bool) -> Part:  # noqa: ANN401 - a Peewee row
    """The part of the dossier that the case's stage submits."""
    return Part.FEASIBILITY if combined and case.stage is Stage.INITIATION else PARTS[case.stage]


def snapshot(case: Any, *, combined: bool) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """What is frozen with a submission: the whole dossier of its part, as plain values."""
    return dossier(case.project_id, part_of(case, combined=combined)).as_data()


def tier_facts(project: Any, frozen: Mapping[str, Any]) -> TierFacts:  # noqa: ANN401 - a Peewee row
    """What the tier depends on, from the snapshot and the plan's box; one query."""
    box = (
        PlanBox.select(PlanBox.code)
        .join(PlanGroup, on=PlanGroup.box)
        .join(PlanItem, on=PlanItem.group)
        .where(PlanItem.id == project.plan_item_id)
        .first()
    )
    total = Money(sum(line["amount"] for line in frozen["estimate"]))
    return TierFacts(total, bool(project.major_marks), box.code if box else None)


def _plan(look: _Look) -> list[Finding]:
    case, combined = look.case, look.combined
    facts = PlanFacts(
        look.dossier.judged(part_of(case, combined=combined), combined=combined),
        tuple(similar_to(look.dossier.row)),
        evidence.unshared_systems(case),
        evidence.grades(case),
        look.open_conditions(Gate.PLAN),
    )
    return combined_gate(facts, look.rules) if combined else plan_gate(facts, look.rules)


def _appraisal(look: _Look) -> list[Finding]:
    approved, item = evidence.approved_proposal(look.case)
    conditions = look.open_conditions(Gate.APPRAISAL)
    study = look.dossier.judged(Part.FEASIBILITY)
    return appraisal_gate(StudyFacts(study, approved, item, conditions), look.rules)


def _conclusion(look: _Look) -> list[Finding]:
    scores = scores_of(look.case.submission_id)
    return panel_gate(scores, look.rules) if scores else []


def _estimate(look: _Look) -> list[Finding]:
    design = look.dossier.judged(Part.DESIGN)
    approved = evidence.approved_investment(look.case)
    return estimate_gate(DesignFacts(design, approved, look.open_conditions(Gate.ESTIMATE)), look.rules)


def _annual_plan(look: _Look) -> list[Finding]:
    appraised, fixed = evidence.appraised(look.case), evidence.estimate_fixed(look.case)
    return annual_plan_gate(appraised=appraised, estimate_fixed=fixed, rulebook=look.rules)


def _build(look: _Look) -> list[Finding]:
    facts = evidence.build_facts(look.case, look.rules.day, look.open_conditions(Gate.BUILD))
    return build_gate(facts, look.rules)


def _preliminary(look: _Look) -> list[Finding]:
    return acceptance.preliminary_gate(evidence.document_kinds(look.case.project_id))


def _acceptance(look: _Look) -> list[Finding]:
    facts = evidence.acceptance_facts(look.case, look.rules, look.open_conditions(Gate.ACCEPTANCE))
    return acceptance.acceptance_gate(facts, look.rules)


def _operation(look: _Look) -> list[Finding]:
    systems = evidence.systems_of(look.case.project_id)
    return acceptance.operation_gate(systems, look.open_conditions(Gate.OPERATION), look.rules)


def final_accounts_findings(
    case: Any,  # noqa: ANN401 - a Peewee row
    given: FinalAccounts,
    books: Books,
    estimate: Money | None,
    rules: Rulebook,
) -> list[Finding]:
    """The gate of the final accounts for the figures that were handed in, held against books and estimate."""
    found = _judge_accounts(case, given, books, estimate, rules)
    return _held(Gate.FINAL_ACCOUNTS, found, _Look(case, rules, Known()))


def _judge_accounts(
    case: Any,  # noqa: ANN401 - a Peewee row
    given: FinalAccounts,
    books: Books,
    estimate: Money | None,
    rules: Rulebook,
) -> list[Finding]:
    due = evidence.counted(case.completed_on, rules, "R14", "deadline_months")
    return final_accounts_gate(given, estimate, books, due, rules)


def _final_accounts(look: _Look) -> list[Finding]:
    """What can be judged before anybody hands in a figure: the books' own."""
    books = accounts.books(look.case.project_id)
    estimate = accounts.estimate_of(look.case.project_id)
    return _judge_accounts(look.case, FinalAccounts(books.cost), books, estimate, look.rules)


def _closing(look: _Look) -> list[Finding]:
    return closing_gate(accounts.closing_facts(look.case, look.rules), look.rules)


def _filing(look: _Look) -> list[Finding]:
    return dossier_checklist(look.dossier.judged(Part.PROPOSAL), Part.PROPOSAL, look.rules)


_GATES: Mapping[Gate, Callable[[_Look], list[Finding]]] = {
    Gate.PLAN: _plan,
    Gate.APPRAISAL: _appraisal,
    Gate.CONCLUSION: _conclusion,
    Gate.ESTIMATE: _estimate,
    Gate.ANNUAL_PLAN: _annual_plan,
    Gate.BUILD: _build,
    Gate.PRELIMINARY: _preliminary,
    Gate.ACCEPTANCE: _acceptance,
    Gate.FINAL_ACCOUNTS: _final_accounts,
    Gate.OPERATION: _operation,
    Gate.CLOSING: _closing,
    Gate.FILING: _filing,
}
