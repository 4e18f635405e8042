"""Who reads a dossier without writing it: while it is shut, from another office, from elsewhere."""

from __future__ import annotations

import pytest

from portfolio.foundation.roles import Role
from portfolio.rules.dossier import Route
from portfolio.services import dossier as services
from portfolio.tables.project import Project
from tests import web
from tests.integration.portfolio.test_pages_dossier import MARKUP, SECTIONS, desk, estimate

__all__ = ["desk"]


def test_a_locked_dossier_is_read_and_says_why(desk):
    desk.send("estimate", estimate(("hardware", "服务器", "10")))
    desk.send("text", {"need": MARKUP})
    services.lock(project_id=desk.project.id, actor=desk.applicant)
    for part, section in SECTIONS:
        said = web.text_of(desk.visitor.get(desk.at(f"dossier/{part}/{section}")))
        assert "已经报送，现已锁定，不能修改" in said
        assert "保存草稿" not in said
    assert "10.00" in web.text_of(desk.visitor.get(desk.at("dossier/proposal/estimate")))
    assert "&lt;b&gt;" in desk.visitor.get(desk.at("dossier/proposal/text")).get_data(as_text=True)
    answer = desk.send("text", {"need": "偷改"})
    assert answer.status_code == 422
    assert "已经报送，现已锁定" in web.text_of(answer)
    assert Project.get_by_id(desk.project.id).need == MARKUP


def test_the_authorities_read_what_they_may_not_write(desk):
    desk.send("text", {"need": "现状落后"})
    visitor = desk.another("investor", Role.INVESTMENT)
    said = web.text_of(visitor.get(desk.at("dossier/proposal/text")))
    assert "现状落后" in said
    assert "只能查看" in said
    answer = visitor.post(desk.at("dossier/proposal/text"), {"version": desk.version, "need": "改"})
    assert answer.status_code == 403
    assert Project.get_by_id(desk.project.id).need == "现状落后"


@pytest.mark.parametrize(
    "address",
    [
        "dossier/proposal",
        "dossier/proposal/text",
        "dossier/design/copy",
        "duplicates",
        "documents",
        "documents/1",
        "documents/1/withdrawal",
        "progress",
        "progress/milestones",
        "progress/reports/new",
        "progress/targets",
    ],
)
def test_another_organisation_does_not_find_it(desk, address):
    stranger = desk.another("li", Role.APPLICANT)
    assert stranger.get(desk.at(address)).status_code == 404
    assert stranger.get(f"/projects/{2**62}/{address}").status_code == 404


def test_a_confidential_project_leaves_its_contents_to_paper(desk):
    secret = services.create(
        owner_id=desk.owner.id,
        fields={"name": "某工程", "route": Route.CONFIDENTIAL},
        actor=desk.applicant,
    )
    said = web.text_of(desk.visitor.get(f"/projects/{secret.id}/dossier/proposal"))
    assert "投资明细" in said
    assert "建设内容" not in said
    assert desk.visitor.get(f"/projects/{secret.id}/dossier/proposal/text").status_code == 404
    assert "严禁上传涉密文件" in web.text_of(desk.visitor.get(f"/projects/{secret.id}/documents"))
