"""Recording signed papers 代录, by the office: a CIO's endorsement, a countersign, a member's decision."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.papers import CountersignPaperForm, DecisionPaperForm, EndorsementPaperForm, OfPaper
from approvals.queries.condition_owners import condition_owners
from approvals.queries.frozen import submitted_total
from approvals.queries.people import holders
from approvals.queries.steps import steps_of
from approvals.rules.stages import Act, Circumstance, Outcome, Phase, StepKind
from approvals.rules.workflow import BASIS, transition
from approvals.services import papers
from approvals.services.papers import Paper
from approvals.views.blueprint import acts
from approvals.views.deciding import OUTCOMES, ruling_of
from approvals.views.errand import Errand
from portfolio.foundation import clock, documents
from portfolio.foundation.errors import Finding, Refused, say
from portfolio.foundation.roles import Role
from portfolio.foundation.web.permissions import allow

_PAGES = {
    Phase.ENDORSING: "act.endorse_paper",
    Phase.COUNTERSIGNING: "act.countersign_paper",
    Phase.DECIDING: "act.decide_paper",
}


class PaperErrand(Errand):
    """An errand of the office in somebody's place: whether it is the time for it, not whose part it is."""

    def authorise(self) -> None:
        """Raise ``Refused`` when the procedure does not ask for this now."""
        case = self.matter.case
        more = [Circumstance.PENDING] if self.act is Act.COUNTERSIGN else []
        around = self.matter.circumstances(*more)
        row = transition(case.stage, case.phase, self.act, around, case.side_state)
        if self.act is Act.APPROVE and Role.MEMBER not in row.roles:
            raise Refused([_not_recorded()])

    def page(self, form: Any, template: str) -> ResponseReturnValue:  # noqa: ANN401 - WTForms has no types
        """The page, which says that the office acts in another's place."""
        return self.show(
            form,
            template,
            happens=say("依据签字原件代为录入，签字人和录入人一并登记，扫描件随件存档"),
            final=say("录入后与签字人本人办理同样生效，不能撤回"),
        )


@acts.get("/record-paper")
@allow(Role.SECRETARY)
def record_paper(project_id: int) -> ResponseReturnValue:
    """To the page on which the paper that can be signed now is recorded."""
    errand = PaperErrand(Act.ENDORSE, project_id)
    endpoint = _PAGES.get(errand.matter.case.phase, "act.decide_paper")
    return redirect(url_for(endpoint, project_id=project_id))


@acts.route("/endorse/paper", methods=["GET", "POST"])
@allow(Role.SECRETARY)
def endorse_paper(project_id: int) -> ResponseReturnValue:
    """Record the CIO's signature under the submission."""
    errand = PaperErrand(Act.ENDORSE, project_id)
    form = EndorsementPaperForm(data=errand.seen)
    form.offer_signers(holders(Role.CIO, on=clock.today(), organisation_id=errand.matter.project.owner_id))
    if form.accepted():
        with form.refusals():
            papers.record_endorsement(
                submission_id=errand.submission_id(form),
                paper=_paper(form),
                text=form.opinion.data,
                actor=errand.actor,
            )
            return errand.done()
    return errand.page(form, "paper_endorse")


@acts.route("/countersign/paper", methods=["GET", "POST"])
@allow(Role.SECRETARY)
def countersign_paper(project_id: int) -> ResponseReturnValue:
    """Record one authority's signature."""
    errand = PaperErrand(Act.COUNTERSIGN, project_id)
    asked = [one for one in steps_of(errand.matter.submission) if one.kind is StepKind.COUNTERSIGN]
    form = CountersignPaperForm(data=errand.seen)
    form.offer([])
    # Who has signed is not offered, but a second click still finds what the first one entered.
    roles = [one.role for one in asked if one.open or form.is_submitted()]
    form.offer_signers(holders(*roles, on=clock.today()))
    form.offer_owners(condition_owners(errand.matter.project))
    if form.accepted():
        with form.refusals():
            papers.record_countersign(
                submission_id=errand.submission_id(form),
                paper=_paper(form),
                role=form.signed_by[0],
                outcome=Outcome(form.outcome.data),
                text=form.opinion.data,
                conditions=form.demands(),
                actor=errand.actor,
            )
            return errand.done()
    return errand.page(form, "paper_countersign")


@acts.route("/decide/paper", methods=["GET", "POST"])
@allow(Role.SECRETARY)
def decide_paper(project_id: int) -> ResponseReturnValue:
    """Record a member's signature under a decision."""
    errand = PaperErrand(Act.APPROVE, project_id)
    form = _decision_form(errand)
    if form.accepted():
        with form.refusals():
            papers.record_decision(
                submission_id=errand.submission_id(form),
                expected_version=form.version.data,
                paper=_paper(form),
                ruling=ruling_of(form),
                actor=errand.actor,
            )
            return errand.done()
    return errand.page(form, "paper_decide")


def _not_recorded() -> Finding:
    """What an authority decides alone it enters itself."""
    return Finding(
        "FLOW",
        False,
        say("此环节的决定不能代录"),
        BASIS,
        remedy=say("请由办理机关在系统中办理"),
    )


def _decision_form(errand: PaperErrand) -> DecisionPaperForm:
    matter = errand.matter
    amount = submitted_total(matter.submission) if matter.submission is not None else None
    form = DecisionPaperForm(data={**errand.seen, "amount": amount})
    form.offer(OUTCOMES, matter.case.stage)
    form.offer_signers(holders(Role.MEMBER, on=clock.today()))
    form.offer_owners(condition_owners(matter.project))
    return form


def _paper(form: OfPaper) -> Paper:
    """The file goes to its place before the transaction, so that the database does not wait for the disk."""
    upload = form.scan.data
    return Paper(form.signed_by[1], documents.receive(upload.stream, name=upload.filename))
