"""Whether the bytes of a document are what its name announces. Only looked at: nothing is unpacked or run."""

import io
import zipfile
from collections.abc import Callable, Mapping

from bot.conversation.document_types import LIMIT, Objection, extension_of

#: How far into a PDF its mark may stand (ISO 32000-1, annex H, note 13).
_PDF_HEAD = 1024
#: The compound files of old Office formats ([MS-CFB] 2.2).
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
#: The name of the part that holds macros in a compound file, as its directory writes it.
_COMPOUND_MACROS = "_VBA_PROJECT".encode("utf-16-le")
#: The part of each kind of new Office document that is always there, and the beginning of an OpenDocument.
_OFFICE_PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_ODF_TYPES = {"odt": b"text", "ods": b"spreadsheet", "odp": b"presentation"}
_ODF_HEAD = b"mimetypeapplication/vnd.oasis.opendocument."
#: Names of parts that are macros, in lower case.
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
_MACRO_FOLDERS = ("basic/", "scripts/")
#: What texts never begin with: programs, archives, compound files.
_NOT_TEXT = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"#!", _COMPOUND)
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
    return None if b"%PDF-" in content[:_PDF_HEAD] else Objection.CONTENT


def _compound(_: str, content: bytes) -> Objection | None:
    if not content.startswith(_COMPOUND):
        return Objection.CONTENT
    return Objection.MACROS if _COMPOUND_MACROS in content else None


def _office(extension: str, content: bytes) -> Objection | None:
    parts = _parts(content)
    if not any(part.startswith(_OFFICE_PARTS[extension]) for part in parts):
        return Objection.CONTENT
    return Objection.MACROS if any(part.endswith(_MACRO_PARTS) for part in parts) else None


def _odf(extension: str, content: bytes) -> Objection | None:
    # Its first part is « mimetype », neither compressed nor preceded by anything (OpenDocument 1.2, part 3, 3.3).
    kind = content[30 : 30 + len(_ODF_HEAD) + 20]
    if not content.startswith(b"PK") or not kind.startswith(_ODF_HEAD + _ODF_TYPES[extension]):
        return Objection.CONTENT
    parts = _parts(content)
    if not parts:
        return Objection.CONTENT
    return Objection.MACROS if any(part.startswith(_MACRO_FOLDERS) for part in parts) else None


def _parts(content: bytes) -> list[str]:
    """Return the names, in lower case, of what a zip file holds; none for what is no zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []


def _text(_: str, content: bytes) -> Objection | None:
    is_text = content.startswith(_UTF_16) or b"\x00" not in content
    return None if is_text and not content.startswith(_NOT_TEXT) else Objection.CONTENT


_LOOKS: Mapping[str, Callable[[str, bytes], Objection | None]] = {
    "pdf": _pdf,
    **dict.fromkeys(("doc", "xls", "ppt"), _compound),
    **dict.fromkeys(_OFFICE_PARTS, _office),
    **dict.fromkeys(_ODF_TYPES, _odf),
    **dict.fromkeys(("jpg", "jpeg"), _beginning(b"\xff\xd8\xff")),
    "png": _beginning(b"\x89PNG\r\n\x1a\n"),
    **dict.fromkeys(("txt", "csv"), _text),
}
