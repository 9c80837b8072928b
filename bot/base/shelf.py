"""The knowledge that is served. It may be replaced between two messages, by one that was found sound."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.library import Library


@dataclass(slots=True)
class Shelf:
    """Where whoever answers takes the knowledge from, each time anew."""

    library: Library
    #: The folder of the call; None: whoever made the shelf has none.
    folder: Path | None = None
    #: Who writes entries may save them in the folder.
    is_editable: bool = False
