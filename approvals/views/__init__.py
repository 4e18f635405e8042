"""The pages of what is decided."""

from __future__ import annotations

from flask import Blueprint

from approvals.views.blueprint import acts
from portfolio.foundation.web.shell import Entry

BLUEPRINTS: tuple[Blueprint, ...] = (acts,)
NAVIGATION: tuple[Entry, ...] = ()
