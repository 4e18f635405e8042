"""What a gate looks at, gathered from all houses, and what it says: the same for applicant and reviewer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from approvals.queries import accounts, evidence
from approvals.queries.annual_plan import wanted
from approvals.queries.scores import scores_of
from approvals.rules import acceptance_gate as acceptance
from approvals.rules.appraisal_gate import StudyFacts, appraisal_gate, panel_gate
from approvals.rules.book import CONDITION, conditions_met, with_overrides
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
from portfolio.queries.dossier import dossier, judged
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


def findings(gate: Gate, case: Any, rules: Rulebook, *, combined: bool | None = None) -> list[Finding]:  # noqa: ANN401
    """Every check of a gate for a case, those passed over by name turned into warnings.

    Whatever the gate, a condition that names it keeps it shut.  ``combined`` says whether a proposal is
    judged as 可研代建议书; by default as the case says.
    """
    whole = case.combined if combined is None else combined
    before = evidence.approved_before_system(case, rules)
    if before and behind(gate, case.inherited_stage, case.stage):
        return before
    return before + _held(gate, _GATES[gate](case, rules, whole), case, rules)


def _held(gate: Gate, found: list[Finding], case: Any, rules: Rulebook) -> list[Finding]:  # noqa: ANN401
    """What was found, with the conditions that name the gate and the rules passed over by name."""
    if all(one.code != CONDITION for one in found):
        found = [*found, *conditions_met(evidence.open_conditions(case, gate), rules)]
    granted = {
        row.rule: row.reason
        for row in Override.select().where(Override.project == case.project_id, Override.stage == case.stage)
    }
    return with_overrides(found, granted, rules)


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
    return _held(Gate.ANNUAL_PLAN, found, case, rules) if found else []


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


def _plan(case: Any, rules: Rulebook, combined: bool) -> list[Finding]:  # noqa: ANN401
    facts = PlanFacts(
        judged(case.project_id, part_of(case, combined=combined), combined=combined),
        evidence.duplicates(case.project_id),
        evidence.unshared_systems(case),
        evidence.grades(case),
        evidence.open_conditions(case, Gate.PLAN),
    )
    return combined_gate(facts, rules) if combined else plan_gate(facts, rules)


def _appraisal(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    approved, item = evidence.approved_proposal(case)
    conditions = evidence.open_conditions(case, Gate.APPRAISAL)
    study = judged(case.project_id, Part.FEASIBILITY)
    return appraisal_gate(StudyFacts(study, approved, item, conditions), rules)


def _conclusion(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    scores = scores_of(case.submission_id)
    return panel_gate(scores, rules) if scores else []


def _estimate(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    design = judged(case.project_id, Part.DESIGN)
    approved = evidence.approved_investment(case)
    return estimate_gate(DesignFacts(design, approved, evidence.open_conditions(case, Gate.ESTIMATE)), rules)


def _annual_plan(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    appraised, fixed = evidence.appraised(case), evidence.estimate_fixed(case)
    return annual_plan_gate(appraised=appraised, estimate_fixed=fixed, rulebook=rules)


def _build(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    return build_gate(evidence.build_facts(case, rules.day), rules)


def _preliminary(case: Any, _rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    return acceptance.preliminary_gate(evidence.document_kinds(case.project_id))


def _acceptance(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    return acceptance.acceptance_gate(evidence.acceptance_facts(case, rules), rules)


def _operation(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    conditions = evidence.open_conditions(case, Gate.OPERATION)
    return acceptance.operation_gate(evidence.systems_of(case.project_id), conditions, rules)


def final_accounts_findings(
    case: Any,  # noqa: ANN401 - a Peewee row
    given: FinalAccounts,
    books: Books,
    estimate: Money | None,
    rules: Rulebook,
) -> list[Finding]:
    """The gate of the final accounts for the figures that were handed in, held against books and estimate."""
    return _held(Gate.FINAL_ACCOUNTS, _judge_accounts(case, given, books, estimate, rules), case, rules)


def _judge_accounts(
    case: Any,  # noqa: ANN401 - a Peewee row
    given: FinalAccounts,
    books: Books,
    estimate: Money | None,
    rules: Rulebook,
) -> list[Finding]:
    due = evidence.counted(case.completed_on, rules, "R14", "deadline_months")
    return final_accounts_gate(given, estimate, books, due, rules)


def _final_accounts(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    """What can be judged before anybody hands in a figure: the books' own."""
    books = accounts.books(case.project_id)
    estimate = accounts.estimate_of(case.project_id)
    return _judge_accounts(case, FinalAccounts(books.cost), books, estimate, rules)


def _closing(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    return closing_gate(accounts.closing_facts(case, rules), rules)


def _filing(case: Any, rules: Rulebook, _combined: bool) -> list[Finding]:  # noqa: ANN401
    return dossier_checklist(judged(case.project_id, Part.PROPOSAL), Part.PROPOSAL, rules)


_GATES: Mapping[Gate, Callable[[Any, Rulebook, bool], list[Finding]]] = {
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
