"""What a selection for the annual plan is held to, and what is refused."""

from __future__ import annotations

import pytest

from approvals.queries.choice import offered
from approvals.queries.selections import saved, selections_of
from approvals.rules.choice import AmountBasis, LeastShare, Method, Pin, Priority, SelectionState, ShareOf
from approvals.rules.evaluation import Grade
from approvals.services.selections import attempt, before_handing_over, hand_over
from approvals.tables.choice import PlanSelection
from budget.rules.schedule import InstalmentPlan
from budget.rules.words import ContractKind, InstalmentKind, PlanRowState, ProcurementMethod
from budget.services import contracts
from budget.services.contracts.drafts import Procurement
from portfolio.foundation import clock, rulebook
from portfolio.foundation.errors import Forbidden, Invalid, Refused
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from tests import factories, procedure
from tests.evaluation import evaluated_before
from tests.procedure import ORDINARY
from tests.selecting import YEAR, ceiling, draft, fixed, keep, plan_rows, three_projects


@pytest.fixture
def cast(sqlite_database, clock):
    """Everybody, on the database that is quick: what is refused here, no database can tell apart."""
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def three(cast):
    return three_projects(cast)


def test_a_selection_over_the_ceiling_is_saved_but_not_handed_over(cast, three):
    row = keep(cast, draft(*three))
    [found] = [one for one in before_handing_over(row.id, cast.investment)[1] if not one.passed]
    assert (found.code, str(found.figure), str(found.limit)) == ("CEILING", "1,200.00万元", "700.00万元")
    with pytest.raises(Refused) as refused:
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert refused.value.codes == ("CEILING",)
    assert plan_rows() == {}
    assert PlanSelection.get_by_id(row.id).state is SelectionState.SAVED


def test_an_assumed_ceiling_helps_to_think_and_not_to_hand_over(cast, three):
    row = keep(cast, draft(assumed=1200), Method.SOLVED)
    assert saved(row.id).chosen == set(three)
    with pytest.raises(Refused) as refused:
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert refused.value.codes == ("CEILING",)


def test_without_a_ceiling_only_an_assumed_one_is_solved_under(cast):
    project_id = fixed(cast, "墒情监测平台", 1000)
    with pytest.raises(Refused) as refused:
        attempt(year=YEAR, draft=draft(), method=Method.SOLVED, actor=cast.investment)
    assert refused.value.codes == ("CEILING",)
    trial = attempt(year=YEAR, draft=draft(assumed=600), method=Method.SOLVED, actor=cast.investment)
    assert trial.chosen == {project_id}
    assert plan_rows() == {}, "the solver decides nothing"


def test_pins_and_least_shares_bind_the_solver(cast, three):
    large, major, small = three
    pinned = attempt(
        year=YEAR, draft=draft(pins={large: Pin.IN}), method=Method.SOLVED, actor=cast.investment
    )
    assert pinned.chosen == {large}
    out = attempt(year=YEAR, draft=draft(pins={major: Pin.OUT}), method=Method.SOLVED, actor=cast.investment)
    assert out.chosen in ({large}, {small})
    assert out.chosen == {large}, "of equals the earlier code"
    share = LeastShare(ShareOf.BOX, "B9", 10)
    nothing = attempt(year=YEAR, draft=draft(shares=[share]), method=Method.SOLVED, actor=cast.investment)
    assert nothing.chosen == frozenset(), "no project is of that box"


def test_a_unit_that_was_graded_fair_is_cut(cast):
    project_id = fixed(cast, "墒情监测平台", 1000)
    ceiling(cast, 700)
    evaluated_before(cast, 65, Grade.FAIR)
    row = keep(cast, draft(project_id))
    [line] = saved(row.id).inside
    [need] = line.option.needs
    assert (need.asked, need.amount) == (Money.from_wan(600), Money.from_wan(540))
    hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert plan_rows() == {project_id: (Money.from_wan(540), PlanRowState.DRAFTED)}


def test_a_grade_that_comes_later_stops_the_handing_over(cast, three):
    row = keep(cast, draft(three[1]))
    evaluated_before(cast, 65, Grade.FAIR)
    with pytest.raises(Refused) as refused:
        hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert refused.value.codes == ("STALE",)
    assert str(refused.value.findings[-1].limit) == "270.00万元"


