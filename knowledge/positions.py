"""A YAML text read into plain data that still knows the line of each part. Knows nothing of what the data means."""

from dataclasses import dataclass
from typing import Any

import yaml

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


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text is not YAML: a code of faults.yaml, with the line and what the wording needs."""

    line: int
    code: str
    key: str = ""


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
    """Return the data of `text` with its lines, or why it cannot be read."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Unreadable(1, "empty-file")
        again = _first_alias(node)
        if again is not None:
            return Unreadable(again.start_mark.line + 1, "bad-yaml-alias")
        brace = _first_strange_key(node)
        if brace is not None:
            return Unreadable(brace.start_mark.line + 1, "bad-yaml-brace")
        lines: dict[Path, int] = {}
        blocks: set[Path] = set()
        twice = _walk(node, (), lines, blocks)
        if twice is not None:
            return Unreadable(twice.start_mark.line + 1, "duplicate-key", str(twice.value))
        return Document(loader.construct_document(node), lines, frozenset(blocks))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or ""
        code = next((code for start, code in _PROBLEMS if problem.startswith(start)), "bad-yaml")
        return Unreadable(mark.line + 1 if mark else 1, code)
    except yaml.YAMLError:  # a character that YAML does not allow; PyYAML gives its position in bytes only
        return Unreadable(1, "bad-yaml")
    except RecursionError:  # brackets in brackets by the thousand
        return Unreadable(1, "bad-yaml")
    except ValueError:  # a date such as 2020-02-31, which YAML finds well-formed
        return Unreadable(_line_of_bad_date(node), "bad-yaml-date")
    finally:
        loader.dispose()


def _first_alias(root: yaml.Node) -> yaml.Node | None:
    """Return a node that stands in more than one place, if any: `*name` repeats it, and a few of them fill a memory."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            return node
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return None


def _first_strange_key(root: yaml.Node) -> yaml.Node | None:
    """Return a key that is no text, if any: « {{ » outside quotation marks reads as a table that is a table's key."""
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    return key  # type: ignore[no-any-return]  # PyYAML's nodes are untyped inside
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return None


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int], blocks: set[Path]) -> yaml.Node | None:
    """Note the lines below `node`; return the first key written twice, if any."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, key.value)
            if below in lines:
                return key  # type: ignore[no-any-return]  # PyYAML's nodes are untyped inside
            lines[below] = key.start_mark.line + 1
            twice = _walk(value, below, lines, blocks)
            if twice is not None:
                return twice
    elif isinstance(node, yaml.SequenceNode):
        for rank, item in enumerate(node.value):
            twice = _walk(item, (*path, rank), lines, blocks)
            if twice is not None:
                return twice
    elif isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        blocks.add(path)
    return None


def _line_of_bad_date(node: yaml.Node) -> int:
    """Return the line of the first scalar tagged as a date that is none."""
    waiting = [node]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, yaml.MappingNode):
            waiting[:0] = [part for pair in current.value for part in pair]
        elif isinstance(current, yaml.SequenceNode):
            waiting[:0] = current.value
        elif isinstance(current, yaml.ScalarNode) and current.tag == "tag:yaml.org,2002:timestamp":
            try:
                yaml.SafeLoader.construct_yaml_timestamp(yaml.SafeLoader(""), current)
            except ValueError:
                return int(current.start_mark.line) + 1
    return 1
