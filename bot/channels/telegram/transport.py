"""The way of a call to Telegram's server: python-telegram-bot's requests carried by aiohttp, for a third of the CPU."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBDeprecationWarning

#: Seconds for what is neither an upload nor a long poll.
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0
CONNECTIONS = 64
_USUAL = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=ANSWER_SECONDS)
_AS_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class _Call:
    """What a request is made of, where no file goes with it: as much of a RequestData as `Transport` reads."""

    parameters: Mapping[str, Any]
    contains_files: bool = False


async def call(bot: Bot, method: str, parameters: Mapping[str, Any]) -> Any:
    """Make a call of the Bot API and return its result as it came, for a fifth of the CPU of the `Bot`'s own method.

    For what is done at each message. Errors: TelegramError, as the `Bot`'s own methods.
    """
    return await bot.request.post(f"{bot.base_url}/{method}", cast(RequestData, _Call(parameters)))


class Transport(BaseRequest):
    """Carries calls to one server over connections that are kept open. Says nothing of a token: the errors name no
    address."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        #: By scheme and host.
        self._proxies: dict[tuple[str, str], str | None] = {}

    @property
    def read_timeout(self) -> float | None:
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        # The type of `RetryAfter.retry_after` is about to change, and each one made says so: `asked_wait` reads both.
        warnings.filterwarnings("ignore", ".*retry_after", PTBDeprecationWarning)
        if self._session is None:
            # Not `trust_env`: it looks for ~/.netrc at each request, in a thread.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS), cookie_jar=aiohttp.DummyCookieJar()
            )

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
        body, headers = _body(request_data)
        timeout, proxy = _timeout(connect_timeout, read_timeout), self._proxy_for(url)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, proxy=proxy
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            # Not the error's own text: it names the address, and the address holds the token.
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer as it was sent. Errors: TelegramError.

        In place of the library's own, which writes what cannot be read, whatever people wrote in it, into the log.
        """
        try:
            answer = json.loads(payload.decode(errors="replace"))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer

    def _proxy_for(self, url: str) -> str | None:
        """Return the proxy that the environment names for the server of `url`, looked up once."""
        parts = urlsplit(url)
        server = parts.scheme, parts.netloc
        if server not in self._proxies:
            is_direct = parts.hostname is None or proxy_bypass(parts.hostname)
            self._proxies[server] = None if is_direct else getproxies().get(parts.scheme)
        return self._proxies[server]


def asked_wait(error: RetryAfter) -> timedelta:
    """Return how long Telegram asks to wait."""
    seconds = error.retry_after
    return seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)


def _timeout(connect: Any, read: Any) -> aiohttp.ClientTimeout:
    if connect is read is BaseRequest.DEFAULT_NONE:
        return _USUAL
    return aiohttp.ClientTimeout(
        sock_connect=_seconds(connect, CONNECT_SECONDS), sock_read=_seconds(read, ANSWER_SECONDS)
    )


def _seconds(given: Any, usual: float) -> float | None:
    return usual if given is BaseRequest.DEFAULT_NONE else given


def _body(data: RequestData | None) -> tuple[aiohttp.FormData | bytes | None, Mapping[str, str] | None]:
    """Return the body and its headers: JSON, a form where files go with it."""
    if data is None:
        return None, None
    if not data.contains_files:
        return json.dumps(data.parameters).encode("ascii"), _AS_JSON
    form = aiohttp.FormData(quote_fields=False)  # or « délibération.pdf » would arrive as « d%C3%A9lib… »
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, mime_type) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=mime_type)
    return form, None
