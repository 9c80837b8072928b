"""How the name of a place is brought to a form that can be compared; knows French spelling, no register."""

import re
from collections.abc import Sequence

# A word is letters, digits and combining accents (text typed on a Mac may be decomposed).
WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
# « Chalon/Saône », « Chalon s/ Saône »; the slash stands for « sur ».
SLASH = re.compile(r"(?<=\w)\s*(?:\bs\s*)?/\s*(?=\w)")

ARTICLES = frozenset({"le", "la", "les", "l"})
# What may come before a name and join its article: « ville du Havre », « aux Abymes ».
LEADERS = ARTICLES | {"de", "du", "des", "d", "au", "aux", "a"}
# Small words that people leave out or mistake inside a name.
CONNECTORS = LEADERS | {"en", "sur", "sous", "s", "et", "pres"}

ABBREVIATIONS = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "mt": "mont",
    "nd": "notre dame",
    "cht": "chateau",
    "ch": "chateau",
    "vlle": "ville",
    "gd": "grand",
    "gde": "grande",
    "ss": "sous",
    "sr": "sur",
}

_ACCENTED = "àâäáãåçéèêëíìîïñóòôöõøúùûüýÿ"
_PLAIN = "aaaaaaceeeeiiiinoooooouuuuyy"
_TABLE = str.maketrans(
    dict(zip(_ACCENTED, _PLAIN, strict=True)) | {"œ": "oe", "æ": "ae"} | {chr(mark): "" for mark in range(0x300, 0x370)}
)
_PUNCTUATION = str.maketrans("-'’.,()/\"", " " * 9)


def fold(text: str) -> str:
    """Lower case, without accents or ligatures; the rest is left as it is."""
    return text.lower().translate(_TABLE)


def words(text: str) -> list[str]:
    """The folded words of a name, abbreviations written out, a slash read as « sur »."""
    found: list[str] = []
    for word in WORD.findall(fold(SLASH.sub(" sur ", text))):
        found.extend(ABBREVIATIONS.get(word, word).split())
    return found


def without_leaders(name: Sequence[str], leaders: frozenset[str] | set[str] = LEADERS) -> Sequence[str]:
    """The words without the articles and prepositions they begin with; never emptied."""
    start = 0
    while start < len(name) - 1 and name[start] in leaders:
        start += 1
    return name[start:]


def core(name: Sequence[str]) -> str:
    """The letters of a name without its leading article: the key under which names are the same."""
    return "".join(without_leaders(name, ARTICLES))


def loose(name: Sequence[str]) -> str:
    """The letters of the name's full words only: « Bourg Bresse » meets « Bourg-en-Bresse »."""
    return "".join(word for word in name if word not in CONNECTORS)


# How French writes one sound in several ways, longest first.
_SOUNDS = (
    ("eau", "o"), ("au", "o"), ("ain", "in"), ("ein", "in"), ("ay", "e"), ("ai", "e"), ("ei", "e"), ("en", "an"),
    ("em", "an"), ("am", "an"), ("om", "on"), ("ph", "f"), ("gn", "ni"), ("qu", "k"), ("ck", "k"), ("ce", "se"),
    ("ci", "si"), ("cy", "si"), ("ge", "je"), ("gi", "ji"), ("gu", "g"), ("ch", "S"), ("c", "k"), ("z", "s"),
    ("x", "s"), ("y", "i"), ("h", ""), ("w", "v"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_SILENT_END = re.compile(r"(?:[tdp]|e)?s?$")


def sound(key: str) -> str:
    """Roughly how a key is pronounced: « orillac » and « aurillac », « kimper » and « quimper » are one."""
    for written, heard in _SOUNDS:
        key = key.replace(written, heard)
    return _SILENT_END.sub("", _DOUBLED.sub(r"\1", key))


def words_of_names(names: Sequence[str]) -> list[list[str]]:
    """The words of many names of a register at once (no abbreviations, no slashes), several times faster."""
    blob = fold("\n".join(names)).translate(_PUNCTUATION)
    return [name.split() for name in blob.split("\n")]
