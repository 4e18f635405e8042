"""What the constraints of the database mean to people, should one be met before any check of a service."""

from __future__ import annotations

from collections.abc import Mapping

from budget.rules.limits import BOOKS, by_constraint
from portfolio.foundation.errors import (
    Conflict,
    Finding,
    HouseError,
    InsufficientFunds,
    Message,
    Refused,
    say,
)
from portfolio.foundation.roles import Actor

CONSTRAINT_CODE = "M90"
PEOPLE_CODE = "M50"
PEOPLE_BASIS = "会计基础工作：不相容岗位相互分离，制单与复核不得为同一人"

_TWICE: Mapping[str, Message] = {
    "uq_posting_request_key": say("同一请求正在办理"),
    "uq_entry_corrects": say("此凭证已被冲销，不能再次冲销"),
    "uq_entry_payment": say("此付款申请已经支付"),
    "uq_entry_number": say("此预算指标正由他人记账"),
    "uq_import_batch_file": say("同一文件正由他人导入"),
    "uq_bank_statement": say("该月对账单已经导入"),
    "uq_reconciliation_entry": say("此凭证已与另一笔对应"),
    "uq_import_row_application": say("此付款申请已属于另一批次"),
    "uq_supplier_code": say("该单位代码的供应商已经登记"),
    "uq_contract_code": say("本单位已有此合同编号"),
    "uq_ceiling": say("该年度、来源的规模已经设定"),
    "uq_annual_plan_row": say("该年度、来源的计划正由他人编列"),
    "uq_estimate_fix": say("概算正由他人核定"),
    "uq_project_account_project": say("项目资金账户已经开立"),
    "uq_supplement_number": say("补充合同正由他人登记"),
    "uq_instalment_number": say("合同分期正由他人登记"),
    "uq_budget_request_project": say("该年度、来源的预算申请已经编报"),
    "uq_budget_request_system": say("该年度、来源的预算申请已经编报"),
}
_COLUMNS: Mapping[str, str] = {  # SQLite names the columns of a UNIQUE, not the constraint
    "posting_request.key": "uq_posting_request_key",
    "entry.corrects_id": "uq_entry_corrects",
    "entry.application_id": "uq_entry_payment",
    "entry.line_id, entry.number": "uq_entry_number",
    "import_batch.kind, import_batch.sha256": "uq_import_batch_file",
    "bank_statement.method, bank_statement.year, bank_statement.month": "uq_bank_statement",
    "reconciliation.entry_id": "uq_reconciliation_entry",
    "import_row.application_id": "uq_import_row_application",
    "supplier.code": "uq_supplier_code",
    "contract.organisation_id, contract.code": "uq_contract_code",
    "ceiling.year, ceiling.source": "uq_ceiling",
    "annual_plan_row.project_id, annual_plan_row.year, annual_plan_row.source, annual_plan_row.revision": (
        "uq_annual_plan_row"
    ),
    "estimate_fix.project_id, estimate_fix.revision": "uq_estimate_fix",
    "project_account.project_id": "uq_project_account_project",
    "supplement.contract_id, supplement.number": "uq_supplement_number",
    "instalment.contract_id, instalment.number": "uq_instalment_number",
    **{
        ", ".join(
            f"budget_request.{column}" for column in (f"{whose}_id", "year", "source", "kind", "position")
        ): f"uq_budget_request_{whose}"
        for whose in ("project", "system")
    },
}
_PEOPLE = frozenset(
    {
        "ck_entry_people",
        "ck_payment_application_people",
        "ck_funds_order_posted",
        "ck_contract_signed",
        "ck_supplement_signed",
        "ck_direct_cost_approved",
        "ck_budget_request_approval",
        "ck_counterpart_receipt_people",
        "ck_year_closing_posted",
        "ck_bank_statement_people",
        "ck_limit_draft_people",
    }
)


def another_person(maker: int | None, actor: Actor, act: Message) -> Finding:
    """Whether whoever does ``act`` is not its maker, nor stands in for the maker; code M50."""
    return Finding(
        PEOPLE_CODE,
        maker not in {actor.user_id, actor.on_behalf_of},
        say("{act}须由经办人以外的人办理", act=act),
        PEOPLE_BASIS,
        remedy=say("请转交另一人办理"),
    )


def typed(violated: str) -> HouseError:
    """The refusal that stands for a violated constraint, named as the database names it."""
    name = _COLUMNS.get(violated, violated)
    limit = by_constraint(name)
    if limit is not None:
        return InsufficientFunds([Finding(limit.code, False, limit.title, limit.basis, remedy=limit.remedy)])
    if name in _TWICE:
        return Conflict(_TWICE[name], basis=BOOKS, remedy=say("请刷新后核对，勿重复办理"))
    if name in _PEOPLE:
        what = say("经办和复核须为不同的人")
        return Refused([Finding(PEOPLE_CODE, False, what, PEOPLE_BASIS, remedy=say("请转交另一人办理"))])
    return Refused(
        [
            Finding(
                CONSTRAINT_CODE,
                False,
                say("账簿不接受这项变动（{name}）", name=name),
                BOOKS,
                remedy=say("请刷新后核对各项金额和状态，再重新办理"),
            )
        ]
    )
