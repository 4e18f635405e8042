"""Who may open the pages of money.

The addresses name things that do not exist: who may open them learns no more than that.  What the pages show
of real things, and of other units' things, is held by ``tests/integration/budget/test_pages_*.py``.
"""

from portfolio.foundation.roles import Role
from tests.access.line import Line, roles

AUTHORITIES = (Role.INVESTMENT, Role.INFORMATIZATION, Role.FINANCE)
CITY = roles(*AUTHORITIES, Role.SECRETARY, Role.MEMBER, Role.AUDITOR)
READERS = CITY | roles(Role.APPLICANT, Role.CIO, Role.UNIT_FINANCE)
FINANCE = roles(Role.FINANCE)
OFFICERS = roles(Role.FINANCE, Role.AUDITOR)
DRAFTERS = roles(Role.UNIT_FINANCE, Role.APPLICANT)
SIGNERS = roles(Role.UNIT_FINANCE, Role.CIO, Role.FINANCE)
IMPORTING = roles(Role.UNIT_FINANCE, Role.APPLICANT, Role.FINANCE, Role.INFORMATIZATION)
SEEING = IMPORTING | roles(Role.CIO, Role.AUDITOR)
PAYERS = roles(Role.UNIT_FINANCE)


def _form(endpoint: str, address: str, who: frozenset[Role], get: int = 404, post: int = 404) -> list[Line]:
    return [
        Line(f"finance.{endpoint}", "GET", address, who, may=get),
        Line(f"finance.{endpoint}", "POST", address, who, may=post),
    ]


