"""The filing track: filing a record with its number, and reporting what was realised each quarter."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from approvals.forms.late import REPORTED, NumberForm, QuarterForm, ReasonForm
from approvals.queries import filing as reported
from approvals.queries.standing import Standing, standing
from approvals.rules.filing import QUARTERS, quarter_ended
from approvals.rules.stages import Act
from approvals.services import filing
from approvals.views.acting import act_page, done
from approvals.views.blueprint import acts
from budget.rules.sources import programme_source
from budget.rules.words import ProgrammeSource
from portfolio.foundation import clock
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.web.permissions import actor, allow
from portfolio.rules.dossier import FundingSource


@acts.route("/file", methods=["GET", "POST"])
@allow(Role.INFORMATIZATION)
def file(project_id: int) -> ResponseReturnValue:
    """The informatization authority files what was submitted."""
    at = standing(project_id, actor())
    form = NumberForm(version=at.version)
    if form.accepted():
        with form.refusals():
            decision = filing.file(
                submission_id=at.case.submission_id or 0,
                expected_version=form.version.data,
                number=form.number.data,
                actor=actor(),
            )
            return done(at, say("已备案，备案号{number}", number=decision.number))
    says = (
        say("予以备案并编备案号，计划投资计入规划投资账"),
        say("由申报单位或信息化主管部门按季填报完成投资"),
        say("备案后登记表不再改动"),
    )
    return act_page(form, at, Act.FILE, says=says)


@acts.route("/move-track", methods=["GET", "POST"])
@allow(Role.INFORMATIZATION)
def move_track(project_id: int) -> ResponseReturnValue:
    """A filed project that asks for fiscal money begins the government track."""
    at = standing(project_id, actor())
    form = ReasonForm(version=at.version)
    if form.accepted():
        with form.refusals():
            filing.move_to_government(
                project_id=project_id,
                expected_version=form.version.data,
                reason=form.reason.data,
                actor=actor(),
            )
            return done(at, say("已转入政府投资程序，由申报单位填报项目建议书"))
    says = (
        say("按政府投资项目办理：立项、评估、概算、年度计划和资金各关口一律适用"),
        say("由申报单位填报项目建议书并报送"),
        say("不能再转回备案；原备案和填报记录保留"),
    )
    return act_page(form, at, Act.MOVE_TRACK, says=says, danger=True)


@acts.route("/report-quarter", methods=["GET", "POST"])
@allow(Role.APPLICANT, Role.INFORMATIZATION)
def report_quarter(project_id: int) -> ResponseReturnValue:
    """What was realised in a quarter, by source; a correction shows its difference before it counts."""
    at = standing(project_id, actor())
    year, quarter = _chosen()
    quarters = reported.quarters(project_id)
    held = next((one for one in quarters if (one.year, one.quarter) == (year, quarter)), None)
    form = QuarterForm(**_as_reported(held))
    changes = _differences(form, held)
    confirmed = _confirmed(form, held)
    if form.accepted() and confirmed:
        with form.refusals():
            filing.report_quarter(
                project_id=project_id, year=year, quarter=quarter, amounts=form.amounts, actor=actor()
            )
            return done(at, say("{year}年第{quarter}季度已填报", year=year, quarter=quarter))
    return _quarter_page(
        form, at, year=year, quarter=quarter, quarters=quarters, held=held,
        changes=changes if form.is_submitted() and not form.errors else [],
    )  # fmt: skip


def _quarter_page(form: QuarterForm, at: Standing, **facts: Any) -> ResponseReturnValue:  # noqa: ANN401
    says = (
        say("登记本季度完成投资，计入规划投资账；更正时另记差额，原记录保留"),
        say("信息化主管部门汇总"),
        None,
    )
    template = "approvals/late/quarter.html"
    today = clock.today()
    years = range(today.year, today.year - 6, -1)
    return act_page(
        form, at, Act.REPORT_QUARTER, says=says, template=template, years=years, numbers=QUARTERS,
        sources=tuple(dict.fromkeys(programme_source(source) for source in REPORTED)), **facts,
    )  # fmt: skip


def _confirmed(form: QuarterForm, held: reported.Quarter | None) -> bool:
    """Whether these amounts count at once: a first report, or a correction whose difference was seen.

    A difference that was not shown, of other amounts or from an older report, is shown first.
    """
    revision = held.latest.revision if held is not None else 0
    amounts = " ".join(str(amount.fen) for amount in form.amounts.values())
    seen = (form.seen.data, form.shown.data) == (revision, amounts)
    form.seen.data, form.shown.data = revision, amounts
    return held is None or ("confirmed" in request.form and seen)


def _chosen() -> tuple[int, int]:
    """The quarter that the address names; by default the one that ended last."""
    ended = quarter_ended(clock.today())
    year = request.args.get("year", ended[0], type=int)
    quarter = request.args.get("quarter", ended[1], type=int)
    return (year, quarter) if 1990 <= year <= 2100 and quarter in QUARTERS else ended


def _as_reported(held: reported.Quarter | None) -> dict[str, object]:
    """The fields as they stand reported; what the account does not tell apart stands under 其他."""
    if held is None:
        return {}
    fields = (FundingSource.ENTERPRISE, FundingSource.BANK_LOAN, FundingSource.FOREIGN, FundingSource.OTHER)
    return {
        "seen": held.latest.revision,
        **{source.value: held.amounts.get(programme_source(source)) for source in fields},
    }


def _differences(
    form: QuarterForm, held: reported.Quarter | None
) -> list[tuple[ProgrammeSource, Money, Money, Money]]:
    """Each source that a correction changes: as reported, as it will be, the difference."""
    if held is None:
        return []
    wanted: dict[ProgrammeSource, Money] = {}
    for source, amount in form.amounts.items():
        counted = programme_source(source)
        wanted[counted] = wanted.get(counted, Money.ZERO) + amount
    rows = []
    for account in ProgrammeSource:
        before, after = held.amounts.get(account, Money.ZERO), wanted.get(account, Money.ZERO)
        if before != after:
            rows.append((account, before, after, after - before))
    return rows
