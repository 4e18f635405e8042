"""The parts of a dossier: estimate, funding, targets, alternatives, resources, milestones and progress."""

from __future__ import annotations

from peewee import SQL

from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import (
    BooleanField,
    DateField,
    EnumField,
    ForeignKeyField,
    IntegerField,
    MomentField,
    MoneyField,
    Table,
    TextField,
    check,
    unique,
)
from portfolio.rules.dossier import (
    Better,
    CostCategory,
    FundingSource,
    Part,
    ReportPeriod,
    Sharing,
    TargetAspect,
)
from portfolio.tables.figure import FigureField
from portfolio.tables.plan import Indicator
from portfolio.tables.project import Project


class EstimateLine(Table):
    """A line of the estimate of one part of the dossier."""

    project = ForeignKeyField(Project, index=False, backref="+")
    part = EnumField(Part)
    position = IntegerField()
    category = EnumField(CostCategory)
    item = TextField()
    amount = MoneyField()

    class Meta:
        """Every line costs something."""

        constraints = [
            unique("uq_estimate_line", "project_id", "part", "position"),
            check("ck_estimate_line_amount", "amount > 0"),
            check("ck_estimate_line_item", "LENGTH(item) BETWEEN 1 AND 200"),
        ]


class FundingLine(Table):
    """What one source gives in one calendar year, as one part of the dossier has it."""

    project = ForeignKeyField(Project, index=False, backref="+")
    part = EnumField(Part)
    source = EnumField(FundingSource)
    year = IntegerField()
    amount = MoneyField()

    class Meta:
        """One amount for each source and year."""

        constraints = [
            unique("uq_funding_line", "project_id", "part", "source", "year"),
            check("ck_funding_line_amount", "amount > 0"),
            check("ck_funding_line_year", "year BETWEEN 1990 AND 2100"),
        ]


class ServedIndicator(Table):
    """An indicator of the plan that the project serves, and by how much, in ``unit``."""

    project = ForeignKeyField(Project, index=False, backref="+")
    indicator = ForeignKeyField(Indicator, backref="+")
    contribution = FigureField()
    unit = TextField()
    note = TextField(default="")

    class Meta:
        """Each indicator once."""

        constraints = [unique("uq_served_indicator", "project_id", "indicator_id")]


class PerformanceTarget(Table):
    """A line of the performance target table 绩效目标表; a figure, or words where none can be given.

    The name keeps the line together through revisions, so that what was achieved stays with it.
    """

    project = ForeignKeyField(Project, index=False, backref="+")
    position = IntegerField()
    aspect = EnumField(TargetAspect)
    name = TextField()
    target = FigureField(null=True)
    target_text = TextField(default="")
    better = EnumField(Better, default=Better.HIGHER)
    unit = TextField(default="")
    actual = FigureField(null=True)
    actual_text = TextField(default="")

    class Meta:
        """A target is a figure or words, and what was achieved is of the same kind."""

        constraints = [
            unique("uq_performance_target_name", "project_id", "name"),
            check("ck_performance_target_name", "LENGTH(name) BETWEEN 1 AND 200"),
            check("ck_performance_target_target", "(target IS NULL) = (target_text <> '')"),
            check("ck_performance_target_actual", "actual IS NULL OR target IS NOT NULL"),
            check("ck_performance_target_actual_text", "actual_text = '' OR target IS NULL"),
        ]


class Alternative(Table):
    """One of the ways to build it that the feasibility study compares."""

    project = ForeignKeyField(Project, index=False, backref="+")
    position = IntegerField()
    name = TextField()
    description = TextField(default="")
    build_amount = MoneyField()
    chosen = BooleanField(default=False)

    class Meta:
        """Every way has its name and costs something."""

        constraints = [
            unique("uq_alternative_name", "project_id", "name"),
            check("ck_alternative_name", "LENGTH(name) BETWEEN 1 AND 200"),
            check("ck_alternative_amount", "build_amount > 0"),
        ]


