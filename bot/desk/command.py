"""A command that a member of the staff typed -> its verb, what it names, and the words behind."""

from dataclasses import dataclass

from bot.dossier_keeping import about_dossier, about_thread


@dataclass(frozen=True, slots=True)
class Command:
    """What stands in a message that begins with « / »."""

    verb: str
    #: The dossier or exchange whose number is written behind the verb.
    named: str | None
    words: str


def read_command(text: str, *, is_placed: bool) -> Command:
    """Read `text`; `is_placed`: where it was written already says what it is about."""
    word, _, rest = text.partition(" ")
    verb, rest = word.removeprefix("/").split("@")[0].lower(), rest.strip()
    subject, _, words = rest.partition(" ")
    if is_placed or not subject:
        return Command(verb, None, rest)
    named = about_thread(int(subject)) if subject.isdecimal() else about_dossier(subject.upper())
    return Command(verb, named, words.strip())
