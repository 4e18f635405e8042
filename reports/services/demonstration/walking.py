"""One project all the way, told step by step as lines of text for a terminal."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from approvals.queries import evaluations
from approvals.rules.evaluation import EvaluationKind
from budget.queries.funds import account
from portfolio.foundation.access import Organisation
from portfolio.foundation.errors import Refused
from portfolio.foundation.roles import Actor
from portfolio.foundation.settings import CHECKOUT
from portfolio.tables.project import Project
from reports.services import assessment
from reports.services.demonstration import calendar
from reports.services.demonstration.attempts import EARLY_START, propose_off_plan
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.journey import Journey
from reports.services.demonstration.loading import prepared, refuse_other_projects, set_scene
from reports.services.demonstration.narration import Event
from reports.services.demonstration.office import office
from reports.services.demonstration.script import ProjectScript, Script, script
from reports.services.demonstration.stories import story
from reports.tables import IssuedReport

FOLDER = CHECKOUT / "var" / "demo"
_ITEM = "B1-G1-02"
_HEADS = ("序", "日期", "单位", "人员", "事项")
_CELLS = (5, 12, 18, 8, 34)
_MONEY_CELLS = 14
_INDENT = " " * 7

Say = Callable[[str], None]


def walk(say: Say) -> Path:
    """Walk the project of plan item B1-G1-02 through every stage; returns where its report was written.

    Each line goes to ``say``.  Raises ``Forbidden`` in production, ``Conflict`` where projects are.
    """
    written = script()
    chosen = next(one for one in written.projects if one.item == _ITEM)
    with prepared():
        refuse_other_projects()
        say(f"{chosen.name}　规划项目 {_ITEM}　申报 {chosen.amount.wan_text()} 万元")
        say("条目取自规划；办理经过、人员、金额和日期均为虚构")
        say("")
        say(_row(_HEADS, "金额（万元）", "关口检查与说明"))
        set_scene(written)
        calendar.tell(_stories(written, chosen, Teller(say)), written.today)
        calendar.settle(written.today)
        project = Project.get(Project.name == chosen.name)
        path = _write_report(project.code, _report_of(project.id))
        say("")
        say(_summary(project.id))
    return path


def _stories(written: Script, chosen: ProjectScript, teller: Teller) -> list[calendar.Story]:
    """The office's years, an off-plan proposal, and the project's own way with too early a start."""
    cast = Cast(written.people)
    off_plan = next(one for one in written.projects if not one.item)
    attempt = Journey(replace(off_plan, start=chosen.start), cast, teller)
    eager = replace(chosen, happenings=(*chosen.happenings, EARLY_START))
    return [office(written, cast, teller), propose_off_plan(attempt), story(eager, cast, teller)]


def _report_of(project_id: int) -> bytes:
    issued = (
        IssuedReport.select()
        .where(IssuedReport.evaluation.in_(_evaluations(project_id)))
        .order_by(IssuedReport.id.desc())
        .get()
    )
    return assessment.content(issued)


def _write_report(code: str, content: bytes) -> Path:
    """Put the report where the checkout keeps its results, whole or not at all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{code}-assessment.pdf"
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
    return path


class Teller:
    """Says one line for each event; for a refusal one more for each failed check, with its basis."""

    def __init__(self, say: Say) -> None:
        """Begin to count."""
        self._say = say
        self._count = 0
        self._houses: dict[int, str] = {}

    def __call__(self, event: Event) -> None:
        """Say what happened."""
        self._count += 1
        refused = event.refusal is not None
        cells = (
            f"{self._count:>3}" + ("×" if refused else ""),
            event.day.isoformat(),
            self._house(event.actor),
            event.actor.name if event.actor else "系统",
            event.what,
        )
        money = event.money.wan_text() if event.money is not None else ""
        remarks = "；".join(part for part in (_found(event), event.note) if part)
        self._say(_row(cells, money, remarks))
        if event.refusal is not None:
            self._refused(event.refusal)

    def _refused(self, refusal: Refused) -> None:
        """Every check that failed, with its rule and basis, and what to do about the first."""
        for found in (one for one in refusal.findings if one.blocks):
            self._say(f"{_INDENT}[{found.code}] {found.what}（依据：{found.basis}）")
        if refusal.remedy is not None:
            self._say(f"{_INDENT}处理：{refusal.remedy}")

    def _house(self, actor: Actor | None) -> str:
        if actor is None:
            return ""
        if actor.organisation_id not in self._houses:
            self._houses[actor.organisation_id] = Organisation.get_by_id(actor.organisation_id).short_name
        return self._houses[actor.organisation_id]


def _found(event: Event) -> str:
    """What the gate found, in one phrase."""
    if not event.findings:
        return event.gate
    failed = [found["code"] for found in event.findings if not found["passed"]]
    text = f"{event.gate}：{len(event.findings) - len(failed)}项检查通过"
    return f"{text}，提示{'、'.join(failed)}" if failed else text


def _row(cells: tuple[str, ...], money: str, remarks: str) -> str:
    left = "".join(padded(cell, wide) for cell, wide in zip(cells, _CELLS, strict=True))
    return f"{left}{padded(money, _MONEY_CELLS, right=True)}  {remarks}".rstrip()


def padded(text: str, cells: int, *, right: bool = False) -> str:
    """The text with spaces up to so many cells of a terminal, of which a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
    gap = " " * max(cells - taken, 0 if right else 1)
    return gap + text if right else text + gap


def _evaluations(project_id: int) -> list[int]:
    return [row.id for row in evaluations.of_project(project_id)]


def _summary(project_id: int) -> str:
    """What it came to: the cap, what was paid, the assessment."""
    books = account(project_id)
    if books is None or books.cap is None:
        raise LookupError(f"project {project_id} has no fixed estimate")
    final = [row for row in evaluations.of_project(project_id) if row.kind is EvaluationKind.EVALUATION][-1]
    grade = final.grade.label if final.grade else ""
    return (
        f"核定概算 {books.cap.wan_text()} 万元，累计支付 {books.paid.wan_text()} 万元"
        f"（{books.paid.capital()}），绩效评价 {final.total} 分，等级“{grade}”"
    )
