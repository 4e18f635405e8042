"""Suppliers, contracts with their yearly instalments and supplements, and costs without a contract."""

from __future__ import annotations

from budget.rules.limits import CONTRACT_LIMITS, DIRECT_COST_LIMITS, INSTALMENT_LIMITS
from budget.rules.sources import FISCAL
from budget.rules.words import (
    ContractKind,
    ContractState,
    DirectCostKind,
    InstalmentKind,
    ProcurementMethod,
)
from budget.tables.constraints import ONE_SUBJECT, YEAR, among, limit_checks
from budget.tables.line import BudgetLine
from portfolio.foundation.access import Organisation, User
from portfolio.foundation.db import (
    DateField,
    EnumField,
    ForeignKeyField,
    IntegerField,
    JsonField,
    MomentField,
    MoneyField,
    Table,
    TextField,
    check,
    unique,
)
from portfolio.foundation.documents import Document
from portfolio.foundation.money import Money
from portfolio.rules.dossier import FundingSource
from portfolio.tables.project import Project, System


class Supplier(Table):
    """Who is paid; ``code`` is the code of the organisation (组织机构代码)."""

    code = TextField()
    name = TextField()
    bank = TextField(default="")
    bank_account = TextField(default="")
    added_by = ForeignKeyField(User, backref="+")
    added_at = MomentField()
    version = IntegerField(default=1)

    class Meta:
        """A code once."""

        constraints = [
            unique("uq_supplier_code", "code"),
            check("ck_supplier_name", "code <> '' AND LENGTH(name) BETWEEN 1 AND 200"),
            check("ck_supplier_version", "version >= 1"),
        ]


class Contract(Table):
    """A contract of a project or system; ``organisation`` is the unit that signs and pays.

    ``value`` is the original value with its supplements, ``settled_value`` what was found due in the end
    审定结算价; ``supplement_limit`` is copied from the rulebook on the day of signing (R11), empty where no
    rule was in force.
    """

    project = ForeignKeyField(Project, null=True, backref="+")
    system = ForeignKeyField(System, null=True, backref="+")
    organisation = ForeignKeyField(Organisation, backref="+")
    supplier = ForeignKeyField(Supplier, backref="+")
    code = TextField()
    title = TextField()
    kind = EnumField(ContractKind)
    state = EnumField(ContractState, default=ContractState.DRAFT)
    procurement_method = EnumField(ProcurementMethod)
    procurement_number = TextField(default="")
    ceiling_price = MoneyField(null=True)
    award = MoneyField(null=True)
    original_value = MoneyField()
    value = MoneyField()
    supplement_limit = MoneyField(null=True)
    supplemented = MoneyField(default=Money.ZERO)
    settled_value = MoneyField(null=True)
    settled_number = TextField(default="")
    instalments_total = MoneyField(default=Money.ZERO)
    paid = MoneyField(default=Money.ZERO)
    document = ForeignKeyField(Document, null=True, backref="+")
    drafted_by = ForeignKeyField(User, backref="+")
    drafted_at = MomentField()
    signed_on = DateField(null=True)
    signed_by = ForeignKeyField(User, null=True, backref="+")
    signed_at = MomentField(null=True)
    settled_by = ForeignKeyField(User, null=True, backref="+")
    settled_at = MomentField(null=True)
    version = IntegerField(default=1)

    class Meta:
        """A draft may be unbalanced, an effective contract may not."""

        constraints = [
            unique("uq_contract_code", "organisation_id", "code"),
            check("ck_contract_subject", ONE_SUBJECT),
            check("ck_contract_code", "code <> '' AND LENGTH(title) BETWEEN 1 AND 200"),
            check("ck_contract_original_value", "original_value > 0"),
            check("ck_contract_value", "value = original_value + supplemented"),
            check(
                "ck_contract_balanced",
                "state = 'draft' OR instalments_total = COALESCE(settled_value, value)",
            ),
            check("ck_contract_draft", "state <> 'draft' OR (paid = 0 AND supplemented = 0)"),
            check(
                "ck_contract_signed",
                "(state = 'draft') = (signed_by_id IS NULL) AND (signed_by_id IS NULL) = (signed_on IS NULL)"
                " AND (signed_by_id IS NULL OR signed_by_id <> drafted_by_id)",
            ),
            check(
                "ck_contract_settled",
                "(state IN ('settled', 'terminated')) = (settled_value IS NOT NULL)"
                " AND (settled_value IS NULL) = (settled_by_id IS NULL)",
            ),
            check("ck_contract_version", "version >= 1"),
            *limit_checks(CONTRACT_LIMITS),
        ]


