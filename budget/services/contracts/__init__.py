"""Contracts: drafted, signed, supplemented, settled, and committed year by year."""

from budget.services.contracts.commitments import commit_year
from budget.services.contracts.drafts import add_supplier, draft_contract, revise_draft
from budget.services.contracts.settlement import settle, terminate
from budget.services.contracts.signing import sign_contract
from budget.services.contracts.supplements import draft_supplement, supplement

__all__ = [
    "add_supplier",
    "commit_year",
    "draft_contract",
    "draft_supplement",
    "revise_draft",
    "settle",
    "sign_contract",
    "supplement",
    "terminate",
]
