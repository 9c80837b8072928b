"""What an open page hears: what is new, and who else is there; nothing any more once its reader may see otherwise."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.values.about import About
from bot.desk.office import entry
from bot.desk.office.entry import Signed
from bot.desk.office.inbox import News, read_news
from bot.desk.office.viewing import Other, look_around
from storage.engine.database import Transaction


@dataclass(frozen=True, slots=True)
class Watched:
    """What an open page wants to hear of."""

    #: How far everything had come when it was opened.
    mark: str
    #: What it shows; None: a list.
    about: About | None
    #: Something is being written in it.
    is_writing: bool


@dataclass(frozen=True, slots=True)
class Heard:
    news: News
    others: tuple[Other, ...]


def listen(
    transaction: Transaction, signed: Signed, key: str, watched: Watched, now: datetime, *, is_noted: bool
) -> Heard | None:
    """Return what there is to hear; None for who was shut out, or got another role since: they ask anew.

    `is_noted`: that they are there is written down too.
    """
    found = entry.recognise(transaction, key, now)
    if not isinstance(found, Signed) or found.role is not signed.role:
        return None
    others: tuple[Other, ...] = ()
    if watched.about is not None:
        is_writing = watched.is_writing or None
        others = look_around(transaction, signed, watched.about, now, is_writing=is_writing, is_noted=is_noted)
    return Heard(read_news(transaction, signed, watched.mark), others)
