"""The kinds of import of the money house."""

from __future__ import annotations

from collections.abc import Mapping

from budget.rules.imports.words import ImportKind
from budget.services.imports.importer import Importer
from budget.services.imports.payments import Payments

IMPORTERS: Mapping[ImportKind, Importer] = {ImportKind.PAYMENTS: Payments()}
