"""A proposal on its way through six desks in a real browser, with one return and a resubmission."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portfolio.foundation.access import User
from portfolio.foundation.roles import Actor
from portfolio.services import dossier
from portfolio.tables.project import Project
from tests import acts, procedure
from tests.browser.conftest import PHONE, Site, assert_accessible, login

pytestmark = pytest.mark.needs("chromium")


class Office:
    """Each person at a window of their own."""

    def __init__(self, open_page: Callable[..., Page], cast: procedure.Cast, project_id: int) -> None:
        self.open_page, self.cast, self.project_id = open_page, cast, project_id
        self.windows: dict[int, Page] = {}

    def of(self, actor: Actor) -> Page:
        if actor.user_id not in self.windows:
            acts.give_passwords(actor)
            page = self.windows[actor.user_id] = self.open_page()
            login(page, User.get_by_id(actor.user_id).username)
        return self.windows[actor.user_id]

    def open(self, actor: Actor, act: str) -> Page:
        page = self.of(actor)
        page.goto(f"/projects/{self.project_id}/acts/{act}")
        return page

    def send(self, actor: Actor, act: str, said: str, **typed: str) -> Page:
        """Fill in, send, and read what was done."""
        page = self.open(actor, act)
        for name, value in typed.items():
            field = page.locator(f"[name={name}]")
            if field.first.get_attribute("type") == "radio":
                page.locator(f"[name={name}][value={value}]").check()
            else:
                field.fill(value)
        page.locator("main form button[type=submit]").click()
        expect(page.locator(".notice-success")).to_contain_text(said)
        return page


@pytest.fixture
def office(site: Site, open_page: Callable[..., Page], clock: object) -> Office:
    clock.move_to(procedure.IN_2008)  # type: ignore[attr-defined]
    cast = procedure.with_cast()
    return Office(open_page, cast, procedure.draft(cast, total_wan=1000, item=procedure.MAJOR))


def test_a_proposal_is_returned_submitted_again_and_decided(office: Office) -> None:
    cast, key = office.cast, office.project_id
    office.send(cast.applicant, "submit", "首席信息官", cover_number="渝农〔2008〕1号")
    office.send(cast.cio, "return", "申报单位填报项目建议书", opinion="建设目标不清楚")
    dossier.save(
        project_id=key,
        expected_version=Project.get_by_id(key).version,
        fields={"goals": "四十五个部门编目并接入"},
        actor=cast.applicant,
    )
    page = office.send(cast.applicant, "submit", "首席信息官", cover_number="渝农〔2008〕2号")
    page.goto(f"/submissions/{procedure.current(key).id}")
    expect(page.locator("#changes")).to_contain_text("与前一次报送的差异")
    expect(page.locator("ins").first).to_contain_text("四十五个部门")
    assert_accessible(page)
    office.send(cast.cio, "endorse", "信息化主管部门", opinion="同意上报")
    office.send(cast.informatization, "accept", "会签", opinion="材料齐全")
    assert_accessible(office.open(cast.finance, "countersign"))
    office.send(cast.finance, "countersign", "投资主管部门", outcome="approve", opinion="资金可以安排")
    office.send(cast.investment, "countersign", "信息化主管部门", outcome="approve")
    office.send(cast.informatization, "countersign", "领导小组成员", outcome="approve")
    assert_accessible(office.open(cast.member, "decide"))
    office.send(cast.member, "decide", "可行性研究报告", outcome="approve")
    assert procedure.standing(key) == ("appraisal", "drafting")
    page.goto(f"/submissions/{procedure.current(key).id}/sheet")
    expect(page.locator(".sheet")).to_contain_text("资金可以安排")
    assert_accessible(page)


def test_a_decision_is_made_on_a_phone_without_scripts(
    site: Site, open_page: Callable[..., Page], office: Office
) -> None:
    cast, key = office.cast, office.project_id
    procedure.to_countersign(cast, key)
    procedure.countersign(cast, key)
    acts.give_passwords(cast.member)
    page = open_page(PHONE, javascript=False)
    login(page, "member")
    page.goto(f"/projects/{key}/acts/reject")
    expect(page.locator("[name=outcome][value=reject]")).to_be_checked()
    page.locator("main .form-acts button[type=submit]").click()
    expect(page.locator("main .notice-error").first).to_contain_text("须书面说明理由")
    page.fill("[name=reason]", "与已建系统重复")
    page.locator("main .form-acts button[type=submit]").click()
    expect(page.locator(".notice-success")).to_contain_text("决定已作出")
    assert procedure.standing(key) == ("initiation", "rejected")


def test_what_the_plan_does_not_hold_stops_at_the_applicants_desk(office: Office) -> None:
    cast = office.cast
    office.project_id = procedure.draft(cast, item=None, name="办公楼机房改造")
    page = office.open(cast.applicant, "submit")
    first = page.locator(".finding-block").first
    expect(first).to_contain_text("未挂接规划项目")
    first.locator("summary").click()
    expect(first).to_contain_text("[R01]")
    expect(page.locator("[name=cover_number]")).to_have_count(0)
    assert_accessible(page)
