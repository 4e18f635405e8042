"""The limits of the books, once: the tables turn them into CHECK constraints, the posting statements into
conditions of their UPDATE, and a refusal into findings.

A limit says that a sum of columns of one row may not pass another sum of columns of the same row.  A term
``a|b`` is the first of the two that is not empty; where a limit has nothing to compare with (no award, no cap
yet) it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from budget.rules.words import Measure
from portfolio.foundation.errors import Finding, Message, say
from portfolio.foundation.money import Money

BUDGET_LAW = "《中华人民共和国预算法》：支出以经批准的预算为依据"
TREASURY = "《财政国库管理制度改革试点方案》（财库〔2001〕24号）：按用款计划支付"
PROCUREMENT = "《中华人民共和国政府采购法》：按采购结果签订合同"
CONTRACT = "合同约定：付款不超过约定金额"
ESTIMATE = "核定概算是控制项目总投资的依据"
APPRAISE_FIRST = "先评估后建设（规划四（六））：概算核定前只安排前期工作经费"
BOOKS = "会计基础工作：各项累计数不为负"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: Σ ``below`` ≤ Σ ``above`` (nothing stands for zero), except where ``unless`` has a value.

    ``constraint`` is the name of the CHECK in the database, ``code`` that of the finding, ``basis`` why, and
    ``remedy`` what a person can do.
    """

    code: str
    constraint: str
    below: tuple[str, ...]
    above: tuple[str, ...]
    title: Message
    basis: str
    remedy: Message
    unless: str = ""

    @property
    def name(self) -> Message:
        """What the limit is about, for a check that was passed."""
        return _NAMES.get(self.code, self.title)

    def sql(self, written: Callable[[str], str] = str) -> str:
        """The limit as an SQL condition; ``written`` gives the expression that stands for a column."""
        condition = f"{_sum_sql(self.below, written)} <= {_sum_sql(self.above, written)}"
        return f"{written(self.unless)} IS NOT NULL OR {condition}" if self.unless else condition

    def holds(self, row: Mapping[str, int | None]) -> bool:
        """Whether ``row`` (column → fen) keeps the limit."""
        below, above = _sum(self.below, row), _sum(self.above, row)
        excepted = self.unless != "" and row[self.unless] is not None
        return excepted or below is None or above is None or below <= above

    def strained(self, row: Mapping[str, int | None], after: Mapping[str, int | None]) -> bool:
        """Whether ``after`` leaves less room under the limit than ``row`` did."""
        if self.unless and after[self.unless] is not None:
            return False
        sums = [_sum(terms, state) for state in (row, after) for terms in (self.above, self.below)]
        if any(one is None for one in sums) or not self.below:
            return False
        room, used, room_after, used_after = (one or 0 for one in sums)
        return room_after - used_after < room - used

    def at_stake(self, row: Mapping[str, int | None], after: Mapping[str, int | None]) -> bool:
        """Whether the limit is worth a word: ``after`` passes it, or comes nearer to it than ``row`` did."""
        return not self.holds(after) or self.strained(row, after)

    def concerns(self, columns: Iterable[str]) -> bool:
        """Whether any of ``columns`` is among the limit's own."""
        own = {name for term in (*self.below, *self.above) for name in _names(term)}
        return not own.isdisjoint(columns)

    def finding(self, row: Mapping[str, int | None], after: Mapping[str, int | None]) -> Finding:
        """Whether ``after`` keeps the limit, and what was left in ``row`` before."""
        figure, limit = _sum(self.below, after) or 0, _sum(self.above, after) or 0
        left = (_sum(self.above, row) or 0) - (_sum(self.below, row) or 0)
        asked = left - (limit - figure)
        return Finding(
            self.code,
            self.holds(after),
            say(
                "{title}：尚余{left}，本次需要{asked}", title=self.title, left=Money(left), asked=Money(asked)
            )
            if not self.holds(after)
            else say("{name}：尚余{left}，本次{asked}", name=self.name, left=Money(left), asked=Money(asked)),
            self.basis,
            figure=say("{amount}", amount=Money(figure)),
            limit=say("{amount}", amount=Money(limit)),
            remedy=self.remedy,
        )