class Instalment(Table):
    """What a contract pays in a year from a source; committed on a line of that year, then paid from it."""

    contract = ForeignKeyField(Contract, backref="+", index=False)
    number = IntegerField()
    year = IntegerField()
    source = EnumField(FundingSource)
    kind = EnumField(InstalmentKind)
    due_on = DateField(null=True)
    amount = MoneyField()
    line = ForeignKeyField(BudgetLine, null=True, backref="+")
    committed = MoneyField(default=Money.ZERO)
    paid = MoneyField(default=Money.ZERO)

    class Meta:
        """What is committed names the line that it is committed on."""

        constraints = [
            unique("uq_instalment_number", "contract_id", "number"),
            check("ck_instalment_number", "number >= 1"),
            check("ck_instalment_year", YEAR),
            check("ck_instalment_fiscal", among("source", FISCAL)),
            check("ck_instalment_line", "committed = 0 OR line_id IS NOT NULL"),
            *limit_checks(INSTALMENT_LIMITS),
        ]


class Supplement(Table):
    """A supplement 补充合同, with the instalments it adds, which take effect when it is signed."""

    contract = ForeignKeyField(Contract, backref="+", index=False)
    number = IntegerField()
    amount = MoneyField()
    reason = TextField()
    instalments = JsonField()
    document = ForeignKeyField(Document, null=True, backref="+")
    drafted_by = ForeignKeyField(User, backref="+")
    drafted_at = MomentField()
    signed_by = ForeignKeyField(User, null=True, backref="+")
    signed_at = MomentField(null=True)

    class Meta:
        """Signed by somebody else, once; then it stands."""

        immutable_except = ("signed_by_id", "signed_at")
        frozen_when = 'OLD."signed_by_id" IS NOT NULL'
        constraints = [
            unique("uq_supplement_number", "contract_id", "number"),
            check("ck_supplement_number", "number >= 1"),
            check("ck_supplement_amount", "amount > 0"),
            check("ck_supplement_reason", "reason <> ''"),
            check(
                "ck_supplement_signed",
                "(signed_by_id IS NULL) = (signed_at IS NULL)"
                " AND (signed_by_id IS NULL OR signed_by_id <> drafted_by_id)",
            ),
        ]


class DirectCost(Table):
    """A cost without a contract 非合同支出, committed on its line when somebody else approves it."""

    project = ForeignKeyField(Project, null=True, backref="+")
    system = ForeignKeyField(System, null=True, backref="+")
    organisation = ForeignKeyField(Organisation, backref="+")
    line = ForeignKeyField(BudgetLine, backref="+")
    kind = EnumField(DirectCostKind)
    title = TextField()
    payee = TextField()
    amount = MoneyField()
    paid = MoneyField(default=Money.ZERO)
    document = ForeignKeyField(Document, null=True, backref="+")
    drafted_by = ForeignKeyField(User, backref="+")
    drafted_at = MomentField()
    approved_by = ForeignKeyField(User, null=True, backref="+")
    approved_at = MomentField(null=True)
    version = IntegerField(default=1)

    class Meta:
        """Nothing is paid before it is approved."""

        constraints = [
            check("ck_direct_cost_subject", ONE_SUBJECT),
            check("ck_direct_cost_title", "LENGTH(title) BETWEEN 1 AND 200 AND payee <> ''"),
            check(
                "ck_direct_cost_approved",
                "(approved_by_id IS NULL) = (approved_at IS NULL)"
                " AND (approved_by_id IS NULL OR approved_by_id <> drafted_by_id)"
                " AND (paid = 0 OR approved_by_id IS NOT NULL)",
            ),
            check("ck_direct_cost_version", "version >= 1"),
            *limit_checks(DIRECT_COST_LIMITS),
        ]
