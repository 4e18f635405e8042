"""Selections 比选方案 for the annual plan: saved with their reasons, and handed to the leading group.

A saved selection stands as it was made; who wants another one saves another.  The solver proposes and nobody
is bound by it: handing over is an authority's act, deciding the leading group's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.queries.choice import Candidate, offered
from approvals.queries.people import authorities_of
from approvals.queries.selections import Saved, saved
from approvals.rules.choice import (
    AmountBasis,
    LeastShare,
    Method,
    Option,
    Pin,
    Problem,
    Room,
    SelectionState,
    findings,
    usage,
    value_of,
)
from approvals.services.annual_plan import list_in_annual_plan
from approvals.services.solving import Solved, solve
from approvals.tables.case import Case
from approvals.tables.choice import (
    PlanSelection,
    PlanSelectionNeed,
    PlanSelectionProject,
    PlanSelectionRoom,
)
from approvals.tables.meeting import Meeting
from budget.rules.amounts import year_of_account
from budget.tables.annual_plan import Ceiling
from portfolio.foundation import audit, clock, rulebook
from portfolio.foundation.db import for_update, get, transaction
from portfolio.foundation.errors import (
    Conflict,
    Finding,
    Forbidden,
    HouseError,
    Invalid,
    Level,
    Refused,
    refuse_unless,
    say,
)
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Actor
from portfolio.foundation.rulebook import Rulebook
from portfolio.rules.dossier import FundingSource

_BASIS = "规划四（五）“由投资主管部门、信息化主管部门会同财政主管部门提出方案，报信息化领导小组审定后实施”"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of one project: in or out, settled beforehand or not, and whose amount is taken."""

    chosen: bool = False
    basis: AmountBasis | None = None
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A selection that is being tried: what is wanted of each project, the assumed ceilings, the shares."""

    wishes: Mapping[int, Wish]
    assumed: Mapping[FundingSource, Money]
    shares: tuple[LeastShare, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft held against what is eligible now by the ``rules``; ``chosen`` are the projects that are in."""

    candidates: tuple[Candidate, ...]
    problem: Problem
    chosen: frozenset[int]
    rules: Rulebook
    solved: Solved | None = None

    def option(self, project_id: int) -> Option:
        """The numbers of a project."""
        return next(one for one in self.problem.options if one.project_id == project_id)


def attempt(*, year: int, draft: Draft, method: Method, actor: Actor) -> Trial:
    """What a draft comes to, nothing saved; a solved one chooses for itself within the pins.

    Raises ``Refused`` when the solver finds nothing or no proof, ``Invalid`` for a share that cannot be.
    """
    actor.require(*AUTHORITIES)
    wrong = [index for index, share in enumerate(draft.shares) if not 1 <= share.percent <= 100]
    if wrong:
        said = say("最低占比应在 1 至 100 之间")
        raise Invalid({f"shares[{index}].percent": said for index in wrong})
    rules = rulebook.on(clock.today())
    there = offered(year, rules)
    found = there.candidates
    frames = tuple(
        Room(one.source, one.ceiling, one.taken, draft.assumed.get(one.source)) for one in there.rooms
    )
    problem = Problem(
        tuple(_option(one, draft.wishes.get(one.project.id, Wish())) for one in found), frames, draft.shares
    )
    known = {one.project_id for one in problem.options}
    if method is Method.SOLVED:
        solved = solve(problem)
        return Trial(found, problem, solved.chosen, rules, solved)
    chosen = {project_id for project_id, wish in draft.wishes.items() if wish.chosen}
    return Trial(found, problem, frozenset(chosen & known), rules)


def _option(candidate: Candidate, wish: Wish) -> Option:
    return candidate.option(wish.basis, wish.pin)


