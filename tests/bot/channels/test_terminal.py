"""What the terminal shows, and where it puts the documents of a reply."""

import io
from datetime import UTC, datetime
from pathlib import Path

from bot.base.wording import text
from bot.channels.terminal import Terminal
from bot.conversation.talk.folds import folded
from bot.conversation.talk.messages import File, Reply
from bot.transport.delivery import Letter


def terminal(folder: Path) -> tuple[Terminal, io.StringIO]:
    sink = io.StringIO()
    return Terminal(lambda: datetime.now(UTC), io.StringIO(), sink, folder), sink


def letter(content: bytes, name: str = "dates.ics") -> Letter:
    return Letter("k", "local", Reply("Voici.", files=(File(name, "text/calendar", content),)))


async def test_a_document_is_put_down_and_said_where(tmp_path: Path) -> None:
    channel, sink = terminal(tmp_path)
    await channel.send(letter(b"one"))
    assert (tmp_path / "dates.ics").read_bytes() == b"one"
    assert str(tmp_path / "dates.ics") in sink.getvalue()


async def test_a_document_replaces_no_other_and_is_not_put_down_twice(tmp_path: Path) -> None:
    channel, _ = terminal(tmp_path)
    for content in (b"one", b"two", b"two"):
        await channel.send(letter(content))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "dates.ics": b"one",
        "dates-2.ics": b"two",
    }


async def test_a_name_leads_out_of_no_folder(tmp_path: Path) -> None:
    channel, _ = terminal(tmp_path)
    await channel.send(letter(b"one", "../../dates.ics"))
    assert [path.name for path in tmp_path.iterdir()] == ["dates.ics"]


async def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    channel, sink = terminal(tmp_path / "absent")
    await channel.send(letter(b"one"))
    assert "ne peut pas être écrit" in sink.getvalue()


async def test_what_backs_an_answer_is_left_to_be_asked_for_and_that_is_told_once(tmp_path: Path) -> None:
    channel, sink = terminal(tmp_path)
    for key in ("1", "2"):
        await channel.send(Letter(key, "local", Reply(f"Oui.\n\n{folded('Source : Cnam.')}")))
    assert sink.getvalue() == f"Oui.\n\n{text('chat', 'sources')}\n\nOui.\n\n"
