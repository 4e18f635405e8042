"""Stopping a project, letting it go on, and ending it: with what that does to its money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from approvals.forms.late import ReasonForm
from approvals.queries.standing import Standing, standing
from approvals.rules.stages import SideAct
from approvals.rules.workflow import side_transition
from approvals.services import cases
from approvals.views.acting import done, page_of
from approvals.views.blueprint import acts
from budget.queries.funds import account, project_money
from portfolio.foundation.errors import Message, Refused, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.foundation.web.permissions import actor, allow

_SAYS: dict[SideAct, tuple[Message, Message, Message]] = {
    SideAct.SUSPEND: (
        say("项目暂停：程序停在原处，谁也不能继续办理"),
        say("各方的待办随之停止；资金账户冻结，不能下达、签约和支付，已付款项不变"),
        say("可由主管部门恢复；已过的办理期限不顺延"),
    ),
    SideAct.RESUME: (
        say("项目恢复到停下时的环节继续办理"),
        say("正在办理的人员重新看到待办；资金账户恢复原来的状态；暂缓的决定重新提请审定"),
        say("恢复的理由记入项目档案"),
    ),
    SideAct.TERMINATE: (
        say("项目终止：程序到此结束，正在审查的申报件作废"),
        say("资金账户关闭，不再办理任何收支；未使用的指标由财政主管部门收回"),
        say("终止后不能恢复；需要再建的，须重新立项"),
    ),
}
_SAID: dict[SideAct, Message] = {
    SideAct.SUSPEND: say("项目已暂停"),
    SideAct.RESUME: say("项目已恢复"),
    SideAct.TERMINATE: say("项目已终止"),
}


@acts.route("/suspend", methods=["GET", "POST"])
@allow(*AUTHORITIES, Role.SECRETARY)
def suspend(project_id: int) -> ResponseReturnValue:
    """Nothing moves, and the money is frozen."""
    return _page(project_id, SideAct.SUSPEND, cases.suspend)


@acts.route("/resume", methods=["GET", "POST"])
@allow(*AUTHORITIES, Role.SECRETARY)
def resume(project_id: int) -> ResponseReturnValue:
    """The project goes on where it stood."""
    return _page(project_id, SideAct.RESUME, cases.resume)


@acts.route("/terminate", methods=["GET", "POST"])
@allow(Role.MEMBER)
def terminate(project_id: int) -> ResponseReturnValue:
    """The project ends for good, and its account is closed."""
    return _page(project_id, SideAct.TERMINATE, cases.terminate)


def _page(project_id: int, act: SideAct, service: Callable[..., Any]) -> ResponseReturnValue:
    at = standing(project_id, actor())
    form = ReasonForm(version=at.version)
    if form.accepted():
        with form.refusals():
            service(
                project_id=project_id,
                expected_version=form.version.data,
                reason=form.reason.data,
                actor=actor(),
            )
            return done(at, _SAID[act])
    return page_of(
        form, at, act, says=_SAYS[act], template="approvals/late/side.html", shut=_shut(at, act),
        danger=act is not SideAct.RESUME, account=account(project_id), money=_money(project_id),
    )  # fmt: skip


def _shut(at: Standing, act: SideAct) -> tuple[object, ...]:
    """Why the act is not possible here, if it is not; raises ``Forbidden`` for the wrong person."""
    try:
        row = side_transition(at.case.side_state, act, at.case.stage)
    except Refused as refusal:
        return refusal.findings
    actor().require(*row.roles)
    return ()


def _money(project_id: int) -> dict[str, Money]:
    """What lies in the books of the project, all years together."""
    rows = project_money(project_id)
    names = ("allotted", "released", "committed", "paid")
    return {name: Money.total(getattr(row, name) for row in rows) for name in names}
