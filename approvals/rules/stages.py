"""The words of the procedure: stages, phases, tiers, outcomes, steps, and what each is called.

Basis: 规划四（五）、四（六）; the stages follow 发改委令第55号 and 国办发〔2019〕57号.
"""

from __future__ import annotations

from enum import StrEnum

from portfolio.rules.labelled import Labelled


class Stage(Labelled):
    """Where a project stands; the last three belong to the filing track, closed ends both."""

    INITIATION = "initiation", "立项"
    APPRAISAL = "appraisal", "评估"
    ESTIMATE = "estimate", "概算"
    CONSTRUCTION = "construction", "建设"
    ACCEPTANCE = "acceptance", "验收"
    OPERATION = "operation", "运维"
    POST_EVALUATION = "post_evaluation", "后评价"
    CLOSED = "closed", "办结"
    REGISTERED = "registered", "登记"
    FILED = "filed", "已备案"
    REPORTING = "reporting", "按季填报"


GOVERNMENT_STAGES = (
    Stage.INITIATION,
    Stage.APPRAISAL,
    Stage.ESTIMATE,
    Stage.CONSTRUCTION,
    Stage.ACCEPTANCE,
    Stage.OPERATION,
    Stage.POST_EVALUATION,
    Stage.CLOSED,
)
"""The stages of the government track 政府投资, in order."""

FILING_STAGES = (Stage.REGISTERED, Stage.FILED, Stage.REPORTING, Stage.CLOSED)
"""The stages of the filing track 备案, in order."""


class Phase(Labelled):
    """What a project waits for within its stage."""

    DRAFTING = "drafting", "编报"
    ENDORSING = "endorsing", "待本单位审签"
    ACCEPTING = "accepting", "待受理"
    REVIEWING = "reviewing", "技术审查"
    PANEL = "panel", "专家评审"
    COUNTERSIGNING = "countersigning", "会签"
    COORDINATING = "coordinating", "协调"
    DECIDING = "deciding", "待审定"
    REPLYING = "replying", "待批复"
    FIXING = "fixing", "待核定"
    FIXED = "fixed", "概算已核定"
    BUILDING = "building", "在建"
    PRELIMINARY = "preliminary", "待初步验收"
    TRIAL = "trial", "试运行"
    INSPECTING = "inspecting", "待竣工验收"
    ACCOUNTING = "accounting", "待批复决算"
    ACCEPTED = "accepted", "验收通过"
    RUNNING = "running", "运行"
    EVALUATING = "evaluating", "评价中"
    REPORTING = "reporting", "填报"
    REJECTED = "rejected", "未获批准"
    FINISHED = "finished", "已结束"


class SideState(Labelled):
    """Whether a project moves at all."""

    ACTIVE = "active", "正常"
    SUSPENDED = "suspended", "已暂停"
    TERMINATED = "terminated", "已终止"
    DEFERRED = "deferred", "已暂缓"


class Tier(Labelled):
    """How high a decision is made."""

    SMALL = "small", "小型"
    ORDINARY = "ordinary", "一般"
    MAJOR = "major", "重大"


class Outcome(Labelled):
    """What a step or a decision comes to; ``DISSENT`` is a countersigner's opinion and decides nothing."""

    APPROVE = "approve", "同意"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions", "附条件同意"
    RETURN_FOR_REVISION = "return_for_revision", "退回修改"
    DEFER = "defer", "暂缓"
    REJECT = "reject", "不予批准"
    DISSENT = "dissent", "不同意"

    @property
    def positive(self) -> bool:
        """Whether the project may go on."""
        return self in {Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS}


_REJECTIONS = {Stage.INITIATION: "不予立项", Stage.ACCEPTANCE: "验收不予通过"}


def outcome_label(outcome: Outcome, stage: Stage) -> str:
    """What an outcome is called in a stage; the negative one has names of its own in two of them."""
    return _REJECTIONS.get(stage, outcome.label) if outcome is Outcome.REJECT else outcome.label


class DecisionMode(Labelled):
    """Who decided, and how."""

    JOINT = "joint", "主管部门共同决定"
    LEADING_GROUP = "leading_group", "领导小组审定"
    REPLY = "reply", "批复"
    ACCEPTANCE = "acceptance", "竣工验收"
    FINAL_ACCOUNTS = "final_accounts", "决算批复"
    FILING = "filing", "备案"
    CHANGE = "change", "调整审批"


class AppraisalMode(Labelled):
    """How a project was appraised."""

    PANEL = "panel", "专家评审"
    TECHNICAL_REVIEW = "technical_review", "书面技术审查"
    UPPER_LEVEL = "upper_level", "上级批复"


class SubmissionKind(Labelled):
    """What is submitted."""

    PROPOSAL = "proposal", "项目建议书"
    COMBINED_STUDY = "combined_study", "可行性研究报告（代项目建议书）"
    FEASIBILITY_STUDY = "feasibility_study", "可行性研究报告"
    PRELIMINARY_DESIGN = "preliminary_design", "初步设计方案和投资概算"
    START_APPLICATION = "start_application", "开工申请"
    CHANGE = "change", "调整报告"
    PRELIMINARY_ACCEPTANCE = "preliminary_acceptance", "初步验收报告"
    FINAL_ACCEPTANCE = "final_acceptance", "竣工验收申请"
    FILING = "filing", "备案登记表"


