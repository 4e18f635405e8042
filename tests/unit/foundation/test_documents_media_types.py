"""What a file is, whatever its name says."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from portfolio.foundation.errors import Refused
from portfolio.foundation.media_types import LONGEST_NAME, MediaType, clean_name, recognise

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17)


def archive(*members: str, content: bytes = b"<x/>") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for member in members:
            file.writestr(member, content)
    return buffer.getvalue()


def compound(*entries: str) -> bytes:
    """An OLE2 file: header, one table sector, directory sectors chained one after another."""
    names = ["Root Entry", *entries]
    sectors = [names[start : start + 4] for start in range(0, len(names), 4)]
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<I", header, 76, 0)
    chain = [0xFFFFFFFD, *range(2, len(sectors) + 1), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    directory = bytearray(512 * len(sectors))
    for position, name in enumerate(names):
        raw = name.encode("utf-16-le")
        directory[position * 128 : position * 128 + len(raw)] = raw
        struct.pack_into("<H", directory, position * 128 + 64, len(raw) + 2)
    return bytes(header) + table + bytes(directory)


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("批复.pdf", PDF, MediaType.PDF),
        ("批复.PDF", PDF, MediaType.PDF),
        ("图.png", PNG, MediaType.PNG),
        ("扫描.jpeg", b"\xff\xd8\xff\xe0" + bytes(20), MediaType.JPEG),
        ("扫描.tif", b"II*\x00" + bytes(20), MediaType.TIFF),
        ("扫描.tiff", b"MM\x00*" + bytes(20), MediaType.TIFF),
        ("公文.ofd", archive("OFD.xml", "Doc_0/Document.xml"), MediaType.OFD),
        ("方案.docx", DOCX, MediaType.DOCX),
        ("概算.xlsx", XLSX, MediaType.XLSX),
        ("旧方案.doc", compound("1Table", "Data", "x", "y", "WordDocument"), MediaType.DOC),
        ("旧方案.wps", compound("WordDocument"), MediaType.DOC),
        ("旧概算.xls", compound("Workbook"), MediaType.XLS),
        ("说明.txt", "网上办事大厅𠮷".encode(), MediaType.TEXT),
        ("说明.txt", "网上办事大厅㑇".encode("gb18030"), MediaType.TEXT),
        ("明细.csv", "\ufeff项目,金额\r\n甲,1\r\n".encode(), MediaType.CSV),
    ],
)
def test_accepts_what_is_named(name: str, content: bytes, media_type: MediaType) -> None:
    assert recognise(io.BytesIO(content), name=name) is media_type


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("空.pdf", b"", "DOC_EMPTY", "空文件"),
        ("批复.pdf", b"MZ\x90\x00" + bytes(60), "DOC_TYPE", "Windows 可执行程序"),
        ("批复.pdf", b"\x7fELF" + bytes(60), "DOC_TYPE", "Linux 可执行程序"),
        ("批复.pdf", b"#!/bin/sh\nrm -rf /\n", "DOC_TYPE", "脚本程序"),
        ("批复.pdf", b"  \n<!DOCTYPE html><script>1</script>", "DOC_TYPE", "网页"),
        ("图.svg", b"<svg onload='x()'/>", "DOC_TYPE", "网页"),
        ("程序.exe", b"MZ" + bytes(60), "DOC_TYPE", "可执行程序"),
        ("全部.zip", archive("a.txt"), "DOC_TYPE", "压缩包"),
        ("全部.docx", archive("a.txt"), "DOC_TYPE", "压缩包"),
        ("全部.rar", b"Rar!\x1a\x07\x00", "DOC_TYPE", "压缩包"),
        ("安装.msi", compound("Property"), "DOC_TYPE", "复合文档"),
        ("杂.txt", b"abc\x00def", "DOC_TYPE", "无法识别"),
        ("杂.txt", b"\xff\xfe\x81\xff\xff", "DOC_TYPE", "无法识别"),
        ("图.pdf", PNG, "DOC_NAME", "PNG"),
        ("批复.docx", PDF, "DOC_NAME", "PDF"),
        ("批复", PDF, "DOC_NAME", "PDF"),
        ("说明.js", b"alert(1)", "DOC_NAME", "TXT"),
        ("批复.pdf", PDF[:-8], "DOC_DAMAGED", "不完整"),
        ("方案.docx", DOCX[:-30], "DOC_DAMAGED", "不完整"),
        ("方案.docx", DOCX.replace(b"word/document.xml", b"../../tmp/evil.xm"), "DOC_DAMAGED", "不完整"),
        (
            "宏.docx",
            archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "DOC_MACRO",
            "宏程序",
        ),
        ("宏.xls", compound("Workbook", "_VBA_PROJECT_CUR"), "DOC_MACRO", "宏程序"),
        ("密.docx", compound("EncryptedPackage"), "DOC_LOCKED", "密码"),
        ("残.doc", compound("WordDocument")[:600], "DOC_DAMAGED", "不完整"),
    ],
)
def test_refuses_the_rest_and_says_why(name: str, content: bytes, code: str, words: str) -> None:
    with pytest.raises(Refused) as caught:
        recognise(io.BytesIO(content), name=name)
    assert caught.value.codes == (code,)
    assert words in str(caught.value.what)
    assert caught.value.remedy is not None


def refused_code(content: bytes) -> tuple[str, ...]:
    with pytest.raises(Refused) as caught:
        recognise(io.BytesIO(content), name="方案.docx")
    return caught.value.codes


def test_refuses_an_archive_that_swells() -> None:
    bomb = archive("[Content_Types].xml", "word/document.xml", content=bytes(40_000_000))
    assert len(bomb) < 100_000
    assert refused_code(bomb) == ("DOC_ARCHIVE",)


def test_refuses_an_archive_of_very_many_parts() -> None:
    assert refused_code(archive(*(f"word/{number}" for number in range(5_001)))) == ("DOC_ARCHIVE",)


def test_refuses_an_archive_that_declares_less_than_it_holds() -> None:
    lying = bytearray(DOCX)
    for start in (lying.find(b"PK\x03\x04"), lying.find(b"PK\x01\x02")):
        offset = 22 if start == 0 else 24
        struct.pack_into("<I", lying, start + offset, 1)
    assert refused_code(bytes(lying)) == ("DOC_DAMAGED",)


def test_refuses_an_archive_with_a_password() -> None:
    locked = bytearray(DOCX)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = locked.find(mark)
        struct.pack_into("<H", locked, start + offset, 1)
    assert refused_code(bytes(locked)) == ("DOC_LOCKED",)


def test_a_looping_directory_ends() -> None:
    looping = bytearray(compound("x"))
    struct.pack_into("<I", looping, 512 + 4, 1)
    with pytest.raises(Refused) as caught:
        recognise(io.BytesIO(bytes(looping)), name="旧方案.doc")
    assert caught.value.codes == ("DOC_DAMAGED",)


def test_a_compressed_page_stays_a_refused_archive() -> None:
    with pytest.raises(Refused):
        recognise(io.BytesIO(b"\x1f\x8b" + zlib.compress(b"x")), name="a.txt")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("关于𠮷林项目的批复.pdf", "关于𠮷林项目的批复.pdf"),
        ("葛󠄀城㑇项目.pdf", "葛󠄀城㑇项目.pdf"),
        ("..\\..\\windows\\evil.pdf", "evil.pdf"),
        ("/etc/passwd", "passwd"),
        ("../../批复.pdf", "批复.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("批复\u202efdp.exe", "批复fdp.exe"),
        ('批<>:"|?*复.pdf', "批_______复.pdf"),
        ("  批   复 .pdf  ", "批 复 .pdf"),
        (".pdf", "未命名.pdf"),
        ("...", "未命名"),
        ("", "未命名"),
        ("\ud800批.pdf", "批.pdf"),
    ],
)
def test_cleans_names(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("长" * 300 + ".pdf")
    assert len(name) == LONGEST_NAME
    assert name.endswith("长.pdf")
