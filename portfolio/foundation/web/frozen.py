"""Sentences that a record froze in Chinese, told in the reader's language.

A finding frozen with a submission, or the evidence of a computed figure, is kept as the sentence said.
History is not rewritten; the catalogue knows every template, so the sentence is matched back to the one that
made it.  Never for what people typed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache
from string import Formatter
from typing import Any

from babel.messages import pofile

from portfolio.foundation.errors import Finding, Message, say
from portfolio.foundation.money import Money
from portfolio.foundation.web import language

_UNIT = "\u4e07\u5143"
_MONEY = re.compile(rf"-?[\d,]+\.\d{{2}}{_UNIT}")
_PLACES = re.compile(r"([^{}]*{[a-z_]+(:[^{}]*)?})+[^{}]*")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FIGURE = rf"[-+\d.,%]+(?:{_UNIT})?"
"""What a template of one character, ``{n}人``, takes: anything else would match half the language."""
_LONG_ENOUGH = 4
"""A template with fewer characters, ``{kind}申请{amount}``, is found by chance in what people typed."""


def frozen(sentence: str) -> str:
    """The sentence in the reader's language; itself in Chinese, or when no template made it."""
    if language.current_language() == "zh" or not sentence:
        return sentence
    found = language.word(sentence)
    if found != sentence:
        return found
    return str(language.text(_value("", sentence)))


def told(finding: Finding) -> Finding:
    """A finding whose sentences were frozen, with the sentences in the reader's language."""
    return replace(
        finding,
        what=say(frozen(str(finding.what))),
        figure=_told(finding.figure),
        limit=_told(finding.limit),
        remedy=_told(finding.remedy),
    )


def _told(said: Message | None) -> Message | None:
    return None if said is None else say(frozen(str(said)))


@lru_cache(maxsize=4096)
def _said(sentence: str) -> Message | None:
    for own, pattern, template in _patterns():
        found = pattern.fullmatch(sentence)
        if found is None:
            continue
        values = {name: _value(name, part) for name, part in found.groupdict().items()}
        if own >= _LONG_ENOUGH or all(_understood(value) for value in values.values()):
            return say(template, **values)
    return None


def _understood(value: Any) -> bool:  # noqa: ANN401 - what filled the sentence
    """Whether a value is ours to the last word: a figure, money, a sentence or a word of the catalogue."""
    return not isinstance(value, str) or not _CHINESE.search(value) or language.word(value) != value


def _value(name: str, part: str) -> Any:  # noqa: ANN401 - what filled the sentence
    if name == language.COUNT and part.isdigit():
        return int(part)
    counted = _MONEY.sub(_amount, part)
    if counted != part and not _CHINESE.search(counted):
        return counted  # amounts, and at most a code before them
    return _said(part) or part


def _amount(found: re.Match[str]) -> str:
    return language.amount(Money.from_wan(Decimal(found[0].removesuffix(_UNIT).replace(",", ""))))


@cache
def _patterns() -> list[tuple[int, re.Pattern[str], str]]:
    """Every template of the catalogue with places to fill, the one with most words of its own first."""
    found = []
    for path in language.catalogue_files("messages", "en"):
        with path.open("rb") as source:
            entries = [one.id for one in pofile.read_po(source) if one.id]
        for template in (one if isinstance(one, str) else one[0] for one in entries):
            own = len(_CHINESE.findall(re.sub(r"{[^}]*}", "", template)))
            if own and _PLACES.fullmatch(template) and "%(" not in template:
                found.append((own, _pattern(template, own), template))
    return sorted(found, key=lambda one: -one[0])


def _pattern(template: str, own: int) -> re.Pattern[str]:
    pieces, names = [], set()
    for literal, name, _form, _conversion in Formatter().parse(template):
        pieces.append(re.escape(literal))
        if name is None:
            continue
        filled = _FIGURE if own == 1 else ".+?"
        pieces.append(f"(?P={name})" if name in names else f"(?P<{name}>{filled})")
        names.add(name)
    return re.compile("".join(pieces), re.DOTALL)
