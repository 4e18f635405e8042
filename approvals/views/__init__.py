"""The pages of what is decided."""

from __future__ import annotations

from flask import Blueprint

from approvals.views import (
    annual_plan,
    appraising,
    building,
    deciding,
    estimating,
    reviewing,
    submitting,
)
from approvals.views.blueprint import acts
from approvals.views.submission import procedure
from portfolio.foundation.errors import say
from portfolio.foundation.web.shell import Entry

MODULES = (annual_plan, appraising, building, deciding, estimating, reviewing, submitting)
"""The modules whose pages hang in the blueprints of others."""

BLUEPRINTS: tuple[Blueprint, ...] = (acts, procedure)
NAVIGATION: tuple[Entry, ...] = (Entry("procedure.this_year", say("年度计划"), "calendar3", 40),)
