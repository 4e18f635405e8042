"""What waits at the money desk and in evaluations, for those alone who may do it; and the three heaps."""

from __future__ import annotations

from datetime import date

import pytest

import wsgi
from approvals.rules.evaluation import EvaluationKind
from approvals.rules.stages import Stage
from approvals.services import evaluations, inherited
from budget.queries import papers
from budget.queries.desk import to_handle
from budget.rules.imports.words import ImportKind
from budget.rules.words import DirectCostKind, RequestKind
from budget.services import budget_round, closing, contracts, direct_costs, funds, payments, periods
from budget.tables.payment import PaymentApplication
from portfolio.foundation.db import database as bound
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project
from reports.queries import waiting
from reports.queries.waiting.task import Place, Urgency, urgency
from tests import acceptance, evaluation, factories, ledger, procedure, sheets
from tests.cast import with_cast
from tests.desk import desk
from tests.integration.reports.pages import page_of
from tests.integration.reports.pages import visitor as enter
from tests.web import queries, text_of

pytestmark = pytest.mark.usefixtures("database", "clock")


def asked(actor):
    found = waiting.tasks(actor)
    assert waiting.count(actor, 0) == len(found), "the number in the bar is that of the list"
    return [(str(task.what), task.place, task.amount, task.project_code) for task in found]


def test_an_application_waits_for_whoever_neither_applied_nor_checked():
    town = ledger.city()
    ledger.funded(town)
    contract = ledger.signed(town, (2026, 100))
    amount, code = Money.from_wan(30), town.project.code
    ledger.apply(town, contract, amount)
    for officer in (town.maker, town.checker, town.treasury):
        assert asked(officer) == [("审核支付申请", Place.APPLICATION, amount, code)]
    assert asked(town.unit_finance) == []
    assert asked(town.authority) == []
    ledger.checked(town, contract, 20)
    assert ("支付", Place.APPLICATION, Money.from_wan(20), code) in asked(town.treasury)
    assert len(asked(town.checker)) == 1, "whoever checked does not post"


def test_an_order_waits_for_the_other_officer():
    town = ledger.city()
    ledger.ready(town)
    ledger.plan(town, 2026, 80)
    order = ledger.ordered(town, 80)
    assert asked(town.maker) == []
    found = waiting.tasks(town.checker)
    assert [(task.place, task.code, task.amount) for task in found] == [
        (Place.ORDER, str(order.id), Money.from_wan(80))
    ]
    funds.allot(order_id=order.id, key=ledger.key(), actor=town.checker)
    assert asked(town.checker) == []


def test_what_somebody_else_drafted_for_a_unit_waits_for_its_signature():
    town = ledger.city()
    line = ledger.funded(town)
    contract = ledger.draft(town, (2026, 100))
    drafted = direct_costs.draft_cost(
        line_id=line.id,
        kind=DirectCostKind.REVIEW,
        title="评审费",
        payee="评审中心",
        amount=Money.from_wan(2),
        actor=town.unit_finance,
    )
    code = town.project.code
    sign = ("签订合同", Place.CONTRACT, Money.from_wan(100), code)
    approve = ("审批非合同支出", Place.COST, Money.from_wan(2), code)
    assert asked(town.cio) == [sign, approve]
    assert asked(town.unit_finance) == [sign], "nobody approves what they drafted"
    assert asked(town.maker) == []
    ledger.sign(town, contract)
    direct_costs.approve_cost(
        cost_id=drafted.id, expected_version=drafted.version, key=ledger.key(), actor=town.cio
    )
    assert asked(town.cio) == []
    contracts.draft_supplement(
        contract_id=contract.id,
        amount=Money.from_wan(5),
        reason="增加接口",
        instalments=ledger.instalments((2026, 5)),
        actor=town.applicant,
    )
    assert asked(town.unit_finance) == [("签订补充合同", Place.SUPPLEMENT, Money.from_wan(5), code)]


def test_an_application_that_came_back_waits_for_its_unit_until_it_applies_again():
    town = ledger.city()
    ledger.funded(town)
    contract = ledger.signed(town, (2026, 100))
    row = ledger.apply(town, contract, Money.from_wan(30))
    payments.refuse(
        application_id=row.id, expected_version=row.version, reason="发票抬头有误", actor=town.maker
    )
    (found,) = waiting.tasks(town.unit_finance)
    assert (str(found.what), found.code, found.note) == ("付款申请被退回", str(row.id), "发票抬头有误")
    assert asked(town.cio) == []
    ledger.apply(town, contract, Money.from_wan(30))
    assert asked(town.unit_finance) == []


