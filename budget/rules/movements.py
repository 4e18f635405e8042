"""What may be adjusted, recalled and transferred between lines."""

from __future__ import annotations

from budget.rules.words import Measure
from portfolio.foundation.errors import Finding, Level, say
from portfolio.rules.dossier import FundingSource

SOURCES_CODE = "M46"
YEARS_CODE = "M47"
VIREMENT_RULE = "VIREMENT"
BASIS = "《中华人民共和国预算法》：不同科目、项目间的预算资金调剂按规定办理"

RECALLED = (Measure.RELEASED, Measure.ALLOTTED, Measure.CARRIED_IN)
"""What may be taken back of a line: payment quota first, allotted or carried-in money where it goes."""


def virement_findings(
    sources: tuple[FundingSource, FundingSource],
    years: tuple[int, int],
    *,
    across_sources: bool = False,
    basis: str = BASIS,
    level: Level = Level.BLOCK,
) -> list[Finding]:
    """Whether money may go from one line to another: the same year, and the same source.

    ``across_sources`` is what the rulebook of the day lets pass, ``level`` how strictly it holds what not.
    """
    (from_source, to_source), (from_year, to_year) = sources, years
    return [
        Finding(
            SOURCES_CODE,
            across_sources or from_source is to_source,
            say("调剂在{one}与{other}之间", one=from_source.label, other=to_source.label),
            basis,
            level,
            figure=say("{source}", source=to_source.label),
            limit=say("{source}", source=from_source.label),
            remedy=say("请在同一资金来源的指标之间调剂；不同来源的，分别办理调减和追加"),
        ),
        Finding(
            YEARS_CODE,
            from_year == to_year,
            say("调剂在{one}年与{other}年之间", one=from_year, other=to_year),
            basis,
            figure=say("{year}年", year=to_year),
            limit=say("{year}年", year=from_year),
            remedy=say("请在同一年度的指标之间调剂；跨年度的资金由年终结转办理"),
        ),
    ]
