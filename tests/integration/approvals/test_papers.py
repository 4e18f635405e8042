"""The office records what somebody signed on paper 代录: for whom, by whom, with the scan."""

from __future__ import annotations

import io
from typing import Any

import pytest
import time_machine
from flask import Flask

from approvals.rules.stages import StepKind
from approvals.tables.decision import Decision
from approvals.tables.submission import Step
from portfolio.foundation.access import User
from portfolio.foundation.audit import AuditEntry
from portfolio.foundation.documents import Document
from portfolio.foundation.roles import AUTHORITIES, Actor
from tests import acts, factories, procedure, web
from tests.cast import unit_people
from tests.procedure import MAJOR, ORDINARY, current, standing


@pytest.fixture
def desk(one_app: Flask, clock: time_machine.Traveller) -> acts.Desk:
    clock.move_to(procedure.IN_2008)
    return acts.Desk(one_app, procedure.with_cast())


def signed(actor: Actor, text: str = "同意") -> dict[str, Any]:
    """The signer as the form names them, and the scan of what they signed."""
    role = next(iter(actor.roles))
    username = User.get_by_id(actor.user_id).username
    return {"signer": f"{role.value}:{username}", "scan": (io.BytesIO(f"{text}\n".encode()), "签字件.txt")}


def record(desk: acts.Desk, key: int, act: str, **typed: Any) -> Any:
    """The office fills in the form of a paper and sends it."""
    return desk.send(desk.cast.secretary, key, f"{act}/paper", **typed)


def test_a_proposal_is_endorsed_signed_and_decided_on_paper(desk: acts.Desk) -> None:
    key, cast = procedure.draft(desk.cast, item=MAJOR), desk.cast
    submission_id = procedure.submit(cast, key).id
    assert record(desk, key, "endorse", **signed(cast.cio), opinion="同意上报").status_code == 302
    procedure.accept(cast, key)
    for role in AUTHORITIES:
        answer = record(desk, key, "countersign", **signed(cast.of(role)), outcome="approve")
        assert answer.status_code == 302, web.text_of(answer)
    answer = record(desk, key, "decide", **signed(cast.member), outcome="approve", minutes="纪要3号")
    assert answer.status_code == 302, web.text_of(answer)
    assert standing(key) == ("appraisal", "drafting")
    decision = Decision.get(Decision.project == key)
    assert (decision.decided_by_id, decision.on_behalf_of_id, decision.minutes) == (
        cast.secretary.user_id,
        cast.member.user_id,
        "纪要3号",
    )
    page = web.text_of(desk.of(cast.applicant).get(f"/submissions/{submission_id}"))
    assert "代录，cio签字" in page
    assert "代录，member签字" in page
    sheet = web.text_of(desk.of(cast.applicant).get(f"/submissions/{submission_id}/sheet"))
    assert "代录，cio签字" in sheet
    [entry] = AuditEntry.select().where(AuditEntry.action == "decision.append")
    assert (entry.actor_id, entry.on_behalf_of) == (cast.secretary.user_id, cast.member.user_id)


def test_the_scan_is_opened_from_the_submission_it_belongs_to_alone(desk: acts.Desk) -> None:
    key, cast = procedure.draft(desk.cast), desk.cast
    submission_id = procedure.submit(cast, key).id
    record(desk, key, "endorse", **signed(cast.cio, "首席信息官签字"))
    paper_id = Step.get(Step.kind == StepKind.ENDORSE).paper_id
    got = desk.of(cast.applicant).get(f"/submissions/{submission_id}/papers/{paper_id}")
    assert (got.status_code, got.get_data(as_text=True)) == (200, "首席信息官签字\n")
    other = procedure.scan(cast.secretary, "别的文件")
    assert desk.of(cast.applicant).get(f"/submissions/{submission_id}/papers/{other}").status_code == 404
    stranger = unit_people(factories.organisation("X"), "x_")["applicant"]
    assert desk.of(stranger).get(f"/submissions/{submission_id}/papers/{paper_id}").status_code == 404


def test_a_second_click_keeps_one_step_and_one_scan(desk: acts.Desk) -> None:
    key, cast = procedure.draft(desk.cast, item=ORDINARY), desk.cast
    procedure.to_countersign(cast, key)
    page = desk.open(cast.secretary, key, "countersign/paper")
    before = Document.select().count()
    for _ in range(2):
        sent = {**acts.seen(page), **signed(cast.finance), "outcome": "approve"}
        assert desk.post(cast.secretary, key, "countersign/paper", sent).status_code == 302
    assert Document.select().count() == before + 1
    done = Step.select().where(Step.kind == StepKind.COUNTERSIGN, Step.on_behalf_of == cast.finance.user_id)
    assert done.count() == 1


def test_without_the_paper_or_its_signer_nothing_is_recorded(desk: acts.Desk) -> None:
    key, cast = procedure.draft(desk.cast), desk.cast
    procedure.submit(cast, key)
    without = record(desk, key, "endorse", signer=signed(cast.cio)["signer"])
    assert (without.status_code, "请选择文件" in web.text_of(without)) == (422, True)
    for forged in (cast.member, cast.applicant, cast.secretary):
        assert record(desk, key, "endorse", **signed(forged)).status_code == 422
    assert standing(key) == ("initiation", "endorsing")
    assert Step.select().where(Step.on_behalf_of.is_null(False)).count() == 0


def test_nobody_but_the_office_records(desk: acts.Desk) -> None:
    key, cast = procedure.draft(desk.cast), desk.cast
    procedure.submit(cast, key)
    for other in (cast.applicant, cast.cio, cast.member, cast.admin):
        assert desk.open(other, key, "endorse/paper").status_code == 403


def test_what_holds_for_the_signer_holds_for_the_paper(desk: acts.Desk) -> None:
    """An officer who belongs to the applicant's house may not sign, on paper either; nor out of turn."""
    key, cast = procedure.draft(desk.cast, item=ORDINARY), desk.cast
    procedure.submit(cast, key)
    early = desk.open(cast.secretary, key, "decide/paper")
    assert early.status_code == 422
    assert "不能办理" in web.text_of(early)
    procedure.endorse(cast, key)
    procedure.accept(cast, key)
    own = factories.actor("own", cast.finance.roles.__iter__().__next__(), organisation=cast.unit)
    refused = record(desk, key, "countersign", **signed(own), outcome="approve")
    assert refused.status_code in {403, 422}
    assert Step.select().where(Step.on_behalf_of == own.user_id).count() == 0


def test_the_office_is_offered_to_record_where_a_signature_waits(desk: acts.Desk) -> None:
    key, cast = procedure.draft(desk.cast), desk.cast
    address = f"/projects/{key}/acts/record-paper"
    assert address not in desk.of(cast.secretary).get(f"/projects/{key}").get_data(as_text=True)
    submission_id = procedure.submit(cast, key).id
    assert address in desk.of(cast.secretary).get(f"/projects/{key}").get_data(as_text=True)
    assert address not in desk.of(cast.member).get(f"/projects/{key}").get_data(as_text=True)
    led = desk.of(cast.secretary).get(address)
    assert led.location == f"/projects/{key}/acts/endorse/paper"
    assert current(key).id == submission_id
