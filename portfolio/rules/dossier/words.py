"""The words of a dossier: tracks, routes, sources of money, kinds of documents, and other lists."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Self

from portfolio.rules.labelled import Labelled


class Track(Labelled):
    """Whether the whole procedure applies, or the project is filed for record only."""

    GOVERNMENT = "government", "政府投资"
    FILING = "filing", "备案"


class Route(Labelled):
    """The way a project takes through the procedure."""

    ORDINARY = "ordinary", "一般"
    UPPER_LEVEL = "upper_level", "国家（部委）批复"
    URGENT = "urgent", "应急"
    PHASED = "phased", "分期"
    JOINT = "joint", "共建"
    CONFIDENTIAL = "confidential", "涉密（另行办理）"
    INHERITED = "inherited", "存量"


class DeliveryMode(Labelled):
    """Who builds 建设模式 (规划四（三）)."""

    SELF_BUILD = "self_build", "自建"
    AGENT_CONSTRUCTION = "agent_construction", "代建"
    ENTRUSTED_MANAGEMENT = "entrusted_management", "代管"
    OUTSOURCING = "outsourcing", "外包"
    COOPERATION = "cooperation", "政企合作"


class MajorMark(Labelled):
    """What makes a project a major one 重大工程; the codes are the columns of ``Project``."""

    CITY_WIDE = "city_wide", "全局性"
    FOUNDATIONAL = "foundational", "基础性"
    PUBLIC_BENEFIT = "public_benefit", "公益性"
    EXEMPLARY = "exemplary", "示范性"


class FundingSource(Labelled):
    """Where money comes from."""

    MUNICIPAL = "municipal", "市级财政"
    DISTRICT = "district", "区县财政"
    CENTRAL = "central", "中央（上级）补助"
    ENTERPRISE = "enterprise", "企业自有"
    BANK_LOAN = "bank_loan", "银行贷款"
    FOREIGN = "foreign", "外资"
    UNIVERSAL_SERVICE_FUND = "universal_service_fund", "普遍服务基金"
    OTHER = "other", "其他"

    @property
    def fiscal(self) -> bool:
        """Whether it is budget money 财政资金, which may not be exceeded."""
        return self in {FundingSource.MUNICIPAL, FundingSource.DISTRICT, FundingSource.CENTRAL}


class Part(Labelled):
    """A part of the dossier; each has its own estimate and funding, the earlier ones are kept."""

    PROPOSAL = "proposal", "项目建议书"
    FEASIBILITY = "feasibility", "可行性研究报告"
    DESIGN = "design", "初步设计方案和投资概算"


class CostCategory(Labelled):
    """The lines of an estimate (发改委令第55号附件；地方信息化项目费用分类)."""

    CIVIL_WORKS = "civil_works", "建筑工程"
    HARDWARE = "hardware", "硬件设备购置"
    SYSTEM_SOFTWARE = "system_software", "系统软件购置"
    APPLICATION_SOFTWARE = "application_software", "应用软件开发"
    INTEGRATION = "integration", "系统集成"
    MANAGEMENT = "management", "建设管理"
    CONSULTING = "consulting", "前期咨询"
    DESIGN = "design", "设计"
    TENDERING = "tendering", "招标"
    SUPERVISION = "supervision", "监理"
    TRAINING = "training", "培训"
    CONTINGENCY = "contingency", "预备费"
    OTHER = "other", "其他"


class TargetDimension(Labelled):
    """The three sides of performance that targets are set for (财预〔2020〕10号)."""

    OUTPUT = "output", "产出"
    BENEFIT = "benefit", "效益"
    SATISFACTION = "satisfaction", "满意度"


class TargetAspect(Labelled):
    """What a performance target measures; every aspect belongs to one dimension."""

    QUANTITY = "quantity", "数量"
    QUALITY = "quality", "质量"
    TIMELINESS = "timeliness", "时效"
    COST = "cost", "成本"
    ECONOMIC = "economic", "经济效益"
    SOCIAL = "social", "社会效益"
    ECOLOGICAL = "ecological", "生态效益"
    SUSTAINABLE = "sustainable", "可持续影响"
    SATISFACTION = "satisfaction", "服务对象满意度"

    @property
    def dimension(self) -> TargetDimension:
        """The dimension under which the target is scored."""
        if self in {TargetAspect.QUANTITY, TargetAspect.QUALITY, TargetAspect.TIMELINESS, TargetAspect.COST}:
            return TargetDimension.OUTPUT
        if self is TargetAspect.SATISFACTION:
            return TargetDimension.SATISFACTION
        return TargetDimension.BENEFIT


class Better(Labelled):
    """Which way of a target's figure is good."""

    HIGHER = "higher", "不低于"
    LOWER = "lower", "不高于"


class ParticipantPart(Labelled):
    """What an organisation is in a project, beside its owner."""

    LEAD = "lead", "牵头单位"
    PARTICIPANT = "participant", "参建单位"
    AGENT = "agent", "代建单位"


