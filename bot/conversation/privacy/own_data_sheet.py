"""All that is kept about a person, as the person reads it: in sections and plain words.

Nothing is left out but the conversation's state, which only the program can read: it is in the file for programs.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.conversation.form.answer_words import in_words_of_now
from bot.conversation.form.summary import history_line
from bot.conversation.privacy.own_data import as_text, told
from bot.conversation.privacy.sheet import Sheet, SheetSection
from bot.conversation.talk.context import OwnData
from bot.conversation.values.dossier import DatedEvent, Dossier, Event, EventKind
from knowledge.library import Library
from knowledge.templates.plain import Plain

#: Tables that are told in words; others are told as they lie.
_WORDED = frozenset({
    *("recipients", "conversations", "inbox", "outbox", "team_questions", "reminders", "threads", "thread_messages"),
    *("dossiers", "dossier_members", "dossier_events", "access_codes", "question_log", "attachments"),
})  # fmt: skip

#: Signs of the readable copy, some 200 pages of them, and how many a new line counts for.
_MOST_SIGNS, _ROW_SIGNS = 500_000, 40

#: The light Markdown of the assistant's messages.
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^\s()]+)\)")

_Row = Mapping[str, Any]
_Line = tuple[str, str]


def write_sheet(own: OwnData, library: Library, now: datetime) -> Sheet:
    """Return everything, to be read."""
    lines = library.say("data_lines", now, day=library.day(now)).split("\n")
    sections = [section for section in _within_limit(_Sections(own, library, now).all(), library, now) if section.rows]
    title, author = library.say("data_title", now), library.call.facts.name
    return Sheet(title, lines, sections, author=author, footer=title)


def _within_limit(sections: Iterable[SheetSection], library: Library, now: datetime) -> Iterator[SheetSection]:
    """Yield the sections as far as a document to be read can hold them; the rest is only in the other file."""
    room = _MOST_SIGNS
    for section in sections:
        rows: list[_Line] = []
        for label, text in section.rows:
            room -= _ROW_SIGNS + len(label) + len(text) + _ROW_SIGNS * text.count("\n")
            if room < 0:
                left = len(section.rows) - len(rows)
                rows.append(("", library.say("data_more", now, count=left)))
                break
            rows.append((label, text))
        yield SheetSection(section.title, rows)


class _Sections:
    """Words the rows, part by part."""

    def __init__(self, own: OwnData, library: Library, now: datetime) -> None:
        self._told = told(own)
        self._library = library
        self._now = now
        form = library.call.form
        self._labels = {question.id: question.label for question in form.questions()} if form else {}

    def all(self) -> Iterator[SheetSection]:
        yield SheetSection(self._say("data_you"), list(self._you()))
        for row in self._rows("dossiers"):
            yield SheetSection(self._say("data_dossier", reference=row["reference"]), list(self._dossier(row)))
        yield SheetSection(self._say("data_threads"), list(self._threads()))
        asked = [(self._at(row["asked_at"]), self._readable(row["question"])) for row in self._rows("team_questions")]
        yield SheetSection(self._say("data_questions"), asked)
        sent = [(self._by(row["staff"], row["created_at"]), self._document(row)) for row in self._rows("attachments")]
        yield SheetSection(self._say("data_documents"), sent)
        logged = [(self._at(row["asked_at"]), self._readable(row["text"])) for row in self._rows("question_log")]
        yield SheetSection(self._say("data_log"), logged)
        yield SheetSection(self._say("data_reminders"), list(self._reminders()))
        yield SheetSection(self._say("data_messages"), self._messages())
        for name in sorted(set(self._told) - _WORDED):
            yield SheetSection(self._say("data_other", name=name), [("", _as_it_lies(row)) for row in self._rows(name)])

    def _rows(self, name: str) -> Sequence[_Row]:
        return self._told.get(name, ())

    def _say(self, message: str, **values: Plain) -> str:
        return self._library.say(message, self._now, **values)

    def _at(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self._library.call.facts.time_zone))
        return self._say("data_at", day=local.date(), at=local)

    def _readable(self, text: str | None) -> str:
        return self._say("data_unreadable") if text is None else text

    def _you(self) -> Iterator[_Line]:
        for row in self._rows("recipients"):
            yield self._say("data_channel"), row["channel"]
            yield self._say("data_address"), self._readable(row["address"])
            yield self._say("data_since"), self._at(row["created_at"])
            if row["blocked_at"]:
                yield self._say("data_blocked"), self._at(row["blocked_at"])
        for row in self._rows("conversations"):
            yield self._say("data_last"), self._at(row["active_at"] or row["updated_at"])
            if row["state"] or row["unreadable_state"]:
                yield self._say("data_state"), self._say("data_state_elsewhere")

    def _dossier(self, row: _Row) -> Iterator[_Line]:
        for member in self._of_dossier("dossier_members", row):
            role = self._say("data_role", is_owner=member["is_owner"])
            yield self._say("data_joined"), f"{self._at(member['joined_at'])}, {role}"
        for code in self._of_dossier("access_codes", row):
            yield self._say("data_code"), self._at(code["expires_at"])
        if row["warned_at"]:
            yield self._say("data_warned"), self._at(row["warned_at"])
        try:
            yield from self._content(in_words_of_now(Dossier.model_validate(row["content"]), self._library))
        except ValidationError:
            yield "", _as_it_lies(row["content"]) if row["content"] else self._readable(None)
        for event in self._of_dossier("dossier_events", row):
            yield "", self._event(event)

    def _of_dossier(self, name: str, dossier: _Row) -> Iterator[_Row]:
        return (row for row in self._rows(name) if row["dossier_id"] == dossier["id"])

    def _content(self, dossier: Dossier) -> Iterator[_Line]:
        yield (
            self._say("data_status"),
            self._say("status_name", status=dossier.status.value, holder=dossier.holder_name),
        )
        yield self._say("data_consent"), self._at(dossier.consented_at)
        if dossier.sent_at:
            yield self._say("data_sent"), self._at(dossier.sent_at)
        for question, answer in dossier.answers.items():
            yield self._labels.get(question) or self._say("question_gone"), answer.shown
        for question in dossier.skipped:
            yield self._labels.get(question) or self._say("question_gone"), self._say("data_skipped")
        for request in dossier.requests:
            label = self._labels.get(request.question) or self._say("question_gone")
            yield self._say("data_request"), f"{label} : {request.reason}"

    def _document(self, row: _Row) -> str:
        return "\n".join(part for part in (self._readable(row["name"]), row["caption"]) if part)

    def _event(self, row: _Row) -> str:
        form = self._library.call.form
        if not row["content"] or form is None:
            return _as_it_lies(row)
        event = Event(**{**row["content"], "kind": EventKind(row["content"]["kind"])})
        line = history_line(DatedEvent(event, row["happened_at"]), form, self._library, self._now)
        return f"{line} : {event.new}" if event.kind is EventKind.MESSAGE else line

    def _threads(self) -> Iterator[_Line]:
        for thread in self._rows("threads"):
            yield self._say("data_thread", thread=thread["id"]), self._at(thread["opened_at"])
            for row in self._rows("thread_messages"):
                if row["thread_id"] == thread["id"]:
                    yield self._by(row["staff"], row["written_at"]), self._readable(row["text"])

    def _by(self, staff: str | None, at: datetime) -> str:
        return self._say("data_by", staff=staff, at=self._at(at))

    def _reminders(self) -> Iterator[_Line]:
        for row in self._rows("reminders"):
            yield row["wave"], self._say("data_reminder", at=self._at(row["due_at"]), status=row["status"])

    def _messages(self) -> list[_Line]:
        said: list[tuple[datetime, str, str]] = []
        for row in self._rows("inbox"):
            text = self._say("data_pressed", choice=row["choice"]) if row["choice"] else self._readable(row["text"])
            said.append((row["received_at"], self._by(None, row["received_at"]), text))
        for row in self._rows("outbox"):
            label = self._say("data_bot", status=row["status"], at=self._at(row["created_at"]))
            said.append((row["created_at"], label, self._readable(_text_of(row["content"]))))
        return [(label, text) for _, label, text in sorted(said, key=lambda each: each[0])]


def _text_of(content: _Row | None) -> str | None:
    """Return what a message said, with its choices, its contact and its documents."""
    if content is None:
        return None
    contact = content.get("contact")
    parts: Iterable[str | None] = (
        _without_marks(content.get("text") or ""),
        *(f"[{choice['label']}]" for choice in content.get("choices", ())),
        _as_it_lies(contact) if contact else None,
        *(f"[{file['name']}]" for file in content.get("files", ())),
    )
    return "\n".join(part for part in parts if part)


def _without_marks(text: str) -> str:
    """Return `text` as it is printed: nothing in bold, the address of a link behind its title."""
    return _LINK.sub(r"\1 (\2)", _BOLD.sub(r"\1", text))


def _as_it_lies(values: _Row) -> str:
    """Return what nobody worded, for it is told all the same."""
    return "\n".join(f"{name} : {_plain(value)}" for name, value in values.items() if value not in (None, "", [], {}))


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=as_text) if isinstance(value, dict | list) else as_text(value)
