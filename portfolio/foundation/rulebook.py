"""Rules as data: every row is in force from a day, until a day, at a level, with its basis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from portfolio.foundation import audit, clock
from portfolio.foundation.db import (
    DateField,
    EnumField,
    JsonField,
    Table,
    TextField,
    check,
    get,
    in_force,
    transaction,
    unique,
)
from portfolio.foundation.errors import Invalid, Level, Message, NotFound, say
from portfolio.foundation.roles import Actor, Role

SHIPPED = Path(__file__).parent / "data" / "rulebook.json"


class RuleRow(Table):
    """One version of one rule."""

    code = TextField()
    title = TextField()
    level = EnumField(Level)
    parameters = JsonField()
    basis = TextField()
    valid_from = DateField()
    valid_to = DateField(null=True)

    class Meta:
        """A rule changes by a new row, never in place."""

        table_name = "rulebook_rule"
        immutable_except = ("valid_to",)
        constraints = [
            unique("uq_rulebook_rule", "code", "valid_from"),
            check("ck_rulebook_rule_validity", "valid_to IS NULL OR valid_to >= valid_from"),
        ]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it stands on a day; ``parameters`` carry their units in their names (``_percent``)."""

    code: str
    title: str
    level: Level
    parameters: dict[str, Any]
    basis: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules in force on one day."""

    day: date
    rules: dict[str, Rule]

    def rule(self, code: str) -> Rule | None:
        """The rule, or ``None`` when it is not in force."""
        return self.rules.get(code)

    def need(self, code: str) -> Rule:
        """The rule; raises ``NotFound`` when it is not in force and cannot be done without."""
        rule = self.rules.get(code)
        if rule is None:
            raise NotFound(say("{day} 没有有效的规则 {code}", day=self.day.isoformat(), code=code))
        return rule


def on(day: date) -> Rulebook:
    """The rulebook in force on ``day``; one query."""
    rows = RuleRow.select().where(in_force(RuleRow, day))
    return Rulebook(
        day,
        {row.code: Rule(row.code, row.title, row.level, row.parameters, row.basis) for row in rows},
    )


def of_today() -> Rulebook:
    """The rulebook in force today; one query."""
    return on(clock.today())


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a loading changed: rows added, and rows that were given an end."""

    added: int
    ended: int


def load(path: Path = SHIPPED) -> LoadReport:
    """Bring the rules of a rulebook file into the database; a second run changes nothing.

    A rule in the database may only be given an end; raises ``Invalid`` naming the rows of the file that would
    rewrite one.
    """
    rows = [_read(row) for row in json.loads(path.read_text("utf-8"))["rules"]]
    ended = 0
    new: list[dict[str, Any]] = []
    rewritten: dict[str, Message] = {}
    with transaction():
        known = {(row.code, row.valid_from): row for row in RuleRow.select()}
        for index, row in enumerate(rows):
            old = known.get((row["code"], row["valid_from"]))
            if old is None:
                new.append(row)
            elif any(getattr(old, name) != value for name, value in row.items() if name != "valid_to"):
                rewritten[f"rules[{index}] {row['code']}"] = say(
                    "{day} 起有效的规则不得改写，请另加一行", day=row["valid_from"].isoformat()
                )
            elif row["valid_to"] is not None and old.valid_to != row["valid_to"]:
                RuleRow.update(valid_to=row["valid_to"]).where(RuleRow.id == old.id).execute()
                ended += 1
        if rewritten:
            raise Invalid(rewritten)
        if new:
            RuleRow.insert_many(new).execute()
    return LoadReport(len(new), ended)


def add_row(
    *,
    code: str,
    title: str,
    level: Level,
    parameters: Mapping[str, Any],
    basis: str,
    valid_from: date,
    actor: Actor,
) -> RuleRow:
    """Add a rule, or the next version of one, in force from ``valid_from`` on.

    Raises ``Invalid`` when a version of it is in force then or later: that one is to be ended first.
    """
    actor.require(Role.ADMIN)
    words = {"code": code.strip(), "title": title.strip(), "basis": basis.strip()}
    if empty := [name for name, word in words.items() if not word]:
        raise Invalid({name: say("不能为空") for name in empty})
    with transaction():
        others = RuleRow.select().where(
            RuleRow.code == words["code"], RuleRow.valid_to.is_null() | (RuleRow.valid_to >= valid_from)
        )
        if (other := others.first()) is not None:
            day = other.valid_from.isoformat()
            problem = say("{day} 起有效的同一规则尚未终止，请先终止，再从次日起另加一行", day=day)
            raise Invalid({"valid_from": problem})
        row: RuleRow = RuleRow.create(
            level=level, parameters=dict(parameters), valid_from=valid_from, valid_to=None, **words
        )
        data = {
            "code": row.code,
            "level": level,
            "parameters": row.parameters,
            "from": valid_from.isoformat(),
        }
        audit.record(actor, "rule.add", ("rule", row.id), data)
    return row


def end_row(*, row_id: int, valid_to: date, actor: Actor) -> None:
    """Let a rule be in force until ``valid_to``; never back in time, what was in force was in force."""
    actor.require(Role.ADMIN)
    with transaction():
        row = get(RuleRow, row_id, say("规则"), lock=True)
        if valid_to < row.valid_from:
            raise Invalid({"valid_to": say("终止日期早于生效日期")})
        if (row.valid_to is not None and row.valid_to < clock.today()) or valid_to < clock.today():
            raise Invalid({"valid_to": say("终止日期不能早于今天，已经终止的规则不再改动")})
        RuleRow.update(valid_to=valid_to).where(RuleRow.id == row.id).execute()
        audit.record(actor, "rule.end", ("rule", row.id), {"code": row.code, "to": valid_to.isoformat()})


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the file as the columns of the table."""
    end = row.get("valid_to")
    return {
        "code": row["code"],
        "title": row["title"],
        "level": Level(row["level"]),
        "parameters": row.get("parameters", {}),
        "basis": row["basis"],
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": date.fromisoformat(end) if end else None,
    }
