"""Payments: applied for with their papers, checked, posted; and what comes back or is undone."""

from budget.services.payments.applications import apply, check, refuse
from budget.services.payments.corrections import draft_refund, draft_reversal, refund, reverse
from budget.services.payments.disbursement import post

__all__ = ["apply", "check", "draft_refund", "draft_reversal", "post", "refund", "refuse", "reverse"]
