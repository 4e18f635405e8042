"""What a file is, judged by what is in it; its name only has to agree.

Everything that is not one of the few types named here is refused: programs, scripts, web pages, archives,
documents that carry macros, documents that cannot be opened without a password.
"""

from __future__ import annotations

import codecs
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO

from portfolio.foundation.errors import Finding, Message, Refused, say

LONGEST_NAME = 200
MOST_MEMBERS = 5_000
MOST_EXPANDED_BYTES = 512 * 1024 * 1024
MOST_EXPANSION = 200
FREE_EXPANDED_BYTES = 16 * 1024 * 1024
BASIS = "附件管理要求（格式、完整性与安全查验）"

_CHUNK = 1 << 16
_NAME_LETTERS_REPLACED = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


class MediaType(StrEnum):
    """The types that are kept; the value is the MIME type used when the file is handed out."""

    PDF = "application/pdf"
    OFD = "application/ofd"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOC = "application/msword"
    XLS = "application/vnd.ms-excel"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    TEXT = "text/plain"
    CSV = "text/csv"

    @property
    def extensions(self) -> tuple[str, ...]:
        """The endings a file of this type may have; .wps and .et are the domestic names of .doc and .xls."""
        return _EXTENSIONS[self]


_EXTENSIONS = {
    MediaType.PDF: ("pdf",),
    MediaType.OFD: ("ofd",),
    MediaType.DOCX: ("docx",),
    MediaType.XLSX: ("xlsx",),
    MediaType.DOC: ("doc", "wps"),
    MediaType.XLS: ("xls", "et"),
    MediaType.PNG: ("png",),
    MediaType.JPEG: ("jpg", "jpeg"),
    MediaType.TIFF: ("tif", "tiff"),
    MediaType.TEXT: ("txt",),
    MediaType.CSV: ("csv",),
}

ACCEPTED_EXTENSIONS = tuple(ending for media_type in MediaType for ending in media_type.extensions)
"""Every ending that can be uploaded, in the order in which a form lists them."""

_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"

