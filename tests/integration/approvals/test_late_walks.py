"""Whatever is tried in whatever order, a project runs only when accepted and closes only when evaluated."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest

from approvals.rules.stages import GOVERNMENT_STAGES, Outcome, Phase, SideState, Stage
from approvals.services import cases, decisions, reviews
from approvals.services.decisions import Ruling
from approvals.tables.decision import Decision
from approvals.tables.evaluation import Evaluation
from approvals.tables.final_accounts import FinalAccountsApproval
from approvals.tables.submission import Submission
from budget.queries import funds
from budget.rules.words import AccountState
from portfolio.foundation import audit, clock
from portfolio.foundation.errors import HouseError
from portfolio.foundation.money import Money
from portfolio.tables.project import SystemProject
from tests import acceptance, procedure

TRIES = 90


@pytest.fixture
def cast(database, clock):
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


def moves(cast, project_id) -> dict[str, Callable[[], object]]:
    """Everything that anybody could try with a project after its building."""

    def side(act, actor):
        act(
            project_id=project_id,
            expected_version=procedure.version(project_id),
            reason="试一试",
            actor=actor,
        )

    def current():
        return procedure.case_of(project_id).submission_id or 9999

    def decided(ruling):
        decisions.decide(
            submission_id=current(),
            expected_version=procedure.version(project_id),
            ruling=ruling,
            actor=cast.investment,
        )

    return {
        "resume": lambda: side(cases.resume, cast.secretary),
        "complete": lambda: acceptance.complete(cast, project_id),
        "accept_preliminary": lambda: acceptance.accept_preliminary(cast, project_id),
        "apply": lambda: acceptance.apply_for_acceptance(cast, project_id),
        "submit": lambda: procedure.submit(cast, project_id),
        "endorse": lambda: reviews.endorse(submission_id=current(), text="同意上报", actor=cast.cio),
        "decide": lambda: decided(Ruling(Outcome.APPROVE)),
        "accounts": lambda: acceptance.approve_accounts(cast, project_id, Money.ZERO),
        "register": lambda: acceptance.register_system(cast, project_id),
        "launch": lambda: acceptance.launch(cast, project_id, clock.today()),
        "open_evaluation": lambda: acceptance.open_evaluation(cast, project_id),
        "evaluate": lambda: acceptance.evaluate(cast, project_id),
        "close": lambda: acceptance.close(cast, project_id),
        "reject": lambda: decided(Ruling(Outcome.REJECT, reason="未达标")),
        "return": lambda: reviews.return_for_revision(submission_id=current(), text="请修改", actor=cast.cio),
        "wrong_accounts": lambda: acceptance.approve_accounts(cast, project_id, Money.from_wan(1)),
        "wrong_closer": lambda: acceptance.close(cast, project_id, cast.applicant),
        "suspend": lambda: side(cases.suspend, cast.secretary),
    }


def holds(project_id):
    """What must be true of a project wherever it stands."""
    case = procedure.case_of(project_id)
    reached = GOVERNMENT_STAGES.index(case.stage)
    accounted = FinalAccountsApproval.select().where(FinalAccountsApproval.project == project_id).exists()
    if reached > GOVERNMENT_STAGES.index(Stage.ACCEPTANCE) or case.phase is Phase.ACCEPTED:
        modes = {row.mode.value for row in Decision.select() if row.positive}
        assert accounted
        assert modes == {"acceptance", "final_accounts"}
    if reached >= GOVERNMENT_STAGES.index(Stage.OPERATION):
        assert SystemProject.select().where(SystemProject.project == project_id).exists()
        assert case.launched_on is not None
    closed = case.stage is Stage.CLOSED
    if closed:
        assert Evaluation.get().state.value == "final"
    expected = AccountState.CLOSED if closed else AccountState.OPEN
    if case.side_state is SideState.SUSPENDED:
        expected = AccountState.FROZEN
    assert funds.account(project_id).state is expected
    return case


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_acts_gets_round_a_gate(cast, seed):
    chance = Random(seed)  # noqa: S311 - a test's dice
    project_id = acceptance.inherit(cast)
    tries = moves(cast, project_id)
    before = holds(project_id)
    for _ in range(TRIES):
        try:
            tries[chance.choice(list(tries))]()
        except HouseError:
            after = holds(project_id)
            assert (after.stage, after.phase) == (before.stage, before.phase)
        else:
            after = holds(project_id)
        assert GOVERNMENT_STAGES.index(after.stage) - GOVERNMENT_STAGES.index(before.stage) in (0, 1)
        assert after.version >= before.version
        before = after
    for name in list(tries)[: list(tries).index("close") + 1]:  # in order it gets to its end
        with suppress(HouseError):
            tries[name]()
        holds(project_id)
    assert procedure.standing(project_id) == ("closed", "finished")
    numbers = [row.number for row in Submission.select().order_by(Submission.id)]
    assert numbers == list(range(1, len(numbers) + 1))
    trail = audit.trail("case", procedure.case_of(project_id).id)
    assert [entry.number for entry in trail] == list(range(1, len(trail) + 1))
