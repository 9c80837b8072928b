"""What Telegram shows beside the messages: answers to share in another chat, « typing … » while one takes long."""

import sqlite3
from contextlib import closing

import pytest

from tests.end_to_end.guichet_process import Guichet
from tests.fake_bot_api.server import FakeBotApi

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_answers_are_offered_for_another_chat_and_nothing_is_kept(
    guichet: Guichet, api: FakeBotApi, town: int
) -> None:
    before = kept(guichet)
    api.act(chat_id=town, query="date limite vague 2")
    (call,) = await api.until_called("answerInlineQuery")
    results = call.parameters["results"]
    assert "12 février 2021" in results[0]["input_message_content"]["message_text"].replace("\N{NO-BREAK SPACE}", " ")
    assert 1 <= len(results) <= 5
    api.act(chat_id=town, query="")
    _, empty = await api.until_called("answerInlineQuery", times=2)
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


def kept(guichet: Guichet) -> int:
    with closing(sqlite3.connect(guichet.database)) as reading:
        return int(reading.execute("SELECT count(*) FROM inbox").fetchone()[0])
