# ruff: noqa: ANN401 - WTForms has no types
"""Trying and saving a selection for the annual plan, and handing it over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, FieldList, FormField, SelectField
from wtforms import Form as Rows
from wtforms.fields.choices import SelectChoice

from approvals.queries.choice import Candidate
from approvals.queries.selections import Saved
from approvals.rules.choice import AmountBasis, LeastShare, Pin, Priority, ShareOf
from approvals.services.selections import Draft, Wish
from budget.rules.sources import OWN_LEVEL
from portfolio.foundation.errors import Invalid, say
from portfolio.foundation.web.forms import Form, LineField, ProseField, WanField, WholeField
from portfolio.foundation.web.language import text
from portfolio.rules.dossier import FundingSource
from portfolio.rules.labelled import Labelled

SHARE_ROWS = 2
_LONGEST_REASON = 2000


class ProjectsField(Field):
    """The ids of the projects that are ticked; whatever else is sent is no project."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read them."""
        self.data = frozenset(int(one) for one in valuelist if one.isascii() and one.isdigit())

    def process_data(self, value: Any) -> None:
        """What is ticked to begin with."""
        self.data = frozenset(value or ())


class OfProjectsField(Field):
    """A choice for each of many projects, sent as ``id:code``; an empty one is none."""

    def __init__(self, label: Any, choices_of: type[Labelled], **named: Any) -> None:
        """``choices_of``: the words that may be chosen."""
        self.enum = choices_of
        self.data: dict[int, Any] = {}
        super().__init__(label, **named)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read them."""
        found: dict[int, Any] = {}
        for one in valuelist:
            key, _colon, code = one.partition(":")
            if key.isascii() and key.isdigit() and code in set(self.enum):
                found[int(key)] = self.enum(code)
        self.data = found

    def process_data(self, value: Any) -> None:
        """What is chosen to begin with."""
        self.data = dict(value or {})


class ShareRow(Rows):
    """A least share: of what, and how many per cent."""

    of: Any = SelectField(_("专栏或经济区"), validate_choice=False)
    percent: Any = WholeField(_("最低占比（%）"))


class SelectionForm(Form):
    """What is tried: ticks, amounts, pins, conditions, what is shown; words to save it."""

    chosen = ProjectsField(_("列入"))
    basis = OfProjectsField(_("金额依据"), AmountBasis)
    pin = OfProjectsField(_("指定"), Pin)
    assumed: Any = WanField(
        _("假定年度规模（市级财政）"), description=_("留空按已下达的年度规模；提交审定时只认已下达的规模")
    )
    shares: Any = FieldList(FormField(ShareRow), min_entries=SHARE_ROWS, max_entries=SHARE_ROWS)
    priority: Any = SelectField(_("优先级"), validate_choice=False)
    source: Any = SelectField(_("来源"), validate_choice=False)
    box: Any = SelectField(_("专栏"), validate_choice=False)
    zone: Any = SelectField(_("经济区"), validate_choice=False)
    title = LineField(_("方案名称"), longest=80)
    reason = ProseField(_("选择的理由"), longest=_LONGEST_REASON)

    def offer(self, candidates: Sequence[Candidate]) -> None:
        """What there is to filter by, and to promise a share to."""
        boxes = _named((one.box, one.box_name) for one in candidates)
        zones = _named((one.zone, one.zone_name) for one in candidates)
        sources = {need.source for one in candidates for needs in one.needs.values() for need in needs}
        self.priority.choices = _all([(one.value, text(one)) for one in Priority])
        self.source.choices = _all([(one.value, text(one)) for one in FundingSource if one in sources])
        self.box.choices, self.zone.choices = _all(boxes), _all(zones)
        targets = [
            *((f"{ShareOf.BOX.value}:{code}", words) for code, words in boxes),
            *((f"{ShareOf.ZONE.value}:{code}", words) for code, words in zones),
        ]
        for row in self.shares:
            row.form.of.choices = [SelectChoice("", text(say("不限")))] + [
                SelectChoice(value, words) for value, words in targets
            ]

    def shows(self, candidate: Candidate) -> bool:
        """Whether the filters let a project be seen; what they hide keeps its place in the selection."""
        sources = {need.source.value for needs in candidate.needs.values() for need in needs}
        return (
            self.priority.data in ("", None, candidate.priority.value)
            and self.box.data in ("", None, candidate.box)
            and self.zone.data in ("", None, candidate.zone)
            and (self.source.data or "") in {"", *sources}
        )

    def draft(self) -> Draft:
        """What was typed, as a draft; raises ``Invalid`` for half a share."""
        free = self.without_shares()
        return Draft(free.wishes, free.assumed, tuple(self._shares()))

    def without_shares(self) -> Draft:
        """What was ticked and settled of the projects, whatever is wrong with the rest."""
        ids = {*self.chosen.data, *self.basis.data, *self.pin.data}
        wishes = {
            key: Wish(key in self.chosen.data, self.basis.data.get(key), self.pin.data.get(key))
            for key in ids
        }
        assumed = {} if self.assumed.data is None else dict.fromkeys(OWN_LEVEL, self.assumed.data)
        return Draft(wishes, assumed)

    def _shares(self) -> Iterable[LeastShare]:
        for index, row in enumerate(self.shares):
            of, percent = row.form.of.data or "", row.form.percent.data
            if not of and percent is None:
                continue
            kind, _colon, code = of.partition(":")
            if kind not in set(ShareOf) or percent is None:
                raise Invalid({f"shares[{index}].percent": say("请同时选择对象并填写最低占比")})
            yield LeastShare(ShareOf(kind), code, percent)


def as_typed(kept: Saved) -> dict[str, Any]:
    """A saved selection as the form would have it: the beginning of the next."""
    assumed = next((room.assumed for room in kept.problem.rooms if room.assumed is not None), None)
    return {
        "chosen": kept.chosen,
        "basis": {line.project.id: line.basis for line in kept.lines},
        "pin": {line.project.id: line.pin for line in kept.lines if line.pin is not None},
        "assumed": assumed,
        "shares": [
            {"of": f"{one.of.value}:{one.code}", "percent": one.percent} for one in kept.problem.shares
        ],
    }


def _named(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted({(code, name) for code, name in pairs if code})


def _all(choices: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", text(say("全部"))), *(SelectChoice(value, words) for value, words in choices)]


class HandOverForm(Form):
    """The meeting whose agenda a selection goes on, where one is called."""

    meeting: Any = SelectField(_("列入会议议程"), coerce=str)

    def offer(self, meetings: Iterable[Any]) -> None:
        """The meetings that are called and not closed."""
        none = SelectChoice("", text(say("暂不指定会议")))
        self.meeting.choices = [none, *(SelectChoice(str(one.id), one.number) for one in meetings)]

    @property
    def meeting_id(self) -> int | None:
        """The meeting that was chosen."""
        return int(self.meeting.data) if self.meeting.data else None
