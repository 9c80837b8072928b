"""Plain data, as a YAML reader makes it, kept as JSON: what comes back is what was given, or nothing is kept."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.cache.folder import Damaged, open_own, write_whole

#: The only key of what stands for a day, of which JSON has none.
_DAY = "=day"


def save_plain(path: Path, data: dict[str, Any]) -> None:
    """Keep `data`. Errors: OSError; ValueError for what JSON would give back otherwise."""
    text = _written(data)
    if _read(text) != data:
        raise ValueError(path.name)
    write_whole(path, lambda file: file.write(text.encode()))


def load_plain(path: Path) -> dict[str, Any]:
    """Return what was kept. Errors: Damaged; OSError, for none there."""
    with open_own(path) as file:
        content = file.read()
    try:
        data = _read(content.decode())
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{path.name} : fichier illisible ({error}).") from error
    if not isinstance(data, dict):
        raise Damaged(f"{path.name} : contenu incomplet.")
    return data


def _written(data: dict[str, Any]) -> str:
    try:
        return json.dumps(data, ensure_ascii=False, default=_as_json)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _as_json(value: Any) -> dict[str, str]:
    if type(value) is not date:
        raise TypeError(type(value).__name__)
    return {_DAY: value.isoformat()}


def _read(text: str) -> Any:
    return json.loads(text, object_hook=_as_day)


def _as_day(made: dict[str, Any]) -> Any:
    return date.fromisoformat(made[_DAY]) if len(made) == 1 and isinstance(made.get(_DAY), str) else made
