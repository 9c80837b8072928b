"""The registers of territories in memory: what a commune, an EPCI and a programme are, and reading their files."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
import yaml

from knowledge.cache.arrays import Arrays, Names, join_names, split_names

TERRITORIES = Path(__file__).parents[1] / "territories"
NO_EPCI = -1

ProgrammeKind = Literal["acv", "ti"]
PROGRAMME_FILES: Mapping[ProgrammeKind, str] = {
    "acv": "action-coeur-de-ville.yaml",
    "ti": "territoires-industrie.yaml",
}


@dataclass(frozen=True, slots=True)
class Programme:
    """A commune's place in a national programme: `name` is the project's (acv) or the territory's (ti)."""

    kind: ProgrammeKind
    name: str


@dataclass(frozen=True, slots=True)
class Town:
    insee: str
    name: str
    departement: str
    departement_name: str
    region: str
    postal_codes: tuple[str, ...]
    epci: str | None
    epci_name: str
    population: int
    programmes: tuple[Programme, ...] = ()
    acv_later: bool = False
    """Joined Action cœur de ville in 2023 or 2024, after the call."""


@dataclass(frozen=True, slots=True)
class Intercommunality:
    """An EPCI with its own taxation; `kind` is CC, CA, CU, METRO or MET69, as the DGCL writes it."""

    siren: str
    name: str
    kind: str
    departement: str
    departement_name: str
    region: str
    population: int
    members: tuple[Town, ...] = field(repr=False)

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """Every programme that at least one of its communes is in, in the order of the members."""
        return tuple(dict.fromkeys(p for town in self.members for p in town.programmes))


@dataclass(frozen=True, slots=True)
class InDepartement:
    """What the lists of the programmes have in a département, each by its name."""

    code: str
    name: str
    #: Its communes that are in Action cœur de ville.
    towns: tuple[Town, ...]
    #: The Territoires d'industrie that reach into it, and the intercommunalités by which they do.
    territories: tuple[str, ...]
    groups: tuple[Intercommunality, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A former or delegated commune, an arrondissement, a usual name; `name` or `code` is empty when unknown."""

    code: str
    name: str
    insee: str
    postal_codes: str


@dataclass(frozen=True)
class Registers:
    """The files as columns; row i of a column of communes (or of EPCI) is the i-th line of its file."""

    insee: Sequence[str]
    names: Sequence[str]
    postal_codes: Sequence[str]
    population: "array[int]"
    epci_of: "array[int]"
    sirens: Sequence[str]
    epci_kinds: Sequence[str]
    epci_names: Sequence[str]
    epci_members: Sequence[str]
    aliases: Sequence[Alias]
    departements: dict[str, tuple[str, str]]
    """Code -> (name, region)."""
    former_regions: dict[str, tuple[str, ...]]
    """Name of a former or customary région -> codes of départements."""
    programmes: dict[str, tuple[Programme, ...]]
    acv_later: frozenset[str]

    @cached_property
    def rows(self) -> dict[str, int]:
        """INSEE code, today's or a former one -> row of the commune."""
        rows = dict(zip(self.insee, range(len(self.insee)), strict=True))
        for alias in self.aliases:
            if alias.code:
                rows.setdefault(alias.code, rows[alias.insee])
        return rows

    @cached_property
    def epci_rows(self) -> dict[str, int]:
        """SIREN -> row of the EPCI."""
        return {siren: row for row, siren in enumerate(self.sirens)}

    def town(self, row: int) -> Town:
        insee = self.insee[row]
        departement = departement_of(insee)
        name, region = self.departements[departement]
        epci = self.epci_of[row]
        return Town(
            insee=insee,
            name=self.names[row],
            departement=departement,
            departement_name=name,
            region=region,
            postal_codes=tuple(self.postal_codes[row].split()),
            epci=None if epci == NO_EPCI else self.sirens[epci],
            epci_name="" if epci == NO_EPCI else self.epci_names[epci],
            population=self.population[row],
            programmes=self.programmes.get(insee, ()),
            acv_later=insee in self.acv_later,
        )

    def intercommunality(self, row: int) -> Intercommunality:
        members = tuple(self.town(self.rows[code]) for code in self.epci_members[row].split())
        largest = max(members, key=lambda town: town.population)
        return Intercommunality(
            siren=self.sirens[row],
            name=self.epci_names[row],
            kind=self.epci_kinds[row],
            departement=largest.departement,
            departement_name=largest.departement_name,
            region=largest.region,
            population=sum(town.population for town in members),
            members=members,
        )

    def in_departement(self, code: str) -> InDepartement:
        """What is in the département of this code. Errors: KeyError for one that is none."""
        towns = [self.town(self.rows[insee]) for insee in self.programmes if departement_of(insee) == code]
        industry = [(town, each.name) for town in towns for each in town.programmes if each.kind == "ti"]
        sirens = dict.fromkeys(town.epci for town, _ in industry if town.epci is not None)
        groups = [self.intercommunality(self.epci_rows[siren]) for siren in sirens]
        in_heart = [town for town in towns if any(each.kind == "acv" for each in town.programmes)]
        return InDepartement(
            code,
            self.departements[code][0],
            tuple(sorted(in_heart, key=lambda each: each.name)),
            tuple(sorted({name for _, name in industry})),
            tuple(sorted(groups, key=lambda each: each.name)),
        )


def departement_of(insee: str) -> str:
    return insee[:3] if insee.startswith("97") else insee[:2]


def load_registers(folder: Path = TERRITORIES) -> Registers:
    insee, names, postal_codes, population = map(list, zip(*_rows(folder / "communes.tsv"), strict=True))
    sirens, kinds, epci_names, members = map(list, zip(*_rows(folder / "epci.tsv"), strict=True))
    usual = (Alias("", name, code, "") for name, code in _rows(folder / "usual_names.tsv"))
    aliases = (*(Alias(*row) for row in _rows(folder / "aliases.tsv")), *usual)

    epci_of = array("h", [NO_EPCI]) * len(insee)
    rows = {code: row for row, code in enumerate(insee)}
    for number, codes in enumerate(members):
        for code in codes.split():
            if code in rows:
                epci_of[rows[code]] = number
    programmes, later = _load_programmes(folder, dict(zip(sirens, members, strict=True)))
    return Registers(
        insee=insee,
        names=names,
        postal_codes=postal_codes,
        population=array("i", map(int, population)),
        epci_of=epci_of,
        sirens=sirens,
        epci_kinds=kinds,
        epci_names=epci_names,
        epci_members=members,
        aliases=aliases,
        departements={code: (name, region) for code, name, region in _rows(folder / "departements.tsv")},
        former_regions={name: tuple(codes.split()) for name, codes in _rows(folder / "former_regions.tsv")},
        programmes=programmes,
        acv_later=later,
    )


class _Aliases(Sequence[Alias]):
    """Aliases made of their columns, each when it is asked for."""

    def __init__(self, columns: Sequence[Sequence[str]]) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, place: int) -> Alias: ...
    @overload
    def __getitem__(self, place: slice) -> list[Alias]: ...
    def __getitem__(self, place: int | slice) -> Alias | list[Alias]:
        if isinstance(place, slice):
            return [self[each] for each in range(len(self))[place]]
        return Alias(*(column[place] for column in self._columns))

    def __iter__(self) -> Iterator[Alias]:
        return map(Alias, *self._columns)