class ArchiveClass(Labelled):
    """The eight classes of a project's archive (国家电子政务工程建设项目档案管理暂行办法附表)."""

    INITIATION = "initiation", "立项阶段文件"
    MANAGEMENT = "management", "项目管理文件"
    DESIGN = "design", "设计阶段文件"
    IMPLEMENTATION = "implementation", "实施阶段文件"
    SUPERVISION = "supervision", "监理文件"
    EQUIPMENT = "equipment", "设备文件及系统软件"
    FINANCE = "finance", "财务管理文件"
    ACCEPTANCE = "acceptance", "验收文件"


class DocumentKind(Labelled):
    """What a document of a project is; ``archive_class`` is where it is filed unless said otherwise."""

    archive_class: ArchiveClass

    def __new__(cls, code: str, label: str = "", filed: ArchiveClass = ArchiveClass.MANAGEMENT) -> Self:
        """Make the member of its code, label and archive class."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.archive_class = filed
        return member

    COVER_LETTER = "cover_letter", "请示", ArchiveClass.INITIATION
    PROPOSAL = "proposal", "项目建议书", ArchiveClass.INITIATION
    FEASIBILITY_STUDY = "feasibility_study", "可行性研究报告", ArchiveClass.INITIATION
    UPPER_REPLY = "upper_reply", "上级批复", ArchiveClass.INITIATION
    APPROVAL_REPLY = "approval_reply", "批复", ArchiveClass.INITIATION
    MINUTES = "minutes", "会议纪要", ArchiveClass.MANAGEMENT
    TENDER = "tender", "招标（采购）文件", ArchiveClass.MANAGEMENT
    CONTRACT = "contract", "合同", ArchiveClass.MANAGEMENT
    REGULATIONS = "regulations", "管理制度", ArchiveClass.MANAGEMENT
    PRELIMINARY_DESIGN = "preliminary_design", "初步设计方案", ArchiveClass.DESIGN
    ESTIMATE_BOOK = "estimate_book", "投资概算书", ArchiveClass.DESIGN
    START_APPLICATION = "start_application", "开工申请", ArchiveClass.IMPLEMENTATION
    CHANGE = "change", "变更文件", ArchiveClass.IMPLEMENTATION
    PROGRESS = "progress", "进度材料", ArchiveClass.IMPLEMENTATION
    TEST_REPORT = "test_report", "测试报告", ArchiveClass.IMPLEMENTATION
    SUPERVISION = "supervision", "监理文件", ArchiveClass.SUPERVISION
    EQUIPMENT = "equipment", "设备文件", ArchiveClass.EQUIPMENT
    SOFTWARE = "software", "系统软件文件", ArchiveClass.EQUIPMENT
    INVOICE = "invoice", "发票", ArchiveClass.FINANCE
    FINANCIAL_REPORT = "financial_report", "财务报告", ArchiveClass.FINANCE
    AUDIT_REPORT = "audit_report", "审计报告", ArchiveClass.FINANCE
    FINAL_ACCOUNTS = "final_accounts", "竣工财务决算", ArchiveClass.FINANCE
    TRIAL_OPERATION = "trial_operation", "试运行报告", ArchiveClass.ACCEPTANCE
    RISK_ASSESSMENT = "risk_assessment", "信息安全风险评估报告", ArchiveClass.ACCEPTANCE
    ARCHIVES_ACCEPTANCE = "archives_acceptance", "档案验收意见", ArchiveClass.ACCEPTANCE
    PRELIMINARY_ACCEPTANCE = "preliminary_acceptance", "初步验收报告", ArchiveClass.ACCEPTANCE
    FINAL_ACCEPTANCE = "final_acceptance", "竣工验收报告", ArchiveClass.ACCEPTANCE
    EVALUATION = "evaluation", "绩效评价报告", ArchiveClass.ACCEPTANCE
    OTHER = "other", "其他", ArchiveClass.MANAGEMENT


class Sharing(Labelled):
    """On what terms an information resource is given to other departments."""

    UNCONDITIONAL = "unconditional", "无条件共享"
    CONDITIONAL = "conditional", "有条件共享"
    NONE = "none", "不予共享"


class ReportPeriod(Labelled):
    """The part of a year that a progress report covers."""

    FIRST_QUARTER = "q1", "第一季度"
    SECOND_QUARTER = "q2", "第二季度"
    THIRD_QUARTER = "q3", "第三季度"
    FOURTH_QUARTER = "q4", "第四季度"
    FIRST_HALF = "h1", "上半年"
    SECOND_HALF = "h2", "下半年"

    @property
    def first_month(self) -> int:
        """The month, 1 to 12, in which the period begins."""
        return (int(self.value[1]) - 1) * self._months + 1

    def last_day(self, year: int) -> date:
        """The day of a year with which the period ends."""
        last_month = self.first_month + self._months - 1
        return date(year, last_month, monthrange(year, last_month)[1])

    @property
    def _months(self) -> int:
        return 3 if self.value[0] == "q" else 6


class DuplicateReply(Labelled):
    """What an applicant answers to a similar project."""

    MERGE = "merge", "并入"
    REUSE = "reuse", "复用其成果"
    DIFFERS = "differs", "并不重复"
