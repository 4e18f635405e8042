"""What a case can show: approvals, money in place, documents, systems, grades, open conditions."""

from __future__ import annotations

from datetime import date
from typing import Any

from approvals.rules.acceptance_gate import AcceptanceFacts, Clock, SystemFact
from approvals.rules.book import OpenCondition
from approvals.rules.estimate_gate import BuildFacts
from approvals.rules.evaluation import EvaluationKind, EvaluationState, Grade
from approvals.rules.inheritance import approved_before
from approvals.rules.stages import Stage
from approvals.tables.decision import Condition
from approvals.tables.evaluation import Evaluation
from budget.queries.funds import funds_in_place
from portfolio.foundation import clock
from portfolio.foundation.access import Organisation
from portfolio.foundation.errors import Finding
from portfolio.foundation.money import Money
from portfolio.foundation.rulebook import Rulebook
from portfolio.rules.dossier import DocumentKind
from portfolio.tables.project import Project, ProjectDocument, System, SystemProject

_BUILT = (Stage.CONSTRUCTION, Stage.ACCEPTANCE, Stage.OPERATION, Stage.POST_EVALUATION)


def conditions(project_id: int) -> list[Any]:
    """Every condition of a project with who owes it, by the day; one query."""
    query = Condition.select(Condition, Organisation).join(Organisation, on=Condition.owner)
    return list(query.where(Condition.project == project_id).order_by(Condition.due_on, Condition.id))


def unshared_systems(case: Any) -> tuple[str, ...]:  # noqa: ANN401 - a Peewee row
    """The owner's systems in service that nobody has certified as shared and secure (R17)."""
    rows = (
        System.select(System.name)
        .join(Project, on=(Project.owner == System.owner))
        .where(
            Project.id == case.project_id,
            System.launched_on.is_null(False),
            System.retired_on.is_null(),
            System.shared_on.is_null() | System.secure_on.is_null(),
        )
        .order_by(System.code)
    )
    return tuple(row.name for row in rows)


def grades(case: Any) -> tuple[tuple[str, Grade], ...]:  # noqa: ANN401 - a Peewee row
    """The latest final grade of each other project of the owner, by the project's name (R18)."""
    latest: dict[str, Grade] = {}
    rows = (
        Evaluation.select(Evaluation.grade, Project.name)
        .join(Project, on=Evaluation.project)
        .where(
            Evaluation.kind == EvaluationKind.EVALUATION,
            Evaluation.state == EvaluationState.FINAL,
            Project.owner == Project.select(Project.owner).where(Project.id == case.project_id),
            Project.id != case.project_id,
        )
        .order_by(Evaluation.finalised_at, Evaluation.id)
    )
    for row in rows:
        latest[row.project.name] = row.grade
    return tuple(sorted(latest.items()))


def approved_proposal(case: Any) -> tuple[Money | None, str]:  # noqa: ANN401 - a Peewee row
    """The total and the plan item's code of the approved proposal, if there was one."""
    if case.decision_id is None:
        return None, ""
    return case.decision.amount, case.decision.plan_item.code


def approved_investment(case: Any) -> Money | None:  # noqa: ANN401 - a Peewee row
    """The investment that the appraisal approved, or that was approved before the system."""
    if case.appraisal_id is not None:
        return case.appraisal.approved_investment
    if case.inherited_id is None or case.inherited_stage is Stage.APPRAISAL:
        return None
    return case.inherited.estimate


def approved_before_system(case: Any, rules: Rulebook) -> list[Finding]:  # noqa: ANN401 - a Peewee row
    """What every gate shows of an inherited project: its old numbers; nothing of any other."""
    if case.inherited_id is None:
        return []
    proof = case.inherited
    numbers = {Stage(stage): number for stage, number in proof.numbers.items()}
    return [approved_before(numbers, proof.confirmed_at.date().isoformat(), rules)]


def appraised(case: Any) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether the project has passed its appraisal, or had before the system."""
    return case.appraisal_id is not None or case.inherited_stage in (Stage.ESTIMATE, *_BUILT)


def estimate_fixed(case: Any) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether the estimate is fixed, or was before the system."""
    return case.estimate_fix_id is not None or case.inherited_stage in _BUILT


def build_facts(case: Any, day: date, unmet: tuple[OpenCondition, ...]) -> BuildFacts:  # noqa: ANN401
    """What the build gate asks, with the money of the day's fiscal year."""
    year = clock.fiscal_year(day)
    funds = funds_in_place(case.project_id, year)
    return BuildFacts(
        appraised=appraised(case),
        estimate_fixed=estimate_fixed(case),
        in_annual_plan=funds.annual_plan_row_id is not None,
        year=year,
        allotted=funds.allotted if funds.line_id is not None else Money.ZERO,
        conditions=unmet,
    )


def document_kinds(project_id: int) -> frozenset[DocumentKind]:
    """The kinds of documents that lie in the dossier."""
    rows = (
        ProjectDocument.select(ProjectDocument.kind)
        .where(ProjectDocument.project == project_id, ProjectDocument.withdrawn_at.is_null())
        .distinct()
    )
    return frozenset(row.kind for row in rows)


def acceptance_facts(
    case: Any,  # noqa: ANN401 - a Peewee row
    rules: Rulebook,
    unmet: tuple[OpenCondition, ...],
) -> AcceptanceFacts:
    """Documents and clocks of the final acceptance."""
    return AcceptanceFacts(
        document_kinds(case.project_id),
        counted(case.completed_on, rules, "R12", "deadline_months"),
        counted(case.completed_on, rules, "R14", "deadline_months"),
        unmet,
    )


def counted(since: date | None, rules: Rulebook, code: str, months: str) -> Clock:
    """A clock of so many months, read from a rule; it never runs out when the rule is not in force."""
    rule = rules.rule(code)
    due_on = clock.add_months(since, rule.parameters[months]) if rule and since else None
    return Clock(since, due_on, clock.today())


def systems_of(project_id: int) -> tuple[SystemFact, ...]:
    """The systems that a project has produced, and what is certified about them."""
    rows = (
        System.select()
        .join(SystemProject, on=(SystemProject.system == System.id))
        .where(SystemProject.project == project_id)
        .order_by(System.code)
    )
    return tuple(
        SystemFact(row.name, bool(row.catalogued_on), bool(row.shared_on), bool(row.secure_on))
        for row in rows
    )


def final_evaluations(project_id: int) -> frozenset[EvaluationKind]:
    """The kinds of which the project has a final evaluation: the authority's, the unit's own report (R16)."""
    rows = (
        Evaluation.select(Evaluation.kind)
        .where(Evaluation.project == project_id, Evaluation.state == EvaluationState.FINAL)
        .distinct()
    )
    return frozenset(row.kind for row in rows)


def accepted_before(case: Any) -> bool:  # noqa: ANN401 - a Peewee row
    """Whether the project was accepted before the system."""
    return case.inherited_stage in _BUILT[2:]
