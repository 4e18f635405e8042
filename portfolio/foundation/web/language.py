"""The reader's language: Chinese is what the sources say, English comes from the catalogue.

The catalogue's key is the Chinese text itself.  Catalogues are kept as ``.po`` and compiled in memory when
first used, so that there is no build step to forget.  A text with a count carries it as ``{n}`` (in messages)
or ``%(num)d`` (in pages), and its English entry has a singular and a plural.
"""

from __future__ import annotations

import gettext as gnu
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

from babel import Locale, dates, numbers
from babel.messages import mofile, pofile
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_login import current_user

from portfolio.foundation.access import Language
from portfolio.foundation.clock import ZONE
from portfolio.foundation.db import Term
from portfolio.foundation.errors import Message, say, several
from portfolio.foundation.money import Money

COOKIE = "language"
CATALOGUES = Path(__file__).parent / "translations"
COUNT = "n"
_EN, _ZH = Language.ENGLISH.value, Language.CHINESE.value


def install(app: Flask) -> None:
    """Choose the language of every request, and let pages print messages, money and dates in it."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", _ZH)
    babel = Babel(app, locale_selector=chosen)
    vars(babel)["domain_instance"] = Catalogue("messages")  # it would build one that wants compiled files
    app.jinja_env.filters.update(
        text=text,
        word=word,
        wan=wan,
        yuan=yuan,
        day=day,
        moment=moment,
        month=month,
        percent=percent,
        number=number,
        share_of=share_of,
    )
    app.jinja_env.globals.update(language=current_language, languages=tuple(Language), several=several)


def chosen() -> str:
    """The language of this request: the person's own setting, else the browser's cookie, else Chinese."""
    if not has_request_context():
        return _ZH
    own = current_user.language if g.get("actor") is not None else None
    wish = own.value if own else request.cookies.get(COOKIE, "")
    return wish if wish in {_EN, _ZH} else _ZH


def current_language() -> str:
    """``zh`` or ``en``."""
    locale = get_locale()
    return _EN if locale is not None and locale.language == _EN else _ZH


# --- catalogues ---------------------------------------------------------------------------------------------


class Catalogue(Domain):
    """A domain of texts whose catalogues are compiled when first asked for."""

    def __init__(self, name: str) -> None:
        """``name`` is the file's name without its ending."""
        super().__init__(domain=name)
        self.name = name

    def get_translations(self) -> NullTranslations:
        """The translations into the language of this request."""
        return translations(self.name, current_language())


@cache
def translations(name: str, language: str) -> NullTranslations:
    """The compiled catalogue ``name`` for a language; of a library's texts, ours come before its own."""
    found: NullTranslations | None = None
    if name == "flask_security" and language == _ZH:
        shipped = files("flask_security") / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / f"{name}.mo"
        with shipped.open("rb") as compiled:
            found = Translations(compiled)
    for path in catalogue_files(name, language):
        own = _compile(path)
        if found is not None:
            own.add_fallback(found)
        found = own
    return found or NullTranslations()


def catalogue_files(name: str, language: str) -> list[Path]:
    """The files of a catalogue: ``messages.po``, and beside it one for each house, ``messages_budget.po``."""
    return sorted(CATALOGUES.glob(f"{language}/{name}.po")) + sorted(
        CATALOGUES.glob(f"{language}/{name}_*.po")
    )


def _compile(path: Path) -> Translations:
    with path.open("rb") as source:
        catalogue = pofile.read_po(source)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


# --- texts --------------------------------------------------------------------------------------------------


def text(value: Any) -> Any:  # noqa: ANN401 - whatever a page prints
    """``value`` as the reader is to see it: messages, labelled enums and money in their language."""
    if isinstance(value, Message):
        return message(value)
    if isinstance(value, StrEnum):
        return word(str(getattr(value, "label", value.value)))
    if isinstance(value, Money):
        return amount(value)
    if isinstance(value, Term):
        return word(value)
    return "" if value is None else value


def message(said: Message) -> str:
    """A message in the reader's language; the Chinese sentence when the catalogue lacks it."""
    if current_language() == _ZH:
        return str(said)
    count = said.parameters.get(COUNT)
    found = word(said.template)
    if isinstance(count, int | Decimal):
        plural = _catalogue().ngettext(said.template, said.template, 1 if count == 1 else 2)
        found = plural if plural != said.template else found
    if not said.parameters:
        return found
    return "".join(_filled(found, said.parameters))


