"""What the audit trail's codes are called: actions and the kinds of their subjects."""

from __future__ import annotations

from collections.abc import Mapping

from approvals.rules.stages import Act, SideAct
from portfolio.foundation.errors import Message, say

_LABELS = {
    "project.create": "新建项目",
    "project.save": "修改项目内容",
    "project.produce_system": "登记建成系统",
    "dossier.estimate": "填报估算明细",
    "dossier.funding": "填报资金来源",
    "dossier.indicators": "填报服务指标",
    "dossier.targets": "填报绩效目标",
    "dossier.alternatives": "填报方案比选",
    "dossier.resources": "填报信息资源",
    "dossier.participants": "填报参建单位",
    "dossier.answer_duplicate": "答复相似项目",
    "dossier.lock": "锁定申报材料",
    "dossier.unlock": "解锁申报材料",
    "dossier.add_document": "加入文件",
    "dossier.withdraw_document": "撤下文件",
    "milestones.set": "编排里程碑",
    "milestones.baseline": "固定里程碑基线",
    "milestones.reach": "达成里程碑",
    "progress.report": "报告进度",
    "targets.achieved": "填报绩效完成值",
    "case.open": "启动申报",
    "case.inherit": "存量项目入库",
    "case.reopen": "重新申报",
    "case.completed_on": "登记建成日期",
    "case.launched_on": "登记投运日期",
    "submission.freeze": "固定申报件",
    "submission.withdraw": "撤回申报件",
    "panel.assign": "指派专家",
    "panel.score": "专家打分",
    "decision.append": "作出决定",
    "countersign.lapse": "会签逾期视为无意见",
    "meeting.call": "召集领导小组会议",
    "meeting.open": "会议开始",
    "meeting.decide": "会议审定",
    "meeting.close": "会议结束",
    "filing.leave": "退出备案程序",
    "dossier.move_track": "改为政府投资项目",
    "inherited.launch": "登记存量项目投运日期",
    "condition.meet": "落实条件",
    "rule.override": "放行规则",
    "inherited.record": "登记存量依据",
    "inherited.confirm": "确认存量依据",
    "final_accounts.approve": "批复决算",
    "filing.report": "填报投资完成",
    "annual_plan.draft": "草拟年度投资计划",
    "annual_plan.decide": "审定年度投资计划",
    "account.open": "开通项目账户",
    "account.set_state": "变更账户状态",
    "account.set_preparatory_limit": "核定前期经费",
    "account.fix_cap": "核定概算上限",
    "account.activate": "启用账号",
    "account.deactivate": "停用账号",
    "account.lock": "锁定账号",
    "account.unlock": "解除账号锁定",
    "ceiling.set": "设定年度规模",
    "supplier.add": "登记供应商",
    "contract.draft": "草拟合同",
    "contract.revise": "修改合同草稿",
    "contract.sign": "签订合同",
    "contract.draft_supplement": "草拟补充合同",
    "contract.supplement": "签订补充合同",
    "contract.settled": "合同结算",
    "contract.terminated": "合同终止",
    "direct_cost.draft": "草拟直接支出",
    "payment.apply": "申请支付",
    "payment.check": "审核支付",
    "payment.refuse": "退回支付",
    "order.draft": "起草资金指令",
    "order.withdraw": "撤回资金指令",
    "period.put": "结账与开账",
    "evaluation.open": "启动评价",
    "evaluation.assign": "指派评价人员",
    "evaluation.compute": "自动计算评价",
    "evaluation.self_score": "自评打分",
    "evaluation.evaluate": "评价打分",
    "evaluation.write": "撰写评价报告",
    "evaluation.submit": "提交评价",
    "evaluation.send_back": "退回评价",
    "evaluation.exchange": "交换意见",
    "evaluation.finalise": "评价定稿",
    "report.issue": "出具报告",
    "system.register": "登记系统",
    "system.launch": "系统上线",
    "system.certify": "认定系统",
    "system.retire": "系统停用",
    "document.store": "存入文件",
    "organisation.load": "载入单位",
    "plan.load": "载入规划",
    "plan.amend": "调整规划",
    "delegation.give": "委托代理",
    "delegation.end": "结束代理",
    "user.add": "新增账号",
    "password.set": "重设密码",
    "password.change": "修改密码",
    "second_factor.set": "启用两步验证",
    "second_factor.remove": "停用两步验证",
    "second_factor.reset": "重置两步验证",
    "session.begin": "登录",
    "session.end": "退出",
    "job.enqueue": "提交后台任务",
    "job.cancel": "取消后台任务",
    "demonstration.load": "载入演示数据",
}

_KINDS = {
    "project": say("项目"),
    "case": say("审批"),
    "submission": say("申报件"),
    "project_account": say("项目账户"),
    "annual_plan": say("年度投资计划"),
    "annual_plan_row": say("计划行"),
    "ceiling": say("年度规模"),
    "contract": say("合同"),
    "supplier": say("供应商"),
    "direct_cost": say("直接支出"),
    "payment_application": say("支付申请"),
    "funds_order": say("资金指令"),
    "period": say("会计期间"),
    "evaluation": say("评价"),
    "inherited": say("存量依据"),
    "meeting": say("领导小组会议"),
    "delegation": say("岗位代理"),
    "system": say("系统"),
    "document": say("文件"),
    "organisation": say("单位"),
    "user": say("账号"),
    "plan": say("规划"),
    "job": say("后台任务"),
    "demonstration": say("演示数据"),
}

ACTIONS: Mapping[str, Message] = {
    **{code: Message(label) for code, label in _LABELS.items()},
    **{f"case.{act.value}": Message(act.label) for act in (*Act, *SideAct)},
}
"""Every action that is recorded, in the order of the product's parts."""

SUBJECTS: Mapping[str, Message] = _KINDS
"""Every kind of subject that has a chain."""


def action_words(code: str) -> Message | str:
    """What an action is called; its code where it has no name yet."""
    return ACTIONS.get(code, code)


def subject_words(kind: str) -> Message | str:
    """What a kind of subject is called."""
    return SUBJECTS.get(kind, kind)
