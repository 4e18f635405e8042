"""What an entry may say: which measure each kind moves, and in which direction."""

from __future__ import annotations

from budget.rules.words import EntryKind, Measure

UP, DOWN = 1, -1

MOVES: dict[EntryKind, frozenset[tuple[Measure, int]]] = {
    EntryKind.OPENING: frozenset((measure, UP) for measure in Measure),
    EntryKind.ALLOT: frozenset({(Measure.ALLOTTED, UP)}),
    EntryKind.ADJUST: frozenset({(Measure.ALLOTTED, UP), (Measure.ALLOTTED, DOWN)}),
    EntryKind.VIREMENT: frozenset({(Measure.ALLOTTED, UP), (Measure.ALLOTTED, DOWN)}),
    EntryKind.RECALL: frozenset(
        {(Measure.RELEASED, DOWN), (Measure.ALLOTTED, DOWN), (Measure.CARRIED_IN, DOWN)}
    ),
    EntryKind.CARRY_OVER: frozenset(
        {
            (Measure.RELEASED, DOWN),
            (Measure.COMMITTED, DOWN),
            (Measure.CARRIED_OUT, UP),
            (Measure.CARRIED_IN, UP),
        }
    ),
    EntryKind.RELEASE: frozenset({(Measure.RELEASED, UP)}),
    EntryKind.COMMIT: frozenset({(Measure.COMMITTED, UP)}),
    EntryKind.DECOMMIT: frozenset({(Measure.COMMITTED, DOWN)}),
    EntryKind.PAY: frozenset({(Measure.PAID, UP)}),
    EntryKind.REFUND: frozenset({(Measure.PAID, DOWN), (Measure.RETURNED, UP)}),
    EntryKind.REVERSE: frozenset((measure, sign) for measure in Measure for sign in (UP, DOWN)),
}
"""Kind of entry → the measures that it may move, each up (more) or down (less)."""

REVERSIBLE = frozenset(
    {
        EntryKind.ALLOT,
        EntryKind.ADJUST,
        EntryKind.RECALL,
        EntryKind.RELEASE,
        EntryKind.COMMIT,
        EntryKind.PAY,
        EntryKind.REFUND,
    }
)
"""Kinds that a single red entry 红字冲销 undoes; the others move two lines or an agreement as well."""


def allowed(kind: EntryKind, measure: Measure, fen: int) -> bool:
    """Whether an entry of this kind may move this measure by ``fen``, which is never zero."""
    return fen != 0 and (measure, UP if fen > 0 else DOWN) in MOVES[kind]


def moves_sql() -> str:
    """``allowed`` as a condition on the columns kind, measure and amount."""
    cases = []
    for kind, moves in MOVES.items():
        each = " OR ".join(
            f"measure = '{measure.value}' AND amount {'>' if sign == UP else '<'} 0"
            for measure, sign in sorted(moves)
        )
        cases.append(f"kind = '{kind.value}' AND ({each})")
    return " OR ".join(cases)
