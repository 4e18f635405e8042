"""The words of the money house: states, kinds and measures, each with the Chinese that people read."""

from __future__ import annotations

from portfolio.rules.labelled import Labelled


class FiscalLevel(Labelled):
    """Whose budget a line belongs to."""

    CENTRAL = "central", "中央"
    MUNICIPAL = "municipal", "市"
    DISTRICT = "district", "区县"


class AccountState(Labelled):
    """What a project's account may do; the approvals say which state holds, the money house obeys."""

    NONE = "none", "未开通"
    PREPARATORY = "preparatory", "前期"
    OPEN = "open", "开通"
    FROZEN = "frozen", "冻结"
    CLOSED = "closed", "关闭"


class PaymentMethod(Labelled):
    """How the treasury pays (财政国库管理制度改革试点方案，财库〔2001〕24号)."""

    DIRECT = "direct", "直接支付"
    AUTHORISED = "authorised", "授权支付"


class RequestState(Labelled):
    """How far a request has come in the budget round 二上二下."""

    FIRST_UP = "first_up", "一上"
    CONTROL = "control", "一下"
    SECOND_UP = "second_up", "二上"
    APPROVED = "approved", "二下"


class RequestKind(Labelled):
    """Whether a request belongs to the yearly round or changes the budget in mid-year."""

    ROUND = "round", "年度预算"
    SUPPLEMENT = "supplement", "追加"
    REDUCTION = "reduction", "调减"


MID_YEAR = (RequestKind.SUPPLEMENT, RequestKind.REDUCTION)
"""Requests that are asked and approved in one step."""


class PlanRowState(Labelled):
    """A row of the annual investment plan is drafted, then decided."""

    DRAFTED = "drafted", "草案"
    DECIDED = "decided", "已审定"


class ContractKind(Labelled):
    """What a contract is for; only preparatory ones precede the opening of the account."""

    PREPARATORY = "preparatory", "前期工作"
    CONSTRUCTION = "construction", "建设"
    GOODS = "goods", "货物"
    SERVICES = "services", "服务"
    SUPERVISION = "supervision", "监理"
    OPERATION = "operation", "运行维护"


class ContractState(Labelled):
    """A draft binds nobody; a settled or terminated contract is held to its settled value."""

    DRAFT = "draft", "草稿"
    EFFECTIVE = "effective", "已生效"
    SETTLED = "settled", "已结算"
    TERMINATED = "terminated", "已终止"


class ProcurementMethod(Labelled):
    """How the supplier was found (政府采购法 第二十六条)."""

    OPEN_TENDER = "open_tender", "公开招标"
    INVITED_TENDER = "invited_tender", "邀请招标"
    NEGOTIATION = "negotiation", "竞争性谈判"
    SINGLE_SOURCE = "single_source", "单一来源"
    INQUIRY = "inquiry", "询价"
    BELOW_THRESHOLD = "below_threshold", "限额以下自行采购"


class InstalmentKind(Labelled):
    """What an instalment of a contract pays for."""

    ADVANCE = "advance", "预付款"
    PROGRESS = "progress", "进度款"
    RETENTION = "retention", "质保金"


class DirectCostKind(Labelled):
    """A cost without a contract 非合同支出."""

    MANAGEMENT = "management", "建设管理费"
    REVIEW = "review", "评审费"
    OTHER = "other", "其他"


class ApplicationState(Labelled):
    """How far an application for payment has come; ``checked`` waits for the treasury's own posting."""

    APPLIED = "applied", "待审核"
    CHECKED = "checked", "已审核"
    POSTED = "posted", "已支付"
    REFUSED = "refused", "已退回"


class OrderState(Labelled):
    """An order to move money is drafted by one person and posted by another, or withdrawn."""

    DRAFTED = "drafted", "待复核"
    POSTED = "posted", "已记账"
    WITHDRAWN = "withdrawn", "已撤回"


class LimitKind(Labelled):
    """A limit that finance fixes by itself; every other limit comes of a decision or a contract."""

    CEILING = "ceiling", "年度规模"
    PREPARATORY = "preparatory", "前期工作经费限额"
    SETTLEMENT = "settlement", "审定结算价"
    TERMINATION = "termination", "合同终止"


class LimitState(Labelled):
    """A limit is drafted by one officer and confirmed by another, or withdrawn; only then does it hold."""

    DRAFTED = "drafted", "待复核"
    CONFIRMED = "confirmed", "已核定"
    WITHDRAWN = "withdrawn", "已撤回"


class Measure(Labelled):
    """Which total of a budget line an entry moves; the codes are the columns of ``BudgetLine``."""

    CARRIED_IN = "carried_in", "上年结转"
    ALLOTTED = "allotted", "本年下达"
    CARRIED_OUT = "carried_out", "结转下年"
    RELEASED = "released", "用款额度"
    COMMITTED = "committed", "承诺"
    PAID = "paid", "支付"
    RETURNED = "returned", "跨年退款（缴回国库）"


class EntryKind(Labelled):
    """Why an entry was made."""

    OPENING = "opening", "期初"
    ALLOT = "allot", "指标下达"
    ADJUST = "adjust", "追加调减"
    VIREMENT = "virement", "调剂"
    RECALL = "recall", "收回"
    CARRY_OVER = "carry_over", "结转"
    RELEASE = "release", "用款计划"
    COMMIT = "commit", "承诺"
    DECOMMIT = "decommit", "解除承诺"
    PAY = "pay", "支付"
    REFUND = "refund", "退款"
    REVERSE = "reverse", "红字冲销"


class PeriodState(Labelled):
    """Whether a month takes entries; a month without a row is open."""

    OPEN = "open", "开放"
    CLOSED = "closed", "已结账"


class ProgrammeMeasure(Labelled):
    """The four steps of programme investment 新增投资."""

    PLANNED = "planned", "规划"
    APPROVED = "approved", "批准"
    COMMITTED = "committed", "落实"
    REALISED = "realised", "完成"


class ProgrammeSource(Labelled):
    """The five sources by which programme investment is shown (规划四（五）)."""

    GOVERNMENT = "government", "政府"
    ENTERPRISE = "enterprise", "企业自有"
    BANK_LOAN = "bank_loan", "银行贷款"
    FOREIGN = "foreign", "外资"
    OTHER = "other", "其他"
