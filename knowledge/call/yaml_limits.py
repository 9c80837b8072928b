"""What a YAML text must not hold, found before anything is built from it: its events are read one by one."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

#: Groups within groups; the shipped call has 6. A parser that recurses in C falls with the whole program.
DEEPEST = 30
#: Keys, values and lists of one file; the largest of the shipped call has some 4,000.
MOST_NODES = 100_000
#: Characters of one value.
LONGEST = 50_000
#: What YAML's own reader refuses without telling where, and what an escape (« \\0 ») can bring in.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text is not YAML: a code of faults.yaml, with the line and what the wording needs."""

    line: int
    code: str
    key: str = ""


def first_refused(text: str, loader_class: Any) -> Unreadable | None:
    """Return the first thing in `text` that is refused, if any. Errors: yaml.YAMLError for what is not YAML."""
    control = _CONTROL.search(text.replace("\r\n", "\n"))
    if control:
        return Unreadable(control.string.count("\n", 0, control.start()) + 1, "bad-yaml-control")
    depth = nodes = 0
    loader = loader_class(text)
    try:
        while (event := loader.get_event()) is not None:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.NodeEvent):
                nodes += 1
                depth += isinstance(event, yaml.CollectionStartEvent)
                if code := _refusal(event, depth, nodes):
                    return Unreadable(line, code, str(getattr(event, "tag", "") or "")[:40])
    finally:
        loader.dispose()
    return None


def _refusal(event: yaml.NodeEvent, depth: int, nodes: int) -> str | None:
    """Return why this one is refused, as a code of faults.yaml."""
    if isinstance(event, yaml.AliasEvent):
        return "bad-yaml-alias"
    if depth > DEEPEST:
        return "bad-yaml-deep"
    if nodes > MOST_NODES:
        return "bad-yaml-many"
    if getattr(event, "tag", None) is not None:
        return "bad-yaml-tag"
    if isinstance(event, yaml.ScalarEvent):
        if len(event.value) > LONGEST:
            return "bad-yaml-long"
        if _CONTROL.search(event.value):
            return "bad-yaml-control"
    return None
