"""Whether a person sends too much: by when it was sent, whatever delayed it, and by what was kept."""

from datetime import UTC, datetime
from typing import Any

from telegram import Update

from bot.channels.telegram.receiving import flood
from bot.channels.telegram.receiving.flood import BURST, PER_SECOND, Flood

ANNE = {"id": 7, "is_bot": False, "first_name": "Anne"}
CHAT = {"id": 7, "type": "private"}
NOON = int(datetime(2020, 10, 15, 12, tzinfo=UTC).timestamp())


def update(at: int = NOON, kind: str = "message", **content: Any) -> Update:
    message = {"message_id": 1, "date": at, "chat": CHAT, "from": ANNE, **content}
    read = Update.de_json({"update_id": 5, kind: message}, None)
    assert read is not None
    return read


def send(flood: Flood, delivered: Update) -> bool:
    """Return whether the update is read, and count it then, as who takes updates in does."""
    sent = flood.sent(delivered, "7")
    if flood.is_too_much(sent):
        return False
    flood.count(sent)
    return True


def test_the_first_of_a_burst_are_read_and_the_rest_is_not() -> None:
    flood = Flood()
    assert [send(flood, update()) for _ in range(BURST + 3)] == [True] * BURST + [False] * 3
    assert send(flood, update(NOON + int(1 / PER_SECOND)))
    assert not send(flood, update(NOON + int(1 / PER_SECOND)))


def test_what_was_delayed_counts_by_when_it_was_sent() -> None:
    """Messages of an hour that come at once after an outage are no flood."""
    flood = Flood()
    assert all(send(flood, update(NOON + 60 * minute)) for minute in range(3 * BURST))


def test_judged_again_a_message_is_judged_the_same_until_it_is_kept() -> None:
    flood = Flood()
    sent = [flood.sent(update(), "7") for _ in range(5 * BURST)]
    assert not any(flood.is_too_much(each) for each in sent), "nothing was kept yet"


def test_an_album_counts_once() -> None:
    flood = Flood()
    albums = [update(media_group_id=str(number // 10)) for number in range(10 * BURST)]
    assert all(send(flood, each) for each in albums)
    assert not send(flood, update(media_group_id="another"))


def test_a_change_counts_by_when_it_was_made() -> None:
    flood = Flood()
    for _ in range(BURST):
        send(flood, update())
    assert send(flood, update(NOON, "edited_message", edit_date=NOON + 60))


def test_presses_have_a_count_of_their_own() -> None:
    now = 0.0
    flood = Flood(lambda: now)
    for _ in range(BURST):
        send(flood, update())
    pressed = Update.de_json(
        {"update_id": 5, "callback_query": {"id": "q", "from": ANNE, "chat_instance": "1", "data": "x"}}, None
    )
    assert pressed is not None
    assert [send(flood, pressed) for _ in range(BURST + 1)] == [True] * BURST + [False]
    now = 1 / PER_SECOND
    assert send(flood, pressed)


def test_only_so_many_people_are_remembered() -> None:
    counted, once = Flood(), update()
    for number in range(flood.PEOPLE_REMEMBERED + 10):
        counted.count(counted.sent(once, str(number)))
    assert len(counted._people) == flood.PEOPLE_REMEMBERED
