"""The best selection under all ceilings, found and proved by an exact solver (docs/adr/015).

One yes-or-no variable for each project; the sum of values is made as large as possible, under the ceilings,
the pins and the least shares.  Of several best selections the one with the earlier project codes is taken, so
that the same question always has the same answer.  The solver computes in floating point: what it gives is
checked in whole numbers, and a selection that only looked admissible is excluded and the search goes on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

from approvals.rules.choice import (
    Option,
    Pin,
    Problem,
    in_order,
    keeps,
    unsolvable,
    value_of,
)
from portfolio.foundation.errors import Finding, Refused, say

SECONDS = 20.0
"""How long a search may take before it is given up."""
_TOGETHER = 10
"""So many projects are settled at a time when equals are told apart: 2**10 is far inside a double."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A selection that is proved to be the best: ``bound`` is the most that any could be worth."""

    chosen: frozenset[int]
    value: int
    bound: int
    seconds: float
    solver: str


def solve(problem: Problem, *, seconds: float = SECONDS) -> Solved:
    """The best selection of a problem, proved.

    Raises ``Refused`` (CEILING, SHARE) where nothing satisfies it, and (TIME) when it takes too long.
    """
    if any(room.limit is None for room in problem.rooms):
        raise Refused(unsolvable(problem))
    if not problem.options:
        return Solved(frozenset(), 0, 0, 0.0, "")
    started = time.monotonic()
    search = _Search(problem, started + seconds)
    best = search.run([option.value for option in search.options])
    if best is None:
        raise Refused(unsolvable(problem))
    value, bound = value_of(problem, best), search.bound()
    if bound > value:
        raise _too_long()
    chosen = search.settle(value)
    return Solved(chosen, value, bound, time.monotonic() - started, search.name)


class _Search:
    """One model, solved several times: first for the value, then to tell equals apart."""

    def __init__(self, problem: Problem, until: float) -> None:
        """Write the model down."""
        import highspy  # half a second to import, and few who start the product ever solve

        self._api: Any = highspy
        self._problem, self._until = problem, until
        self.options: list[Option] = in_order(problem.options)
        # Its wrapper ``Highs`` greets on standard output before it can be told not to.
        self._model: Any = highspy._core._Highs()
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.0),
            ("mip_feasibility_tolerance", 1e-9),
        ):
            self._model.setOptionValue(name, value)
        self.name = f"HiGHS {self._model.version()}"
        for index, option in enumerate(self.options):
            least = 1 if option.pin is Pin.IN else 0
            self._model.addVar(least, 0 if option.pin is Pin.OUT else 1)
            self._model.changeColIntegrality(index, highspy.HighsVarType.kInteger)
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._write_ceilings()
        self._write_shares()

    def _write_ceilings(self) -> None:
        for room in self._problem.rooms:
            takes = [option.takes(room.source).fen for option in self.options]
            if any(takes) and room.left is not None:
                self._row(takes, most=room.left.fen)

    def _write_shares(self) -> None:
        for share in self._problem.shares:
            under = [self._problem.under_ceiling(option).fen for option in self.options]
            weighed = [
                amount * ((100 if share.holds(option) else 0) - share.percent)
                for option, amount in zip(self.options, under, strict=True)
            ]
            self._row(weighed, least=0)

    def _row(self, weights: Sequence[int], *, least: int | None = None, most: int | None = None) -> None:
        """A condition in whole numbers, divided by what they have in common to keep them small."""
        common = gcd(*weights) or 1
        used = [(index, weight // common) for index, weight in enumerate(weights) if weight]
        infinite = self._api.kHighsInf
        self._model.addRow(
            -infinite if least is None else float(-(-least // common)),
            infinite if most is None else float(most // common),
            len(used),
            [index for index, _ in used],
            [float(weight) for _, weight in used],
        )

    def run(self, weights: Sequence[int], at_least: int | None = None) -> frozenset[int] | None:
        """The selection with the largest sum of ``weights``, ``None`` where there is none at all."""
        for index, weight in enumerate(weights):
            self._model.changeColCost(index, float(weight))
        while True:
            left = self._until - time.monotonic()
            if left <= 0:
                raise _too_long()
            self._model.setOptionValue("time_limit", self._model.getRunTime() + left)
            self._model.run()
            status = self._model.getModelStatus()
            if status == self._api.HighsModelStatus.kInfeasible:
                return None
            if status != self._api.HighsModelStatus.kOptimal:
                raise _too_long()
            inside = [value > 0.5 for value in self._model.getSolution().col_value]
            chosen = frozenset(
                option.project_id for option, taken in zip(self.options, inside, strict=True) if taken
            )
            enough = at_least is None or value_of(self._problem, chosen) >= at_least
            if enough and keeps(self._problem, chosen):
                return chosen
            self._exclude(inside)

    def _exclude(self, inside: Sequence[bool]) -> None:
        """Never again this selection, which passes a limit by less than the solver can see."""
        self._row([-1 if taken else 1 for taken in inside], least=1 - sum(inside))

    def bound(self) -> int:
        """The most that any selection could be worth, as the solver proved it."""
        return int(self._model.getInfo().mip_dual_bound + 1e-4)

    def settle(self, value: int) -> frozenset[int]:
        """Of all selections of this value the one with the earliest codes, some codes at a time."""
        self._row([option.value for option in self.options], least=value)
        chosen: frozenset[int] = frozenset()
        for start in range(0, len(self.options), _TOGETHER):
            part = self.options[start : start + _TOGETHER]
            weights = [0] * len(self.options)
            for place in range(len(part)):
                weights[start + place] = 2 ** (len(part) - 1 - place)
            found = self.run(weights, value)
            if found is None:
                raise _too_long()
            chosen = found
            for place, option in enumerate(part):
                taken = float(option.project_id in chosen)
                self._model.changeColBounds(start + place, taken, taken)
        return chosen


def _too_long() -> Refused:
    return Refused(
        [
            Finding(
                "TIME",
                False,
                say("在限定时间内没有证明最优方案"),
                "只采用已证明最优的求解结果",
                remedy=say("请用“必须列入”“不列入”缩小范围后再求解，或人工勾选"),
            )
        ]
    )
