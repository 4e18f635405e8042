"""The filing track 备案: a park or district files what enterprises build, and reports quarter by quarter."""

from __future__ import annotations

from datetime import date
from typing import Any

from approvals.services import cases, filing, submissions
from approvals.tables.case import Case
from portfolio.foundation import access, clock
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.queries import plan as plans
from portfolio.queries.duplicates import similar
from portfolio.rules.dossier import CostCategory, DuplicateReply, FundingSource, Part, Track
from portfolio.services import dossier
from portfolio.tables.plan import Cluster
from portfolio.tables.project import Project
from reports.services.demonstration.calendar import Story, after
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.estimate import rounded
from reports.services.demonstration.script import FilingScript

_YEARS = 3
_CLUSTERS = {"CQ-GXY": "C1", "CQ-XYY": "C2"}


def file(written: FilingScript, cast: Cast) -> Story:
    """Registered, filed with a number, then what was realised is reported after the end of each quarter."""
    applicant = cast.one(Role.APPLICANT, of=written.reporter)
    yield written.first_day
    project = _register(written, applicant)
    yield after(5)
    case = Case.get(project=project.id)
    submission = submissions.submit(project_id=project.id, expected_version=case.version, actor=applicant)
    yield after(5)
    filing.file(
        submission_id=submission.id,
        expected_version=Case.get(project=project.id).version,
        actor=cast.one(Role.INFORMATIZATION),
    )
    for (year, quarter), amounts in sorted(written.realised.items()):
        yield _reporting_day(year, quarter)
        filing.report_quarter(
            project_id=project.id, year=year, quarter=quarter, amounts=amounts, actor=applicant
        )


def _reporting_day(year: int, quarter: int) -> date:
    """The tenth of the month after a quarter."""
    return clock.add_months(date(year, 3 * quarter, 10), 1)


def _register(written: FilingScript, applicant: Any) -> Any:  # noqa: ANN401 - an actor, a Peewee row
    owner: Any = access.organisation(written.reporter)
    start = clock.add_months(written.first_day, 2)
    cluster = _CLUSTERS.get(written.reporter)
    project = dossier.create(
        owner_id=owner.id,
        fields={
            "name": written.name,
            "track": Track.FILING,
            "plan_item_id": plans.item_in_force(written.item, clock.today()).id,
            "zone_id": owner.zone_id,
            "cluster_id": Cluster.get(code=cluster).id if cluster else None,
            "planned_start": start,
            "planned_finish": clock.add_months(start, 12 * _YEARS - 1),
            "content": written.content,
        },
        actor=applicant,
    )
    building = rounded(written.amount.share(35, 100))
    lines = [
        {"category": CostCategory.CIVIL_WORKS, "item": "厂房和配套设施", "amount": building},
        {"category": CostCategory.HARDWARE, "item": "设备购置", "amount": written.amount - building},
    ]
    dossier.set_estimate(
        project_id=project.id,
        part=Part.PROPOSAL,
        rows=lines,
        expected_version=_version(project),
        actor=applicant,
    )
    dossier.set_funding(
        project_id=project.id,
        part=Part.PROPOSAL,
        rows=_funding(written, start.year),
        expected_version=_version(project),
        actor=applicant,
    )
    cases.open_case(project_id=project.id, actor=applicant)
    _answer(project.id, applicant)
    return project


def _funding(written: FilingScript, first: int) -> list[dict[str, object]]:
    """Each source in equal parts over the years."""
    lines: list[dict[str, object]] = []
    for source, amount in written.sources.items():
        part = rounded(amount.share(1, _YEARS))
        parts = [part] * (_YEARS - 1)
        parts.append(amount - Money.total(parts))
        lines += [_line(source, first + number, each) for number, each in enumerate(parts)]
    return lines


def _line(source: FundingSource, year: int, amount: Money) -> dict[str, object]:
    return {"source": source, "year": year, "amount": amount}


def _version(project: Any) -> int:  # noqa: ANN401 - a Peewee row
    return int(Project.get_by_id(project.id).version)


def _answer(project_id: int, applicant: Any) -> None:  # noqa: ANN401 - an actor
    for match in similar(project_id):
        if match.reply is None:
            dossier.answer_duplicate(
                project_id=project_id,
                kind=match.thing.kind,
                matched_id=match.thing.id,
                reply=DuplicateReply.DIFFERS,
                text="属企业自建生产设施，与政务系统不重复。",
                actor=applicant,
            )
