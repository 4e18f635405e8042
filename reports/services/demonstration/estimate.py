"""What a project of the demonstration costs and who pays when, derived from its total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portfolio.foundation.money import FEN_PER_WAN, Money
from portfolio.rules.dossier import CostCategory, FundingSource

_STEP = FEN_PER_WAN // 100  # a hundred yuan: two decimals of 万元
_SHARES = (  # per mille of the total; integration and management follow from their bases, the rest is reserve
    (CostCategory.HARDWARE, "服务器、存储和网络设备", 400),
    (CostCategory.SYSTEM_SOFTWARE, "数据库、中间件和安全软件", 120),
    (CostCategory.APPLICATION_SOFTWARE, "应用软件开发", 300),
    (CostCategory.CONSULTING, "前期咨询和可行性研究", 8),
    (CostCategory.DESIGN, "初步设计", 20),
    (CostCategory.TENDERING, "招标代理", 5),
    (CostCategory.SUPERVISION, "工程监理", 25),
    (CostCategory.TRAINING, "使用人员培训", 12),
)
_EQUIPMENT = (CostCategory.HARDWARE, CostCategory.SYSTEM_SOFTWARE)
_BUILT = (*_EQUIPMENT, CostCategory.APPLICATION_SOFTWARE, CostCategory.INTEGRATION)


def rounded(amount: Money) -> Money:
    """The amount without what lies below a hundred yuan."""
    return Money(amount.fen // _STEP * _STEP)


def estimate_lines(total: Money) -> list[dict[str, Any]]:
    """Lines that sum to ``total``, at the rates of the estimate standard."""
    amounts = {category: rounded(total.share(share, 1000)) for category, _, share in _SHARES}
    equipment = Money.total(amounts[category] for category in _EQUIPMENT)
    amounts[CostCategory.INTEGRATION] = rounded(equipment.share(7, 100))
    built = Money.total(amounts[category] for category in _BUILT)
    amounts[CostCategory.MANAGEMENT] = rounded(built.share(15, 1000))
    items = {category: item for category, item, _ in _SHARES}
    items |= {
        CostCategory.INTEGRATION: "系统集成和联调",
        CostCategory.MANAGEMENT: "建设单位管理费",
        CostCategory.CONTINGENCY: "预备费",
    }
    amounts[CostCategory.CONTINGENCY] = total - Money.total(amounts.values())
    return [
        {"category": category, "item": items[category], "amount": amounts[category]}
        for category in CostCategory
        if category in amounts
    ]


def cost_of(total: Money, *categories: CostCategory) -> Money:
    """The sum of some lines of an estimate of ``total``."""
    return Money.total(line["amount"] for line in estimate_lines(total) if line["category"] in categories)


def funding_lines(
    total: Money, sources: Mapping[FundingSource, int], shares: Mapping[int, int]
) -> list[dict[str, Any]]:
    """Funding by source and year that sums to ``total``; ``sources`` and ``shares`` (by year) in per cent."""
    lines: list[dict[str, Any]] = []
    left = total
    cells = [(source, year) for source in sources for year in shares]
    for source, year in cells:
        last = (source, year) == cells[-1]
        amount = left if last else rounded(total.share(sources[source] * shares[year], 10_000))
        left -= amount
        lines.append({"source": source, "year": year, "amount": amount})
    return lines
