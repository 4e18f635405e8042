"""The tables that the money house imports, column by column."""

from __future__ import annotations

from budget.rules.imports.fields import Field, Holds, Shape
from budget.rules.imports.words import ImportKind
from budget.rules.sources import FISCAL
from budget.rules.words import ContractKind, InstalmentKind, PaymentMethod, ProcurementMethod
from portfolio.foundation.errors import say
from portfolio.rules.dossier import FundingSource

_AMOUNT_NOTE = say("大于零的金额，最小到分；单位在上传时声明")
_DAY_NOTE = say("日期，如2010-03-24、2010/3/24、20100324或2010年3月24日")

PAYMENTS = Shape(
    ImportKind.PAYMENTS,
    (
        Field("contract", say("合同编号"), aliases=("合同号",), sample="HT-2010-001", longest=60),
        Field(
            "instalment",
            say("期次"),
            Holds.WHOLE,
            aliases=("分期", "期数"),
            note=say("合同分期的序号；付合同款时与合同编号一并填写"),
            sample="1",
        ),
        Field(
            "cost",
            say("非合同支出编号"),
            Holds.WHOLE,
            aliases=("支出编号",),
            note=say("付非合同支出时填写，见该支出页面的编号"),
        ),
        Field("amount", say("金额"), Holds.MONEY, True, ("付款金额", "支付金额"), _AMOUNT_NOTE, "12.50"),
        Field(
            "day",
            say("记账日期"),
            Holds.DAY,
            aliases=("付款日期", "支付日期", "日期"),
            note=_DAY_NOTE,
            sample="2010-03-24",
        ),
        Field("note", say("用途说明"), aliases=("用途", "摘要"), sample="三月进度款"),
    ),
)

ALLOTMENTS = Shape(
    ImportKind.ALLOTMENTS,
    (
        Field(
            "whose",
            say("项目编号"),
            needed=True,
            aliases=("系统编号", "项目或系统编号"),
            note=say("项目编号或在用系统编号"),
            sample="XM2010-0001",
            longest=40,
        ),
        Field("year", say("预算年度"), Holds.WHOLE, True, ("年度",), sample="2010"),
        Field("source", say("资金来源"), Holds.WORD, True, ("来源",), sample="市级财政", words=FISCAL),
        Field("amount", say("下达金额"), Holds.MONEY, True, ("金额",), _AMOUNT_NOTE, "100.00"),
        Field("document_number", say("指标文号"), needed=True, aliases=("文号",), sample="渝财〔2010〕1号"),
        Field("functional_code", say("功能科目"), sample="2010399", longest=20),
        Field("economic_code", say("经济科目"), sample="31002", longest=20),
        Field("method", say("支付方式"), Holds.WORD, sample="直接支付", words=tuple(PaymentMethod)),
    ),
)

CONTRACTS = Shape(
    ImportKind.CONTRACTS,
    (
        Field(
            "code",
            say("合同编号"),
            needed=True,
            note=say("一份合同有几期就填几行，各行合同编号相同"),
            sample="HT-2010-001",
            longest=60,
        ),
        Field("title", say("合同名称"), needed=True, sample="平台建设合同"),
        Field("whose", say("项目编号"), needed=True, aliases=("系统编号",), sample="XM2010-0001", longest=40),
        Field("kind", say("合同类别"), Holds.WORD, True, sample="建设", words=tuple(ContractKind)),
        Field(
            "supplier",
            say("供应商代码"),
            needed=True,
            note=say("组织机构代码；未登记的供应商须同时填写名称"),
            sample="71234567-8",
            longest=60,
        ),
        Field("supplier_name", say("供应商名称"), sample="某某科技有限公司"),
        Field("method", say("采购方式"), Holds.WORD, True, sample="公开招标", words=tuple(ProcurementMethod)),
        Field("procurement_number", say("采购计划编号"), longest=60),
        Field("ceiling_price", say("最高限价"), Holds.MONEY),
        Field("award", say("中标（成交）金额"), Holds.MONEY, aliases=("中标金额", "成交金额")),
        Field("value", say("合同金额"), Holds.MONEY, True, note=_AMOUNT_NOTE, sample="100.00"),
        Field("year", say("付款年度"), Holds.WHOLE, True, ("年度",), sample="2010"),
        Field("source", say("资金来源"), Holds.WORD, sample="市级财政", words=FISCAL),
        Field("instalment_kind", say("款项类别"), Holds.WORD, sample="预付款", words=tuple(InstalmentKind)),
        Field("amount", say("分期金额"), Holds.MONEY, True, note=_AMOUNT_NOTE, sample="30.00"),
        Field("due_on", say("到期日"), Holds.DAY, note=_DAY_NOTE, sample="2010-06-30"),
    ),
)

STATEMENT = Shape(
    ImportKind.STATEMENT,
    (
        Field(
            "day",
            say("日期"),
            Holds.DAY,
            True,
            ("交易日期", "交易时间", "记账日期", "入账日期", "支付日期"),
            _DAY_NOTE,
            "2010-03-24",
        ),
        Field(
            "paid",
            say("支出金额"),
            Holds.MONEY,
            aliases=("借方金额", "借方发生额", "借方", "支出"),
            note=say("支出和收入每行填一项，另一项不填或填0"),
            sample="12.50",
        ),
        Field(
            "received",
            say("收入金额"),
            Holds.MONEY,
            aliases=("贷方金额", "贷方发生额", "贷方", "收入", "退回"),
        ),
        Field(
            "payee",
            say("对方户名"),
            aliases=("对方账户名称", "对方单位", "对方名称", "收款人", "收款单位", "户名"),
            sample="某某科技有限公司",
        ),
        Field(
            "reference",
            say("凭证号"),
            aliases=("支付凭证号", "凭证号码", "交易流水号", "流水号", "凭证编号"),
            note=say("有合同编号或记账凭证号（年度—指标—笔号）的填在此列，用于核对"),
        ),
        Field("note", say("摘要"), aliases=("用途", "附言")),
    ),
)

_OWN_SOURCES = tuple(source for source in FundingSource if not source.fiscal)

REPORTS = Shape(
    ImportKind.REPORTS,
    (
        Field(
            "project",
            say("项目编号"),
            needed=True,
            note=say("备案项目的编号；一张表列一个园区或区县的全部项目"),
            sample="XM2010-0001",
            longest=40,
        ),
        Field("year", say("年度"), Holds.WHOLE, True, sample="2010"),
        Field("quarter", say("季度"), Holds.WHOLE, True, sample="1"),
        *(
            Field(
                source.value,
                say("{source}完成投资", source=source.label),
                Holds.MONEY,
                aliases=(source.label,),
                note=say("本季度完成数，不是累计数；没有的填0或不填"),
                sample="120.00" if source is FundingSource.ENTERPRISE else "",
            )
            for source in _OWN_SOURCES
        ),
    ),
)

SHAPES = {shape.kind: shape for shape in (PAYMENTS, CONTRACTS, ALLOTMENTS, REPORTS, STATEMENT)}
