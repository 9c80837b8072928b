"""The door to the registers: codes, and between whom to choose."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from knowledge.cache.arrays import save_arrays
from knowledge.cache.folder import Damaged
from knowledge.places.towns import Towns, load_towns, rivals
from tests.knowledge.places.territories import sentences_without_town, shipped_lists, shipped_towns, spellings


@pytest.mark.parametrize(
    ("code", "name"), [("46102", "Figeac"), ("2a004", "Ajaccio"), ("75111", "Paris"), ("16351", "Mosnac-Saint-Simeux")]
)
def test_a_code_gives_its_commune(code: str, name: str) -> None:
    town = shipped_towns().get(code)
    assert town is not None
    assert town.name == name


@pytest.mark.parametrize("code", ["", "00000", "99999", "figeac"])
def test_an_unknown_code_gives_none(code: str) -> None:
    assert shipped_towns().get(code) is None
    assert shipped_towns().get_epci(code) is None


def test_a_siren_gives_its_epci() -> None:
    epci = shipped_towns().get_epci("200071678")
    assert epci is not None
    assert epci.name == "Agglomération du Choletais"
    assert (epci.departement, epci.region, len(epci.members)) == ("49", "Pays de la Loire", 26)


@pytest.mark.parametrize(
    ("query", "count"), [("Figeac", 1), ("Valence (26)", 1), ("Valence", 3), ("Paris 12e", 1), ("xyzzy", 0)]
)
def test_only_namesakes_are_rivals(query: str, count: int) -> None:
    assert len(rivals(shipped_towns().find(query))) == count


def test_a_town_called_by_the_beginning_of_its_name_has_the_bearers_of_that_name_as_rivals() -> None:
    assert {c.town.name for c in rivals(shipped_towns().find("Chalon"))} >= {"Chalon-sur-Saône", "Chalon"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cache") / "towns.safetensors"
    shipped_towns().save(path)
    return path


def test_the_registers_that_were_kept_are_those_that_were_read(kept: Path) -> None:
    read, again = shipped_towns(), Towns.load(kept, shipped_lists())
    for name in (each.name for each in fields(read._registers)):  # all of them, not those that are asked for
        ours, theirs = getattr(again._registers, name), getattr(read._registers, name)
        assert ours == theirs if isinstance(theirs, dict | frozenset) else list(ours) == list(theirs), name
    for query, _ in spellings()[::7]:
        assert again.find(query) == read.find(query)
    for sentence in (*sentences_without_town()[::7], "à Figeac, Dole et l'agglo de Cholet (49)", "46100 ou bien Lons"):
        assert again.find_in(sentence) == read.find_in(sentence)
    assert again.find_sigle("CAGC") == read.find_sigle("CAGC")


def test_what_is_no_register_is_told(tmp_path: Path) -> None:
    save_arrays(tmp_path / "towns.safetensors", {"insee": np.zeros(3, np.uint8)}, {})
    with pytest.raises(Damaged, match="towns"):
        Towns.load(tmp_path / "towns.safetensors", shipped_lists())


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should be", encoding="utf-8")
    assert load_towns(tmp_path / "cache" / "below").get("46102")
