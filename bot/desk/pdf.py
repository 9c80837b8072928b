"""A sheet -> a PDF, in a file or a stream."""

from pathlib import Path
from typing import BinaryIO

from bot.conversation.sheet import Sheet, make_pdf


def write_pdf(sheet: Sheet, target: Path | BinaryIO) -> None:
    """Write the sheet to a file or a stream. Errors: OSError."""
    content = make_pdf(sheet)
    if isinstance(target, Path):
        target.write_bytes(content)
    else:
        target.write(content)
