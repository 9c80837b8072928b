"""The knowledge that is served. It may be replaced between two messages, by one that was found sound."""

from dataclasses import dataclass

from knowledge.library import Library


@dataclass(slots=True)
class Shelf:
    """Where whoever answers takes the knowledge from, each time anew."""

    library: Library
