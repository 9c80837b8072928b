"""What a member of the staff sent is known again when it is to be taken back: by the button."""

from datetime import datetime

from bot.conversation.talk.messages import Choice
from bot.desk.desk import Desk
from bot.desk.topic_book import PREFIX

#: What the button under a confirmation names: `s:retirer:message:1234`, the message of the group.
RETRACT, MESSAGE = "retirer", "message"


def retract_choice(desk: Desk, source: str | None, now: datetime) -> tuple[Choice, ...]:
    """Return the button that takes back what was sent of the message of this source."""
    message = (source or "").rpartition(":")[2]
    label = desk.library.say("do_retract", now)
    return (Choice(f"{PREFIX}{RETRACT}:{MESSAGE}:{message}", label),) if message else ()
