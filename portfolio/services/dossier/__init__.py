"""What an owner writes into a project's dossier, and the lock that holds it still in review."""

from portfolio.services.dossier.duplicates import answer_duplicate
from portfolio.services.dossier.lock import lock, may_write, shut_for, unlock
from portfolio.services.dossier.money import copy_part, set_estimate, set_funding
from portfolio.services.dossier.participants import set_participants
from portfolio.services.dossier.project import create, move_to_government, save
from portfolio.services.dossier.results import set_indicators, set_targets
from portfolio.services.dossier.study import set_alternatives, set_resources

__all__ = [
    "answer_duplicate",
    "copy_part",
    "create",
    "lock",
    "may_write",
    "move_to_government",
    "save",
    "set_alternatives",
    "set_estimate",
    "set_funding",
    "set_indicators",
    "set_participants",
    "set_resources",
    "set_targets",
    "shut_for",
    "unlock",
]
