"""Projects from before the system: two people, old numbers, a closing date, and nothing else."""

from datetime import date

import pytest

from approvals.queries import cases, gates
from approvals.queries.cases import TrailKind
from approvals.rules.stages import Gate, Stage
from approvals.services import inherited
from approvals.services.cases import open_case
from approvals.tables.case import Case
from approvals.tables.decision import InheritedEvidence
from budget.queries import funds
from budget.rules.words import AccountState
from portfolio.foundation import audit, rulebook
from portfolio.foundation.db import IntegrityError, transaction, violated
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.foundation.rulebook import RuleRow
from portfolio.rules.dossier import Route
from tests import acceptance, factories, procedure

WAN_1000 = Money.from_wan(1000)


@pytest.fixture
def cast(database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


def close_the_register(last_day=date(2008, 2, 29)):
    RuleRow.update(valid_to=last_day).where(RuleRow.code == "INHERITED").execute()


def confirmed(cast, evidence, actor=None):
    return inherited.confirm_inherited(evidence_id=evidence.id, actor=actor or cast.secretary)


STANDINGS = {
    Stage.APPRAISAL: (AccountState.PREPARATORY, None),
    Stage.ESTIMATE: (AccountState.PREPARATORY, None),
    Stage.CONSTRUCTION: (AccountState.OPEN, WAN_1000),
    Stage.ACCEPTANCE: (AccountState.OPEN, WAN_1000),
    Stage.OPERATION: (AccountState.OPEN, WAN_1000),
    Stage.POST_EVALUATION: (AccountState.OPEN, WAN_1000),
}


def test_recorded_by_one_and_confirmed_by_another_it_stands_where_it_stood(cast):
    for stage, (account, cap) in STANDINGS.items():
        project_id = acceptance.unrecorded(cast)
        evidence = acceptance.recorded(cast, project_id, stage)
        assert Case.get_or_none(Case.project == project_id) is None
        case = confirmed(cast, evidence)
        assert (case.stage, case.inherited_stage, case.inherited_id) == (stage, stage, evidence.id)
        held = funds.account(project_id)
        assert (held.state, held.cap) == (account, cap)
        assert (case.estimate_fix_id is None) == (cap is None)
        kept = InheritedEvidence.get_by_id(evidence.id)
        assert kept.recorded_by_id == cast.informatization.user_id
        assert kept.confirmed_by_id == cast.secretary.user_id
        assert [entry.action for entry in audit.trail("inherited", evidence.id)] == [
            "inherited.record",
            "inherited.confirm",
        ]


def test_the_gates_it_had_passed_show_the_old_numbers(cast):
    project_id = acceptance.inherit(cast)
    case, rules = procedure.case_of(project_id), rulebook.on(date(2008, 3, 3))
    for gate in (Gate.PLAN, Gate.APPRAISAL, Gate.ESTIMATE, Gate.BUILD):
        [found] = gates.findings(gate, case, rules)
        assert (found.code, found.passed) == ("INHERITED", True)
        assert "系统上线前已批准" in str(found.what)
        assert str(found.figure) == "立项 渝计委〔2005〕1号、评估 渝计委〔2005〕2号、概算 渝计委〔2005〕3号"
    first, *others = gates.findings(Gate.PRELIMINARY, case, rules)
    assert first.code == "INHERITED"
    assert [found.code for found in others if found.blocks] == [
        "DOC_PRELIMINARY_ACCEPTANCE",
        "DOC_TEST_REPORT",
    ]


def test_the_trail_begins_with_the_old_approvals(cast):
    project_id = acceptance.inherit(cast)
    rows = cases.approvals_trail(project_id)
    assert [(row.kind, row.stage, row.number) for row in rows] == [
        (TrailKind.INHERITED, Stage.INITIATION, "渝计委〔2005〕1号"),
        (TrailKind.INHERITED, Stage.APPRAISAL, "渝计委〔2005〕2号"),
        (TrailKind.INHERITED, Stage.ESTIMATE, "渝计委〔2005〕3号"),
    ]


def test_an_estimate_is_held_against_the_investment_approved_before(cast):
    project_id = acceptance.inherit(cast, Stage.ESTIMATE, estimate_wan=900)
    procedure.draft_design(cast, project_id, total_wan=1000)
    found = gates.findings(Gate.ESTIMATE, procedure.case_of(project_id), rulebook.on(date(2008, 3, 3)))
    assert {"R04", "R05"} <= {one.code for one in found if one.blocks}
    assert "R02" in {one.code for one in found if one.passed}


def test_the_same_person_cannot_do_both(cast):
    evidence = acceptance.recorded(cast, acceptance.unrecorded(cast), Stage.CONSTRUCTION)
    with pytest.raises(Forbidden, match="不能确认"):
        confirmed(cast, evidence, cast.informatization)
    assert not InheritedEvidence.get_by_id(evidence.id).confirmed
    assert Case.select().count() == 0


def test_nor_can_somebody_of_the_house_whose_project_it_is(cast):
    insider = factories.actor("insider", Role.SECRETARY, organisation=cast.unit)
    evidence = acceptance.recorded(cast, acceptance.unrecorded(cast), Stage.CONSTRUCTION)
    with pytest.raises(Forbidden, match="不能确认"):
        confirmed(cast, evidence, insider)


def test_others_neither_record_nor_confirm(cast):
    project_id = acceptance.unrecorded(cast)
    evidence = acceptance.recorded(cast, project_id, Stage.CONSTRUCTION)
    for role in (Role.APPLICANT, Role.CIO, Role.UNIT_FINANCE, Role.MEMBER, Role.ADMIN):
        with pytest.raises(Forbidden):
            acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, actor=cast.of(role))
        with pytest.raises(Forbidden):
            confirmed(cast, evidence, cast.of(role))