class SubmissionState(Labelled):
    """What became of a submission."""

    IN_REVIEW = "in_review", "审查中"
    RETURNED = "returned", "已退回"
    DEFERRED = "deferred", "已暂缓"
    APPROVED = "approved", "已通过"
    REJECTED = "rejected", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


class StepKind(Labelled):
    """What a person is asked to do with a submission."""

    ENDORSE = "endorse", "本单位审签"
    ACCEPT = "accept", "受理"
    REVIEW = "review", "书面技术审查"
    PANEL = "panel", "组织专家评审"
    SCORE = "score", "专家打分"
    COUNTERSIGN = "countersign", "会签"
    COORDINATE = "coordinate", "协调"
    DECIDE = "decide", "审定"
    REPLY = "reply", "批复"
    FIX = "fix", "核定概算"
    PRELIMINARY_ACCEPTANCE = "preliminary_acceptance", "初步验收"
    FINAL_ACCEPTANCE = "final_acceptance", "竣工验收"
    FINAL_ACCOUNTS = "final_accounts", "批复竣工财务决算"
    FILE = "file", "备案"
    CHANGE = "change", "调整审批"


class StepState(StrEnum):
    """Whether a step waits, was done, or is no longer needed."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"


class Gate(Labelled):
    """A list of named checks that a move must pass."""

    PLAN = "plan", "立项关口"
    APPRAISAL = "appraisal", "评估关口"
    CONCLUSION = "conclusion", "评审结论"
    ESTIMATE = "estimate", "概算关口"
    ANNUAL_PLAN = "annual_plan", "年度投资计划关口"
    BUILD = "build", "开工关口"
    PRELIMINARY = "preliminary", "初步验收关口"
    ACCEPTANCE = "acceptance", "竣工验收关口"
    FINAL_ACCOUNTS = "final_accounts", "决算关口"
    OPERATION = "operation", "运维关口"
    CLOSING = "closing", "办结关口"
    FILING = "filing", "备案关口"


class Act(Labelled):
    """What a person does to a project's case."""

    SUBMIT = "submit", "报送"
    WITHDRAW = "withdraw", "撤回"
    ENDORSE = "endorse", "本单位审签"
    ACCEPT = "accept", "受理"
    RETURN = "return", "退回修改"
    REVIEW = "review", "技术审查"
    ASSIGN_EXPERTS = "assign_experts", "指派专家"
    SCORE = "score", "专家打分"
    CONCLUDE = "conclude", "形成评审结论"
    COUNTERSIGN = "countersign", "会签"
    COORDINATE = "coordinate", "协调"
    APPROVE = "approve", "同意"
    DEFER = "defer", "暂缓"
    REJECT = "reject", "不予批准"
    REGISTER_UPPER_REPLY = "register_upper_reply", "登记上级批复"
    REOPEN_INITIATION = "reopen_initiation", "重报项目建议书"
    REOPEN_APPRAISAL = "reopen_appraisal", "重报可行性研究报告"
    FIX_ESTIMATE = "fix_estimate", "核定概算"
    LIST_IN_ANNUAL_PLAN = "list_in_annual_plan", "列入年度投资计划"
    START_CONSTRUCTION = "start_construction", "开工"
    REQUEST_CHANGE = "request_change", "申请调整"
    DECIDE_CHANGE = "decide_change", "审批调整"
    COMPLETE = "complete", "建成"
    ACCEPT_PRELIMINARY = "accept_preliminary", "初步验收"
    APPROVE_FINAL_ACCOUNTS = "approve_final_accounts", "批复竣工财务决算"
    PUT_INTO_OPERATION = "put_into_operation", "投入运行"
    OPEN_EVALUATION = "open_evaluation", "启动后评价"
    CLOSE = "close", "办结"
    FILE = "file", "备案"
    REPORT_QUARTER = "report_quarter", "季度填报"
    MOVE_TRACK = "move_track", "转入政府投资程序"


class Circumstance(Labelled):
    """What, beside the phase, tells which way an act leads; one of each group holds at a time."""

    SEPARATE = "separate", "建议书单独报批"
    COMBINED = "combined", "可研代建议书"
    BY_PANEL = "by_panel", "专家评审"
    BY_REVIEW = "by_review", "小型项目"
    JOINT = "joint", "主管部门共同决定"
    LEADING_GROUP = "leading_group", "须领导小组审定"
    PENDING = "pending", "尚有单位未签"
    UNANIMOUS = "unanimous", "一致同意"
    DISSENT = "dissent", "有不同意见"
    PASSED = "passed", "通过"
    FAILED = "failed", "未通过"
    UPPER_LEVEL = "upper_level", "上级批复项目"


class SideAct(Labelled):
    """What stops a project or lets it go on."""

    SUSPEND = "suspend", "暂停"
    RESUME = "resume", "恢复"
    DEFER = "defer", "暂缓"
    TERMINATE = "terminate", "终止"
