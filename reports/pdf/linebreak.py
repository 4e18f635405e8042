"""Breaking Chinese text into lines: 避头尾, justification by character spacing, even titles.

Text is never parsed: what a person typed is set character for character, and emphasis is given by
:class:`Run` objects.  A line may not begin with a closing mark nor end with an opening one; a run of Latin
letters and digits stays whole, a number stays with its unit, and a thin space parts Chinese from Latin.
All lengths are points unless they say em.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache

from reports.pdf.fonts import Face, FaceName, Faces, is_invisible

NO_START = frozenset("，。、；：！？）》〉」』】〕〗”’…—～·％‰℃々ー〞,.;:!?)]}%")
NO_END = frozenset("（《〈「『【〔〖“‘〝￥([{¥$№")
_BLANK_RIGHT = frozenset("，。、；：！？）》〉」』】〕〗”’")  # ink in the left half of the em only
_BLANK_LEFT = frozenset("（《〈「『【〔〖“‘")
_UNITS = frozenset("万亿元年月日个分天项家次％%‰℃")
_DIGITS = frozenset("0123456789")
_LEADERS = frozenset("—…")
_SOFT = frozenset("/-_.=&?#,")
HALF = 0.5  # em: what a mark loses beside another mark, or at the edge of a line
THIN = 0.125  # em: between Chinese and Latin
LOOSE = 0.5  # a line emptier than this share before a long word rather splits the word
Colour = tuple[float, float, float]
INK: Colour = (0.0, 0.0, 0.0)


class Align(StrEnum):
    """How the lines of a paragraph lie in its measure."""

    JUSTIFY = "justify"
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a paragraph is set; ``size`` and ``leading`` in points, ``indent`` of the first line in ems."""

    face: FaceName = FaceName.SONG
    size: float = 15.75
    leading: float = 28.9
    indent: float = 0.0
    align: Align = Align.JUSTIFY
    bold: bool = False
    colour: Colour = INK
    before: float = 0.0
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text within a paragraph, optionally bold."""

    text: str
    bold: bool = False


Text = str | Sequence[Run]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Characters drawn in one go: one font, one weight, the same extra space (ems) after each."""

    face: Face
    text: str
    spacing: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A set line; ``offset`` and ``width`` in ems, ``text`` as it reads."""

    text: str
    chunks: tuple[Chunk, ...]
    offset: float
    width: float


class _Kind(IntEnum):
    HAN = 0
    LATIN = 1
    LATIN_MARK = 2
    SPACE = 3
    MARK = 4
    BREAK = 5


@lru_cache(maxsize=8192)
def _kind(character: str) -> _Kind:
    if character == "\n":
        return _Kind.BREAK
    if character in " \u00a0\t":
        return _Kind.SPACE
    point = ord(character)
    if character.isalnum() and point < 0x2E80:
        return _Kind.LATIN
    if point < 0x100 and character not in "·×÷":
        return _Kind.LATIN_MARK
    return _Kind.HAN if character.isalnum() else _Kind.MARK


def _may_break(before: str, after: str, kind: _Kind, following: _Kind) -> bool:
    """Whether a line may end between two neighbouring characters."""
    if after in NO_START or before in NO_END or following is _Kind.SPACE:
        return False
    if kind is _Kind.SPACE:
        return True
    if kind in _LATINS and following in _LATINS:
        return False
    return not _bound(before, after)


def _bound(before: str, after: str) -> bool:
    """A number and its unit, the parts of a 文号, and the two halves of a dash or an ellipsis."""
    if (before in _DIGITS and after in _UNITS) or after == "〔" or (before == "〕" and after in _DIGITS):
        return True
    return (before in "万亿" and after == "元") or (before in _LEADERS and after == before)


def _kern(before: str, after: str, kind: _Kind, following: _Kind) -> float:
    """Space in ems between two neighbours: marks close up, Chinese and Latin stand a little apart."""
    if before in _BLANK_RIGHT:
        return -HALF if after in _BLANK_RIGHT or after in _BLANK_LEFT else 0.0
    if before in _BLANK_LEFT:
        return -HALF if after in _BLANK_LEFT else 0.0
    if (kind is _Kind.HAN and following is _Kind.LATIN) or (kind is _Kind.LATIN and following is _Kind.HAN):
        return THIN
    return 0.0


_LATINS = (_Kind.LATIN, _Kind.LATIN_MARK)


@lru_cache(maxsize=65536)
def _pair(before: str, after: str) -> tuple[bool, bool, float]:
    """Between two neighbours: may the line break, may space be added, and how far apart they stand."""
    kind, following = _kind(before), _kind(after)
    stretch = not (kind in _LATINS and following in _LATINS) and not (before in _LEADERS and after == before)
    return _may_break(before, after, kind, following), stretch, _kern(before, after, kind, following)


class _Setting:
    """One paragraph's characters with their faces, advances and the relations between neighbours."""

    def __init__(self, text: Text, style: TextStyle, faces: Faces) -> None:
        self.characters: list[str] = []
        self.faces: list[Face] = []
        self.widths: list[float] = []
        self.bold: list[bool] = []
        self._read(text, style, faces)
        following = [*self.characters, "\n"][1:]
        self.pairs = [_pair(*pair) for pair in zip(self.characters, following, strict=True)]

    def _read(self, text: Text, style: TextStyle, faces: Faces) -> None:
        ordinary = faces.face(style.face)
        advance = ordinary.widths.get
        for run in (Run(text),) if isinstance(text, str) else text:
            before = len(self.characters)
            widths = [advance(character) for character in run.text]
            if None in widths:
                self._read_odd(run.text, style.face, faces)
            else:
                self.characters += run.text
                self.widths += widths  # type: ignore[arg-type]
                self.faces += [ordinary] * len(widths)
            self.bold += [run.bold or style.bold] * (len(self.characters) - before)

    def _read_odd(self, text: str, name: FaceName, faces: Faces) -> None:
        """Text with line ends, tabs, invisible or rare characters in it."""
        ordinary = faces.face(name)
        for character in text:
            face, drawn = ordinary, character
            if character == "\n":
                width = 0.0
            elif character == "\t":
                drawn, width = " ", ordinary.widths[" "]
            elif is_invisible(character):
                continue
            else:
                face, drawn = faces.find(name, character)
                width = face.widths[drawn]
            self.characters.append(drawn)
            self.widths.append(width)
            self.faces.append(face)

    def lines(self, measure: float, indent: float, justify: bool) -> list[Line]:
        """Break into lines of ``measure`` ems, the first one indented."""
        ends = self._ends(measure, indent)
        lines, start = [], 0
        for number, end in enumerate(ends):
            room = measure if number else measure - indent
            last = end == len(self.characters) or self.characters[end - 1] == "\n"
            offset = 0.0 if number else indent
            lines.append(self._line(start, end, offset, room if justify and not last else None, room))
            start = end
        return lines

    def _ends(self, measure: float, indent: float) -> list[int]:
        total = len(self.characters)
        ends: list[int] = []
        start = 0
        while start < total:
            room = measure if ends else measure - indent
            start = self._fill(start, room, leading=not (indent and not ends))
            ends.append(start)
        self._avoid_orphan(ends)
        return ends

    def _fill(self, start: int, room: float, *, leading: bool) -> int:
        """The end of the line that begins at ``start``: greedy, the last mark may lose its blank half."""
        characters, widths, pairs = self.characters, self.widths, self.pairs
        x = -HALF if leading and characters[start] in _BLANK_LEFT else 0.0
        legal, filled = -1, 0.0
        limit = room + 1e-6
        for index in range(start, len(characters)):
            character = characters[index]
            if character == "\n":
                return index + 1
            x += widths[index]
            if x > limit and character != " " and not (character in _BLANK_RIGHT and x - HALF <= limit):
                return self._cut(start, index, legal, room, filled)
            may, _, kern = pairs[index]
            if may:
                legal, filled = index + 1, x
            x += kern
        return len(characters)

    def _cut(self, start: int, index: int, legal: int, room: float, filled: float) -> int:
        """Where to end an overfull line: at a legal place, unless that leaves a hole before a long word."""
        if legal > start:
            word = self._word_width(legal)
            if (filled >= room * LOOSE and word <= room) or index == legal:
                return legal
        first = max(legal, start) + 1
        for good in (self._is_seam, self._is_soft):
            for place in range(index, first, -1):
                if good(place):
                    return place
        for place in range(index, first, -1):
            if self.characters[place] not in NO_START and self.characters[place - 1] not in NO_END:
                return place
        return legal if legal > start else max(index, start + 1)

    def _is_seam(self, place: int) -> bool:
        """Between a number and its unit: bound, but the best place in a column too narrow for both."""
        before, after = self.characters[place - 1], self.characters[place]
        return before in _DIGITS and after in _UNITS and after not in NO_START

    def _is_soft(self, place: int) -> bool:
        """After the separators of an address or a code, but not inside a number."""
        before, after = self.characters[place - 1], self.characters[place]
        return before in _SOFT and after not in NO_START and not (before in ".," and after in _DIGITS)

    def _word_width(self, start: int) -> float:
        """The width of what stands unbreakable from ``start`` on."""
        width = 0.0
        for index in range(start, len(self.characters)):
            width += self.widths[index] + self.pairs[index][2]
            if self.pairs[index][0]:
                break
        return width

    def _avoid_orphan(self, ends: list[int]) -> None:
        """Let no paragraph end in a line of a single character: the line before gives one up."""
        if len(ends) < 2:
            return
        head = ends[-3] if len(ends) > 2 else 0
        last = self.characters[ends[-2] :]
        if sum(_kind(character) is not _Kind.MARK for character in last) != 1 or not last:
            return
        if _kind(last[0]) is not _Kind.HAN or self.characters[ends[-2] - 1] == "\n":
            return
        for place in range(ends[-2] - 1, max(head + 1, ends[-2] - 4), -1):
            if self.pairs[place - 1][0]:
                ends[-2] = place
                return

    def _line(self, start: int, end: int, offset: float, fill: float | None, room: float) -> Line:
        characters = self.characters
        while end > start and characters[end - 1] in " \n":
            end -= 1
        if end == start:
            return Line("", (), offset, 0.0)
        pairs = self.pairs
        lead = HALF if not offset and characters[start] in _BLANK_LEFT else 0.0
        after = [pairs[index][2] for index in range(start, end - 1)]
        width = sum(self.widths[start:end]) + sum(after) - lead
        tail = 0.0
        if width > room + 1e-6 and characters[end - 1] in _BLANK_RIGHT:
            tail = -HALF
            width += tail
        if fill is not None and width < fill:
            gaps = [index for index in range(start, end - 1) if pairs[index][1]]
            if gaps:
                extra = (fill - width) / len(gaps)
                for index in gaps:
                    after[index - start] += extra
                width = fill
        after.append(tail)
        return Line("".join(characters[start:end]), self._chunks(start, after), offset - lead, width)

    def _chunks(self, start: int, after: list[float]) -> tuple[Chunk, ...]:
        chunks = []
        faces, bold = self.faces, self.bold
        total = len(after)
        first = 0
        while first < total:
            place = start + first
            face, heavy, spacing = faces[place], bold[place], after[first]
            next_ = first + 1
            while (
                next_ < total
                and after[next_] == spacing
                and faces[start + next_] is face
                and bold[start + next_] is heavy
            ):
                next_ += 1
            text = "".join(self.characters[place : start + next_])
            chunks.append(Chunk(face, text, spacing, heavy))
            first = next_
        return tuple(chunks)