_NAMES: Mapping[str, Message] = {
    "M00": say("累计数"),
    "M01": say("预算指标"),
    "M02": say("预算指标"),
    "M03": say("本年承诺"),
    "M04": say("用款额度"),
    "M05": say("已付金额"),
    "M11": say("核定概算（核定前为前期工作经费）"),
    "M12": say("核定的概算"),
    "M13": say("合同与非合同支出"),
    "R08": say("前期工作经费"),
    "M21": say("合同价款"),
    "M22": say("中标（成交）金额"),
    "M23": say("最高限价"),
    "M24": say("合同价款"),
    "M25": say("本期应付"),
    "M26": say("登记的非合同支出"),
    "M27": say("本期已列入指标的金额"),
    "M28": say("本期应付"),
    "M31": say("本级年度规模"),
    "R11": say("补充合同限额"),
}


def _sum(terms: tuple[str, ...], row: Mapping[str, int | None]) -> int | None:
    """The sum of the terms; ``None`` when one of them has no value, as in SQL."""
    total = 0
    for term in terms:
        value = None
        for name in _names(term):
            value = row[name]
            if value is not None:
                break
        if value is None:
            return None
        total += value
    return total


@cache
def _names(term: str) -> list[str]:
    return term.split("|")


def _sum_sql(terms: tuple[str, ...], written: Callable[[str], str]) -> str:
    parts = []
    for term in terms:
        names = [written(name) for name in _names(term)]
        parts.append(names[0] if len(names) == 1 else f"COALESCE({', '.join(names)})")
    return " + ".join(parts) or "0"


def _never_negative(table: str, columns: tuple[str, ...]) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            "M00",
            f"ck_{table}_{column}",
            (),
            (column,),
            say("冲减数超过累计数"),
            BOOKS,
            say("请核对原凭证金额"),
        )
        for column in columns
    )


LINE_LIMITS = (
    Limit(
        "M01",
        "ck_budget_line_commitment",
        ("committed", "carried_out"),
        ("carried_in", "allotted"),
        say("预算指标不足"),
        BUDGET_LAW,
        say("请申请追加指标，或将合同分期调整到以后年度"),
    ),
    Limit(
        "M02",
        "ck_budget_line_release",
        ("released", "carried_out"),
        ("carried_in", "allotted"),
        say("用款额度超过预算指标"),
        BUDGET_LAW,
        say("请先下达指标，或减少用款额度"),
    ),
    Limit(
        "M03",
        "ck_budget_line_payment",
        ("paid",),
        ("committed", "returned"),
        say("支付超过本年承诺"),
        BUDGET_LAW,
        say("请先登记本年合同分期或非合同支出"),
    ),
    Limit(
        "M04",
        "ck_budget_line_payment_release",
        ("paid",),
        ("released",),
        say("支付超过用款额度"),
        TREASURY,
        say("请先申请用款计划（授权额度）"),
    ),
    Limit(
        "M05",
        "ck_budget_line_return",
        ("returned",),
        ("paid",),
        say("退款超过已付金额"),
        BOOKS,
        say("请核对原支付凭证"),
    ),
    *_never_negative("budget_line", tuple(measure.value for measure in Measure)),
)

ACCOUNT_LIMITS = (
    Limit(
        "M11",
        "ck_project_account_cap",
        ("contracted", "direct"),
        ("cap|preparatory_limit",),
        say("合同与非合同支出合计超过核定概算（核定前为前期工作经费）"),
        ESTIMATE,
        say("请压减合同金额，或按规定报原审批部门调整概算"),
    ),
    Limit(
        "R08",
        "ck_project_account_preparatory",
        ("allotted",),
        ("preparatory_limit",),
        say("概算核定前只能在前期工作经费限额内下达指标"),
        APPRAISE_FIRST,
        say("请先核定概算，或由财政核定前期工作经费"),
        unless="cap",
    ),
    Limit(
        "M12",
        "ck_project_account_allotment",
        ("allotted",),
        ("cap",),
        say("下达指标合计超过核定概算"),
        ESTIMATE,
        say("请减少指标，或按规定报原审批部门调整概算"),
    ),
    Limit(
        "M13",
        "ck_project_account_payment",
        ("paid",),
        ("contracted", "direct"),
        say("支付合计超过合同与非合同支出"),
        CONTRACT,
        say("请核对合同与支付"),
    ),
    *_never_negative("project_account", ("contracted", "direct", "allotted", "paid")),
)

