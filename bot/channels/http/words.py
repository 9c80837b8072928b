"""What a room of pages says itself, read from a YAML file: neither an answer nor a part of a template."""

from functools import cached_property
from pathlib import Path
from typing import Any

import yaml


class Words:
    """The texts of one file, by their names."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _texts(self) -> dict[str, str]:
        worded: dict[str, str] = yaml.safe_load(self._file.read_text(encoding="utf-8"))
        return worded

    def say(self, name: str, /, **known: Any) -> str:
        """Return the text `name`, filled with `known`. Errors: KeyError for a name that is not in the file."""
        return self._texts[name].format(**known)
