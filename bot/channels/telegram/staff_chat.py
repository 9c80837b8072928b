"""Which chat is the staff's group, also after Telegram gave it another number, and who may act in it."""

import logging
from dataclasses import replace

from bot.conversation.messages import StaffMessage

_log = logging.getLogger(__name__)


class StaffChat:
    """The group, known by the number that is set; `now` is the one it has."""

    def __init__(self, chat: int | None, staff_ids: frozenset[int]) -> None:
        self._set = chat
        self._staff_ids = staff_ids
        self.now = chat

    def is_it(self, chat: int) -> bool:
        return self._set is not None and chat in (self._set, self.now)

    def may_act(self, person: int) -> bool:
        """Whether this member of the group may act. To be asked at each action: rights are withdrawn at any time."""
        return not self._staff_ids or person in self._staff_ids

    def move(self, old: int, new: int) -> bool:
        """Note that a group became another chat. Return whether it is the staff's."""
        if not self.is_it(old):
            return False
        if self.now != new:
            _log.warning("action=staff_chat_moved set GUICHET_STAFF_CHAT=%d", new)
        self.now = new
        return True

    def settled(self, message: StaffMessage) -> StaffMessage:
        """Return the message under the group's first number, by which what was sent to it is kept."""
        return replace(message, group=str(self._set))
