"""The values that a template may see: texts, numbers, days, and what holds them, none of which can be changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

Plain: TypeAlias = "bool | int | float | str | date | datetime | time | Sequence[Plain] | Mapping[str, Plain] | None"

#: Names of messages, each with an example of the values it is filled with.
Examples: TypeAlias = Mapping[str, Mapping[str, Plain]]

#: Compared exactly: what inherits from one of these could bring methods of its own.
_SCALARS = frozenset({type(None), bool, int, float, str, date, datetime, time})
#: Deeper than this no message goes; a value that holds itself would go on for ever.
_DEEPEST = 12


class NotPlain(TypeError):
    """A value of a kind that no template may see: a bug of whoever passes it."""


def plain(value: Plain, depth: int = 0) -> Plain:
    """Return `value` made of immutable parts, lists as tuples and mappings read-only. Errors: NotPlain."""
    if type(value) in _SCALARS:
        return value
    if depth > _DEEPEST:
        raise NotPlain("nested too deep")
    if isinstance(value, str):  # of a library's own kind: its letters, without what the kind adds
        return str.__str__(value)
    if isinstance(value, Enum):
        return plain(value.value, depth + 1)
    if type(value) in (list, tuple):
        return tuple(plain(item, depth + 1) for item in value)  # type: ignore[union-attr]  # a sequence, by its type
    if type(value) in (dict, MappingProxyType):
        return plain_mapping(value, depth)  # type: ignore[arg-type]  # a mapping, by its type
    raise NotPlain(type(value).__qualname__)


def plain_mapping(values: Mapping[str, Plain], depth: int = 0) -> Mapping[str, Plain]:
    """As `plain`, for the values that a template is filled with. Errors: NotPlain."""
    if not all(isinstance(key, str) for key in values):
        raise NotPlain("a key that is no text")
    return MappingProxyType({str.__str__(key): plain(item, depth + 1) for key, item in values.items()})
