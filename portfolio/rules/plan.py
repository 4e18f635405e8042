"""Reading and writing a plan file, what must agree in it, and the path that leads to a target.

Basis: 规划四（六）“先规划后立项”, 四（四）“建立和完善信息化统计指标体系”.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Protocol

from portfolio.foundation.errors import say
from portfolio.rules.located_json import Located, decode_located
from portfolio.rules.plan_document import (
    SECTIONS,
    Comparison,
    Header,
    Measure,
    Origin,
    Path,
    PlanDocument,
)
from portfolio.rules.records import (
    Problems,
    Row,
    check_references,
    read_record,
    read_root,
    read_sections,
    record_data,
)

LONGEST_PERIOD = 20
_PATH_STEP = Decimal("0.01")

Sections = Mapping[str, Sequence[Row]]


def read_plan(content: str) -> PlanDocument:
    """Read a plan file; raises ``Invalid`` naming line and field of every mistake."""
    found = decode_located(content)
    problems = Problems()
    root = read_root(found, ("plan", *SECTIONS), problems)
    header = _read_header(root, found.line, problems)
    sections = read_sections(root, found.line, SECTIONS, _years_of_row(header), problems)
    _check_sections(sections, problems)
    problems.raise_if_any()
    records = {name: tuple(SECTIONS[name](**row.values) for row in rows) for name, rows in sections.items()}
    return PlanDocument(plan=Header(**header.values), **records)


def plan_data(document: PlanDocument) -> dict[str, Any]:
    """The document as JSON values under the keys of the file: what ``read_plan`` reads back as itself."""
    years = plan_years(document.plan)
    data: dict[str, Any] = {"plan": record_data(document.plan, years)}
    for name in SECTIONS:
        data[name] = [record_data(record, years) for record in getattr(document, name)]
    return data


def write_plan(data: Mapping[str, Any]) -> str:
    """The text of a plan file from ``plan_data``: one field a line, everything in a fixed order."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


class Course(Protocol):
    """The two ends of a figure and the way between them; an indicator's row is one."""

    @property
    def base_year(self) -> int:
        """The year of ``base``."""

    @property
    def base(self) -> Decimal | None:
        """The figure at the start, if the plan gives one."""

    @property
    def target_year(self) -> int:
        """The year of ``target``."""

    @property
    def target(self) -> Decimal:
        """The figure to reach."""

    @property
    def path(self) -> Path:
        """The shape of the way."""


def required_path(course: Course) -> dict[int, Decimal]:
    """The figure required in each year from base to target, in the indicator's unit, to two decimals.

    Geometric where the plan prints a yearly growth, linear for ratios, empty without a base.  Both ends are
    the plan's own figures; the printed growth, which is rounded, is never used.
    """
    if course.base is None or course.path is Path.NONE:
        return {}
    span = course.target_year - course.base_year
    years = {course.base_year: course.base}
    for step in range(1, span):
        years[course.base_year + step] = _between(course.base, course.target, course.path, step, span)
    years[course.target_year] = course.target
    return years


def _between(base: Decimal, target: Decimal, path: Path, step: int, span: int) -> Decimal:
    with localcontext(prec=28):
        if path is Path.GEOMETRIC:
            exact = base * (target / base) ** (Decimal(step) / span)
        else:
            exact = base + (target - base) * step / span
        return exact.quantize(_PATH_STEP, ROUND_HALF_UP)


def plan_years(header: Header) -> dict[str, int]:
    """The years that stand in the keys of the plan's file."""
    return {"base_year": header.from_year - 1, "to_year": header.to_year}


def _years_of_row(header: Row) -> dict[str, int] | None:
    """The years that stand in the keys of the file; ``None`` when the header does not tell them."""
    start, end = header["from_year"], header["to_year"]
    if start is None or end is None or not _is_period(start, end):
        return None
    return {"base_year": start - 1, "to_year": end}


def _is_period(start: int, end: int) -> bool:
    return start < end <= start + LONGEST_PERIOD


def _read_header(root: Mapping[str, Located], line: int, problems: Problems) -> Row:
    nothing = Row("plan", line, {}, {}, {})
    if "plan" not in root:
        problems.add(line, "plan", say("缺少这一节"))
        return nothing
    header = read_record(Header, root["plan"], "plan", {}, problems) or nothing
    start, end = header["from_year"], header["to_year"]
    if start is not None and end is not None and not _is_period(start, end):
        problem = say(
            "规划期{start}—{end}不成立：终止年应晚于起始年，且不超过{n}年",
            start=start,
            end=end,
            n=LONGEST_PERIOD,
        )
        header.blame(problems, "to_year", problem)
    return header


