"""From built to running: both acceptances, final accounts, operation; and every refusal on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from approvals.queries import cases as trail
from approvals.queries import gates
from approvals.queries.cases import TrailKind
from approvals.rules.acceptance_gate import ACCEPTANCE_DOCUMENTS, PRELIMINARY_DOCUMENTS, SAFE_AND_FILED
from approvals.rules.stages import DecisionMode, Gate, Outcome, Stage, SubmissionKind, SubmissionState
from approvals.services import acceptance as services
from approvals.services import conditions, decisions, reviews
from approvals.services.decisions import Demand, Ruling
from approvals.tables.decision import Condition, Decision
from approvals.tables.final_accounts import FinalAccountsApproval
from approvals.tables.submission import Submission
from portfolio.foundation import rulebook
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import DocumentKind
from portfolio.services import systems
from portfolio.tables.project import Project, System
from tests import acceptance, factories, procedure

TODAY = date(2008, 3, 3)


@pytest.fixture
def cast(database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def built(cast):
    """A project that is built, before the owner's own acceptance."""
    project_id = acceptance.inherit(cast)
    acceptance.complete(cast, project_id)
    return project_id


def preliminary(cast, project_id, actor=None, version=None):
    return services.accept_preliminary(
        project_id=project_id,
        expected_version=version or procedure.version(project_id),
        actor=actor or cast.applicant,
    )


def test_the_whole_way_from_built_to_running(cast, built):
    assert procedure.standing(built) == ("acceptance", "preliminary")
    own = acceptance.accept_preliminary(cast, built)
    assert (own.kind, own.state) == (SubmissionKind.PRELIMINARY_ACCEPTANCE, SubmissionState.APPROVED)
    assert procedure.standing(built) == ("acceptance", "trial")
    final = acceptance.apply_for_acceptance(cast, built)
    assert (final.kind, final.number) == (SubmissionKind.FINAL_ACCEPTANCE, 2)
    assert procedure.standing(built) == ("acceptance", "inspecting")
    decision = procedure.decide(cast, built)
    assert (decision.mode, decision.number) == (DecisionMode.ACCEPTANCE, "渝发改高技〔2008〕1号")
    assert procedure.standing(built) == ("acceptance", "accounting")
    accounts = acceptance.approve_accounts(cast, built, Money.ZERO)
    assert (accounts.mode, accounts.number) == (DecisionMode.FINAL_ACCOUNTS, "渝财建〔2008〕1号")
    assert procedure.standing(built) == ("acceptance", "accepted")
    system = acceptance.register_system(cast, built)
    case = acceptance.launch(cast, built, date(2008, 3, 2))
    assert procedure.standing(built) == ("operation", "running")
    assert (case.completed_on, case.launched_on) == (date(2008, 3, 1), date(2008, 3, 2))
    assert System.get_by_id(system.id).launched_on == date(2008, 3, 2)


def test_the_trail_tells_all_of_it_in_order(cast):
    project_id = acceptance.running(cast)
    rows = [row for row in trail.timeline(project_id) if row.kind is not TrailKind.INHERITED]
    assert [(row.kind.value, str(row.document), row.outcome) for row in rows] == [
        ("submission", "初步验收报告", "已通过"),
        ("submission", "竣工验收申请", "已通过"),
        ("step", "本单位审签", "同意"),
        ("step", "竣工验收", "同意"),
        ("step", "批复竣工财务决算", "同意"),
        ("decision", "竣工验收（竣工验收申请）", "同意"),
        ("decision", "决算批复（竣工验收申请）", "同意"),
    ]
    assert [(row.authority, row.person) for row in rows if row.kind is TrailKind.DECISION] == [
        ("重庆市发展和改革委员会", "investment"),
        ("重庆市财政局", "finance"),
    ]


def test_a_project_in_no_procedure_has_no_case_and_an_empty_trail(cast):
    project_id = acceptance.unrecorded(cast)
    with pytest.raises(NotFound, match="尚未进入审批程序"):
        trail.case_of(project_id)
    assert (trail.timeline(project_id), trail.approvals_trail(project_id)) == ([], [])
    acceptance.recorded(cast, project_id, Stage.CONSTRUCTION)
    assert trail.timeline(project_id) == []  # recorded, but confirmed by nobody


def test_the_owners_acceptance_misses_each_paper_by_name(cast, built):
    missing = list(PRELIMINARY_DOCUMENTS)
    while missing:
        with pytest.raises(Refused) as error:
            preliminary(cast, built)
        assert error.value.codes == tuple(f"DOC_{kind.name}" for kind in missing)
        assert all(kind.label in str(error.value) for kind in missing)
        acceptance.put(built, [missing.pop()], cast.applicant)
    assert procedure.standing(built) == ("acceptance", "preliminary")
    assert Submission.select().where(Submission.kind == SubmissionKind.PRELIMINARY_ACCEPTANCE).count() == 0
    preliminary(cast, built)


