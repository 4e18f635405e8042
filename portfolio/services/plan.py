"""Loading a plan into the catalogue, once; and amending its items afterwards, dated and with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from portfolio.foundation import audit
from portfolio.foundation.db import fn, for_update, sha256_text, transaction
from portfolio.foundation.errors import Finding, Invalid, NotFound, refuse_unless, say
from portfolio.foundation.roles import Actor, Role
from portfolio.queries import plan as queries
from portfolio.rules.located_json import decode_utf8
from portfolio.rules.plan import plan_data, plan_years, read_plan, write_plan
from portfolio.rules.plan_changes import BASIS, PlanChanges, check_changes, compare
from portfolio.rules.plan_document import LONGEST_TEXT, SECTIONS, Item, Origin, PlanDocument
from portfolio.tables.plan import Plan, PlanItem

SHIPPED = Path(__file__).parents[1] / "data" / "plan_chongqing_2006_2010.json"
_LISTED_AS_AMENDMENT = "规划文件载入时已列为增补"


@dataclass(frozen=True, slots=True)
class Amendment:
    """Leave to change items: in force from the day ``on``, for a ``reason`` such as a decision's number."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, in records."""

    added: int
    unchanged: int
    revised: int = 0


def shipped_plan() -> PlanDocument:
    """The plan that comes with the product."""
    return read_plan(decode_utf8(SHIPPED.read_bytes()))


def load_plan(
    *, document: PlanDocument, actor: Actor | None, amendment: Amendment | None = None
) -> LoadReport:
    """Load a plan that is not there yet, or amend one that is; the same file twice writes nothing.

    ``actor`` is ``None`` for the operator at the command line.  A first load is in force from the first day
    of the plan.  Raises ``Refused`` with every difference from what is loaded that no ``amendment`` allows;
    ``Invalid`` for an amendment without reason or before the plan; ``NotFound`` for one of a plan not loaded.
    """
    if actor is not None:
        actor.require(Role.INFORMATIZATION)
    first_day = date(document.plan.from_year, 1, 1)
    _check_amendment(amendment, first_day)
    with transaction():
        held, created = _hold(document)
        if created and amendment is not None:
            raise NotFound(
                say("规划“{code}”尚未载入，无从增补", code=document.plan.code),
                remedy=say("请先载入原规划文件"),
            )
        changes = compare(queries.document(held), document)
        if not created:
            if changes.none:
                return LoadReport(added=0, unchanged=changes.unchanged)
            refuse_unless(check_changes(changes, plan_years(document.plan), amending=amendment is not None))
        start = amendment.on if amendment else first_day
        _add_records(held, changes.added, start, amendment.reason if amendment else "")
        if amendment is not None:
            _revise_items(held, changes, amendment)
        _record(actor, held, document, changes, amendment)
    # A plan that was just created counts its own header as added.
    added = sum(len(records) for records in changes.added.values()) + int(created)
    return LoadReport(added, changes.unchanged - int(created), len(changes.changed))


def _check_amendment(amendment: Amendment | None, first_day: date) -> None:
    if amendment is None:
        return
    problems = {}
    if not amendment.reason.strip():
        problems["reason"] = say("增补或调整必须写明原因")
    elif len(amendment.reason) > LONGEST_TEXT:
        problems["reason"] = say("太长，最多{n}个字", n=LONGEST_TEXT)
    if amendment.on < first_day:
        problems["from"] = say("不能早于规划的第一天{day}", day=first_day.isoformat())
    if problems:
        raise Invalid(problems)


def _hold(document: PlanDocument) -> tuple[Plan, bool]:
    """The plan's row, locked so that loads take turns, and whether it was created just now."""
    values = {declared.name: getattr(document.plan, declared.name) for declared in fields(document.plan)}
    inserted = Plan.insert(**values).on_conflict_ignore().returning(Plan.id).execute()
    created = bool(list(inserted))
    return for_update(Plan.select().where(Plan.code == document.plan.code)).get(), created


def _revise_items(held: Plan, changes: PlanChanges, amendment: Amendment) -> None:
    """Close the revision in force of every changed item and add the next."""
    if not changes.changed:
        return
    codes = [change.after.code for change in changes.changed]
    is_open = (PlanItem.plan == held) & PlanItem.code.in_(codes) & PlanItem.valid_to.is_null()
    open_rows = {row.code: row for row in PlanItem.select().where(is_open)}
    refuse_unless([_check_date(row, amendment.on) for row in open_rows.values()])
    PlanItem.update(valid_to=amendment.on - timedelta(days=1)).where(is_open).execute()
    ids = _ids(held)
    rows = [
        {
            "plan": held,
            **_values(change.after, ids),
            **_item_values(amendment.on, amendment.reason, open_rows[change.after.code].revision + 1),
        }
        for change in changes.changed
    ]
    PlanItem.insert_many(rows).execute()


