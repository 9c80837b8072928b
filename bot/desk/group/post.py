"""A message of the staff's group with what is known of where it stands. Nothing is decided here."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.talk.messages import StaffMessage
from bot.conversation.values.about import About
from bot.desk.group.written import Written, read_written
from bot.desk.orders.order import Order


@dataclass(frozen=True, slots=True)
class Post:
    """One message, on its way through the desk."""

    message: StaffMessage
    #: The recipient that the group is.
    group: int
    #: What it is about, by what it answers or by its topic; None: nothing.
    about: str | None
    now: datetime

    @property
    def written(self) -> Written:
        return read_written(self.message.text)

    @property
    def at(self) -> datetime:
        """When it was written."""
        return self.message.written_at or self.message.received_at

    @property
    def source(self) -> str | None:
        """By what it is found again when it is changed or taken back."""
        return self.source_of(self.message.message) if self.message.message else None

    def source_of(self, number: str) -> str:
        """Return by what another message of the same group is found again; `number`: the channel's id of it."""
        # A group that became another chat numbers its messages anew: the same number is another message.
        return f"{self.message.channel}:{self.message.chat or self.message.group}:{number}"

    def order(self, verb: str, about: str, text: str, question: str | None = None) -> Order:
        named = About(about)
        return Order(str(verb), named.kind, named.name, self.message.author, text, question, source=self.source)
