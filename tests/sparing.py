"""What a process of tests compiles once for all the applications that it builds: templates and addresses."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """The code of every template, by its file and content."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was compiled before, if anything."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what has been compiled."""
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


def spare_compiling() -> None:
    """From now on every application of this process shares compiled templates and builders of addresses.

    A builder is a function of nothing but its rule's text and defaults; compiling some four hundred of them
    was most of the work of building an application.
    """
    Flask.jinja_options = {"bytecode_cache": CompiledTemplates()}
    compile_builder = Rule._compile_builder
    known: dict[Any, Callable[..., tuple[str, str]]] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    setattr(Rule, "_compile_builder", once)  # noqa: B010 - it is not ours to assign, says the type checker