def test_after_the_closing_date_nothing_is_recorded_and_nothing_confirmed(cast):
    project_id = acceptance.unrecorded(cast)
    evidence = acceptance.recorded(cast, project_id, Stage.CONSTRUCTION)
    close_the_register()
    with pytest.raises(Refused) as error:
        confirmed(cast, evidence)
    assert error.value.codes == ("INHERITED",)
    with pytest.raises(Refused, match="截止"):
        acceptance.recorded(cast, acceptance.unrecorded(cast), Stage.CONSTRUCTION)
    assert Case.select().count() == 0


def test_what_was_inherited_in_time_goes_on_after_the_closing_date(cast):
    project_id = acceptance.inherit(cast)
    close_the_register()
    acceptance.complete(cast, project_id)
    assert procedure.standing(project_id) == ("acceptance", "preliminary")


def test_a_missing_number_or_figure_is_named_and_nothing_is_kept(cast):
    project_id = acceptance.unrecorded(cast)
    with pytest.raises(Invalid, match="概算"):
        acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, numbers=acceptance.numbers(Stage.ESTIMATE))
    with pytest.raises(Invalid) as error:
        acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, estimate=None)
    assert list(error.value.fields) == ["estimate"]
    assert InheritedEvidence.select().count() == 0


def test_unknown_projects_papers_and_records_are_not_found(cast):
    project_id = acceptance.unrecorded(cast)
    for missing in ({"project_id": 9999}, {"document_id": 9999}):
        with pytest.raises(NotFound):
            acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, **missing)
    with pytest.raises(NotFound):
        inherited.confirm_inherited(evidence_id=9999, actor=cast.secretary)


def test_an_ordinary_project_is_not_recorded_and_an_inherited_one_not_opened(cast):
    ordinary = acceptance.unrecorded(cast, route=Route.ORDINARY)
    with pytest.raises(Refused) as error:
        acceptance.recorded(cast, ordinary, Stage.CONSTRUCTION)
    assert error.value.codes == ("INHERITED",)
    with pytest.raises(Refused) as error:
        open_case(project_id=acceptance.unrecorded(cast), actor=cast.applicant)
    assert error.value.codes == ("INHERITED",)


def test_a_second_click_records_and_confirms_once(cast):
    project_id = acceptance.unrecorded(cast)
    scan = procedure.scan(cast.informatization)
    first = acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, document_id=scan)
    assert acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, document_id=scan) == first
    case = confirmed(cast, first)
    assert confirmed(cast, first) == case
    assert (InheritedEvidence.select().count(), Case.select().count()) == (1, 1)
    with pytest.raises(Refused, match="已进入审批程序"):
        confirmed(cast, first, cast.finance)
    with pytest.raises(Refused, match="已进入审批程序"):
        acceptance.recorded(cast, project_id, Stage.OPERATION)


