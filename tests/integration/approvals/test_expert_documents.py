"""Experts open what they were asked to judge, and nothing else."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from approvals.services import appraisals
from portfolio.rules.dossier import DocumentKind
from portfolio.services import documents
from tests import acts, procedure, web


@pytest.fixture
def desk(one_app: Flask, clock: time_machine.Traveller) -> acts.Desk:
    clock.move_to(procedure.IN_2008)
    return acts.Desk(one_app, procedure.with_cast())


def hand_in(desk: acts.Desk, project_id: int, title: str) -> int:
    """Put a document into the dossier; the id of what was stored."""
    applicant = desk.cast.applicant
    key = procedure.scan(applicant, title)
    documents.add(
        project_id=project_id,
        kind=DocumentKind.FEASIBILITY_STUDY,
        title=title,
        document_id=key,
        actor=applicant,
    )
    return key


@pytest.fixture
def asked(desk: acts.Desk) -> tuple[int, int]:
    """A study with one document, to be scored by the first three experts: project and document."""
    project_id = procedure.carry(desk.cast, until="approved")
    procedure.draft_study(desk.cast, project_id)
    document_id = hand_in(desk, project_id, "可行性研究报告")
    procedure.to_countersign(desk.cast, project_id)
    appraisals.assign_experts(
        submission_id=procedure.current(project_id).id,
        expert_ids=[expert.user_id for expert in desk.cast.experts[:3]],
        actor=desk.cast.informatization,
    )
    return project_id, document_id


def of_document(project_id: int, document_id: int) -> str:
    return f"/projects/{project_id}/acts/score/documents/{document_id}"


def test_an_expert_opens_the_documents_of_what_is_to_be_scored(desk, asked):
    address, expert = of_document(*asked), desk.of(desk.cast.experts[0])
    assert f'href="{address}"' in desk.open(desk.cast.experts[0], asked[0], "score").get_data(as_text=True)
    got = expert.get(address)
    assert (got.status_code, got.get_data(as_text=True)) == (200, "可行性研究报告\n")
    assert "attachment" in got.headers["Content-Disposition"]


def test_who_was_not_asked_gets_nothing(desk, asked):
    assert desk.of(desk.cast.experts[3]).get(of_document(*asked)).status_code == 404
    assert desk.of(desk.cast.member).get(of_document(*asked)).status_code == 403


def test_what_was_not_submitted_is_not_handed_out(desk, asked):
    later = hand_in(desk, asked[0], "报送以后补的文件")
    elsewhere = hand_in(desk, procedure.draft(desk.cast, name="气象信息服务平台"), "别的项目的文件")
    for document_id in (later, elsewhere, 999_999):
        answer = desk.of(desk.cast.experts[0]).get(of_document(asked[0], document_id))
        assert answer.status_code == 404


def test_an_expert_who_stepped_aside_opens_nothing_any_more(desk, asked):
    project_id, expert = asked[0], desk.cast.experts[0]
    appraisals.score(
        submission_id=procedure.current(project_id).id,
        points=None,
        text="曾任申报单位顾问",
        conflict=True,
        actor=expert,
    )
    assert desk.of(expert).get(of_document(*asked)).status_code == 404
    page = desk.open(expert, project_id, "score")
    assert of_document(*asked) not in page.get_data(as_text=True)
    assert "可行性研究报告" in web.text_of(page)