def save(*, year: int, title: str, reason: str, draft: Draft, method: Method, actor: Actor) -> PlanSelection:
    """Keep a selection for good, under a title, with its reasons; a solved one is solved here and now.

    A ceiling may be passed: that is what a what-if shows.  Raises ``Invalid`` without words or projects, for
    a past year or a title that the year has already, and what ``attempt`` raises.
    """
    actor.require(*AUTHORITIES)
    name, why = title.strip(), reason.strip()
    problems = {}
    year_of_account(year)
    if year < clock.fiscal_year(clock.today()):
        problems["year"] = say("年度投资计划只能列入本年或以后年度")
    if not name:
        problems["title"] = say("请填写方案名称")
    if not why:
        problems["reason"] = say("请说明选择的理由")
    if problems:
        raise Invalid(problems)
    trial = attempt(year=year, draft=draft, method=method, actor=actor)
    if not trial.chosen:
        raise Invalid({"title": say("方案没有选入任何项目")})
    with transaction():
        if PlanSelection.select().where(PlanSelection.year == year, PlanSelection.title == name).exists():
            raise Invalid({"title": say("{year}年已有同名方案", year=year)})
        row = _write(year, name, why, method, trial, actor)
        data = {"year": year, "title": name, "method": method.value, "projects": sorted(trial.chosen)}
        audit.record(actor, "plan_selection.save", ("plan_selection", row.id), data)
        return row


def _write(year: int, title: str, reason: str, method: Method, trial: Trial, actor: Actor) -> PlanSelection:
    solved = trial.solved
    row: PlanSelection = PlanSelection.create(
        year=year,
        title=title,
        reason=reason,
        method=method,
        value=value_of(trial.problem, trial.chosen),
        projects=len(trial.chosen),
        candidates=len(trial.candidates),
        shares=[[one.of.value, one.code, one.percent] for one in trial.problem.shares],
        bound=solved.bound if solved else None,
        solver=solved.solver if solved else "",
        rulebook_day=clock.today(),
        made_by=actor.user_id,
        made_at=clock.now(),
    )
    for used in usage(trial.problem, trial.chosen):
        if used.room is not None:
            PlanSelectionRoom.create(
                selection=row,
                source=used.source,
                ceiling=used.room.ceiling,
                assumed=used.room.assumed,
                taken=used.room.taken,
                takes=used.takes,
            )
    for candidate in trial.candidates:
        option = trial.option(candidate.project.id)
        written = PlanSelectionProject.create(
            selection=row,
            project=option.project_id,
            chosen=option.project_id in trial.chosen,
            pin=option.pin,
            basis=_basis_of(candidate, option),
            priority=candidate.priority,
            score=candidate.score,
            value=option.value,
        )
        for need in option.needs:
            PlanSelectionNeed.create(row=written, source=need.source, asked=need.asked, amount=need.amount)
    return row


