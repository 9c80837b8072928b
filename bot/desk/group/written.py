"""What a member of the staff wrote -> a note, a command, or words. What looks like a note is one.

The one place where the marks of notes and commands are looked for.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from bot.conversation.reading.typed import plain, visible

#: What marks a note that the town never sees.
NOTE_MARK = "//"
#: A text that begins with two slashes, of whatever kind and however far apart.
_LIKE_NOTE = re.compile(r"\s*([/\\]\s*[/\\][/\\\s]*)")
#: Two slashes that begin a word further on: not those of « https:// ».
_MARK_WITHIN = re.compile(r"(?<![\w:/\\])[/\\]\s?[/\\]")
#: A command at the beginning of a line.
_COMMAND_LINE = re.compile(r"[/\\]\s*[^\W\d]")
_COMMAND = re.compile(r"\s*[/\\]")


class Kind(Enum):
    NOTE = auto()
    #: It begins with something like the mark of a note: it is one, and its author is told of the mark.
    LIKE_NOTE = auto()
    COMMAND = auto()
    WORDS = auto()


@dataclass(frozen=True, slots=True)
class Written:
    kind: Kind
    #: What was written, without the mark of a note.
    text: str

    @property
    def is_note(self) -> bool:
        return self.kind in (Kind.NOTE, Kind.LIKE_NOTE)


def read_written(text: str) -> Written:
    """Return what `text` is, by how it begins."""
    read = plain(text)
    if begun := _LIKE_NOTE.match(read):
        mark = begun[1]
        kind = Kind.NOTE if mark.startswith(NOTE_MARK) else Kind.LIKE_NOTE
        return Written(kind, _without_mark(text))
    if _COMMAND.match(read):
        return Written(Kind.COMMAND, visible(text).strip())
    return Written(Kind.WORDS, visible(text).strip())


def without_call(text: str, bot: str | None) -> str:
    """Return `text` without the bot's name that it begins with: « @guichet_bot /prendre 2 »."""
    called = re.match(rf"\s*@{re.escape(bot)}(?!\w)[\s:,]*", text, re.IGNORECASE) if bot else None
    return text[called.end() :] if called else text


def holds_mark(text: str) -> bool:
    """Whether a note or a command seems to begin further on in `text`: what stands around it may be for nobody."""
    read = plain(text)
    lines = (line.lstrip() for line in read.split("\n"))
    return _MARK_WITHIN.search(read) is not None or any(_COMMAND_LINE.match(line) for line in lines)


def _without_mark(text: str) -> str:
    """Return the words behind the mark as they were typed."""
    seen = visible(text)
    begin = next((place for place, sign in enumerate(seen) if plain(sign).strip("/\\ \n")), len(seen))
    return seen[begin:].strip()
