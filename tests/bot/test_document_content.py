"""Bytes that are not what the name says are not taken, and neither are macros."""

import io
import zipfile

import pytest

from bot.conversation.document_types import LIMIT, TYPES, Objection
from bot.document_content import object_to

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


def zipped(*names: str, first: str = "", kind: bytes = b"") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        if first:
            archive.writestr(first, kind)
        for name in names:
            archive.writestr(name, b"x")
    return content.getvalue()


def opendocument(kind: bytes, *names: str) -> bytes:
    mimetype = b"application/vnd.oasis.opendocument." + kind
    return zipped("content.xml", *names, first="mimetype", kind=mimetype)


GOOD = {
    "pdf": b"%PDF-1.7\n...",
    "doc": COMPOUND,
    "xls": COMPOUND,
    "ppt": COMPOUND,
    "docx": zipped("[Content_Types].xml", "word/document.xml"),
    "xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": zipped("[Content_Types].xml", "ppt/presentation.xml"),
    "odt": opendocument(b"text"),
    "ods": opendocument(b"spreadsheet"),
    "odp": opendocument(b"presentation"),
    "jpg": b"\xff\xd8\xff\xe0JFIF",
    "jpeg": b"\xff\xd8\xff\xe1Exif",
    "png": b"\x89PNG\r\n\x1a\n",
    "txt": "Délibération".encode("latin-1"),
    "csv": "\ufeffnom;été\n".encode(),
}


def test_every_type_that_is_taken_is_looked_at() -> None:
    assert set(GOOD) == set(TYPES)


@pytest.mark.parametrize("extension", GOOD)
def test_what_it_says_it_is_is_taken(extension: str) -> None:
    assert object_to(f"a.{extension.upper()}", GOOD[extension]) is None


@pytest.mark.parametrize("extension", GOOD)
@pytest.mark.parametrize("content", [b"MZ\x90\x00 a program", zipped("virus.exe"), b"\x7fELF\x02"])
def test_what_is_something_else_is_not(extension: str, content: bytes) -> None:
    assert object_to(f"a.{extension}", content) is Objection.CONTENT


def test_a_page_called_pdf_is_not_one() -> None:
    assert object_to("a.pdf", b"<html>403 Forbidden</html>") is Objection.CONTENT


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", zipped("word/document.xml", "word/vbaProject.bin")),
        ("a.xlsx", zipped("xl/workbook.xml", "xl/vbaProject.bin")),
        ("a.doc", COMPOUND + "_VBA_PROJECT".encode("utf-16-le")),
        ("a.xls", COMPOUND + "_VBA_PROJECT_CUR".encode("utf-16-le")),
        ("a.ods", opendocument(b"spreadsheet", "Basic/script-lc.xml")),
    ],
)
def test_macros_are_not_taken(name: str, content: bytes) -> None:
    assert object_to(name, content) is Objection.MACROS


def test_a_password_keeps_an_office_document_from_being_looked_at() -> None:
    assert object_to("a.docx", COMPOUND) is Objection.CONTENT  # it is then a compound file ([MS-OFFCRYPTO])


def test_its_size_is_the_one_that_counts() -> None:
    assert object_to("a.pdf", b"") is Objection.EMPTY
    assert object_to("a.pdf", b"%PDF-" + bytes(LIMIT)) is Objection.TOO_LARGE
    assert object_to("a.exe", b"MZ") is Objection.TYPE


def test_a_text_in_two_bytes_a_sign_is_a_text() -> None:
    assert object_to("a.txt", "Bonjour".encode("utf-16")) is None
    assert object_to("a.txt", b"bon\x00jour") is Objection.CONTENT


def test_a_broken_zip_is_no_document() -> None:
    assert object_to("a.docx", GOOD["docx"][:-30]) is Objection.CONTENT
