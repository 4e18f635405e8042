"""The font cache and the look-up of characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.pdf import fonts
from reports.pdf.fonts import GETA, FaceName, Faces, Substitute, Substitution


def test_the_stock_holds_all_of_gb2312_and_both_faces_hold_the_stock() -> None:
    points = set(fonts.stock())
    assert sum(0x4E00 <= point <= 0x9FFF for point in points) == 6763
    for name in FaceName:
        have = fonts.load(name).widths
        missing = {chr(point) for point in points if chr(point) not in have}
        assert not {character for character in missing if "\u4e00" <= character <= "\u9fff"}
        assert not missing & set("，。、；：？！“”‘’（）《》〔〕…—·％‰℃㎡①≥≤×÷√〓¥￥")


def test_the_faces_carry_names_of_our_own() -> None:
    for name in FaceName:
        assert fonts.load(name).font.face.name.decode() == name.value
        assert "Noto" not in name.value


def test_conversion_is_reproducible() -> None:
    points = [ord(character) for character in "0123—重庆市（）"]
    assert fonts.convert(FaceName.SONG, points, "A") == fonts.convert(FaceName.SONG, points, "A")


def test_a_missing_face_is_built_once_said_so_and_replaces_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fonts, "CACHE", tmp_path / "fonts")
    monkeypatch.setattr(fonts, "stock", lambda: [ord(character) for character in "0123456789—字"])
    (tmp_path / "fonts").mkdir()
    stale = tmp_path / "fonts" / f"{FaceName.SONG.value}-000000000000.ttf"
    stale.write_bytes(b"old")
    path = fonts.ensure(FaceName.SONG)
    assert f"built {path.name}" in capsys.readouterr().err
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    stamp = path.stat().st_mtime_ns
    assert fonts.ensure(FaceName.SONG) == path
    assert path.stat().st_mtime_ns == stamp
    assert capsys.readouterr().err == ""


def test_a_rare_name_is_drawn_from_the_whole_font_and_listed() -> None:
    faces = Faces("朱镕基、李喆")
    assert faces.substitutions == (
        Substitution("喆", Substitute.RARE),
        Substitution("镕", Substitute.RARE),
    )
    for name in FaceName:
        face, drawn = faces.find(name, "镕")
        assert drawn == "镕"
        assert face is faces.rare[name]


def test_what_no_font_has_becomes_the_geta_mark() -> None:
    faces = Faces("好👍")
    assert faces.substitutions == (Substitution("👍", Substitute.GETA),)
    face, drawn = faces.find(FaceName.HEI, "👍")
    assert (face, drawn) == (faces.face(FaceName.HEI), GETA)


def test_invisible_characters_are_neither_drawn_nor_reported() -> None:
    assert Faces("甲\u200b乙\u202e丙\ufeff\x00\n\t\ufe0f").substitutions == ()