def set_lines(text: Text, style: TextStyle, measure: float, faces: Faces) -> list[Line]:
    """Break ``text`` into lines of ``measure`` points."""
    setting = _Setting(text, style, faces)
    return setting.lines(measure / style.size, style.indent, style.align is Align.JUSTIFY)


def one_line(text: Text, style: TextStyle, faces: Faces) -> Line | None:
    """``text`` up to its first line end, however long; nothing when there is nothing to draw."""
    lines = _Setting(text, style, faces).lines(float("inf"), 0.0, justify=False)
    return lines[0] if lines else None


def natural_width(text: Text, style: TextStyle, faces: Faces) -> float:
    """The width in points of ``text`` on one line."""
    line = one_line(text, style, faces)
    return line.width * style.size if line else 0.0


def balanced_lines(text: str, style: TextStyle, measure: float, faces: Faces) -> list[Line]:
    """Break a title into the fewest lines, as even as can be, rather after a word that ends a name."""
    setting = _Setting(text, style, faces)
    room = measure / style.size
    greedy = setting.lines(room, 0.0, justify=False)
    if len(greedy) < 2:
        return greedy
    ends = _even_ends(setting, room, len(greedy))
    starts = [0, *ends[:-1]]
    return [setting._line(start, end, 0.0, None, room) for start, end in zip(starts, ends, strict=True)]


_NAME_ENDS = frozenset("市区县网台统程目心局委办库厅院的及与和期部会—-”》）")


def _even_ends(setting: _Setting, room: float, count: int) -> list[int]:
    """The break places that make ``count`` lines most even (dynamic programme over legal places)."""
    total = len(setting.characters)
    sums = [0.0]
    for width, pair in zip(setting.widths, setting.pairs, strict=True):
        sums.append(sums[-1] + width + pair[2])
    places = [place for place in range(1, total) if setting.pairs[place - 1][0]] + [total]
    mean = sums[-1] / count
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for _ in range(count):
        reached: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, ends) in best.items():
            for end in places:
                width = sums[end] - sums[start]
                if end <= start or width > room + HALF:
                    continue
                named = end == total or setting.characters[end - 1] in _NAME_ENDS
                price = cost + (width - mean) ** 2 + (0.0 if named else 6.0)
                if end not in reached or price < reached[end][0]:
                    reached[end] = (price, [*ends, end])
        best = reached
    return best[total][1] if total in best else setting._ends(room, 0.0)
