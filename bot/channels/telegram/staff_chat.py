"""Which chats are groups of the staff, also after Telegram gave one another number, and who may act in them."""

import logging
from collections.abc import Iterable
from dataclasses import replace

from bot.conversation.talk.messages import StaffMessage

_log = logging.getLogger(__name__)


class StaffChat:
    """The staff's group and the others where they are told, such as that of the press: each by the number that is set.

    `now` is the number that the staff's group has.
    """

    def __init__(
        self, chat: int | None, staff_ids: frozenset[int], others: Iterable[int] = (), press: Iterable[int] = ()
    ) -> None:
        """`staff_ids`: who may act, all members if empty; in the groups of the `press`, all their members may."""
        self._first = chat
        self._press = frozenset(press) - {chat, *others}
        self._staff_ids = staff_ids
        #: The number that is set -> the one the group has.
        self._now = {each: each for each in (chat, *others, *self._press) if each is not None}

    @property
    def now(self) -> int | None:
        return None if self._first is None else self._now[self._first]

    @property
    def others(self) -> tuple[int, ...]:
        """The numbers that are set of the groups beside the staff's."""
        return tuple(each for each in self._now if each != self._first)

    def is_it(self, chat: int) -> bool:
        return self._set_of(chat) is not None

    def _set_of(self, chat: int) -> int | None:
        if chat in self._now:
            return chat
        return next((each for each, now in self._now.items() if now == chat), None)

    def place_of(self, chat: int) -> int:
        """Return where to write for `chat`: a group of the staff may have become another one."""
        known = self._set_of(chat)
        return chat if known is None else self._now[known]

    def may_act(self, person: int, chat: int | None = None) -> bool:
        """Whether this member of the group may act. To be asked at each action: rights are withdrawn at any time."""
        is_press = chat is not None and self._set_of(chat) in self._press
        return is_press or not self._staff_ids or person in self._staff_ids

    def is_open_to_members(self, chat: int) -> bool:
        """Whether those who may act there are its members, whoever they are, and not only numbers that are set."""
        return not self._staff_ids or self._set_of(chat) in self._press

    def move(self, old: int, new: int) -> bool:
        """Note that a group became another chat. Return whether it is the staff's."""
        known = self._set_of(old)
        if known is None:
            return False
        if self._now[known] != new:
            setting = "GUICHET_STAFF_CHAT" if known == self._first else "GUICHET_PRESS_DESKS or GUICHET_DESKS"
            _log.warning("action=staff_chat_moved old=%d set %s=%d", known, setting, new)
        self._now[known] = new
        return True

    def settled(self, message: StaffMessage) -> StaffMessage:
        """Return the message under the group's first number, by which what was sent to it is kept."""
        known = self._set_of(int(message.group))
        if known is None or str(known) == message.group:
            return message
        return replace(message, group=str(known), chat=message.group)
