"""A project's page: where it stands, what comes next, its money, and everything known of it by tabs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from approvals.queries.conditions import may_meet
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.roles import Role
from portfolio.foundation.web.permissions import actor, allow
from portfolio.foundation.web.rules import rules_of_today
from portfolio.rules.dossier import Track
from portfolio.services import following
from reports.queries import register, standing, tabs
from reports.queries.waiting.procedure import act_of
from reports.views.blueprint import READERS, blueprint
from reports.views.home import asked_of
from reports.views.words import action_words


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its name in the address and on the page, and where its facts come from."""

    key: str
    label: Message
    facts: Callable[..., dict[str, Any]]


_OVERVIEW = Tab("overview", say("概况"), tabs.overview)
_DECLARATION = Tab("declaration", say("申报"), tabs.declaration)
_DOCUMENTS = Tab("documents", several("文件"), tabs.documents)
_HISTORY = Tab("history", say("历史"), tabs.history)
GOVERNMENT = (
    _OVERVIEW,
    _DECLARATION,
    Tab("appraisal", say("评估"), tabs.appraisal),
    Tab("estimate", say("概算"), tabs.estimate),
    Tab("money", say("合同与支付"), tabs.money),
    Tab("progress", say("进度"), tabs.progress),
    Tab("acceptance", say("验收"), tabs.acceptance),
    Tab("evaluation", say("评价"), tabs.evaluation),
    _DOCUMENTS,
    _HISTORY,
)
FILING = (_OVERVIEW, _DECLARATION, Tab("filing", say("投资完成"), tabs.filing), _DOCUMENTS, _HISTORY)


@blueprint.get("/projects/<int:project_id>")
@allow(*READERS)
def project(project_id: int) -> ResponseReturnValue:
    """The page, at the tab that the address names; the overview alone judges the gate."""
    who = actor()
    row = standing.seen(project_id, who)
    listed = FILING if row.track is Track.FILING else GOVERNMENT
    tab = next((one for one in listed if one.key == request.args.get("tab")), _OVERVIEW)
    more = {"part": request.args.get("part", "")} if tab is _DECLARATION else {}
    mine = [act_of(step).value for step in asked_of(who) if step.project_id == project_id]
    whole = tab is _OVERVIEW
    shown = standing.standing(row, who, mine, rules_of_today, whole=whole)
    own_applicant = who.has(Role.APPLICANT) and who.organisation_id == row.owner_id
    return render_template(
        f"reports/project/{tab.key}.html",
        project=row,
        tab=tab,
        tabs=listed,
        whole=whole,
        standing=shown,
        badge=register.badge(shown.case),
        filing=row.track is Track.FILING,
        deadlines=standing.deadlines(row, shown) if whole else [],
        own_applicant=own_applicant,
        may_edit=own_applicant and not row.locked,
        action_words=action_words,
        may_meet=lambda condition: may_meet(condition, who),
        **tab.facts(row, who, **more),
    )


@blueprint.post("/projects/<int:project_id>/follow")
@allow(*READERS)
def follow(project_id: int) -> ResponseReturnValue:
    """Keep the project in sight, or let it go."""
    if request.form.get("following") == "no":
        following.unfollow(project_id=project_id, actor=actor())
    else:
        following.follow(project_id=project_id, actor=actor())
    if request.form.get("next") == "home":
        return redirect(url_for("web.home"))
    return redirect(url_for("register.project", project_id=project_id))
