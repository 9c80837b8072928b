"""Whether the bytes of a document are what its name announces. Only looked at: nothing is unpacked or run."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from itertools import chain

from bot.conversation.talk.document_types import LIMIT, Objection, extension_of, is_program

#: How far into a PDF its mark may stand (ISO 32000-1, annex H, note 13).
_PDF_HEAD = 1024
_PDF_MARK = b"%PDF-"
#: What may stand before it without being a document of its own.
_BLANK = b"\xef\xbb\xbf \t\r\n\x00"
#: The compound files of old Office formats ([MS-CFB] 2.2).
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
#: What the directory of each calls its main stream ([MS-DOC] 2.1, [MS-XLS] 2.1, [MS-PPT] 2.1).
_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book"), "ppt": ("PowerPoint Document",)}
#: What tells a compound file that is something else: an installer, a message, a drawing, an encrypted package.
_OTHER_STREAMS = (
    "Root Entry",
    "EncryptedPackage",
    "__properties_version1.0",
    "VisioDocument",
    "\x05SummaryInformation",
)
#: The name of the part that holds macros in a compound file, as its directory writes it.
_COMPOUND_MACROS = "_VBA_PROJECT".encode("utf-16-le")
#: The part of each kind of new Office document that is always there, and the beginning of an OpenDocument.
_OFFICE_PARTS = {
    "docx": re.compile(r"word/document\d*\.xml"),
    "xlsx": re.compile(r"xl/workbook\d*\.xml"),
    "pptx": re.compile(r"ppt/presentation\d*\.xml"),
}
#: The part that says what each part is, whatever it is called (ECMA-376, part 2, 7.2.3); read so far, in bytes.
_CONTENT_TYPES, _CONTENT_TYPES_LIMIT = "[content_types].xml", 1_000_000
_MACRO_TYPES = ("macroenabled", "vbaproject", "vbadata")
_ODF_TYPES = {"odt": b"text", "ods": b"spreadsheet", "odp": b"presentation"}
_ODF_HEAD = b"mimetypeapplication/vnd.oasis.opendocument."
#: Names of parts that are macros, in lower case.
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
_MACRO_FOLDERS = ("basic/", "scripts/")
#: What texts never begin with: programs, archives, compound files, images, other documents.
_NOT_TEXT = (
    *(b"MZ", b"\x7fELF", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"#!", _COMPOUND),
    *(b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"%!PS"),
)
#: The same of pages and scripts, in lower case.
_NOT_PLAIN = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<?php", b"@echo")
#: Signs that no text holds (tabs, line ends, the old end of a file and escapes aside).
_NOT_IN_TEXT = bytes({*range(0x20), 0x7F} - {*b"\t\n\x0b\x0c\r\x1a\x1b"})
_ANY_STREAM = (*_OTHER_STREAMS, *chain.from_iterable(_STREAMS.values()))
#: What reading a zip file raises that is none, is broken or asks for a password.
_NOT_READ = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, OSError, EOFError)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def object_to(name: str, content: bytes) -> Objection | None:
    """Return why the document is not taken; None: it is what it says."""
    if not content:
        return Objection.EMPTY
    if len(content) > LIMIT:
        return Objection.TOO_LARGE
    extension = extension_of(name)
    look = _LOOKS.get(extension)
    return look(extension, content) if look else Objection.TYPE


def _beginning(*marks: bytes) -> Callable[[str, bytes], Objection | None]:
    return lambda _, content: None if content.startswith(marks) else Objection.CONTENT


def _pdf(_: str, content: bytes) -> Objection | None:
    before, mark, _rest = content[: _PDF_HEAD + len(_PDF_MARK)].partition(_PDF_MARK)
    rest = before.strip(_BLANK)
    # The header of another system is no text; a page or a script that holds the mark is a page or a script.
    is_header = not _is_plain(rest) and not rest.startswith(_NOT_TEXT)
    return None if mark and (not rest or is_header) else Objection.CONTENT


def _is_plain(content: bytes) -> bool:
    """Whether it holds no sign that a text does not hold."""
    return len(content.translate(None, _NOT_IN_TEXT)) == len(content)


def _compound(extension: str, content: bytes) -> Objection | None:
    if not content.startswith(_COMPOUND):
        return Objection.CONTENT
    if _COMPOUND_MACROS in content:
        return Objection.MACROS
    is_other = not _names_one(content, _STREAMS[extension]) and _names_one(content, _ANY_STREAM)
    return Objection.CONTENT if is_other else None


def _names_one(content: bytes, streams: Iterable[str]) -> bool:
    """Whether the directory of a compound file names one of the streams."""
    return any(stream.encode("utf-16-le") in content for stream in streams)


def _office(extension: str, content: bytes) -> Objection | None:
    parts = _parts(content)
    if _has_macros(parts, content):
        return Objection.MACROS
    if _CONTENT_TYPES not in parts or not any(_OFFICE_PARTS[extension].fullmatch(part) for part in parts):
        return Objection.CONTENT
    return Objection.PROGRAM if any(is_program(part) for part in parts) else None


def _has_macros(parts: Iterable[str], content: bytes) -> bool:
    """Whether a part of a new Office document is macros, by its name or by what the document says that it is."""
    if any(part.endswith(_MACRO_PARTS) for part in parts):
        return True
    types = unescape(_read_part(content, _CONTENT_TYPES).replace(b"\x00", b"").decode("latin-1")).lower()
    return any(kind in types for kind in _MACRO_TYPES)


def _odf(extension: str, content: bytes) -> Objection | None:
    # Its first part is « mimetype », neither compressed nor preceded by anything (OpenDocument 1.2, part 3, 3.3).
    kind = content[30 : 30 + len(_ODF_HEAD) + 20]
    if not content.startswith(b"PK") or not kind.startswith(_ODF_HEAD + _ODF_TYPES[extension]):
        return Objection.CONTENT
    parts = _parts(content)
    if "content.xml" not in parts:
        return Objection.CONTENT
    if any(part.startswith(_MACRO_FOLDERS) for part in parts):
        return Objection.MACROS
    return Objection.PROGRAM if any(is_program(part) for part in parts) else None


def _parts(content: bytes) -> list[str]:
    """Return the names, in lower case, of what a zip file holds; none for what is no zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [name.lower() for name in archive.namelist()]
    except _NOT_READ:
        return []


