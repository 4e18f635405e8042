"""The pages of money."""

from __future__ import annotations

from flask import Blueprint

from budget.views import (
    applications,
    budget_round,
    closing,
    contracts,
    corrections,
    costs,
    counterpart,
    drafts,
    forecast,
    imports,
    limit_drafts,
    lines,
    movements,
    orders,
    periods,
    programme,
    projects,
    reconciliation,
    statements,
    suppliers,
    vouchers,
    years,
)
from budget.views.blueprint import finance
from portfolio.foundation.errors import say, several
from portfolio.foundation.web.shell import Entry

BLUEPRINTS: tuple[Blueprint, ...] = (finance,)
NAVIGATION: tuple[Entry, ...] = (
    Entry("finance.home", say("资金"), "cash-stack", 50),
    Entry("finance.applications", several("付款申请"), "receipt", 51),
)

__all__ = [
    "BLUEPRINTS",
    "NAVIGATION",
    "applications",
    "budget_round",
    "closing",
    "contracts",
    "corrections",
    "costs",
    "counterpart",
    "drafts",
    "forecast",
    "imports",
    "limit_drafts",
    "lines",
    "movements",
    "orders",
    "periods",
    "programme",
    "projects",
    "reconciliation",
    "statements",
    "suppliers",
    "vouchers",
    "years",
]
