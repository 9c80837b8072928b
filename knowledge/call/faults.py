"""The faults of a knowledge base: one value each, worded for editors by `faults.yaml`. Finds none itself."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import fuzz, process

WORDING = Path(__file__).with_name("faults.yaml")


#: From this likeness on (of 100) a name is offered for another.
_CLOSE = 60
#: Characters and names that are compared: both may come from a file that anybody wrote.
_COMPARED, _KNOWN = 100, 2_000
#: Characters of a text of the base that a fault quotes: the names of all filters fit in, a whole answer does not.
_QUOTED = 400


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something an editor must mend, or, as a warning, should look at."""

    file: str  # relative to the folder of the knowledge base
    line: int  # from 1
    text: str
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class KnowledgeError(Exception):
    """A knowledge base that cannot serve; it holds all its faults."""

    def __init__(self, folder: Path, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.folder = folder
        self.faults = faults


@cache
def _wording() -> dict[str, dict[str, str]]:
    worded: dict[str, dict[str, str]] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return worded


def describe(code: str, **known: Any) -> str:
    """Return the French text of the fault `code`. Errors: KeyError for a code that faults.yaml does not word."""
    return _wording()["faults"][code].format(**{name: _cut(value) for name, value in known.items()})


def _cut(value: Any) -> Any:
    return f"{value[:_QUOTED]}…" if isinstance(value, str) and len(value) > _QUOTED else value


def is_worded(code: str) -> bool:
    return code in _wording()["faults"]


def describe_shape(pattern: str) -> str:
    return _wording()["shapes"].get(pattern, pattern)


def suggest(wrong: str, known: list[str]) -> str:
    """Return a French « Pensiez-vous à … ? » when one of `known` is close to `wrong`, else nothing."""
    near = process.extractOne(wrong[:_COMPARED], known[:_KNOWN], scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return describe("near", id=near[0]) if near else ""
