"""Projects, who takes part in them, their documents, and the systems that they produce.

Here are the owner's facts alone: the stage of a project and the decisions about it live with the approvals.
"""

from __future__ import annotations

from peewee import SQL

from portfolio.foundation.access import Organisation, User, Zone
from portfolio.foundation.db import (
    BooleanField,
    DateField,
    EnumField,
    ForeignKeyField,
    IntegerField,
    MomentField,
    Table,
    TextField,
    check,
    unique,
)
from portfolio.foundation.documents import Document
from portfolio.rules.dossier import (
    ArchiveClass,
    DeliveryMode,
    DocumentKind,
    DuplicateReply,
    MajorMark,
    ParticipantPart,
    Route,
    Track,
)
from portfolio.tables.figure import FigureField
from portfolio.tables.plan import Cluster, PlanItem, Sector

_CONFIDENTIAL_IS_EMPTY = " AND ".join(
    f"\"{column}\" = ''"
    for column in ("need", "content", "goals", "relation_to_existing", "risks", "sharing_plan")
)


class Project(Table):
    """A project as its owner describes it; ``version`` counts the changes, ``locked`` refuses them in review.

    ``amendment_reason`` is why a project that the plan does not hold should be added to it 增补.
    ``estimate_explanation`` is the chapter that explains an estimate above the approved investment (R05).
    """

    code = TextField()
    name = TextField()
    owner = ForeignKeyField(Organisation, backref="+")
    track = EnumField(Track)
    route = EnumField(Route)
    plan_item = ForeignKeyField(PlanItem, null=True, backref="+")
    amendment_reason = TextField(default="")
    delivery_mode = EnumField(DeliveryMode, null=True)
    city_wide = BooleanField(default=False)
    foundational = BooleanField(default=False)
    public_benefit = BooleanField(default=False)
    exemplary = BooleanField(default=False)
    zone = ForeignKeyField(Zone, null=True, backref="+")
    sector = ForeignKeyField(Sector, null=True, backref="+")
    cluster = ForeignKeyField(Cluster, null=True, backref="+")
    need = TextField(default="")
    content = TextField(default="")
    goals = TextField(default="")
    relation_to_existing = TextField(default="")
    risks = TextField(default="")
    sharing_plan = TextField(default="")
    estimate_explanation = TextField(default="")
    planned_start = DateField(null=True)
    planned_finish = DateField(null=True)
    locked = BooleanField(default=False)
    version = IntegerField(default=1)
    created_by = ForeignKeyField(User, backref="+")
    created_at = MomentField()

    class Meta:
        """The key with the plan item lets a case say that the two belong together."""

        constraints = [
            unique("uq_project_code", "code"),
            unique("uq_project_plan_item", "id", "plan_item_id"),
            check("ck_project_name", "LENGTH(name) BETWEEN 1 AND 200"),
            check("ck_project_schedule", "planned_finish >= planned_start"),
            check("ck_project_version", "version >= 1"),
            check("ck_project_confidential", f"route <> 'confidential' OR ({_CONFIDENTIAL_IS_EMPTY})"),
        ]

    @property
    def major_marks(self) -> tuple[MajorMark, ...]:
        """The marks that make it a major project 重大工程; empty when it is none."""
        return tuple(mark for mark in MajorMark if getattr(self, mark.value))


class Participant(Table):
    """An organisation that takes part, with its share of the work in per cent."""

    project = ForeignKeyField(Project, backref="+")
    organisation = ForeignKeyField(Organisation, backref="+")
    part = EnumField(ParticipantPart)
    share_percent = FigureField(null=True)

    class Meta:
        """Once in each part; a share is a part of the whole."""

        constraints = [
            unique("uq_participant", "project_id", "organisation_id", "part"),
            check("ck_participant_share", "share_percent BETWEEN 0 AND 1000000"),  # ten-thousandths
        ]


Participant.add_index(
    SQL('CREATE UNIQUE INDEX "uq_participant_lead" ON "participant" ("project_id") WHERE "part" = \'lead\'')
)


class ProjectDocument(Table):
    """A document in the dossier; taken out by withdrawing it, with a reason, never by deleting it."""

    project = ForeignKeyField(Project, backref="+")
    document = ForeignKeyField(Document, backref="+")
    kind = EnumField(DocumentKind)
    archive_class = EnumField(ArchiveClass)
    title = TextField()
    added_by = ForeignKeyField(User, backref="+")
    added_at = MomentField()
    withdrawn_by = ForeignKeyField(User, null=True, backref="+")
    withdrawn_at = MomentField(null=True)
    withdrawn_reason = TextField(null=True)

    class Meta:
        """Only the withdrawal is written afterwards."""

        immutable_except = ("withdrawn_by_id", "withdrawn_at", "withdrawn_reason")
        constraints = [
            unique("uq_project_document", "project_id", "document_id"),
            check("ck_project_document_title", "LENGTH(title) BETWEEN 1 AND 200"),
            check(
                "ck_project_document_withdrawn",
                "(withdrawn_at IS NULL AND withdrawn_by_id IS NULL AND withdrawn_reason IS NULL)"
                " OR (withdrawn_at IS NOT NULL AND withdrawn_by_id IS NOT NULL"
                " AND COALESCE(withdrawn_reason, '') <> '')",
            ),
        ]


class System(Table):
    """A system in service; several projects may have made it, or none that this product knows (存量).

    ``catalogued_on``, ``shared_on`` and ``secure_on`` are the days since which the informatization authority
    has certified it as in the catalogue, shared and secure (R17); empty is not certified.
    """

    code = TextField()
    name = TextField()
    owner = ForeignKeyField(Organisation, backref="+")
    description = TextField(default="")
    preexisting = BooleanField(default=False)
    launched_on = DateField(null=True)
    catalogued_on = DateField(null=True)
    shared_on = DateField(null=True)
    secure_on = DateField(null=True)
    retired_on = DateField(null=True)
    retired_reason = TextField(null=True)
    version = IntegerField(default=1)
    created_by = ForeignKeyField(User, backref="+")
    created_at = MomentField()

    class Meta:
        """A system ends after it began, for a reason."""

        constraints = [
            unique("uq_system_code", "code"),
            check("ck_system_name", "LENGTH(name) BETWEEN 1 AND 200"),
            check("ck_system_life", "retired_on >= launched_on"),
            check("ck_system_retired", "(retired_on IS NULL) = (COALESCE(retired_reason, '') = '')"),
            check("ck_system_version", "version >= 1"),
        ]


class SystemProject(Table):
    """A project that made or extended a system."""

    system = ForeignKeyField(System, backref="+")
    project = ForeignKeyField(Project, backref="+")

    class Meta:
        """Once for each pair."""

        append_only = True
        constraints = [unique("uq_system_project", "system_id", "project_id")]


class DuplicateAnswer(Table):
    """What the applicant says about a similar project or system; the last answer holds."""

    project = ForeignKeyField(Project, backref="+")
    matched_project = ForeignKeyField(Project, null=True, backref="+")
    matched_system = ForeignKeyField(System, null=True, backref="+")
    reply = EnumField(DuplicateReply)
    text = TextField()
    answered_by = ForeignKeyField(User, backref="+")
    answered_at = MomentField()

    class Meta:
        """About exactly one other thing, with words."""

        append_only = True
        constraints = [
            check("ck_duplicate_answer_one", "(matched_project_id IS NULL) <> (matched_system_id IS NULL)"),
            check("ck_duplicate_answer_other", "matched_project_id <> project_id"),
            check("ck_duplicate_answer_text", "text <> ''"),
        ]