def test_a_wrong_record_is_replaced_before_it_is_confirmed(cast):
    project_id = acceptance.unrecorded(cast)
    wrong = acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, estimate_wan=100)
    right = acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, estimate_wan=1000)
    with pytest.raises(Refused, match="取代"):
        confirmed(cast, wrong)
    confirmed(cast, right)
    assert funds.account(project_id).cap == WAN_1000


# --- what the database itself refuses -----------------------------------------------------------------------


def refused(sql, *parameters):
    placeholder = "?" if "sqlite" in type(bound.obj).__name__.lower() else "%s"
    with pytest.raises(IntegrityError) as error, transaction():
        bound.execute_sql(sql.replace("?", placeholder), parameters)
    return violated(error.value)


def test_one_person_cannot_be_both_by_direct_sql(cast):
    evidence = acceptance.recorded(cast, acceptance.unrecorded(cast), Stage.CONSTRUCTION)
    assert (
        refused(
            "UPDATE inherited_evidence SET confirmed = ?, confirmed_by_id = recorded_by_id,"
            " confirmed_at = recorded_at WHERE id = ?",
            True,
            evidence.id,
        )
        == "ck_inherited_evidence_two"
    )


def test_a_record_is_not_rewritten_and_not_confirmed_by_nobody(cast):
    evidence = acceptance.recorded(cast, acceptance.unrecorded(cast), Stage.CONSTRUCTION)
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql("UPDATE inherited_evidence SET stage = 'operation'")
    nobody = refused("UPDATE inherited_evidence SET confirmed = ? WHERE id = ?", True, evidence.id)
    assert nobody == "ck_inherited_evidence_confirmed"


def test_a_case_cannot_claim_an_inheritance_that_is_not_its_own_confirmed_one(cast):
    project_id = acceptance.inherit(cast)
    other = acceptance.unrecorded(cast)
    unconfirmed = acceptance.recorded(cast, other, Stage.OPERATION)
    claim = (
        "INSERT INTO approval_case (project_id, track, stage, phase, side_state, combined, stage_key, holds,"
        " inherited_id, inherited_stage, opened_by_id, opened_at, version)"
        " VALUES (?, 'government', ?, 'running', 'active', ?, 'initiation', ?, ?, ?, ?, '2008-03-03', 1)"
    )
    mine = cast.informatization.user_id
    foreign = procedure.case_of(project_id).inherited_id
    for evidence_id, stage in ((unconfirmed.id, "operation"), (foreign, "construction")):
        with pytest.raises(IntegrityError):
            refuse_after_commit(claim, (other, "operation", False, True, evidence_id, stage, mine))
    named = refused(claim, other, "construction", False, True, None, None, mine)
    assert named in {
        "ck_approval_case_plan_before_approval",
        "ck_approval_case_appraisal_before_estimate",
        "ck_approval_case_appraisal_before_building",
    }


def refuse_after_commit(sql, parameters):
    """Run a statement in a transaction of its own: a deferred key is checked at its end."""
    placeholder = "?" if "sqlite" in type(bound.obj).__name__.lower() else "%s"
    with transaction():
        bound.execute_sql(sql.replace("?", placeholder), parameters)


def launch(cast, project_id, day=date(2007, 5, 1), actor=None, seen=None):
    return inherited.record_launch(
        project_id=project_id,
        expected_version=procedure.version(project_id) if seen is None else seen,
        launched_on=day,
        actor=actor or cast.applicant,
    )


def test_an_inherited_project_in_operation_says_since_when(cast):
    project_id = acceptance.inherit(cast, Stage.OPERATION)
    seen = procedure.version(project_id)
    assert launch(cast, project_id).launched_on == date(2007, 5, 1)
    assert launch(cast, project_id, seen=seen).launched_on == date(2007, 5, 1), "a second click"
    with pytest.raises(Refused):
        launch(cast, project_id, day=date(2007, 6, 1))
    assert procedure.case_of(project_id).launched_on == date(2007, 5, 1)


def test_what_cannot_be_a_launch_is_refused(cast):
    project_id = acceptance.inherit(cast, Stage.OPERATION)
    with pytest.raises(Invalid):
        launch(cast, project_id, day=date(2008, 3, 4))
    for other in (cast.cio, cast.member, cast.auditor):
        with pytest.raises(Forbidden):
            launch(cast, project_id, actor=other)
    with pytest.raises(StaleVersion):
        launch(cast, project_id, seen=99)
    building = acceptance.inherit(cast, Stage.CONSTRUCTION)
    with pytest.raises(Refused):
        launch(cast, building)
