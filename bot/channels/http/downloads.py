"""A document as a browser is given it: under its own name, and put down unless it is said to be shown."""

from urllib.parse import quote

from starlette.responses import Response

from bot.conversation.talk.document_types import disk_name
from bot.conversation.talk.messages import File


def content_disposition(name: str, *, is_shown: bool = False) -> str:
    return f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{quote(disk_name(name))}"


def as_download(file: File) -> Response:
    """Return a document that is put down, never opened in the place of the page, whatever is in it."""
    headers = {
        "Content-Disposition": content_disposition(file.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.content, headers=headers, media_type=file.media_type)
