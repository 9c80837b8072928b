"""What the command line says, read from `command_line.yaml`. For operators and editors; towns never see it."""

from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml

from bot.conversation.reading.legible import legible

_FILE = Path(__file__).parents[1] / "cli" / "command_line.yaml"


@cache
def _texts() -> dict[str, dict[str, Any]]:
    # The loader written in C: the help is shown a tenth of a second sooner.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts: dict[str, dict[str, Any]] = yaml.load(_FILE.read_text(encoding="utf-8"), loader)
    return texts


def text(part: str, name: str, /, **known: Any) -> str:
    """Return the text `name` of `part`, filled with `known`. Errors: KeyError for a name that is not in the file.

    What is filled in is made legible: a terminal obeys no sign that a town wrote.
    """
    worded: str = _texts()[part][name]
    return worded.format(**{name: _legible(value) for name, value in known.items()}).rstrip("\n")


def _legible(value: Any) -> Any:
    return legible(str(value)) if isinstance(value, str | Path) else value


def tell(told: str, *, err: bool = False) -> None:
    """Write to the terminal what may hold words of a town, made legible: whatever is not from `text` alone."""
    click.echo(legible(told), err=err)


def texts(part: str) -> dict[str, str]:
    """Return all the texts of `part`, by their names."""
    return dict(_texts()[part])
