"""The pages of conditions, of rules passed over, and of projects from before the system."""

from __future__ import annotations

import io
from datetime import date

import pytest

from approvals.queries.condition_owners import condition_owners
from approvals.rules.stages import Gate, Outcome, Stage
from approvals.services.decisions import Demand, Ruling
from approvals.tables.case import Case
from approvals.tables.decision import Condition, InheritedEvidence, Override
from portfolio.foundation.documents import Document
from portfolio.tables.project import Project
from tests import acceptance, factories, procedure, web
from tests.pages import visiting


@pytest.fixture
def cast(one_app, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def visit(one_app):
    return visiting(one_app)


@pytest.fixture
def demanded(cast):
    """A project whose acceptance was approved on a condition."""
    project_id = acceptance.inherit(cast)
    acceptance.complete(cast, project_id)
    acceptance.accept_preliminary(cast, project_id)
    acceptance.apply_for_acceptance(cast, project_id)
    demand = Demand("补办<b>等级保护</b>备案", cast.unit.id, date(2008, 2, 1), Gate.OPERATION)
    procedure.decide(cast, project_id, Ruling(Outcome.APPROVE_WITH_CONDITIONS, conditions=[demand]))
    return project_id


def scan(text="备案证明", name="证明.txt"):
    return (io.BytesIO(f"{text}\n".encode()), name)


def of_condition(project_id):
    return f"/projects/{project_id}/conditions/{Condition.get().id}"


def test_what_was_demanded_is_listed_and_met_with_a_file_once(visit, cast, demanded):
    unit, listed = visit(cast.applicant), f"/projects/{demanded}/conditions"
    page = unit.get(listed)
    assert "&lt;b&gt;等级保护&lt;/b&gt;" in page.get_data(as_text=True)
    for words in ("已逾期", "运维关口", "提交证明"):
        assert words in web.text_of(page)
    assert "登记后不能撤回" in web.text_of(unit.get(of_condition(demanded)))
    assert unit.post(of_condition(demanded), {}).status_code == 422
    before = Document.select().count()
    for _ in range(2):
        assert unit.post(of_condition(demanded), {"file": scan()}).status_code == 302
    assert Document.select().count() == before + 1
    assert "已落实" in web.text_of(unit.get(listed))
    got = unit.get(of_condition(demanded) + "/evidence")
    assert (got.status_code, got.get_data(as_text=True)) == (200, "备案证明\n")
    assert "attachment" in got.headers["Content-Disposition"]


def test_nothing_is_demanded_of_a_body_that_is_no_more_or_not_yet(cast):
    project_id = procedure.draft(cast)
    gone = factories.organisation("GONE", valid_to=date(2007, 12, 31))
    later = factories.organisation("LATER", valid_from=date(2008, 7, 1))
    offered = [owner for owner, _name in condition_owners(Project.get_by_id(project_id))]
    assert offered[0] == cast.unit.id
    assert {gone.id, later.id}.isdisjoint(offered)


def test_a_renamed_program_is_no_evidence(visit, cast, demanded):
    program = (io.BytesIO(b"MZ\x90\x00" + b"\x00" * 200), "证明.pdf")
    refused = visit(cast.applicant).post(of_condition(demanded), {"file": program})
    assert refused.status_code == 422
    assert Condition.get().met_at is None


def test_the_evidence_that_is_not_there_is_not_found(visit, cast, demanded):
    assert visit(cast.applicant).get(of_condition(demanded) + "/evidence").status_code == 404
    assert visit(cast.applicant).get(f"/projects/{demanded}/conditions/99").status_code == 404


def test_others_neither_see_nor_meet_what_a_unit_owes(visit, cast, demanded):
    stranger = procedure.unit_people(factories.organisation("X"), "x")["applicant"]
    for address in (f"/projects/{demanded}/conditions", of_condition(demanded)):
        assert visit(stranger).get(address).status_code == 404
    assert visit(cast.member).get(of_condition(demanded)).status_code == 403
    other = acceptance.inherit(cast)
    elsewhere = of_condition(demanded).replace(f"/projects/{demanded}/", f"/projects/{other}/")
    assert visit(cast.applicant).get(elsewhere).status_code == 404


def test_who_owes_something_has_it_on_the_desk_until_it_is_met(visit, cast, demanded):
    page = visit(cast.applicant).get("/")
    assert f'href="{of_condition(demanded)}"' in page.get_data(as_text=True)
    for words in ("落实审批条件", "2008-02-01", "提交证明", "已逾期"):
        assert words in web.text_of(page)
    stranger = procedure.unit_people(factories.organisation("X"), "x")["applicant"]
    for other in (stranger, cast.member, cast.investment):
        assert "落实审批条件" not in web.text_of(visit(other).get("/"))
    assert visit(cast.applicant).post(of_condition(demanded), {"file": scan()}).status_code == 302
    assert "落实审批条件" not in web.text_of(visit(cast.applicant).get("/"))


def test_a_house_that_is_no_party_meets_what_it_owes_and_sees_no_more(visit, cast, demanded):
    house = factories.organisation("CQ-WXB", name="市保密局")
    Condition.create(
        decision=Condition.get().decision_id, project=demanded, text="出具保密审查意见", owner=house,
        due_on=date(2008, 6, 1), gate=Gate.CLOSING,
    )  # fmt: skip
    theirs = Condition.get(Condition.owner == house)
    address = f"/projects/{demanded}/conditions/{theirs.id}"
    visitor = visit(procedure.unit_people(house, "bmj_")["applicant"])
    assert f'href="{address}"' in visitor.get("/").get_data(as_text=True)
    assert "出具保密审查意见" in web.text_of(visitor.get(address))
    sent = visitor.post(address, {"file": scan()})
    assert (sent.status_code, sent.location) == (302, "/")
    for closed in (f"/projects/{demanded}", f"/projects/{demanded}/conditions", of_condition(demanded)):
        assert visitor.get(closed).status_code == 404


def test_a_list_of_conditions_costs_the_same_however_long(visit, cast, demanded):
    visitor, address = visit(cast.applicant), f"/projects/{demanded}/conditions"
    counts = []
    for _ in range(2):
        with web.queries() as found:
            visitor.get(address)
        counts.append(len(found))
        first = Condition.get()
        for _ in range(20):
            Condition.create(
                decision=first.decision_id, project=demanded, text="移交源代码", owner=cast.unit,
                due_on=first.due_on, gate=Gate.CLOSING,
            )  # fmt: skip
    assert counts[0] == counts[1] <= 8


def test_the_group_passes_over_a_rule_by_name(visit, cast, demanded, clock):
    member, address = visit(cast.member), f"/projects/{demanded}/override"
    page = web.text_of(member.get(address))
    assert "R18" in page
    assert "审计可见" in page
    sent = {"version": procedure.version(demanded), "rule": "R18", "reason": "已约谈整改"}
    assert [member.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert Override.select().count() == 1
    assert "已约谈整改" in web.text_of(visit(cast.auditor).get(f"/projects/{demanded}/conditions"))


def test_no_other_rule_is_passed_over(visit, cast, demanded):
    member, address = visit(cast.member), f"/projects/{demanded}/override"
    version = procedure.version(demanded)
    forged = member.post(address, {"version": version, "rule": "SOD", "reason": "赶时间"})
    assert forged.status_code == 422
    assert "不允许例外" in web.text_of(forged)
    assert member.post(address, {"version": version, "rule": "R18", "reason": ""}).status_code == 422
    assert member.post(address, {"version": 99, "rule": "R18", "reason": "理由"}).status_code == 409
    assert visit(cast.applicant).get(address).status_code == 403
    assert Override.select().count() == 0


# --- projects from before the system ------------------------------------------------------------------------

RECORD = {
    "stage": "construction",
    "initiation": "渝计委〔2005〕1号",
    "appraisal": "渝计委〔2005〕2号",
    "estimate": "渝计委〔2005〕3号",
    "acceptance": "",
    "amount": "1,000",
}


def inherited(project_id, step=""):
    return f"/projects/{project_id}/inherited{step}"


def test_one_records_and_another_confirms(visit, cast):
    project_id = acceptance.unrecorded(cast)
    first, second = visit(cast.informatization), visit(cast.secretary)
    assert "待登记" in web.text_of(first.get("/inherited"))
    for _ in range(2):
        assert first.post(inherited(project_id), {**RECORD, "file": scan("原批复")}).status_code == 302
    assert InheritedEvidence.select().count() == 1
    assert "待确认" in web.text_of(second.get("/inherited"))
    page = web.text_of(second.get(inherited(project_id, "/confirm")))
    for words in ("渝计委〔2005〕3号", "1,000.00万元", "建设", "不能更改"):
        assert words in page
    assert second.get(inherited(project_id, "/scan")).get_data(as_text=True) == "原批复\n"
    sent = {"evidence": InheritedEvidence.get().id}
    assert first.post(inherited(project_id, "/confirm"), sent).status_code == 403
    assert [second.post(inherited(project_id, "/confirm"), sent).status_code for _ in range(2)] == [302, 302]
    assert procedure.standing(project_id) == ("construction", "building")
    assert "没有待办的存量项目" in web.text_of(first.get("/inherited"))


def test_a_record_that_was_replaced_is_not_confirmed_unseen(visit, cast):
    project_id = acceptance.unrecorded(cast)
    seen = acceptance.recorded(cast, project_id, Stage.CONSTRUCTION)
    acceptance.recorded(cast, project_id, Stage.CONSTRUCTION, estimate_wan=2000)
    answer = visit(cast.secretary).post(inherited(project_id, "/confirm"), {"evidence": seen.id})
    assert answer.status_code == 409
    assert Case.select().where(Case.project == project_id).count() == 0


def test_what_a_record_lacks_is_said_at_its_field(visit, cast):
    project_id = acceptance.unrecorded(cast, name="存量<u>项目</u>")
    visitor = visit(cast.informatization)
    answer = visitor.post(inherited(project_id), {**RECORD, "appraisal": "", "amount": "", "file": scan()})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请填写原批准文号：评估" in page
    assert 'href="#amount"' in page
    assert "<u>项目" not in page
    assert (
        visitor.post(inherited(project_id), {**RECORD, "stage": "closed", "file": scan()}).status_code == 422
    )
    assert visitor.post(inherited(project_id), RECORD).status_code == 422
    assert InheritedEvidence.select().count() == 0


def test_only_a_project_of_that_kind_is_recorded(visit, cast):
    ordinary = procedure.draft(cast)
    refused = visit(cast.informatization).post(inherited(ordinary), {**RECORD, "file": scan()})
    assert refused.status_code == 422
    assert visit(cast.secretary).get(inherited(ordinary, "/confirm")).status_code == 404
    assert visit(cast.applicant).get(inherited(ordinary)).status_code == 403


def test_the_list_of_inherited_projects_costs_the_same_however_long(visit, cast):
    visitor = visit(cast.secretary)
    counts = []
    for round_ in range(2):
        acceptance.recorded(cast, acceptance.unrecorded(cast, name=f"一号{round_}"), Stage.CONSTRUCTION)
        with web.queries() as found:
            visitor.get("/inherited")
        counts.append(len(found))
        for number in range(5):
            acceptance.unrecorded(cast, name=f"存量{round_}{number}")
    assert counts[0] == counts[1] <= 8
    assert Project.select().count() > 5


def test_who_may_not_meet_a_condition_is_offered_no_link_to_it(visit, cast, demanded):
    page = f"/projects/{demanded}"
    assert of_condition(demanded) in visit(cast.applicant).get(page).get_data(as_text=True)
    assert of_condition(demanded) not in visit(cast.member).get(page).get_data(as_text=True)
