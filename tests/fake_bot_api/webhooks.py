"""`setWebhook` and the delivery to it: in order within a queue, side by side between them, again after a failure."""

import asyncio
import json
import re
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from tests.fake_bot_api.bots import Bot, Json, Update, Webhook
from tests.fake_bot_api.errors import bad_request
from tests.fake_bot_api.polling import pending

DEFAULT_CONNECTIONS, MOST_CONNECTIONS = 40, 100
#: Seconds before the second redelivery (the first is at once), doubled each time; and the longest.
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
ANSWER_SECONDS = 60.0

_FAILED = (OSError, EOFError, TimeoutError, asyncio.IncompleteReadError)


class HookClient:
    """Posts over connections that are kept: lighter than an HTTP library, which benchmarks would measure."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._path = address.path or "/"
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Return the status and the content of the answer. A kept connection that was closed is opened anew."""
        while self._idle:
            try:
                return await self._post_on(*self._idle.pop(), headers, body)
            except _FAILED:
                continue
        return await self._post_on(*await asyncio.open_connection(self._host, self._port), headers, body)

    async def _post_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        head = [f"POST {self._path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                writer.write("\r\n".join([*head, "", ""]).encode() + body)
                status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                answered = {
                    name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
                }
                content = await reader.readexactly(int(answered.get("content-length", 0)))
        except BaseException:
            writer.close()
            raise
        if answered.get("connection", "").lower() == "close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        return int(status.split()[1]), content

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


async def set_webhook(bot: Bot, parameters: Json) -> Any:
    if parameters.get("allowed_updates") is not None:
        bot.allowed_updates = parameters["allowed_updates"] or None
    if bot.delivering:
        bot.delivering.cancel()
    bot.wake("conflict")
    bot.webhook = None
    if not parameters.get("url"):
        return True
    secret = parameters.get("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = int(parameters.get("max_connections") or DEFAULT_CONNECTIONS)
    bot.webhook = Webhook(parameters["url"], secret, max(1, min(MOST_CONNECTIONS, connections)))
    bot.webhook_error = None
    bot.undelivered = deque(bot.updates.values())
    bot.delivering = asyncio.create_task(_deliver(bot, bot.webhook))
    return True


async def delete_webhook(bot: Bot, _: Json) -> Any:
    return await set_webhook(bot, {})


async def get_webhook_info(bot: Bot, _: Json) -> Any:
    info = {
        "url": bot.webhook.url if bot.webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(pending(bot)),
    }
    return {**info, "last_error_message": bot.webhook_error} if bot.webhook_error else info


async def _deliver(bot: Bot, webhook: Webhook) -> None:
    """Deliver for ever: one task for each queue that is not empty."""
    client = HookClient(webhook.url)
    free = asyncio.Semaphore(webhook.max_connections)
    queues: dict[tuple[str, int], deque[Update]] = {}

    async def empty(queue: tuple[str, int]) -> None:
        waiting = queues[queue]
        while waiting:
            async with free:
                delivered = await _deliver_one(bot, webhook, client, waiting[0])
            if delivered:
                bot.updates.pop(waiting.popleft().update_id, None)
            else:
                await asyncio.sleep(_wait(waiting[0]))
        del queues[queue]

    try:
        async with asyncio.TaskGroup() as tasks:
            while True:
                while bot.undelivered:
                    update = bot.undelivered.popleft()
                    if update.queue in queues:
                        queues[update.queue].append(update)
                    else:
                        queues[update.queue] = deque([update])
                        tasks.create_task(empty(update.queue))
                bot.waiting = asyncio.get_running_loop().create_future()
                await bot.waiting
    finally:
        client.close()


async def _deliver_one(bot: Bot, webhook: Webhook, client: HookClient, update: Update) -> bool:
    headers = {"Content-Type": "application/json"}
    if webhook.secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
    try:
        status, _ = await client.post(headers, json.dumps(update.as_json()).encode())
    except _FAILED as error:
        bot.webhook_error = f"Connection failed: {type(error).__name__}"
    else:
        if 200 <= status <= 299:
            return True
        bot.webhook_error = f"Wrong response from the webhook: {status}"
    update.failures += 1
    return False


def _wait(update: Update) -> float:
    if update.failures == 1:
        return 0.01
    doublings: int = min(update.failures - 2, 10)
    return min(LONGEST_WAIT, FIRST_WAIT * 2**doublings)
