"""Every act and every subject that code writes into the audit trail has a name for those who read it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from portfolio.foundation.settings import CHECKOUT
from reports.views.words import ACTIONS, SUBJECTS

CODE = re.compile(r"[a-z_]+\.[a-z_]+")
FOLDERS = ("portfolio", "budget", "approvals", "reports")


def records() -> Iterator[ast.Call]:
    """Every call that writes an entry: ``record(actor, "noun.verb", ("noun", 7), …)``."""
    for folder in FOLDERS:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("record"):
                    yield node


def texts(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def test_every_act_and_subject_has_a_name() -> None:
    acts, subjects = set(), set()
    for call in records():
        for argument in call.args[:3]:
            if isinstance(argument, ast.Tuple):
                subjects |= {said for said in texts(argument.elts[0])}
            elif isinstance(argument, ast.Constant | ast.IfExp):
                acts |= {said for said in texts(argument) if CODE.fullmatch(said)}
    assert len(acts) > 100
    assert acts - ACTIONS.keys() == set()
    assert subjects - SUBJECTS.keys() == set()
