"""Evaluations from opening to final: computed, scored on both sides, written, exchanged, finalised.

Self-reports are the unit's own and an authority takes them in; an evaluation is the authority's, the unit
replies before it is final, and its grade alone moves money (R18).
"""

from approvals.services.evaluations.concluding import exchange, finalise, send_back, submit
from approvals.services.evaluations.opening import assign, open_one
from approvals.services.evaluations.scoring import compute, evaluate, self_score, write

__all__ = [
    "assign",
    "compute",
    "evaluate",
    "exchange",
    "finalise",
    "open_one",
    "self_score",
    "send_back",
    "submit",
    "write",
]
