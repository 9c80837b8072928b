"""What a form carries to be obeyed: a signature that only our own pages hold, and a key that makes it count once."""

import hashlib
import hmac
import re
import uuid
from collections.abc import Sequence

from starlette.requests import Request

#: A key that a browser made, or we.
_KEY = re.compile(r"[A-Za-z0-9-]{16,64}")


class Forms:
    """Signs forms and recognises them. `key` is the same in every process on one database."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, bearer: str) -> str:
        """Return what a form shown to `bearer` (a session's key, or what is to begin one) has to carry."""
        return self.mark("form", bearer)

    def is_ours(self, request: Request, bearers: Sequence[str], signature: str) -> bool:
        """Whether a form comes from a page of ours that was shown to one of these."""
        given = signature.encode()
        return is_same_origin(request) and any(hmac.compare_digest(self.sign(each).encode(), given) for each in bearers)

    def mark(self, realm: str, text: str) -> str:
        """Return something that stands for `text` and tells nothing of it."""
        return hmac.new(self._key, f"{realm}\0{text}".encode(), hashlib.sha256).hexdigest()[:40]


def is_same_origin(request: Request) -> bool:
    """Whether the browser says that a page of ours sent this, as far as it says anything."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or origin == origin_of(request)


def origin_of(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def new_form_key() -> str:
    return str(uuid.uuid4())


def read_form_key(given: object) -> str | None:
    """Return the key of a form; None for what is none."""
    return given if isinstance(given, str) and _KEY.fullmatch(given) else None
