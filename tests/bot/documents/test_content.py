"""Bytes that are not what the name says are not taken, and neither are macros."""

import io
import tracemalloc
import zipfile

import pytest

from bot.conversation.talk.document_types import LIMIT, TYPES, Objection
from bot.documents.content import object_to

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


TYPES_OF_A_MACRO = (
    b'<Types><Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    b'<Types><Override ContentType="application/vnd.ms-word.document.macro&#69;nabled.main+xml"/></Types>',
    '<Types><Override ContentType="application/vnd.ms-office.vbaProject"/></Types>'.encode("utf-16"),
)


@pytest.mark.parametrize("types", TYPES_OF_A_MACRO)
def test_macros_under_another_name_are_not_taken(types: bytes) -> None:
    content = zipped("word/document.xml", "word/x.bin", first="[Content_Types].xml", kind=types)
    assert object_to("a.docx", content) is Objection.MACROS


def stream(*names: str) -> bytes:
    return COMPOUND + b"".join(name.encode("utf-16-le") for name in ("Root Entry", *names))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        # PDF: a page or a script that holds the mark is none.
        ("a.pdf", b"<html><script>alert(1)</script> %PDF-1.7", Objection.CONTENT),
        ("a.pdf", b"\xef\xbb\xbf\n <!doctype html> %PDF-1.7", Objection.CONTENT),
        ("a.pdf", b"@echo off\r\nrem %PDF-1.7", Objection.CONTENT),
        ("a.pdf", b"MZ\x90\x00 %PDF-1.7", Objection.CONTENT),
        ("a.pdf", bytes(1024) + b"x%PDF-1.7", Objection.CONTENT),
        ("a.pdf", b"\xef\xbb\xbf\r\n%PDF-1.7", None),
        ("a.pdf", b"\x00\x0bplan.pdf\x01\x02" + bytes(100) + b"%PDF-1.7", None),
        # New Office documents: the part that is read, and no program among the others.
        ("a.docx", zipped("word/evil.exe"), Objection.CONTENT),
        ("a.docx", zipped("[Content_Types].xml", "word/evil.exe"), Objection.CONTENT),
        ("a.docx", zipped("word/document.xml"), Objection.CONTENT),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml", "word/evil.exe"), Objection.PROGRAM),
        ("a.docx", zipped("[Content_Types].xml", "xl/workbook.xml"), Objection.CONTENT),
        ("a.docx", zipped("[Content_Types].xml", "word/document2.xml"), None),
        ("a.odt", opendocument(b"text", "evil.exe"), Objection.PROGRAM),
        ("a.odt", opendocument(b"spreadsheet"), Objection.CONTENT),
        # Old ones: the stream that is read.
        ("a.doc", stream("WordDocument"), None),
        ("a.doc", stream("WordDocument", "ObjectPool", "Workbook"), None),
        ("a.xls", stream("Workbook"), None),
        ("a.xls", stream("Book"), None),
        ("a.ppt", stream("PowerPoint Document"), None),
        ("a.doc", stream("Workbook"), Objection.CONTENT),
        ("a.xls", stream("EncryptionInfo", "EncryptedPackage"), Objection.CONTENT),
        ("a.doc", COMPOUND + "EncryptedPackage".encode("utf-16-le"), Objection.CONTENT),
        ("a.doc", stream("__properties_version1.0"), Objection.CONTENT),
        ("a.doc", stream("\u4840\u3b3f"), Objection.CONTENT),
        # Texts.
        ("a.txt", b"%PDF-1.7\n1 0 obj", Objection.CONTENT),
        ("a.txt", b"\r\n%PDF-1.7\n1 0 obj", Objection.CONTENT),
        ("a.txt", b"{\\rtf1 Bonjour}", Objection.CONTENT),
        ("a.txt", b"<HTML><body>", Objection.CONTENT),
        ("a.csv", b"a;b\x01;c", Objection.CONTENT),
        ("a.csv", b"GIF89a;b", Objection.CONTENT),
        ("a.txt", b"\xff\xfe" + b"\x00\xd8", Objection.CONTENT),
        ("a.txt", "Lundi\t10 h\r\n\x0cPage 2\x1a".encode("cp1252"), None),
        ("a.txt", b"Le format <b> et le PDF", None),
    ],
)
def test_a_document_is_what_its_program_would_read(name: str, content: bytes, why: Objection | None) -> None:
    assert object_to(name, content) is why


def test_what_is_said_of_the_parts_is_read_so_far_only() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 50_000_000)
        archive.writestr("word/document.xml", b"x")
    tracemalloc.start()
    assert object_to("a.docx", content.getvalue()) is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
