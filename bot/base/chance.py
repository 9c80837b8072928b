"""Chance for what nobody may guess: signs drawn by the system's own randomness, which is asked for it in bulk."""

import os

#: Bytes asked for at once: enough for some ten messages.
_BULK = 256


class Chance:
    """Picks one of the signs (256 at most) it is given, each as likely. May be shared by threads."""

    def __init__(self) -> None:
        self._bytes = iter(b"")

    def __call__(self, signs: str) -> str:
        # Bytes beyond the last whole multiple would make the first signs likelier.
        fair = 256 - 256 % len(signs)
        while True:
            byte = next(self._bytes, None)
            if byte is None:
                self._bytes = iter(os.urandom(_BULK))
            elif byte < fair:
                return signs[byte % len(signs)]
