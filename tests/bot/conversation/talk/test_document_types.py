"""What is announced of a document decides whether it is asked for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.talk.document_types import (
    LIMIT,
    NAME_LIMIT,
    TYPES,
    NotTaken,
    Objection,
    Taken,
    clean_name,
    disk_name,
    extension_of,
    judge,
)
from bot.conversation.talk.messages import Attachment


@pytest.mark.parametrize("extension", [*TYPES, "PDF", "Docx"])
def test_what_is_on_the_list_is_taken_with_the_type_of_its_extension(extension: str) -> None:
    judged = judge(Attachment("f", f"étude.{extension}", "application/x-anything", 12))
    assert judged == Taken(Attachment("f", f"étude.{extension}", TYPES[extension.lower()], 12))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("virus.exe", Objection.PROGRAM),
        ("facture.pdf.exe", Objection.PROGRAM),
        ("tout.zip", Objection.ARCHIVE),
        ("budget.xlsm", Objection.MACROS),
        ("plan.dwg", Objection.TYPE),
        ("page.html", Objection.TYPE),
        ("image.svg", Objection.TYPE),
        ("sans", Objection.TYPE),
        ("", Objection.TYPE),
        (".pdf", Objection.TYPE),
        # The sign turns the direction of writing: shown as it is, « gpj.exe » would read « exe.jpg ».
        ("photo\u202egpj.exe", Objection.PROGRAM),
    ],
)
def test_what_is_not_is_refused_with_its_reason(name: str, why: Objection) -> None:
    judged = judge(Attachment("f", name, "", 12))
    assert isinstance(judged, NotTaken)
    assert judged.why is why
    assert "\u202e" not in judged.name


@pytest.mark.parametrize(("size", "why"), [(LIMIT, None), (LIMIT + 1, Objection.TOO_LARGE), (0, Objection.EMPTY)])
def test_the_size_that_is_announced_counts(size: int, why: Objection | None) -> None:
    judged = judge(Attachment("f", "a.pdf", "", size))
    assert (judged.why if isinstance(judged, NotTaken) else None) is why


def test_a_size_that_is_not_announced_is_seen_when_it_is_here() -> None:
    assert isinstance(judge(Attachment("f", "a.pdf", "", None)), Taken)


def test_without_an_extension_the_media_type_gives_one() -> None:
    assert judge(Attachment("f", "scan", "image/jpeg", 9)) == Taken(Attachment("f", "scan.jpg", "image/jpeg", 9))
    assert judge(Attachment("f", "", "application/pdf", 9)) == Taken(
        Attachment("f", "document.pdf", "application/pdf", 9)
    )


@given(st.text(max_size=300))
def test_a_clean_name_is_one_short_line_in_no_folder(name: str) -> None:
    clean = clean_name(name)
    assert len(clean) <= NAME_LIMIT
    assert not set(clean) & set("/\\\n\r\t\x00\u202e")
    assert not clean.startswith((".", " "))
    assert clean_name(clean) == clean


def test_a_long_name_keeps_its_extension() -> None:
    assert extension_of(clean_name("é" * 300 + ".pdf")) == "pdf"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        (unicodedata.normalize("NFD", "Délibération.pdf"), "Délibération.pdf"),
        ("../../etc/passwd.txt", "_.._etc_passwd.txt"),
        ("..\\..\\a.pdf", "_.._a.pdf"),
        ("a\x00b\x1b[31m\n.pdf", "a b [31m .pdf"),
    ],
)
def test_a_name_is_whole_and_leads_nowhere(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ('Délibération : "salle" <1>?.pdf', "Délibération _ _salle_ _1__.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1", "_LPT1"),
        ("nul.tar.csv", "_nul.tar.csv"),
        ("console.pdf", "console.pdf"),
        ("../..", "_"),
        ("...", "document"),
    ],
)
def test_a_name_can_be_written_anywhere(name: str, written: str) -> None:
    assert disk_name(name) == written


@given(st.text(max_size=300))
def test_whatever_it_was_a_name_fits_on_a_disk(name: str) -> None:
    written = disk_name(name)
    assert 0 < len(written.encode()) <= 200
    assert not set(written) & set('/\\<>:"|?*\n\x00')


def test_what_is_cut_for_the_disk_keeps_its_extension() -> None:
    written = disk_name("日" * 90 + ".pdf")
    assert written.endswith("….pdf")
    assert len(written.encode()) <= 200
