"""A command that a member of the staff typed -> its verb, what it names, and the words behind."""

from dataclasses import dataclass

from bot.conversation.codes import read_reference
from bot.desk.orders import WITH_WORDS
from bot.dossier_keeping import about_dossier, about_thread

#: Behind these a figure may be the first of the words.
_TAKE_WORDS = WITH_WORDS | {"demander"}


@dataclass(frozen=True, slots=True)
class Command:
    """What stands in a message that begins with « / »."""

    verb: str
    #: The dossier or exchange whose number is written behind the verb.
    named: str | None
    words: str


def read_command(text: str, *, is_placed: bool) -> Command:
    """Read `text`; `is_placed`: where it was written already says what it is about, unless it names another."""
    word, _, rest = text.partition(" ")
    verb, rest = word.removeprefix("/").split("@")[0].lower(), rest.strip()
    subject, _, words = rest.partition(" ")
    named = _name(verb, subject, is_placed=is_placed) if subject else None
    return Command(verb, named, words.strip()) if named else Command(verb, None, rest)


def _name(verb: str, subject: str, *, is_placed: bool) -> str | None:
    """Return what the first word behind the verb names; None: it is a word like the others."""
    reference = read_reference(subject)
    if reference is not None:
        return about_dossier(reference)
    if subject.isdecimal() and not (is_placed and verb in _TAKE_WORDS):
        return about_thread(int(subject))
    return None if is_placed else about_dossier(subject.upper())
