"""What the command line says, read from `command_line.yaml`. For operators and editors; towns never see it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("command_line.yaml")


@cache
def _texts() -> dict[str, dict[str, Any]]:
    # The loader written in C: the help is shown a tenth of a second sooner.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts: dict[str, dict[str, Any]] = yaml.load(_FILE.read_text(encoding="utf-8"), loader)
    return texts


def text(part: str, name: str, /, **known: Any) -> str:
    """Return the text `name` of `part`, filled with `known`. Errors: KeyError for a name that is not in the file."""
    worded: str = _texts()[part][name]
    return worded.format(**known).rstrip("\n")


def texts(part: str) -> dict[str, str]:
    """Return all the texts of `part`, by their names."""
    return dict(_texts()[part])
