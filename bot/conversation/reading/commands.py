"""What a person writes to steer the conversation rather than to ask or answer. The words are in `commands.yaml`."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from bot.conversation.reading.typed import plain
from knowledge.language.text import fold

#: Signs that may stand around a command, and those that folding takes away: accents written apart, letters held down.
_PUNCTUATION = 40


class Command(StrEnum):
    """The commands, by the names that `commands.yaml` lists their words under."""

    START = "start"
    HELP = "help"
    CANCEL = "cancel"
    RESUME = "resume"
    RESTART = "restart"
    BACK = "back"
    SKIP = "skip"
    KEEP = "keep"
    DONE = "done"
    LATER = "later"
    SUMMARY = "summary"
    CHANGE = "change"
    SEND = "send"
    DELETE = "delete"
    DOSSIER = "dossier"
    DOCUMENTS = "documents"
    HISTORY = "history"
    PROGRESS = "progress"
    GIVE_UP = "give_up"
    ADD_DOCUMENT = "add_document"
    COPY = "copy"
    WITHDRAW = "withdraw"
    TRANSFER = "transfer"
    INVITE = "invite"
    END_DIALOGUE = "end_dialogue"
    REOPEN_DIALOGUE = "reopen_dialogue"
    PRIVACY = "privacy"
    MY_DATA = "my_data"
    ERASE = "erase"
    REMINDERS = "reminders"
    CALENDAR = "calendar"
    STOP_REMINDERS = "stop_reminders"
    YES = "yes"
    NO = "no"


def read_command(text: str, words: Mapping[str, Sequence[str]]) -> Command | None:
    """Return the command that `text` is, as a whole: « /aide », « annuler », « oui, merci »."""
    known, longest = _known(_Words(words))
    bare = text.strip()
    # Asked several times of each message: most are longer than any command.
    if len(bare) > longest + _PUNCTUATION and not plain(bare[:_PUNCTUATION]).lstrip().startswith("/"):
        return None
    said = fold(plain(bare)).strip()
    # Telegram adds the bot's name in groups (« /aide@guichet_bot ») and a payload to /start.
    slash = said.split()[0].split("@")[0] if said.startswith("/") else ""
    return known.get(said.strip(" .!")) or known.get(slash)


class _Words:
    """The words of a call, told apart by being the same object: comparing hundreds of words costs more than reading."""

    __slots__ = ("by_command",)

    def __init__(self, by_command: Mapping[str, Sequence[str]]) -> None:
        self.by_command = by_command

    def __hash__(self) -> int:
        return id(self.by_command)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Words) and other.by_command is self.by_command


@lru_cache(maxsize=8)
def _known(words: _Words) -> tuple[Mapping[str, Command], int]:
    """Return the words as they are compared, and how long the longest is: the same for every message of a call."""
    known: dict[str, Command] = {}
    for command in Command:
        for word in words.by_command.get(command, ()):
            known.setdefault(fold(word), command)
    return known, max(map(len, known), default=0)


def read_argument(text: str, words: Sequence[str]) -> str | None:
    """Return what follows one of `words` at the start of `text`: « modifier le courriel » gives « le courriel »."""
    said = fold(text).strip()
    for word in sorted(map(fold, words), key=len, reverse=True):
        if said.startswith(f"{word} "):
            return said.removeprefix(word).strip(" .!")
    return None
