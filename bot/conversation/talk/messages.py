"""What every channel speaks: what came in, what goes out. Plain values; no behaviour of a conversation lives here."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from bot.conversation.values.member import NOBODY, Member

#: Telegram carries at most 64 bytes of callback data; the ids of our choices stay below on every channel.
CHOICE_ID_BYTES = 64

#: `Reply.enclosed` names a document that was sent here so: « attachment:12 ».
ATTACHMENT = "attachment"
#: `Incoming.unread`: an earlier message was changed; so many came that this one is not read; it is of no known form.
EDITED, FLOOD, UNREADABLE = "edited", "flood", "unreadable"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option a person can pick: by its button where there are buttons, else by its rank or its label."""

    id: str
    label: str
    #: Both this one and the one before are short: where there are buttons, they stand in one row.
    beside: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "label": self.label} | ({"beside": True} if self.beside else {})


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or a service one can call or write to; a channel shows it as a card where it has cards."""

    name: str
    role: str
    phones: tuple[str, ...] = ()
    email: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A document that goes with a message: a calendar, a PDF, the data kept about the person."""

    #: As the person will see it, with its extension.
    name: str
    #: Such as « application/pdf ».
    media_type: str
    content: bytes

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "media_type": self.media_type, "content": b64encode(self.content).decode()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(kept["name"], kept["media_type"], b64decode(kept["content"]))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that came with a message, as the channel tells of it before it is fetched."""

    #: By which the channel gives the content, for as long as it keeps it.
    reference: str
    #: As the sender named it; where they did not, by what it is.
    name: str
    media_type: str
    #: Bytes, as announced; None: not said.
    size: int | None = None
    #: The channel's id of what was sent together with it; None: it came alone.
    album: str | None = None


def enclosed_attachment(number: int) -> str:
    """Return how `Reply.enclosed` names the document of this number."""
    return f"{ATTACHMENT}:{number}"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of one person, as a channel received it."""

    channel: str
    #: The channel's own id of this message: the same one delivered twice carries the same id.
    update: str
    #: Who writes, as the channel addresses them; with `channel`, the key of the conversation.
    sender: str
    text: str
    received_at: datetime
    #: The id of the choice that was picked by a button; None when the person typed.
    choice: str | None = None
    #: What came instead of a text that can be read: "voice", "poll" …, EDITED, FLOOD or UNREADABLE; None: nothing such.
    unread: str | None = None
    #: The channel's id of the message that was written or changed, or whose button was pressed; None: it has none.
    message: str | None = None
    #: `text` is then what was written with them.
    attachments: tuple[Attachment, ...] = ()
    #: All that the message holds of what is read, to tell a change of it from none; None: the channel does not say.
    content: str | None = None


class Speaker(StrEnum):
    """As what somebody writes in the staff's group: only a member is known, and can be obeyed."""

    MEMBER = "member"
    #: An administrator who hides who they are.
    ANONYMOUS = "anonymous"
    #: A channel, by hand or because the group discusses it.
    CHANNEL = "channel"
    BOT = "bot"


class Doubt(StrEnum):
    """What makes it uncertain that the words of a message are meant for a town: it is then asked."""

    FORWARDED = "forwarded"
    #: It answers a message of a colleague, or one that stands elsewhere.
    ANSWER = "answer"
    #: It names a colleague.
    MENTION = "mention"
    #: It was written by way of a bot.
    VIA_BOT = "via_bot"


