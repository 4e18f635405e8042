"""The column type of measured figures: indicators, targets, observations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from peewee import BigIntegerField

from portfolio.rules.records import FIGURE_PLACES

_SCALE = 10**FIGURE_PLACES


class FigureField(BigIntegerField):
    """An exact decimal figure, stored as whole ten-thousandths: SQLite would make a float of DECIMAL."""

    def db_value(self, value: Decimal | int | None) -> int | None:
        """Figure to ten-thousandths; more decimals than are kept raise ``ValueError``, never round."""
        if value is None:
            return None
        scaled = Decimal(value) * _SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {FIGURE_PLACES} decimals")
        return int(scaled)

    def python_value(self, value: Any) -> Decimal | None:  # noqa: ANN401 - as the driver gives it
        """Ten-thousandths to figure."""
        return None if value is None else Decimal(int(value)) / _SCALE
