"""What a hostile visitor sends: addresses and forms taken from the pages, with values no person would type.

Everything follows from one seed.  Links and forms are learned from the pages as they are seen, so that most
inputs get past the first check and reach what lies behind it.
"""

from __future__ import annotations

import hashlib
import io
import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Protocol
from urllib.parse import quote, quote_from_bytes, urlsplit

import psycopg
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import RequestRedirect, Rule

from portfolio.foundation.db import Table

HOSTILE: tuple[str | bytes, ...] = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "-0",
    "00",
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    str(-(2**63)),
    "9" * 19,
    "9" * 40,
    "9" * 5000,
    "1e400",
    "1e-400",
    "NaN",
    "Infinity",
    "-inf",
    "0x10",
    "1_000",
    "１２３",
    "²",
    "٣",
    "一百万",
    "1,000,000.00",
    "0.0000001",
    "9223372036854.775808",
    "99999999999999",
    "true",
    "None",
    "null",
    "[]",
    "{}",
    "2010-02-30",
    "0001-01-01",
    "9999-12-31",
    "2010-13-45T99:99",
    "2010-03-24",
    "2010",
    "９９９９-１２-３１",
    "渝" * 200,
    "渝" * 201,
    "a" * 70_000,
    "\U00020000\U0002a6d6𠮷",
    "👩‍👩‍👧‍👦🇨🇳",
    "\u202eabc\u200b\ufeff\u2028",
    "e\u0301\u0301\u0301" * 40,
    "a\x00b",
    "\x00",
    "\x01\x02\x1b[31m\x7f",
    "line\r\nSet-Cookie: x=1\r\n\r\n",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"\xf0\x90",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<para><font size=400>",
    "{{ 7*7 }}{% raise %}",
    "%s%(x)s%n{0}{x.__class__}",
    "' OR 1=1 --",
    '"; DROP TABLE project; --',
    "%",
    "_%_",
    "\\",
    "*" * 300,
    "=cmd|' /C calc'!A1",
    "@SUM(A1)",
    "../../../../etc/passwd",
    "..\\..\\x",
    "//evil.example/",
    "https://evil.example/",
    "javascript:alert(1)",
    "id",
    "-name",
    "xlsx",
    "admin",
)
"""Values for fields, addresses and queries; bytes are no UTF-8."""