@dataclass(frozen=True, slots=True)
class StaffMessage:
    """What a member of the staff wrote or pressed in their group."""

    channel: str
    update: str
    #: The group, as the channel addresses it.
    group: str
    #: Who writes, by the name that the channel shows.
    staff: str
    #: Who writes, as the channel addresses them.
    member: str
    text: str
    received_at: datetime
    choice: str | None = None
    #: The channel's id of the message that this one answers, as `Sent.external_id` tells it.
    answers: str | None = None
    #: The channel's id of the topic of the group that it stands in; None: in none.
    topic: str | None = None
    #: The channel's id of the message that was written or changed, or whose button was pressed.
    message: str | None = None
    #: An earlier message was changed to this.
    is_edit: bool = False
    attachments: tuple[Attachment, ...] = ()
    #: As in `Incoming`.
    content: str | None = None
    #: What the channel calls them beside their name, without its « @ »; None: nothing.
    username: str | None = None
    #: The member of the staff who writes, once recognised: the channel knows but an account.
    author: Member = NOBODY
    #: What it carries that a town cannot be sent: "sticker", "poll" …; None: nothing of the kind.
    unread: str | None = None
    #: The channel's id of what was sent together with it; None: it came alone.
    album: str | None = None
    #: When it was written, as the channel tells; None: it does not.
    written_at: datetime | None = None
    speaker: Speaker = Speaker.MEMBER
    doubt: Doubt | None = None
    #: How the bot is called there, without « @ »; None: not known.
    bot: str | None = None
    #: The topic it stands in was made by the bot.
    is_in_own_topic: bool = False
    #: The chat that the group has become, within which the ids of its messages hold; None: it is still the first.
    chat: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a person. `text` is light Markdown: paragraphs, `- ` lists, `**bold**`, `[title](link)`."""

    text: str
    choices: tuple[Choice, ...] = ()
    contact: Contact | None = None
    #: For the staff: what this is about, "dossier:K7R-M3W-X9A" or "thread:12", so that they can answer to it.
    about: str | None = None
    #: For the staff: what can be done with it when it leaves stands under it as buttons.
    with_verbs: bool = False
    #: They follow the text, in order.
    files: tuple[File, ...] = ()
    #: Files made or read when the message leaves, "sheet:K7R-M3W-X9A": see `bot.enclosures`. They follow the others.
    enclosed: tuple[str, ...] = ()
    #: It takes the place of the message whose button was pressed, if that is still the last one.
    in_place: bool = False
    #: The channel's id of the message that this one takes the place of; a channel that cannot sends a new one.
    edits: str | None = None
    #: The key, in the outbox, of an earlier message to the same recipient that this one takes the place of.
    replaces: str | None = None
    #: The message whose place it takes is to be deleted; the text stands there only where that cannot be.
    retracts: bool = False
    #: The channel's id of the message whose buttons have served; a channel that can takes them away.
    closes: str | None = None
    #: Not kept once it has left: it repeats what is kept elsewhere, or takes leave of someone who is not kept.
    is_fleeting: bool = False
    #: For the staff: one of them waits for it. It leaves before what is not.
    is_urgent: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return what the outbox keeps."""
        kept: dict[str, Any] = {  # by hand: asdict copies everything, for each message
            "text": self.text,
            "choices": [choice.as_json() for choice in self.choices],
            "contact": asdict(self.contact) if self.contact else None,
        }
        if self.about is not None:
            kept["about"] = self.about
        if self.with_verbs:
            kept["with_verbs"] = True
        if self.files:
            kept["files"] = [file.as_json() for file in self.files]
        if self.enclosed:
            kept["enclosed"] = list(self.enclosed)
        if self.edits is not None:
            kept["edits"] = self.edits
        if self.replaces is not None:
            kept["replaces"] = self.replaces
        if self.retracts:
            kept["retracts"] = True
        if self.closes is not None:
            kept["closes"] = self.closes
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        contact = kept.get("contact")
        return cls(
            text=kept["text"],
            choices=tuple(Choice(**choice) for choice in kept.get("choices", ())),
            contact=Contact(**{**contact, "phones": tuple(contact["phones"])}) if contact else None,
            about=kept.get("about"),
            with_verbs=kept.get("with_verbs", False),
            files=tuple(File.from_json(file) for file in kept.get("files", ())),
            enclosed=tuple(kept.get("enclosed", ())),
            edits=kept.get("edits"),
            replaces=kept.get("replaces"),
            retracts=kept.get("retracts", False),
            closes=kept.get("closes"),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the staff's group a message belongs: a topic of its own, where the group has topics."""

    #: What the topic is known by; None: it belongs in none.
    about: str | None = None
    #: How the topic is to be called now.
    title: str = ""
    #: The channel's id of the topic there is, and how it was last called; None: it has still to be made.
    topic: str | None = None
    called: str | None = None


@dataclass(frozen=True, slots=True)
class AskTeam:
    """Effect: hand a question to the organisers' staff."""

    question: str
    #: What the assistant would have guessed, for the staff: entry ids, best first.
    guesses: tuple[str, ...] = ()
