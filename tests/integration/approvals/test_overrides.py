"""Passing over a rule: only where the rulebook allows it, by whom it names, with a reason, for one stage."""

import pytest

from approvals.rules.evaluation import Grade
from approvals.services import conditions
from approvals.tables.decision import Override
from portfolio.foundation import audit
from portfolio.foundation.errors import Forbidden, Invalid, Refused, StaleVersion
from tests import procedure
from tests.evaluation import evaluated_before
from tests.procedure import ORDINARY, case_of, current, standing, version


@pytest.fixture
def barred(cast):
    """A proposal of a unit whose last project was graded poor (R18)."""
    evaluated_before(cast, 45, Grade.POOR)
    return procedure.draft(cast, item=ORDINARY, name="农业墒情监测平台")


def pass_over(project_id, rule, actor, reason="整改已由监察机关验收", seen=None):
    return conditions.override(
        project_id=project_id,
        rule=rule,
        reason=reason,
        expected_version=version(project_id) if seen is None else seen,
        actor=actor,
    )


def test_what_the_rulebook_lets_be_passed_over_is_passed_over_by_name_and_shown(cast, barred):
    with pytest.raises(Refused) as error:
        procedure.submit(cast, barred)
    assert error.value.codes == ("R18",)
    granted = pass_over(barred, "R18", cast.secretary)
    assert pass_over(barred, "R18", cast.secretary) == granted
    procedure.submit(cast, barred)
    assert standing(barred) == ("initiation", "endorsing")
    [shown] = [found for found in current(barred).findings if found["code"] == "R18"]
    assert (shown["passed"], shown["level"]) == (False, "warn")
    assert "经批准例外：整改已由监察机关验收" in shown["what"]
    entry = next(e for e in audit.trail("case", case_of(barred).id) if e.action == "rule.override")
    assert entry.actor_id == cast.secretary.user_id


def test_passing_over_needs_a_reason_the_right_person_and_the_page_of_today(cast, barred):
    with pytest.raises(Invalid):
        pass_over(barred, "R18", cast.secretary, " ")
    with pytest.raises(Forbidden):
        pass_over(barred, "R18", cast.investment)
    with pytest.raises(StaleVersion):
        pass_over(barred, "R18", cast.secretary, seen=99)
    assert Override.select().count() == 0


@pytest.mark.parametrize("rule", ["R01", "R02", "R07", "BUILD", "ALLOTMENT", "NOSUCH"])
def test_the_two_sentences_are_never_passed_over(cast, rule):
    project_id = procedure.draft(cast)
    with pytest.raises(Refused, match="不允许例外"):
        pass_over(project_id, rule, cast.member)
    assert Override.select().count() == 0
