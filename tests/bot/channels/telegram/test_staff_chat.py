"""Which chats are groups of the staff, and who may act in each."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.channels.telegram.staff_chat import StaffChat
from bot.conversation.talk.messages import StaffMessage

STAFF, OTHER, PRESS = -1001, -1003, -1002
MESSAGE = StaffMessage("telegram", "1", str(PRESS), "Zoé", "777", "/aide", datetime(2026, 11, 28, tzinfo=UTC))


def chats() -> StaffChat:
    return StaffChat(STAFF, frozenset({501}), (OTHER,), (PRESS,))


def test_the_group_of_the_press_is_read_and_written_in_too() -> None:
    assert [chats().is_it(each) for each in (STAFF, OTHER, PRESS, -9)] == [True, True, True, False]
    assert chats().others == (OTHER, PRESS)


def test_its_members_may_act_there_and_nowhere_else() -> None:
    assert chats().may_act(777, PRESS)
    assert not chats().may_act(777, STAFF)
    assert not chats().may_act(777, OTHER)
    assert not chats().may_act(777)


def test_a_group_that_got_another_number_is_known_by_both() -> None:
    known = chats()
    assert known.move(PRESS, -1009)
    assert not known.move(-9, -10)
    assert known.is_it(-1009)
    assert (known.place_of(PRESS), known.now) == (-1009, STAFF)
    assert known.settled(replace(MESSAGE, group="-1009")).group == str(PRESS)
    assert known.may_act(777, -1009)


def test_a_group_that_is_the_staffs_and_the_presss_is_the_staffs() -> None:
    assert not StaffChat(STAFF, frozenset({501}), (), (STAFF,)).may_act(777, STAFF)
