"""What an assessment report says, as plain frozen values: everything the PDF draws and nothing else.

``reports.datasets`` assembles an :class:`AssessmentReport` from the houses; ``reports.pdf`` draws it without
a database, a clock or Flask.  A report whose totals do not add up cannot be made: it is refused here.

Basis: 项目支出绩效评价管理办法（财预〔2020〕10号）附件2（指标体系框架）、附件3（报告提纲）.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portfolio.foundation.money import Money

FULL_MARKS = Decimal(100)
GRADE_BOUNDS = (("优", 90), ("良", 80), ("中", 60), ("差", 0))


class ReportKind(StrEnum):
    """The three instruments of assessment."""

    EVALUATION = "evaluation"
    POST_EVALUATION = "post_evaluation"
    ANNUAL_SELF = "annual_self"

    @property
    def label(self) -> str:
        """The title of the report, as printed."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    ReportKind.EVALUATION: "绩效评价报告",
    ReportKind.POST_EVALUATION: "后评价自评报告",
    ReportKind.ANNUAL_SELF: "年度绩效自评报告",
}


@dataclass(frozen=True, slots=True)
class ReportProject:
    """The project as the report names it; texts are printed as given, empty ones as a dash.

    Parameters: ``owner`` is the 建设单位, ``authority`` the 主管部门; ``estimate`` the approved estimate
    核定概算 (``None`` while not fixed); ``started`` and ``finished`` are actual days; ``summary`` describes
    the content, a paragraph each.
    """

    code: str
    name: str
    owner: str
    authority: str = ""
    plan_item: str = ""
    track: str = ""
    delivery_mode: str = ""
    project_class: str = ""
    zone: str = ""
    sector: str = ""
    stage: str = ""
    contact: str = ""
    estimate: Money | None = None
    approval_number: str = ""
    approved_on: date | None = None
    started: date | None = None
    finished: date | None = None
    summary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """The money of one year from one source: planned funding and the five steps of the ledger."""

    year: int
    source: str
    planned: Money = Money.ZERO
    allotted: Money = Money.ZERO
    released: Money = Money.ZERO
    committed: Money = Money.ZERO
    paid: Money = Money.ZERO

    @classmethod
    def total(cls, rows: Iterable[MoneyRow], *, year: int = 0, source: str = "") -> MoneyRow:
        """The sum of ``rows`` under the given ``year`` and ``source``."""
        rows = tuple(rows)
        return cls(
            year,
            source,
            planned=Money.total(row.planned for row in rows),
            allotted=Money.total(row.allotted for row in rows),
            released=Money.total(row.released for row in rows),
            committed=Money.total(row.committed for row in rows),
            paid=Money.total(row.paid for row in rows),
        )


@dataclass(frozen=True, slots=True)
class ExecutionRow:
    """Budget execution of a year: 年初预算数, 全年预算数 as adjusted, funds received, and paid."""

    year: int
    initial: Money
    adjusted: Money
    received: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """One third-level indicator with its three scores side by side (``None``: not scored).

    ``target`` and ``actual`` are the indicator's yearly value and what was reached (self-evaluation);
    ``reason`` is why the score is what it is, ``evidence`` where that can be seen.
    """

    level1: str
    level2: str
    level3: str
    weight: Decimal
    self_score: Decimal | None = None
    computed_score: Decimal | None = None
    score: Decimal | None = None
    target: str = ""
    actual: str = ""
    reason: str = ""
    evidence: str = ""

    def __post_init__(self) -> None:
        """Refuse a score outside 0 … weight."""
        for value in (self.self_score, self.computed_score, self.score):
            if value is not None and not 0 <= value <= self.weight:
                raise ValueError(f"score {value} of {self.level3} is outside 0..{self.weight}")


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One performance target 绩效目标, promised and reached (``achieved`` is ``None`` while unknown)."""

    dimension: str
    name: str
    target: str
    actual: str = ""
    achieved: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """One milestone: first baseline, the day after the last re-baseline if any, and the actual day."""

    name: str
    planned: date | None
    actual: date | None = None
    revised: date | None = None
    note: str = ""

    @property
    def delay(self) -> int | None:
        """Days between the first baseline and the actual day; negative when early."""
        return (self.actual - self.planned).days if self.actual and self.planned else None


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One document of the approvals trail."""

    stage: str
    document: str
    number: str
    day: date | None
    authority: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class LineHead:
    """The ledger statement of one budget line, closed by the head of its hash chain (64 hex digits)."""

    line: str
    document: str
    year: int
    source: str
    entries: int
    allotted: Money
    paid: Money
    head: str


