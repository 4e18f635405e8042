"""Rules are rows with a first day, and often a last; they are added and ended, never rewritten."""

import json
from datetime import date

import pytest

from portfolio.foundation import rulebook
from portfolio.foundation.db import IntegrityError, transaction
from portfolio.foundation.db import database as bound
from portfolio.foundation.errors import Invalid, Level, NotFound
from portfolio.foundation.rulebook import RuleRow

OLD = {
    "code": "X1",
    "title": "概算上限",
    "level": "block",
    "parameters": {"limit_percent": 110},
    "basis": "发改委令55号",
    "valid_from": "2007-09-01",
}
NEW = {**OLD, "level": "warn", "basis": "政府投资条例第十二条", "valid_from": "2020-02-01"}


@pytest.fixture
def write(tmp_path):
    def write(*rows):
        path = tmp_path / "rules.json"
        path.write_text(json.dumps({"rules": rows}), "utf-8")
        return path

    return write


def test_a_rule_is_in_force_between_its_days(database, write):
    rulebook.load(write({**OLD, "valid_to": "2020-01-31"}, NEW))
    assert rulebook.on(date(2007, 8, 31)).rule("X1") is None
    assert rulebook.on(date(2020, 1, 31)).need("X1").level is Level.BLOCK
    assert rulebook.on(date(2020, 2, 1)).need("X1").level is Level.WARN
    assert rulebook.on(date(2020, 2, 1)).need("X1").parameters == {"limit_percent": 110}
    with pytest.raises(NotFound, match="2007-08-31 没有有效的规则 X1"):
        rulebook.on(date(2007, 8, 31)).need("X1")


def test_loading_twice_changes_nothing_and_a_rule_may_be_ended_later(database, write):
    assert rulebook.load(write(OLD)) == rulebook.LoadReport(added=1, ended=0)
    assert rulebook.load(write(OLD)) == rulebook.LoadReport(added=0, ended=0)
    assert rulebook.load(write({**OLD, "valid_to": "2020-01-31"}, NEW)) == rulebook.LoadReport(1, 1)


def test_a_rule_is_not_rewritten(database, write):
    rulebook.load(write(OLD))
    with pytest.raises(Invalid, match="不得改写"):
        rulebook.load(write(NEW, {**OLD, "parameters": {"limit_percent": 200}}))
    assert RuleRow.select().count() == 1
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql("UPDATE rulebook_rule SET basis = 'none'")
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql("DELETE FROM rulebook_rule")


def test_the_rules_that_ship_load_on_an_empty_database(database):
    report = rulebook.load()
    assert report.added == RuleRow.select().count() > 0
    assert rulebook.load() == rulebook.LoadReport(0, 0)
    assert all(row.basis for row in RuleRow.select())
