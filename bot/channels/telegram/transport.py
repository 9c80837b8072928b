"""The way of a call to Telegram's server: python-telegram-bot's requests carried by aiohttp, for a third of the CPU."""

import warnings
from datetime import timedelta
from typing import Any

import aiohttp
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBDeprecationWarning

#: Seconds for what is neither an upload nor a long poll.
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0
CONNECTIONS = 64


class Transport(BaseRequest):
    """Carries calls over connections that are kept open. Says nothing of a token: the errors name no address."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        # The type of `RetryAfter.retry_after` is about to change, and each one made says so: `asked_wait` reads both.
        warnings.filterwarnings("ignore", ".*retry_after", PTBDeprecationWarning)
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS), trust_env=True)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the content of the answer. Errors: TimedOut, NetworkError."""
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(
            sock_connect=_seconds(connect_timeout, CONNECT_SECONDS), sock_read=_seconds(read_timeout, ANSWER_SECONDS)
        )
        try:
            async with self._session.request(method, url, data=_form(request_data), timeout=timeout) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            # Not the error's own text: it names the address, and the address holds the token.
            raise NetworkError(type(error).__name__) from None


def asked_wait(error: RetryAfter) -> timedelta:
    """Return how long Telegram asks to wait."""
    seconds = error.retry_after
    return seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)


def _seconds(given: Any, usual: float) -> float | None:
    return usual if given is BaseRequest.DEFAULT_NONE else given


def _form(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, mime_type) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=mime_type)
    return form
