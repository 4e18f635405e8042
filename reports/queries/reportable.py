"""Which evaluations can be reported, and which one a person means."""

from __future__ import annotations

from approvals.queries.evaluations import EvaluationRow, assessable
from approvals.rules.evaluation import EvaluationKind, EvaluationState
from portfolio.foundation.errors import NotFound, say


def reportable(
    *, kind: EvaluationKind = EvaluationKind.EVALUATION, year: int | None = None, drafts: bool = False
) -> list[EvaluationRow]:
    """The evaluations of a kind that are final, by the project's code, oldest first; one query.

    With ``year`` only those of that year; with ``drafts`` also those submitted for the exchange of views.
    """
    return [
        row
        for row in assessable()
        if row.kind is kind and year in (None, row.year) and (drafts or row.state is EvaluationState.FINAL)
    ]


def chosen(
    code: str,
    *,
    kind: EvaluationKind = EvaluationKind.EVALUATION,
    year: int | None = None,
    drafts: bool = False,
) -> EvaluationRow:
    """The newest of them for one project, a final one before a draft; raises ``NotFound``."""
    rows = [row for row in reportable(kind=kind, year=year, drafts=drafts) if row.project_code == code]
    if not rows:
        raise NotFound(
            say("项目 {code} 没有可以出具报告的{kind}", code=code, kind=kind.label),
            basis="评价定稿后出具报告；定稿前只出征求意见稿",
            remedy=say("请用 report assessment --list 查看可出具报告的项目；征求意见稿加 --draft"),
        )
    return max(rows, key=lambda row: (row.state is EvaluationState.FINAL, row.year or 0, row.id))
