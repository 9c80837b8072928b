"""What can be made to go wrong with the calls of a bot, and when."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from tests.fake_bot_api.bots import Json
from tests.fake_bot_api.errors import ApiError


class ConnectionDropped(Exception):
    """The connection ends without an answer."""


class Garbled(Exception):
    """The answer is no JSON."""


class Answered(Exception):
    """The answer is `result`, whatever the method would have answered."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


@dataclass(slots=True)
class Fault:
    """`kind`: "429", "500", "502" (a page), "400", "403", "401", "drop" (no answer), "slow", "garbled", "answer".

    `when`: "before" leaves the call without effect; "after" carries it out, only the answer is lost.
    """

    kind: str
    method: str = "*"
    #: How many calls it spoils.
    count: int = 1
    chat_id: int | None = None
    #: Seconds that a 429 asks for.
    retry_after: int = 1
    #: Seconds before the answer, or before its lack.
    delay: float = 0.0
    when: str = "before"
    description: str | None = None
    #: What an "answer" says.
    result: Any = None

    def strikes(self, method: str, parameters: Json) -> bool:
        here = self.chat_id is None or str(parameters.get("chat_id")) == str(self.chat_id)
        return self.count > 0 and here and self.method.lower() in ("*", method)

    async def strike(self) -> None:
        await asyncio.sleep(self.delay)
        match self.kind:
            case "slow":
                return
            case "drop":
                raise ConnectionDropped
            case "garbled":
                raise Garbled
            case "answer":
                raise Answered(self.result)
            case "429":
                raise ApiError(429, f"Too Many Requests: retry after {self.retry_after}", retry_after=self.retry_after)
            case "502":
                raise ApiError(502, "<html>Bad Gateway</html>")
            case "403":
                raise ApiError(403, self.description or "Forbidden: bot was blocked by the user")
            case code:
                raise ApiError(int(code), self.description or "Bad Request: chat not found")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
