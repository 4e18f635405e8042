"""What each tab of a project's page shows; every function costs a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from approvals.queries import cases, evaluations, frozen
from approvals.queries.accounts import accounts_approval
from approvals.queries.filing import reports as filing_reports
from approvals.queries.scores import scores_for
from approvals.rules.stages import DecisionMode, StepKind
from approvals.tables.decision import Appraisal, Decision
from budget.queries import funds
from budget.queries.programme import programme_totals
from budget.rules.words import ProgrammeMeasure
from budget.tables.annual_plan import AnnualPlanRow
from budget.tables.contract import Contract, DirectCost, Supplier
from budget.tables.payment import PaymentApplication
from budget.tables.project_account import EstimateFix
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.db import fn
from portfolio.foundation.documents import Document
from portfolio.foundation.money import Money
from portfolio.foundation.roles import SEES_EVERYTHING, Actor
from portfolio.queries.dossier import milestones as milestones_of
from portfolio.rules.dossier import CostCategory, Part, Track
from portfolio.tables.dossier import EstimateLine, PerformanceTarget, ProgressReport
from portfolio.tables.project import Participant, ProjectDocument, System, SystemProject
from reports.tables import IssuedReport

_SHOWN_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class BarMoney:
    """The money of a project on one scale; ``fixed`` says whether the first is the fixed estimate."""

    estimate: Money
    fixed: bool
    allotted: Money
    released: Money
    committed: Money
    paid: Money


def money_bar(project: Any, drafted: Mapping[Part, Money]) -> BarMoney:  # noqa: ANN401 - a row as ``seen``
    """The money on one scale; before an estimate is fixed, the latest of the ``drafted`` ones."""
    account = project.account
    fixed = account is not None and account.cap is not None
    latest = next((drafted[part] for part in reversed(Part) if part in drafted), Money.ZERO)
    zero = Money.ZERO
    return BarMoney(
        estimate=account.cap if fixed else latest,
        fixed=fixed,
        allotted=account.allotted if account is not None else zero,
        released=funds.as_money(project.released),
        committed=account.contracted + account.direct if account is not None else zero,
        paid=account.paid if account is not None else zero,
    )


def participants(project_id: int) -> list[Participant]:
    """Who takes part beside the owner; one query."""
    query = Participant.select(Participant, Organisation).join(Organisation)
    return list(query.where(Participant.project == project_id).order_by(Participant.id))


# --- the tabs -----------------------------------------------------------------------------------------------


_DESCRIBED = frozenset({"indicators"})
_DECLARED = frozenset({"funding", "targets", "alternatives", "resources"})
"""The tables of the dossier that a tab shows beside the estimate."""


def overview(project: Any, _actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a row as ``seen``
    """The project as its owner describes it now, its money, and who takes part; three queries."""
    described = project.dossier.part(None, _DESCRIBED)
    bar = None if project.track is Track.FILING else money_bar(project, described.totals or {})
    return {"dossier": described, "money": bar, "participants": participants(project.id)}


def declaration(project: Any, _actor: Actor, part: str = "") -> dict[str, Any]:  # noqa: ANN401
    """A part of the dossier in full, and everything that was submitted."""
    shown = project.dossier.part(Part(part) if part in set(Part) else None, _DECLARED)
    return {
        "dossier": shown,
        "parts": [one for one in Part if one in (shown.totals or {}) or one is shown.part],
        "submissions": frozen.history(project.id),
    }


def appraisal(project: Any, actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """Every appraisal with its result, and the scores that the reader may see; three queries."""
    query = Appraisal.select(Appraisal, User).join(User, on=Appraisal.decided_by)
    rows = list(query.where(Appraisal.project == project.id).order_by(Appraisal.id.desc()))
    judged = [row.submission_id for row in rows if row.submission_id is not None]
    scores = scores_for(actor, judged[0]) if judged else []
    replies = _decisions(project.id, DecisionMode.REPLY)
    return {"appraisals": rows, "scores": scores, "replies": replies}


def estimate(project: Any, _actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """Proposal, study and design side by side, what was approved and fixed, and the annual plan; four."""
    lines: dict[CostCategory, dict[Part, Money]] = {}
    rows = (
        EstimateLine.select(EstimateLine.category, EstimateLine.part, fn.SUM(EstimateLine.amount))
        .where(EstimateLine.project == project.id)
        .group_by(EstimateLine.category, EstimateLine.part)
        .tuples()
    )
    for category, part, total in rows:
        lines.setdefault(CostCategory(category), {})[Part(part)] = funds.as_money(total)
    ordered = [(category, lines[category]) for category in CostCategory if category in lines]
    totals = {
        part: Money.total(row[part] for _, row in ordered if part in row)
        for part in Part
        if any(part in row for _, row in ordered)
    }
    approved = (
        Appraisal.select()
        .where(Appraisal.project == project.id, Appraisal.passed)
        .order_by(Appraisal.id.desc())
        .first()
    )
    fixes = EstimateFix.select(EstimateFix, User).join(User, on=EstimateFix.fixed_by)
    planned = AnnualPlanRow.select().where(AnnualPlanRow.project == project.id)
    return {
        "lines": ordered,
        "totals": totals,
        "approved": approved,
        "fixes": list(fixes.where(EstimateFix.project == project.id).order_by(EstimateFix.revision)),
        "planned": list(planned.order_by(AnnualPlanRow.year, AnnualPlanRow.source, AnnualPlanRow.revision)),
    }


def money(project: Any, _actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """By year and source, contracts, direct costs, applications for payment, budget lines; five queries."""
    contracts = (
        Contract.select(Contract, Supplier)
        .join(Supplier)
        .where(Contract.project == project.id)
        .order_by(Contract.signed_on.is_null(), Contract.signed_on, Contract.id)
    )
    lines = funds.project_lines(project.id)
    applications = (
        PaymentApplication.select(PaymentApplication, User)
        .join(User, on=PaymentApplication.applied_by)
        .where(PaymentApplication.line.in_([row.id for row in lines]))
        .order_by(PaymentApplication.id.desc())
        .limit(_SHOWN_AT_MOST)
    )
    years = funds.money_by_year(project.id, lines)
    return {
        "years": years,
        "year_totals": {
            name: Money.total(getattr(row, name) for row in years)
            for name in ("planned", "carried_in", "allotted", "released", "committed", "paid")
        },
        "contracts": list(contracts),
        "direct": list(DirectCost.select().where(DirectCost.project == project.id).order_by(DirectCost.id)),
        "lines": lines,
        "applications": list(applications),
    }


def progress(project: Any, _actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """Milestones with their promises, reports, and what was achieved of the targets."""
    rows = (
        ProgressReport.select(ProgressReport, User)
        .join(User, on=ProgressReport.reported_by)
        .where(ProgressReport.project == project.id)
        .order_by(ProgressReport.year.desc(), ProgressReport.id.desc())
    )
    milestones = milestones_of(project.id)
    targets = PerformanceTarget.select().where(PerformanceTarget.project == project.id)
    return {
        "milestones": milestones,
        "reached": sum(one.weight for one in milestones if one.actual_on is not None),
        "weight": sum(one.weight for one in milestones),
        "progress_reports": list(rows),
        "targets": list(targets.order_by(PerformanceTarget.position)),
    }


def acceptance(project: Any, _actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """Acceptance and final accounts as decided, and the systems that came of it; three queries."""
    systems = (
        System.select()
        .join(SystemProject, on=(SystemProject.system == System.id))
        .where(SystemProject.project == project.id)
        .order_by(System.code)
    )
    return {
        "decisions": _decisions(project.id, DecisionMode.ACCEPTANCE, DecisionMode.FINAL_ACCOUNTS),
        "accounts": accounts_approval(project.id),
        "systems": list(systems),
    }


def evaluation(project: Any, _actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """Evaluations of every kind, and the reports that went out; two queries."""
    rows = evaluations.of_project(project.id)
    issued = (
        IssuedReport.select(IssuedReport, User)
        .join(User, JOIN.LEFT_OUTER, on=IssuedReport.issued_by)
        .where(IssuedReport.evaluation.in_([row.id for row in rows]))
        .order_by(IssuedReport.id.desc())
    )
    return {"evaluations": rows, "issued": list(issued), "kinds": {row.id: row.kind for row in rows}}


def documents(project: Any, _actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """Every document that was ever put into the dossier, by class of the archive; one query."""
    query = (
        ProjectDocument.select(ProjectDocument, Document, User)
        .join(Document)
        .switch(ProjectDocument)
        .join(User, on=ProjectDocument.added_by)
        .where(ProjectDocument.project == project.id)
        .order_by(ProjectDocument.id)
    )
    classes: dict[Any, list[Any]] = {}
    for row in query:
        classes.setdefault(row.archive_class, []).append(row)
    return {"classes": classes}


def filing(project: Any, _actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """What a filed project has reported, quarter by quarter, and what it adds up to; three queries."""
    realised = programme_totals(
        "year", "quarter", measures=[ProgrammeMeasure.REALISED], project_id=project.id
    )
    totals = programme_totals("measure", project_id=project.id)
    return {
        "realised": {one.key: one.amount for one in realised},
        "measures": {ProgrammeMeasure(one.key[0]): one.amount for one in totals},
        "filings": filing_reports(project.id),
    }


def history(project: Any, actor: Actor) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """What happened in the procedure, and the last changes recorded of the project; seven queries.

    What single experts said is for the reviewing side alone.
    """
    happened = cases.timeline(project.id)
    if not actor.has(*SEES_EVERYTHING):
        happened = [row for row in happened if str(row.document) != StepKind.SCORE.label]
    entries = (
        AuditEntry.select(AuditEntry, User.id, User.name)
        .join(User, JOIN.LEFT_OUTER, on=(User.id == AuditEntry.actor_id), attr="actor")
        .where(AuditEntry.subject_kind == "project", AuditEntry.subject_id == project.id)
        .order_by(AuditEntry.number.desc())
        .limit(_SHOWN_AT_MOST)
    )
    return {"happened": happened[::-1], "entries": list(entries)}


def _decisions(project_id: int, *modes: DecisionMode) -> list[Any]:
    query = Decision.select(Decision, User).join(User, on=Decision.decided_by)
    return list(
        query.where(Decision.project == project_id, Decision.mode.in_(list(modes))).order_by(Decision.id)
    )