#: Columns of texts, and of numbers.
_TEXTS = ("insee", "names", "postal_codes", "sirens", "epci_kinds", "epci_names", "epci_members")
_NUMBERS = ("population", "epci_of")
_ALIASES = ("code", "name", "insee", "postal_codes")


def registers_as_arrays(registers: Registers) -> tuple[Arrays, dict[str, Any]]:
    """Return the registers as arrays and plain facts, to be kept."""
    arrays = {name: join_names(getattr(registers, name)) for name in _TEXTS}
    numbers = {name: np.array(getattr(registers, name)) for name in _NUMBERS}
    aliases = {f"aliases.{part}": join_names([getattr(a, part) for a in registers.aliases]) for part in _ALIASES}
    # Thousands of communes share some hundred sets of programmes.
    shared = {found: place for place, found in enumerate(dict.fromkeys(registers.programmes.values()))}
    places = np.array([shared[found] for found in registers.programmes.values()], dtype=np.int32)
    programmes: dict[str, Any] = {"programmes.of": join_names(list(registers.programmes)), "programmes.places": places}
    facts = {
        "departements": registers.departements,
        "former_regions": registers.former_regions,
        "programmes": [[(programme.kind, programme.name) for programme in found] for found in shared],
        "acv_later": sorted(registers.acv_later),
    }
    return {**arrays, **numbers, **aliases, **programmes}, facts


def registers_of_arrays(arrays: Arrays, facts: Mapping[str, Any]) -> Registers:
    """Return what `registers_as_arrays` was given. Errors: KeyError, IndexError, TypeError, ValueError."""
    texts = {name: Names(arrays[name]) for name in _TEXTS}
    shared = [tuple(Programme(kind, name) for kind, name in found) for found in facts["programmes"]]
    places = map(shared.__getitem__, arrays["programmes.places"].tolist())
    return Registers(
        **texts,
        population=array("i", arrays["population"].astype(np.intc, copy=False).tobytes()),
        epci_of=array("h", arrays["epci_of"].astype(np.short, copy=False).tobytes()),
        aliases=_Aliases([Names(arrays[f"aliases.{part}"]) for part in _ALIASES]),
        departements={code: (name, region) for code, (name, region) in facts["departements"].items()},
        former_regions={name: tuple(codes) for name, codes in facts["former_regions"].items()},
        programmes=dict(zip(split_names(arrays["programmes.of"]), places, strict=True)),
        acv_later=frozenset(facts["acv_later"]),
    )


def project_communes(project: Mapping[str, Any], members: Mapping[str, str]) -> frozenset[str]:
    """The INSEE codes of a territory written by its EPCI; `members`: SIREN -> codes separated by spaces."""
    codes = {code for siren in project.get("intercommunalites", ()) for code in members[siren].split()}
    return frozenset((codes - set(project.get("except", ()))) | set(project.get("communes", ())))


def read_programme(kind: ProgrammeKind, folder: Path = TERRITORIES) -> dict[str, Any]:
    """The YAML of a programme as it is written (see the head of each file)."""
    # The C reader is thirty times faster; PyYAML may have been built without it.
    reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load((folder / PROGRAMME_FILES[kind]).read_text("utf-8"), reader)
    return content


def _load_programmes(
    folder: Path, members: Mapping[str, str]
) -> tuple[dict[str, tuple[Programme, ...]], frozenset[str]]:
    found: dict[str, tuple[Programme, ...]] = {}

    def add(codes: Iterable[str], programme: Programme) -> None:
        for code in codes:
            found[code] = (*found.get(code, ()), programme)

    acv = read_programme("acv", folder)
    for name, communes in acv["projects"].items():
        add(communes, Programme("acv", name))
    for name, project in read_programme("ti", folder)["projects"].items():
        add(project_communes(project, members), Programme("ti", name))
    return found, frozenset(acv["later"])


def _rows(path: Path) -> Iterator[list[str]]:
    return (line.split("\t") for line in path.read_text("utf-8").splitlines())
