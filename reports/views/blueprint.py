"""The blueprint of the register: ``register.projects``, ``register.project``, ``register.audit``."""

from __future__ import annotations

from flask import Blueprint

from portfolio.foundation.roles import SEES_EVERYTHING, UNIT_ROLES

blueprint = Blueprint("register", __name__, template_folder="../templates")

READERS = tuple(sorted(SEES_EVERYTHING | UNIT_ROLES))
"""Whoever may know of projects; which ones, the queries say."""