LINES: tuple[Line, ...] = (
    Line("finance.home", "GET", "/finance", READERS, may=302),
    Line("finance.year", "GET", "/finance/2026", READERS),
    Line("finance.forecast", "GET", "/finance/2026/forecast", READERS),
    *_form("ceiling", "/finance/2026/ceiling", FINANCE, 200, 422),
    Line("finance.lines", "GET", "/finance/lines", READERS),
    Line("finance.line", "GET", "/finance/lines/999999", READERS, may=404),
    Line("finance.entry", "GET", "/finance/entries/999999", READERS, may=404),
    Line("finance.programme_entries", "GET", "/finance/programme/entries", CITY),
    Line("finance.orders", "GET", "/finance/orders", OFFICERS),
    Line("finance.order", "GET", "/finance/orders/999999", OFFICERS, may=404),
    *_form("draft_allotment", "/finance/orders/allotment", FINANCE, 200, 422),
    *_form("draft_release", "/finance/lines/999999/release", FINANCE),
    *_form("draft_adjustment", "/finance/lines/999999/adjustment", FINANCE),
    *_form("draft_recall", "/finance/lines/999999/recall", FINANCE),
    *_form("draft_virement", "/finance/lines/999999/virement", FINANCE),
    Line("finance.order_document", "GET", "/finance/orders/999999/document", OFFICERS, may=404),
    *_form("post_order", "/finance/orders/999999/posting", FINANCE),
    *_form("withdraw_order", "/finance/orders/999999/withdrawal", FINANCE),
    *_form("draft_refund", "/finance/entries/999999/refund", FINANCE),
    *_form("draft_reversal", "/finance/entries/999999/reversal", FINANCE),
    Line("finance.budget_requests", "GET", "/finance/requests", READERS),
    Line("finance.budget_request", "GET", "/finance/requests/999999", READERS, may=404),
    *_form("ask_for_budget", "/finance/requests/new", PAYERS, 200, 422),
    *_form("revise_request", "/finance/requests/999999/revision", PAYERS),
    *_form("ask_again", "/finance/requests/999999/second", PAYERS),
    *_form("approve_request", "/finance/requests/999999/approval", FINANCE),
    *_form("order_request", "/finance/requests/999999/order", FINANCE),
    *_form("control_figures", "/finance/requests/control-figures", FINANCE, 200, 422),
    Line("finance.ceilings", "GET", "/finance/ceilings", CITY),
    Line("finance.counterpart_funds", "GET", "/projects/999999/counterpart", READERS, may=404),
    *_form("record_receipt", "/projects/999999/counterpart/new", PAYERS),
    Line("finance.receipt_document", "GET", "/finance/receipts/999999/document", READERS, may=404),
    *_form("confirm_receipt", "/finance/receipts/999999/confirmation", FINANCE),
    *_form("cancel_receipt", "/finance/receipts/999999/cancellation", FINANCE | PAYERS),
    *_form("preparatory_limit", "/projects/999999/preparatory", FINANCE),
    Line("finance.limit_draft", "GET", "/finance/limits/999999", OFFICERS, may=404),
    Line("finance.limit_document", "GET", "/finance/limits/999999/document", OFFICERS, may=404),
    *_form("confirm_limit", "/finance/limits/999999/confirmation", FINANCE),
    *_form("withdraw_limit", "/finance/limits/999999/withdrawal", FINANCE),
    Line("finance.suppliers", "GET", "/finance/suppliers", READERS),
    Line("finance.supplier", "GET", "/finance/suppliers/999999", READERS, may=404),
    Line("finance.supplier_payments", "GET", "/finance/suppliers/999999/payments", READERS, may=404),
    *_form("add_supplier", "/finance/suppliers/new", DRAFTERS | FINANCE, 200, 422),
    Line("finance.contracts", "GET", "/finance/contracts", READERS),
    Line("finance.contract", "GET", "/finance/contracts/999999", READERS, may=404),
    Line("finance.contract_document", "GET", "/finance/contracts/999999/document", READERS, may=404),
    *_form("draft_contract", "/finance/contracts/new", DRAFTERS, 200, 422),
    *_form("revise_contract", "/finance/contracts/999999/draft", DRAFTERS),
    *_form("sign_contract", "/finance/contracts/999999/signature", SIGNERS),
    *_form("draft_supplement", "/finance/contracts/999999/supplements/new", DRAFTERS),
    *_form("sign_supplement", "/finance/supplements/999999/signature", SIGNERS),
    Line("finance.supplement_document", "GET", "/finance/supplements/999999/document", READERS, may=404),
    *_form("end_contract", "/finance/contracts/999999/settlement", FINANCE),
    *_form("commit_year", "/projects/999999/commitments", SIGNERS),
    Line("finance.costs", "GET", "/finance/costs", READERS),
    Line("finance.cost", "GET", "/finance/costs/999999", READERS, may=404),
    Line("finance.cost_document", "GET", "/finance/costs/999999/document", READERS, may=404),
    *_form("draft_cost", "/finance/lines/999999/costs/new", DRAFTERS),
    *_form("approve_cost", "/finance/costs/999999/approval", SIGNERS),
    Line("finance.applications", "GET", "/finance/applications", READERS),
    Line("finance.application", "GET", "/finance/applications/999999", READERS, may=404),
    Line(
        "finance.application_paper",
        "GET",
        "/finance/applications/999999/papers/invoice",
        READERS,
        may=404,
    ),
    *_form("apply_instalment", "/finance/instalments/999999/payment", PAYERS),
    *_form("apply_cost", "/finance/costs/999999/payment", PAYERS),
    *_form("check_application", "/finance/applications/999999/check", FINANCE),
    *_form("refuse_application", "/finance/applications/999999/refusal", FINANCE),
    *_form("post_application", "/finance/applications/999999/posting", FINANCE),
    Line("finance.periods", "GET", "/finance/periods", OFFICERS),
    *_form("close_period", "/finance/periods/2026/13/closing", FINANCE, 200, 422),
    *_form("reopen_period", "/finance/periods/2026/13/reopening", FINANCE, 200, 422),
    Line("finance.closing_of_year", "GET", "/finance/2026/closing", OFFICERS),
    *_form("draft_closing", "/finance/2026/closing/draft", FINANCE, 200, 422),
    *_form("start_closing", "/finance/2026/closing/start", FINANCE),
    Line("finance.imports", "GET", "/finance/imports", SEEING),
    Line("finance.import_template", "GET", "/finance/imports/templates/payments/wan", IMPORTING),
    *_form("new_import", "/finance/imports/new/nothing", IMPORTING),
    Line("finance.import_batch", "GET", "/finance/imports/999999", SEEING, may=404),
    Line("finance.import_progress", "GET", "/finance/imports/999999/progress", SEEING, may=404),
    Line("finance.import_errors", "GET", "/finance/imports/999999/errors", SEEING, may=404),
    Line("finance.import_file", "GET", "/finance/imports/999999/file", SEEING, may=404),
    *_form("import_columns", "/finance/imports/999999/columns", IMPORTING),
    *_form("submit_import", "/finance/imports/999999/submission", IMPORTING),
    *_form("check_import", "/finance/imports/999999/check", FINANCE),
    *_form("post_import", "/finance/imports/999999/posting", SIGNERS),
    *_form("return_import", "/finance/imports/999999/return", FINANCE),
    *_form("withdraw_import", "/finance/imports/999999/withdrawal", IMPORTING),
    Line("finance.reconciliation", "GET", "/finance/reconciliation", OFFICERS),
    Line("finance.statements", "GET", "/finance/statements", OFFICERS),
    Line("finance.statement", "GET", "/finance/statements/999999", OFFICERS, may=404),
    Line("finance.match_statement", "POST", "/finance/statements/999999/matching", FINANCE, may=404),
    *_form("submit_statement", "/finance/statements/999999/submission", FINANCE),
    *_form("confirm_statement", "/finance/statements/999999/confirmation", FINANCE),
    *_form("return_statement", "/finance/statements/999999/return", FINANCE),
    *_form("withdraw_statement", "/finance/statements/999999/withdrawal", FINANCE),
    Line("finance.reconciliation_item", "GET", "/finance/reconciliation/999999", OFFICERS, may=404),
    *_form("explain_item", "/finance/reconciliation/999999/explanation", FINANCE),
    *_form("link_item", "/finance/reconciliation/999999/link", FINANCE),
    *_form("correct_item", "/finance/reconciliation/999999/correction", FINANCE),
    Line("finance.project", "GET", "/projects/999999/money", READERS, may=404),
    Line("finance.programme", "GET", "/finance/programme", CITY),
)