# Named only so that the refusal can say what was found; whatever is unknown is refused as well.
_KNOWN_REFUSED = (
    (b"MZ", say("Windows 可执行程序")),
    (b"\x7fELF", say("Linux 可执行程序")),
    (b"\xca\xfe\xba\xbe", say("可执行程序")),
    (b"\xcf\xfa\xed\xfe", say("macOS 可执行程序")),
    (b"\xfe\xed\xfa", say("macOS 可执行程序")),
    (b"#!", say("脚本程序")),
    (b"Rar!", say("压缩包")),
    (b"7z\xbc\xaf", say("压缩包")),
    (b"\x1f\x8b", say("压缩包")),
    (b"{\\rtf", say("RTF 文档")),
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<?php", b"<iframe")


def clean_name(name: str) -> str:
    """The file's own name, safe to show, to store and to hand out again.

    Folders before it, control and invisible direction characters go; characters Windows cannot store become
    ``_``; rare Chinese characters and their variant selectors stay. At most 200 characters, the ending kept.
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    visible = "".join(
        letter for letter in last if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    )
    cleaned = " ".join(visible.translate(_NAME_LETTERS_REPLACED).split()).rstrip(". ")
    stem, dot, ending = cleaned.rpartition(".")
    if not dot:
        return cleaned[:LONGEST_NAME] or "未命名"
    ending = ending[:20]
    stem = stem.lstrip(". ")[: LONGEST_NAME - len(ending) - 1]
    return f"{stem or '未命名'}.{ending}"


def recognise(file: BinaryIO, *, name: str) -> MediaType:
    """Say what the file is, and refuse it when it is nothing we keep or its name says otherwise.

    Args:
        file: readable and seekable, read from its beginning.
        name: as returned by ``clean_name``.

    Raises:
        Refused: with the code DOC_EMPTY, DOC_TYPE, DOC_DAMAGED, DOC_ARCHIVE, DOC_MACRO, DOC_LOCKED or
            DOC_NAME.
    """
    found = _detect(file, name)
    ending = _ending(name)
    if ending not in found.extensions:
        raise refusal(
            "DOC_NAME",
            say(
                "“{name}”的内容是 {found}，与扩展名“.{ending}”不符",
                name=name,
                found=found.extensions[0].upper(),
                ending=ending,
            ),
            remedy=say("请核对文件，按实际格式另存为“.{ending}”后重新上传", ending=found.extensions[0]),
        )
    return found


def refusal(
    code: str, what: Message, *, remedy: Message, figure: Message | None = None, limit: Message | None = None
) -> Refused:
    """The error for one reason not to keep a file."""
    return Refused([Finding(code, False, what, BASIS, figure=figure, limit=limit, remedy=remedy)])


def _ending(name: str) -> str:
    """The ending in small letters, without its dot."""
    return PurePosixPath(name).suffix[1:].lower()


def _detect(file: BinaryIO, name: str) -> MediaType:
    file.seek(0)
    head = file.read(4096)
    if not head:
        raise refusal("DOC_EMPTY", say("“{name}”是空文件", name=name), remedy=say("请核对后重新上传"))
    for magic, image in _IMAGES:
        if head.startswith(magic):
            return image
    for magic, examine in ((b"%PDF-", _pdf), (_ZIP, _zip), (_OLE2, _ole2)):
        if head.startswith(magic):
            return examine(file, name)
    return _text(file, head, name)


def _text(file: BinaryIO, head: bytes, name: str) -> MediaType:
    for magic, label in _KNOWN_REFUSED:
        if head.startswith(magic):
            raise _not_kept(name, label)
    lowered = head.lower()
    if any(mark in lowered for mark in _MARKUP):
        raise _not_kept(name, say("网页或标记文件"))
    if not _is_text(file):
        raise _not_kept(name, say("无法识别的格式"))
    return MediaType.CSV if _ending(name) == "csv" else MediaType.TEXT


def _not_kept(name: str, found: Message) -> Refused:
    accepted = "、".join(ACCEPTED_EXTENSIONS)
    return refusal(
        "DOC_TYPE",
        say("“{name}”的内容是{found}，不能作为附件", name=name, found=found),
        remedy=say("请上传以下格式之一：{accepted}", accepted=accepted),
    )


def _damaged(name: str) -> Refused:
    return refusal(
        "DOC_DAMAGED",
        say("“{name}”不完整或已损坏", name=name),
        remedy=say("请在本机确认能打开后重新上传"),
    )


def _macros(name: str) -> Refused:
    return refusal(
        "DOC_MACRO", say("“{name}”含有宏程序", name=name), remedy=say("请去除宏或导出为 PDF 后上传")
    )


def _locked(name: str) -> Refused:
    return refusal(
        "DOC_LOCKED",
        say("“{name}”设有密码，无法查验", name=name),
        remedy=say("请解除密码后上传；涉密文件严禁上传"),
    )


def _pdf(file: BinaryIO, name: str) -> MediaType:
    """A PDF whose end is missing was cut off on its way."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 4096))
    if b"%%EOF" not in file.read():
        raise _damaged(name)
    return MediaType.PDF


def _zip(file: BinaryIO, name: str) -> MediaType:
    """Office and OFD documents are archives with certain members; any other archive is refused."""
    size = file.seek(0, 2)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _guard_archive(members, size, name)
            for member in members:
                _read_through(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, struct.error) as error:
        raise _damaged(name) from error
    names = {member.filename for member in members}
    if any(member.lower().endswith("vbaproject.bin") for member in names):
        raise _macros(name)
    if "OFD.xml" in names:
        return MediaType.OFD
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return MediaType.DOCX
        if "xl/workbook.xml" in names:
            return MediaType.XLSX
    raise _not_kept(name, say("压缩包"))


def _guard_archive(members: list[zipfile.ZipInfo], size: int, name: str) -> None:
    """Refuse an archive made to swell: too many members, too much inside, members lying over each other."""
    expanded = sum(member.file_size for member in members)
    most = min(MOST_EXPANDED_BYTES, max(FREE_EXPANDED_BYTES, size * MOST_EXPANSION))
    if len(members) > MOST_MEMBERS or expanded > most or sum(m.compress_size for m in members) > size:
        raise refusal(
            "DOC_ARCHIVE",
            say("“{name}”展开后过大或结构异常", name=name),
            figure=say("{members} 个部件、{bytes} 字节", members=len(members), bytes=expanded),
            limit=say("{members} 个部件、{bytes} 字节", members=MOST_MEMBERS, bytes=most),
            remedy=say("请精简文件（例如压缩图片、拆分工作表）或导出为 PDF 后上传"),
        )
    for member in members:
        if member.flag_bits & 0x1:
            raise _locked(name)
        if member.filename.startswith("/") or ".." in PurePosixPath(member.filename).parts:
            raise _damaged(name)


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack one member into nothing: it must yield what it declares, with the right check sum."""
    with archive.open(member) as content:
        count = 0
        while chunk := content.read(_CHUNK):
            count += len(chunk)
    if count != member.file_size:
        raise zipfile.BadZipFile(member.filename)


def _ole2(file: BinaryIO, name: str) -> MediaType:
    """The old binary Office format: which program wrote it stands in its directory."""
    try:
        entries = set(_ole2_entries(file))
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise _damaged(name) from error
    if "EncryptedPackage" in entries:
        raise _locked(name)
    if entries & {"Macros", "_VBA_PROJECT_CUR", "VBA"}:
        raise _macros(name)
    if "WordDocument" in entries:
        return MediaType.DOC
    if entries & {"Workbook", "Book"}:
        return MediaType.XLS
    raise _not_kept(name, say("无法识别的复合文档"))


def _ole2_entries(file: BinaryIO) -> Iterator[str]:
    """Names in the directory of a compound file (streams and storages), as its header lays it out."""
    file.seek(0)
    header = file.read(512)
    shift = struct.unpack_from("<H", header, 30)[0]
    if shift not in {9, 12}:
        raise IndexError(shift)
    sector_size = 1 << shift

    def sector(number: int) -> bytes:
        file.seek((number + 1) * sector_size)
        return file.read(sector_size)

    per_sector = sector_size // 4
    tables = struct.unpack_from("<109I", header, 76)
    number = struct.unpack_from("<I", header, 48)[0]
    for _ in range(MOST_MEMBERS):
        content = sector(number)
        for start in range(0, sector_size, 128):
            length = struct.unpack_from("<H", content, start + 64)[0]
            if 2 <= length <= 64:
                yield content[start : start + length - 2].decode("utf-16-le")
        table = sector(tables[number // per_sector])
        number = struct.unpack_from("<I", table, number % per_sector * 4)[0]
        if number >= 0xFFFFFFFA:  # end of chain, or a mark that is no sector
            return
    raise IndexError(number)


def _is_text(file: BinaryIO) -> bool:
    """Whether the whole file is text in UTF-8 or in the national encoding, free of control characters."""
    return any(_decodes(file, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while True:
            chunk = file.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            if any(letter < " " and letter not in "\t\r\n\f" for letter in text):
                return False
            if not chunk:
                return True
    except UnicodeDecodeError:
        return False
