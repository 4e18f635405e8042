"""The instalments of a contract: what they must add up to, and how they shrink when less is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from budget.rules.amounts import positive, year_of_account
from budget.rules.limits import CONTRACT
from budget.rules.words import InstalmentKind
from portfolio.foundation.errors import Finding, Invalid, Level, Message, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource

BALANCE_CODE = "M20"
YEAR_CODE = "M44"
SUPPLEMENT_RULE = "R11"
MOST_INSTALMENTS = 200


@dataclass(frozen=True, slots=True)
class InstalmentPlan:
    """One instalment as agreed; ``line_id`` only where the year has several lines of that source."""

    year: int
    amount: Money
    kind: InstalmentKind = InstalmentKind.PROGRESS
    source: FundingSource = FundingSource.MUNICIPAL
    due_on: date | None = None
    line_id: int | None = None

    def as_data(self) -> dict[str, object]:
        """Plain values, for a request's body and for a supplement that is not signed yet."""
        return {
            "year": self.year,
            "amount": self.amount.fen,
            "kind": self.kind.value,
            "source": self.source.value,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "line_id": self.line_id,
        }

    @classmethod
    def from_data(cls, data: dict[str, object]) -> InstalmentPlan:
        """The instalment that ``as_data`` wrote down."""
        due, line = data["due_on"], data["line_id"]
        return cls(
            int(str(data["year"])),
            Money(int(str(data["amount"]))),
            InstalmentKind(str(data["kind"])),
            FundingSource(str(data["source"])),
            date.fromisoformat(str(due)) if due else None,
            int(str(line)) if line else None,
        )


def check_plans(plans: Sequence[InstalmentPlan]) -> None:
    """Raise ``Invalid`` naming every instalment whose amount, year or source cannot be."""
    problems: dict[str, Message] = {}
    if len(plans) > MOST_INSTALMENTS:
        problems["instalments"] = say("分期不超过{n}期", n=MOST_INSTALMENTS)
    for number, plan in enumerate(plans[:MOST_INSTALMENTS], 1):
        try:
            positive(plan.amount, f"instalments[{number}].amount")
            year_of_account(plan.year, f"instalments[{number}].year")
        except Invalid as refusal:
            problems.update(refusal.fields)
        if not plan.source.fiscal:
            problems[f"instalments[{number}].source"] = say("预算指标只有财政资金")
    if problems:
        raise Invalid(problems)


def balance_finding(value: Money, instalments: Iterable[Money]) -> Finding:
    """Whether the instalments add up to what they pay; code M20."""
    total = Money.total(instalments)
    return Finding(
        BALANCE_CODE,
        total == value,
        say("分期合计与合同金额一致")
        if total == value
        else say(
            "分期合计{total}与合同金额{value}不一致，相差{gap}", total=total, value=value, gap=value - total
        ),
        CONTRACT,
        figure=say("{amount}", amount=total),
        limit=say("{amount}", amount=value),
        remedy=say("请按合同调整分期，使其合计等于合同金额"),
    )


def year_finding(years: Iterable[int], this_year: int) -> Finding:
    """Whether no instalment falls into a year that has passed; code M44."""
    first = min(years, default=this_year)
    return Finding(
        YEAR_CODE,
        first >= this_year,
        say("没有分期列在已过去的年度")
        if first >= this_year
        else say("有分期列在已过去的{year}年", year=first),
        "《中华人民共和国预算法》：预算年度自公历1月1日起，至12月31日止",
        figure=say("{year}年", year=first),
        limit=say("{year}年起", year=this_year),
        remedy=say("请把分期列入本年或以后年度"),
    )


def supplement_limit(original: Money, parameters: Mapping[str, Any]) -> Money:
    """How much the supplements of a contract may come to in all, by the parameters of R11."""
    return original.share(parameters["limit_percent"], 100)


def supplement_finding(after: Money, limit: Money, level: Level, basis: str) -> Finding:
    """Whether supplements that come to ``after`` keep to ``limit`` where R11 only warns; code R11."""
    return Finding(
        SUPPLEMENT_RULE,
        after <= limit,
        say("补充合同累计{total}，限额{limit}", total=after, limit=limit),
        basis,
        level,
        figure=say("{amount}", amount=after),
        limit=say("{amount}", amount=limit),
        remedy=say("请另行采购，或说明理由后签订"),
    )


def reductions(open_amounts: Sequence[Money], by: Money) -> list[Money]:
    """How much each instalment gives up when ``by`` less is due: the last first, none below what is paid.

    ``open_amounts`` is what is still unpaid of each, in order; what cannot be taken off remains.
    """
    taken = [Money.ZERO] * len(open_amounts)
    for index in range(len(open_amounts) - 1, -1, -1):
        taken[index] = min(open_amounts[index], by)
        by -= taken[index]
    return taken
