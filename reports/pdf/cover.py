"""The two places a report is signed for: its cover, and the signature block at its end."""

from __future__ import annotations

from dataclasses import replace

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from reports.pdf.fonts import FaceName, Faces
from reports.pdf.linebreak import Align, TextStyle, balanced_lines, natural_width, set_lines
from reports.pdf.pages import DEPTH, MEASURE, RED
from reports.pdf.sheets import day
from reports.pdf.typeset import draw_lines, draw_text
from reports.rules import AssessmentReport, Signature

NUMBER = TextStyle(face=FaceName.HEI, size=14, leading=20, align=Align.LEFT, bold=True)
NAME = TextStyle(size=22, leading=36, bold=True, align=Align.CENTRE)
KIND = TextStyle(size=32, leading=50, bold=True, align=Align.CENTRE)
PERIOD = TextStyle(size=16, leading=28, align=Align.CENTRE)
LABEL = TextStyle(face=FaceName.HEI, size=14, leading=20, align=Align.LEFT)
VALUE = TextStyle(size=14, leading=20, align=Align.CENTRE)
NAME_LINES = 4
LABEL_WIDTH = 88.0
VALUE_WIDTH = 240.0
ROW_GAP = 14.0
SEAL_LINES = 2  # blank lines above a unit's name, where the seal reaches


class Cover(Flowable):
    """The cover: number, double red rule, what is assessed, by whom, when."""

    def __init__(self, report: AssessmentReport, faces: Faces) -> None:
        """Make the cover of ``report``."""
        super().__init__()
        self.report = report
        self.faces = faces

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """The whole page."""
        self.width, self.height = MEASURE, DEPTH
        return self.width, self.height

    def draw(self) -> None:
        """Draw from the top down."""
        canvas, report, faces = self.canv, self.report, self.faces
        top = DEPTH - 6
        number = set_lines(report.number, NUMBER, MEASURE * 0.6, faces)[:1]
        draw_lines(canvas, number, 0, top, MEASURE, NUMBER)
        draw_text(canvas, report.marking, MEASURE, top - 15, replace(NUMBER, align=Align.RIGHT), faces)
        self._rules(canvas, top - 34)
        lines = balanced_lines(report.project.name, NAME, MEASURE - 20, faces)[:NAME_LINES]
        y = DEPTH - 58 * mm + NAME.leading * (len(lines) - 2) / 2
        draw_lines(canvas, lines, 0, y, MEASURE, NAME)
        y -= NAME.leading * len(lines) + 26
        draw_lines(canvas, set_lines(report.kind.label, KIND, MEASURE, faces), 0, y, MEASURE, KIND)
        y -= KIND.leading + 10
        notes = [report.period, "征求意见稿" if report.draft else ""]
        for note in filter(None, notes):
            draw_text(canvas, f"（{note}）", MEASURE / 2, y - 20, PERIOD, faces)
            y -= PERIOD.leading
        self._fields(canvas)
        canvas.setStrokeColorRGB(*RED)
        canvas.setLineWidth(1)
        canvas.line(0, 2, MEASURE, 2)

    @staticmethod
    def _rules(canvas: Canvas, y: float) -> None:
        canvas.setStrokeColorRGB(*RED)
        for width, height in ((2.6, y), (0.8, y - 4.2)):
            canvas.setLineWidth(width)
            canvas.line(0, height, MEASURE, height)

    def _fields(self, canvas: Canvas) -> None:
        report, faces = self.report, self.faces
        fields = [
            ("项目单位", report.project.owner),
            ("主管部门", report.project.authority),
            ("评价机构" if report.evaluator != report.project.owner else "填报单位", report.evaluator),
            ("报告日期", day(report.issued_on)),
        ]
        left = (MEASURE - LABEL_WIDTH - VALUE_WIDTH) / 2
        y = 30.0
        for label, value in reversed([field for field in fields if field[1]]):
            lines = balanced_lines(value, VALUE, VALUE_WIDTH, faces)[:2]
            draw_lines(canvas, lines, left + LABEL_WIDTH, y + len(lines) * VALUE.leading, VALUE_WIDTH, VALUE)
            draw_text(canvas, f"{label}：", left, y + 5.4, LABEL, faces)
            canvas.setStrokeGray(0.35)
            canvas.setLineWidth(0.5)
            canvas.line(left + LABEL_WIDTH, y - 1, left + LABEL_WIDTH + VALUE_WIDTH, y - 1)
            y += len(lines) * VALUE.leading + ROW_GAP


class SignatureBlock(Flowable):
    """People, then each unit over the date with room for its seal; never split, no seal is drawn."""

    def __init__(self, report: AssessmentReport, faces: Faces, style: TextStyle) -> None:
        """Make the block in the ``style`` of the text."""
        super().__init__()
        self.faces = faces
        self.style = replace(style, indent=0, align=Align.CENTRE)
        self.date = day(report.issued_on)
        self.signatures = report.signatures or (Signature(report.evaluator),)
        self.spaceBefore = style.leading / 2

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """The lines of all signatures and the room for their seals."""
        self.width = available_width
        lines = sum(len(signature.people) + SEAL_LINES + 2 for signature in self.signatures)
        self.height = lines * self.style.leading
        return self.width, self.height

    def draw(self) -> None:
        """Draw the units above the date, the date four characters from the right."""
        y = self.height
        for signature in self.signatures:
            y = self._draw_one(signature, y)

    def _draw_one(self, signature: Signature, y: float) -> float:
        style, faces = self.style, self.faces
        plain = replace(style, align=Align.LEFT)
        for person in signature.people:
            draw_lines(
                self.canv, set_lines(person, plain, self.width - 64, faces)[:1], 32, y, self.width, plain
            )
            y -= style.leading
        y -= SEAL_LINES * style.leading
        unit = f"{signature.unit}（盖章）"
        room = self.width - 4 * style.size
        wide = max(natural_width(text, style, faces) for text in (unit, self.date))
        span = min(wide, room)
        left = self.width - 4 * style.size - span if wide <= room else self.width - span
        for text in (unit, self.date):
            draw_lines(self.canv, set_lines(text, style, span + 1, faces)[:1], left, y, span, style)
            y -= style.leading
        return y
