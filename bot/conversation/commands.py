"""What a person writes to steer the conversation rather than to ask or answer. The words are in `commands.yaml`."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from knowledge.text import fold


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
    LATER = "later"
    SUMMARY = "summary"
    CHANGE = "change"
    SEND = "send"
    DELETE = "delete"
    DOSSIER = "dossier"
    HISTORY = "history"
    WITHDRAW = "withdraw"
    TRANSFER = "transfer"
    INVITE = "invite"
    END_DIALOGUE = "end_dialogue"
    PRIVACY = "privacy"
    REMINDERS = "reminders"
    CALENDAR = "calendar"
    STOP_REMINDERS = "stop_reminders"
    YES = "yes"
    NO = "no"


def read_command(text: str, words: Mapping[str, Sequence[str]]) -> Command | None:
    """Return the command that `text` is, as a whole: « /aide », « annuler », « oui, merci »."""
    said = fold(text).strip()
    # Telegram adds the bot's name in groups (« /aide@guichet_bot ») and a payload to /start.
    slash = said.split()[0].split("@")[0] if said.startswith("/") else None
    for command in Command:
        known = _folded(tuple(words.get(command, ())))
        if said.strip(" .!") in known or (slash and slash in known):
            return command
    return None


@lru_cache
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    """Return the words as they are compared. They are the same for every message: each is folded once."""
    return frozenset(map(fold, words))


def read_argument(text: str, words: Sequence[str]) -> str | None:
    """Return what follows one of `words` at the start of `text`: « modifier le courriel » gives « le courriel »."""
    said = fold(text).strip()
    for word in sorted(map(fold, words), key=len, reverse=True):
        if said.startswith(f"{word} "):
            return said.removeprefix(word).strip(" .!")
    return None
