"""The plan catalogue: plans, tasks, boxes, groups and items, indicators, targets and goals.

What a plan says is written once and never changed: triggers refuse it.  Items are versioned: a change closes
the revision in force (``valid_to``) and adds the next.  Every key carries the plan, so that nothing can point
into another plan's rows.
"""

from __future__ import annotations

from peewee import SQL

from portfolio.foundation.db import (
    BooleanField,
    DateField,
    EnumField,
    ForeignKeyField,
    IntegerField,
    JsonField,
    Table,
    TermField,
    TextField,
    check,
    foreign_key,
    unique,
)
from portfolio.rules.plan_document import Comparison, IndicatorKind, Measure, Origin, Path
from portfolio.tables.figure import FigureField


class Plan(Table):
    """A five-year plan of a city."""

    code = TextField()
    name = TermField()
    city = TermField()
    from_year = IntegerField()
    to_year = IntegerField()

    class Meta:
        """A plan's years are in order."""

        append_only = True
        constraints = [
            unique("uq_plan_code", "code"),
            check("ck_plan_years", '"from_year" < "to_year"'),
        ]


class PlanTask(Table):
    """A main task 主要任务 of a plan; ``subheads`` are the headings of its paragraphs."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    number = TermField()
    title = TermField()
    subheads = JsonField()

    class Meta:
        """A code once in a plan."""

        append_only = True
        constraints = [
            unique("uq_plan_task_code", "plan_id", "code"),
            unique("uq_plan_task_of_plan", "id", "plan_id"),
        ]


class PlanBox(Table):
    """A box 专栏 of named projects; ``item_count`` as the plan was published."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    number = TermField()
    name = TermField()
    task = ForeignKeyField(PlanTask)
    item_count = IntegerField()

    class Meta:
        """A code once in a plan; the task is of the same plan."""

        append_only = True
        constraints = [
            unique("uq_plan_box_code", "plan_id", "code"),
            unique("uq_plan_box_of_plan", "id", "plan_id"),
            foreign_key("fk_plan_box_task_of_plan", ("task_id", "plan_id"), "plan_task", ("id", "plan_id")),
            check("ck_plan_box_item_count", '"item_count" >= 0'),
        ]


class PlanGroup(Table):
    """A paragraph of a box, with its words in the plan."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    box = ForeignKeyField(PlanBox)
    name = TermField()
    quote = TextField()

    class Meta:
        """A code once in a plan; the box is of the same plan."""

        append_only = True
        constraints = [
            unique("uq_plan_group_code", "plan_id", "code"),
            unique("uq_plan_group_of_plan", "id", "plan_id"),
            foreign_key("fk_plan_group_box_of_plan", ("box_id", "plan_id"), "plan_box", ("id", "plan_id")),
        ]


class Sector(Table):
    """A sector 重点发展领域 that the plan's goals name."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    name = TermField()
    includes = TextField()

    class Meta:
        """A code once in a plan."""

        append_only = True
        constraints = [
            unique("uq_sector_code", "plan_id", "code"),
            unique("uq_sector_of_plan", "id", "plan_id"),
        ]


