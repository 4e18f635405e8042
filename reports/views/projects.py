"""The register of projects: search, filters, chosen columns, totals, a workbook."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from approvals.rules.stages import FILING_STAGES, GOVERNMENT_STAGES, SideState, Stage, Tier
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.foundation.web.lists import Column, Filter, Filters, Kind, Listing, answer, page_of
from portfolio.foundation.web.permissions import actor, allow
from portfolio.rules.dossier import Track
from portfolio.tables.project import Project
from reports.queries import register
from reports.queries.register import Choices, Sought
from reports.views.blueprint import READERS, blueprint


def _of_case(name: str) -> Any:  # noqa: ANN401 - reads a row
    return lambda row: getattr(getattr(row, "case", None), name, None)


def _of_account(name: str) -> Any:  # noqa: ANN401 - reads a row
    return lambda row: getattr(getattr(row, "account", None), name, None)


def _box(row: Any) -> Any:  # noqa: ANN401 - a Peewee row
    return row.plan_item.group.box.name if row.plan_item_id is not None else None


COLUMNS = (
    Column("code", say("项目编号"), link=lambda row: url_for("register.project", project_id=row.id)),
    Column("name", say("项目名称"), link=lambda row: url_for("register.project", project_id=row.id)),
    Column("unit", say("申报单位"), get=lambda row: row.owner.short_name),
    Column("standing", say("所处环节"), Kind.STATUS, get=lambda row: register.badge(_case(row))),
    Column("tier", say("层级"), get=_of_case("tier")),
    Column("track", say("类别")),
    Column("box", say("规划专栏"), get=_box),
    Column("item", say("规划项目"), get=lambda row: row.plan_item.code if row.plan_item_id else None),
    Column("zone", say("经济区"), get=lambda row: row.zone.name if row.zone_id else None),
    Column("planned_start", say("计划开工"), Kind.DAY),
    Column("planned_finish", say("计划完工"), Kind.DAY),
    Column("estimate", say("概算"), Kind.MONEY, get=_of_account("cap")),
    Column("contracted", say("已签合同"), Kind.MONEY, get=lambda row: _contracted(row)),
    Column("allotted", say("已下达"), Kind.MONEY, get=_of_account("allotted")),
    Column("paid", say("已支付"), Kind.MONEY, get=_of_account("paid")),
)
ALWAYS = ("code", "name")
USUAL = ("unit", "standing", "tier", "estimate", "allotted", "paid")


def _case(row: Any) -> Any:  # noqa: ANN401 - a Peewee row
    return getattr(row, "case", None)


def _contracted(row: Any) -> Any:  # noqa: ANN401 - a Peewee row, and money
    account = getattr(row, "account", None)
    return None if account is None else account.contracted + account.direct


@blueprint.get("/projects")
@allow(*READERS)
def projects() -> ResponseReturnValue:
    """The projects that the reader may know of, newest first."""
    who = actor()
    filters = _filters(register.choices(who))
    sought = Sought(
        words=filters.value("q"), **{one: filters.value(one) for one in Sought.__slots__ if one != "words"}
    )
    query, shown = register.found(who, sought), _chosen()
    page = page_of(query, sort=(Project.code, Project.id), descending=True)
    listing = Listing(
        [column for column in COLUMNS if column.key in shown],
        page,
        filters,
        totals={} if page.more_than_counted else _totals(who, sought),
        nothing=say("没有符合条件的项目"),
        what_next=say("请减少条件，或把词用空格分开，如“应急 平台”；项目名称、编号、单位都可以查"),
        every_row=lambda: query.order_by(Project.code.desc()).iterator(),
        kept=[("columns", one) for one in request.args.getlist("columns")],
    )
    return answer(
        listing, "reports/projects.html", say("项目库"), columns=COLUMNS, always=ALWAYS, shown=shown
    )


def _totals(who: Actor, sought: Sought) -> dict[str, Money]:
    """What the list adds up to; asked for only while its rows are counted, for it looks at every one."""
    totals = register.totals(who, sought)
    return {name: getattr(totals, name) for name in ("estimate", "contracted", "allotted", "paid")}


def _chosen() -> tuple[str, ...]:
    """The columns that the address asks for, in their own order; the usual ones when it asks for none."""
    asked = {name for one in request.args.getlist("columns") for name in one.split(",")}
    known = {column.key for column in COLUMNS}
    return (*ALWAYS, *((asked & known) or USUAL))


def _filters(choices: Choices) -> Filters:
    stages = dict.fromkeys((*GOVERNMENT_STAGES, *FILING_STAGES))
    return Filters(
        [
            Filter("q", say("名称、编号、单位")),
            Filter("stage", say("阶段"), _words(sorted(stages, key=list(Stage).index))),
            Filter("unit", say("申报单位"), choices.units),
            Filter("box", say("规划专栏"), choices.boxes),
            Filter("tier", say("层级"), _words(Tier)),
            Filter("track", say("类别"), _words(Track)),
            Filter("zone", say("经济区"), choices.zones),
            Filter("side", say("状态"), _words(SideState)),
            Filter("year", say("申报年度"), choices.years),
        ]
    )


def _words(members: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - labelled members
    return [(one.value, one) for one in members]
