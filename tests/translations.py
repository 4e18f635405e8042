"""Finds every text that people can read: in pages, in code, and in the labels of the product's words."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from babel.messages import extract
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from portfolio.foundation.settings import CHECKOUT
from portfolio.foundation.web.language import catalogue_files

FOLDERS = ("portfolio", "budget", "approvals", "reports")
"""Where every text must be in the catalogue."""

CHINESE_ONLY = re.compile(
    r"(^|/)commands(\.py$|/)|^reports/(pdf|datasets)/|^reports/services/demonstration|/workflow_document\.py$"
)
"""The command line, the official report, the demonstration's story, and a document for developers."""

WRITTEN_OUT = re.compile(r"^portfolio/foundation/(money|errors|settings)\.py$")
"""Where plain texts are amounts in capital numerals or lines of a log; what these say is translated."""

DATA = {
    "portfolio/foundation/data/rulebook.json": {"title", "basis"},
    "approvals/data/instruments.json": {"title", "text", "level1", "level2", "name", "questions"},
}
"""The product's own data files, and the keys whose texts people read."""

NAMED = (
    "portfolio/data/plan_chongqing_2006_2010.json",
    "portfolio/data/organisations_chongqing.json",
)
"""The data whose names people read; another city's would bring its own translations."""

HAN = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "several": None,
    "Message": None,
}
TEMPLATE_OPTIONS = {"trimmed": "true", "silent": "false"}
_SAYS_NOTHING_TO_THE_CATALOGUE = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def files(ending: str) -> Iterator[Path]:
    """The files of ``FOLDERS`` with this ending."""
    for folder in FOLDERS:
        for path in sorted((CHECKOUT / folder).rglob(f"*{ending}")):
            if not CHINESE_ONLY.search(f"{path.relative_to(CHECKOUT)}"):
                yield path


@cache
def texts() -> dict[str, str]:
    """Every text with the place where it is said first."""
    found: dict[str, str] = {}
    for ending, method, options in ((".py", "python", {}), (".html", "jinja2", TEMPLATE_OPTIONS)):
        for path in files(ending):
            with path.open("rb") as source:
                for line, said, _comments, _context in extract.extract(
                    method, source, keywords=KEYWORDS, options=options
                ):
                    first = said[0] if isinstance(said, tuple) else said
                    found.setdefault(first, f"{path.relative_to(CHECKOUT)}:{line}")
    for place, word in [*_constants(), *_data()]:
        found.setdefault(word, place)
    return {said: place for said, place in found.items() if HAN.search(said)}


def _constants() -> Iterator[tuple[str, str]]:
    """What code holds as plain texts: labels of enums, the words of tables, what a refusal rests on."""
    for path in files(".py"):
        name = f"{path.relative_to(CHECKOUT)}"
        if not WRITTEN_OUT.search(name):
            for line, said in literals(path, pieces=False):
                yield f"{name}:{line}", said


def _data() -> Iterator[tuple[str, str]]:
    for name, keys in DATA.items():
        for key, said in _texts_of(json.loads((CHECKOUT / name).read_text("utf-8"))):
            if key in keys:
                yield name, said


def names(keys: set[str]) -> set[str]:
    """What the shipped plan and organisations call things, by these keys."""
    data = [json.loads((CHECKOUT / name).read_text("utf-8")) for name in NAMED]
    return {said for one in data for key, said in _texts_of(one) if key in keys}


def terms() -> Catalog:
    """The translations of such names."""
    (path,) = catalogue_files("terms", "en")
    with path.open("rb") as source:
        return read_po(source)


def _texts_of(node: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _texts_of(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _texts_of(value, key)
    elif isinstance(node, str):
        yield key, node


@cache
def literals(path: Path, *, pieces: bool = True) -> list[tuple[int, str]]:
    """Every Chinese string constant of a module that is no docstring.

    Without ``pieces``, neither the pieces of formatted strings nor patterns.
    """
    tree = ast.parse(path.read_text("utf-8"))
    documenting = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    documenting |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    if not pieces:
        documenting |= {id(piece) for node in ast.walk(tree) for piece in _pieces(node)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in documenting
        if isinstance(node.value, str) and re.search(r"[\u4e00-\u9fff]", node.value)
    ]


def _pieces(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.JoinedStr):
        return node.values
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.args if node.func.attr in {"compile", "strftime"} else []
    return []


def bare_text(template: str) -> list[str]:
    """The lines of a template that say something outside the catalogue."""
    rest = _SAYS_NOTHING_TO_THE_CATALOGUE.sub(lambda found: "\n" * found[0].count("\n"), template)
    return [line.strip() for line in rest.splitlines() if HAN.search(line)]


def catalogue(language: str = "en", name: str = "messages") -> Catalog:
    """A catalogue as its translators see it; of a text in two files, the first."""
    whole = Catalog()
    for message in _messages(language, name):
        if message.id not in whole:
            whole[message.id] = message
    return whole


def conflicts(language: str = "en", name: str = "messages") -> dict[str, set[tuple[str, ...]]]:
    """The texts that two files of a catalogue translate differently."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for message in _messages(language, name):
        found.setdefault(_versions(message.id)[0], set()).add(_versions(message.string))
    return {said: strings for said, strings in found.items() if len(strings) > 1}


@cache
def _messages(language: str, name: str) -> list[Message]:
    found: list[Message] = []
    for path in catalogue_files(name, language):
        with path.open("rb") as source:
            found += [message for message in read_po(source) if message.id]
    return found


def _versions(said: str | Sequence[str] | None) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())
