"""Project accounts: opened, frozen and closed as the approvals say; the cap that follows the estimate."""

from __future__ import annotations

from budget.rules.amounts import not_negative, positive, written
from budget.rules.limits import ACCOUNT_LIMITS
from budget.rules.words import AccountState
from budget.services.books import books
from budget.services.explaining import held_against
from budget.tables.project_account import EstimateFix, FinalCost, ProjectAccount
from portfolio.foundation import audit, clock
from portfolio.foundation.db import for_update, get
from portfolio.foundation.errors import InsufficientFunds, NotFound, refuse_unless, say
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor
from portfolio.tables.project import Project


def open_account(*, project_id: int, actor: Actor) -> ProjectAccount:
    """Open the project's account for preparatory work; one that is open already stays as it is."""
    with books():
        get(Project, project_id, say("项目"), lock=True)
        existing: ProjectAccount | None = ProjectAccount.get_or_none(ProjectAccount.project == project_id)
        if existing is not None and existing.state is not AccountState.NONE:
            return existing
        if existing is not None:
            return set_state(project_id=project_id, state=AccountState.PREPARATORY, actor=actor)
        row: ProjectAccount = ProjectAccount.create(
            project=project_id,
            state=AccountState.PREPARATORY,
            opened_by=actor.user_id,
            opened_at=clock.now(),
        )
        _record(actor, "account.open", row, {})
    return row


def set_state(*, project_id: int, state: AccountState, actor: Actor) -> ProjectAccount:
    """Put the account into ``state``; raises ``NotFound`` when the project has none."""
    with books():
        account = _locked(project_id)
        if account.state is not state:
            before = account.state
            _write(account, state=state)
            _record(actor, "account.set_state", account, {"from": before, "to": state})
    return account


def set_preparatory_limit(*, project_id: int, amount: Money, number: str, actor: Actor) -> ProjectAccount:
    """Fix what may be spent before the estimate is fixed 前期工作经费, by the document ``number`` (R08).

    Raises ``InsufficientFunds`` when more is already allotted or contracted.
    """
    not_negative(amount)
    document = written(number, "number")
    with books():
        account = _locked(project_id)
        _hold_limits(account, preparatory_limit=amount.fen)
        _write(account, preparatory_limit=amount, preparatory_number=document)
        _record(actor, "account.set_preparatory_limit", account, {"amount": amount, "number": document})
    return account


def hold_preparatory_limit(project_id: int, amount: Money) -> None:
    """Raise what ``set_preparatory_limit`` would of an amount; changes nothing."""
    _hold_limits(_locked(project_id), preparatory_limit=amount.fen)


def fix_cap(*, project_id: int, amount: Money, number: str, actor: Actor) -> EstimateFix:
    """Record a fixed estimate 核定概算: its amount caps the project from now on.

    Raises ``InsufficientFunds`` when more is already contracted or allotted than ``amount``.
    """
    positive(amount)
    document = written(number, "number", needed=False)
    with books():
        account = _locked(project_id)
        _hold_limits(account, cap=amount.fen)
        earlier = EstimateFix.select().where(EstimateFix.project == project_id).count()
        fix: EstimateFix = EstimateFix.create(
            project=project_id,
            revision=earlier + 1,
            amount=amount,
            number=document,
            fixed_by=actor.user_id,
            fixed_at=clock.now(),
        )
        _write(account, cap=amount)
        _record(
            actor,
            "account.fix_cap",
            account,
            {"amount": amount, "number": document, "revision": fix.revision},
        )
    return fix


def record_final_cost(*, project_id: int, amount: Money, number: str, actor: Actor) -> FinalCost:
    """Record what the project cost by its approved final accounts; what is left is surplus 结余 (R15)."""
    not_negative(amount)
    with books():
        get(Project, project_id, say("项目"), lock=True)
        row: FinalCost = FinalCost.create(
            project=project_id,
            amount=amount,
            number=written(number, "number", needed=False),
            recorded_by=actor.user_id,
            recorded_at=clock.now(),
        )
        data = {"amount": amount, "number": number}
        audit.record(actor, "account.record_final_cost", ("project", project_id), data)
    return row


def _locked(project_id: int) -> ProjectAccount:
    query = ProjectAccount.select().where(ProjectAccount.project == project_id)
    account: ProjectAccount | None = for_update(query).first()
    if account is None:
        raise NotFound(
            say("项目（编号 {id}）没有资金账户", id=project_id),
            basis="资金账户随立项审批开立",
            remedy=say("请先完成立项审批"),
        )
    return account


def _hold_limits(account: ProjectAccount, **changed: int) -> None:
    refuse_unless(held_against(ACCOUNT_LIMITS, account, sets=changed), InsufficientFunds)


def _write(account: ProjectAccount, **values: object) -> None:
    """The row is locked, so its totals cannot move meanwhile; only ``values`` are written."""
    values["version"] = account.version + 1
    ProjectAccount.update(**values).where(ProjectAccount.id == account.id).execute()
    for name, value in values.items():
        setattr(account, name, value)
    account.dirty_fields.clear()


def _record(actor: Actor, action: str, account: ProjectAccount, data: dict[str, object]) -> None:
    audit.record(actor, action, ("project_account", account.id), data)
