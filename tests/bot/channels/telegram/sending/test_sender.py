"""What became of a letter, by what Telegram answered: a real bot against a Telegram of our own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from telegram import Bot

from bot.channels.telegram.sending.activity import Activity
from bot.channels.telegram.sending.pace import GROUP_BURST, GROUP_KEPT, Pace
from bot.channels.telegram.sending.sender import Sending
from bot.channels.telegram.sending.topics import ASKED_AGAIN_AFTER, Topics
from bot.channels.telegram.staff_chat import StaffChat
from bot.channels.telegram.transport import Transport
from bot.conversation.talk.messages import Choice, Contact, File, Place, Reply
from bot.transport.delivery import PACE, Letter, Outcome, Refused, Retry, Sent
from tests.fake_bot_api.server import TOKEN, FakeBotApi, running

STAFF_CHAT = -100_500


class Notebook:
    """Remembers the topics; one is called by the day's title of what it is about."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, str]] = {}

    async def look_up(self, reply: Reply) -> tuple[Reply, Place]:
        if reply.about is None:
            return reply, Place()
        about, _, title = reply.about.partition("=")
        return reply, Place(about, title or about, *self.kept.get(about, (None, None)))

    async def keep(self, about: str, topic: str, title: str) -> None:
        self.kept[about] = (topic, title)

    async def forget(self, about: str) -> None:
        del self.kept[about]


class Telegram:
    """A server, and our sending to it."""

    def __init__(self, api: FakeBotApi, bot: Bot) -> None:
        self.api = api
        self.is_token_refused = False
        self.seconds = 0.0
        self._bot = bot
        self.use(Pace(per_second=10_000, monotonic=self.clock))

    def use(self, pace: Pace) -> None:
        self.sending = Sending(
            self._bot,
            pace,
            Activity(self._bot, Pace()),
            StaffChat(STAFF_CHAT, frozenset()),
            Topics(self._bot, Notebook(), pace, self.clock),
            self._refuse,
        )

    def clock(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds

    def _refuse(self) -> None:
        self.is_token_refused = True

    async def send(self, reply: Reply, chat: int = 7, key: str = "k", *, is_urgent: bool = False) -> Outcome:
        return await self.sending.send(Letter(key, str(chat), reply, is_urgent=is_urgent))

    def texts(self, chat: int = 7) -> list[str]:
        return [call.result["text"] for call in self.api.calls("sendMessage", chat, effect=True)]


@asynccontextmanager
async def connected(api: FakeBotApi) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, base_url=f"{api.address}/bot", request=Transport(), get_updates_request=Transport())
    async with bot:
        yield bot


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Telegram]:
    api = FakeBotApi()
    async with running(api), connected(api) as bot:
        yield Telegram(api, bot)


async def test_a_reply_leaves(telegram: Telegram) -> None:
    outcome = await telegram.send(Reply("**Bonjour** & <bienvenue>", (Choice("a", "Oui"),)))
    assert isinstance(outcome, Sent)
    assert outcome.external_id == "1"
    assert telegram.texts() == ["Bonjour & <bienvenue>"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "403"}, Refused("Forbidden: bot was blocked by the user", blocked=True)),
        ({"kind": "400"}, Refused("Chat not found")),
        ({"kind": "429", "retry_after": 7}, Retry("429", timedelta(seconds=7))),
        ({"kind": "500", "description": "Internal Server Error"}, Retry("TelegramError")),
        ({"kind": "502"}, Retry("NetworkError")),
        ({"kind": "drop"}, Retry("NetworkError")),
        ({"kind": "garbled"}, Retry("TelegramError")),
        ({"kind": "401", "description": "Unauthorized"}, Retry("token refused", whole_channel=True)),
    ],
)
async def test_each_refusal_means_an_outcome(fault: dict[str, Any], expected: Outcome, telegram: Telegram) -> None:
    telegram.api.fail(**fault)
    outcome = await telegram.send(Reply("Bonjour"))
    if isinstance(expected, Retry) and expected.reason == "TelegramError":
        assert isinstance(outcome, Retry)  # the name is python-telegram-bot's own affair
    else:
        assert outcome == expected
    assert telegram.is_token_refused == (fault["kind"] == "401")
    telegram.wait(7)
    assert isinstance(await telegram.send(Reply("Bonjour")), Sent)


async def test_one_chat_that_must_wait_stops_nobody_else_but_several_do(telegram: Telegram) -> None:
    telegram.api.fail("429", count=3, retry_after=9)
    outcomes = [await telegram.send(Reply("Bonjour"), chat) for chat in (7, 8, 9)]
    assert [isinstance(outcome, Retry) and outcome.whole_channel for outcome in outcomes] == [False, False, True]


