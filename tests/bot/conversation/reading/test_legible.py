"""What people write is shown on terminals and in files without a sign that is obeyed rather than read."""

import json
import logging
import re
from pathlib import Path

import pytest

from bot.base.trail import LegibleFormatter
from bot.base.wording import text
from bot.channels.plain_text import write_reply
from bot.conversation.reading.legible import as_json, indented, legible, on_one_line
from bot.conversation.talk.messages import Choice, Contact, Reply
from bot.desk.paper.records import WRITERS

OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
HOSTILE = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x61C, *range(0x200E, 0x2010), *range(0x2028, 0x202F)]))
HOSTILE += "".join(map(chr, [*range(0x2066, 0x206A), 0xFEFF, 0xFFF9, 0xFFFE, 0xD800, 0xE0041]))
ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("été « 100 € » œ 日本 \U0001f600 a\u0301", "été « 100 € » œ 日本 \U0001f600 a\u0301"),
        ("une\nligne\tpuis", "une\nligne\tpuis"),
        ("a\r\nb\rc\x0bd\x0ce\u2028f\u2029g", "a\nb\nc\nd\ne\nf\ng"),
        ("\x1b[31mrouge\x07\x00", "␛[31mrouge␇␀"),
        ("l\x92eau, le c\x9cur, 10 \x80", "l’eau, le cœur, 10 €"),
        ("\x8d\x9d\ud800", "\ufffd\ufffd\ufffd"),
        ("facture\u202efdp.exe\ufeff", "facturefdp.exe"),
        ("emoji \U0001f468\u200d\U0001f469 \u2764\ufe0f", "emoji \U0001f468\u200d\U0001f469 \u2764\ufe0f"),
    ],
)
def test_what_is_read_stays_what_is_obeyed_does_not(written: str, shown: str) -> None:
    assert legible(written) == shown


def test_none_is_left_wherever_it_is_shown(tmp_path: Path) -> None:
    reply = Reply(HOSTILE, (Choice("a", HOSTILE),), Contact(HOSTILE, HOSTILE, (HOSTILE,), HOSTILE))
    shown = {
        "terminal": write_reply(reply),
        "command line": text("errors", "no-person", value=HOSTILE),
        "json": as_json({HOSTILE: [HOSTILE]}),
        "log": LegibleFormatter().format(logging.makeLogRecord({"msg": "%s", "args": (HOSTILE,)})),
    }
    for kind in ("csv", "json"):
        WRITERS[kind]([{"Besoins": HOSTILE}], ["Besoins"], tmp_path / kind)
        shown[f"export {kind}"] = (tmp_path / kind).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    assert {place: OBEYED.findall(each) for place, each in shown.items()} == {place: [] for place in shown}


def test_json_loses_nothing() -> None:
    assert json.loads(as_json({"a": HOSTILE})) == {"a": HOSTILE}


def test_no_text_makes_an_entry_of_its_own() -> None:
    assert on_one_line("Dole\u2028 K7R-M3W-X9A  clos\n") == "Dole K7R-M3W-X9A  clos"
    assert indented("a\nINFO forged") == "a\n    INFO forged"
    record = logging.makeLogRecord({"levelname": "INFO", "msg": "action=x error=%s", "args": ("a\nERROR action=y",)})
    assert LegibleFormatter("%(levelname)s %(message)s").format(record) == "INFO action=x error=a\n    ERROR action=y"


def test_whatever_goes_to_a_terminal_goes_by_text_or_tell() -> None:
    """`click.echo` is given only what is worded, its values made legible, or JSON."""
    plain = re.compile(r"click\.echo\((?!text\(|as_safe_json\()")
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "bot").rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if plain.search(line) and path.name != "wording.py"
    }
    assert found == set()


def test_a_table_makes_texts_of_formulas_behind_blanks_and_of_tabs(tmp_path: Path) -> None:
    values = ["=1", " =1", "\n=1", "\r+1", "\t1", "\u00a0@x", "＝1", "\x0b-1", "\u200e=1", "1 = 1"]
    WRITERS["csv"]([{"Besoins": each} for each in values], ["Besoins"], tmp_path / "x.csv")
    written = (tmp_path / "x.csv").read_bytes().decode("utf-8-sig").split("\r\n")[1:-1]
    assert [each.strip('"').startswith("'") for each in written] == [*[True] * 9, False]
