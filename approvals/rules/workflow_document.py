"""``docs/workflow.md`` from the procedure's own rows: ``python -m approvals.rules.workflow_document``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from approvals.rules.stages import FILING_STAGES, GOVERNMENT_STAGES, Circumstance, Stage
from approvals.rules.workflow import PHASE_STEPS, SIDE_TRANSITIONS, TRANSITIONS, Transition
from portfolio.foundation.roles import Role

_HEAD = """\
# 项目管理程序 · Workflow

由 `python -m approvals.rules.workflow_document > docs/workflow.md` 从程序表生成，请勿手工修改。
Generated from `approvals/rules/workflow.py`; do not edit.

表中没有的办理一律拒绝（FLOW）。主管部门自己是申报单位时，由其他主管部门代为办理。
"""


def document() -> str:
    """The whole document as Markdown."""
    parts = [_HEAD]
    for title, stages in (
        ("政府投资项目 · government track", GOVERNMENT_STAGES),
        ("备案项目 · filing track", FILING_STAGES),
    ):
        parts.append(f"## {title}\n")
        parts.extend(_stage(stage, stages) for stage in stages if _moves(stage, stages))
    parts.append(_side_states())
    parts.append(_steps())
    return "\n".join(parts)


def _moves(stage: Stage, track: Sequence[Stage]) -> list[Transition]:
    return [row for row in TRANSITIONS if row.stage is stage and row.to_stage in track]


def _stage(stage: Stage, track: Sequence[Stage]) -> str:
    rows = [
        (
            row.phase.label,
            row.act.label,
            "、".join(one.label for one in Circumstance if one in row.when),
            _to(row),
            _names(row.roles),
            row.gate.label if row.gate else "",
            row.basis,
        )
        for row in _moves(stage, track)
    ]
    return f"### {stage.label} `{stage}`\n\n" + _table(
        ("现处", "办理", "情形", "转入", "办理人", "关口", "依据"), rows
    )


def _to(row: Transition) -> str:
    place = row.to_phase.label
    return place if row.to_stage is row.stage else f"{row.to_stage.label}·{place}"


def _side_states() -> str:
    rows = [
        (row.side_state.label, row.act.label, row.to.label, _names(row.roles), row.basis)
        for row in SIDE_TRANSITIONS
    ]
    return "## 暂停、暂缓和终止 · side states\n\n" + _table(("现处", "办理", "转入", "办理人", "依据"), rows)


def _steps() -> str:
    rows = [
        (stage.label, phase.label, kind.label, role.label)
        for (stage, phase), (kind, role) in sorted(
            PHASE_STEPS.items(), key=lambda item: (list(Stage).index(item[0][0]), item[0][1])
        )
    ]
    return "## 环节 · steps opened\n\n" + _table(("阶段", "现处", "环节", "办理人"), rows)


def _names(roles: Iterable[Role]) -> str:
    return "、".join(role.label for role in roles)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    sys.stdout.write(document())
