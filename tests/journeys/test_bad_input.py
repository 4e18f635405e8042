"""Whatever is wrong is refused with what, why and what to do; and nothing in the database has moved."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine

from approvals.rules.stages import Outcome
from approvals.services import construction, decisions, reviews, submissions
from approvals.services.decisions import Ruling
from budget.services import payments
from portfolio.foundation import db, documents
from portfolio.foundation.errors import (
    Conflict,
    Forbidden,
    HouseError,
    InsufficientFunds,
    Invalid,
    NotFound,
    Refused,
    StaleVersion,
)
from portfolio.foundation.roles import Role
from portfolio.queries.dossier import project as project_by_code
from portfolio.rules.dossier import Part
from portfolio.rules.plan import read_plan
from portfolio.services import dossier
from portfolio.services.plan import SHIPPED, load_plan
from portfolio.tables.project import Project
from tests import factories, ledger, procedure
from tests.conftest import TemporaryDatabase
from tests.procedure import Cast, current, version


@pytest.fixture
def cast(database: TemporaryDatabase, clock: time_machine.Traveller) -> Cast:
    clock.move_to(procedure.IN_2008)
    return procedure.with_cast()


@pytest.fixture
def town(database: TemporaryDatabase, clock: time_machine.Traveller) -> ledger.City:
    return ledger.city()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {
        table._meta.table_name: sorted(table.select().tuples().iterator(), key=repr)
        for table in db.all_tables()
    }


@contextmanager
def refused(kind: type[HouseError], *codes: str) -> Iterator[None]:
    """A refusal of this kind, itemised, that leaves every table as it was."""
    before = everything()
    with pytest.raises(HouseError) as caught:
        yield
    error = caught.value
    assert type(error) is kind, error
    if isinstance(error, Refused):
        assert set(codes) <= set(error.codes), error.lines
        assert all(finding.basis and finding.remedy for finding in error.findings if finding.blocks)
    elif isinstance(error, Invalid):
        assert set(codes) <= error.fields.keys(), error.fields
    else:
        assert str(error.what)
    assert everything() == before


def test_a_proposal_that_the_plan_does_not_hold(cast: Cast) -> None:
    project_id = procedure.draft(cast, item=None)
    with refused(Refused, "R01"):
        procedure.submit(cast, project_id)


def test_funding_that_does_not_balance_the_estimate(cast: Cast) -> None:
    project_id = procedure.draft(cast)
    project = Project.get_by_id(project_id)
    dossier.set_funding(
        project_id=project_id,
        part=Part.PROPOSAL,
        rows=[{"source": "municipal", "year": 2008, "amount": "999.99"}],
        expected_version=project.version,
        actor=cast.applicant,
    )
    with refused(Refused, "FUNDING_SUM"):
        procedure.submit(cast, project_id)


def test_an_estimate_far_above_what_was_approved(cast: Cast) -> None:
    project_id = procedure.carry(cast, until="appraised", item=procedure.ORDINARY)
    procedure.draft_design(cast, project_id, total_wan=1101, explanation="设备涨价")
    with refused(Refused, "R04"):
        procedure.submit(cast, project_id)


def test_building_before_the_appraisal(cast: Cast) -> None:
    project_id = procedure.carry(cast, until="approved", item=procedure.ORDINARY)
    with refused(Refused, "R02"):
        construction.start_construction(
            project_id=project_id,
            expected_version=version(project_id),
            cover_number="渝农〔2008〕8号",
            actor=cast.applicant,
        )


def test_contracts_above_the_estimate(town: ledger.City) -> None:
    ledger.funded(town, amount=100, cap=150)
    contract = ledger.draft(town, (2026, 100), (2027, 51))
    with refused(InsufficientFunds, "M11"):
        ledger.sign(town, contract)


def test_a_commitment_above_the_line(town: ledger.City) -> None:
    ledger.funded(town, amount=200)
    contract = ledger.draft(town, (2026, "200.01"))
    with refused(InsufficientFunds, "M01"):
        ledger.sign(town, contract)


def test_a_payment_above_the_release(town: ledger.City) -> None:
    ledger.ready(town)
    ledger.plan(town, 2026, 200)
    ledger.release(town, ledger.allot(town, 2026, 200), 50)
    application = ledger.checked(town, ledger.signed(town, (2026, 100)), 60)
    with refused(InsufficientFunds, "M04"):
        ledger.post(town, application)


def test_a_payment_above_the_contract(town: ledger.City) -> None:
    ledger.funded(town)
    contract = ledger.signed(town, (2026, 100))
    papers = {name: ledger.paper(town.unit_finance).id for name in ("invoice_id", "acceptance_id")}
    with refused(InsufficientFunds, "M25"):
        payments.apply(
            instalment_id=ledger.instalment(contract).id,
            amount=ledger.wan("100.01"),
            **papers,
            key=ledger.key(),
            actor=town.unit_finance,
        )


def test_deciding_on_what_one_submitted_oneself(cast: Cast) -> None:
    project_id = procedure.carry(cast, until="countersigning")
    procedure.countersign(cast, project_id)
    factories.UserRole.create(user=cast.applicant.user_id, role=Role.MEMBER, valid_from=factories.LONG_AGO)
    own = factories.access.actor_for("applicant")
    with refused(Forbidden):
        procedure.decide(cast, project_id, actor=own)


def test_posting_a_payment_that_one_checked_oneself(town: ledger.City) -> None:
    ledger.funded(town)
    application = ledger.checked(town, ledger.signed(town, (2026, 100)), 10)
    with refused(Refused, "M50"):
        ledger.post(town, application, actor=town.checker)


def test_a_page_that_has_grown_old(cast: Cast) -> None:
    project_id = procedure.carry(cast, until="countersigning")
    procedure.countersign(cast, project_id)
    with refused(StaleVersion):
        decisions.decide(
            submission_id=current(project_id).id,
            expected_version=version(project_id) - 1,
            ruling=Ruling(Outcome.APPROVE),
            actor=cast.member,
        )


def test_submitting_twice(cast: Cast) -> None:
    project_id = procedure.draft(cast)
    seen = version(project_id)
    procedure.submit(cast, project_id)
    with refused(StaleVersion):
        submissions.submit(
            project_id=project_id, expected_version=seen, cover_number="渝农〔2008〕1号", actor=cast.applicant
        )


def test_one_request_number_for_two_different_payments(town: ledger.City) -> None:
    ledger.funded(town)
    contract = ledger.signed(town, (2026, 100))
    first, second = ledger.checked(town, contract, 10), ledger.checked(town, contract, 20)
    ledger.post(town, first, key="the-same-key")
    with refused(Conflict):
        ledger.post(town, second, key="the-same-key")


def test_somebody_elses_project(cast: Cast) -> None:
    project_id = procedure.draft(cast)
    stranger = factories.actor("stranger", Role.APPLICANT)
    with refused(Forbidden):
        dossier.save(
            project_id=project_id,
            expected_version=Project.get_by_id(project_id).version,
            fields={"name": "改名"},
            actor=stranger,
        )
    with refused(NotFound):
        project_by_code(Project.get_by_id(project_id).code, stranger)


@pytest.mark.parametrize(
    "act",
    [
        lambda cast: reviews.accept(submission_id=404, actor=cast.informatization),
        lambda cast: dossier.set_estimate(
            project_id=404, part=Part.PROPOSAL, rows=[], expected_version=1, actor=cast.applicant
        ),
        lambda cast: payments.check(application_id=404, expected_version=1, actor=cast.finance),
    ],
    ids=["submission", "project", "payment"],
)
def test_what_does_not_exist(cast: Cast, act: Callable[[Cast], object]) -> None:
    with refused(NotFound):
        act(cast)


def test_a_file_that_is_too_large_or_not_what_it_says(cast: Cast) -> None:
    with refused(Refused, "DOC_SIZE"):
        documents.store(
            io.BytesIO(b"%PDF-1.4 " + b"x" * 2048),
            name="a.pdf",
            actor=cast.applicant,
            category="x",
            limit=1024,
        )
    with refused(Refused, "DOC_TYPE"):
        documents.store(
            io.BytesIO(b"MZ\x90\x00" + b"\0" * 200), name="报告.pdf", actor=cast.applicant, category="x"
        )


@pytest.mark.parametrize("amount", ["一百万", "1e6", "-3", "0", "0.0000001", "NaN", "9" * 30, ""])
def test_an_amount_that_is_none(cast: Cast, amount: str) -> None:
    project_id = procedure.draft(cast)
    with refused(Invalid, "estimate.1.amount"):
        dossier.set_estimate(
            project_id=project_id,
            part=Part.PROPOSAL,
            rows=[{"category": "hardware", "item": "服务器", "amount": amount}],
            expected_version=Project.get_by_id(project_id).version,
            actor=cast.applicant,
        )


@pytest.mark.parametrize("day", ["2008-02-30", "明年", "20080301", "0001-01-01", "2008-1-1"])
def test_a_day_that_is_none(cast: Cast, day: str) -> None:
    project_id = procedure.draft(cast)
    with refused(Invalid, "planned_start"):
        dossier.save(
            project_id=project_id,
            expected_version=Project.get_by_id(project_id).version,
            fields={"planned_start": day, "name": "好名字"},
            actor=cast.applicant,
        )


def test_a_broken_plan_file(cast: Cast) -> None:
    text = SHIPPED.read_text("utf-8").replace('"code": "B1-G1-02"', '"code": "B1-G1-01"', 1)
    with refused(Invalid):
        load_plan(document=read_plan(text), actor=None)
