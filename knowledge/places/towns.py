"""The one door to the towns of France: a name, a sentence or a code in, communes and EPCI out. No verdict here."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Self

from knowledge.cache import arrays as arrays_module
from knowledge.cache.arrays import load_arrays, save_arrays
from knowledge.cache.folder import Damaged, add_files, forget_older, touch
from knowledge.cache.staying import staying
from knowledge.places.beginnings import Beginnings
from knowledge.places.mention_words import NEVER
from knowledge.places.mentions import Mention, Mentions
from knowledge.places.place_names import Candidate, PlaceNames
from knowledge.places.register_keys import departements_in
from knowledge.places.registers import (
    TERRITORIES,
    InDepartement,
    Intercommunality,
    Programme,
    Registers,
    Town,
    load_registers,
    registers_as_arrays,
    registers_of_arrays,
)
from knowledge.places.spelling import CONNECTORS
from knowledge.places.town_evidence import WordLists, load_word_lists

__all__ = [
    "Candidate",
    "Intercommunality",
    "Mention",
    "Programme",
    "Town",
    "Towns",
    "load_towns",
    "rivals",
]

# Namesakes have the same score, but for an article; those called by a part of their name have less.
SAME_NAME = 1.0


class Towns:
    """The registers, loaded and indexed; safe to share between threads once made."""

    def __init__(self, registers: Registers, lists: WordLists, names: PlaceNames | None = None) -> None:
        self._registers = registers
        self._names = names or PlaceNames(registers)
        self._lists = lists
        self._mentions = Mentions(self._names, lists)

    @classmethod
    def load(cls, path: Path, lists: WordLists) -> Self:
        """Read what `save` wrote. Errors: Damaged; OSError, where no file is."""
        arrays, facts = load_arrays(path)
        try:
            registers = registers_of_arrays(arrays, facts)
            return cls(registers, lists, PlaceNames(registers, arrays))
        except (LookupError, TypeError, ValueError) as error:
            raise Damaged(f"{path.name} : contenu incomplet ({error}).") from error

    def save(self, path: Path) -> None:
        """Keep what takes long to work out. Errors: OSError."""
        arrays, facts = registers_as_arrays(self._registers)
        save_arrays(path, {**arrays, **self._names.arrays()}, facts)

    def find(self, query: str, limit: int = 5) -> list[Candidate]:
        """The places that this text names, likeliest first; the text is a name or a code, not a sentence."""
        return self._names.find(query, limit)

    def find_sigle(self, sigle: str, limit: int = 5) -> list[Candidate]:
        """The EPCI whose name makes this sigle, the plainest first; empty when none does."""
        return self._names.find_sigle(sigle, limit)

    def is_ordinary(self, word: str) -> bool:
        """Whether a folded word of a commune's name is an ordinary word too, or one that is never a name by itself."""
        return word in self._lists.ordinary or word in NEVER or word in CONNECTORS or word in self._lists.first_names

    def find_in(self, sentence: str) -> list[Mention]:
        """The places named inside a sentence, in its order; empty when it names none."""
        return self._mentions.find_in(sentence)

    @cached_property
    def _beginnings(self) -> Beginnings:
        return Beginnings(self._registers)

    def suggest(self, typed: str, limit: int) -> list[Town | Intercommunality]:
        """The places whose name begins so, the largest communes first; without any, those that are meant."""
        communes = [self._registers.town(row) for row in self._beginnings.communes(typed, limit)]
        groups = [self._registers.intercommunality(row) for row in self._beginnings.groups(typed, limit)]
        begun: list[Town | Intercommunality] = [*communes, *groups]
        return begun[:limit] or [candidate.town for candidate in self.find(typed, limit)]

    @property
    def departements(self) -> Mapping[str, tuple[str, str]]:
        """Code of a département -> its name and its région."""
        return self._registers.departements

    def departements_in(self, sentence: str) -> frozenset[str]:
        """The codes of the département that the sentence names, or of all those of a région."""
        return departements_in(sentence, self._names.departements)

    def in_departement(self, code: str) -> InDepartement:
        """What the lists of the programmes have there. Errors: KeyError for a code that is none."""
        return self._registers.in_departement(code)

    def get(self, insee: str) -> Town | None:
        """The commune of this INSEE code, today's or a former one."""
        return self._names.get(insee)

    def get_epci(self, siren: str) -> Intercommunality | None:
        return self._names.get_epci(siren)

    def place(self, code: str) -> Town | Intercommunality | None:
        """The commune of an INSEE code, or the intercommunalité of a SIREN."""
        return self.get(code) or self.get_epci(code)


def rivals(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates between which a person must choose; one alone when the first is plainly meant."""
    if not candidates:
        return ()
    best = candidates[0]
    return tuple(c for c in candidates if c.score >= best.score - SAME_NAME)


@cache
def load_towns(cache_folder: Path | None = None, folder: Path = TERRITORIES) -> Towns:
    """Return the registers with their indexes, read when first needed and once a process.

    To work them out takes most of a second; what is worked out is kept in `cache_folder`, in use by this user alone.
    A cache that is damaged, foreign or not writable only costs time.
    """
    with staying():
        return _towns(folder, cache_folder)


def _towns(folder: Path, cache_folder: Path | None) -> Towns:
    lists = load_word_lists(folder)
    if cache_folder is None:
        return Towns(load_registers(folder), lists)
    kept = cache_folder / f"towns-{_fingerprint(folder)}.safetensors"
    with suppress(Damaged, OSError):  # absent or unusable: worked out anew below, and written over
        towns = Towns.load(kept, lists)
        touch(kept)
        return towns
    towns = Towns(load_registers(folder), lists)
    with suppress(OSError):  # a full or read-only folder must not keep anyone from an answer
        towns.save(kept)
        forget_older(kept.parent, "towns-*")
    return towns


def _fingerprint(folder: Path) -> str:
    """Return a name for what the indexes depend on: the registers, and the code that reads them."""
    digest = hashlib.sha256()
    add_files(digest, folder, (".tsv", ".yaml"))
    for room in (Path(__file__).parent, Path(arrays_module.__file__).parent):
        add_files(digest, room, (".py",))
    return digest.hexdigest()[:32]
