"""The pages of what is decided."""

from __future__ import annotations

from flask import Blueprint

from approvals.views import (  # noqa: F401 - each adds its addresses
    accepting,
    closing,
    evaluation_acts,
    filing,
    side,
)
from approvals.views.blueprint import acts
from approvals.views.conditions import conditions
from approvals.views.evaluations import evaluations
from approvals.views.inherited import inherited
from portfolio.foundation.errors import say
from portfolio.foundation.web.shell import Entry

BLUEPRINTS: tuple[Blueprint, ...] = (acts, conditions, evaluations, inherited)
NAVIGATION: tuple[Entry, ...] = (
    Entry("evaluation.list", say("绩效评价"), "clipboard-data", 60),
    Entry("inherited.list", say("存量登记"), "archive", 80),
)