Alternative.add_index(
    SQL('CREATE UNIQUE INDEX "uq_alternative_chosen" ON "alternative" ("project_id") WHERE "chosen"')
)


class AlternativeYear(Table):
    """What an alternative costs to run in one year after launch, 1 to 5."""

    alternative = ForeignKeyField(Alternative, index=False, backref="+")
    year_number = IntegerField()
    amount = MoneyField()

    class Meta:
        """Each of the five years once; running may cost nothing."""

        constraints = [
            unique("uq_alternative_year", "alternative_id", "year_number"),
            check("ck_alternative_year_number", "year_number BETWEEN 1 AND 5"),
            check("ck_alternative_year_amount", "amount >= 0"),
        ]


class InformationResource(Table):
    """A row of the information resource catalogue: the data, its one source, how it is shared."""

    project = ForeignKeyField(Project, index=False, backref="+")
    position = IntegerField()
    name = TextField()
    source = ForeignKeyField(Organisation, backref="+")
    sharing = EnumField(Sharing)
    terms = TextField(default="")

    class Meta:
        """One source for each item of data 一数一源; what is not shared freely says why."""

        constraints = [
            unique("uq_information_resource_source", "project_id", "name"),
            check("ck_information_resource_name", "LENGTH(name) BETWEEN 1 AND 200"),
            check("ck_information_resource_terms", "sharing = 'unconditional' OR terms <> ''"),
        ]


class Milestone(Table):
    """A milestone with the day now planned and the day reached; ``weight`` in per cent of the whole.

    ``dropped_on`` ends a milestone that has a baseline and so is never deleted.
    """

    project = ForeignKeyField(Project, index=False, backref="+")
    position = IntegerField()
    name = TextField()
    planned_on = DateField()
    actual_on = DateField(null=True)
    weight = IntegerField()
    dropped_on = DateField(null=True)

    class Meta:
        """Named once; what was reached is not dropped."""

        constraints = [
            unique("uq_milestone_name", "project_id", "name"),
            check("ck_milestone_name", "LENGTH(name) BETWEEN 1 AND 200"),
            check("ck_milestone_weight", "weight BETWEEN 0 AND 100"),
            check("ck_milestone_dropped", "actual_on IS NULL OR dropped_on IS NULL"),
        ]


class MilestoneBaseline(Table):
    """The day that a milestone was promised for; number 1 is the first promise, later ones re-baselines."""

    milestone = ForeignKeyField(Milestone, index=False, backref="+")
    number = IntegerField()
    planned_on = DateField()
    reason = TextField()
    fixed_by = ForeignKeyField(User, backref="+")
    fixed_at = MomentField()

    class Meta:
        """No promise is ever overwritten."""

        append_only = True
        constraints = [
            unique("uq_milestone_baseline", "milestone_id", "number"),
            check("ck_milestone_baseline_number", "number >= 1"),
            check("ck_milestone_baseline_reason", "number = 1 OR reason <> ''"),
        ]


class ProgressReport(Table):
    """How far the project was at the end of a period; a correction is a further ``revision``."""

    project = ForeignKeyField(Project, index=False, backref="+")
    year = IntegerField()
    period = EnumField(ReportPeriod)
    revision = IntegerField()
    percent_done = IntegerField()
    text = TextField()
    problems = TextField(default="")
    reported_by = ForeignKeyField(User, backref="+")
    reported_at = MomentField()

    class Meta:
        """Reports stand as they were given."""

        append_only = True
        constraints = [
            unique("uq_progress_report", "project_id", "year", "period", "revision"),
            check("ck_progress_report_year", "year BETWEEN 1990 AND 2100"),
            check("ck_progress_report_percent", "percent_done BETWEEN 0 AND 100"),
            check("ck_progress_report_revision", "revision >= 1"),
            check("ck_progress_report_text", "text <> ''"),
        ]
