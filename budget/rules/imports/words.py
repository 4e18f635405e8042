"""The words of imports: what is imported, how far a batch has come, in which unit its amounts are."""

from __future__ import annotations

from portfolio.foundation.roles import Role
from portfolio.rules.labelled import Labelled


class ImportKind(Labelled):
    """What a table holds."""

    PAYMENTS = "payments", "付款清单"
    CONTRACTS = "contracts", "合同清单"
    ALLOTMENTS = "allotments", "指标下达清单"
    REPORTS = "reports", "企业季度报表"
    STATEMENT = "statement", "银行（国库）对账单"


class BatchState(Labelled):
    """How far a batch has come; a batch with errors has had no effect at all."""

    RECEIVED = "received", "核对中"
    UNMAPPED = "unmapped", "待对应列"
    REFUSED = "refused", "有错误"
    READY = "ready", "待提交"
    SUBMITTED = "submitted", "待审核"
    CHECKED = "checked", "待记账"
    POSTED = "posted", "已完成"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class AmountUnit(Labelled):
    """In which unit the amounts of a table are, as its sender declares."""

    WAN = "wan", "万元"
    YUAN = "yuan", "元"


WITHOUT_EFFECT = frozenset({BatchState.REFUSED, BatchState.RETURNED, BatchState.WITHDRAWN})
"""States after which the same file may be sent again."""

BEFORE_SUBMISSION = frozenset(
    {BatchState.RECEIVED, BatchState.UNMAPPED, BatchState.REFUSED, BatchState.READY}
)
"""States in which a batch is its sender's own affair."""

WAITS_FOR_SENDER = frozenset({BatchState.UNMAPPED, BatchState.READY})
"""States in which the sender has to do the next thing with the same file."""

SENDERS: dict[ImportKind, tuple[Role, ...]] = {
    ImportKind.PAYMENTS: (Role.UNIT_FINANCE, Role.FINANCE),
    ImportKind.CONTRACTS: (Role.UNIT_FINANCE, Role.APPLICANT),
    ImportKind.ALLOTMENTS: (Role.FINANCE,),
    ImportKind.REPORTS: (Role.APPLICANT, Role.INFORMATIZATION),
    ImportKind.STATEMENT: (Role.FINANCE,),
}
"""Who may send a table of each kind."""
