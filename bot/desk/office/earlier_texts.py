"""The earlier texts of an entry: who changed what and when, and the way back to one of them."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import yaml

from bot.desk.entry_draft import as_written_before, write_entry
from storage import entry_texts
from storage.engine.database import Transaction

#: Texts of one entry that are shown, and lines around a change.
MOST, AROUND = 30, 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference."""

    #: "+" or "-": it came or went; " ": it stayed; "…": lines are left out.
    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Earlier:
    id: int
    kept_at: datetime
    #: None: it was written elsewhere than at the desk.
    member: str | None
    content: str
    #: What it changed in the text before it; empty for the first that is kept.
    changes: Sequence[Line]
    #: It is the text that is served.
    is_current: bool


def list_earlier(transaction: Transaction, entry_id: str, current: str) -> list[Earlier]:
    """Return the texts that an entry had, the latest first. `current`: its file as it is now."""
    kept = entry_texts.list_of(transaction, entry_id, MOST + 1)
    return [
        Earlier(
            each.id,
            each.kept_at,
            each.member,
            each.content,
            differences(as_lines(kept[rank + 1].content), as_lines(each.content)) if rank + 1 < len(kept) else (),
            rank == 0 and each.content == current,
        )
        for rank, each in enumerate(kept[:MOST])
    ]


def keep_text(transaction: Transaction, entry_id: str, before: str, after: str, member_id: int, now: datetime) -> None:
    """Keep the text that is saved; and the one before it, "" for none, where it was written elsewhere."""
    known = entry_texts.list_of(transaction, entry_id, 1)
    if before and (not known or known[0].content != before):
        entry_texts.keep(transaction, entry_id, before, None, now)
    entry_texts.keep(transaction, entry_id, after, member_id, now)


def as_lines(content: str) -> list[str]:
    """Return a text as the desk writes it, so that what editors do not see, such as indents, is no difference."""
    try:
        entry = yaml.safe_load(content)
    except yaml.YAMLError:
        entry = None
    written = write_entry(as_written_before(entry)) if isinstance(entry, dict) else content
    return written.splitlines()


def differences(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """Return the lines that differ, with some around them."""
    found = difflib.unified_diff(before, after, lineterm="", n=AROUND)
    lines = [Line("…", "") if line.startswith("@@") else Line(line[0], line[1:]) for line in list(found)[2:]]
    return lines[1:] if lines and lines[0].sign == "…" else lines