def test_only_the_owners_applicant_accepts_it_first_and_only_once(cast, built):
    acceptance.put(built, PRELIMINARY_DOCUMENTS, cast.applicant)
    neighbour = factories.actor("neighbour", Role.APPLICANT)
    for person in (cast.cio, cast.investment, cast.informatization, neighbour):
        with pytest.raises(Forbidden):
            preliminary(cast, built, person)
    version = procedure.version(built)
    with pytest.raises(StaleVersion):
        preliminary(cast, built, version=version - 1)
    preliminary(cast, built, version=version)
    with pytest.raises(StaleVersion):  # the second of two clicks
        preliminary(cast, built, version=version)
    with pytest.raises(Refused):
        preliminary(cast, built)
    with pytest.raises(NotFound):
        preliminary(cast, 9999, version=1)


def tried(cast, built):
    """The application for final acceptance, with every paper."""
    acceptance.accept_preliminary(cast, built)
    rest = {*ACCEPTANCE_DOCUMENTS, *SAFE_AND_FILED} - {*PRELIMINARY_DOCUMENTS}
    acceptance.put(built, sorted(rest), cast.applicant)
    return procedure.submit(cast, built)


def test_the_final_acceptance_misses_each_paper_by_name(cast, built):
    acceptance.accept_preliminary(cast, built)
    missing = [
        (DocumentKind.TRIAL_OPERATION, "DOC_TRIAL_OPERATION"),
        (DocumentKind.FINANCIAL_REPORT, "DOC_FINANCIAL_REPORT"),
        (DocumentKind.AUDIT_REPORT, "DOC_AUDIT_REPORT"),
        (DocumentKind.RISK_ASSESSMENT, "R13"),
        (DocumentKind.ARCHIVES_ACCEPTANCE, "R13"),
    ]
    while missing:
        with pytest.raises(Refused) as error:
            procedure.submit(cast, built)
        assert error.value.codes == tuple(dict.fromkeys(code for _, code in missing))
        assert all(kind.label in str(error.value) for kind, _ in missing)
        assert procedure.standing(built) == ("acceptance", "trial")
        acceptance.put(built, [missing.pop()[0]], cast.applicant)
    procedure.submit(cast, built)


def test_who_submitted_or_endorsed_does_not_accept(cast, built):
    tried(cast, built)
    procedure.endorse(cast, built)
    for person in (cast.applicant, cast.cio, cast.finance, cast.member):
        with pytest.raises(Forbidden):
            procedure.decide(cast, built, actor=person)
    endorser = factories.actor("endorser", Role.INVESTMENT, organisation=cast.authorities[Role.INVESTMENT])
    bound.execute_sql(f"UPDATE step SET actor_id = {endorser.user_id} WHERE kind = 'endorse'")
    with pytest.raises(Forbidden, match="曾审签"):
        procedure.decide(cast, built, actor=endorser)
    assert procedure.standing(built) == ("acceptance", "inspecting")


def test_deciding_twice_decides_once_and_stale_is_told(cast, built):
    submission = tried(cast, built)
    procedure.endorse(cast, built)
    version = procedure.version(built)

    def decide(seen):
        return decisions.decide(
            submission_id=submission.id,
            expected_version=seen,
            ruling=procedure.APPROVED,
            actor=cast.investment,
        )

    with pytest.raises(StaleVersion):
        decide(version - 1)
    first = decide(version)
    assert decide(version) == first
    assert Decision.select().where(Decision.mode == DecisionMode.ACCEPTANCE).count() == 1


def test_what_is_not_accepted_goes_back_to_trial_and_comes_again(cast, built):
    first = tried(cast, built)
    for number, outcome in enumerate((Outcome.RETURN_FOR_REVISION, Outcome.REJECT), 1):
        procedure.endorse(cast, built)
        procedure.decide(cast, built, Ruling(outcome, reason="试运行问题未整改"))
        assert procedure.standing(built) == ("acceptance", "trial")
        assert procedure.submit(cast, built).number == first.number + number
    procedure.endorse(cast, built)
    procedure.decide(cast, built)
    assert procedure.standing(built) == ("acceptance", "accounting")


def test_the_cio_may_send_it_back(cast, built):
    submission = tried(cast, built)
    reviews.return_for_revision(submission_id=submission.id, text="补充测试", actor=cast.cio)
    assert procedure.standing(built) == ("acceptance", "trial")


