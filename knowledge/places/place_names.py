"""From a place's name, as people write it, to communes and EPCI; sentences are read in `mentions`."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.cache.arrays import Arrays
from knowledge.cache.postings import Postings
from knowledge.places.name_index import BEGINNING, Matches, NameIndex
from knowledge.places.place_query import PlaceQuery, parse_query
from knowledge.places.register_keys import departement_names, group_names, group_words, rows_by_postal_code
from knowledge.places.registers import NO_EPCI, Intercommunality, Registers, Town, departement_of
from knowledge.places.sigles import plainest, sigle_ranks
from knowledge.places.spelling import ARTICLES, core, fold, without_leaders, words_of_names

CALLED_BY_BEGINNING = 1500  # inhabitants: smaller towns are not called by a part of their name
ALIAS = -2.0  # score of a delegated or former name beside today's
POSTAL_CODE = 97.0
INSEE_CODE = 96.0
SEAT = 97.0  # « agglo de Cholet »: the EPCI of Cholet
SMALL_SEAT = -10.0
GROUP_UNASKED = 95.0  # an EPCI's name without a word that says it is one
LATER_READING = -1.0
ELSEWHERE = -40.0  # outside the département that was said
WRONG_KIND = -6.0  # « agglo » said of a communauté de communes
NOT_ASKED = -30.0  # a commune when an EPCI was asked
SURE = 95.0  # from this score on, typing errors are not looked for
WEIGHT = 2.2  # of the logarithm of the population beside the score, when candidates are put in order
ACV_WEIGHT, TI_WEIGHT = 2.5, 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """`score`: likeness of the names, 0..100; `matched`: the name of the register that was met."""

    town: Town | Intercommunality
    score: float
    matched: str


class PlaceNames:
    """The registers and the indexes of their names. Communes, aliases and EPCI are numbered in that order."""

    def __init__(self, registers: Registers, kept: Arrays | None = None) -> None:
        """`kept`: what `arrays` gave for these registers, else it is worked out. Errors: KeyError, ValueError."""
        self._registers = registers
        r = registers
        self._first_epci = len(r.names) + len(r.aliases)
        if kept is None:
            groups = [(row, name) for row, name in group_names(r.epci_names) if name]
            self._group_rows = [row for row, _ in groups]
            names = [*r.names, *(alias.name for alias in r.aliases)]
            prominent = (row for row in range(len(r.names)) if self._is_prominent(row))
            self._communes = NameIndex(words_of_names(names), tuple(prominent))
            self._groups = NameIndex([name for _, name in groups], range(len(groups)))
            self._postal_codes = rows_by_postal_code(r)
        else:
            self._group_rows = kept["group_rows"].tolist()
            self._communes, self._groups = (NameIndex.of_arrays(kept, part) for part in ("communes", "groups"))
            self._postal_codes = Postings.of_arrays(kept, "postal_codes")
        self._made_groups: dict[int, Intercommunality] = {}
        #: Folded name of a département or région, or its number -> codes of départements.
        self.departements = departement_names(r)

    def arrays(self) -> Arrays:
        """What takes long to work out, to be kept."""
        indexes = self._communes.arrays("communes"), self._groups.arrays("groups")
        rows = {"group_rows": np.array(self._group_rows, dtype=np.int32)}
        return {**indexes[0], **indexes[1], **rows, **self._postal_codes.arrays("postal_codes")}

    # --- what others ask

    def get(self, insee: str) -> Town | None:
        """The commune of this INSEE code, today's or a former one."""
        row = self._registers.rows.get(insee.upper())
        return None if row is None else self._registers.town(row)

    def get_epci(self, siren: str) -> Intercommunality | None:
        row = self._registers.epci_rows.get(siren)
        return None if row is None else self._group(row)

    def find(self, query: str, limit: int = 5) -> list[Candidate]:
        """The places this text may name, likeliest first; the text is a name, not a sentence."""
        asked = parse_query(query, self.departements)
        found = self._by_code(asked)
        if not found:
            found = self._by_name(asked)
        order = sorted(found, key=lambda place: (-(found[place] + WEIGHT * self._weight(place)), place))
        return self._candidates(order, found, limit)

    def find_sigle(self, sigle: str, limit: int) -> list[Candidate]:
        """The EPCI whose name makes this sigle, the plainest first, then the largest."""
        r = self._registers
        ranked = sigle_ranks(sigle, r.epci_kinds, r.epci_names)
        rows = plainest(ranked, limit)
        cost = {row: cost for cost, row in ranked}
        groups = [(cost[row], -self._group(row).population, row) for row in rows]
        return [Candidate(self._group(row), GROUP_UNASKED, sigle) for _, _, row in sorted(groups)]

    # --- what the reading of sentences asks, of keys made by `spelling.core`

    def is_name(self, name: Sequence[str]) -> bool:
        """Whether a commune is called so, or by this beginning, word by word: « peut-on » is not Peuton."""
        key = core(name)
        places = (*self._communes.exact(key), *self._communes.beginning(key))
        return any(_begins(self._communes.words_of(place), name) for place in places)

    def is_whole_name(self, key: str) -> bool:
        """Whether a commune is called so, not only by the beginning of its name."""
        return bool(self._communes.exact(key))

    def is_group(self, name: Sequence[str]) -> bool:
        """Whether an EPCI bears this name of two full words or more."""
        key = group_words(name)
        return len(key) > 1 and bool(self._groups.exact(core(key)))

    def is_departement(self, key: str) -> bool:
        return key in self.departements

    def has_article(self, key: str, article: str) -> bool:
        """Whether a commune of this name is called with this article: « Le Havre »."""
        start = (f"{article} ", f"{article}'")
        return any(fold(self._name(place)).startswith(start) for place in self._communes.exact(key))

    def population_of(self, key: str) -> int:
        """The inhabitants of the largest commune of this name or beginning; 0 if there is none."""
        places = (*self._communes.exact(key), *self._communes.beginning(key))
        return max((self._registers.population[self._row(place)] for place in places), default=0)

    # --- how it is found

    def _by_name(self, asked: PlaceQuery) -> Matches:
        found: Matches = {}
        for number, (name, said) in enumerate(asked.readings):
            for place, score in (self._communes.part(name) | self._communes.same(name)).items():
                self._keep(found, place, score + LATER_READING * number, said)
        if asked.group:
            return self._by_group(asked, found)
        self._add_groups(asked, found, self._groups.same, GROUP_UNASKED - 100)
        if max(found.values(), default=0) < SURE or all(self._is_rarely_meant(place) for place in found):
            self._add_near(asked, found)
        if max(found.values(), default=0) < BEGINNING:
            self._add_groups(asked, found, self._groups.part, -3)
            self._add_groups(asked, found, self._groups.nearly, -3)
        return found

    def _by_group(self, asked: PlaceQuery, communes: Matches) -> Matches:
        found: Matches = {}
        self._add_groups(asked, found, self._groups.same)
        self._add_groups(asked, found, self._groups.part)
        seats = {place: score for place, score in communes.items() if score >= BEGINNING - 3}
        if not seats and not found:
            self._add_groups(asked, found, self._groups.nearly)
            self._add_near(asked, seats)
        for place, score in seats.items():
            epci = self._registers.epci_of[self._row(place)]
            if epci != NO_EPCI:
                # The larger the town, the likelier that its EPCI goes by its name.
                size = SMALL_SEAT if self._is_small(place) else 0.0
                self._keep(found, self._first_epci + epci, score - 100 + SEAT + size)
            self._keep(found, place, score + NOT_ASKED)
        return {place: score + self._kind_malus(asked, place) for place, score in found.items()}

    def _add_groups(
        self,
        asked: PlaceQuery,
        found: Matches,
        look_up: Callable[[Sequence[str]], Matches],
        malus: float = 0.0,
    ) -> None:
        for name, said in asked.readings:
            if key := group_words(name):
                for number, score in look_up(key).items():
                    self._keep(found, self._first_epci + self._group_rows[number], score + malus, said)

    def _add_near(self, asked: PlaceQuery, found: Matches) -> None:
        for name, said in asked.readings:
            for place, score in self._communes.nearly(name).items():
                self._keep(found, place, score, said)

    def _kind_malus(self, asked: PlaceQuery, place: int) -> float:
        if place < self._first_epci:
            return 0.0
        kind = self._registers.epci_kinds[place - self._first_epci]
        if asked.group == "EPCI" or (asked.group == "CC") == (kind == "CC"):
            return 0.0
        return WRONG_KIND

    def _by_code(self, asked: PlaceQuery) -> Matches:
        if asked.code is None:
            return {}
        if asked.code in self._registers.epci_rows:
            return {self._first_epci + self._registers.epci_rows[asked.code]: 100.0}
        found = dict.fromkeys(self._postal_codes.get(asked.code), POSTAL_CODE)
        row = self._registers.rows.get(asked.code)
        # A former code is old and rare: a postal code of the same figures is meant.
        if row is not None and (not found or self._registers.insee[row] == asked.code):
            found.setdefault(row, INSEE_CODE)
        if asked.readings:
            named = self._by_name(asked)
            both = {place: named[place] for place in found if named.get(place, 0) > BEGINNING - 10}
            if both or named:
                return both or self._near_code(asked.code, named)
        return found

    def _near_code(self, code: str, named: Matches) -> Matches:
        """The code is a CEDEX or mistaken, but it still tells the département."""
        said = self.departements.get(code[:3], frozenset()) | self.departements.get(code[:2], frozenset())
        found: Matches = {}
        for place, score in named.items():
            self._keep(found, place, score, said)
        return found

    def _keep(self, found: Matches, place: int, score: float, said: frozenset[str] = frozenset()) -> None:
        if len(self._registers.names) <= place < self._first_epci:
            score += ALIAS
        if said and not said & self._departements_of(place):
            score += ELSEWHERE
        if score > found.get(place, 0.0):
            found[place] = score

    # --- what is known of a place by its number

    def _group(self, row: int) -> Intercommunality:
        if row not in self._made_groups:
            self._made_groups[row] = self._registers.intercommunality(row)
        return self._made_groups[row]

    def _row(self, place: int) -> int:
        """The row of the commune; of the largest member for an EPCI."""
        r = self._registers
        if place < len(r.names):
            return place
        if place < self._first_epci:
            return r.rows[r.aliases[place - len(r.names)].insee]
        members = r.epci_members[place - self._first_epci].split()
        return max((r.rows[code] for code in members), key=r.population.__getitem__)

    def _name(self, place: int) -> str:
        known = len(self._registers.names)
        return self._registers.names[place] if place < known else self._registers.aliases[place - known].name

    def _departements_of(self, place: int) -> frozenset[str]:
        return frozenset((departement_of(self._registers.insee[self._row(place)]),))

    def _weight(self, place: int) -> float:
        row = self._row(place)
        kinds = {p.kind for p in self._registers.programmes.get(self._registers.insee[row], ())}
        population = math.log10(self._registers.population[row] + 1)
        return population + ("acv" in kinds) * ACV_WEIGHT + ("ti" in kinds) * TI_WEIGHT

    def _is_small(self, place: int) -> bool:
        return not self._is_prominent(self._row(place))

    def _is_rarely_meant(self, place: int) -> bool:
        return self._is_small(place) or len(self._registers.names) <= place < self._first_epci

    def _is_prominent(self, row: int) -> bool:
        return self._registers.population[row] >= CALLED_BY_BEGINNING

    def _candidates(self, order: Iterable[int], scores: Matches, limit: int) -> list[Candidate]:
        r = self._registers
        found: dict[str, Candidate] = {}
        for place in order:
            if len(found) >= limit:
                break
            score = round(min(100.0, max(0.0, scores[place])), 1)
            if place >= self._first_epci:
                row = place - self._first_epci
                if r.sirens[row] not in found:
                    found[r.sirens[row]] = Candidate(self._group(row), score, r.epci_names[row])
                continue
            town = r.town(self._row(place))
            found.setdefault(town.insee, Candidate(town, score, self._name(place)))
        return list(found.values())


def _begins(whole: Sequence[str], name: Sequence[str]) -> bool:
    bare = without_leaders(whole, ARTICLES)
    return list(bare[: len(name)]) == list(name)