def _basis_of(candidate: Candidate, option: Option) -> AmountBasis:
    return next(basis for basis, needs in candidate.needs.items() if needs is option.needs)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of a selection: how many rows were drafted, and what another house must list."""

    selection: Any
    rows: int
    left_to_others: tuple[str, ...]


def before_handing_over(selection_id: int, actor: Actor) -> tuple[Saved, list[Finding]]:
    """A selection, and every check of its handing-over: the page shows what the act insists on."""
    kept = saved(selection_id)
    return kept, _checks(kept, actor)


def hand_over(*, selection_id: int, meeting_id: int | None, actor: Actor) -> HandedOver:
    """An authority puts a selection before the leading group: its projects become drafts of the year's plan.

    ``meeting_id`` is the called meeting whose agenda it goes on, where there is one.  Projects of the actor's
    own house are left for another authority to list.  Raises ``Refused`` with every check (CEILING by the
    real ceiling, STALE, R07, CUT), ``Conflict`` when it was handed over before.
    """
    actor.require(*AUTHORITIES)
    with transaction():
        row = get(PlanSelection, selection_id, say("比选方案"), lock=True)
        if row.state is SelectionState.HANDED:
            raise Conflict(say("该方案已经提交领导小组审定"), remedy=say("请刷新页面查看"))
        list(for_update(Ceiling.select().where(Ceiling.year == row.year)))
        kept = saved(selection_id)
        refuse_unless(_checks(kept, actor))
        listed, others = _list(kept, actor)
        values = {
            "state": SelectionState.HANDED,
            "handed_by": actor.user_id,
            "handed_at": clock.now(),
            "meeting": _agenda(meeting_id),
        }
        PlanSelection.update(**values).where(PlanSelection.id == row.id).execute()
        data = {"year": row.year, "title": row.title, "rows": listed, "meeting": meeting_id}
        audit.record(actor, "plan_selection.hand_over", ("plan_selection", row.id), data)
        return HandedOver(PlanSelection.get_by_id(row.id), listed, tuple(others))


def _agenda(meeting_id: int | None) -> int | None:
    if meeting_id is None:
        return None
    meeting = get(Meeting, meeting_id, say("会议"), lock=True)
    if meeting.closed_at is not None:
        raise Invalid({"meeting": say("会议已经结束")})
    return int(meeting.id)


def _list(kept: Saved, actor: Actor) -> tuple[int, list[str]]:
    """Draft the rows of what is in; all refusals are collected, so that they are read at once."""
    listed, others, refused = 0, [], []
    for line in kept.inside:
        if _own_house(line.project.owner_id, actor):
            others.append(line.project.name)
            continue
        for need in line.option.needs:
            version = Case.get(Case.project == line.project.id).version
            try:
                list_in_annual_plan(
                    project_id=line.project.id,
                    expected_version=version,
                    year=kept.row.year,
                    source=need.source,
                    amount=need.amount,
                    actor=actor,
                )
            except (Refused, Forbidden) as refusal:
                refused += _refusals(line.project.code, refusal)
            else:
                listed += 1
    if refused:
        raise Refused(refused)
    return listed, others


def _refusals(code: str, refusal: HouseError) -> list[Finding]:
    """What kept one project out, under its code."""
    if isinstance(refusal, Refused):
        return [
            Finding(
                one.code,
                False,
                say("{code}：{what}", code=code, what=one.what),
                one.basis,
                one.level,
                one.figure,
                one.limit,
                one.remedy,
            )
            for one in refusal.findings
            if one.blocks
        ]
    what = say("{code}：{what}", code=code, what=refusal.what)
    return [Finding("SOD", False, what, refusal.basis, remedy=refusal.remedy)]


def _own_house(owner_id: int, actor: Actor) -> bool:
    """Whether the actor has no authority left over a project, because the own house is its applicant."""
    if owner_id != actor.organisation_id:
        return False
    return not actor.has(*(set(AUTHORITIES) - authorities_of(owner_id, clock.today())))


def _checks(kept: Saved, actor: Actor) -> list[Finding]:
    """Ceilings as they really are, and whether each project may still be listed with its amount."""
    year = kept.row.year
    there = offered(year, rulebook.on(clock.today()))
    now = {one.project.id: one for one in there.candidates}
    real = Problem(kept.problem.options, there.rooms, kept.problem.shares)
    found = findings(real, kept.chosen, final=True)
    for line in kept.inside:
        found += _still(line, now.get(line.project.id))
    own = [line.project.name for line in kept.inside if _own_house(line.project.owner_id, actor)]
    if own:
        found.append(
            Finding(
                "SOD",
                False,
                say("本单位的项目不由本单位编列：{names}", names="、".join(own)),
                _BASIS,
                Level.WARN,
                remedy=say("提交后请其他主管部门在年度计划页面编列"),
            )
        )
    return found


def _still(line: Any, now: Candidate | None) -> list[Finding]:  # noqa: ANN401 - a line of a saved selection
    """Whether what was chosen may still be listed as it was."""
    may: Sequence[Any] = now.needs.get(line.basis, ()) if now is not None else ()
    most = {need.source: need.amount for need in may}
    found = []
    for need in line.option.needs:
        limit = most.get(need.source, Money.ZERO)
        if need.amount <= limit:
            continue
        found.append(
            Finding(
                "STALE",
                False,
                say("{code} 现在可以列入的{source}已经变化", code=line.project.code, source=need.source)
                if limit
                else say(
                    "{code} 的{source}已经列入，或不再具备列入条件",
                    code=line.project.code,
                    source=need.source,
                ),
                _BASIS,
                figure=say("{amount}", amount=need.amount),
                limit=say("{amount}", amount=limit),
                remedy=say("请以本方案为基础另存新方案"),
            )
        )
    return found