async def test_formatting_that_is_refused_leaves_as_plain_text(telegram: Telegram) -> None:
    telegram.api.fail("400", description="Bad Request: can't parse entities: Unsupported start tag")
    assert isinstance(await telegram.send(Reply("**Bonjour**", (Choice("a", "Oui"),))), Sent)
    (call,) = telegram.api.calls("sendMessage", effect=True)
    assert call.result["text"] == "Bonjour"
    assert call.result["reply_markup"]


async def test_after_a_failure_only_the_rest_is_sent(telegram: Telegram) -> None:
    reply = Reply("Premier. " + "mot " * 1_500, contact=Contact("Zoé", "presse", ("01 02 03 04 05",)))
    telegram.api.fail("500", method="sendContact", description="Internal Server Error")
    assert isinstance(await telegram.send(reply), Retry)
    paced = await telegram.send(reply)
    assert isinstance(paced, Retry), "three at once, no more"
    assert paced.reason == PACE
    telegram.wait(1)
    outcome = await telegram.send(reply)
    assert isinstance(outcome, Sent)
    assert outcome.external_id == "1 2 3"
    assert len(telegram.texts()) == 2
    assert len(telegram.api.calls("sendContact", effect=True)) == 1


async def test_the_staffs_group_is_followed_where_it_went(telegram: Telegram) -> None:
    telegram.api.bot().migrated[STAFF_CHAT] = STAFF_CHAT - 1
    assert await telegram.send(Reply("Bonjour"), STAFF_CHAT) == Retry("moved", timedelta())
    assert isinstance(await telegram.send(Reply("Bonjour"), STAFF_CHAT), Sent)
    assert telegram.texts(STAFF_CHAT - 1) == ["Bonjour"]
    telegram.api.bot().migrated[-9] = -10
    assert isinstance(await telegram.send(Reply("Bonjour"), -9), Refused)


async def test_documents_follow_the_text(telegram: Telegram) -> None:
    file = File("dates.ics", "text/calendar", "BEGIN:VCALENDAR é".encode())
    outcome = await telegram.send(Reply("Voici.", files=(file,)))
    assert outcome == Sent("1 2")
    (call,) = telegram.api.calls("sendDocument", 7, effect=True)
    document = call.result["document"]
    assert document["file_name"] == "dates.ics"
    assert telegram.api.bot().files[document["file_id"]]["data"] == file.content


async def test_a_document_keeps_its_name(telegram: Telegram) -> None:
    name = 'délibération « n° 3 » "signée".pdf'
    await telegram.send(Reply("Voici", files=(File(name, "application/pdf", b"%PDF"),)))
    (call,) = telegram.api.calls("sendDocument", effect=True)
    assert call.result["document"]["file_name"] == name


async def test_a_document_that_did_not_leave_is_sent_alone_at_the_next_attempt(telegram: Telegram) -> None:
    telegram.api.fail("500", method="sendDocument")
    reply = Reply("Voici.", files=(File("dates.ics", "text/calendar", b"x"),))
    assert isinstance(await telegram.send(reply), Retry)
    assert isinstance(await telegram.send(reply), Sent)
    assert telegram.texts() == ["Voici."]


async def test_what_is_about_one_thing_goes_to_one_topic_called_as_it_now_is(telegram: Telegram) -> None:
    for about in ("thread:1=à prendre", "thread:2=à prendre", "thread:1=Anne"):
        assert isinstance(await telegram.send(Reply("Bonjour", about=about), STAFF_CHAT, about), Sent)
    first, second, again = telegram.api.calls("sendMessage", STAFF_CHAT, effect=True)
    assert first.result["message_thread_id"] == again.result["message_thread_id"]
    assert first.result["message_thread_id"] != second.result["message_thread_id"]
    assert list(telegram.api.bot().topics.values()) == ["Anne", "à prendre"]


@pytest.mark.parametrize("word", ["message thread not found", "TOPIC_DELETED"])
async def test_a_topic_that_is_gone_is_made_again_and_nothing_is_sent_twice(telegram: Telegram, word: str) -> None:
    await telegram.send(Reply("Un", about="thread:1"), STAFF_CHAT, "1")
    telegram.api.fail("400", method="sendMessage", description=f"Bad Request: {word}")
    assert isinstance(await telegram.send(Reply("Deux", about="thread:1"), STAFF_CHAT, "2"), Sent)
    one, two = telegram.api.calls("sendMessage", STAFF_CHAT, effect=True)
    assert one.result["message_thread_id"] != two.result["message_thread_id"]
    assert telegram.texts(STAFF_CHAT) == ["Un", "Deux"]