def _read_part(content: bytes, name: str) -> bytes:
    """Return the beginning of the part of this name, in lower case, of a zip file; nothing where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = next((each for each in archive.infolist() if each.filename.lower() == name), None)
            if found is None:
                return b""
            with archive.open(found) as part:
                return part.read(_CONTENT_TYPES_LIMIT)
    except _NOT_READ:
        return b""


def _text(_: str, content: bytes) -> Objection | None:
    if content.startswith(_UTF_16):
        try:
            content = content.decode("utf-16").encode("utf-8")
        except UnicodeError:
            return Objection.CONTENT
    head = content[:_PDF_HEAD].lstrip(_BLANK)
    is_other = content.startswith(_NOT_TEXT) or head.startswith(_NOT_TEXT) or head.lower().startswith(_NOT_PLAIN)
    is_text = _is_plain(content) and _PDF_MARK not in head
    return None if is_text and not is_other else Objection.CONTENT


def _mpeg_audio(_: str, content: bytes) -> Objection | None:
    # An ID3 tag, or the first frame's synchronisation: eleven bits set (ISO/IEC 11172-3, 2.4.1.3).
    is_frame = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0
    return None if content.startswith(b"ID3") or is_frame else Objection.CONTENT


def _base_media(_: str, content: bytes) -> Objection | None:
    # The first box is that of the file's type (ISO/IEC 14496-12, 4.3); old QuickTime films begin with others.
    return None if content[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free") else Objection.CONTENT


def _wave(_: str, content: bytes) -> Objection | None:
    return None if content.startswith(b"RIFF") and content[8:12] == b"WAVE" else Objection.CONTENT


_LOOKS: Mapping[str, Callable[[str, bytes], Objection | None]] = {
    "pdf": _pdf,
    **dict.fromkeys(("doc", "xls", "ppt"), _compound),
    **dict.fromkeys(_OFFICE_PARTS, _office),
    **dict.fromkeys(_ODF_TYPES, _odf),
    **dict.fromkeys(("jpg", "jpeg"), _beginning(b"\xff\xd8\xff")),
    "png": _beginning(b"\x89PNG\r\n\x1a\n"),
    **dict.fromkeys(("txt", "csv"), _text),
    **dict.fromkeys(("ogg", "oga", "opus"), _beginning(b"OggS")),
    **dict.fromkeys(("mp4", "m4a", "mov"), _base_media),
    "mp3": _mpeg_audio,
    "wav": _wave,
    "webm": _beginning(b"\x1aE\xdf\xa3"),
}
