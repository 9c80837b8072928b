"""A sheet -> a PDF, in a file or a stream."""

from pathlib import Path
from typing import BinaryIO

from bot.conversation.privacy.sheet import Sheet
from bot.printing.pdf import make_pdf
from storage.engine.private_files import write_private


def write_pdf(sheet: Sheet, target: Path | BinaryIO) -> None:
    """Write the sheet to a file or a stream. A file is for its owner only. Errors: FileNotWritten."""
    content = make_pdf(sheet)
    if isinstance(target, Path):
        write_private(target, content)
    else:
        target.write(content)
