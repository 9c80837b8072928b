"""All that is kept about a person, as programs read it. How a person reads it is in `own_data_sheet`."""

import gzip
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.conversation.reading.legible import as_json
from bot.conversation.talk.context import OwnData
from bot.conversation.talk.messages import ATTACHMENT, File
from bot.conversation.values.dossier import EventKind
from knowledge.library import Library

MEDIA_TYPE, PACKED = "application/json", "application/gzip"
#: `Reply.enclosed` names the copy of someone's data so, to read and for programs: « own-sheet:12 ».
SHEET, DATA = "own-sheet", "own-data"
#: What the storage says of a document whose bytes are here.
_HERE = "kept"

#: Tables -> rows, as they are told.
Told = Mapping[str, list[dict[str, Any]]]


def told(own: OwnData) -> Told:
    """Return the rows as the person may have them: all of them, without what is another person's.

    The staff's internal notes on a dossier are told to its owner, whom they concern; those on a colleague's dossier are
    the colleague's to ask for. Other people are never named, nor their addresses told.
    """
    owned = {row["dossier_id"] for row in own.rows.get("dossier_members", ()) if row["is_owner"]}
    return {
        name: [
            _row(own, name, row)
            for row in rows
            if name != "dossier_events" or row["dossier_id"] in owned or not _is_note(row)
        ]
        for name, rows in own.rows.items()
    }


def _is_note(event: Mapping[str, Any]) -> bool:
    return event["content"] is None or event["content"]["kind"] == EventKind.NOTE


def _row(own: OwnData, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {column: value for column, value in row.items() if column != "recipient_id"}
    if name == "dossier_events":
        kept["by"] = {own.recipient_id: "you", None: "staff"}.get(row["recipient_id"], "another person")
    for column in ("state", "content"):
        if isinstance(kept.get(column), str):
            kept[column] = _parsed(kept[column])
    if name == "outbox" and isinstance(kept["content"], dict) and "files" in kept["content"]:
        # The documents were sent: they repeat what is here, an earlier copy of all of it included.
        files = [{"name": each["name"], "media_type": each["media_type"]} for each in kept["content"]["files"]]
        kept["content"] = {**kept["content"], "files": files}
    return kept


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def enclosed(own: OwnData) -> tuple[str, ...]:
    """Return the copy and the documents that are kept, as a message encloses them: made and read when it leaves."""
    copies = (f"{SHEET}:{own.recipient_id}", f"{DATA}:{own.recipient_id}")
    return copies + tuple(
        f"{ATTACHMENT}:{row['id']}" for row in own.rows.get("attachments", ()) if row["status"] == _HERE
    )


#: Bytes of a file from which it is packed: Telegram's bots may send 50 MB, and text packs to a fifth.
LARGEST = 20_000_000


def write_json(own: OwnData, library: Library, now: datetime) -> bytes:
    """Return everything, table by table; dates as ISO 8601."""
    content = {"call": library.call.facts.id, "written_at": now, "kept": told(own)}
    return (as_json(content, indent=2, default=as_text) + "\n").encode("utf-8", "replace")


def as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def data_file(own: OwnData, library: Library, now: datetime) -> File:
    """Return what programs read; packed where it would be too large to be sent."""
    name, content = f"{library.say('data_name', now)}.json", write_json(own, library, now)
    if len(content) <= LARGEST:
        return File(name, MEDIA_TYPE, content)
    return File(f"{name}.gz", PACKED, gzip.compress(content, mtime=0))
