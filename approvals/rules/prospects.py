"""What comes of an act, told before it is done: read from the procedure's own table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from approvals.rules.stages import Act, Circumstance, Phase, Stage, StepKind
from approvals.rules.tiers import working_days
from approvals.rules.workflow import PHASE_STEPS, TRANSITIONS, Transition
from portfolio.foundation.errors import Message, say
from portfolio.foundation.roles import Role
from portfolio.rules.dossier.check import RulebookLike

_OF_THE_ACT = {
    Circumstance.PENDING: say("尚有单位未签"),
    Circumstance.UNANIMOUS: say("全部签署且无不同意见"),
    Circumstance.DISSENT: say("有单位不同意"),
    Circumstance.PASSED: say("通过"),
    Circumstance.FAILED: say("未通过"),
}
"""Circumstances that the act itself brings about: nobody knows them before."""

WRITES = {
    Stage.INITIATION: say("项目建议书"),
    Stage.APPRAISAL: say("可行性研究报告"),
    Stage.ESTIMATE: say("初步设计方案和投资概算"),
}
"""What the applicant writes in a stage."""

_STAYS = {
    Act.ASSIGN_EXPERTS: say("所选专家收到评审任务，各自独立打分"),
    Act.COUNTERSIGN: say("继续等待其他部门签署"),
    Act.LIST_IN_ANNUAL_PLAN: say("列入草案，待领导小组审定年度投资计划"),
    Act.REQUEST_CHANGE: say("可以自行决定的即时备案生效；其余转原审批部门审批"),
    Act.DECIDE_CHANGE: say("结果告知申报单位，项目继续建设"),
    Act.DEFER: say("项目暂缓，到再审日期恢复后重新审定"),
}
"""Where a project is after an act that does not move it."""

_BACK = {Act.RETURN, Act.WITHDRAW, Act.REOPEN_INITIATION, Act.REOPEN_APPRAISAL}


@dataclass(frozen=True, slots=True)
class Prospect:
    """Where an act leads; ``when`` says in what event, where there are several."""

    when: Message | None
    goes: Message


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom a case goes to: its rules, who acts where a role is asked, and who countersigns."""

    rulebook: RulebookLike
    acting: Callable[[Role], Role]
    signers: Sequence[Role]


def ways(
    stage: Stage, phase: Phase, act: Act, circumstances: AbstractSet[Circumstance]
) -> tuple[Transition, ...]:
    """The moves that ``act`` may turn out to make, as far as is known beforehand."""
    return tuple(
        row
        for row in TRANSITIONS
        if (row.stage, row.phase, row.act) == (stage, phase, act)
        and row.when - _OF_THE_ACT.keys() <= circumstances
    )


def prospects(rows: Sequence[Transition], circle: Circle) -> list[Prospect]:
    """Where each of the moves leads, and in what event."""
    found = []
    for row in rows:
        events = [words for event, words in _OF_THE_ACT.items() if event in row.when]
        found.append(Prospect(events[0] if events else None, _goes(row, circle)))
    return found


def _goes(row: Transition, circle: Circle) -> Message:
    there = (row.to_stage, row.to_phase)
    if there == (row.stage, row.phase):
        return _STAYS.get(row.act) or say(
            "项目仍在“{stage}·{phase}”", stage=row.stage.label, phase=row.phase.label
        )
    if row.to_phase is Phase.COUNTERSIGNING:
        days = working_days(StepKind.COUNTERSIGN, circle.rulebook)
        names = "、".join(role.label for role in circle.signers)
        return say("转会签：{roles}在 {days} 个工作日内同时签署", roles=names, days=days)
    if there in PHASE_STEPS:
        kind, role = PHASE_STEPS[there]
        return say(
            "转“{step}”：由{role}在 {days} 个工作日内办理",
            step=kind.label,
            role=circle.acting(role).label,
            days=working_days(kind, circle.rulebook),
        )
    if row.act in _BACK or Circumstance.FAILED in row.when:
        return say("退回申报单位，修改后可以重新报送")
    if row.to_phase is Phase.DRAFTING and row.to_stage in WRITES:
        writes = WRITES[row.to_stage]
        return say("进入“{stage}”阶段，由申报单位编报{document}", stage=row.to_stage.label, document=writes)
    return say("项目转入“{stage}·{phase}”", stage=row.to_stage.label, phase=row.to_phase.label)


