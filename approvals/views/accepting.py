"""Acceptance: the owner's own, the final accounts beside the books, and putting into operation."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from approvals.forms.late import ActForm, FinalAccountsForm, LaunchForm, given
from approvals.queries import accounts, gates
from approvals.queries.evidence import systems_of
from approvals.queries.standing import standing
from approvals.rules.closing_gate import FinalAccounts
from approvals.rules.stages import Act
from approvals.services import acceptance, inherited
from approvals.views.acting import act_page, done, page_of
from approvals.views.blueprint import acts
from portfolio.foundation import clock, rulebook
from portfolio.foundation.errors import say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import AUTHORITIES, Role
from portfolio.foundation.web.permissions import actor, allow


@acts.route("/accept-preliminary", methods=["GET", "POST"])
@allow(Role.APPLICANT)
def accept_preliminary(project_id: int) -> ResponseReturnValue:
    """The owner accepts the work itself."""
    at = standing(project_id, actor())
    form = ActForm(version=at.version)
    if form.accepted():
        with form.refusals():
            acceptance.accept_preliminary(
                project_id=project_id, expected_version=form.version.data, actor=actor()
            )
            return done(at, say("初步验收已通过，项目进入试运行"))
    says = (
        say("确认本单位初步验收通过，项目进入试运行"),
        say("由本单位组织试运行，之后报送竣工验收申请，首席信息官审签后由投资主管部门组织验收"),
        say("初步验收报告和材料清单随即冻结，不能撤回"),
    )
    return act_page(form, at, Act.ACCEPT_PRELIMINARY, says=says)


@acts.route("/approve-final-accounts", methods=["GET", "POST"])
@allow(*AUTHORITIES)
def approve_final_accounts(project_id: int) -> ResponseReturnValue:
    """The finance authority approves the final accounts, the books beside them."""
    at = standing(project_id, actor())
    books = accounts.books(project_id)
    form = FinalAccountsForm(version=at.version, final_cost=books.cost)
    if form.accepted():
        with form.refusals():
            decision = acceptance.approve_final_accounts(
                project_id=project_id,
                expected_version=form.version.data,
                final_cost=given(form.final_cost),
                remaining_works=form.remaining_works.data or Money.ZERO,
                number=form.number.data,
                actor=actor(),
            )
            return done(at, say("竣工财务决算已批复（{number}）", number=decision.number))
    accounted = FinalAccounts(form.final_cost.data or books.cost, form.remaining_works.data or Money.ZERO)
    rules, estimate = rulebook.on(clock.today()), accounts.estimate_of(project_id)
    return act_page(
        form,
        at,
        Act.APPROVE_FINAL_ACCOUNTS,
        says=(
            say("批复竣工财务决算，登记决算数和财政结余资金"),
            say("项目转为“验收通过”，由项目单位办理投入运行；结余资金由财政主管部门收回"),
            say("决算批复后不再改动"),
        ),
        template="approvals/late/final_accounts.html",
        findings=gates.final_accounts_findings(at.case, accounted, books, estimate, rules),
        rules=rules,
        books=books,
        given=accounted,
        estimate=estimate,
    )


@acts.route("/record-launch", methods=["GET", "POST"])
@allow(Role.APPLICANT, *AUTHORITIES, Role.SECRETARY)
def record_launch(project_id: int) -> ResponseReturnValue:
    """Since when an inherited project has been in operation."""
    at = standing(project_id, actor())
    form = LaunchForm(version=at.version)
    if form.accepted():
        with form.refusals():
            inherited.record_launch(
                project_id=project_id,
                expected_version=form.version.data,
                launched_on=given(form.launched_on),
                actor=actor(),
            )
            return done(at, say("投运日期已登记，后评价期限由此起算"))
    says = (
        say("登记存量项目投入运行的日期，其系统一并登记上线"),
        say("后评价期限由此起算"),
        say("登记后不能更改"),
    )
    return page_of(
        form,
        at,
        Act.PUT_INTO_OPERATION,
        says=says,
        template="approvals/late/operation.html",
        systems=systems_of(project_id),
    )


@acts.route("/put-into-operation", methods=["GET", "POST"])
@allow(Role.APPLICANT)
def put_into_operation(project_id: int) -> ResponseReturnValue:
    """What was accepted goes into operation, and its systems with it."""
    at = standing(project_id, actor())
    form = LaunchForm(version=at.version, launched_on=clock.today())
    if form.accepted():
        with form.refusals():
            acceptance.put_into_operation(
                project_id=project_id,
                expected_version=form.version.data,
                launched_on=given(form.launched_on),
                actor=actor(),
            )
            return done(at, say("项目已投入运行"))
    says = (
        say("项目自所填日期起投入运行，所建系统一并登记为在用"),
        say("由本单位负责运行；后评价的期限自该日起算"),
        say("投入运行日期登记后不再改动"),
    )
    return act_page(
        form,
        at,
        Act.PUT_INTO_OPERATION,
        says=says,
        template="approvals/late/operation.html",
        systems=systems_of(project_id),
    )
