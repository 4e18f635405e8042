"""The gates where the procedure meets the books: final accounts, and closing.

Basis: 《基本建设财务规则》: 竣工财务决算以结算和账簿为依据; 《政府投资条例》第二十三条、第二十五条.
"""

from __future__ import annotations

from dataclasses import dataclass

from approvals.rules.acceptance_gate import Clock, kept_in_time
from approvals.rules.book import ruled
from portfolio.foundation.errors import Finding, say
from portfolio.foundation.money import Money
from portfolio.rules.dossier.check import RulebookLike

BOOKS, SETTLED = "BOOKS", "SETTLED"
_BOOKS_BASIS = "竣工财务决算以合同结算和账簿为依据，账实相符"


@dataclass(frozen=True, slots=True)
class Books:
    """What the ledger says of a project, all years together.

    ``contracted`` counts settled contracts at their settled value; ``received`` is the budget given, less
    what was taken back; ``unsettled`` names the contracts that are effective and not settled.
    """

    contracted: Money
    direct: Money
    paid: Money
    received: Money
    unsettled: tuple[str, ...] = ()

    @property
    def cost(self) -> Money:
        """What the project costs by the books: contracts, and costs without a contract."""
        return self.contracted + self.direct


@dataclass(frozen=True, slots=True)
class FinalAccounts:
    """The final accounts 决算: their cost, retention included, and the works still to be done outside it."""

    final_cost: Money
    remaining_works: Money = Money.ZERO

    @property
    def total(self) -> Money:
        """What the estimate has to cover."""
        return self.final_cost + self.remaining_works

    def surplus(self, received: Money) -> Money:
        """R15: received − final cost − works still due; the retention is within the final cost."""
        return received - self.total


def final_accounts_gate(
    accounts: FinalAccounts, estimate: Money | None, books: Books, to_account: Clock, rulebook: RulebookLike
) -> list[Finding]:
    """决算: not above the fixed estimate, the same as the books, every contract settled, in time (R14)."""
    limit = estimate if estimate is not None else Money.ZERO
    return [
        *ruled(
            rulebook,
            "FINAL_ACCOUNTS",
            accounts.total <= limit,
            say("决算未超过核定概算"),
            say("决算超过核定概算"),
            figure=say("{cost}", cost=accounts.total),
            limit=say("{estimate}", estimate=limit),
            remedy=say("请核减超概部分，或先报原核定部门调整概算"),
        ),
        _settled(books),
        _as_booked(accounts, books),
        *_surplus(accounts.surplus(books.received), books.received, rulebook),
        *kept_in_time("R14", to_account, say("竣工财务决算"), rulebook),
    ]


def _settled(books: Books) -> Finding:
    passed = not books.unsettled
    return Finding(
        SETTLED,
        passed,
        say("合同均已结算") if passed else say("尚有合同未办理结算"),
        _BOOKS_BASIS,
        figure=None if passed else say("{names}", names="、".join(books.unsettled)),
        remedy=None if passed else say("请先办理合同结算，登记审定结算价"),
    )


def _as_booked(accounts: FinalAccounts, books: Books) -> Finding:
    passed = accounts.final_cost == books.cost
    return Finding(
        BOOKS,
        passed,
        say("决算与账簿相符") if passed else say("决算与账簿不符"),
        _BOOKS_BASIS,
        figure=say("决算{cost}", cost=accounts.final_cost),
        limit=say("合同{contracted}，非合同支出{direct}", contracted=books.contracted, direct=books.direct),
        remedy=None if passed else say("请核对合同结算价和非合同支出，更正后重报"),
    )


def _surplus(surplus: Money, received: Money, rulebook: RulebookLike) -> list[Finding]:
    """R15 at the final accounts: what is left over is named here, and demanded back before closing."""
    what = say("无财政结余资金")
    if surplus > Money.ZERO:
        what = say("财政结余资金{surplus}，应当缴回", surplus=surplus)
    elif surplus < Money.ZERO:
        what = say("到位资金不足决算，尚缺{lacking}", lacking=-surplus)
    return ruled(rulebook, "R15", True, what, what, figure=say("到位{received}", received=received))


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What closing looks at; ``accounts`` is empty for a project accepted before the system."""

    accepted: bool
    evaluation_issued: bool
    accounts: FinalAccounts | None
    books: Books
    report_due: Clock
    reported: bool


def closing_gate(facts: ClosingFacts, rulebook: RulebookLike) -> list[Finding]:
    """办结: accepted, evaluated, everything paid, the surplus returned; the unit's report in time (R16)."""
    return [
        *ruled(
            rulebook,
            "CLOSING",
            facts.accepted,
            say("已通过竣工验收并批复决算"),
            say("尚未通过竣工验收或批复决算"),
            remedy=say("请先完成竣工验收和决算批复"),
        ),
        *ruled(
            rulebook,
            "CLOSING",
            facts.evaluation_issued,
            say("绩效评价报告已出具"),
            say("绩效评价尚未定稿"),
            remedy=say("请先完成评价并出具报告"),
        ),
        _paid_up(facts),
        *_returned(facts, rulebook),
        *post_evaluation_clock(facts.report_due, facts.reported, rulebook),
    ]


def _paid_up(facts: ClosingFacts) -> Finding:
    """After closing nothing is paid any more, so that nothing may be due."""
    books = facts.books
    allowed = books.cost if facts.accounts is None else facts.accounts.total
    passed = books.paid == books.cost <= allowed
    return Finding(
        BOOKS,
        passed,
        say("款项已付清，账簿与决算相符") if passed else say("款项未付清，或账簿超过决算"),
        _BOOKS_BASIS,
        figure=say("应付{cost}，已付{paid}", cost=books.cost, paid=books.paid),
        limit=say("决算{allowed}", allowed=allowed),
        remedy=None if passed else say("请付清质保金和尾款，或核对账簿后再办结"),
    )


def _returned(facts: ClosingFacts, rulebook: RulebookLike) -> list[Finding]:
    """R15: what was received and not spent has been returned."""
    left = facts.books.received - facts.books.paid
    return ruled(
        rulebook,
        "R15",
        left <= Money.ZERO,
        say("财政结余资金已缴回"),
        say("财政结余资金尚未缴回"),
        figure=say("{left}", left=left) if left > Money.ZERO else None,
        limit=say("{zero}", zero=Money.ZERO),
        remedy=say("请财政主管部门收回结余指标"),
    )


def post_evaluation_clock(window: Clock, reported: bool, rulebook: RulebookLike) -> list[Finding]:
    """R16: the unit's own report comes 12 to 24 months after launch."""
    return ruled(
        rulebook,
        "R16",
        reported or window.kept,
        say("后评价自评报告未逾期"),
        say("投入运行后未按期提交后评价自评报告"),
        figure=window.figure,
        limit=window.limit,
        remedy=say("请尽快提交后评价自评报告"),
    )