def test_a_request_waits_for_its_answer_on_either_side():
    town = ledger.city()
    ledger.set_ceiling(town, 2027, 1000)
    row = budget_round.ask(
        year=2027,
        source=FundingSource.MUNICIPAL,
        kind=RequestKind.ROUND,
        amount=Money.from_wan(80),
        reason="",
        actor=town.unit_finance,
        project_id=town.project_id,
    )
    at, code = Place.REQUEST, town.project.code
    assert asked(town.maker) == [("下达控制数", at, Money.from_wan(80), code)]
    figure = budget_round.Figure(row.id, row.version, Money.from_wan(70))
    budget_round.set_controls(figures=[figure], actor=town.maker)
    assert asked(town.maker) == []
    assert asked(town.unit_finance) == [("按控制数编报二上", at, Money.from_wan(70), code)]
    budget_round.ask_again(
        request_id=row.id, expected_version=2, amount=Money.from_wan(60), actor=town.unit_finance
    )
    assert asked(town.unit_finance) == []
    assert asked(town.checker) == [("批复预算申请", at, Money.from_wan(60), code)]


def test_a_unit_writes_the_report_on_itself_and_an_assessor_scores_what_is_entrusted(clock):
    clock.move_to(evaluation.IN_2010)
    people = evaluation.people()
    neighbour = factories.actor("neighbour", Role.APPLICANT, organisation=factories.organisation("CQ-LYJ"))
    project_id = evaluation.running_project(people)
    evaluation.spend(people, project_id, 2009, received=400, paid=380)
    row = evaluation.self_report(people, project_id)
    assert waiting_evaluations(people.applicant) == [("编写年度自评", str(row.id))]
    entrusted = evaluation.authority_evaluation(people, project_id)
    assert waiting_evaluations(people.assessor) == [("评价打分", str(entrusted.id))]
    assert [waiting_evaluations(one) for one in (people.cio, people.officer, neighbour)] == [[], [], []]
    scores = evaluation.at_rate(entrusted.id, "0.9")
    evaluations.evaluate(evaluation_id=entrusted.id, scores=scores, actor=people.assessor)
    evaluations.submit(evaluation_id=entrusted.id, actor=people.assessor)
    assert waiting_evaluations(people.assessor) == []
    answer = ("对评价交换意见", str(entrusted.id))
    assert waiting_evaluations(people.cio) == [answer]
    assert answer in waiting_evaluations(people.applicant)
    evaluations.exchange(evaluation_id=entrusted.id, reply="无意见", actor=people.cio)
    assert waiting_evaluations(people.cio) == []


def test_officers_score_what_nobody_is_assigned_and_make_final_what_others_did(clock):
    clock.move_to(evaluation.IN_2010)
    people = evaluation.people()
    project_id = evaluation.running_project(people)
    evaluation.spend(people, project_id, 2009, received=400, paid=380)
    row = evaluations.open_one(project_id=project_id, kind=EvaluationKind.EVALUATION, actor=people.officer)
    key = str(row.id)
    for officer in (people.officer, people.second_officer):
        assert waiting_evaluations(officer) == [("评价打分", key)]
    assert waiting_evaluations(people.finance) == [], "another authority evaluates"
    evaluations.compute(evaluation_id=row.id, as_of=evaluation.AS_OF, actor=people.officer)
    scores = evaluation.at_rate(row.id, "0.9")
    evaluations.evaluate(evaluation_id=row.id, scores=scores, actor=people.officer)
    evaluations.submit(evaluation_id=row.id, actor=people.officer)
    assert waiting_evaluations(people.second_officer) == []
    evaluations.exchange(evaluation_id=row.id, reply="无意见", actor=people.cio)
    assert waiting_evaluations(people.officer) == [], "whoever scored does not make it final"
    assert waiting_evaluations(people.second_officer) == [("部门（财政）评价定稿", key)]
    evaluations.finalise(evaluation_id=row.id, actor=people.second_officer)
    assert waiting_evaluations(people.second_officer) == []


def test_what_a_unit_reports_of_itself_waits_for_the_authorities_but_not_for_its_own(clock):
    clock.move_to(evaluation.IN_2010)
    people = evaluation.people()
    own_officer = factories.actor("own_officer", Role.INFORMATIZATION, organisation=people.unit)
    project_id = evaluation.running_project(people)
    evaluation.spend(people, project_id, 2009, received=400, paid=380)
    row = evaluation.self_report(people, project_id)
    assert waiting_evaluations(people.officer) == []
    scores = evaluation.taking_over(row.id)
    evaluations.self_score(evaluation_id=row.id, scores=scores, actor=people.applicant)
    evaluations.submit(evaluation_id=row.id, actor=people.applicant)
    for officer in (people.officer, people.finance):
        assert waiting_evaluations(officer) == [("年度自评定稿", str(row.id))]
    assert waiting_evaluations(own_officer) == []


