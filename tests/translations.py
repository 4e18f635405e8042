"""Finds every text that people can read: in pages, in code, and in the labels of the product's words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages import extract
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from portfolio.foundation.settings import CHECKOUT
from portfolio.foundation.web.language import catalogue_files

FOLDERS = ("portfolio/foundation", "portfolio/templates")
"""Where every text must be in the catalogue; a house adds its folder when its pages are built."""

HAN = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "Message": None,
}
WORDS = {"basis"}
"""Named arguments whose text is printed as it stands, through the catalogue."""
TEMPLATE_OPTIONS = {"trimmed": "true", "silent": "false"}
_SAYS_NOTHING_TO_THE_CATALOGUE = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def files(ending: str) -> Iterator[Path]:
    """The files of ``FOLDERS`` with this ending."""
    for folder in FOLDERS:
        yield from sorted((CHECKOUT / folder).rglob(f"*{ending}"))


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
    for place, word in [*_words(), *_labels()]:
        found.setdefault(word, place)
    return {said: place for said, place in found.items() if HAN.search(said)}


def _words() -> Iterator[tuple[str, str]]:
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.keyword) or node.arg not in WORDS:
                continue
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                yield f"{path.relative_to(CHECKOUT)}:{node.value.lineno}", node.value.value


def _labels() -> Iterator[tuple[str, str]]:
    """The values of the tables that give enums their words: ``_LABELS = {Role.CIO: "首席信息官", …}``."""
    for path in files(".py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            named = isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id in {"_LABELS", "_UNITS"} for target in node.targets
            )
            if named and isinstance(node.value, ast.Dict):  # type: ignore[attr-defined]
                for value in node.value.values:  # type: ignore[attr-defined]
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield f"{path.relative_to(CHECKOUT)}:{value.lineno}", value.value


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every Chinese string constant of a module that is no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    documenting = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    documenting |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documenting:
            said = node.value if isinstance(node.value, str) else ""
            if re.search(r"[\u4e00-\u9fff]", said):
                yield node.lineno, said


def bare_text(template: str) -> list[str]:
    """The lines of a template that say something outside the catalogue."""
    rest = _SAYS_NOTHING_TO_THE_CATALOGUE.sub(lambda found: "\n" * found[0].count("\n"), template)
    return [line.strip() for line in rest.splitlines() if HAN.search(line)]


def catalogue(language: str = "en", name: str = "messages") -> Catalog:
    """A catalogue as its translators see it."""
    whole = Catalog()
    for path in catalogue_files(name, language):
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id:
                    whole[message.id] = message
    return whole
