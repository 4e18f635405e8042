"""What orders say beside their amount: which measure moves, which way, on which request."""

from __future__ import annotations

from budget.rules.words import Measure
from budget.tables.annual_plan import BudgetRequest
from budget.tables.entry import FundsOrder
from portfolio.foundation.db import EnumField, ForeignKeyField, IntegerField, Table, check, unique


class Movement(Table):
    """The move of an order to adjust, recall or transfer; ``sign`` is 1 for more and -1 for less.

    ``request`` is the request of the budget round that it carries out.
    """

    order = ForeignKeyField(FundsOrder, backref="+", index=False)
    measure = EnumField(Measure)
    sign = IntegerField()
    request = ForeignKeyField(BudgetRequest, null=True, backref="+")

    class Meta:
        """An order has one, and it stands."""

        append_only = True
        constraints = [
            unique("uq_movement_order", "order_id"),
            check("ck_movement_sign", "sign IN (-1, 1)"),
            check(
                "ck_movement_move",
                "measure = 'allotted' OR (sign = -1 AND measure IN ('released', 'carried_in'))",
            ),
        ]
