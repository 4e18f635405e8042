"""The two Chinese faces of every PDF: 宋 for text, 黑 for headings, as TrueType files in a cache.

ReportLab embeds TrueType only and the font package brings OpenType/CFF, so each face is converted once:
the characters of GB2312 and the symbols of official documents, with cubic curves turned into quadratic
ones, under names of our own.  The cache lies in ``var/fonts`` of the checkout;
``python -m reports.pdf.fonts`` fills it, and whoever first needs it otherwise.

A character outside that stock (rare personal names, for the most part) is converted for the one document that
needs it; what even the whole font does not have is drawn as 〓.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as SourceFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

RECIPE = 2  # raise it when the conversion below changes, so that caches are rebuilt
CACHE = Path(__file__).resolve().parents[2] / "var" / "fonts"
GETA = "〓"
_SOURCE_LOCK = threading.Lock()  # the source font is read lazily from one open file
UNITS_PER_EM = 1000
CURVE_TOLERANCE = 1.0  # units of the em; 0.6 µm in 16-point text
_SYMBOLS = "–‰℃㎡㎥№℡㈱①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳✓✗☐√×÷±≤≥≠≈←↑→↓°′″²³µ½¼¾Ⅰ¥￥©®™•￡€∑∞⊕◎〔〕〖〗﹏～—…"


class FaceName(StrEnum):
    """The faces a document may ask for."""

    SONG = "Zhengwen-Song"
    HEI = "Zhengwen-Hei"


class Substitute(StrEnum):
    """What was drawn for a character that the stock of the face lacks."""

    RARE = "rare"  # the same design, taken from the whole font for this document
    GETA = "geta"  # nothing has it: 〓


@dataclass(frozen=True, slots=True)
class Substitution:
    """A character that had to be drawn from elsewhere, or could not be drawn at all."""

    character: str
    drawn: Substitute


def _source_path(face: FaceName) -> Path:
    fonts = pylopdf_fonts_zh_cn
    return fonts.serif_path() if face is FaceName.SONG else fonts.sans_path()


def stock() -> list[int]:
    """The code points every cached face holds: ASCII, Latin-1, GB2312 and the symbols of documents."""
    points = {*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, _SYMBOLS)}
    for high in range(0xA1, 0xF8):
        row = b"".join(bytes((high, low)) for low in range(0xA1, 0xFF))
        points.update(map(ord, row.decode("gb2312", errors="ignore")))
    return sorted(points)


def cached_path(face: FaceName) -> Path:
    """Where the converted face lies; the name changes with the source, the converter and the recipe."""
    parts = (str(RECIPE), version("pylopdf-fonts-zh-cn"), version("fonttools"), face.value)
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    return CACHE / f"{face.value}-{key}.ttf"


def ensure(face: FaceName) -> Path:
    """The converted face, built first when it is missing; two builders at once do no harm."""
    path = cached_path(face)
    if path.exists():
        return path
    sys.stderr.write(f"fonts: building {path.name} (once, about 15 s) …\n")
    began = time.monotonic()
    CACHE.mkdir(parents=True, exist_ok=True)
    content = convert(face, stock(), face.value)
    handle, temporary = tempfile.mkstemp(dir=CACHE, suffix=".part")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)
    for old in CACHE.glob(f"{face.value}-*.ttf"):
        if old != path:
            old.unlink(missing_ok=True)
    size = len(content) / 1e6
    sys.stderr.write(f"fonts: built {path.name}, {size:.1f} MB, {time.monotonic() - began:.1f} s\n")
    return path


def convert(face: FaceName, points: Iterable[int], name: str) -> bytes:
    """A TrueType font called ``name`` that holds those of ``points`` that the source has."""
    source = _source(face)
    cmap, glyphs, metrics = source.cmap, source.glyphs, source.metrics
    wanted = {point: cmap[point] for point in points if point in cmap}
    order = [".notdef", *sorted(set(wanted.values()) - {".notdef"})]
    adjusted = _adjustments(source)
    outlines: dict[str, Any] = {}
    advances: dict[str, int] = {}
    for glyph in order:
        width, shift = adjusted.get(glyph, (metrics[glyph][0], None))
        pen = TTGlyphPen(None)
        quadratic: Any = Cu2QuPen(pen, CURVE_TOLERANCE, reverse_direction=True)
        glyphs[glyph].draw(TransformPen(quadratic, shift) if shift else quadratic)
        outlines[glyph] = pen.glyph()
        advances[glyph] = width
    return _assemble(source.font, name, order, wanted, outlines, advances)


def _adjustments(source: _Source) -> dict[str, tuple[int, Transform]]:
    """Glyphs given another width: digits all as wide as 0 (columns of figures), the dash a full em (——)."""
    changed = {}
    digit_width = source.metrics[source.cmap[ord("0")]][0]
    for digit in "0123456789":
        glyph = source.cmap[ord(digit)]
        spare = digit_width - source.metrics[glyph][0]
        changed[glyph] = (digit_width, Transform(1, 0, 0, 1, spare / 2, 0))
    dash = source.cmap[ord("—")]
    pen = BoundsPen(source.glyphs)
    source.glyphs[dash].draw(pen)
    left, _, right, _ = pen.bounds
    stretch = UNITS_PER_EM / (right - left)
    changed[dash] = (UNITS_PER_EM, Transform(stretch, 0, 0, 1, -left * stretch, 0))
    return changed


def _assemble(
    source: SourceFont,
    name: str,
    order: list[str],
    wanted: dict[int, str],
    outlines: dict[str, Any],
    advances: dict[str, int],
) -> bytes:
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(wanted)
    builder.setupGlyf(outlines)  # computes the bounds; a side bearing that contradicts them shifts the glyph
    bearings = {glyph: (advances[glyph], getattr(outlines[glyph], "xMin", 0)) for glyph in order}
    builder.setupHorizontalMetrics(bearings)
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    family = name.replace("-", " ")
    names = {"familyName": family, "styleName": "Regular", "psName": name, "fullName": family}
    licence = str(source["name"].getDebugName(13) or "")
    builder.setupNameTable(
        {**names, "copyright": str(source["name"].getDebugName(0)), "licenseDescription": licence}
    )
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=1160, usWinDescent=320)
    builder.setupPost(keepGlyphNames=False)
    builder.setupHead(unitsPerEm=UNITS_PER_EM, created=0, modified=0)
    builder.font.recalcTimestamp = False
    stream = io.BytesIO()
    builder.font.save(stream)
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class _Source:
    """The package's own font, opened once per process and only when something must be converted."""

    font: Any
    cmap: dict[int, str]
    glyphs: Any
    metrics: Any