_ARGUMENTS = re.compile(r'(?:href|action|formaction|data-autosave)="(/[^"]*)"')
_FORM = re.compile(r"<form\b(?P<tag>[^>]*)>(?P<body>.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<(input|textarea|select|option|button)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
_STRANGE_FIELDS = (
    "version",
    "id",
    "state",
    "owner_id",
    "role",
    "roles",
    "csrf_token",
    "next",
    "_method",
    "key",
)
_QUERY = (
    "q",
    "page",
    "sort",
    "after",
    "before",
    "cursor",
    "format",
    "tab",
    "year",
    "stage",
    "side",
    "columns",
)
_TABLES = {"order": "funds_order", "line": "budget_line", "entry": "entry", "matched": "project"}


@dataclass
class Input:
    """One request as it will be sent."""

    method: str
    address: str
    endpoint: str
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = None

    def __str__(self) -> str:
        """Enough to send it again by hand."""
        return f"{self.method} {self.address[:200]} [{self.endpoint}] {str(self.data)[:600]} {self.headers}"


class Attacker:
    """Makes inputs for an application out of what its pages have shown so far."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - the same inputs every time
        self.adapter = app.url_map.bind("localhost")
        self.rules = [
            (rule, method)
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
        self.waiting: list[tuple[Rule, str]] = []
        self.known: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.forms: dict[str, list[tuple[str, list[tuple[str, str]]]]] = defaultdict(list)

    # --- learning -------------------------------------------------------------------------------------------

    def learn(self, page: str) -> None:
        """Keep the addresses and the forms of a page."""
        for found in _ARGUMENTS.findall(page):
            self._place(unescape(found))
        for form in _FORM.finditer(page):
            action = dict(_ATTRIBUTE.findall(form["tag"])).get("action")
            endpoint = self._place(unescape(action)) if action else None
            if endpoint:
                self._keep(self.forms[endpoint], (unescape(action or ""), _fields(form["body"])))

    def learn_form_of(self, address: str, endpoint: str, page: str) -> None:
        """Keep the forms without an address of their own, which are sent to the page's."""
        for form in _FORM.finditer(page):
            if 'action="' not in form["tag"]:
                self._keep(self.forms[endpoint], (address, _fields(form["body"])))

    def _place(self, address: str) -> str | None:
        try:
            endpoint, arguments = self.adapter.match(urlsplit(address).path, method="GET")
        except RequestRedirect:
            return None
        except Exception:  # not an address for GET
            try:
                endpoint, arguments = self.adapter.match(urlsplit(address).path, method="POST")
            except Exception:
                return None
        self._keep(self.known[endpoint], dict(arguments))
        return str(endpoint)

    def _keep(self, pool: list[Any], thing: Any) -> None:
        if thing in pool:
            return
        if len(pool) < 40:
            pool.append(thing)
        else:
            pool[self.random.randrange(40)] = thing

    # --- making ---------------------------------------------------------------------------------------------

    def input(self, key: str, may: Callable[[str], bool]) -> Input:
        """The next input.

        ``key`` is the form key of the session that will send it; endpoints that its person may open are
        taken before the others.
        """
        if len(self.waiting) < len(self.rules):
            self.waiting += self.random.sample(self.rules, len(self.rules))
        own = (place for place, (rule, _) in enumerate(self.waiting) if may(rule.endpoint))
        rule, method = self.waiting.pop(next(own, 0) if self.random.random() < 0.8 else 0)
        made = Input(method, self._address(rule), rule.endpoint)
        made.headers = self._headers()
        if method == "POST":
            self._fill(made, key)
        chance = self.random.random()
        if method == "GET" and chance < 0.5:
            made.address += "?" + "&".join(
                f"{self.random.choice(_QUERY)}={self._quoted()}" for _ in range(self.random.randint(1, 3))
            )
        elif chance > 0.97:
            made.method = self.random.choice(("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW"))
        return made

    def _address(self, rule: Rule) -> str:
        known = self.known[rule.endpoint]
        arguments = dict(self.random.choice(known)) if known else {}
        for name in sorted(rule.arguments):
            number = type(rule._converters[name]).__name__ == "SmallInteger"
            if name not in arguments or self.random.random() < 0.1:
                arguments[name] = self._existing(name) if number else self._word(name)
            if self.random.random() < 0.04:
                arguments[name] = self.random.choice((0, 2**31, 2**63 - 1, 2**63)) if number else None
        parts = re.split(r"<(?:[^:>]*:)?([^>]+)>", rule.rule)
        return "".join(
            part if index % 2 == 0 else self._piece(arguments[part]) for index, part in enumerate(parts)
        )

    def _piece(self, value: Any) -> str:
        return (self._quoted() or "x")[:3000] if value is None else quote(str(value), safe="")

    def _existing(self, name: str) -> int:
        noun = name.removesuffix("_id")
        if noun == "year":
            return self.random.choice((2006, 2009, 2010, 2011, 9999, 0))
        for table in Table.__subclasses__():
            if table._meta.table_name in {noun, _TABLES.get(noun), f"payment_{noun}", f"direct_{noun}"}:
                row = table.select(table.id).order_by(table.id).offset(self.random.randrange(60)).first()
                if row is not None:
                    return int(row.id)
        return self.random.randint(0, 60)

    def _word(self, name: str) -> Any:
        words = [one[name] for many in self.known.values() for one in many if name in one]
        return self.random.choice(sorted(map(str, words))) if words and self.random.random() < 0.8 else None

    def _quoted(self) -> str:
        value = self.random.choice(HOSTILE)
        return quote_from_bytes(value) if isinstance(value, bytes) else quote(value[:2000], safe="")

    def _headers(self) -> dict[str, str]:
        offered = (
            ("Accept", "application/json"),
            ("Accept", "\U00020000;q=x,,,*/*;q=9e99".encode().decode("latin-1")),
            ("Accept-Language", "xx-YY;q=NaN, zh-Hant-TW, *;q=-1"),
            ("If-Modified-Since", "Thu, 99 Foo 0000 99:99:99 GMT"),
            ("If-None-Match", 'W/"\xff", *'),
            ("Range", "bytes=9-1,--5"),
            ("Range", f"bytes={'9' * 30}-"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-Forwarded-For", "' OR 1=1"),
            ("Host", "evil.example:99999"),
            ("Referer", "http://[::1"),
            ("Origin", "http://[bad"),
            ("Cookie", "language=zz\xff; session=.eJx; remember_token=1|x"),
            ("Content-Length", "-5"),
        )
        return dict([self.random.choice(offered)]) if self.random.random() < 0.25 else {}

    def _fill(self, made: Input, key: str) -> None:
        forms = self.forms[made.endpoint]
        fields: list[tuple[str, Any]] = []
        if forms:
            made.address, learned = self.random.choice(forms)
            fields = [pair for pair in learned if pair[0] != "csrf_token"]
        for _ in range(self.random.randint(0, 3)):
            value = self.random.choice(HOSTILE)
            if fields and self.random.random() < 0.9:
                place = self.random.randrange(len(fields))
                name = fields[place][0]
                change = self.random.random()
                if change < 0.75:
                    fields[place] = (name, value)
                elif change < 0.9:
                    fields.append((name, value))
                else:
                    fields.pop(place)
            else:
                fields.append((self.random.choice(_STRANGE_FIELDS), value))
        if self.random.random() < 0.95:
            fields.append(("csrf_token", key))
        self._pack(made, fields)

    def _pack(self, made: Input, fields: list[tuple[str, Any]]) -> None:
        way = self.random.random()
        if way < 0.75:
            made.content_type = "application/x-www-form-urlencoded"
            made.data = "&".join(f"{quote(name)}={_escaped(value)}" for name, value in fields)
        elif way < 0.92:
            filled: list[tuple[str, Any]] = [(name, _text(value)) for name, value in fields]
            files = [name for name, _ in fields if "file" in name or "document" in name] or ["file"]
            for name in files:
                filled.append((name, (io.BytesIO(self._file()), self.random.choice(_NAMES))))
            made.content_type = "multipart/form-data"
            made.data = MultiDict(filled)
        else:
            made.content_type, made.data = self.random.choice(_BROKEN)

    def _file(self) -> bytes:
        return self.random.choice(
            (
                b"",
                b"text",
                b"%PDF-1.4\n",
                b"PK\x03\x04" + b"\0" * 60,
                b"MZ\x90\x00",
                b"\xff\xd8\xff" * 9,
                b"\0" * 99,
            )
        )


_NAMES = ("a.pdf", "../../x.txt", "渝.docx", "a.xlsx", "\u202efdp.exe", "x" * 300 + ".txt", "", "a\r\nb.txt")
_BROKEN = (
    ("application/json", b'{"a": [1e400, "\\ud800"]}'),
    ("application/json", b"[" * 50_000),
    ("text/plain", b"hello"),
    ("multipart/form-data", b"no boundary at all"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nnever ends"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n\xff\r\n--x--"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"a=%ff&csrf_token=%00"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(3000))),
    ("\xff/\xff; =", b"x"),
)


def _fields(body: str) -> list[tuple[str, str]]:
    """The fields of a form; a list of choices gets the last that is offered."""
    fields: dict[str, str] = {}
    chosen = ""
    for kind, rest in _INPUT.findall(body):
        attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(rest)}
        if kind == "select":
            chosen = attributes.get("name", "")
        elif kind == "option":
            fields[chosen] = attributes.get("value", "")
        elif attributes.get("name") and (
            attributes.get("type") != "radio" or attributes["name"] not in fields
        ):
            fields[attributes["name"]] = attributes.get("value", "")
    return list(fields.items())


