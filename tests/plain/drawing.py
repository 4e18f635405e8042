"""What hypothesis draws for each deed: mostly what makes sense, now and then what does not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

WHOSE = st.sampled_from("AAABBS")
PROJECT = st.sampled_from("AAB")
SOURCE = st.sampled_from(["municipal"] * 5 + ["district"])
CODE = st.sampled_from(["31002"] * 4 + ["39999"])
YEARS_ON = st.sampled_from([0, 0, 0, 0, 1, 0, 0, -1, 1, 0, 0, 0])
WHICH = st.integers(0, 60)
SELDOM = st.sampled_from([False] * 10 + [True] + [False] * 5)
AMOUNT = st.sampled_from(["most", "most", "too much"]) | st.integers(1, 4) | st.integers(1, 20)
DAY = st.sampled_from([*["today"] * 8, "this month", "last month", "last year", "tomorrow", *["today"] * 8])
PART = st.tuples(YEARS_ON, SOURCE, st.integers(1, 5) | st.integers(1, 15), SELDOM, WHICH)
HOW = st.fixed_dictionaries({"day": DAY, "waits": SELDOM, "wrong": SELDOM})
"""When an order is posted, whether it waits, and whether the wrong person tries."""

Deed = tuple[str, dict[str, Any]]


def deed(name: str, often: int, **drawn: Any) -> list[st.SearchStrategy[Deed]]:
    """A deed, as often as it is to be drawn, with what is drawn for it."""
    return [st.tuples(st.just(name), st.fixed_dictionaries(drawn)) for _ in range(often)]


ANY_DEED = st.one_of(
    # the frame
    *deed("fund", 3, whose=WHOSE, source=SOURCE, amount=st.integers(5, 20)),
    *deed(
        "set_state",
        1,
        whose=PROJECT,
        state=st.sampled_from(["open"] * 3 + ["preparatory", "frozen", "closed", "open"]),
    ),
    *deed(
        "fix",
        1,
        what=st.sampled_from(["cap", "preparatory", "final"]),
        whose=PROJECT,
        amount=st.integers(1, 80),
    ),
    *deed("set_ceiling", 1, years_on=YEARS_ON, amount=st.integers(1, 120)),
    *deed("plan", 1, whose=PROJECT, years_on=YEARS_ON, source=SOURCE, amount=st.integers(1, 60)),
    # orders
    *deed("allot", 2, whose=WHOSE, years_on=YEARS_ON, source=SOURCE, code=CODE, amount=AMOUNT, how=HOW),
    *deed("release", 2, which=WHICH, amount=AMOUNT, how=HOW),
    *deed("adjust", 2, which=WHICH, sign=st.sampled_from([1, -1]), amount=AMOUNT, how=HOW),
    *deed(
        "recall",
        2,
        which=WHICH,
        measure=st.sampled_from(["released", "allotted", "carried_in"]),
        amount=AMOUNT,
        how=HOW,
    ),
    *deed("virement", 3, which=WHICH, other=WHICH, amount=AMOUNT, how=HOW),
    *deed("refund", 4, which=WHICH, amount=AMOUNT, how=HOW),
    *deed("reverse", 4, which=WHICH, how=HOW),
    *deed("post", 1, which=WHICH, day=DAY, wrong=SELDOM),
    *deed("withdraw", 1, which=WHICH),
    # contracts and costs
    *deed(
        "contract",
        4,
        whose=WHOSE,
        kind=st.sampled_from(["construction", "goods", "preparatory"]),
        first=AMOUNT,
        drawn=st.lists(PART, min_size=1, max_size=3),
        unbalanced=SELDOM,
        waits=SELDOM,
        wrong=SELDOM,
    ),
    *deed("sign", 1, which=WHICH),
    *deed(
        "supplement",
        2,
        which=WHICH,
        part=PART,
        amount=AMOUNT,
        unbalanced=SELDOM,
        waits=SELDOM,
    ),
    *deed("sign_supplement", 1, which=WHICH),
    *deed(
        "end",
        1,
        which=WHICH,
        less=st.none() | st.integers(-2, 20),
        how=st.sampled_from(["settled", "terminated"]),
    ),
    *deed("commit_year", 1, whose=WHOSE),
    *deed("cost", 2, which=WHICH, amount=AMOUNT, waits=SELDOM, wrong=SELDOM),
    *deed("approve_cost", 1, which=WHICH),
    # payments
    *deed(
        "pay",
        5,
        which=WHICH,
        quota=st.integers(0, 4),
        amount=AMOUNT,
        day=DAY,
        unaccepted=SELDOM,
        wrong=SELDOM,
    ),
    *deed("apply", 1, which=WHICH, amount=st.integers(1, 10)),
    *deed("go_on", 2, which=WHICH, what=st.sampled_from(["check", "turn_back", "pay"])),
    # counterpart funds
    *deed(
        "receive",
        1,
        whose=PROJECT,
        source=st.sampled_from(["district", "enterprise", "municipal", "bank_loan"]),
        amount=st.integers(1, 9),
        day=DAY,
    ),
    *deed("receipt", 1, which=WHICH, cancels=st.booleans(), by_the_unit=st.booleans()),
    # time
    *deed("later", 2, to=st.sampled_from(["tomorrow", "next month", "tomorrow", "next year", "next month"])),
    *deed("close_month", 1, back=st.integers(-1, 4)),
    *deed("reopen_month", 1, which=WHICH),
    *deed("end_of_year", 2, day=DAY, wrong=SELDOM, untidy=SELDOM, then=st.booleans()),
)
"""What is done next."""