def test_what_lies_beside_the_steps_waits_for_officers_and_members(clock):
    clock.move_to(procedure.IN_2008)
    cast = with_cast()
    listed = procedure.carry(cast, until="fixed")
    procedure.list_in_plan(cast, listed)
    assert asked(cast.member) == [("审定2008年度投资计划", Place.PLAN, None, "")]
    procedure.decide_plan(cast)
    assert asked(cast.member) == []
    old = acceptance.unrecorded(cast)
    evidence = acceptance.recorded(cast, old, Stage.POST_EVALUATION)
    confirm = ("确认存量登记", Place.INHERITED, None, Project.get_by_id(old).code)
    for officer in (cast.secretary, cast.finance):
        assert asked(officer) == [confirm]
    assert asked(cast.informatization) == [], "nobody confirms what they recorded"
    inherited.confirm_inherited(evidence_id=evidence.id, actor=cast.secretary)
    assert asked(cast.finance) == []
    acceptance.evaluate(cast, old)
    assert asked(cast.informatization) == [("评价已定稿，办结", Place.ACT, None, confirm[-1])]
    acceptance.close(cast, old)
    assert asked(cast.informatization) == []


def waiting_evaluations(actor):
    found = waiting.tasks(actor)
    assert waiting.count(actor, 0) == len(found)
    return [(str(task.what), task.code) for task in found if task.place is Place.EVALUATION]


def test_a_list_waits_for_its_sender_until_it_is_submitted_and_then_for_an_officer():
    town = ledger.city()
    ledger.funded(town)
    contract = ledger.signed(town, (2026, 100))
    rows = [sheets.PAYMENT_HEADS, (contract.code, 1, 30, "", "进度款")]
    paper = ledger.paper(town.unit_finance, "验收单.pdf")
    batch = sheets.receive(town.unit_finance, sheets.xlsx(rows), acceptance_id=paper.id)
    amount = Money.from_wan(30)
    assert asked(town.unit_finance) == [("付款清单：待提交", Place.LIST, amount, "")]
    assert [asked(one) for one in (town.cio, town.applicant, town.maker)] == [[], [], []]
    sheets.submitted(town.unit_finance, batch)
    assert asked(town.unit_finance) == []
    assert asked(town.maker) == [("付款清单：待审核", Place.LIST, amount, "")]


def test_a_list_of_contracts_waits_as_one_thing_for_the_other_signature_of_its_unit():
    town = ledger.city()
    ledger.funded(town)
    row = ("HT-1", "平台", town.project.code, "建设", "S-1", "甲公司", "公开招标", 50, 2026, "预付款", 50)
    table = sheets.xlsx([sheets.CONTRACT_HEADS, row])
    batch = sheets.receive(town.applicant, table, kind=ImportKind.CONTRACTS)
    sheets.submitted(town.applicant, batch)
    sign = ("合同清单：待审核", Place.LIST, Money.from_wan(50), "")
    assert [asked(one) for one in (town.unit_finance, town.cio)] == [[sign], [sign]]
    assert [asked(one) for one in (town.applicant, town.maker)] == [[], []]
    sheets.posted(town.cio, sheets.fresh(batch))
    assert asked(town.unit_finance) == []


def test_what_closes_a_year_waits_for_the_officer_who_did_not_draft_it():
    town = ledger.city()
    for month in range(1, 13):
        periods.close_period(year=2025, month=month, actor=town.maker)
    closing.draft_closing(year=2025, number="渝财结〔2026〕1号", actor=town.maker)
    assert asked(town.maker) == []
    (task,) = waiting.tasks(town.checker)
    assert (str(task.what), task.place, task.code) == ("办理年终结转", Place.CLOSING, "2025")
    assert waiting.count(town.checker, 0) == 1


def test_what_is_not_paid_is_found_without_reading_what_is(sqlite_database):
    town = ledger.city()
    asked = {
        "treasury": PaymentApplication.select(PaymentApplication.id).where(to_handle(town.treasury)),
        "unit": next(one for one in papers.counts(town.unit_finance) if "refused" in str(one.sql())),
    }
    for query in asked.values():
        sql, values = query.sql()
        plan = bound.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
        assert any("payment_application_waiting" in step[-1] for step in plan), plan


def test_home_lists_the_oldest_hundred_and_counts_the_rest(database):
    made = desk(150, 150)
    visitor = enter(wsgi.create_app(database.settings), "treasury")
    with queries() as seen:
        page = page_of(visitor, "/")
    assert page.count('class="go"') == 100
    first, last, beyond = (f"/finance/applications/{made.applications[at]}" for at in (0, 99, 100))
    assert (first in page, last in page, beyond in page) == (True, True, False)
    said = text_of(visitor.get("/"))
    assert "另有 50 件未列出" in said
    assert "待我处理 150" in said
    assert len(seen) <= 16
    made.pay(made.applications[0])
    assert beyond in page_of(visitor, "/")


@pytest.mark.parametrize(
    ("due_on", "heap"),
    [
        (None, Urgency.LATER),
        (date(2026, 3, 1), Urgency.OVERDUE),
        (date(2026, 3, 2), Urgency.THIS_WEEK),
        (date(2026, 3, 8), Urgency.THIS_WEEK),
        (date(2026, 3, 9), Urgency.LATER),
    ],
)
def test_a_week_ends_on_sunday(due_on, heap):
    assert urgency(due_on, date(2026, 3, 2)) is heap  # a Monday
