"""A dossier on the desk: the part that is open, what each section lacks, and whether it may be written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portfolio.foundation.errors import Finding, HouseError, NotFound, say
from portfolio.foundation.roles import Actor
from portfolio.foundation.web.rules import rules_of_today
from portfolio.foundation.web.shell import returned
from portfolio.queries.dossier import Reading
from portfolio.queries.drafting import saved_at, visible_project
from portfolio.rules.dossier import Dossier, Part, checklist
from portfolio.services.dossier import shut_for
from portfolio.views.sections import Section, sections_of


@dataclass(frozen=True, slots=True)
class Desk:
    """One part of a project's dossier as its writer sees it; ``shut`` says why it may only be read.

    ``returned`` is with what words it came back.
    """

    project: Any
    part: Part
    dossier: Dossier
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    shut: HouseError | None
    saved_at: datetime | None
    returned: object | None

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that there are, in order."""
        return tuple(Part)

    @property
    def missing(self) -> list[Finding]:
        """What keeps the part from being submitted."""
        return [found for found in self.findings if found.blocks]

    def of(self, section: Section) -> list[Finding]:
        """The checks that a section answers."""
        return [found for found in self.findings if section.answers(found)]

    def lacking(self, section: Section) -> int:
        """How many checks of a section are not passed."""
        return sum(1 for found in self.of(section) if found.blocks)

    @property
    def earlier(self) -> list[Part]:
        """The parts before this one that have an estimate to begin with, the nearest first."""
        totals = self.dossier.totals or {}
        before = list(Part)[: list(Part).index(self.part)]
        return [part for part in reversed(before) if part in totals]

    def section(self, code: str) -> Section:
        """The section with this code; raises ``NotFound``."""
        for one in self.sections:
            if one.code == code:
                return one
        raise NotFound(say("{part}没有这一节", part=self.part.label), remedy=say("请从左侧目录进入"))

    def after(self, section: Section) -> Section | None:
        """The section that follows."""
        following = self.sections[self.sections.index(section) + 1 :]
        return following[0] if following else None


def desk_of(project_id: int, part: str, actor: Actor) -> Desk:
    """The part of a project that an actor opens; raises ``NotFound``, also for what is not theirs to see."""
    project = visible_project(project_id, actor)
    if part not in set(Part):
        raise NotFound(say("申报材料没有这一部分"), remedy=say("请从左侧目录进入"))
    opened = Part(part)
    dossier = Reading(project).judged(opened)
    return Desk(
        project=project,
        part=opened,
        dossier=dossier,
        findings=tuple(checklist(dossier, opened, rules_of_today())),
        sections=tuple(sections_of(opened, dossier.route, dossier.track)),
        shut=shut_for(project, actor),
        saved_at=saved_at(project_id),
        returned=None if project.locked else returned(project_id),
    )
