"""Every text is in the catalogue, with its values and its plural; nothing is said outside it."""

from __future__ import annotations

import re
from importlib.resources import files

from babel.messages.pofile import read_po

from portfolio.foundation.settings import CHECKOUT
from tests import translations

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)[^}]*\}")
COUNTED = re.compile(r"%\(num\)d|\{n\}")
CLOSED = re.compile(
    r"passkey|e-?mail|sms|recover|oauth|social|unified|refresh|username has been|changed? (your )?username|"
    r"(requested|current|following) username|your username is|register|confirm|link|nickname|usage|"
    r"authentication factor|welcome|passwordless|continue with|reset your|attempted to|sign in to your|"
    r"in order|restart|hello |safe place|set them up|someone|handle|credential|this application|"
    r"identity is in our|not initiate",
    re.IGNORECASE,
)
"""What the log-in library says on pages that this product does not open."""


def placeholders(text: str) -> list[str]:
    return sorted(a or b for a, b in PLACEHOLDER.findall(text))


def versions(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def test_every_text_is_in_the_catalogue() -> None:
    known = {
        versions(entry.id)[0]
        for entry in translations.catalogue()
        if entry.id and all(versions(entry.string))
    }
    missing = {said: place for said, place in translations.texts().items() if said not in known}
    assert missing == {}


def test_the_catalogue_has_nothing_that_nobody_says() -> None:
    said = translations.texts()
    assert [
        entry.id for entry in translations.catalogue() if entry.id and versions(entry.id)[0] not in said
    ] == []


def test_every_name_of_the_shipped_plan_and_organisations_has_a_translation() -> None:
    keys = {"name", "short_name", "title", "number", "unit", "category", "city"}
    named = {said for said in translations.names(keys) if translations.HAN.search(said)}
    assert len(named) > 400
    known = {entry.id: entry.string for entry in translations.terms() if entry.id}
    assert {said for said in named if not known.get(said)} == set()
    assert {said for said in known if said not in named} == set()
    assert [string for string in known.values() if translations.HAN.search(string)] == []


def test_a_translation_carries_the_values_of_its_text() -> None:
    wrong = [
        (entry.id, string)
        for entry in translations.catalogue()
        if entry.id
        for string in versions(entry.string)
        if placeholders(string) != placeholders(versions(entry.id)[0])
    ]
    assert wrong == []


def test_no_translation_brings_in_a_sign_that_pages_take_for_a_value() -> None:
    bare = re.compile(r"%(?!\()")
    wrong = [
        entry.id
        for entry in translations.catalogue()
        if entry.id
        for string in versions(entry.string)
        if bare.search(string) and not bare.search(versions(entry.id)[0])
    ]
    assert wrong == []


def test_no_text_has_two_translations() -> None:
    assert translations.conflicts() == {}


def test_what_is_counted_has_a_singular_and_a_plural() -> None:
    missing = [
        entry.id
        for entry in translations.catalogue()
        if entry.id and COUNTED.search(versions(entry.id)[0]) and len(versions(entry.string)) != 2
    ]
    assert missing == []


def test_no_template_says_anything_outside_the_catalogue() -> None:
    found = {
        f"{path.relative_to(CHECKOUT)}": lines
        for path in translations.files(".html")
        if (lines := translations.bare_text(path.read_text("utf-8")))
    }
    assert found == {}


def test_no_code_of_the_pages_says_anything_outside_the_catalogue() -> None:
    said = set(translations.texts()) | {"年", "月", "日"}  # written dates
    found = [
        f"{path.relative_to(CHECKOUT)}:{line} {text}"
        for path in translations.files(".py")
        if path.parent.name == "web"
        for line, text in translations.literals(path)
        if text not in said
    ]
    assert found == []


def test_the_catalogue_is_english() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    chinese = [
        entry.id
        for entry in translations.catalogue()
        if entry.id and han.search("".join(versions(entry.string)))
    ]
    assert chinese == []


def test_what_the_login_library_says_here_is_chinese() -> None:
    shipped = files("flask_security") / "translations"
    with (shipped / "flask_security.pot").open("rb") as source:
        asked = [versions(entry.id)[0] for entry in read_po(source) if entry.id]
    with (shipped / "zh_Hans_CN" / "LC_MESSAGES" / "flask_security.po").open("rb") as source:
        theirs = read_po(source)
    ours = translations.catalogue("zh", "flask_security")
    known = {versions(entry.id)[0] for one in (theirs, ours) for entry in one if entry.id and entry.string}
    assert [text for text in asked if text not in known and not CLOSED.search(text)] == []
