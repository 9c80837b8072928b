"""A command that a member of the staff typed -> its verb, what it names, the words behind; or the nearest there is."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.conversation.reading.codes import read_reference
from bot.conversation.reading.typed import plain, visible
from bot.conversation.values.about import about_dossier, about_thread
from bot.desk.verbs import WITH_WORDS, Verb
from knowledge.language.text import fold
from knowledge.matching.likeness import closest

#: Behind these a figure may be the first of the words.
_TAKE_WORDS = WITH_WORDS | {Verb.ASK}
#: Below this likeness, from 0 to 100, a word is not taken for a slip of another.
_LEAST_ALIKE = 65
#: Words of a message that may be a command without its slash.
_BARE_WORDS = 2
_SYNONYMS = Path(__file__).with_name("commands.yaml")
#: « /repondre@guichet_bot: »
_VERB = re.compile(r"/(?P<verb>[^\W\d_]\w*)(?:@(?P<bot>\w+))?[:.,;!]*")


@dataclass(frozen=True, slots=True)
class Command:
    """What stands in a message that begins with « / »."""

    #: Folded; "" for what cannot be a command.
    verb: str
    #: The dossier or thread whose number is written behind the verb.
    named: str | None
    words: str
    #: The bot that it is for, as it was typed; None: it does not say.
    bot: str | None = None


def read_command(text: str, *, is_placed: bool) -> Command:
    """Read `text`; `is_placed`: where it was written already says what it is about, unless it names another."""
    first, *rest = visible(text).split(maxsplit=1) or [""]
    found, words = _VERB.fullmatch(plain(first)), rest[0].strip() if rest else ""
    if found is None:
        return Command("", None, words)
    verb, bot = fold(found["verb"]), found["bot"]
    subject, *behind = words.split(maxsplit=1) or [""]
    named = _name(verb, subject, is_placed=is_placed) if subject else None
    if named is None:
        return Command(verb, None, words, bot)
    return Command(verb, named, behind[0].strip() if behind else "", bot)


def typed_verb(text: str) -> str:
    """Return what stands where a command has its verb, as it can be named to who typed it."""
    words = plain(text).lstrip("/\\ \n").split()
    return words[0] if words else ""


def is_bare_command(text: str, verbs: Collection[str]) -> bool:
    """Whether `text`, without a slash, is hardly anything but a command: « prendre », « clore 2 »."""
    words = fold(plain(text)).split()
    return 0 < len(words) <= _BARE_WORDS and words[0].strip("!#.,:;-|>*") in verbs


def nearest(typed: str, verbs: Collection[str]) -> str | None:
    """Return the verb that was likely meant by `typed`; None: nothing is near."""
    known = {word: verb for verb in verbs for word in (verb, *_synonyms().get(verb, ()))}
    found = closest(fold(typed), known, _LEAST_ALIKE)
    return known[found] if found else None


@cache
def _synonyms() -> Mapping[str, Sequence[str]]:
    words: dict[str, list[str]] = yaml.safe_load(_SYNONYMS.read_text(encoding="utf-8"))
    return words


def _name(verb: str, subject: str, *, is_placed: bool) -> str | None:
    """Return what the first word behind the verb names; None: it is a word like the others."""
    subject = plain(subject)
    reference = read_reference(subject)
    if reference is not None:
        return about_dossier(reference)
    if subject.isdecimal() and not (is_placed and verb in _TAKE_WORDS):
        return about_thread(int(subject))
    return None if is_placed else about_dossier(subject.upper())
