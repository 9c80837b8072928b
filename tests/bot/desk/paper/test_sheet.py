"""The sheet of a dossier prints, whatever was written in it."""

from pathlib import Path

from bot.desk.paper.pdf import write_pdf
from bot.desk.paper.sheet import Sheet, SheetSection


def test_a_sheet_is_a_pdf_with_any_text(tmp_path: Path) -> None:
    odd = "Œuvre « à 100 € » <b>& 日本 \U0001f600\n" + "long " * 2000
    sheet = Sheet("Dole (Jura)", ["nº K7R-M3W-X9A"], [SheetSection("Projet", [("Besoins", odd), ("", "ligne")])])
    write_pdf(sheet, tmp_path / "x.pdf")
    content = (tmp_path / "x.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
