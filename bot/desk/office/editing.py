"""Entries written at the desk: as a file, its faults as `guichet check` tells them, and how it reads on a day.

The check looks at a copy of the call's folder with the new file in it, in the process that is kept for it.
"""

import asyncio
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.desk.checking.checker import Checker
from bot.desk.desk import Desk
from bot.desk.entry_draft import ID_LIMIT, REVIEWED_AFTER, as_written_before, block, free_id, write_entry
from bot.desk.office.earlier_texts import Earlier, keep_text, list_earlier
from bot.insights.reading import read_report
from bot.insights.report import Report
from bot.services.reload_signal import ask_to_reload
from knowledge.call.loader import ANSWERS
from knowledge.call.model import Basis
from knowledge.library import Library
from knowledge.templates.faults import TemplateFault
from storage import audit
from storage.engine.database import Transaction

#: Days that the page looks back on.
DAYS = 30
#: What the form asks for, or sets; whatever else stands in a file stays as it is.
_WRITTEN = frozenset(("id", "topic", "question", "basis", "answer", "sources", "checked_on", "review_by", "variants"))
#: Without these it is no entry.
_OPENED = frozenset(("id", "topic", "question", "basis", "answer", "variants"))
#: By what the command marks what may stay.
_WARNING = "(avertissement)"
_FAULT = re.compile(r"(?P<file>[^\s:]{1,254}\.(?:yaml|jinja)):(?P<line>\d+): (?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Written:
    """What an editor filled in, as they did; several things of one field stand on lines of their own."""

    id: str = ""
    topic: str = ""
    question: str = ""
    basis: str = Basis.SERVICE.value
    answer: str = ""
    sources: str = ""
    variants: str = ""
    #: The id of the entry that is changed, and its file as the editor had it before them; "": a new one is written.
    changes: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    #: What the check says of the new file, a line and a text each; and of others, because of it.
    faults: tuple[tuple[int, str], ...]
    elsewhere: tuple[str, ...]
    #: Whether the check came to its end.
    is_whole: bool = True

    @property
    def is_sound(self) -> bool:
        """Whether nothing keeps it from serving: a warning does not."""
        grave = [told for _, told in self.faults if _WARNING not in told]
        return self.is_whole and not grave and not self.elsewhere


def report(desk: Desk, transaction: Transaction, now: datetime) -> Report | None:
    """Return what an editor should look at; None where the folder of the call is not known."""
    folder = desk.shelf.folder
    return read_report(transaction, desk.library.call, folder, now, DAYS) if folder else None


def open_entry(desk: Desk, entry_id: str, earlier: str | None = None) -> tuple[Written, tuple[str, ...]] | None:
    """Return an entry to be changed, and the names of what its file says beside; None: there is none of this id.

    `earlier`: a text that it had, to go back to: what the form asks for is as it was then.
    """
    found = _read_entry(desk, entry_id)
    if found is None:
        return None
    content, entry = found
    if earlier is not None:
        entry = _as_before(entry, _parsed(earlier), {each.id for each in desk.library.call.topics})
    written = Written(
        id=entry_id,
        topic=str(entry["topic"]),
        question=str(entry["question"]),
        basis=str(entry["basis"]),
        answer=str(entry["answer"]).rstrip("\n"),
        sources="\n".join(entry.get("sources", ())),
        variants="\n".join(entry["variants"]),
        changes=entry_id,
        version=_version_of(content),
    )
    return written, tuple(name for name in entry if name not in _WRITTEN)


def is_overtaken(desk: Desk, written: Written) -> bool:
    """Whether the entry is another now than when its editor opened it."""
    found = _read_entry(desk, written.changes)
    return found is None or _version_of(found[0]) != written.version


def _read_entry(desk: Desk, entry_id: str) -> tuple[str, dict[str, Any]] | None:
    """Return the file of an entry that is served, and what stands in it; None for one that cannot be read now."""
    path = _path_of(desk, entry_id)
    if path is None or not path.is_file():
        return None
    content = path.read_text(encoding="utf-8")
    entry = _parsed(content)
    return (content, entry) if entry.keys() >= _OPENED and entry["id"] == entry_id else None


def _parsed(content: str) -> dict[str, Any]:
    """Return what stands in the text of a file; nothing for one that cannot be read."""
    try:
        entry = yaml.safe_load(content)
    except yaml.YAMLError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _as_before(entry: dict[str, Any], before: dict[str, Any], topics: Collection[str]) -> dict[str, Any]:
    """Return an entry of which what the form asks for is as it was before; unchanged where that cannot be read.

    A topic that the call no longer has stays the one of today: the form could not show it.
    """
    if not before.keys() >= _OPENED:
        return entry
    others = {name: value for name, value in entry.items() if name not in _WRITTEN}
    found = others | {name: value for name, value in before.items() if name in _WRITTEN}
    return found if found["topic"] in topics else found | {"topic": entry["topic"]}


def earlier_texts(desk: Desk, transaction: Transaction, entry_id: str) -> list[Earlier]:
    """Return the texts that an entry that is served had, the latest first."""
    found = _read_entry(desk, entry_id)
    return list_earlier(transaction, entry_id, found[0]) if found is not None else []


def _path_of(desk: Desk, entry_id: str) -> Path | None:
    """Return where the file of an entry that is served lies: an id that is none leads nowhere."""
    is_known = desk.shelf.folder is not None and entry_id in desk.library.entries
    return desk.shelf.folder / ANSWERS / f"{entry_id}.yaml" if is_known and desk.shelf.folder else None


def _version_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def named(desk: Desk, written: Written) -> str:
    """Return the id of the entry: the one that was given, as far as it can name a file, else one of its question."""
    given = re.sub(r"[^a-z0-9]+", "-", written.id.lower()).strip("-")[:ID_LIMIT].strip("-")
    return given or free_id(desk, written.question)


def as_file(desk: Desk, written: Written, now: datetime) -> tuple[str, str]:
    """Return the name and the content of the file."""
    before = _read_entry(desk, written.changes) if written.changes else None
    entry_id = written.changes if before else named(desk, written)
    today, question = desk.library.day(now), " ".join(written.question.split())
    entry = {
        **(as_written_before(before[1]) if before else {}),
        "id": entry_id,
        "topic": written.topic,
        "question": question,
        "basis": written.basis,
        "answer": block(written.answer),
        "sources": _lines(written.sources),
        "checked_on": today,
        "review_by": today + REVIEWED_AFTER,
        "variants": _lines(written.variants) or [question],
    }
    return f"{entry_id}.yaml", write_entry({name: value for name, value in entry.items() if value != []})


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def preview(library: Library, answer: str, day: date) -> str | None:
    """Return how an answer reads on a day; None where its template is faulty: the check says how."""
    try:
        return library.renderer.render_on(answer, day)
    except TemplateFault:
        return None


async def check(checker: Checker, folder: Path, file: tuple[str, str], today: date) -> Checked:
    """Return what `guichet check` says, on a day, of the folder with the new file in it."""
    name, content = file
    with tempfile.TemporaryDirectory(prefix="guichet-") as scratch:
        copy = Path(scratch) / folder.name
        await asyncio.to_thread(shutil.copytree, folder, copy)
        (copy / ANSWERS / name).write_text(content, encoding="utf-8")
        told = await checker.told(copy, today)
    return _read(told, f"{ANSWERS}/{name}") if told is not None else Checked((), (), is_whole=False)


def _read(told: Sequence[str], name: str) -> Checked:
    found = [match for each in told for line in each.splitlines() if (match := _FAULT.match(line.strip()))]
    own = tuple((int(match["line"]), match["text"]) for match in found if match["file"] == name)
    # A warning about another entry is that entry's matter, and was there before.
    others = tuple(str(match[0]) for match in found if match["file"] != name and _WARNING not in match[0])
    return Checked(own, others)


def may_save(desk: Desk) -> bool:
    folder = desk.shelf.folder
    return desk.shelf.is_editable and folder is not None and os.access(folder / ANSWERS, os.W_OK)


def save(desk: Desk, transaction: Transaction, member: int, file: tuple[str, str], version: str, now: datetime) -> bool:
    """Write the file in the folder of the call, have it loaded, and keep who did.

    `version`: that of the file that it is to replace; False: another entry bears that name, or somebody was faster.
    """
    folder, (name, content) = desk.shelf.folder, file
    assert folder is not None
    path = folder / ANSWERS / name
    # First: who saves at the same moment waits here until this is saved, and finds it.
    ask_to_reload(transaction)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if (_version_of(before) if before else "") != version:
        return False
    keep_text(transaction, Path(name).stem, before, content, member, now)
    audit.record(transaction, member, "save_entry", f"entry:{Path(name).stem}", now)
    draft = path.with_name(f".{name}.new")
    draft.write_text(content, encoding="utf-8")
    draft.replace(path)
    return True


def note_download(transaction: Transaction, member: int, name: str, now: datetime) -> None:
    audit.record(transaction, member, "write_entry", f"entry:{Path(name).stem}", now)
