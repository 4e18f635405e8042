"""The pages of evaluations: the list, opening, the scoring sheet, and the way to the final grade."""

from __future__ import annotations

import pytest

from approvals.queries.evaluations import evaluation
from approvals.rules.evaluation import EvaluationKind, EvaluationState
from approvals.services import evaluations
from approvals.tables.evaluation import Evaluation, EvaluationScore
from portfolio.foundation.roles import Role
from tests import evaluation as scenes
from tests import factories, procedure, web
from tests.pages import visiting


@pytest.fixture
def people(one_app, clock):
    clock.move_to(scenes.IN_2010)
    return scenes.people()


@pytest.fixture
def visit(one_app):
    return visiting(one_app)


@pytest.fixture
def running(people):
    project_id = scenes.running_project(people)
    scenes.spend(people, project_id, 2009, received=400, paid=390)
    return project_id


def page_of(row, step=""):
    return f"/evaluations/{row.id}{step}"


def sheet_fields(row, scores=None, **more):
    """What the browser sends of the sheet: every row, with ``scores`` by indicator (points, reason)."""
    fields = {"version": Evaluation.get_by_id(row.id).version, **more}
    for number, line in enumerate(evaluation(row.id).lines):
        points, reason = (scores or {}).get(line.indicator.code, ("", ""))
        fields |= {
            f"rows-{number}-indicator": line.indicator.code,
            f"rows-{number}-score": points,
            f"rows-{number}-reason": reason,
            f"rows-{number}-evidence": "",
        }
    return fields


def full(row, reason="现场核查"):
    """Nine tenths of every weight."""
    return {line.indicator.code: (f"{line.weight * 9 / 10:.2f}", reason) for line in evaluation(row.id).lines}


def test_an_evaluation_goes_all_the_way_through_its_pages(visit, people, running):
    officer, assessor, unit = visit(people.officer), visit(people.assessor), visit(people.cio)
    code = procedure.Project.get_by_id(running).code
    opened = officer.post("/evaluations/new", {"project": code, "kind": "evaluation", "year": ""})
    assert opened.status_code == 302
    row = Evaluation.get()
    assert assessor.get(page_of(row)).status_code == 404, "not assigned yet"
    seen = {"version": row.version}
    assert officer.post(page_of(row, "/assign"), {**seen, "username": "assessor"}).status_code == 302
    assert "先办理“自动计算”" in web.text_of(assessor.get(page_of(row)))
    version = {"version": Evaluation.get().version, "as_of": "2009-12-31"}
    assert assessor.post(page_of(row, "/compute"), version).status_code == 302
    page = web.text_of(assessor.get(page_of(row)))
    for words in ("决策", "资金到位率", "80.0%", "取数", "评价要点", "保存评分"):
        assert words in page
    assert assessor.post(page_of(row), sheet_fields(row, full(row))).status_code == 302
    assert evaluation(row.id).scored_so_far == 90
    texts = {"version": Evaluation.get().version, "text_problems": "数据更新<b>不及时</b>\n第二段"}
    assert assessor.post(page_of(row, "/texts"), texts).status_code == 302
    assert "&lt;b&gt;不及时" in assessor.get(page_of(row)).get_data(as_text=True)
    asked = web.text_of(assessor.get(page_of(row, "/submit")))
    assert "得分 90.00 分" in asked
    assert "送“重庆市农业局”交换意见" in asked
    sent = {"version": Evaluation.get().version}
    assert [assessor.post(page_of(row, "/submit"), sent).status_code for _ in range(2)] == [302, 409]
    reply = {"version": Evaluation.get().version, "reply": "无意见"}
    assert unit.post(page_of(row, "/exchange"), reply).status_code == 302
    asked = web.text_of(officer.get(page_of(row, "/finalise")))
    for words in ("总分 90.00 分", "等级“优”", "R18", "不再改动"):
        assert words in asked
    sent = {"version": Evaluation.get().version, "number": ""}
    assert [officer.post(page_of(row, "/finalise"), sent).status_code for _ in range(2)] == [302, 409]
    final = Evaluation.get()
    assert (final.state, final.total) == (EvaluationState.FINAL, 90)
    page = web.text_of(unit.get(page_of(row)))
    for words in ("90.00 分，等级“优”", final.number, "无意见", "已完成"):
        assert words in page
    assert f'href="/reports?q={code}"' in unit.get(page_of(row)).get_data(as_text=True)
    assert "保存评分" not in page


