"""Whether a person sends too much: by when it was sent, whatever delayed it, and by what was kept."""

from datetime import UTC, datetime

from bot.channels import flood
from bot.channels.flood import BURST, PER_SECOND, Flood, Sent

NOON = datetime(2020, 10, 15, 12, tzinfo=UTC).timestamp()


def message(at: float = NOON, album: str | None = None) -> Sent:
    return Sent("7", at, album)


def send(flood: Flood, sent: Sent) -> bool:
    """Return whether the message is read, and count it then, as who takes messages in does."""
    if flood.is_too_much(sent):
        return False
    flood.count(sent)
    return True


def test_the_first_of_a_burst_are_read_and_the_rest_is_not() -> None:
    flood = Flood()
    assert [send(flood, message()) for _ in range(BURST + 3)] == [True] * BURST + [False] * 3
    assert send(flood, message(NOON + 1 / PER_SECOND))
    assert not send(flood, message(NOON + 1 / PER_SECOND))


def test_what_was_delayed_counts_by_when_it_was_sent() -> None:
    """Messages of an hour that come at once after an outage are no flood."""
    flood = Flood()
    assert all(send(flood, message(NOON + 60 * minute)) for minute in range(3 * BURST))


def test_judged_again_a_message_is_judged_the_same_until_it_is_kept() -> None:
    flood = Flood()
    assert not any(flood.is_too_much(message()) for _ in range(5 * BURST)), "nothing was kept yet"


def test_an_album_counts_once() -> None:
    flood = Flood()
    assert all(send(flood, message(album=str(number // 10))) for number in range(10 * BURST))
    assert not send(flood, message(album="another"))


def test_what_the_channel_does_not_date_counts_by_our_own_clock() -> None:
    now = 0.0
    flood = Flood(lambda: now)
    assert [send(flood, flood.sent_now("7")) for _ in range(BURST + 1)] == [True] * BURST + [False]
    now = 1 / PER_SECOND
    assert send(flood, flood.sent_now("7"))


def test_only_so_many_people_are_remembered() -> None:
    counted = Flood()
    for number in range(flood.PEOPLE_REMEMBERED + 10):
        counted.count(Sent(str(number), NOON))
    assert len(counted._people) == flood.PEOPLE_REMEMBERED
