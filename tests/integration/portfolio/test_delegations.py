"""Standing in for another 代理: given by the person, dated, within the house, and both names are recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from approvals.rules.stages import StepKind
from approvals.tables.submission import Step
from portfolio.foundation.access import Delegation, DelegationEnd, stand_in
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.errors import Forbidden, Invalid
from portfolio.foundation.roles import Role
from portfolio.services import delegations
from tests import acts, factories, procedure, web
from tests.procedure import current


@pytest.fixture
def cast(one_app, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def desk(one_app, cast):
    return acts.Desk(one_app, cast)


@pytest.fixture
def today():
    return procedure.IN_2008.date()


@pytest.fixture
def deputy(cast):
    """A colleague of the CIO who holds another part."""
    return factories.actor("deputy", Role.APPLICANT, organisation=cast.unit)


def give(cast, deputy, today, **changed):
    values = {
        "delegate_id": deputy.user_id,
        "role": Role.CIO,
        "valid_from": today,
        "valid_to": today + timedelta(days=7),
        "reason": "出差",
        "actor": cast.cio,
    }
    return delegations.give(**{**values, **changed})


def test_a_colleague_stands_in_until_the_last_day(cast, deputy, today, clock):
    row = give(cast, deputy, today)
    assert give(cast, deputy, today) == row, "a second click gives no second one"
    assert Delegation.select().count() == 1
    acting = stand_in(deputy, "cio", Role.CIO)
    assert (acting.user_id, acting.on_behalf_of, acting.roles) == (
        deputy.user_id,
        cast.cio.user_id,
        frozenset({Role.CIO}),
    )
    clock.shift(timedelta(days=8))
    with pytest.raises(Forbidden):
        stand_in(deputy, "cio", Role.CIO)


def test_an_ended_delegation_holds_no_longer_the_same_day(cast, deputy, today):
    row = give(cast, deputy, today)
    assert delegations.end(delegation_id=row.id, actor=cast.cio) == delegations.end(
        delegation_id=row.id, actor=cast.cio
    )
    assert DelegationEnd.select().count() == 1
    with pytest.raises(Forbidden):
        stand_in(deputy, "cio", Role.CIO)
    actions = [entry.action for entry in AuditEntry.select().where(AuditEntry.subject_kind == "delegation")]
    assert actions == ["delegation.give", "delegation.end"]
    assert give(cast, deputy, today) != row, "it may be given anew"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"role": Role.FINANCE}, "role"),
        ({"reason": " "}, "reason"),
        ({"valid_from": date(2000, 1, 1)}, "valid_from"),
        ({"valid_to": date(2000, 1, 1)}, "valid_to"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_by_field(cast, deputy, today, changed, field):
    with pytest.raises(Invalid) as refused:
        give(cast, deputy, today, **changed)
    assert set(refused.value.fields) == {field}
    assert Delegation.select().count() == 0


def test_only_colleagues_who_take_part_in_matters_stand_in(cast, deputy, today):
    clerk = factories.actor("clerk", Role.ADMIN, organisation=cast.unit)
    for other in (cast.member, cast.cio, clerk):
        with pytest.raises(Invalid) as refused:
            give(cast, other, today)
        assert set(refused.value.fields) == {"delegate_id"}


def test_what_is_delegated_is_not_handed_on(cast, deputy, today):
    give(cast, deputy, today)
    acting = stand_in(deputy, "cio", Role.CIO)
    with pytest.raises(Forbidden):
        give(cast, deputy, today, actor=acting, delegate_id=cast.applicant.user_id)
    with pytest.raises(Forbidden):
        delegations.end(delegation_id=Delegation.get().id, actor=acting)
    with pytest.raises(Forbidden):
        delegations.end(delegation_id=Delegation.get().id, actor=cast.applicant)


def test_on_the_pages_it_is_given_used_and_seen(desk, cast, deputy, today):
    form = {
        "delegate_id": str(deputy.user_id),
        "role": "cio",
        "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=7)).isoformat(),
        "reason": "<b>出差</b>",
    }
    giver, visitor = desk.of(cast.cio), desk.of(deputy)
    assert giver.post("/delegations/new", {**form, "reason": ""}).status_code == 422
    assert giver.post("/delegations/new", form).status_code == 302
    row = Delegation.get()
    page = visitor.get("/delegations")
    assert "&lt;b&gt;出差&lt;/b&gt;" in page.get_data(as_text=True)
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    assert desk.open(deputy, project_id, "endorse").status_code == 403
    assert visitor.post(f"/delegations/{row.id}/begin", {}).status_code == 302
    assert "您正在代理cio办理“首席信息官”的事项" in web.text_of(visitor.get("/"))
    assert desk.send(deputy, project_id, "endorse", opinion="同意").status_code == 302
    step = Step.get(Step.kind == StepKind.ENDORSE)
    assert (step.actor_id, step.on_behalf_of_id) == (deputy.user_id, cast.cio.user_id)
    seen = web.text_of(desk.of(cast.applicant).get(f"/submissions/{current(project_id).id}"))
    assert "deputy 代 cio" in seen
    audit = web.text_of(desk.of(cast.auditor).get("/audit"))
    assert "deputy（代cio）" in audit
    assert visitor.post("/delegations/stand-back", {}).status_code == 302
    assert desk.open(deputy, project_id, "endorse").status_code == 403


def test_nobody_takes_what_was_not_given(desk, cast, deputy, today):
    row = give(cast, deputy, today)
    assert desk.of(cast.applicant).post(f"/delegations/{row.id}/begin", {}).status_code == 403
    assert desk.of(cast.applicant).post(f"/delegations/{row.id}/end", {}).status_code == 403
    assert desk.of(deputy).post("/delegations/999999/begin", {}).status_code == 403


def test_when_it_ends_in_the_middle_nothing_is_done_and_one_is_oneself_again(desk, cast, deputy, today):
    row = give(cast, deputy, today)
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    visitor = desk.of(deputy)
    visitor.post(f"/delegations/{row.id}/begin", {})
    page = desk.open(deputy, project_id, "endorse")
    delegations.end(delegation_id=row.id, actor=cast.cio)
    answer = desk.post(deputy, project_id, "endorse", {**acts.seen(page), "opinion": "同意"})
    assert answer.status_code == 403
    assert "代理已经结束" in web.text_of(answer)
    assert procedure.standing(project_id) == ("initiation", "endorsing")
    assert "正在代理" not in web.text_of(visitor.get("/"))