async def test_a_topic_whose_making_failed_is_made_at_the_next_attempt(telegram: Telegram) -> None:
    telegram.api.fail("429", method="createForumTopic", retry_after=3)
    reply = Reply("Bonjour", about="thread:1")
    assert await telegram.send(reply, STAFF_CHAT) == Retry("429", timedelta(seconds=3))
    assert await telegram.send(reply, STAFF_CHAT) == Retry(PACE, timedelta(seconds=3)), "silence was asked for"
    assert len(telegram.api.calls("createForumTopic")) == 1
    telegram.wait(3)
    assert isinstance(await telegram.send(reply, STAFF_CHAT), Sent)
    (call,) = telegram.api.calls("sendMessage", STAFF_CHAT, effect=True)
    assert call.result["message_thread_id"]


async def test_a_closed_topic_that_we_may_not_open_holds_nothing_back(telegram: Telegram) -> None:
    await telegram.send(Reply("Un", about="thread:1"), STAFF_CHAT, "1")
    telegram.api.fail("400", method="sendMessage", description="Bad Request: TOPIC_CLOSED", count=1)
    telegram.api.fail("400", method="reopenForumTopic", description="Bad Request: not enough rights to reopen", count=1)
    assert isinstance(await telegram.send(Reply("Deux", about="thread:1"), STAFF_CHAT, "2"), Sent)
    assert isinstance(await telegram.send(Reply("Trois", about="thread:1"), STAFF_CHAT, "3"), Sent)
    one, two, three = telegram.api.calls("sendMessage", STAFF_CHAT, effect=True)
    assert "message_thread_id" not in two.result
    assert one.result["message_thread_id"] == three.result["message_thread_id"], "a topic that is open again is used"


async def test_a_title_that_cannot_be_changed_holds_nothing_back(telegram: Telegram) -> None:
    await telegram.send(Reply("Un", about="thread:1=a"), STAFF_CHAT, "1")
    telegram.api.fail("400", method="editForumTopic", description="Bad Request: not enough rights", count=1)
    assert isinstance(await telegram.send(Reply("Deux", about="thread:1=b"), STAFF_CHAT, "2"), Sent)
    assert isinstance(await telegram.send(Reply("Trois", about="thread:1=b"), STAFF_CHAT, "3"), Sent)
    assert list(telegram.api.bot().topics.values()) == ["b"]


async def test_a_group_where_no_topic_can_be_made_is_asked_again_later(telegram: Telegram) -> None:
    telegram.api.fail("400", method="createForumTopic", description="Bad Request: not enough rights to create a topic")
    for number in ("1", "2"):
        assert isinstance(await telegram.send(Reply("Bonjour", about="thread:1"), STAFF_CHAT, number), Sent)
    assert len(telegram.api.calls("createForumTopic")) == 1
    telegram.seconds += ASKED_AGAIN_AFTER
    await telegram.send(Reply("Bonjour", about="thread:1"), STAFF_CHAT, "3")
    *stream, last = telegram.api.calls("sendMessage", STAFF_CHAT, effect=True)
    assert all("message_thread_id" not in call.result for call in stream)
    assert last.result["message_thread_id"]


async def test_what_the_staff_wait_for_has_a_place_of_its_own_and_no_call_goes_beyond_the_limits(
    telegram: Telegram,
) -> None:
    """The stand-in counts as Telegram does: what goes to a topic counts, and the making and calling of topics too."""
    telegram.api.limits = True
    pace = Pace(monotonic=telegram.clock)
    telegram.use(pace)
    outcomes = [
        await telegram.send(Reply("Nouveau dossier", about=f"dossier:{each}"), STAFF_CHAT, f"{each}")
        for each in range(10)
    ]
    assert sum(isinstance(each, Sent) for each in outcomes) == (GROUP_BURST - GROUP_KEPT) // 2
    assert {each.reason for each in outcomes if isinstance(each, Retry)} == {PACE}
    answers = [await telegram.send(Reply("Aide"), STAFF_CHAT, f"a{each}", is_urgent=True) for each in range(6)]
    assert [isinstance(each, Sent) for each in answers] == [True] * GROUP_KEPT + [False]
    assert not [call for call in telegram.api.calls() if call.error and call.error[0] == 429]


