"""The pages of acceptance, operation, closing and stopping: what they show, refuse, and do once."""

from __future__ import annotations

import pytest

from approvals.rules.acceptance_gate import PRELIMINARY_DOCUMENTS
from approvals.tables.case import Case
from approvals.tables.decision import Decision
from approvals.tables.final_accounts import FinalAccountsApproval
from portfolio.foundation.roles import Role
from portfolio.rules.dossier import ParticipantPart
from portfolio.tables.project import Participant, Project
from tests import acceptance, factories, procedure, web
from tests.pages import as_, visiting

ACTS = {
    "accept-preliminary": "applicant",
    "approve-final-accounts": "finance",
    "put-into-operation": "applicant",
    "open-evaluation": "applicant",
    "close": "finance",
    "file": "informatization",
    "report-quarter": "applicant",
    "suspend": "secretary",
    "resume": "secretary",
    "terminate": "member",
}


@pytest.fixture
def cast(one_app, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def visit(one_app):
    return visiting(one_app)


@pytest.fixture
def built(cast):
    project_id = acceptance.inherit(cast)
    acceptance.complete(cast, project_id)
    return project_id


def act(project_id, name):
    return f"/projects/{project_id}/acts/{name}"


def seen(project_id, **more):
    return {"version": procedure.version(project_id), **more}


def test_acceptance_names_the_paper_that_is_missing_and_goes_on_with_it(visit, cast, built):
    visitor, address = visit(cast.applicant), act(built, "accept-preliminary")
    page = visitor.get(address)
    assert page.status_code == 200
    assert "现在不能办理" in web.text_of(page)
    assert "确认初步验收" not in web.text_of(page), "no form to fill in vain"
    refused = visitor.post(address, seen(built))
    assert refused.status_code == 422
    missing = sorted(PRELIMINARY_DOCUMENTS, key=lambda kind: kind.value)[0]
    assert missing.label in web.text_of(refused)
    assert procedure.standing(built) == ("acceptance", "preliminary")
    acceptance.put(built, PRELIMINARY_DOCUMENTS, cast.applicant)
    sent = seen(built)
    assert "进入试运行" in web.text_of(visitor.get(address))
    assert visitor.post(address, sent).status_code == 302
    assert procedure.standing(built) == ("acceptance", "trial")
    assert visitor.post(address, sent).status_code == 409, "the second click finds it done"
    assert visitor.post(address, seen(built)).status_code == 422
    assert "不能办理" in web.text_of(visitor.get(address))


def test_the_final_accounts_stand_beside_the_books_and_are_approved_once(visit, cast, built):
    acceptance.accepted(cast, built)
    visitor, address = visit(cast.finance), act(built, "approve-final-accounts")
    page = web.text_of(visitor.get(address))
    for words in ("账簿成本合计", "累计支付", "财政结余资金", "1,000.00", "合同均已结算"):
        assert words in page
    sent = seen(built, final_cost="12", remaining_works="", number="")
    refused = visitor.post(address, sent)
    assert refused.status_code == 422
    assert "决算与账簿不符" in web.text_of(refused)
    assert 'value="12"' in refused.get_data(as_text=True)
    sent["final_cost"] = "0"
    assert [visitor.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert FinalAccountsApproval.select().count() == 1


def test_the_final_accounts_need_a_figure(visit, cast, built):
    acceptance.accepted(cast, built)
    answer = visit(cast.finance).post(act(built, "approve-final-accounts"), seen(built, final_cost="x"))
    assert answer.status_code == 422
    assert "不是金额" in web.text_of(answer)


def test_systems_are_shown_and_go_into_operation_from_a_day(visit, cast, built):
    acceptance.accounted(cast, built)
    visitor, address = visit(cast.applicant), act(built, "put-into-operation")
    assert "还没有登记系统" in web.text_of(visitor.get(address))
    acceptance.register_system(cast, built, name="<b>平台</b>")
    page = visitor.get(address).get_data(as_text=True)
    assert "&lt;b&gt;平台&lt;/b&gt;" in page
    tomorrow = visitor.post(address, seen(built, launched_on="2008-03-04"))
    assert tomorrow.status_code == 422
    assert "不能晚于今日" in web.text_of(tomorrow)
    assert visitor.post(address, seen(built, launched_on="2008-03-03")).status_code == 302
    assert procedure.standing(built) == ("operation", "running")


def test_what_runs_comes_to_its_evaluation_and_is_not_closed_before_it_is_final(visit, cast, built):
    acceptance.running(cast, built)
    assert visit(cast.applicant).post(act(built, "open-evaluation"), seen(built)).status_code == 302
    visitor, address = visit(cast.finance), act(built, "close")
    assert "绩效评价尚未定稿" in web.text_of(visitor.get(address))
    assert visitor.post(address, seen(built)).status_code == 422
    acceptance.evaluate(cast, built)
    assert visitor.post(address, seen(built)).status_code == 302
    assert procedure.standing(built) == ("closed", "finished")


def test_stopping_says_what_becomes_of_the_money_and_needs_a_reason(visit, cast, built):
    office, address = visit(cast.secretary), act(built, "suspend")
    page = web.text_of(office.get(address))
    for words in ("资金账户冻结", "未支付的指标", "账户：开通"):
        assert words in page
    assert office.post(address, seen(built, reason="  ")).status_code == 422
    sent = seen(built, reason="<script>资金未落实</script>")
    assert [office.post(address, sent).status_code for _ in range(2)] == [302, 409]
    assert "现处“已暂停”" in web.text_of(visit(cast.applicant).get(act(built, "accept-preliminary")))
    assert "账户：冻结" in web.text_of(office.get(act(built, "resume")))
    assert office.post(act(built, "resume"), seen(built, reason="资金已落实")).status_code == 302
    member = visit(cast.member)
    assert "终止后不能恢复" in web.text_of(member.get(act(built, "terminate")))
    assert member.post(act(built, "terminate"), seen(built, reason="不再需要")).status_code == 302
    assert "不能办理" in web.text_of(office.get(act(built, "suspend")))


@pytest.mark.parametrize("name", [name for name in ACTS if name not in {"file", "report-quarter"}])
def test_a_page_that_has_moved_on_is_said_and_changes_nothing(visit, cast, built, name):
    before = Case.get(Case.project == built).version
    fields = {"version": before + 7, "reason": "理由", "final_cost": "0", "launched_on": "2008-03-03"}
    answer = visit(as_(cast, ACTS[name])).post(act(built, name), fields)
    assert answer.status_code == 409
    assert Case.get(Case.project == built).version == before


@pytest.mark.parametrize("name", ACTS)
def test_nobody_acts_on_what_is_not_theirs(visit, cast, built, name):
    stranger = procedure.unit_people(factories.organisation("X"), "x")["applicant"]
    for method in ("get", "post"):
        if ACTS[name] == "applicant":
            assert getattr(visit(stranger), method)(act(built, name)).status_code == 404
        assert getattr(visit(cast.auditor), method)(act(built, name)).status_code == 403


def test_who_takes_part_may_look_but_not_act(visit, cast, built):
    partner = factories.organisation("Y")
    Participant.create(project=built, organisation=partner, part=next(iter(ParticipantPart)), task="接入")
    colleague = procedure.unit_people(partner, "y")["applicant"]
    assert visit(colleague).get(act(built, "accept-preliminary")).status_code == 403


COSTS_MORE = {"accept-preliminary": 10, "report-quarter": 9, "approve-final-accounts": 13}
"""Queries of the pages that show a gate with its papers, the quarters, or the books of all years."""


@pytest.mark.parametrize("name", ACTS)
def test_what_people_wrote_is_shown_as_text_and_costs_few_queries(visit, cast, built, name):
    Project.update(name="<i>名称</i>" * 10).where(Project.id == built).execute()
    visitor = visit(as_(cast, ACTS[name]))
    visitor.get(act(built, name))
    with web.queries() as found:
        page = visitor.get(act(built, name)).get_data(as_text=True)
    assert "<i>名称" not in page
    assert "&lt;i&gt;名称" in page
    assert web.writes(found) == []
    assert len(found) <= COSTS_MORE.get(name, 8)


def test_the_filed_record_gets_its_number_once(visit, cast):
    project_id = acceptance.registered(cast)
    acceptance.submit_filing(cast, project_id)
    visitor, address = visit(cast.informatization), act(project_id, "file")
    assert "备案号" in web.text_of(visitor.get(address))
    sent = seen(project_id, number="渝信备〔2008〕9号")
    assert [visitor.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert [row.number for row in Decision.select().where(Decision.project == project_id)] == [sent["number"]]


def test_a_correction_shows_its_difference_before_it_counts(visit, cast):
    project_id = acceptance.filed(cast)
    visitor = visit(cast.applicant)
    address = act(project_id, "report-quarter") + "?year=2008&quarter=1"
    assert "还没有填报" in web.text_of(visitor.get(address))
    assert visitor.post(address, {"enterprise": "300", "bank_loan": "120.5"}).status_code == 302
    page = web.text_of(visitor.get(address))
    for words in ("此次为更正", "2008年1季度", "420.50"):
        assert words in page
    shown = visitor.post(address, {"enterprise": "250", "bank_loan": "120.5"})
    assert shown.status_code == 200
    for words in ("更正的差额", "原填报", "300.00", "250.00", "-50.00"):
        assert words in web.text_of(shown)
    assert "420.50" in web.text_of(visitor.get(address)), "nothing counts before it is confirmed"
    sent = {"enterprise": "250", "bank_loan": "120.5", "confirmed": "yes", "seen": 1}
    assert visitor.post(address, sent).status_code == 200, "nobody has seen this difference"
    sent["shown"] = "250000000 120500000 0 0 0"
    assert [visitor.post(address, sent).status_code for _ in range(2)] == [302, 200]
    unseen = visitor.post(address, {**sent, "enterprise": "100"})
    assert "-150.00" in web.text_of(unseen), "a difference from an older report is shown anew"
    assert 'name="seen" type="hidden" value="2"' in unseen.get_data(as_text=True)
    page = web.text_of(visitor.get(address))
    assert "370.50" in page
    assert "第2次" in page


def test_a_quarter_to_come_and_a_negative_amount_are_refused(visit, cast):
    project_id = acceptance.filed(cast)
    visitor, address = visit(cast.applicant), act(project_id, "report-quarter")
    later = visitor.post(f"{address}?year=2008&quarter=4", {"enterprise": "1"})
    assert later.status_code == 422
    assert "尚未开始" in web.text_of(later)
    below = visitor.post(f"{address}?year=2008&quarter=1", {"enterprise": "-1"})
    assert below.status_code == 422
    assert "不小于零" in web.text_of(below)


def test_roles_decide_who_may_open_an_act(visit, cast, built):
    assert visit(cast.cio).get(act(built, "accept-preliminary")).status_code == 403
    acceptance.accepted(cast, built)
    assert visit(cast.investment).get(act(built, "approve-final-accounts")).status_code == 403
    assert cast.investment.has(Role.INVESTMENT), "an authority, but not the one that approves accounts"