def test_a_late_application_is_warned_of(cast, built, clock):
    clock.shift(200 * 86400)
    submission = tried(cast, built)
    late = [found for found in submission.findings if found["code"] == "R12"]
    assert [(found["passed"], found["level"]) for found in late] == [(False, "warn")]


# --- final accounts -----------------------------------------------------------------------------------------


def test_a_figure_that_the_books_do_not_know_is_refused(cast):
    project_id = acceptance.accepted(cast)
    with pytest.raises(Refused) as error:
        acceptance.approve_accounts(cast, project_id, Money.from_wan(5))
    assert error.value.codes == ("BOOKS",)
    assert FinalAccountsApproval.select().count() == 0
    assert procedure.standing(project_id) == ("acceptance", "accounting")


def test_more_than_the_estimate_is_refused(cast):
    project_id = acceptance.accepted(cast)
    with pytest.raises(Refused) as error:
        acceptance.approve_accounts(
            cast, project_id, Money.ZERO, remaining_works=Money(Money.from_wan(1000).fen + 1)
        )
    assert error.value.codes == ("FINAL_ACCOUNTS",)
    for field in ("final_cost", "remaining_works"):
        with pytest.raises(Invalid) as error:
            acceptance.approve_accounts(
                cast, project_id, **{"cost": Money.ZERO, field.replace("final_", ""): Money(-1)}
            )
        assert list(error.value.fields) == [field]


def test_only_finance_approves_them_once_for_an_unseen_change(cast):
    project_id = acceptance.accepted(cast)
    for person in (cast.applicant, cast.unit_finance, cast.investment, cast.member, cast.admin):
        with pytest.raises(Forbidden):
            acceptance.approve_accounts(cast, project_id, Money.ZERO, actor=person)
    version = procedure.version(project_id)
    with pytest.raises(StaleVersion):
        acceptance.approve_accounts(cast, project_id, Money.ZERO, expected_version=version - 1)
    first = acceptance.approve_accounts(cast, project_id, Money.ZERO, expected_version=version)
    assert acceptance.approve_accounts(cast, project_id, Money.ZERO, expected_version=version) == first
    with pytest.raises(StaleVersion):
        acceptance.approve_accounts(cast, project_id, Money(1), expected_version=version)
    with pytest.raises(Refused):
        acceptance.approve_accounts(cast, project_id, Money.ZERO, actor=cast.finance_checker)
    with pytest.raises(NotFound):
        acceptance.approve_accounts(cast, 9999, Money.ZERO, expected_version=1)
    assert FinalAccountsApproval.select().count() == 1


def test_two_clicks_at_once_approve_once(cast):
    project_id = acceptance.accepted(cast)
    version = procedure.version(project_id)

    def click(_number):
        with bound.connection_context():
            return acceptance.approve_accounts(cast, project_id, Money.ZERO, expected_version=version).id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(click, range(2)))) == 1
    assert FinalAccountsApproval.select().count() == 1


def test_the_checklist_of_the_accounts_can_be_seen_before(cast):
    project_id = acceptance.accepted(cast)
    case = procedure.case_of(project_id)
    found = gates.findings(Gate.FINAL_ACCOUNTS, case, rulebook.on(TODAY))
    assert [one.code for one in found] == [
        "INHERITED",
        "FINAL_ACCOUNTS",
        "SETTLED",
        "BOOKS",
        "R15",
        "CONDITION",
    ]


def test_the_database_holds_the_accounts_to_books_and_estimate(cast):
    project_id = acceptance.accounted(cast)
    columns = "decision_id, project_id, estimate, contracted, direct, paid, received, final_cost"
    wrong = {
        "ck_final_accounts_books": "1000, 10, 0, 0, 0, 11, 0, -11",
        "ck_final_accounts_estimate": "1000, 1001, 0, 0, 0, 1001, 0, -1001",
        "ck_final_accounts_surplus": "1000, 10, 0, 0, 10, 10, 0, 5",
        "ck_final_accounts_paid": "1000, 10, 0, 11, 10, 10, 0, 0",
    }
    other = acceptance.accepted(cast)
    decision = Decision.get(Decision.project == other)
    for name, values in wrong.items():
        with pytest.raises(IntegrityError, match=name), transaction():
            bound.execute_sql(
                f"INSERT INTO final_accounts ({columns}, remaining_works, surplus)"
                f" VALUES ({decision.id}, {other}, {values})"
            )
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql(f"UPDATE final_accounts SET paid = 0 WHERE project_id = {project_id}")


# --- operation ----------------------------------------------------------------------------------------------


def test_nothing_runs_without_a_registered_system(cast):
    project_id = acceptance.accounted(cast)
    with pytest.raises(Refused) as error:
        acceptance.launch(cast, project_id, TODAY)
    assert error.value.codes == ("SYSTEMS",)
    assert procedure.standing(project_id) == ("acceptance", "accepted")


