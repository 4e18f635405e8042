"""The inbox: the steps that are asked for, of the right people, with their last day."""

import pytest

from approvals.queries.inbox import asked
from approvals.rules.stages import Phase, Stage, StepKind
from approvals.services import cases
from approvals.tables.submission import Step
from portfolio.foundation import access
from portfolio.foundation.access import Delegation, User
from portfolio.foundation.db import database as bound
from portfolio.foundation.roles import Role
from tests import acceptance, factories, procedure

DAY = 86400


@pytest.fixture
def cast(database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def proposal(cast):
    """A proposal of box 1, submitted."""
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    return project_id


def waiting(actor):
    return [(row.project_id, row.kind) for row in asked(actor)]


def everybody(cast):
    names = ("applicant", "cio", "unit_finance", "informatization", "investment", "finance")
    more = ("finance_checker", "secretary", "member", "assessor", "auditor", "admin")
    return {name: getattr(cast, name) for name in (*names, *more)}


def who_waits(cast):
    return {name for name, actor in everybody(cast).items() if asked(actor)}


def test_nothing_waits_before_anything_is_submitted(cast):
    procedure.draft(cast)
    assert who_waits(cast) == set()


def test_each_step_waits_for_its_own_people_alone(cast, proposal):
    assert who_waits(cast) == {"cio"}
    [row] = asked(cast.cio)
    assert (row.kind, row.stage, row.phase) == (StepKind.ENDORSE, Stage.INITIATION, Phase.ENDORSING)
    assert (row.project_id, row.owner_name) == (proposal, "重庆市农业局")
    assert row.version == procedure.version(proposal)
    procedure.endorse(cast, proposal)
    assert who_waits(cast) == {"informatization"}
    procedure.accept(cast, proposal)
    assert who_waits(cast) == {"informatization", "investment", "finance", "finance_checker"}
    procedure.countersign(cast, proposal, [Role.FINANCE])
    assert who_waits(cast) == {"informatization", "investment"}
    procedure.countersign(cast, proposal, [Role.INFORMATIZATION, Role.INVESTMENT])
    assert who_waits(cast) == {"member"}
    assert waiting(cast.member) == [(proposal, StepKind.DECIDE)]
    procedure.decide(cast, proposal)
    assert who_waits(cast) == set()


def test_another_units_cio_sees_nothing_of_it(cast, proposal):
    neighbour = procedure.unit_people(factories.organisation("CQ-LYJ"), "neighbour-")
    assert [asked(actor) for actor in neighbour.values()] == [[], [], []]


def test_a_step_named_for_one_expert_is_shown_to_that_expert(cast):
    project_id = procedure.draft(cast)
    submission = procedure.submit(cast, project_id)
    Step.update(assignee=cast.experts[0].user_id, role=Role.EXPERT, organisation=None).where(
        Step.submission == submission
    ).execute()
    assert [len(asked(expert)) for expert in cast.experts] == [1, 0, 0, 0]


def test_the_last_day_is_shown_and_then_passed(cast, proposal, clock):
    [row] = asked(cast.cio)
    assert (row.due_on.isoformat(), row.overdue) == ("2008-03-10", False)  # five working days
    clock.shift(7 * DAY)
    assert [row.overdue for row in asked(cast.cio)] == [False]  # the last day itself is in time
    clock.shift(DAY)
    assert [row.overdue for row in asked(cast.cio)] == [True]


def test_the_most_urgent_comes_first(cast, proposal, clock):
    clock.shift(DAY)
    later = procedure.draft(cast, name="乡镇信息服务站")
    procedure.submit(cast, later)
    assert [row.project_id for row in asked(cast.cio)] == [proposal, later]


def test_somebody_with_an_earlier_part_is_not_asked_again(cast):
    house = cast.authorities[Role.INFORMATIZATION]
    colleague = factories.actor("colleague", Role.INFORMATIZATION, organisation=house)
    project_id = acceptance.registered(cast)
    acceptance.submit_filing(cast, project_id, cast.informatization)
    assert waiting(cast.informatization) == []
    assert waiting(colleague) == [(project_id, StepKind.FILE)]


def test_what_the_applicants_own_authority_would_do_waits_for_another(cast):
    both = factories.actor("both", Role.CIO, Role.INFORMATIZATION, organisation=cast.unit)
    project_id = procedure.draft(cast)
    procedure.submit(cast, project_id)
    assert waiting(both) == [(project_id, StepKind.ENDORSE)]
    procedure.endorse(cast, project_id, both)
    assert waiting(both) == waiting(cast.informatization) == []
    assert waiting(cast.investment) == [(project_id, StepKind.ACCEPT)]


def test_a_submitter_is_not_asked_to_endorse(cast):
    both = factories.actor("both", Role.APPLICANT, Role.CIO, organisation=cast.unit)
    project_id = procedure.draft(cast, applicant=both)
    submission = procedure.submit(cast, project_id)
    assert submission.submitted_by_id in {both.user_id, cast.applicant.user_id}
    submitter = both if submission.submitted_by_id == both.user_id else cast.applicant
    assert waiting(submitter) == []
    assert waiting(cast.cio) == [(project_id, StepKind.ENDORSE)]


def test_a_stopped_project_waits_for_nobody(cast, proposal):
    stop = {"project_id": proposal, "reason": "机构调整", "actor": cast.secretary}
    cases.suspend(expected_version=procedure.version(proposal), **stop)
    assert who_waits(cast) == set()
    cases.resume(expected_version=procedure.version(proposal), **stop)
    assert who_waits(cast) == {"cio"}


def test_who_stands_in_sees_what_waits_for_the_other(cast, proposal):
    factories.user("deputy", organisation=cast.unit)
    Delegation.create(
        principal=cast.cio.user_id,
        delegate=User.get(User.username == "deputy").id,
        role=Role.CIO,
        valid_from="2008-03-01",
        valid_to="2008-03-31",
        reason="出差",
        granted_by=cast.admin.user_id,
    )
    deputy = access.actor_for("deputy")
    assert waiting(deputy) == []
    assert waiting(access.stand_in(deputy, "cio", Role.CIO)) == [(proposal, StepKind.ENDORSE)]


def test_the_number_of_queries_does_not_grow_with_the_work(cast, clock):
    def queries():
        seen = []
        original = bound.obj.execute_sql

        def counting(sql, *arguments, **named):
            seen.append(sql)
            return original(sql, *arguments, **named)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bound.obj, "execute_sql", counting)
            rows = asked(cast.cio)
        return len(rows), len(seen)

    procedure.submit(cast, procedure.draft(cast))
    one = queries()
    for name in ("乡镇信息服务站", "农产品价格监测", "动物防疫信息系统"):
        procedure.submit(cast, procedure.draft(cast, name=name))
    many = queries()
    assert (one[0], many[0]) == (1, 4)
    assert one[1] == many[1] <= 8
