"""The filing track 备案: filed with a number, realised investment reported each quarter, then closed.

No enterprise logs in: the park or district that owns the record, or the informatization authority, reports.
"""

from __future__ import annotations

from collections.abc import Mapping

from approvals.queries import filing
from approvals.rules.filing import check_amounts, check_quarter, last_day, no_fiscal_money
from approvals.rules.stages import Act, DecisionMode, Outcome, StepKind
from approvals.rules.workflow import BASIS
from approvals.services import closing, money
from approvals.services.decisions import Ruling, conclude, decided_already
from approvals.services.matter import authorise, expect, independent, move, record, take, take_submission
from approvals.services.steps import Opinion, finish, open_one
from approvals.tables.case import Case, FilingReport
from approvals.tables.decision import Decision
from budget.rules.sources import programme_source
from budget.rules.words import ProgrammeMeasure, ProgrammeSource
from budget.services import programme
from portfolio.foundation import clock
from portfolio.foundation.db import transaction
from portfolio.foundation.errors import Finding, Invalid, Refused, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.rules.dossier import FundingSource, Track
from portfolio.services import dossier


def file(*, submission_id: int, expected_version: int, number: str = "", actor: Actor) -> Decision:
    """The informatization authority files what was submitted, with its number 备案号.

    What it plans to invest is counted as approved investment.  Twice gives the first decision back.  Raises
    ``Refused`` at the wrong time, ``Forbidden`` for another or an involved person, ``StaleVersion``.
    """
    ruling = Ruling(Outcome.APPROVE, number=number.strip())
    with transaction():
        matter = take_submission(submission_id)
        repeated = decided_already(submission_id, ruling, actor)
        if repeated is not None:
            return repeated
        expect(matter, expected_version)
        row = authorise(matter, Act.FILE, actor)
        independent(matter, StepKind.FILE, actor)
        finish(open_one(matter.submission, StepKind.FILE), actor, Opinion(Outcome.APPROVE))
        decision = conclude(matter, row, DecisionMode.FILING, ruling, actor)
        money.count_investment(ProgrammeMeasure.APPROVED, matter.submission, decision.number, actor)
        return decision


def report_quarter(
    *, project_id: int, year: int, quarter: int, amounts: Mapping[FundingSource, Money], actor: Actor
) -> FilingReport:
    """Report what was realised in one quarter, by source: always the whole of it, also when correcting.

    A correction is a further revision, and a further entry of the difference in the programme account; the
    same figures again give the standing report back.  Raises ``Refused`` for fiscal money (FISCAL_SOURCES)
    or before the filing, ``Invalid`` for a quarter to come or a negative amount, ``Forbidden``.
    """
    check_amounts(amounts)
    with transaction():
        matter = take(project_id)
        row = authorise(matter, Act.REPORT_QUARTER, actor)
        refuse_unless([no_fiscal_money(amounts)])
        check_quarter(year, quarter, filing.filed_on(project_id), clock.today())
        latest = filing.latest(project_id, year, quarter)
        differences = _differences(project_id, year, quarter, amounts)
        if latest is not None and not differences:
            return latest
        report: FilingReport = FilingReport.create(
            project=project_id,
            year=year,
            quarter=quarter,
            revision=latest.revision + 1 if latest else 1,
            reported_by=actor.user_id,
            reported_at=clock.now(),
        )
        if differences:
            programme.record(
                measure=ProgrammeMeasure.REALISED,
                project_id=project_id,
                amounts=differences,
                day=last_day(year, quarter),
                note=f"{year}年第{quarter}季度填报（第{report.revision}次）",
                actor=actor,
            )
        move(matter, row, actor)
        data = {"year": year, "quarter": quarter, "revision": report.revision}
        record(matter, actor, "filing.report", data)
        return report


def move_to_government(*, project_id: int, expected_version: int, reason: str, actor: Actor) -> Case:
    """Move a project that asks for fiscal money to the government track: it begins with its proposal.

    What was filed and reported stays on record; its approved investment is counted anew when the government
    track has approved it.  Raises ``Invalid`` without a reason, ``Refused`` at the wrong time and for a
    vertically managed unit (VERTICAL), ``Forbidden``, ``StaleVersion``.
    """
    if not reason.strip():
        raise Invalid({"reason": say("请写明转入政府投资程序的理由")})
    with transaction():
        matter = take(project_id, expected_version)
        row = authorise(matter, Act.MOVE_TRACK, actor)
        matter.project = dossier.move_to_government(project_id=project_id, actor=actor)
        money.take_back(ProgrammeMeasure.APPROVED, project_id, "转入政府投资程序", actor)
        values = {"track": Track.GOVERNMENT, "submission": None, "rulebook_day": None, "tier": None}
        move(matter, row, actor, **values)
        record(matter, actor, "filing.leave", {"reason": reason.strip()})
        return matter.case


def _differences(
    project_id: int, year: int, quarter: int, amounts: Mapping[FundingSource, Money]
) -> dict[ProgrammeSource, Money]:
    """What has to be added to the programme account so that it says what is reported now."""
    wanted: dict[ProgrammeSource, Money] = {}
    for source, amount in amounts.items():
        counted = programme_source(source)
        wanted[counted] = wanted.get(counted, Money.ZERO) + amount
    held = filing.realised(project_id, year, quarter)
    changes = {
        source: wanted.get(source, Money.ZERO) - held.get(source, Money.ZERO)
        for source in ProgrammeSource
        if source in wanted or source in held
    }
    return {source: amount for source, amount in changes.items() if amount}


def close(*, project_id: int, expected_version: int, actor: Actor) -> Case:
    """Close a filed project whose investment is complete; it reports no more.

    Raises ``Refused`` for a project of the government track or one not filed, ``Forbidden``,
    ``StaleVersion``.
    """
    with transaction():
        matter = take(project_id, expected_version)
        if matter.case.track is not Track.FILING:
            raise Refused([_other_track()])
        return closing.close(project_id=project_id, expected_version=expected_version, actor=actor)


def _other_track() -> Finding:
    return Finding(
        "FLOW",
        False,
        say("政府投资项目不按备案程序办结"),
        BASIS,
        remedy=say("请在后评价完成后办结"),
    )
