"""What waits at the money desk and in evaluations, for those alone who may do it; and the three heaps."""

from __future__ import annotations

from datetime import date

import pytest

import wsgi
from approvals.rules.evaluation import EvaluationKind
from approvals.services import evaluations
from budget.services import funds
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Role
from reports.queries import waiting
from reports.queries.waiting import Place, Urgency
from tests import evaluation, factories, ledger
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


def waiting_evaluations(actor):
    found = waiting.tasks(actor)
    assert waiting.count(actor, 0) == len(found)
    return [(str(task.what), task.code) for task in found if task.place is Place.EVALUATION]


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
    assert len(seen) <= 14
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
    assert waiting.urgency(due_on, date(2026, 3, 2)) is heap  # a Monday
