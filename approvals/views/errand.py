"""One person's errand with one project's case: what a page must show before an act, and what follows it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from approvals.forms.acts import ActForm
from approvals.queries import gates
from approvals.queries.frozen import brief_of, changes_against_last, times_of
from approvals.queries.steps import moved_by, next_step, steps_of
from approvals.rules import prospects, readable
from approvals.rules.stages import Act, Circumstance, Gate
from approvals.rules.tiers import countersigners
from approvals.rules.workflow import Transition
from approvals.services.matter import Matter, authorise, look
from approvals.tables.case import Case
from approvals.tables.submission import Submission
from approvals.views.submission import findings_of
from portfolio.foundation import clock, rulebook
from portfolio.foundation.db import get
from portfolio.foundation.errors import Finding, Invalid, NotFound, StaleVersion, say
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor
from portfolio.foundation.web.shell import address

_EVENTS = {
    Act.COUNTERSIGN: Circumstance.PENDING,
    Act.CONCLUDE: Circumstance.PASSED,
    Act.REVIEW: Circumstance.PASSED,
}
"""In what event the right to act is looked up; it is the same in the others."""


_ONCE = frozenset(
    {
        Act.SUBMIT,
        Act.WITHDRAW,
        Act.REGISTER_UPPER_REPLY,
        Act.REOPEN_INITIATION,
        Act.REOPEN_APPRAISAL,
        Act.START_CONSTRUCTION,
        Act.COMPLETE,
    }
)
"""Acts that cannot be done twice in the same place, and whose services know no repetition."""


_ON_A_SUBMISSION = frozenset(
    {
        Act.ENDORSE,
        Act.ACCEPT,
        Act.RETURN,
        Act.REVIEW,
        Act.CONCLUDE,
        Act.COUNTERSIGN,
        Act.COORDINATE,
        Act.APPROVE,
        Act.FIX_ESTIMATE,
        Act.DECIDE_CHANGE,
    }
)
"""Acts that judge what somebody submitted: their pages say what it is."""


class Errand:
    """An act that somebody wants to do to a project; raises ``NotFound`` for one they may not know of."""

    def __init__(self, act: Act, project_id: int) -> None:
        """Look at the matter as it stands."""
        self.act, self.actor = act, actor()
        self.meeting: Any = None
        self.matter: Matter = look(project_id, self.actor)

    @property
    def seen(self) -> dict[str, Any]:
        """What the form keeps of the matter: the submission and version on which the person decides."""
        return {"submission": self.matter.case.submission_id, "version": self.matter.case.version}

    def submission_id(self, form: ActForm) -> int:
        """The submission that the person saw; raises ``NotFound`` for one of another project."""
        chosen: int | None = form.submission.data
        if chosen is None:
            raise Invalid({"": say("还没有申报件")})
        if chosen != self.matter.case.submission_id:
            row = get(Submission, chosen, say("申报件"))
            if row.project_id != self.matter.project.id:
                raise NotFound(say("没有这个{what}（编号 {key}）", what=say("申报件"), key=chosen))
        return chosen

    def under_rules_of_today(self) -> None:
        """What is not yet submitted is judged by the rules of today, whatever was submitted before it."""
        if self.matter.rules.day != clock.today():
            self.matter.rules = rulebook.on(clock.today())

    # --- before -----------------------------------------------------------------------------------------

    def ways(self, act: Act | None = None) -> tuple[Transition, ...]:
        """The moves that the act may turn out to make."""
        case = self.matter.case
        return prospects.ways(case.stage, case.phase, act or self.act, self.matter.circumstances())

    def leads(self, act: Act | None = None) -> list[prospects.Prospect]:
        """Where the act leads, in words."""
        matter = self.matter
        signers = countersigners(matter.case.tier, matter.own) if matter.case.tier else ()
        return prospects.prospects(self.ways(act), prospects.Circle(matter.rules, matter.acting, signers))

    def authorise(self) -> None:
        """Raise ``Refused`` when it is not the time for the act, ``Forbidden`` for the wrong person."""
        authorise(self.matter, self.act, self.actor, *([_EVENTS[self.act]] if self.act in _EVENTS else []))

    def findings(self, gate: Gate | None = None, *, combined: bool | None = None) -> list[Finding]:
        """The checklist of the gate that the act goes through; empty where there is none."""
        wanted = gate or next((row.gate for row in self.ways() if row.gate is not None), None)
        if wanted is None:
            return []
        return gates.findings(wanted, self.matter.case, self.matter.rules, combined=combined)

    def show(self, form: Any, template: str = "opinion", **facts: Any) -> ResponseReturnValue:  # noqa: ANN401
        """The page of the act; a person who may not act gets no form to fill in vain."""
        if self._clicked_twice(form):
            return self.done()
        if not facts.get("early") and not form.is_submitted():
            self.authorise()
        matter = self.matter
        findings = facts.pop("findings", None)
        if form.findings:
            findings = []  # the refusal shows its own, above the form
        elif findings is None:
            findings = self.findings()
        return form.page(
            f"approvals/acts/{template}.html",
            **{
                "act": self.act,
                "matter": matter,
                "project": matter.project,
                "case": matter.case,
                "submission": matter.submission,
                **self._submitted(),
                "steps": steps_of(matter.submission),
                "happens": prospects.HAPPENS[self.act],
                "leads": self.leads(),
                "final": prospects.FINAL.get(self.act),
                "gate": next((row.gate for row in self.ways() if row.gate is not None), None),
                "findings": findings,
                "blocked": [found for found in findings if found.blocks],
                "back": self.back(),
                **facts,
            },
        )

    def _submitted(self) -> dict[str, Any]:
        """What is submitted, for whoever has to sign it."""
        submission = self.matter.submission
        if submission is None:
            return {}
        told: dict[str, Any] = {"times": times_of(submission)}
        if self.act in _ON_A_SUBMISSION:
            changes = changes_against_last(submission)
            told |= {
                "brief": brief_of(submission),
                "checked": findings_of(submission),
                "changed": None if changes is None else len(readable.told(changes)),
            }
        return told

    def _clicked_twice(self, form: Any) -> bool:  # noqa: ANN401
        """Whether the case moved on because this person sent this form before."""
        if not isinstance(form.refusal, StaleVersion) or self.act not in _ONCE:
            return False
        return moved_by(self.matter.case, self.act, form.version.data, self.actor)

    # --- after ------------------------------------------------------------------------------------------

    def done(self, where: str = "") -> ResponseReturnValue:
        """Say what was done and what comes next, and go back to the project."""
        said, following = prospects.SAID[self.act], next_step(self.matter.project.id)
        flash(text(say("{done}。{next}。", done=said, next=following)), "success")
        return redirect(where or self.back())

    def back(self) -> str:
        """The project's page, or that of its submission, or home."""
        project_page = address("register.project", project_id=self.matter.project.id)
        if project_page:
            return project_page
        latest = Case.get_by_id(self.matter.case.id).submission_id
        if latest is None:
            return url_for("web.home")
        return address("procedure.submission", submission_id=latest) or url_for("web.home")
