"""Contracts and supplements as drafts: typed by the unit, changed until they are signed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from budget.forms.contracts import ContractForm, DraftForm, SupplementForm
from budget.queries import records
from budget.rules.words import ProcurementMethod
from budget.services import contracts
from budget.services.contracts.drafts import Procurement
from budget.services.once_only import drafted_once
from budget.tables.contract import Supplier
from budget.views.blueprint import DRAFTERS, finance, paper
from portfolio.foundation.errors import say
from portfolio.foundation.web.language import text
from portfolio.foundation.web.permissions import actor, allow

_SPARE: tuple[dict[str, Any], ...] = ({}, {}, {})
"""Empty rows below what is stored, for instalments to come; without scripts a table does not grow."""


@finance.route("/finance/contracts/new", methods=["GET", "POST"])
@allow(*DRAFTERS)
def draft_contract() -> ResponseReturnValue:
    """Draft a contract for a project or system of one's own unit."""
    form = ContractForm(whose=f"project:{request.args.get('project', '')}")
    form.whose.choices = _subjects()
    form.supplier.choices = _suppliers()
    if form.accepted():
        with form.refusals():
            contract_id = drafted_once(
                form.key.data, contracts.draft_contract, actor=actor(), **_contract(form)
            )
            flash(text(say("合同已起草，请另一人签订")), "success")
            return redirect(url_for("finance.contract", contract_id=contract_id))
    return form.page("finance/contract_form.html")


def _contract(form: ContractForm) -> dict[str, Any]:
    """What was typed, as the service takes it."""
    kind, _, key = form.whose.data.partition(":")
    return {
        f"{kind}_id": int(key),
        "code": form.code.data,
        "title": form.title.data,
        "kind": form.kind.data,
        "supplier_id": int(form.supplier.data),
        "value": form.value.data,
        "instalments": form.plans(),
        "procurement": Procurement(
            ProcurementMethod(str(form.method.data)),
            form.procurement_number.data,
            form.ceiling_price.data,
            form.award.data,
        ),
        "document_id": paper(form, "document"),
    }


@finance.route("/finance/contracts/<int:contract_id>/draft", methods=["GET", "POST"])
@allow(*DRAFTERS)
def revise_contract(contract_id: int) -> ResponseReturnValue:
    """Change the value and the instalments of a draft."""
    row = records.contract(contract_id, actor())
    form = DraftForm(
        version=row.version,
        value=row.value,
        instalments=[*(_typed(one) for one in records.instalments(contract_id)), *_SPARE],
    )
    if form.accepted():
        with form.refusals():
            contracts.revise_draft(
                contract_id=contract_id,
                expected_version=form.expected_version,
                value=form.value.data,
                instalments=form.plans(),
                actor=actor(),
            )
            flash(text(say("草稿已更新")), "success")
            return redirect(url_for("finance.contract", contract_id=contract_id))
    return form.page("finance/contract_draft.html", contract=row)


def _typed(one: Any) -> dict[str, Any]:  # noqa: ANN401 - a Peewee row
    """An instalment as the form's row holds it."""
    return {name: getattr(one, name) for name in ("year", "amount", "kind", "source", "due_on")}


@finance.route("/finance/contracts/<int:contract_id>/supplements/new", methods=["GET", "POST"])
@allow(*DRAFTERS)
def draft_supplement(contract_id: int) -> ResponseReturnValue:
    """Draft a supplement to a contract in force."""
    row = records.contract(contract_id, actor())
    form = SupplementForm(version=row.version)
    if form.accepted():
        with form.refusals():
            drafted_once(
                form.key.data,
                contracts.draft_supplement,
                contract_id=contract_id,
                amount=form.amount.data,
                reason=form.reason.data,
                instalments=form.plans(),
                document_id=paper(form, "document"),
                actor=actor(),
            )
            flash(text(say("补充合同已起草，请另一人签订")), "success")
            return redirect(url_for("finance.contract", contract_id=contract_id))
    return form.page("finance/supplement.html", contract=row)


def _subjects() -> list[SelectChoice]:
    """The projects and systems of the actor's unit."""
    projects = records.own_projects(actor())
    systems = records.own_systems(actor())
    return [
        _nothing(),
        *(SelectChoice(f"project:{one.id}", f"{one.code} {one.name}") for one in projects),
        *(SelectChoice(f"system:{one.id}", f"{one.code} {one.name}") for one in systems),
    ]


def _suppliers() -> list[SelectChoice]:
    """Every supplier by name."""
    rows = Supplier.select(Supplier.id, Supplier.name).order_by(Supplier.name)
    return [_nothing(), *(SelectChoice(str(row.id), row.name) for row in rows)]


def _nothing() -> SelectChoice:
    return SelectChoice("", text(say("请选择")))
