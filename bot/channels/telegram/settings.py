"""What can be set of the channel. No import of python-telegram-bot here: the other commands must start without it."""

from dataclasses import dataclass, field

#: Telegram's own server.
API_URL = "https://api.telegram.org"
#: Ports to which Telegram's own server posts updates.
WEBHOOK_PORTS = (443, 80, 88, 8443)
#: Messages that Telegram takes of one bot in a second, over all chats.
PER_SECOND = 30.0


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    token: str = field(repr=False)
    api_url: str = API_URL
    #: The public address of the web server, by which Telegram calls the webhook; None: polling.
    public_url: str | None = None
    #: Messages a second over all chats, of this process.
    per_second: float = PER_SECOND
    #: The staff's group; None: there is none.
    staff_chat: int | None = None
    #: Other groups where the staff are told and act, and those of the press.
    other_chats: tuple[int, ...] = ()
    press_chats: tuple[int, ...] = ()
    #: Who may act in it, by Telegram's numbers; empty: all its members.
    staff_ids: frozenset[int] = frozenset()
