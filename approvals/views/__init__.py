"""The pages of what is decided."""

from __future__ import annotations

from flask import Blueprint

from approvals.views import (
    accepting,
    annual_plan,
    appraising,
    building,
    closing,
    deciding,
    estimating,
    evaluation_acts,
    filing,
    recording,
    reviewing,
    side,
    submitting,
)
from approvals.views.blueprint import acts
from approvals.views.conditions import conditions
from approvals.views.evaluations import evaluations
from approvals.views.inherited import inherited
from approvals.views.meetings import meetings
from approvals.views.selections import selections
from approvals.views.submission import procedure
from portfolio.foundation.errors import say
from portfolio.foundation.web.shell import Entry

MODULES = (
    accepting,
    annual_plan,
    appraising,
    building,
    closing,
    deciding,
    estimating,
    evaluation_acts,
    filing,
    recording,
    reviewing,
    side,
    submitting,
)
"""The modules whose pages hang in the blueprints of others."""

BLUEPRINTS: tuple[Blueprint, ...] = (
    acts,
    procedure,
    conditions,
    evaluations,
    inherited,
    meetings,
    selections,
)
NAVIGATION: tuple[Entry, ...] = (
    Entry("procedure.this_year", say("年度计划"), "calendar3", 40),
    Entry("meeting.list", say("领导小组会议"), "people", 45),
    Entry("evaluation.list", say("绩效评价"), "clipboard-data", 60),
    Entry("inherited.list", say("存量登记"), "archive", 80),
)