CONTRACT_LIMITS = (
    Limit(
        "M21",
        "ck_contract_payment",
        ("paid",),
        ("settled_value|value",),
        say("付款超过合同价款（已结算的为审定结算价）"),
        CONTRACT,
        say("请核对已付金额，或先签订补充合同"),
    ),
    Limit(
        "R11",
        "ck_contract_supplement_limit",
        ("supplemented",),
        ("supplement_limit",),
        say("补充合同累计超过原合同的限额"),
        "《中华人民共和国政府采购法》第四十九条",
        say("请另行采购，不得以补充合同追加"),
    ),
    Limit(
        "M22",
        "ck_contract_award",
        ("original_value",),
        ("award",),
        say("合同金额超过中标（成交）金额"),
        PROCUREMENT,
        say("请按中标（成交）金额签订合同"),
    ),
    Limit(
        "M23",
        "ck_contract_ceiling_price",
        ("award",),
        ("ceiling_price",),
        say("中标（成交）金额超过采购最高限价"),
        PROCUREMENT,
        say("请核对采购结果"),
    ),
    Limit(
        "M24",
        "ck_contract_settlement",
        ("settled_value",),
        ("value",),
        say("结算价超过合同价款"),
        CONTRACT,
        say("请先签订补充合同"),
    ),
    *_never_negative("contract", ("paid", "supplemented", "settled_value")),
)

INSTALMENT_LIMITS = (
    Limit(
        "M25",
        "ck_instalment_payment",
        ("paid",),
        ("amount",),
        say("付款超过本期应付"),
        CONTRACT,
        say("请按合同分期申请，或核对本期已付金额"),
    ),
    Limit(
        "M27",
        "ck_instalment_payment_commitment",
        ("paid",),
        ("committed",),
        say("付款超过本期已列入本年指标的金额"),
        BUDGET_LAW,
        say("请先将本期列入本年指标（承诺）"),
    ),
    Limit(
        "M28",
        "ck_instalment_commitment",
        ("committed",),
        ("amount",),
        say("承诺超过本期应付"),
        CONTRACT,
        say("请核对合同分期"),
    ),
    *_never_negative("instalment", ("paid", "amount")),
)

DIRECT_COST_LIMITS = (
    Limit(
        "M26",
        "ck_direct_cost_payment",
        ("paid",),
        ("amount",),
        say("付款超过登记的非合同支出"),
        BUDGET_LAW,
        say("请先登记非合同支出"),
    ),
    *_never_negative("direct_cost", ("paid", "amount")),
)

CEILING_LIMITS = (
    Limit(
        "M31",
        "ck_ceiling_allotment",
        ("allotted",),
        ("amount",),
        say("本级年度规模不足"),
        BUDGET_LAW,
        say("请调整年度规模，或调减其他项目的指标"),
    ),
    *_never_negative("ceiling", ("allotted",)),
)

LIMITS = (
    LINE_LIMITS + ACCOUNT_LIMITS + CONTRACT_LIMITS + INSTALMENT_LIMITS + DIRECT_COST_LIMITS + CEILING_LIMITS
)


def by_constraint(name: str) -> Limit | None:
    """The limit that the constraint of this name holds."""
    return next((limit for limit in LIMITS if limit.constraint == name), None)


def of_table(name: str) -> tuple[Limit, ...]:
    """The limits that the rows of a table keep."""
    return _OF_TABLE.get(name, ())


_OF_TABLE: Mapping[str, tuple[Limit, ...]] = {
    "budget_line": LINE_LIMITS,
    "project_account": ACCOUNT_LIMITS,
    "contract": CONTRACT_LIMITS,
    "instalment": INSTALMENT_LIMITS,
    "direct_cost": DIRECT_COST_LIMITS,
    "ceiling": CEILING_LIMITS,
}
