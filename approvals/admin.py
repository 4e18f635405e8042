"""The procedure in the administration: to read, never to write."""

from __future__ import annotations

from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.submission import Submission
from portfolio.foundation.admin import View
from portfolio.foundation.errors import say
from portfolio.foundation.web.lists import Column, Kind


class _CaseView(View):
    group = say("程序数据")
    group_note = say("只读：只能由办理页面推进")


class Cases(_CaseView):
    """Where each project stands."""

    table = Case
    address = "cases"
    title = say("项目所处环节")
    icon = "signpost-split"
    shown = (
        Column("code", say("项目"), get=lambda row: row.project.code),
        Column("name", say("名称"), get=lambda row: row.project.name),
        Column("track", say("类别")),
        Column("stage", say("环节")),
        Column("phase", say("阶段")),
        Column("side_state", say("状态")),
    )
    facts = shown
    joined = (Case.project,)
    order = ("id",)


class Submissions(_CaseView):
    """What was submitted."""

    table = Submission
    address = "submissions"
    title = say("送审件")
    icon = "send"
    shown = (
        Column(
            "cover_number", say("文号"), get=lambda row: row.cover_number or say("送审件 {id}", id=row.id)
        ),
        Column("project", say("项目"), get=lambda row: row.project.name),
        Column("stage", say("环节")),
        Column("state", say("状态")),
        Column("submitted_at", say("报送时间"), Kind.MOMENT),
    )
    facts = (*shown, Column("sha256", say("快照摘要")))
    joined = (Submission.project,)
    searched = ("cover_number",)
    order = ("-id",)


class Decisions(_CaseView):
    """What was decided."""

    table = Decision
    address = "decisions"
    title = say("审定记录")
    icon = "check2-square"
    shown = (
        Column("number", say("文号"), get=lambda row: row.number or str(row.id)),
        Column("project", say("项目"), get=lambda row: row.project.name),
        Column("stage", say("环节")),
        Column("outcome", say("结果")),
        Column("amount", say("金额"), Kind.MONEY),
        Column("decided_at", say("审定时间"), Kind.MOMENT),
    )
    facts = (*shown, Column("reason", say("理由")))
    joined = (Decision.project,)
    searched = ("number",)
    order = ("-id",)


VIEWS: tuple[type[View], ...] = (Cases, Submissions, Decisions)
