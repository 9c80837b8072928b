"""What Telegram shows beside the messages: answers to share in another chat, « typing … » while one takes long."""

import itertools
import sqlite3
from contextlib import closing

import pytest

from tests.end_to_end.guichet_process import Guichet
from tests.fake_bot_api.server import Call, FakeBotApi

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_answers_are_offered_for_another_chat_and_nothing_is_kept(
    guichet: Guichet, api: FakeBotApi, town: int
) -> None:
    before = kept(guichet)
    api.act(chat_id=town, query="date limite vague 2")
    (call,) = await answers(api, 1)
    results = call.parameters["results"]
    assert "12 février 2021" in results[0]["input_message_content"]["message_text"].replace("\N{NO-BREAK SPACE}", " ")
    assert 1 <= len(results) <= 5
    api.act(chat_id=town, query="")
    _, empty = await answers(api, 2)
    assert len(empty.parameters["results"]) >= 3
    assert kept(guichet) == before
    assert "date limite" not in guichet.log


async def test_typing_is_shown_while_a_message_takes_long_and_only_then(
    guichet: Guichet, api: FakeBotApi, town: int
) -> None:
    api.act(chat_id=town, text="Quelle est la date limite de la vague 2 ?")
    await api.until_called("sendMessage", town)
    assert not api.calls("sendChatAction", town)
    with closing(sqlite3.connect(guichet.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # another process writes for long
        api.act(chat_id=town, text="Qui est le contact presse ?")
        (call,) = await api.until_called("sendChatAction", town)
        other.execute("ROLLBACK")
    assert call.parameters["action"] == "typing"
    await api.until_called("sendContact", town)


async def answers(api: FakeBotApi, queries: int) -> list[Call]:
    """Return the answer of each query, once so many are answered; one that Telegram gives again is answered again."""
    for times in itertools.count(queries):
        calls = await api.until_called("answerInlineQuery", times=times)
        by_query = {call.parameters["inline_query_id"]: call for call in calls}
        if len(by_query) >= queries:
            return list(by_query.values())
    raise AssertionError


def kept(guichet: Guichet) -> int:
    with closing(sqlite3.connect(guichet.database)) as reading:
        return int(reading.execute("SELECT count(*) FROM inbox").fetchone()[0])
