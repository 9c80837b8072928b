"""Files given as they are: pages name them with a mark of what is in them, and browsers keep those they have."""

import hashlib
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

#: Under a mark the content never changes: a browser asks for it once.
_KEPT = "public, max-age=31536000, immutable"
#: Without one, or with that of another version: a browser asks each time whether it changed.
_ASKED_AGAIN = "no-cache"


class Assets(StaticFiles):
    """The files of a folder. A page without network still has them, once it was open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._marks = marks_in(folder)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code < 400:
            asked = parse_qs(scope["query_string"].decode("latin-1")).get("v")
            is_marked = asked is not None and asked == [self._marks.get(path)]
            response.headers["Cache-Control"] = _KEPT if is_marked else _ASKED_AGAIN
        return response


def marks_in(folder: Path) -> dict[str, str]:
    """Return of each file of a folder, by its name there, a mark of its content."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