def _check_date(row: PlanItem, on: date) -> Finding:
    return Finding(
        "PLAN-DATE",
        passed=on > row.valid_from,
        what=say("items {code}的新内容应晚于现行内容的生效日", code=row.code),
        basis=BASIS,
        figure=say("{day}", day=on.isoformat()),
        limit=say("{day}", day=row.valid_from.isoformat()),
        remedy=say("请用更晚的 --from 日期"),
    )


def _add_records(held: Plan, added: Mapping[str, Sequence[Any]], start: date, reason: str) -> None:
    """Insert new records, section by section, so that what is referred to comes first."""
    for section, shape in SECTIONS.items():
        if section not in added:
            continue
        if section == "items":
            extra = [_item_values(start, reason or _first_reason(record), 1) for record in added[section]]
        else:
            position = _next_position(held, section)
            extra = [
                {"position": position + number, **_year_values(held, section)}
                for number in range(len(added[section]))
            ]
        own = [name for name, referred in _references(shape).items() if referred == section]
        pairs = list(zip(added[section], extra, strict=True))
        parts = [pair for pair in pairs if any(getattr(pair[0], name) is not None for name in own)]
        _insert(held, section, [pair for pair in pairs if pair not in parts])
        _insert(held, section, parts)


def _insert(held: Plan, section: str, pairs: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
    if pairs:
        ids = _ids(held)
        rows = [{"plan": held, **_values(record, ids), **extra} for record, extra in pairs]
        queries.TABLES[section].insert_many(rows).execute()


def _first_reason(record: Item) -> str:
    """An item that was added to the plan before the file was written has no reason of its own."""
    return _LISTED_AS_AMENDMENT if record.origin is Origin.AMENDMENT else ""


def _references(shape: Any) -> dict[str, str]:  # noqa: ANN401 - a dataclass of the plan document
    return {
        declared.name: declared.metadata["section"]
        for declared in fields(shape)
        if declared.metadata["section"]
    }


def _ids(held: Plan) -> dict[str, dict[str, int]]:
    """The ids of everything that a record can refer to, by section and code."""
    wanted = {section for shape in SECTIONS.values() for section in _references(shape).values()}
    return {
        section: dict(
            queries.TABLES[section]
            .select(queries.TABLES[section].code, queries.TABLES[section].id)
            .where(queries.TABLES[section].plan == held)
            .tuples()
        )
        for section in wanted
    }


def _values(record: Any, ids: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:  # noqa: ANN401
    """The columns of a record; codes of other records become their ids."""
    references = _references(type(record))
    values = {}
    for declared in fields(record):
        value = getattr(record, declared.name)
        section = references.get(declared.name)
        values[declared.name] = value if section is None or value is None else ids[section][value]
    return values


def _item_values(start: date, reason: str, revision: int) -> dict[str, Any]:
    return {"revision": revision, "reason": reason, "valid_from": start, "valid_to": None}


def _year_values(held: Plan, section: str) -> dict[str, int]:
    if section not in ("indicators", "text_targets"):
        return {}
    return {"base_year": held.from_year - 1, "target_year": held.to_year}


def _next_position(held: Plan, section: str) -> int:
    table = queries.TABLES[section]
    if table is PlanItem:
        return 0
    return int(table.select(fn.COALESCE(fn.MAX(table.position), 0)).where(table.plan == held).scalar()) + 1


def _record(
    actor: Actor | None,
    held: Plan,
    document: PlanDocument,
    changes: PlanChanges,
    amendment: Amendment | None,
) -> None:
    data: dict[str, Any] = {
        "code": held.code,
        "sha256": sha256_text(write_plan(plan_data(document))),
        "added": {section: len(records) for section, records in changes.added.items()},
    }
    if amendment is not None:
        data["from"] = amendment.on.isoformat()
        data["reason"] = amendment.reason
        data["items_added"] = [record.code for record in changes.added.get("items", ())]
        data["items_revised"] = [change.after.code for change in changes.changed]
    audit.record(actor, "plan.amend" if amendment else "plan.load", ("plan", held.id), data)
