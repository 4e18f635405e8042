"""Opening the post-evaluation of a project, and closing it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from approvals.forms.late import ActForm
from approvals.queries.standing import standing
from approvals.rules.stages import Act
from approvals.services import closing
from approvals.views.acting import act_page, done
from approvals.views.blueprint import acts
from portfolio.foundation.errors import say
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.foundation.web.permissions import actor, allow
from portfolio.rules.dossier import Track


@acts.route("/open-evaluation", methods=["GET", "POST"])
@allow(Role.APPLICANT, *AUTHORITIES)
def open_evaluation(project_id: int) -> ResponseReturnValue:
    """A project in operation comes to its post-evaluation."""
    at = standing(project_id, actor())
    form = ActForm(version=at.version)
    if form.accepted():
        with form.refusals():
            closing.open_evaluation(project_id=project_id, expected_version=form.version.data, actor=actor())
            return done(at, say("项目已转入后评价"))
    says = (
        say("项目由运维转入后评价"),
        say("项目单位编报后评价自评报告，信息化、财政主管部门组织评价"),
        say("转入后不再退回运维；系统照常运行"),
    )
    return act_page(form, at, Act.OPEN_EVALUATION, says=says)


@acts.route("/close", methods=["GET", "POST"])
@allow(Role.INFORMATIZATION, Role.FINANCE)
def close(project_id: int) -> ResponseReturnValue:
    """The project is closed for good."""
    at = standing(project_id, actor())
    form = ActForm(version=at.version)
    if form.accepted():
        with form.refusals():
            closing.close(project_id=project_id, expected_version=form.version.data, actor=actor())
            return done(at, say("项目已办结"))
    filed = at.case.track is Track.FILING
    says = (
        say("备案项目办结，不再按季填报") if filed else say("项目办结，资金账户关闭，不再办理任何收支"),
        say("项目单位不再办理；卷宗、账簿和评价报告留存备查"),
        say("办结后不能恢复"),
    )
    return act_page(form, at, Act.CLOSE, says=says, danger=True)