@pytest.mark.parametrize(
    "description",
    [
        *("Forbidden: bot was kicked from the supergroup chat", "Forbidden: bot is not a member of the channel chat"),
        *("Bad Request: chat not found", "Bad Request: CHAT_WRITE_FORBIDDEN"),
        "Bad Request: not enough rights to send text messages to the chat",
    ],
)
async def test_a_group_that_is_gone_loses_nothing_and_the_log_says_so_once(
    description: str, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.api.fail(description[:3].replace("For", "403").replace("Bad", "400"), description=description, count=2)
    for key in ("1", "2"):
        outcome = await telegram.send(Reply("Bonjour"), STAFF_CHAT, key)
        assert outcome == Retry("group out of reach", is_lasting=True)
    assert caplog.text.count("action=staff_group_unreachable") == 1
    assert isinstance(await telegram.send(Reply("Bonjour"), STAFF_CHAT), Sent)


async def test_a_topic_that_is_refused_for_whatever_reason_holds_no_message_back(telegram: Telegram) -> None:
    telegram.api.fail("400", method="createForumTopic", description="Bad Request: TOPIC_TITLE_EMPTY")
    assert isinstance(await telegram.send(Reply("Bonjour", about="thread:1"), STAFF_CHAT), Sent)
    assert isinstance(await telegram.send(Reply("Encore", about="thread:1"), STAFF_CHAT, "2"), Sent)
    first, second = telegram.api.calls("sendMessage", STAFF_CHAT, effect=True)
    assert "message_thread_id" not in first.result
    assert second.result["message_thread_id"], "it is asked for again with the next"


def edited(telegram: Telegram) -> list[tuple[str, str]]:
    """Return the edits that Telegram carried out: which message, and its new text."""
    calls = telegram.api.calls("editMessageText", 7, effect=True)
    return [(str(call.result["message_id"]), call.result["text"]) for call in calls]


async def test_a_step_takes_the_place_of_the_one_before(telegram: Telegram) -> None:
    await telegram.send(Reply("**Un**", (Choice("a", "Oui"),)))
    assert await telegram.send(Reply("**Deux**", (Choice("b", "Non"),), edits="1"), key="l") == Sent("1")
    assert edited(telegram) == [("1", "Deux")]
    assert telegram.api.bot().messages[7, 1]["reply_markup"]["inline_keyboard"][0][0]["text"] == "Non"
    assert telegram.texts() == ["Un"]


async def test_a_message_that_is_so_already_counts_as_sent(telegram: Telegram) -> None:
    await telegram.send(Reply("Un", (Choice("a", "Oui"),)))
    assert await telegram.send(Reply("Un", (Choice("a", "Oui"),), edits="1"), key="l") == Sent("1")
    assert telegram.texts() == ["Un"]


@pytest.mark.parametrize(
    "why",
    [
        *("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"),
        "there is no text in the message to edit",
    ],
)
async def test_a_message_that_cannot_be_edited_is_followed_by_a_new_one(why: str, telegram: Telegram) -> None:
    await telegram.send(Reply("Un"))
    telegram.api.fail("400", method="editMessageText", description=f"Bad Request: {why}")
    assert await telegram.send(Reply("Deux", edits="1"), key="l") == Sent("2")
    assert telegram.texts() == ["Un", "Deux"]


async def test_an_edit_refused_for_its_markup_is_made_without(telegram: Telegram) -> None:
    await telegram.send(Reply("Un"))
    telegram.api.fail("400", method="editMessageText", description="Bad Request: can't parse entities: x")
    assert await telegram.send(Reply("**Deux**", edits="1"), key="l") == Sent("1")
    assert edited(telegram) == [("1", "Deux")]


@pytest.mark.parametrize("edits", ["1", "1 2"])
async def test_what_takes_several_messages_takes_the_place_of_none(edits: str, telegram: Telegram) -> None:
    long = Reply("Un. " + "mot " * 1_500) if edits == "1" else Reply("Deux")
    await telegram.send(Reply("Zéro"))
    assert isinstance(await telegram.send(Reply(long.text, edits=edits), key="l"), Sent)
    assert edited(telegram) == []


async def test_buttons_that_have_served_are_taken_away(telegram: Telegram) -> None:
    await telegram.send(Reply("Un", (Choice("a", "Oui"),)))
    await telegram.send(Reply("Deux", closes="1"), key="l")
    await telegram.api.until_called("editMessageReplyMarkup", 7)
    assert "reply_markup" not in telegram.api.bot().messages[7, 1]


async def test_a_slow_upload_is_shown(telegram: Telegram) -> None:
    telegram.api.fail("slow", method="sendDocument", delay=60)
    reply = Reply("Voici.", files=(File("dates.ics", "text/calendar", b"x"),))
    sending = asyncio.create_task(telegram.send(reply))
    (call,) = await telegram.api.until_called("sendChatAction", 7)
    assert call.parameters["action"] == "upload_document"
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