HAPPENS: Mapping[Act, Message] = {
    Act.SUBMIT: say("把当前填报的内容封存为一份申报件，送出审查"),
    Act.WITHDRAW: say("在受理之前把申报件撤回修改"),
    Act.ENDORSE: say("以本单位名义同意上报"),
    Act.ACCEPT: say("确认材料齐全、符合要求，受理本件"),
    Act.RETURN: say("把申报件退回申报单位修改"),
    Act.REVIEW: say("对小型项目作出书面技术审查结论"),
    Act.ASSIGN_EXPERTS: say("请所选专家独立打分；专家只看到本件，看不到他人的评分"),
    Act.SCORE: say("提交您对本项目的评分和意见"),
    Act.CONCLUDE: say("按专家评分形成评审结论"),
    Act.COUNTERSIGN: say("以本部门名义签署会签意见"),
    Act.COORDINATE: say("写明协调情况，提请领导小组审定"),
    Act.APPROVE: say("作出决定并编发文号"),
    Act.REGISTER_UPPER_REPLY: say("登记国家（部委）批复，视同通过评估"),
    Act.REOPEN_INITIATION: say("项目有重大变更，退回立项阶段重报"),
    Act.REOPEN_APPRAISAL: say("概算超出批复较多，退回评估阶段重报"),
    Act.FIX_ESTIMATE: say("按申报的概算核定投资，此数成为以后各年的上限"),
    Act.LIST_IN_ANNUAL_PLAN: say("编入年度投资计划草案，待领导小组审定"),
    Act.START_CONSTRUCTION: say("通过开工关口，项目开工；合同和支付随之放开"),
    Act.REQUEST_CHANGE: say("提出建设内容或概算的调整"),
    Act.DECIDE_CHANGE: say("对调整申请作出决定；同意的立即生效"),
    Act.COMPLETE: say("报告建设内容全部建成，转入验收"),
}
"""What each act does, in one sentence."""

FINAL: Mapping[Act, Message] = {
    Act.SUBMIT: say("送出后内容锁定，不能再改；受理之前可以撤回"),
    Act.WITHDRAW: say("撤回的申报件留存备查，重新报送须另编一次"),
    Act.ENDORSE: say("签署后不能收回"),
    Act.ACCEPT: say("受理后申报单位不能再撤回"),
    Act.RETURN: say("退回意见留存备查，不能收回"),
    Act.REVIEW: say("结论不能更改；未通过的退回申报单位"),
    Act.SCORE: say("评分一经提交不能更改"),
    Act.CONCLUDE: say("结论不能更改，评审随即结束"),
    Act.COUNTERSIGN: say("签署后不能更改"),
    Act.COORDINATE: say("提请后由领导小组裁定，不再会签"),
    Act.APPROVE: say("决定和文号不能更改；附加的条件不落实，所限关口不予放行"),
    Act.REGISTER_UPPER_REPLY: say("登记后即进入概算阶段，批复投资成为概算的依据"),
    Act.REOPEN_INITIATION: say("已取得的立项、评估批准从本项目移出，须重新取得"),
    Act.REOPEN_APPRAISAL: say("已取得的评估批准从本项目移出，须重新取得"),
    Act.FIX_ESTIMATE: say("核定后只能以经批准的调整改变"),
    Act.LIST_IN_ANNUAL_PLAN: say("审定之前可以重新编列，审定之后只能另行调整"),
    Act.START_CONSTRUCTION: say("开工申请存档，各里程碑的首次承诺日期就此固定"),
    Act.REQUEST_CHANGE: say("限额以内、目标和总额不变的，自行调整并备案，立即生效；其余须先报批"),
    Act.DECIDE_CHANGE: say("决定和文号不能更改"),
    Act.COMPLETE: say("验收和决算的期限从建成之日起算"),
}
"""What cannot be undone about each act."""

SAID: Mapping[Act, Message] = {
    Act.SUBMIT: say("已报送"),
    Act.WITHDRAW: say("已撤回"),
    Act.ENDORSE: say("已审签上报"),
    Act.ACCEPT: say("已受理"),
    Act.RETURN: say("已退回修改"),
    Act.REVIEW: say("技术审查结论已形成"),
    Act.ASSIGN_EXPERTS: say("专家已指派"),
    Act.SCORE: say("评分已提交，谢谢您的评审"),
    Act.CONCLUDE: say("评审结论已形成"),
    Act.COUNTERSIGN: say("会签意见已签署"),
    Act.COORDINATE: say("已提请领导小组审定"),
    Act.APPROVE: say("决定已作出"),
    Act.REGISTER_UPPER_REPLY: say("上级批复已登记"),
    Act.REOPEN_INITIATION: say("已退回立项阶段"),
    Act.REOPEN_APPRAISAL: say("已退回评估阶段"),
    Act.FIX_ESTIMATE: say("概算已核定"),
    Act.LIST_IN_ANNUAL_PLAN: say("已编入年度投资计划草案"),
    Act.START_CONSTRUCTION: say("已开工"),
    Act.REQUEST_CHANGE: say("调整申请已提交"),
    Act.DECIDE_CHANGE: say("对调整申请的决定已作出"),
    Act.COMPLETE: say("已报告建成"),
}
"""What is said when an act is done."""
