"""How the server refuses a call."""

from typing import Any


class ApiError(Exception):
    """A refusal in Telegram's own words. `parameters`: `retry_after` (seconds) or `migrate_to_chat_id`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")
