"""Raw text becomes words: folded, bounded, split. Nothing here knows a vocabulary or a score."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from Stemmer import Stemmer

# The longest real message seen in the question sets has 300 characters. What a person pastes beyond
# this adds nothing to the subject, and the bound keeps a hostile message as cheap as a long one.
MAX_CHARACTERS = 1_500
MAX_WORDS = 160
MAX_WORD_LENGTH = 40  # "anticonstitutionnellement" has 25 letters; beyond 40 it is a key held down or an address
STEMS_KEPT = 50_000
TEXTS_KEPT = 2_048  # the labels of buttons, the words of commands, and the message in hand, each folded many times over

LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "’": "'", "ʼ": "'"}
# "c'est" is "c'" and "est": an elided letter keeps its apostrophe, else it is a hasty word ("c koi") or a letter.
WORD = re.compile(r"(?:\b(?:[cdjlmnst]|(?:jus|lors|puis|quel)?qu)'(?=\w))|[^\W_]+")
EUPHONIC_T = re.compile(r"-t-(?=(?:il|elle|on)s?\b)")  # « y a-t-il » : a sound, not a word
HELD_KEY = re.compile(r"([^\W\d])\1{2,}")  # "bonjourrrr": no French or English word has the same letter thrice
PLUS = re.compile(r"\ba\+")  # « a+ » is said « à plus »
SENTENCE_END = re.compile(
    r"(?<![.!?…;\n\r])[.!?…;\n\r]+(?=\s|$)|\n+"
    # « Quand ferme la vague 2 et où est le dossier »: a second question begins with its own question word.
    r"|,?\set\s(?=(?:où|comment|combien|quand|qui|quel|quelle|quels|quelles|pourquoi|est-ce)\b)",
    re.IGNORECASE,
)
STEMMERS = {"fr": "french", "en": "english"}


@lru_cache(maxsize=TEXTS_KEPT)
def fold(text: str) -> str:
    """Lower case, no accents, no ligatures, held keys let go ("ouiiii" -> "oui"); cut at MAX_CHARACTERS."""
    return _bare(_decomposed(text[:MAX_CHARACTERS])[:MAX_CHARACTERS])


def _decomposed(text: str) -> str:
    # Replaced one kind after the other: of the words of a whole call `translate` takes several times as long.
    if not text.isascii():
        for ligature, letters in LIGATURES.items():
            text = text.replace(ligature, letters)
    return unicodedata.normalize("NFKD", text.lower())


def _bare(decomposed: str) -> str:
    bare, letters = decomposed, set(decomposed)
    if not bare.isascii():  # or there is nothing to take off: most texts that are folded were folded before
        for accent in filter(unicodedata.combining, letters):
            bare = bare.replace(accent, "")
    if any(3 * letter in bare for letter in letters):
        bare = HELD_KEY.sub(r"\1", bare)
    return PLUS.sub("a plus", EUPHONIC_T.sub(" ", bare))


def fold_words(written: Iterable[str]) -> set[str]:
    """Return the folded words: see `fold_each`."""
    return set(fold_each(list(set(written))))


def fold_each(words: Sequence[str]) -> list[str]:
    """Return each word folded, as `fold` does it: all in one go, for a call has some thousand.

    `words`: of letters and digits only. A word beyond MAX_WORD_LENGTH, which might be cut, is folded alone.
    """
    if not words:
        return []
    folded = _bare(_decomposed("\n".join(words))).split("\n")
    return [fold(word) if len(word) > MAX_WORD_LENGTH else bare for word, bare in zip(words, folded, strict=True)]


def words(text: str) -> list[str]:
    """The folded words and numbers of a text, in order; at most MAX_WORDS of them."""
    return [word[:MAX_WORD_LENGTH] for word in WORD.findall(fold(text))[:MAX_WORDS]]


def sentences(text: str) -> list[str]:
    """The sentences and coordinate questions of a text that hold at least one word or number."""
    parts = SENTENCE_END.split(text[:MAX_CHARACTERS])
    return [part.strip() for part in parts if WORD.search(part)]


def sound(word: str) -> str:
    """How a French word roughly sounds: "kan" and "quand", "communiké" and "communiqué" share one sound.

    A key to find spelling variants with, not a phonetic transcription. Takes a folded word.
    """
    key = word
    for spelling, sounds in SPELLINGS:
        key = spelling.sub(sounds, key)
    return key


# In this order: each rule sees what the earlier ones left.
SPELLINGS = tuple(
    (re.compile(spelling), sounds)
    for spelling, sounds in (
        ("ph", "f"),
        ("ch|sh", "X"),
        ("h", ""),
        ("eau|au", "o"),
        ("qu|q", "k"),
        ("c(?=[eiy])", "s"),
        ("ss", "s"),
        ("x(?=[aeiou])", "ks"),
        ("ck|c", "k"),
        ("g(?=[eiy])e?", "j"),
        ("y", "i"),
        ("ai|ei|et(?=s?$)|er(?=s?$)|ez(?=$)|es(?=$)", "e"),
        ("an|en|em(?=[bp])|am(?=[bp])", "an"),
        ("z", "s"),
        ("(?<![stdxpe])[stdxpe]+$", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=len(STEMMERS))
def _stemmer(language: str) -> Stemmer:
    return Stemmer(STEMMERS[language], 0)  # it keeps no words: `stem` does


@lru_cache(maxsize=STEMS_KEPT)
def stem(word: str, language: str) -> str:
    """The Snowball stem of a folded word; `language` is "fr" or "en"."""
    with _STEMMING:  # a stemmer keeps the word in itself while it works on it
        return str(_stemmer(language).stemWord(word))


_STEMMING = threading.Lock()
