"""The services beside the model: one act on both, in both directions, and everything compared after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from budget.queries.verification import verify
from budget.tables.contract import DirectCost
from portfolio.foundation.errors import HouseError, Refused
from tests.ledger import City
from tests.plain import reading
from tests.plain.figures import Act, Books, tried

ACCEPTED: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()
"""How often each act was done, and refused as it had to be, over all sequences of a run."""


@dataclass
class Beside:
    """The product's books and the model's, with the names by which they know the same things."""

    town: City
    books: Books
    names: reading.Names
    papers: tuple[int, int]
    supplier: int
    ids: dict[str, list[int]] = field(
        default_factory=lambda: {"orders": [], "applications": [], "supplements": [], "receipts": []}
    )
    sound: bool = True

    def again(self) -> Self:
        """The same, to go on from here without this one knowing."""
        return type(self)(
            self.town,
            deepcopy(self.books),
            deepcopy(self.names),
            self.papers,
            self.supplier,
            deepcopy(self.ids),
        )

    def act(self, call: Callable[[], Any], act: Act, *arguments: Any, kind: str = "", **more: Any) -> Any:
        """Do what the model allows, and be refused what it forbids, for a reason that it knows.

        Returns what the service returned; ``None`` after a refusal, which has changed nothing.
        """
        self.sound = False
        after, why = tried(self.books, act, *arguments, **more)
        name = f"{act.__name__} {kind}".strip()
        asked = f"{name}{arguments}{more or ''}"
        before = reading.picture() if why else None
        done, refusal = _asked(call)
        if refusal is not None:
            said = set(refusal.codes) if isinstance(refusal, Refused) else {type(refusal).__name__}
            assert why, f"{asked}: the model allows what was refused: {refusal}"
            assert said & why, f"{asked}: refused for {said} instead of {why}: {refusal}"
            assert reading.picture() == before, f"{asked}: a refusal that changed something"
            REFUSED[name] += 1
        else:
            assert not why, f"{asked}: done although the model forbids it for {why}"
            self.books = after
            self._learn_entries()
            ACCEPTED[name] += 1
        self.agrees()
        self.sound = True
        return done

    def agrees(self) -> None:
        """All totals of both are the same."""
        same(reading.as_the_product_says(self.names), reading.as_the_model_says(self.books))

    def _learn_entries(self) -> None:
        """The entries that the act made are those of the model, and get their names."""
        self.names.learn_lines()
        self._learn_costs()
        first = len(self.names.entries)
        made, expected = reading.new_entries(self.names), self.books.entries[first:]
        waiting = [(reading.said(entry), first + place) for place, entry in enumerate(expected)]
        found = sorted(made.items(), key=lambda item: repr(item[1]))
        wanted = sorted(waiting, key=lambda item: repr(item[0]))
        same({"entries": [entry for _, entry in found]}, {"entries": [entry for entry, _ in wanted]})
        self.names.entries |= {key: number for (key, _), (_, number) in zip(found, wanted, strict=True)}

    def _learn_costs(self) -> None:
        """What is left of a cost at the end of a year is a new one."""
        rows = DirectCost.select(DirectCost.id).where(DirectCost.id.not_in(list(self.names.costs)))
        known = set(self.names.costs.values())
        unknown = [
            number for number, one in enumerate(self.books.costs) if one["amount"] and number not in known
        ]
        found = [row.id for row in rows.where(DirectCost.amount > 0).order_by(DirectCost.id)]
        self.names.costs |= dict(zip(found, unknown, strict=True))

    def at_the_end(self) -> None:
        """The product finds nothing wrong with its books, and each day replays to what the model said."""
        assert verify().offenders == ()
        for day in [*self.books.days, self.books.today]:
            self.replays(day)

    def replays(self, day: date) -> None:
        """The books as of a day are what the model held then."""
        same(reading.replayed(self.names, day), reading.said_that_day(self.books, day), f"as of {day}")


def _asked(call: Callable[[], Any]) -> tuple[Any, HouseError | None]:
    """What the service returned, or its refusal."""
    try:
        return call(), None
    except HouseError as refusal:
        return None, refusal


def same(product: reading.Figures, model: reading.Figures, when: str = "now") -> None:
    """Both say the same of everything; what they do not agree on is named."""
    differing = [
        f"{what} {when}: the product says {ours}, the model {theirs}"
        for what in model
        for ours, theirs in [_apart(product[what], model[what])]
        if product[what] != model[what]
    ]
    assert not differing, "; ".join(differing)


def _apart(product: Any, model: Any) -> tuple[list[Any], list[Any]]:
    """What only one of them says."""
    both = [list(one.items()) if isinstance(one, dict) else list(one) for one in (product, model)]
    return [one for one in both[0] if one not in both[1]], [one for one in both[1] if one not in both[0]]
