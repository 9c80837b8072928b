"""Many values in several statements: a database takes only so many in one."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

#: Values of one statement: SQLite takes no more than 32,766, PostgreSQL's driver 65,535.
AT_ONCE = 5_000


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values in their order, so many at once as one statement may name."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