class Cluster(Table):
    """An industrial cluster 产业集聚区 that the plan's goals name."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    name = TermField()

    class Meta:
        """A code once in a plan."""

        append_only = True
        constraints = [
            unique("uq_cluster_code", "plan_id", "code"),
            unique("uq_cluster_of_plan", "id", "plan_id"),
        ]


class PlanItem(Table):
    """One revision of a project that the plan names, in force from ``valid_from`` to ``valid_to`` inclusive.

    ``counts_1162`` says whether its investment counts as the programme's new investment; ``reason`` is why
    the revision was made, empty for the plan as published.
    """

    plan = ForeignKeyField(Plan, index=False)
    group = ForeignKeyField(PlanGroup)
    code = TextField()
    revision = IntegerField()
    name = TermField()
    seed_text = TextField()
    verbatim = BooleanField()
    counts_1162 = BooleanField()
    sector = ForeignKeyField(Sector, null=True)
    cluster = ForeignKeyField(Cluster, null=True)
    origin = EnumField(Origin)
    note = TextField()
    reason = TextField()
    valid_from = DateField()
    valid_to = DateField(null=True)

    class Meta:
        """Only the end of validity is ever written afterwards; what is not as published has a reason."""

        immutable_except = ("valid_to",)
        constraints = [
            unique("uq_plan_item_revision", "plan_id", "code", "revision"),
            foreign_key(
                "fk_plan_item_group_of_plan", ("group_id", "plan_id"), "plan_group", ("id", "plan_id")
            ),
            foreign_key("fk_plan_item_sector_of_plan", ("sector_id", "plan_id"), "sector", ("id", "plan_id")),
            foreign_key(
                "fk_plan_item_cluster_of_plan", ("cluster_id", "plan_id"), "cluster", ("id", "plan_id")
            ),
            check("ck_plan_item_name", "\"name\" <> ''"),
            check("ck_plan_item_revision", '"revision" >= 1'),
            check("ck_plan_item_validity", '"valid_to" IS NULL OR "valid_to" >= "valid_from"'),
            check("ck_plan_item_reason", '("revision" = 1 AND "origin" = \'plan\') OR "reason" <> \'\''),
        ]


PlanItem.add_index(
    SQL('CREATE UNIQUE INDEX "uq_plan_item_open" ON "plan_item" ("plan_id", "code") WHERE "valid_to" IS NULL')
)


class Indicator(Table):
    """A main indicator with its base and target, in ``unit``; the printed growth is per cent a year."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    category = TermField()
    name = TermField()
    unit = TermField()
    base_year = IntegerField()
    base = FigureField(null=True)
    target_year = IntegerField()
    target = FigureField()
    growth_printed = FigureField(null=True)
    kind = EnumField(IndicatorKind)
    path = EnumField(Path)
    part_of = ForeignKeyField("self", null=True)
    note = TextField()

    class Meta:
        """A path needs a base; a part belongs to a total of the same plan."""

        append_only = True
        constraints = [
            unique("uq_indicator_code", "plan_id", "code"),
            unique("uq_indicator_of_plan", "id", "plan_id"),
            foreign_key(
                "fk_indicator_part_of_plan", ("part_of_id", "plan_id"), "indicator", ("id", "plan_id")
            ),
            check("ck_indicator_years", '"base_year" < "target_year"'),
            check("ck_indicator_base", '"path" = \'none\' OR "base" IS NOT NULL'),
            check("ck_indicator_growth", '"path" <> \'geometric\' OR ("base" > 0 AND "target" > 0)'),
        ]


class TextTarget(Table):
    """A target that the plan's text gives outside the table; without figures when it is done or not done."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    name = TermField()
    unit = TermField()
    comparison = EnumField(Comparison)
    base_year = IntegerField()
    base = FigureField(null=True)
    target_year = IntegerField()
    target = FigureField(null=True)
    upper = FigureField(null=True)
    same_as = ForeignKeyField(Indicator, null=True)
    quote = TextField()
    note = TextField()

    class Meta:
        """Figures are as the comparison needs them."""

        append_only = True
        constraints = [
            unique("uq_text_target_code", "plan_id", "code"),
            foreign_key(
                "fk_text_target_same_plan", ("same_as_id", "plan_id"), "indicator", ("id", "plan_id")
            ),
            check("ck_text_target_years", '"base_year" < "target_year"'),
            check("ck_text_target_target", '("target" IS NULL) = ("comparison" = \'completed\')'),
            check("ck_text_target_upper", '("upper" IS NULL) = ("comparison" <> \'between\')'),
            check("ck_text_target_range", '"upper" IS NULL OR "upper" > "target"'),
        ]


class Goal(Table):
    """A goal of the programme, such as the four of 1162: 1000 亿元, 1500 亿元, 6 sectors, 2 clusters."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    name = TermField()
    unit = TermField()
    measure = EnumField(Measure)
    target = FigureField()
    same_as = ForeignKeyField(Indicator, null=True)
    quote = TextField()
    note = TextField()

    class Meta:
        """A code once in a plan."""

        append_only = True
        constraints = [
            unique("uq_goal_code", "plan_id", "code"),
            foreign_key("fk_goal_same_plan", ("same_as_id", "plan_id"), "indicator", ("id", "plan_id")),
        ]


class Clause(Table):
    """A sentence of the plan that the system must answer, and what it asks for."""

    plan = ForeignKeyField(Plan, index=False)
    position = IntegerField()
    code = TextField()
    quote = TextField()
    requirement = TextField()

    class Meta:
        """A code once in a plan."""

        append_only = True
        constraints = [unique("uq_clause_code", "plan_id", "code")]
