"""Finding what may have been built already 防止重复建设: like plan item, name, content or data.

Basis: 规划“避免重复建设”; 立项依据充分性“不与同类项目重复”.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from portfolio.foundation.errors import Finding, Message, say
from portfolio.rules.dossier.words import DuplicateReply

PROJECT, SYSTEM = "project", "system"
"""The kinds of things that are compared."""

NAME_PERCENT = 80
CONTENT_PERCENT = 60
SHORTEST_CONTENT = 20
COMPARED_CONTENT = 1000
_SAYS_NOTHING = re.compile(r"重庆市|重庆|全市|[一二三四五六七八九十]期|项目|工程|建设|系统|平台|[^\w]|_")
"""Words that most names carry, and signs: two names are not alike because both say 系统."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A project or a system as far as it is compared; ``plan_item`` is its code within its plan."""

    kind: str
    id: int
    code: str
    name: str
    owner_name: str
    content: str = ""
    plan_item: str | None = None
    resources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """Something similar, why it is taken for similar, and what the applicant answered, if anything."""

    thing: Thing
    reasons: tuple[Message, ...]
    reply: DuplicateReply | None = None
    answer: str = ""


def matches(subject: Thing, others: Iterable[Thing]) -> list[Match]:
    """The ``others`` that ``subject`` may repeat, those with most reasons first."""
    name, content = _bare(subject.name), _start(subject.content)
    found = []
    for other in others:
        reasons = _reasons(subject, name, content, other)
        if reasons:
            found.append(Match(other, tuple(reasons)))
    return sorted(found, key=lambda match: (-len(match.reasons), match.thing.kind, match.thing.code))


def answered(
    found: Sequence[Match], answers: dict[tuple[str, int], tuple[DuplicateReply, str]]
) -> list[Match]:
    """The matches with the applicant's last answer to each, by (kind, id)."""
    with_answers = []
    for match in found:
        answer = answers.get((match.thing.kind, match.thing.id))
        with_answers.append(replace(match, reply=answer[0], answer=answer[1]) if answer else match)
    return with_answers


def duplicates_finding(found: Sequence[Match]) -> Finding:
    """Whether every similar project and system has its answer; a check of the plan gate."""
    open_matches = [match.thing for match in found if match.reply is None]
    names = "、".join(f"{thing.code} {thing.name}" for thing in open_matches[:5])
    if open_matches:
        what = say("有{n}个相似项目或系统尚未答复", n=len(open_matches))
    else:
        what = say("相似项目或系统{n}个，均已答复", n=len(found))
    return Finding(
        "DUPLICATES",
        not open_matches,
        what,
        "防止重复建设",
        figure=say("{names}", names=names) if open_matches else None,
        remedy=say("请逐一答复：并入、复用其成果，或说明并不重复的理由") if open_matches else None,
    )


def _reasons(subject: Thing, name: str, content: str, other: Thing) -> list[Message]:
    reasons = []
    if subject.plan_item is not None and subject.plan_item == other.plan_item:
        reasons.append(say("同属规划项目{code}", code=subject.plan_item.rpartition("/")[2]))
    alike = fuzz.ratio(name, _bare(other.name), score_cutoff=NAME_PERCENT)
    if alike:
        reasons.append(say("名称相似{percent}%", percent=int(alike)))
    theirs = _start(other.content)
    if min(len(content), len(theirs)) >= SHORTEST_CONTENT:
        alike = fuzz.ratio(content, theirs, score_cutoff=CONTENT_PERCENT)
        if alike:
            reasons.append(say("建设内容相似{percent}%", percent=int(alike)))
    shared = sorted(subject.resources & other.resources)
    if shared:
        reasons.append(say("信息资源重叠：{names}", names="、".join(shared[:5])))
    return reasons


def _bare(name: str) -> str:
    """A name without the words that most names carry; itself when nothing else is left."""
    plain = unicodedata.normalize("NFKC", name)
    return _SAYS_NOTHING.sub("", plain) or plain


def _start(content: str) -> str:
    return unicodedata.normalize("NFKC", content[:COMPARED_CONTENT])