def _check_sections(sections: Sections, problems: Problems) -> None:
    for name, shape in SECTIONS.items():
        check_references(shape, sections[name], sections, problems)
    _check_item_counts(sections, problems)
    _check_indicators(sections["indicators"], problems)
    _check_totals(sections["indicators"], problems)
    _check_text_targets(sections["text_targets"], problems)
    _check_goals(sections, problems)
    for name in ("text_targets", "goals"):
        _check_same_target(sections[name], sections["indicators"], problems)


def _check_item_counts(sections: Sections, problems: Problems) -> None:
    """Each box names as many items of the published plan as it declares."""
    box_of = {group["code"]: group["box"] for group in sections["groups"]}
    counts = {box["code"]: 0 for box in sections["boxes"]}
    for item in sections["items"]:
        box_code = box_of.get(item["group"])
        if box_code not in counts or item["origin"] is None:
            return  # a wrong reference is told as such, not as a wrong count
        counts[box_code] += item["origin"] is Origin.PLAN
    for box in sections["boxes"]:
        if box["item_count"] is not None and box["item_count"] != counts[box["code"]]:
            problem = say("应有{n}项，文件里有{found}项", n=box["item_count"], found=counts[box["code"]])
            box.blame(problems, "item_count", problem)


def _check_indicators(indicators: Sequence[Row], problems: Problems) -> None:
    """A path needs a base to start from, and a geometric one figures above nought."""
    for row in indicators:
        if row["path"] not in (Path.LINEAR, Path.GEOMETRIC):
            continue
        if "base" in row.values and row["base"] is None:
            row.blame(problems, "path", say("没有基数就没有逐年路径，应为none"))
        elif row["path"] is Path.GEOMETRIC and any(
            row[end] is not None and row[end] <= 0 for end in ("base", "target")
        ):
            row.blame(problems, "path", say("等比路径的基数和目标都应大于零"))


def _check_totals(indicators: Sequence[Row], problems: Problems) -> None:
    """Parts add up to their total, at both ends."""
    by_code = {row["code"]: row for row in indicators}
    for total_code in {row["part_of"] for row in indicators} & by_code.keys():
        total = by_code[total_code]
        parts = [row for row in indicators if row["part_of"] == total_code]
        if total["part_of"] is not None:
            own = total["part_of"] == total_code
            problem = say("指标不能是自己的分项") if own else say("有分项的指标不能又是别的指标的分项")
            total.blame(problems, "part_of", problem)
            continue
        for end in ("base", "target"):
            figures = [row[end] for row in parts]
            if total[end] is None or None in figures:
                continue
            if sum(figures) != total[end]:
                problem = say("分项之和{sum}不等于总数{total}", sum=sum(figures), total=total[end])
                total.blame(problems, end, problem)


def _check_text_targets(targets: Sequence[Row], problems: Problems) -> None:
    """A figure to reach unless it is done or not done; an upper end only for a range, and above the lower."""
    for row in targets:
        comparison = row["comparison"]
        if comparison is None or not {"target", "upper"} <= row.values.keys():
            continue
        if (row["target"] is None) != (comparison is Comparison.COMPLETED):
            row.blame(problems, "target", say("完成/未完成类不填数字，其他类必须填"))
        elif (row["upper"] is None) == (comparison is Comparison.BETWEEN):
            row.blame(problems, "upper", say("只有区间类填上限，且必须填"))
        elif row["upper"] is not None and row["upper"] <= row["target"]:
            row.blame(problems, "upper", say("上限应大于下限"))


def _check_goals(sections: Sections, problems: Problems) -> None:
    """A goal that counts sectors or clusters counts those of the file."""
    listed = {Measure.SECTORS: "sectors", Measure.CLUSTERS: "clusters"}
    for row in sections["goals"]:
        section = listed.get(row["measure"])
        if section and row["target"] is not None and row["target"] != len(sections[section]):
            problem = say("应有{n}个，文件里有{found}个", n=row["target"], found=len(sections[section]))
            row.blame(problems, "target", problem)


def _check_same_target(rows: Sequence[Row], indicators: Sequence[Row], problems: Problems) -> None:
    """What is the same as an indicator has its target."""
    targets = {row["code"]: row["target"] for row in indicators}
    for row in rows:
        wanted = targets.get(row["same_as"])
        if wanted is not None and row["target"] is not None and wanted != row["target"]:
            problem = say("与指标{code}的目标{target}不一致", code=row["same_as"], target=wanted)
            row.blame(problems, "target", problem)
