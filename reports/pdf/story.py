"""The pieces a report is told with: headings, paragraphs, tables and figures, numbered as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reportlab.platypus import Flowable, Spacer

from reports.pdf.charts import Figure
from reports.pdf.cover import SignatureBlock
from reports.pdf.fonts import FaceName, Faces
from reports.pdf.grid import Grid
from reports.pdf.linebreak import Align, Text, TextStyle, balanced_lines
from reports.pdf.pages import DEPTH, MEASURE, Barrier, Heading, Need
from reports.pdf.typeset import Prose
from reports.rules import AssessmentReport

BODY = TextStyle(indent=2)
TITLE = TextStyle(size=22, leading=34, bold=True, align=Align.CENTRE)
SUBTITLE = TextStyle(size=14, leading=26, align=Align.CENTRE)
CHAPTER = TextStyle(face=FaceName.HEI, indent=2, bold=True, align=Align.LEFT, before=6)
SECTION = TextStyle(indent=2, bold=True, align=Align.LEFT)
NUMERALS = "一二三四五六七八九十"
HEADING_NEEDS = 3 * BODY.leading  # a heading and two lines
LOW_TABLE = 0.4 * DEPTH  # a table up to this height moves to the next page whole, text filling its place
UNWRITTEN = "（未填写说明）"


class Story:
    """Builds the flowables chapter by chapter, counting headings, tables and figures."""

    def __init__(self, report: AssessmentReport, faces: Faces) -> None:
        """Begin an empty story of ``report``."""
        self.report = report
        self.faces = faces
        self.flow: list[Flowable] = []
        self.chapters = self.sections = self.tables = self.figures = 0

    def chapter(self, title: str, *, sections: bool = True) -> None:
        """A chapter's heading; ``sections`` says that a section's heading follows at once."""
        self.chapters += 1
        self.sections = 0
        heading = Heading(0, f"{NUMERALS[self.chapters - 1]}、{title}", CHAPTER, self.faces)
        self.flow += [Need(HEADING_NEEDS + CHAPTER.before + (BODY.leading if sections else 0)), heading]

    def section(self, title: str) -> None:
        """A section's heading, under the last chapter."""
        self.sections += 1
        heading = Heading(1, f"（{NUMERALS[self.sections - 1]}）{title}", SECTION, self.faces)
        self.flow += [Need(HEADING_NEEDS), heading]

    def say(self, text: Text, style: TextStyle = BODY) -> None:
        """One paragraph."""
        self.flow.append(Prose(text, style, self.faces))

    def say_all(self, paragraphs: Sequence[str], *, numbered: bool = False) -> None:
        """What people wrote; a paragraph they broke by hand becomes several."""
        written = [line.strip() for text in paragraphs for line in text.splitlines() if line.strip()]
        for number, text in enumerate(written, 1):
            self.say(f"{number}.{text}" if numbered and len(written) > 1 else text)

    def say_or_note(self, paragraphs: Sequence[str], *, numbered: bool = False) -> None:
        """What people wrote, or that they wrote nothing."""
        written = any(text.strip() for text in paragraphs)
        self.say_all(paragraphs if written else (UNWRITTEN,), numbered=numbered)

    def table(self, make: Callable[[AssessmentReport, Faces, str], Grid], title: str) -> None:
        """The next table; a low one may float to the next page, a long one breaks."""
        self.tables += 1
        grid = make(self.report, self.faces, f"表{self.tables}　{title}")
        if not grid.float_if_low(MEASURE, LOW_TABLE):
            self.flow.append(Need(grid.getSpaceBefore(), grid))
        self.flow.append(grid)

    def figure(self, figure: Figure | None) -> None:
        """A figure, where there is something to show."""
        if figure is not None:
            self.flow.append(figure)

    def title_block(self) -> None:
        """The title at the head of the text, with period and state."""
        report = self.report
        for text in (report.project.name, report.kind.label):
            self.flow.append(Prose(text, TITLE, self.faces, breaker=balanced_lines))
        self.flow.append(Spacer(1, 4))
        notes = [report.period, "征求意见稿" if report.draft else ""]
        self.say("　".join(f"（{note}）" for note in notes if note), SUBTITLE)
        self.flow.append(Spacer(1, 8))

    def signatures(self) -> None:
        """The block at the end, never alone on its page: the last paragraph goes with it."""
        block = SignatureBlock(self.report, self.faces, BODY)
        company: list[Flowable] = [self.flow.pop()]
        while isinstance(self.flow[-1], (Heading, Need)):
            company.insert(0, self.flow.pop())
        company = [flowable for flowable in company if not isinstance(flowable, Need)]
        height = sum(flowable.wrap(MEASURE, DEPTH)[1] for flowable in (*company, block))
        height += block.getSpaceBefore()
        self.flow += [Barrier(), Need(height), *company, block]
