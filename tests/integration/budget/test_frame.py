"""The frame that money stays in: accounts as the approvals say, estimates, ceilings, the annual plan."""

from __future__ import annotations

from datetime import date

import pytest

from budget.queries import annual_plan as plan_queries
from budget.queries import funds as queries
from budget.rules.words import AccountState, PlanRowState
from budget.services import accounts, annual_plan
from budget.tables.annual_plan import AnnualPlanRow, Ceiling, CeilingRevision
from budget.tables.project_account import EstimateFix, ProjectAccount
from portfolio.foundation import audit
from portfolio.foundation.errors import Conflict, Invalid, NotFound
from portfolio.rules.dossier import FundingSource, Part
from portfolio.tables.dossier import FundingLine
from tests import ledger
from tests.ledger import wan

pytestmark = pytest.mark.usefixtures("database", "clock")


@pytest.fixture
def town():
    return ledger.city()


def _acts(account):
    return [entry.action for entry in audit.trail("project_account", account.id)]


def test_an_account_is_opened_once(town):
    first = accounts.open_account(project_id=town.project_id, actor=town.authority)
    assert first.state is AccountState.PREPARATORY
    accounts.set_state(project_id=town.project_id, state=AccountState.OPEN, actor=town.authority)
    again = accounts.open_account(project_id=town.project_id, actor=town.authority)
    assert (again.id, again.state) == (first.id, AccountState.OPEN)
    assert _acts(first) == ["account.open", "account.set_state"]
    with pytest.raises(NotFound):
        accounts.open_account(project_id=999, actor=town.authority)


def test_an_account_that_is_in_a_state_is_not_put_there_again(town):
    account = accounts.open_account(project_id=town.project_id, actor=town.authority)
    accounts.set_state(project_id=town.project_id, state=AccountState.PREPARATORY, actor=town.authority)
    assert _acts(account) == ["account.open"]


def test_every_fixed_estimate_stands_and_the_last_is_the_cap(town):
    accounts.open_account(project_id=town.project_id, actor=town.authority)
    for amount in (300, 280):
        accounts.fix_cap(project_id=town.project_id, amount=wan(amount), number="概1号", actor=town.authority)
    assert [(fix.revision, fix.amount) for fix in EstimateFix.select().order_by(EstimateFix.revision)] == [
        (1, wan(300)),
        (2, wan(280)),
    ]
    assert queries.account(town.project_id).cap == wan(280)
    assert queries.account(999) is None


def test_a_ceiling_keeps_its_revisions(town):
    ledger.set_ceiling(town, 2026, 100)
    ledger.set_ceiling(town, 2026, 120)
    assert [(row.revision, row.amount) for row in CeilingRevision.select().order_by(CeilingRevision.id)] == [
        (1, wan(100)),
        (2, wan(120)),
    ]
    assert (Ceiling.get().amount, Ceiling.get().version) == (wan(120), 3)


def _draft(town, amount, year=2026, project_id=None):
    return annual_plan.draft_row(
        project_id=project_id or town.project_id,
        year=year,
        source=FundingSource.MUNICIPAL,
        amount=wan(amount),
        actor=town.authority,
    )


def test_a_drafted_row_of_the_plan_is_changed_and_a_decided_one_revised(town):
    first = _draft(town, 100)
    assert _draft(town, 110).id == first.id
    assert queries.funds_in_place(town.project_id, 2026).annual_plan_row_id is None
    decided = annual_plan.decide_rows(row_ids=[first.id], number="渝信组1号", actor=town.authority)
    assert [(row.state, row.amount, row.number) for row in decided] == [
        (PlanRowState.DECIDED, wan(110), "渝信组1号")
    ]
    later = _draft(town, 90)
    assert (later.revision, later.state) == (2, PlanRowState.DRAFTED)
    assert queries.project_money(town.project_id)[0].planned == wan(110)
    annual_plan.decide_rows(row_ids=[later.id], number="渝信组2号", actor=town.authority)
    assert queries.project_money(town.project_id)[0].planned == wan(90)
    assert AnnualPlanRow.get_by_id(first.id).amount == wan(110)


def test_rows_of_the_plan_are_decided_all_or_none(town):
    one, two = _draft(town, 100), _draft(town, 50, 2027)
    annual_plan.decide_rows(row_ids=[one.id], number="1号", actor=town.authority)
    with pytest.raises(Conflict, match="已经审定"):
        annual_plan.decide_rows(row_ids=[one.id, two.id], number="2号", actor=town.authority)
    with pytest.raises(NotFound, match="999"):
        annual_plan.decide_rows(row_ids=[two.id, 999], number="2号", actor=town.authority)
    with pytest.raises(Invalid):
        annual_plan.decide_rows(row_ids=[], number="2号", actor=town.authority)
    with pytest.raises(Invalid):
        annual_plan.decide_rows(row_ids=[two.id], number=" ", actor=town.authority)
    assert AnnualPlanRow.get_by_id(two.id).state is PlanRowState.DRAFTED


def test_instalments_of_later_years_beyond_the_approved_funding_are_warned_about(town):
    FundingLine.create(
        project=town.project_id,
        part=Part.DESIGN,
        source=FundingSource.MUNICIPAL,
        year=2027,
        amount=wan(50),
    )
    ledger.funded(town, amount=100)
    ledger.signed(town, (2026, 10), (2027, 50), (2028, 5))
    ledger.draft(town, (2027, 500))
    found = plan_queries.future_commitments(town.project_id, 2026)
    assert [(finding.passed, finding.blocks) for finding in found] == [(True, False), (False, False)]
    assert "2028年" in str(found[1].what)


def test_nothing_is_in_place_before_anything_is_done(town):
    found = queries.funds_in_place(town.project_id, 2026)
    assert (found.annual_plan_row_id, found.line_id, found.allotted) == (None, None, wan(0))
    assert queries.project_money(town.project_id) == []
    assert queries.execution(town.project_id) == []
    assert queries.project_lines(town.project_id) == []
    final = queries.final_accounts(town.project_id)
    assert (final.contracts, final.direct, final.paid, final.received, final.unsettled) == (
        wan(0),
        wan(0),
        wan(0),
        wan(0),
        0,
    )
    with pytest.raises(NotFound):
        queries.line_balance(999, date(2026, 1, 1))
    assert ProjectAccount.select().count() == 0
