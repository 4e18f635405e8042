"""S3: a request is carried out once, however often, from wherever and after whatever it is sent again."""

from __future__ import annotations

import pytest

from budget.services.books import once
from budget.tables.entry import Entry
from budget.tables.payment import PostingRequest
from portfolio.foundation import db
from portfolio.foundation.errors import Conflict, Refused
from tests.conftest import TemporaryDatabase
from tests.desk import at_once, desk

THREADS = 50
KEY = "the-same-key"

pytestmark = pytest.mark.usefixtures("clock")


def test_one_key_from_many_threads_makes_one_entry_and_one_answer(database: TemporaryDatabase) -> None:
    made = desk(5, 5)
    first, other = made.applications[:2]
    entries = at_once([lambda: made.pay(first, key=KEY)] * THREADS)
    assert {entry.id for entry in entries} == {entries[0].id}
    assert made.paid() == [first]
    assert PostingRequest.select().where(PostingRequest.key == KEY).count() == 1

    with pytest.raises(Conflict):
        made.pay(other, key=KEY)
    with pytest.raises(Conflict):
        made.pay(first, key=KEY, actor=made.town.checker)
    assert made.paid() == [first]

    db.unbind()  # as a process that is started again
    db.bind(database.url)
    again = made.pay(first, key=KEY)
    assert again.id == entries[0].id
    assert again == Entry.get_by_id(entries[0].id)
    assert made.paid() == [first]


@pytest.mark.usefixtures("database")
def test_many_bodies_under_one_key_are_one_effect_and_the_rest_conflicts() -> None:
    made = desk(8, 8)
    results = at_once([lambda one=one: made.pay(one, key=KEY) for one in made.applications])
    assert len([result for result in results if isinstance(result, Entry)]) == 1
    assert len([result for result in results if isinstance(result, Conflict)]) == 7
    assert len(made.paid()) == 1


@pytest.mark.usefixtures("database")
def test_the_answer_given_later_is_the_answer_given_first() -> None:
    made = desk(1, 1)
    (application,) = made.applications
    entry = made.pay(application)
    fresh = Entry.get_by_id(entry.id)
    assert entry.__data__ == fresh.__data__
    (request,) = PostingRequest.select().where(PostingRequest.id == entry.request_id)
    assert request.answer == {"entry": entry.id}


@pytest.mark.usefixtures("database")
def test_a_request_that_was_refused_may_come_again_with_its_key() -> None:
    made = desk(1, 2)
    first, second = made.applications
    made.pay(first)
    with pytest.raises(Refused):
        made.pay(second)
    assert PostingRequest.select().where(PostingRequest.key == f"desk-request-{second}").count() == 0


@pytest.mark.usefixtures("database")
def test_what_fails_after_the_key_was_claimed_leaves_the_key_free() -> None:
    made = desk(1, 1)

    def broken(_request: int) -> dict[str, int]:
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        once(KEY, "payment.post", {}, made.town.treasury, broken)
    assert once(KEY, "payment.post", {}, made.town.treasury, lambda request: {"n": 1}) == {"n": 1}