def test_from_2020_the_system_is_certified_first(cast, clock):
    project_id = acceptance.accounted(cast)
    system = acceptance.register_system(cast, project_id)
    clock.move_to(procedure.IN_2008.replace(year=2020, month=6))
    with pytest.raises(Refused) as error:
        acceptance.launch(cast, project_id, date(2020, 6, 1))
    assert error.value.codes == ("R17",)
    day = date(2020, 5, 1)
    systems.certify(
        system_id=system.id,
        fields={"catalogued_on": day, "shared_on": day, "secure_on": day},
        expected_version=System.get_by_id(system.id).version,
        actor=cast.informatization,
    )
    acceptance.launch(cast, project_id, date(2020, 6, 1))
    assert procedure.standing(project_id) == ("operation", "running")


def test_the_group_may_pass_over_the_sharing_rule_with_a_reason(cast, clock):
    project_id = acceptance.accounted(cast)
    acceptance.register_system(cast, project_id)
    clock.move_to(procedure.IN_2008.replace(year=2020, month=6))
    conditions.override(
        project_id=project_id,
        rule="R17",
        reason="专网系统，不具备共享条件",
        expected_version=procedure.version(project_id),
        actor=cast.member,
    )
    acceptance.launch(cast, project_id, date(2020, 6, 1))
    assert procedure.standing(project_id) == ("operation", "running")


def test_it_runs_neither_before_it_is_built_nor_from_tomorrow(cast):
    project_id = acceptance.accounted(cast)
    acceptance.register_system(cast, project_id)
    for day in (date(2008, 3, 4), date(2008, 2, 29)):
        with pytest.raises(Invalid) as error:
            acceptance.launch(cast, project_id, day)
        assert list(error.value.fields) == ["launched_on"]


def test_an_open_condition_of_the_acceptance_keeps_it_from_running(cast, built):
    acceptance.accept_preliminary(cast, built)
    acceptance.apply_for_acceptance(cast, built)
    demand = Demand("补办等级保护备案", cast.unit.id, date(2008, 5, 1), Gate.OPERATION)
    procedure.decide(cast, built, Ruling(Outcome.APPROVE_WITH_CONDITIONS, conditions=[demand]))
    acceptance.approve_accounts(cast, built, Money.ZERO)
    acceptance.register_system(cast, built)
    with pytest.raises(Refused) as error:
        acceptance.launch(cast, built, TODAY)
    assert error.value.codes == ("CONDITION",)
    conditions.meet_condition(
        condition_id=Condition.get().id, document_id=procedure.scan(cast.applicant), actor=cast.applicant
    )
    acceptance.launch(cast, built, TODAY)
    assert procedure.standing(built) == ("operation", "running")


def test_a_condition_keeps_whatever_gate_it_names_shut(cast):
    project_id = acceptance.accepted(cast)
    rules = rulebook.on(TODAY)
    for gate in (Gate.PRELIMINARY, Gate.FINAL_ACCOUNTS, Gate.CLOSING, Gate.ANNUAL_PLAN):
        Condition.create(
            decision=Decision.get(Decision.project == project_id),
            project=project_id,
            text="移交源代码",
            owner=cast.unit,
            due_on=TODAY,
            gate=gate,
        )
        found = gates.findings(gate, procedure.case_of(project_id), rules)
        assert "CONDITION" in {one.code for one in found if one.blocks}


def test_others_do_not_put_it_into_operation(cast):
    project_id = acceptance.accounted(cast)
    acceptance.register_system(cast, project_id)
    for person in (cast.cio, cast.informatization, factories.actor("neighbour", Role.APPLICANT)):
        with pytest.raises(Forbidden):
            services.put_into_operation(
                project_id=project_id,
                expected_version=procedure.version(project_id),
                launched_on=TODAY,
                actor=person,
            )
    with pytest.raises(StaleVersion):
        services.put_into_operation(
            project_id=project_id, expected_version=1, launched_on=TODAY, actor=cast.applicant
        )


def test_no_step_of_the_acceptance_can_be_skipped(cast, built):
    with pytest.raises(Refused) as error:
        procedure.submit(cast, built)
    assert error.value.codes == ("FLOW",)
    for act in (
        lambda: acceptance.approve_accounts(cast, built, Money.ZERO),
        lambda: acceptance.launch(cast, built, TODAY),
        lambda: acceptance.open_evaluation(cast, built),
        lambda: acceptance.close(cast, built),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert error.value.codes == ("FLOW",)
    assert procedure.case_of(built).stage is Stage.ACCEPTANCE
    assert Project.get_by_id(built).name
