"""A sheet on paper: every sign that towns write, nothing that they write obeyed, and readable by assistive software."""

import io
import re
import threading
import time
import unicodedata

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from bot.conversation.privacy.sheet import Sheet, SheetSection
from bot.printing.pdf import make_pdf

WRITTEN = [
    "CO₂, ≥ 10 %, ≤ 5, ≈ 3, → suite, ﬁn, ﬂux, Łódź, œuvre, Œ, € ½ № m² n° 2020‑45",
    "Dvořák, Ştefan, Fa‘a‘ā, L’Haÿ-les-Roses, ✓ ☐ ☎ • … – — « oui »",
    "Ελλάδα, Москва, العربية, עברית",
]
HOSTILE = [
    '#import "@preview/x:1.0.0": *',
    '#read("/etc/passwd") #include "sheet.typ"',
    "$ x^2 $ *gras* _it_ `code` @ref <label> // rien /* rien */ \\ ] [ } { ~ = titre - liste + 1. / t: d",
    '\\u{1F600} \\n \\" \' "',
    "</w:t><b>&amp;",
]


def sheet(*texts: str, title: str = "Dole (Jura)") -> Sheet:
    rows = [("Besoins", text) for text in texts]
    return Sheet(
        title, ["nº K7R-M3W-X9A", "Ceci n'est pas un dépôt."], [SheetSection("Projet", rows)], "Cnam", "au pied"
    )


def read(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def on_one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize("text", [*WRITTEN[:2], *HOSTILE])
def test_what_was_written_is_on_the_page_as_it_was_written(text: str) -> None:
    assert on_one_line(text) in on_one_line(read(make_pdf(sheet(text))))


def test_every_sign_of_other_scripts_is_drawn_or_has_a_stand_in() -> None:
    shown = read(make_pdf(sheet(*WRITTEN, "日本 \U0001f600 \U0001f468\u200d\U0001f469 \U0001f1eb\U0001f1f7 fin")))
    assert "Ελλάδα, Москва" in shown
    for number in ("65E5", "672C", "1F600", "1F468", "1F469", "1F1EB", "1F1F7"):
        assert f"[U+{number}]" in shown
    assert "remplacé par son numéro Unicode" in on_one_line(shown)
    assert "fin" in shown
    assert "numéro Unicode" not in read(make_pdf(sheet(*WRITTEN)))


def test_a_name_that_a_mac_decomposed_is_whole() -> None:
    name = unicodedata.normalize("NFD", "Délibération n° 2020\N{NON-BREAKING HYPHEN}45.pdf")
    assert unicodedata.normalize("NFC", name) in read(make_pdf(sheet(name)))


def test_signs_that_steer_a_terminal_are_shown_not_kept() -> None:
    shown = read(make_pdf(sheet("a\x00b\x1b[31mc\x7fd\x9be\u202ef\u2028g\x0bh\ud800i")))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]", shown)
    assert "[U+001B][31mc" in shown


def test_it_is_accessible_with_its_fonts_in_it_and_says_who_and_what() -> None:
    for text in (WRITTEN[0], "日本 \U0001f600 \x1b"):
        reader = PdfReader(io.BytesIO(make_pdf(sheet(text))))
        root = reader.trailer["/Root"]
        assert root["/Lang"].lower() == "fr-fr"
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"pdfuaid" in root["/Metadata"].get_data()
        assert reader.metadata is not None
        assert (reader.metadata.title, reader.metadata.author) == ("Dole (Jura)", "Cnam")
        fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
        assert fonts
        for font in fonts:
            (inner,) = (each.get_object() for each in font["/DescendantFonts"])
            assert _embedded(inner["/FontDescriptor"].get_object())


def _embedded(descriptor: DictionaryObject) -> bool:
    return bool({"/FontFile2", "/FontFile3"} & set(descriptor))


def test_the_same_sheet_is_the_same_bytes() -> None:
    assert make_pdf(sheet(*WRITTEN)) == make_pdf(sheet(*WRITTEN))


@pytest.mark.parametrize(
    "text", ["a" * 25_000, "W" * 5_000, "x\u00a0" * 5_000, "-1" * 5_000, "mot " * 25_000, "\u4e00" * 2_000]
)
def test_however_long_all_of_it_is_within_the_page(text: str) -> None:
    reader = PdfReader(io.BytesIO(make_pdf(sheet(text))))
    right, farthest = float(reader.pages[0].mediabox.right), 0.0

    def visit(written: str, _: object, matrix: list[float], __: object, size: float) -> None:
        nonlocal farthest
        farthest = max(farthest, matrix[4])

    shown = "".join(page.extract_text(visitor_text=visit) for page in reader.pages)
    assert farthest < right
    plain = re.sub(r"\s|au\s+pied|page\d+/\d+", "", shown)
    kept = text.replace("\u4e00", "[U+4E00]")
    assert plain.count(kept.strip()[0]) >= kept.count(kept.strip()[0])


def test_pages_are_numbered() -> None:
    shown = read(make_pdf(sheet(*["ligne"] * 120)))
    assert "page 1 / 3" in on_one_line(shown)
    assert "page 3 / 3" in on_one_line(shown)


def test_an_empty_sheet_prints() -> None:
    assert make_pdf(Sheet("", [], [SheetSection("", [("", "")])])).startswith(b"%PDF-")


def test_others_go_on_while_it_prints() -> None:
    """The library lets the interpreter's other threads run: the event loop is not held up."""
    printing = threading.Thread(target=make_pdf, args=(sheet(*["une ligne de mots " * 10] * 2_000),))
    printing.start()
    turns = 0
    while printing.is_alive():
        time.sleep(0)
        turns += 1
    assert turns > 100