def _filled(sentence: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    """The pieces of a sentence; our own words lose their capital in its midst: ``a Draft`` is ``a draft``."""
    for before, name, form, _conversion in Formatter().parse(sentence):
        yield before
        if name is None:
            continue
        value = parameters[name]
        part = format(_part(value), form or "")
        said = isinstance(value, str) and _catalogue().gettext(value) == part != value
        ours = isinstance(value, StrEnum | Message) or said
        within = before.endswith(" ") and before.rstrip()[-1:] not in tuple(":.;“")
        yield part[0].lower() + part[1:] if ours and within and part[1:2].islower() else part


def english(said: Message | str) -> str:
    """A message or a word in English, whoever reads it: as a table from an English page has it."""
    if isinstance(said, Message):
        parts = {name: english(value) for name, value in said.parameters.items()}
        return english(said.template).format(**parts)
    return str(_catalogue().gettext(str(getattr(said, "label", said))))


def word(source: str) -> str:
    """A fixed text (a label, a basis) in the reader's language; a list joined by 、 word by word."""
    if current_language() == _ZH or not source:
        return source
    found = _known(source)
    if found == source and "、" in source:
        parts = [(part, _known(part)) for part in source.split("、")]
        if all(before != after or before.isdecimal() for before, after in parts):
            return ", ".join(after for _, after in parts)
    return found


def _known(source: str) -> str:
    """Names that come as data are looked up among names first, our own words among ours."""
    catalogues = [_catalogue(), translations("terms", _EN)]
    ordered = reversed(catalogues) if isinstance(source, Term) else catalogues
    return next((found for one in ordered if (found := one.gettext(str(source))) != source), source)


def _part(value: Any) -> Any:  # noqa: ANN401 - any printable value may fill a sentence
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return word(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return text(value)


def _catalogue() -> gnu.NullTranslations:
    return translations("messages", _EN)


# --- figures and dates --------------------------------------------------------------------------------------


def wan(value: Money | None) -> str:
    """万元 with two decimals, for a table whose head names the unit."""
    return "" if value is None else value.wan_text()


def yuan(value: Money | None) -> str:
    """Yuan with two decimals, for a table whose head names the unit."""
    return "" if value is None else value.yuan_text()


def amount(value: Money) -> str:
    """Money with its unit: 万元 in Chinese, yuan in English, where nobody counts in ten thousands."""
    return str(value) if current_language() == _ZH else f"CNY\N{NO-BREAK SPACE}{value.yuan_text()}"


def day(value: date | None, form: str = "long") -> str:
    """A day: written out (``2026年3月2日``, ``2 Mar 2026``), or ``iso`` for a table."""
    if value is None:
        return ""
    if form == "iso":
        return value.isoformat()[:10]
    if current_language() == _ZH:
        return f"{value.year}年{value.month}月{value.day}日"
    return dates.format_date(value, "d MMM yyyy", locale=_locale())


def moment(value: datetime | None) -> str:
    """A moment to the minute, in China Standard Time."""
    if value is None:
        return ""
    local = value.astimezone(ZONE)
    return f"{day(local)} {local:%H:%M}"


def month(value: int) -> str:
    """A month of the year by its number: ``3月``, ``March``."""
    return f"{value}月" if current_language() == _ZH else dates.get_month_names(locale=_locale())[value]


def percent(value: Decimal | float | None, decimals: int = 1) -> str:
    """A ratio as a percentage."""
    if value is None:
        return "—"
    pattern = f"#,##0.{'0' * decimals}%" if decimals else "#,##0%"
    return numbers.format_percent(value, format=pattern, locale=_locale())


def share_of(done: int, total: int) -> str:
    """How far work is, ``40%（1,200 / 3,000）``; of a hundred the share alone."""
    share = percent(done / total if total else 0, 0)
    if total == 100:
        return share
    said = say("{share}（{done} / {total}）", share=share, done=number(done), total=number(total))
    return message(said)


def number(value: Any) -> str:  # noqa: ANN401 - int, Decimal or float
    """A plain number with thousands separated."""
    return "" if value is None else numbers.format_decimal(value, locale=_locale())


def _locale() -> Locale:
    return get_locale() or Locale.parse(_ZH)