def _escaped(value: str | bytes) -> str:
    return quote_from_bytes(value) if isinstance(value, bytes) else quote(value, safe="")


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


# --- what has moved -----------------------------------------------------------------------------------------


class Watch(Protocol):
    """Looks at a database from outside the application."""

    def moment(self) -> Any:
        """Something that differs once anybody has committed a change."""

    def sums(self) -> dict[str, str]:
        """A checksum of every business table."""


OURS_TO_CHANGE = frozenset({"login_try", "login_session"})
"""Counters of attempts, and sessions; of the audit trail its entries on log-ins are left out too."""
_SECURITY = "action NOT IN ('account.lock', 'session.begin', 'session.end', 'password.set')"


class SqliteWatch:
    def __init__(self, path: str) -> None:
        self.connection = sqlite3.connect(path)

    def moment(self) -> Any:
        return self.connection.execute("PRAGMA data_version").fetchone()

    def sums(self) -> dict[str, str]:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        found = {}
        for (table,) in self.connection.execute(named).fetchall():
            if table not in OURS_TO_CHANGE:
                where = f" WHERE {_SECURITY}" if table == "audit_entry" else ""
                rows = self.connection.execute(f'SELECT * FROM "{table}"{where}').fetchall()
                found[table] = hashlib.sha256(repr(rows).encode("utf-8", "replace")).hexdigest()
        return found


class PostgresqlWatch:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()

    def moment(self) -> Any:
        return self.connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()

    def sums(self) -> dict[str, str]:
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        found = {}
        for (table,) in self.connection.execute(named).fetchall():
            if table not in OURS_TO_CHANGE:
                where = f" WHERE {_SECURITY}" if table == "audit_entry" else ""
                row = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t{where}"
                found[table] = str(self.connection.execute(row).fetchone())
        return found
