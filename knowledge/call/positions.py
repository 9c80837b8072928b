"""A YAML text read into plain data that still knows the line of each part. Knows nothing of what the data means."""

from dataclasses import dataclass
from typing import Any

import yaml

from knowledge.call.yaml_limits import Unreadable, first_refused

__all__ = ["Document", "Path", "Unreadable", "read_known_yaml", "read_yaml"]

Path = tuple[str | int, ...]

#: The loader written in C is twelve times faster; it is missing from some builds of PyYAML.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Beginnings of PyYAML's messages, and the fault that says the same to an editor.
_PROBLEMS = (
    ("found character '\\t'", "bad-yaml-tab"),
    ("found a tab character", "bad-yaml-tab"),
    ("found character that cannot start any token", "bad-yaml-character"),
    ("mapping values are not allowed", "bad-yaml-colon"),
    ("found unexpected end of stream", "bad-yaml-quote"),
)


_TEXT = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
#: Characters of a wrong key that a fault quotes.
_KEY_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data, and the line (from 1) at which each path of it starts; a key's own line under `(*path, key)`."""

    data: Any
    lines: dict[Path, int]
    #: Paths whose text starts on the line after the one it is announced on (`|` and `>`).
    blocks: frozenset[Path]

    def line_of(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest part that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def line_within(self, path: Path, offset: int) -> int:
        """Return the line of the `offset`-th line (from 1) of the text at `path`."""
        return self.line_of(path) + (offset if path in self.blocks else offset - 1)


def read_yaml(text: str) -> Document | Unreadable:
    """Return the data of `text` with its lines, or why it cannot be read. Any text at all can be given."""
    try:
        refused = first_refused(text, _Loader)
        return refused or _read(_Loader(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or ""
        code = next((code for start, code in _PROBLEMS if problem.startswith(start)), "bad-yaml")
        return Unreadable(mark.line + 1 if mark else 1, code)
    except yaml.YAMLError:  # what is in no place, as PyYAML tells it
        return Unreadable(1, "bad-yaml")


def read_known_yaml(text: str) -> Document | Unreadable:
    """Return the data of `text`, which `read_yaml` has read before, without its lines: in half the time."""
    try:
        return Document(yaml.load(text, _Loader), {}, frozenset())
    except yaml.YAMLError:  # it was written over since
        return read_yaml(text)


def _read(loader: Any) -> Document | Unreadable:
    """Errors: yaml.YAMLError."""
    try:
        node = loader.get_single_node()
        if node is None:
            return Unreadable(1, "empty-file")
        lines: dict[Path, int] = {}
        blocks: set[Path] = set()
        strange = _walk(loader, node, (), lines, blocks)
        return strange or Document(loader.construct_document(node), lines, frozenset(blocks))
    finally:
        loader.dispose()


def _walk(loader: Any, node: yaml.Node, path: Path, lines: dict[Path, int], blocks: set[Path]) -> Unreadable | None:
    """Note the lines below `node`; return the first thing that cannot be read, if any."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            strange = _strange_key(key, path, lines)
            if strange:
                return strange
            below = (*path, key.value)
            lines[below] = key.start_mark.line + 1
            strange = _walk(loader, value, below, lines, blocks)
            if strange:
                return strange
    elif isinstance(node, yaml.SequenceNode):
        for rank, item in enumerate(node.value):
            strange = _walk(loader, item, (*path, rank), lines, blocks)
            if strange:
                return strange
    elif getattr(node, "style", None) in ("|", ">"):
        blocks.add(path)
    elif node.tag != _TEXT:
        return _strange_value(loader, node)
    return None


def _strange_key(key: yaml.Node, path: Path, lines: dict[Path, int]) -> Unreadable | None:
    line = key.start_mark.line + 1
    if not isinstance(key, yaml.ScalarNode):  # « {{ » outside quotation marks: a table that is a table's key
        return Unreadable(line, "bad-yaml-brace")
    shown = key.value[:_KEY_SHOWN]
    if key.tag == _MERGE:
        return Unreadable(line, "bad-yaml-merge")
    if key.tag != _TEXT:  # YAML reads `yes:` as a truth, `12:` as a number
        return Unreadable(line, "bad-yaml-key", shown)
    if (*path, key.value) in lines:
        return Unreadable(line, "duplicate-key", shown)
    return None


def _strange_value(loader: Any, node: yaml.Node) -> Unreadable | None:
    """Try a value that is not a text by itself: a day that no calendar has, a number of ten thousand figures."""
    try:
        loader.construct_object(node)
    except (ValueError, ArithmeticError):
        is_day = node.tag == "tag:yaml.org,2002:timestamp"
        return Unreadable(node.start_mark.line + 1, "bad-yaml-date" if is_day else "bad-yaml-number")
    return None