@lru_cache(maxsize=2)
def _source(face: FaceName) -> _Source:
    font = SourceFont(_source_path(face), lazy=True)
    return _Source(font, font.getBestCmap(), font.getGlyphSet(), font["hmtx"].metrics)


class Face:
    """A loaded font: the object ReportLab embeds, and the advance of every character in ems."""

    __slots__ = ("font", "widths")

    def __init__(self, name: str, file: Path | io.BytesIO) -> None:
        """Load ``file`` under ``name``."""
        self.font: Any = TTFont(name, file, shapable=False)
        widths = self.font.face.charWidths
        self.widths: dict[str, float] = {
            chr(point): widths[point] / UNITS_PER_EM for point in self.font.face.charToGlyph
        }


@lru_cache(maxsize=2)
def load(face: FaceName) -> Face:
    """The cached face, loaded once per process and known to ReportLab under its name."""
    loaded = Face(face.value, ensure(face))
    pdfmetrics.registerFont(loaded.font)
    return loaded


@lru_cache(maxsize=16)
def _load_rare(face: FaceName, characters: tuple[str, ...]) -> Face:
    name = f"{face.value}-Rare"
    with _SOURCE_LOCK:
        return Face(name, io.BytesIO(convert(face, (0x20, *map(ord, characters)), name)))


class Faces:
    """The faces of one document, complete for its text: every character of it can be drawn from here."""

    def __init__(self, text: str) -> None:
        """Look up every character of ``text`` before anything is drawn."""
        self._loaded = {face: load(face) for face in FaceName}
        characters = {character for character in set(text) if not is_invisible(character)}
        missing = sorted(characters - load(FaceName.SONG).widths.keys())
        self.rare: dict[FaceName, Face] = {}
        drawable = self._add_rare(missing)
        self.substitutions = tuple(
            Substitution(character, Substitute.RARE if character in drawable else Substitute.GETA)
            for character in missing
        )

    def _add_rare(self, missing: list[str]) -> set[str]:
        if not missing:
            return set()
        cmap = _source(FaceName.SONG).cmap.keys() & _source(FaceName.HEI).cmap.keys()
        rare = tuple(character for character in missing if ord(character) in cmap)
        if rare:
            self.rare = {face: _load_rare(face, rare) for face in FaceName}
        return set(rare)

    def face(self, name: FaceName) -> Face:
        """The ordinary face of that name."""
        return self._loaded[name]

    def find(self, name: FaceName, character: str) -> tuple[Face, str]:
        """The face that draws ``character`` in the style of ``name``, and the character to draw."""
        ordinary = self._loaded[name]
        if character in ordinary.widths:
            return ordinary, character
        rare = self.rare.get(name)
        if rare is not None and character in rare.widths:
            return rare, character
        return ordinary, GETA


def is_invisible(character: str) -> bool:
    """Control and format characters (line ends, joiners, direction marks): never drawn."""
    return unicodedata.category(character) in ("Cc", "Cf") or character in "\u2028\u2029\ufe0e\ufe0f"


def main() -> None:
    """Fill the cache, both faces at once; silent when there is nothing to do."""
    if all(cached_path(face).exists() for face in FaceName):
        return
    with ProcessPoolExecutor(max_workers=len(FaceName)) as pool:
        list(pool.map(ensure, FaceName))


if __name__ == "__main__":
    main()
