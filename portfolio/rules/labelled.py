"""Enumerations whose members carry the Chinese word that people read."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A member is written ``NAME = "code", "中文"``: the code is stored, the ``label`` is shown."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Make the member of its code and label; looking a member up takes the code alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member
