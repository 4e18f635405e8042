"""The kinds of import of the money house."""

from __future__ import annotations

from collections.abc import Mapping

from budget.rules.imports.words import ImportKind
from budget.services.imports.allotments import Allotments
from budget.services.imports.contracts import Contracts
from budget.services.imports.importer import Importer
from budget.services.imports.payments import Payments
from budget.services.imports.statements import Statements

IMPORTERS: Mapping[ImportKind, Importer] = {
    ImportKind.PAYMENTS: Payments(),
    ImportKind.CONTRACTS: Contracts(),
    ImportKind.ALLOTMENTS: Allotments(),
    ImportKind.STATEMENT: Statements(),
}