def test_an_assessor_sees_what_is_assigned_and_nothing_else(visit, people, running):
    mine = scenes.authority_evaluation(people, running)
    other = scenes.running_project(people, name="林业信息网")
    theirs = evaluations.open_one(project_id=other, kind=EvaluationKind.EVALUATION, actor=people.officer)
    assessor = visit(people.assessor)
    page = web.text_of(assessor.get("/evaluations"))
    assert "农业信息网" in page
    assert "林业信息网" not in page
    for step in ("", "/compute", "/texts", "/submit"):
        assert assessor.get(page_of(theirs, step)).status_code == 404
        assert assessor.get(page_of(mine, step)).status_code == 200
    for step in ("/assign", "/finalise", "/send-back", "/exchange"):
        assert assessor.get(page_of(mine, step)).status_code == 403


def test_another_unit_finds_nothing(visit, people, running):
    row = scenes.authority_evaluation(people, running)
    stranger = factories.actor("stranger", Role.APPLICANT)
    for step in ("", "/submit", "/exchange", "/compute"):
        assert visit(stranger).get(page_of(row, step)).status_code == 404
    assert "农业信息网" not in web.text_of(visit(stranger).get("/evaluations"))


def test_the_wrong_side_may_look_but_not_act(visit, people, running):
    row = scenes.authority_evaluation(people, running)
    assert visit(people.finance).get(page_of(row)).status_code == 200
    for step in ("/compute", "/submit", "/finalise", "/assign"):
        assert visit(people.finance).get(page_of(row, step)).status_code == 403
    assert "保存评分" not in web.text_of(visit(people.finance).get(page_of(row)))
    forged = visit(people.finance).post(page_of(row), sheet_fields(row, full(row)))
    assert forged.status_code == 403
    assert evaluation(row.id).scored_so_far == 0


def test_a_score_is_refused_at_its_row_and_what_was_typed_stays(visit, people, running):
    row = scenes.authority_evaluation(people, running)
    visitor = visit(people.assessor)
    scores = {"A11": ("9", "符合规划"), "A12": ("abc", ""), "A21": ("2.5", "")}
    answer = visitor.post(page_of(row), sheet_fields(row, scores))
    assert answer.status_code == 422
    assert "请填写分数" in web.text_of(answer)
    scores["A12"] = ("", "")
    answer = visitor.post(page_of(row), sheet_fields(row, scores))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for words in ("评分 9 不在 0 至 3.00 分之间", "非系统计算的评分须说明理由", 'value="9"', "符合规划"):
        assert words in page
    assert evaluation(row.id).scored_so_far == 0


def test_the_sheet_saves_itself_and_says_when_it_cannot(visit, people, running):
    row = scenes.authority_evaluation(people, running)
    visitor, wanting = visit(people.assessor), {"Accept": "application/json", "Origin": "http://localhost"}
    saved = visitor.post(page_of(row), sheet_fields(row, {"A11": ("2.5", "符合规划")}), headers=wanting)
    assert saved.status_code == 200
    assert saved.json["version"] == Evaluation.get().version
    assert "已保存" in saved.json["said"]
    stale = visitor.post(page_of(row), sheet_fields(row, {"A11": ("3", "x")}, version=1), headers=wanting)
    assert (stale.status_code, "旧版本" in stale.json["what"]) == (409, True)
    wrong = visitor.post(page_of(row), sheet_fields(row, {"A11": ("8", "x")}), headers=wanting)
    assert wrong.status_code == 422
    assert (
        visitor.post(page_of(row), sheet_fields(row, {"A11": ("x", "")}), headers=wanting).status_code == 422
    )


def test_the_words_save_themselves_too(visit, people, running):
    row = scenes.authority_evaluation(people, running)
    visitor, wanting = visit(people.assessor), {"Accept": "application/json", "Origin": "http://localhost"}
    sent = {"version": row.version, "text_problems": "数据更新不及时"}
    saved = visitor.post(page_of(row, "/texts"), sent, headers=wanting)
    assert (saved.status_code, saved.json["version"]) == (200, Evaluation.get().version)
    assert visitor.post(page_of(row, "/texts"), sent, headers=wanting).status_code == 409
    long = {"version": saved.json["version"], "text_problems": "长" * 20_001}
    assert visitor.post(page_of(row, "/texts"), long, headers=wanting).status_code == 422
    assert Evaluation.get().texts == {"problems": "数据更新不及时"}