def test_what_is_not_appraised_is_never_offered(cast):
    procedure.carry(cast, until="approved", name="墒情监测平台", item=ORDINARY)
    assert offered(YEAR, rulebook.on(clock.today())).candidates == ()


def test_a_selection_needs_words_projects_a_year_to_come_and_a_title_of_its_own(cast, three):
    keep(cast, draft(three[1]))
    for changed, field in (
        ({"title": " "}, "title"),
        ({"reason": ""}, "reason"),
        ({"year": 2007}, "year"),
        ({}, "title"),
    ):
        with pytest.raises(Invalid) as refused:
            keep(cast, draft(three[1]), **changed)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid):
        keep(cast, draft(), title="空方案")
    with pytest.raises(Invalid):
        keep(cast, draft(three[1], shares=[LeastShare(ShareOf.BOX, "B2", 101)]), title="过多")
    assert [one.row.title for one in selections_of(YEAR)] == ["方案一"]


def test_the_leading_group_reads_and_makes_none(cast, three):
    row = keep(cast, draft(three[1]))
    for actor in (cast.secretary, cast.member, cast.auditor):
        with pytest.raises(Forbidden):
            keep(cast, draft(three[1]), title="别的", actor=actor)
        with pytest.raises(Forbidden):
            hand_over(selection_id=row.id, meeting_id=None, actor=actor)


def test_an_authoritys_own_project_is_left_to_another_authority(cast, three):
    own = _own_project(cast, cast.authorities[Role.INVESTMENT])
    row = keep(cast, draft(three[1], own))
    done = hand_over(selection_id=row.id, meeting_id=None, actor=cast.investment)
    assert done.left_to_others == ("项目审批信息系统",)
    assert set(plan_rows()) == {three[1]}


def _own_project(cast, house):
    """A project of an authority, appraised without its help."""
    applicant = factories.actor("house.jb", Role.APPLICANT, organisation=house)
    chief = factories.actor("house.cio", Role.CIO, organisation=house)
    project_id = procedure.draft(
        cast, name="项目审批信息系统", item=ORDINARY, total_wan=100, applicant=applicant
    )
    procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id, actor=chief)
    procedure.accept(cast, project_id)
    procedure.approve(cast, project_id)
    procedure.draft_study(cast, project_id)
    procedure.submit(cast, project_id)
    procedure.endorse(cast, project_id, actor=chief)
    procedure.accept(cast, project_id)
    procedure.appraise(cast, project_id)
    procedure.decide(cast, project_id, actor=cast.informatization)
    return project_id


def test_what_contracts_let_fall_due_is_what_a_project_under_construction_asks(cast):
    project_id = procedure.carry(cast, until="building", name="墒情监测平台", item=ORDINARY)
    _contract(cast, project_id, {YEAR: 100, YEAR + 1: 250})
    [found] = offered(YEAR + 1, rulebook.on(clock.today())).candidates
    assert found.priority is Priority.CONTINUING
    assert found.basis is AmountBasis.DUE
    assert found.option().total == Money.from_wan(250)
    assert offered(YEAR, rulebook.on(clock.today())).candidates == (), "listed for this year already"


def _contract(cast, project_id, due):
    """A contract in force, its instalments in 万元 by year."""
    supplier = contracts.add_supplier(name="渝软公司", code="SUP-1", actor=cast.unit_finance)
    total = Money.from_wan(sum(due.values()))
    drafted = contracts.draft_contract(
        project_id=project_id,
        code="HT-1",
        title="平台开发",
        kind=ContractKind.CONSTRUCTION,
        supplier_id=supplier.id,
        value=total,
        instalments=[
            InstalmentPlan(year, Money.from_wan(amount), InstalmentKind.PROGRESS)
            for year, amount in due.items()
        ],
        procurement=Procurement(ProcurementMethod.OPEN_TENDER, "采2008-1", award=total),
        actor=cast.applicant,
    )
    contracts.sign_contract(
        contract_id=drafted.id,
        expected_version=drafted.version,
        key="sign-000001",
        actor=cast.unit_finance,
    )
