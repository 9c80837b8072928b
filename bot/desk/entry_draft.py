"""A question of a town and the staff's reply -> the beginning of an entry for the knowledge base, for its editor."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import yaml

from bot.base.wording import text
from bot.conversation.talk.messages import File
from bot.desk.desk import Desk
from knowledge.language.text import fold
from storage import team_questions, threads
from storage.engine.database import Transaction

MEDIA_TYPE = "application/yaml"
#: Characters of an entry's id.
ID_LIMIT = 40
#: When an entry is to be read again.
REVIEWED_AFTER = timedelta(days=182)


class _Block(str):
    """A text written over several lines, as editors write answers."""


class _Dumper(yaml.SafeDumper):
    pass


def _write_block(dumper: yaml.SafeDumper, block: _Block) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(block), style="|")


_Dumper.add_representer(_Block, _write_block)


def draft_entry(desk: Desk, transaction: Transaction, thread_id: int, now: datetime) -> File | None:
    """Return a file for `answers/`, which `guichet check` takes; None: nothing was asked and answered yet."""
    messages = [
        message
        for message in threads.list_messages(transaction, thread_id)
        if not message.is_note and message.withdrawn_at is None
    ]
    replies = [rank for rank, message in enumerate(messages) if message.staff is not None]
    if not replies or messages[0].staff is not None:
        return None
    asked = [message.text.strip() for message in messages[: replies[0]]]
    answered = [messages[rank].text.strip() for rank in replies]
    question = " ".join(asked[0].split())
    entry_id = free_id(desk, question)
    today = desk.library.day(now)
    entry: dict[str, Any] = {
        "id": entry_id,
        "topic": _topic(desk, transaction, thread_id),
        "question": question,
        "basis": "service",
        "answer": _Block(_as_template("\n\n".join(answered)) + "\n"),
        "checked_on": today,
        "review_by": today + REVIEWED_AFTER,
        "variants": list(dict.fromkeys(asked)),
    }
    head = text("entry", "head")
    return File(f"{entry_id}.yaml", MEDIA_TYPE, f"{head}\n{write_entry(entry)}".encode())


def write_entry(entry: Mapping[str, Any]) -> str:
    """Return an entry as a file of `answers/`."""
    return yaml.dump(dict(entry), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)


def as_written_before(value: Any) -> Any:
    """Return what stands in a file so that it is written again as editors write it: long texts over several lines."""
    if isinstance(value, dict):
        return {name: as_written_before(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_written_before(each) for each in value]
    return _Block(value) if isinstance(value, str) and value.endswith("\n") else value


def block(written: str) -> str:
    """Return a text that stands in a file over several lines, as editors write answers."""
    return _Block(written.strip() + "\n")


def _topic(desk: Desk, transaction: Transaction, thread_id: int) -> str:
    """Return the topic that the assistant guessed at; without a guess, the first of the call."""
    guesses = team_questions.latest_guesses(transaction, thread_id)
    entries = [desk.library.entries[guess] for guess in guesses if guess in desk.library.entries]
    return entries[0].topic if entries else desk.library.call.topics[0].id


def free_id(desk: Desk, question: str) -> str:
    """Return an id that no entry has, made of a question."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(question)).strip("-")[:ID_LIMIT].strip("-") or "question"
    number, entry_id = 2, slug
    while entry_id in desk.library.entries:
        entry_id, number = f"{slug}-{number}", number + 1
    return entry_id


def _as_template(written: str) -> str:
    """Return what somebody wrote so that it is rendered as it is: braces mean something in an answer."""
    return re.sub(r"[{}]+", lambda braces: f'{{{{ "{braces.group()}" }}}}', written)