def test_what_somebody_else_scored_keeps_its_author(visit, people, running):
    row = scenes.authority_evaluation(people, running)
    assert visit(people.assessor).post(page_of(row), sheet_fields(row, full(row))).status_code == 302
    changed = {**full(row), "A11": ("3", "复核后上调")}
    assert visit(people.officer).post(page_of(row), sheet_fields(row, changed)).status_code == 302
    by = {one.code: one.scored_by_id for one in EvaluationScore.select()}
    assert by.pop("A11") == people.officer.user_id
    assert set(by.values()) == {people.assessor.user_id}
    version = Evaluation.get().version
    assert visit(people.officer).post(page_of(row), sheet_fields(row, changed)).status_code == 302
    assert Evaluation.get().version == version, "nothing changed, nothing written"


def test_a_unit_reports_on_itself_and_its_grade_moves_nothing(visit, people, running):
    unit, officer = visit(people.applicant), visit(people.officer)
    row = scenes.self_report(people, running)
    assert "评价理由和依据" not in web.text_of(unit.get(page_of(row)))
    assert unit.post(page_of(row), sheet_fields(row, full(row))).status_code == 302
    assert "审核定稿" in web.text_of(unit.get(page_of(row, "/submit")))
    assert unit.post(page_of(row, "/submit"), {"version": Evaluation.get().version}).status_code == 302
    back = {"version": Evaluation.get().version, "reason": " "}
    assert officer.post(page_of(row, "/send-back"), back).status_code == 422
    back["reason"] = "请补充满意度调查"
    assert officer.post(page_of(row, "/send-back"), back).status_code == 302
    assert "不能提交" not in web.text_of(unit.get(page_of(row, "/submit")))
    assert unit.post(page_of(row, "/submit"), {"version": Evaluation.get().version}).status_code == 302
    asked = web.text_of(officer.get(page_of(row, "/finalise")))
    assert "不影响后续资金和项目安排" in asked
    assert "文号" not in asked
    assert officer.post(page_of(row, "/finalise"), {"version": Evaluation.get().version}).status_code == 302
    assert "不能定稿" in web.text_of(officer.get(page_of(row, "/finalise")))


def test_submitting_too_early_names_what_is_not_scored(visit, people, running):
    row = scenes.authority_evaluation(people, running)
    answer = visit(people.assessor).post(page_of(row, "/submit"), {"version": row.version})
    assert answer.status_code == 422
    assert "还有17项指标没有评分" in web.text_of(answer)
    tomorrow = {"version": row.version, "as_of": "2010-03-02"}
    answer = visit(people.assessor).post(page_of(row, "/compute"), tomorrow)
    assert answer.status_code == 422
    assert "不能晚于今日" in web.text_of(answer)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"project": "XM1999-0001", "kind": "evaluation", "year": ""}, "没有编号为"),
        ({"project": "", "kind": "", "year": ""}, "请填写此项"),
        ({"kind": "annual_self", "year": "2009"}, "不能办理此事"),
        ({"kind": "evaluation", "year": "2010"}, "评价的年度已经结束"),
    ],
)
def test_an_evaluation_is_not_opened_without_grounds(visit, people, running, sent, said):
    code = procedure.Project.get_by_id(running).code
    answer = visit(people.officer).post("/evaluations/new", {"project": code, **sent})
    assert answer.status_code in {403, 422}
    assert said in web.text_of(answer)
    assert Evaluation.select().count() == 0


def test_the_list_is_filtered_by_its_address_and_costs_the_same_however_long(visit, people, running):
    scenes.self_report(people, running)
    visitor = visit(people.officer)
    counts = []
    for round_ in range(2):
        with web.queries() as found:
            visitor.get("/evaluations")
        counts.append(len(found))
        for number in range(3):
            other = scenes.running_project(people, name=f"信息网<i>{round_}{number}</i>")
            evaluations.open_one(project_id=other, kind=EvaluationKind.EVALUATION, actor=people.officer)
    assert counts[0] == counts[1] <= 8
    page = visitor.get("/evaluations?kind=evaluation&state=draft&q=信息网").get_data(as_text=True)
    assert "&lt;i&gt;00" in page
    assert "年度自评</td>" not in page
    assert "没有符合条件的评价" in web.text_of(visitor.get("/evaluations?state=final"))
    assert "农业信息网" in web.text_of(visitor.get("/evaluations?year=2009"))
    book = visitor.get("/evaluations?format=xlsx")
    assert book.status_code == 200
    assert "spreadsheet" in book.content_type


def test_the_sheet_costs_few_queries_and_writes_nothing(visit, people, running):
    row = scenes.exchanged(people, running)
    visitor = visit(people.officer)
    visitor.get(page_of(row))
    with web.queries() as found:
        assert visitor.get(page_of(row)).status_code == 200
    assert web.writes(found) == []
    assert len(found) <= 8
