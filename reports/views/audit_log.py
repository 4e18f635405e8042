"""The audit log, for auditors and administrators: filters in the address, and whether each link holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask.typing import ResponseReturnValue

from portfolio.foundation import clock
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import Role
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, address, answer, page_of
from portfolio.foundation.web.permissions import allow
from reports.queries import audit_log
from reports.queries.audit_log import Sought
from reports.views.audit_content import content_words
from reports.views.blueprint import blueprint
from reports.views.words import ACTIONS, SUBJECTS, action_words, subject_words

_LONGEST_NUMBER = 15


def _person(row: Any) -> str | Message:  # noqa: ANN401 - a Peewee row
    """Who did it, and in whose place."""
    if row.principal:
        return say("{name}（代{principal}）", name=row.person, principal=row.principal)
    return row.person or say("系统")


def _subject(row: Any) -> Message:  # noqa: ANN401 - a Peewee row
    """What it was done to: kind and number, and the name by which people know it."""
    kind, number = subject_words(row.subject_kind), row.subject_id
    name = row.subject_unit
    if row.project_code:
        name = f"{row.project_code} {row.project_name}"
    elif row.account_name:
        name = f"{row.account_name} {row.account_person}"
    said = say("{kind} {id}", kind=kind, id=number)
    return said if name is None else say("{subject}：{name}", subject=said, name=name)


COLUMNS = (
    Column("at", say("时间"), Kind.MOMENT),
    Column("person", say("办理人"), get=_person, short=True),
    Column("unit", say("单位"), short=True),
    Column("action", say("动作"), get=lambda row: action_words(row.action)),
    Column("subject", say("对象"), get=_subject),
    Column("number", say("序号"), Kind.NUMBER),
    Column("data", say("内容"), get=lambda row: content_words(row.action, row.data)),
    Column("chain", say("链"), Kind.STATUS, get=lambda row: _link(audit_log.holds(row))),
)


def _link(holds: bool) -> tuple[str, Message]:
    return ("approved", say("相符")) if holds else ("blocked", say("不符"))


@blueprint.get("/audit")
@allow(Role.AUDITOR, Role.ADMIN)
def audit() -> ResponseReturnValue:
    """What was done, newest first."""
    filters = Filters(
        [
            Filter("project", say("项目编号")),
            Filter("kind", say("对象"), list(SUBJECTS.items())),
            Filter("number", say("对象编号")),
            Filter("person", say("办理人")),
            Filter("action", say("动作"), list(ACTIONS.items())),
            Filter("since", say("起始日期"), day=True),
            Filter("until", say("截止日期"), day=True),
        ]
    )
    query = audit_log.found(_sought(filters))
    listing = Listing(
        COLUMNS,
        page_of(query, sort=(AuditEntry.at, AuditEntry.id), descending=True),
        filters,
        nothing=say("没有符合条件的记录"),
        what_next=say("请减少条件或放宽日期"),
        every_row=lambda: query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).iterator(),
    )
    return answer(
        listing,
        "reports/audit.html",
        say("审计日志"),
        anchor=audit_log.last_anchor(),
        spans=_spans(filters, clock.today()),
    )


@dataclass(frozen=True, slots=True)
class Span:
    """Days that are often asked for: their name, their address, and whether they are what is shown."""

    name: Message
    address: str
    shown: bool


def _spans(filters: Filters, today: date) -> list[Span]:
    monday = today - timedelta(days=today.weekday())
    found = (
        (say("今天"), today, today),
        (say("本周"), monday, today),
        (say("本月"), today.replace(day=1), today),
        (say("上月"), clock.add_months(today.replace(day=1), -1), today.replace(day=1) - timedelta(days=1)),
        (say("本年"), date(today.year, 1, 1), today),
    )
    asked = (filters.day("since"), filters.day("until"))
    return [
        Span(name, address(since=since.isoformat(), until=until.isoformat()), (since, until) == asked)
        for name, since, until in found
    ]


def _sought(filters: Filters) -> Sought:
    number = filters.value("number")
    return Sought(
        kind=filters.value("kind"),
        number=int(number)
        if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
        else None,
        project=filters.value("project"),
        person=filters.value("person"),
        action=filters.value("action"),
        since=filters.day("since"),
        until=filters.day("until"),
    )