@dataclass(frozen=True, slots=True)
class Narrative:
    """What people wrote, as paragraphs; the drawing adds the sentences that follow from the figures."""

    objectives: tuple[str, ...] = ()
    purpose: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    process: tuple[str, ...] = ()
    conclusion: tuple[str, ...] = ()
    decision: tuple[str, ...] = ()
    management: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    benefit: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: the unit's full name and, beneath it, the people answerable."""

    unit: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AssessmentReport:
    """A whole report.

    Parameters: ``issued_on`` is printed as its date, ``as_of`` is the day the ledger was read; ``first_year``
    and ``last_year`` bound the period assessed; ``total`` is ``None`` while not every indicator is scored;
    ``grade`` is decided by the rules of evaluation, on the scale of ``grade_bounds``; ``basis`` names the
    documents the assessment rests on, in force on its day; ``draft`` marks the version for the exchange of
    views 征求意见稿.

    Raises ``ValueError`` when the weights do not sum to 100 or ``total`` is not the sum of the scores
    that count.
    """

    kind: ReportKind
    project: ReportProject
    evaluator: str
    issued_on: date
    as_of: date
    first_year: int
    last_year: int
    total: Decimal | None
    grade: str
    number: str = ""
    basis: str = ""
    marking: str = ""
    draft: bool = False
    money: tuple[MoneyRow, ...] = ()
    execution: tuple[ExecutionRow, ...] = ()
    scores: tuple[IndicatorScore, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    milestones: tuple[MilestoneRow, ...] = ()
    approvals: tuple[ApprovalRow, ...] = ()
    heads: tuple[LineHead, ...] = ()
    narrative: Narrative = Narrative()
    signatures: tuple[Signature, ...] = ()
    attachments: tuple[str, ...] = ()
    grade_bounds: tuple[tuple[str, int], ...] = GRADE_BOUNDS

    def __post_init__(self) -> None:
        """Refuse figures that contradict each other."""
        if self.scores and sum(row.weight for row in self.scores) != FULL_MARKS:
            raise ValueError("the weights of the indicators must sum to 100")
        if self.total is not None and self.total != self.counted_total(self.scores):
            raise ValueError("the total is not the sum of the counted scores")

    def counted(self, row: IndicatorScore) -> Decimal | None:
        """The score that counts: the evaluator's, or in a report of the unit's own the self score."""
        return row.score if self.kind is ReportKind.EVALUATION else row.self_score

    def counted_total(self, rows: Iterable[IndicatorScore]) -> Decimal:
        """The sum of the counted scores of ``rows``; what is not scored counts nothing."""
        return sum((self.counted(row) or Decimal(0) for row in rows), Decimal(0))

    @property
    def period(self) -> str:
        """The years assessed, as printed."""
        if self.first_year == self.last_year:
            return f"{self.first_year}年度"
        return f"{self.first_year}—{self.last_year}年度"

    @property
    def money_total(self) -> MoneyRow:
        """All years and sources together."""
        return MoneyRow.total(self.money)

    def money_by_source(self) -> tuple[MoneyRow, ...]:
        """One row per source, in the order of first appearance."""
        sources = dict.fromkeys(row.source for row in self.money)
        return tuple(
            MoneyRow.total((row for row in self.money if row.source == source), source=source)
            for source in sources
        )

    def money_by_year(self) -> tuple[MoneyRow, ...]:
        """One row per year, ascending."""
        years = sorted({row.year for row in self.money})
        return tuple(
            MoneyRow.total((row for row in self.money if row.year == year), year=year) for year in years
        )

    def groups(self, level: str) -> tuple[tuple[str, tuple[IndicatorScore, ...]], ...]:
        """The scores grouped by ``level1`` or ``level2``, in the order of first appearance."""
        names = dict.fromkeys(getattr(row, level) for row in self.scores)
        return tuple(
            (name, tuple(row for row in self.scores if getattr(row, level) == name)) for name in names
        )
