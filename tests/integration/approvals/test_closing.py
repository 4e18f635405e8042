"""Evaluation opened, project closed: only evaluated, paid and with the surplus returned."""

import pytest

from approvals.services import closing
from approvals.tables.case import Case
from budget.queries import funds
from budget.rules.words import AccountState
from portfolio.foundation.errors import Forbidden, NotFound, Refused, StaleVersion
from portfolio.foundation.roles import Role
from tests import acceptance, factories, procedure

YEAR = 366 * 86400


@pytest.fixture
def cast(database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def evaluating(cast, clock):
    """A project a year in operation, its post-evaluation open."""
    project_id = acceptance.running(cast)
    clock.shift(YEAR)
    acceptance.open_evaluation(cast, project_id)
    return project_id


def test_evaluated_it_closes_and_its_account_with_it(cast, evaluating):
    assert procedure.standing(evaluating) == ("post_evaluation", "evaluating")
    assert funds.account(evaluating).state is AccountState.OPEN
    acceptance.evaluate(cast, evaluating)
    acceptance.close(cast, evaluating)
    assert procedure.standing(evaluating) == ("closed", "finished")
    assert funds.account(evaluating).state is AccountState.CLOSED


def test_before_the_evaluation_is_issued_it_does_not_close(cast, evaluating):
    with pytest.raises(Refused) as error:
        acceptance.close(cast, evaluating)
    assert error.value.codes == ("CLOSING",)
    assert "绩效评价尚未定稿" in str(error.value)
    assert funds.account(evaluating).state is AccountState.OPEN


def test_the_informatization_authority_may_close_it_and_others_not(cast, evaluating):
    acceptance.evaluate(cast, evaluating)
    for person in (cast.applicant, cast.cio, cast.investment, cast.member, cast.auditor, cast.admin):
        with pytest.raises(Forbidden):
            acceptance.close(cast, evaluating, person)
    acceptance.close(cast, evaluating, cast.informatization)


def test_an_authority_may_open_the_evaluation_and_a_neighbour_not(cast, clock):
    project_id = acceptance.running(cast)
    clock.shift(YEAR)
    for person in (factories.actor("neighbour", Role.APPLICANT), cast.cio, cast.assessor, cast.experts[0]):
        with pytest.raises(Forbidden):
            acceptance.open_evaluation(cast, project_id, person)
    acceptance.open_evaluation(cast, project_id, cast.finance)


def test_stale_versions_double_clicks_and_unknown_projects_are_told(cast, evaluating):
    acceptance.evaluate(cast, evaluating)
    version = procedure.version(evaluating)

    def close(project_id, seen):
        return closing.close(project_id=project_id, expected_version=seen, actor=cast.finance)

    with pytest.raises(StaleVersion):
        close(evaluating, version - 1)
    close(evaluating, version)
    with pytest.raises(StaleVersion):
        close(evaluating, version)
    with pytest.raises(Refused):
        close(evaluating, version + 1)
    with pytest.raises(NotFound):
        close(9999, 1)
    assert Case.select().where(Case.stage == "closed").count() == 1


def test_what_is_closed_moves_no_more(cast, evaluating):
    acceptance.evaluate(cast, evaluating)
    acceptance.close(cast, evaluating)
    for act in (
        lambda: acceptance.open_evaluation(cast, evaluating),
        lambda: acceptance.launch(cast, evaluating, acceptance.BUILT_ON),
        lambda: procedure.submit(cast, evaluating),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert error.value.codes == ("FLOW",)
