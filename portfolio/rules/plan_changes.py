"""How a plan file differs from the plan that is loaded, and which differences may be written.

What is loaded is never changed silently: items and groups may be added and items revised by an explicit,
dated and reasoned amendment; everything else stays as published.  Basis: 规划四（六）“先规划后立项”.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from portfolio.foundation.errors import Finding, Message, say
from portfolio.rules.plan_document import SECTIONS, PlanDocument
from portfolio.rules.records import json_value, key_of

BASIS = "规划四（六）：先规划后立项；规划内容一经载入不得静默更改"
AMENDABLE = frozenset({"items", "groups"})
_AMEND = say("请核对文件；确属增补或调整的，用 --amend --from 日期 --reason 原因 载入")
_FIXED = say("请按已载入的内容更正文件；这部分内容载入后不能更改")


@dataclass(frozen=True, slots=True)
class Change:
    """A record that the file gives otherwise than it is loaded."""

    section: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """Everything in which a file differs from what is loaded."""

    added: Mapping[str, tuple[Any, ...]]
    changed: tuple[Change, ...]
    missing: Mapping[str, tuple[Any, ...]]
    unchanged: int

    @property
    def none(self) -> bool:
        """Whether the file says what is loaded."""
        return not (self.added or self.changed or self.missing)


def compare(loaded: PlanDocument, wanted: PlanDocument) -> PlanChanges:
    """The differences of ``wanted`` from ``loaded``, record by record, by section and code."""
    added: dict[str, tuple[Any, ...]] = {}
    missing: dict[str, tuple[Any, ...]] = {}
    changed = [] if loaded.plan == wanted.plan else [Change("plan", loaded.plan, wanted.plan)]
    unchanged = 1 - len(changed)
    for section in SECTIONS:
        before = {record.code: record for record in getattr(loaded, section)}
        after = {record.code: record for record in getattr(wanted, section)}
        if new := tuple(record for code, record in after.items() if code not in before):
            added[section] = new
        if gone := tuple(record for code, record in before.items() if code not in after):
            missing[section] = gone
        for code in before.keys() & after.keys():
            if before[code] == after[code]:
                unchanged += 1
            else:
                changed.append(Change(section, before[code], after[code]))
    return PlanChanges(added, tuple(sorted(changed, key=_place)), missing, unchanged)


def check_changes(changes: PlanChanges, years: Mapping[str, int], *, amending: bool) -> list[Finding]:
    """One failing finding for every difference that may not be written; ``amending`` allows more."""
    findings = []
    for section, records in changes.added.items():
        if not (amending and section in AMENDABLE):
            findings += [
                _finding(
                    "PLAN-ADDED", section, say("{section} {code}尚未载入", section=section, code=record.code)
                )
                for record in records
            ]
    for change in changes.changed:
        if not (amending and change.section == "items"):
            findings += [
                _finding("PLAN-CHANGED", change.section, what) for what in _differences(change, years)
            ]
    for section, records in changes.missing.items():
        findings += [
            _finding(
                "PLAN-MISSING",
                "",
                say("文件里缺少已载入的{section} {code}", section=section, code=record.code),
            )
            for record in records
        ]
    return findings


def _place(change: Change) -> tuple[int, str]:
    return (["plan", *SECTIONS].index(change.section), change.after.code)


def _finding(code: str, section: str, what: Message) -> Finding:
    allowed = section in AMENDABLE if code == "PLAN-ADDED" else section == "items"
    return Finding(code, passed=False, what=what, basis=BASIS, remedy=_AMEND if allowed else _FIXED)


def _differences(change: Change, years: Mapping[str, int]) -> list[Message]:
    return [
        say(
            "{section} {code}的{field}：已载入“{before}”，文件为“{after}”",
            section=change.section,
            code=change.before.code,
            field=key_of(declared, years),
            before=_shown(before),
            after=_shown(after),
        )
        for declared in fields(change.before)
        if (before := getattr(change.before, declared.name))
        != (after := getattr(change.after, declared.name))
    ]


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    """A value as the file would write it, text without its quotes."""
    return value if isinstance(value, str) else json.dumps(json_value(value), ensure_ascii=False)
