"""What administrators keep: organisations, people, rules, working days; and the plan, to read."""

from __future__ import annotations

from portfolio.admin.days import Days
from portfolio.admin.organisations import Organisations
from portfolio.admin.people import People
from portfolio.admin.plan import PLAN_VIEWS
from portfolio.admin.rules import Rules
from portfolio.foundation.admin import View

VIEWS: tuple[type[View], ...] = (Organisations, People, Rules, Days, *PLAN_VIEWS)
