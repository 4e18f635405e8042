"""The gates after building: preliminary and final acceptance, and putting into operation.

Basis: 发改委令第55号; 国办发〔2019〕57号; 《政府投资条例》第二十四条.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from approvals.rules.book import OpenCondition, conditions_met, ruled
from approvals.rules.workflow import BASIS
from portfolio.foundation.errors import Finding, Message, say
from portfolio.rules.dossier.check import RulebookLike
from portfolio.rules.dossier.words import DocumentKind

PRELIMINARY_DOCUMENTS = (DocumentKind.PRELIMINARY_ACCEPTANCE, DocumentKind.TEST_REPORT)
ACCEPTANCE_DOCUMENTS = (
    DocumentKind.PRELIMINARY_ACCEPTANCE,
    DocumentKind.TRIAL_OPERATION,
    DocumentKind.FINANCIAL_REPORT,
    DocumentKind.AUDIT_REPORT,
)
SAFE_AND_FILED = (DocumentKind.RISK_ASSESSMENT, DocumentKind.ARCHIVES_ACCEPTANCE)
"""What R13 demands beside the reports."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How long something may take, already counted out: from a day, until a day, and today."""

    since: date | None
    due_on: date | None
    today: date

    @property
    def kept(self) -> bool:
        """Whether the day has not passed; without a beginning there is nothing to keep."""
        return self.due_on is None or self.today <= self.due_on

    @property
    def figure(self) -> Message | None:
        """The day from which it is counted."""
        return None if self.since is None else say("自{day}起", day=self.since.isoformat())

    @property
    def limit(self) -> Message | None:
        """The last day."""
        return None if self.due_on is None else say("{day}止", day=self.due_on.isoformat())


@dataclass(frozen=True, slots=True)
class AcceptanceFacts:
    """What the acceptance gate looks at; both clocks count from completion (R12, R14)."""

    documents: AbstractSet[DocumentKind]
    to_accept: Clock
    to_account: Clock
    conditions: tuple[OpenCondition, ...] = ()


def preliminary_gate(documents: AbstractSet[DocumentKind]) -> list[Finding]:
    """Whether the owner's own acceptance is on paper."""
    return [_document(kind, documents) for kind in PRELIMINARY_DOCUMENTS]


def acceptance_gate(facts: AcceptanceFacts, rulebook: RulebookLike) -> list[Finding]:
    """Every check of an application for final acceptance, passed and failed."""
    lacking = [kind.label for kind in SAFE_AND_FILED if kind not in facts.documents]
    return [
        *(_document(kind, facts.documents) for kind in ACCEPTANCE_DOCUMENTS),
        *ruled(
            rulebook,
            "R13",
            not lacking,
            say("档案验收已通过，风险评估报告齐备"),
            say("档案验收未通过或缺少信息安全风险评估报告"),
            figure=say("缺：{names}", names="、".join(lacking)) if lacking else None,
            remedy=say("请补齐后再申请竣工验收"),
        ),
        *kept_in_time("R12", facts.to_accept, say("竣工验收申请"), rulebook),
        *kept_in_time("R14", facts.to_account, say("竣工财务决算"), rulebook),
        *conditions_met(facts.conditions, rulebook),
    ]


def _document(kind: DocumentKind, documents: AbstractSet[DocumentKind]) -> Finding:
    present = kind in documents
    what = say("已附{kind}", kind=kind.label) if present else say("缺少{kind}", kind=kind.label)
    return Finding(
        f"DOC_{kind.name}",
        present,
        what,
        BASIS,
        remedy=None if present else say("请上传{kind}", kind=kind.label),
    )


def kept_in_time(code: str, clock: Clock, what: Message, rulebook: RulebookLike) -> list[Finding]:
    """Whether ``what`` comes before the clock of rule ``code`` runs out."""
    return ruled(
        rulebook,
        code,
        clock.kept,
        say("{what}未逾期", what=what),
        say("{what}已逾期", what=what),
        figure=clock.figure,
        limit=clock.limit,
        remedy=say("请尽快办理，或提交延期申请"),
    )


@dataclass(frozen=True, slots=True)
class SystemFact:
    """A system that the project made, and what the informatization authority has certified (R17)."""

    name: str
    catalogued: bool
    shared: bool
    secure: bool


def operation_gate(
    systems: tuple[SystemFact, ...], conditions: tuple[OpenCondition, ...], rulebook: RulebookLike
) -> list[Finding]:
    """The systems are registered; under R17 each is in the catalogue, shared and secure."""
    lacking = [one.name for one in systems if not (one.catalogued and one.shared and one.secure)]
    registered = bool(systems)
    return [
        *ruled(
            rulebook,
            "SYSTEMS",
            registered,
            say("已登记形成的系统{n}个", n=len(systems)),
            say("尚未登记项目形成的系统"),
            remedy=say("请登记系统名称、单位和上线时间"),
        ),
        *ruled(
            rulebook,
            "R17",
            not lacking,
            say("系统已入总目录、已共享且符合安全要求"),
            say("有系统未入总目录、未共享或不符合安全要求"),
            figure=say("{names}", names="、".join(lacking)) if lacking else None,
            remedy=say("请由信息化主管部门确认入目录、共享和安全情况"),
        ),
        *conditions_met(conditions, rulebook),
    ]
