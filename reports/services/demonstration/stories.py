"""The whole story of a project of the government track: chapter after chapter, as far as it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from approvals.rules.stages import Phase, SideState, Stage
from reports.services.demonstration.appraising import appraise, fix_estimate
from reports.services.demonstration.assessing import assess
from reports.services.demonstration.attempts import EARLY_START, start_early
from reports.services.demonstration.building import build
from reports.services.demonstration.calendar import Story
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.completing import complete
from reports.services.demonstration.funding import ALLOTTING, LISTED, fund
from reports.services.demonstration.journey import Journey
from reports.services.demonstration.narration import Narrator, silent
from reports.services.demonstration.proposing import decide, propose
from reports.services.demonstration.script import ProjectScript


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the way: where a project must stand for it, what happens, and how far it has come then.

    ``within`` are the places inside it at which a project may stop without its case saying so.
    """

    tell: Callable[[Journey], Story]
    reached: str
    at: tuple[tuple[Stage, Phase], ...] = ()
    within: tuple[str, ...] = ()


_FIXED = ((Stage.ESTIMATE, Phase.FIXED),)
CHAPTERS = (
    Chapter(propose, "submitted"),
    Chapter(decide, "decided", ((Stage.INITIATION, Phase.DECIDING), (Stage.APPRAISAL, Phase.DRAFTING))),
    Chapter(appraise, "appraised", ((Stage.APPRAISAL, Phase.DRAFTING),)),
    Chapter(fix_estimate, "fixed", ((Stage.ESTIMATE, Phase.DRAFTING),)),
    Chapter(fund, "funded", _FIXED, (LISTED, ALLOTTING)),
    Chapter(build, "construction", _FIXED),
    Chapter(complete, "operation", ((Stage.CONSTRUCTION, Phase.BUILDING),)),
    Chapter(assess, "closed", ((Stage.OPERATION, Phase.RUNNING),)),
)


def story(written: ProjectScript, cast: Cast, narrate: Narrator = silent) -> Story:
    """The story of one project, as far as its script says and as far as it is let."""
    journey = Journey(written, cast, narrate)
    for chapter in CHAPTERS:
        if chapter.at and not _stands_at(journey, chapter):
            return
        if chapter.tell is appraise and EARLY_START in written.happenings:
            yield from start_early(journey)
        yield from chapter.tell(journey)
        if written.reach in (chapter.reached, *chapter.within):
            return


def _stands_at(journey: Journey, chapter: Chapter) -> bool:
    case = journey.case
    return case.side_state is SideState.ACTIVE and (case.stage, case.phase) in chapter.at
