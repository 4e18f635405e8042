"""The voucher of an entry 记账凭证, to be printed and filed."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from budget.queries import records
from budget.views.blueprint import ACCOUNTS, READERS, finance, whose
from portfolio.foundation.roles import SEES_EVERYTHING
from portfolio.foundation.web.permissions import actor, allow


@finance.get("/finance/entries/<int:entry_id>")
@allow(*READERS)
def entry(entry_id: int) -> ResponseReturnValue:
    """One entry as a sheet of paper."""
    row = records.voucher(entry_id, actor())
    return render_template(
        "finance/voucher.html",
        row=row,
        name=whose(row.line),
        everything=actor().has(*SEES_EVERYTHING),
        officers=actor().has(*ACCOUNTS),
    )
