"""A line as it is kept -> what the page shows of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bot.channels.markup import as_plain
from bot.channels.web.room import say
from bot.channels.web.text import as_html, inline
from bot.conversation.reading.legible import on_one_line
from bot.conversation.talk.messages import Contact, Reply
from knowledge.library import Library
from storage.pages import Line

#: The message that asks which town is meant, outside every form.
_ASKS_TOWN = "town_ask"
#: What a message to the person encloses, by the beginning of its name; an unknown one is called a document.
_LABELLED = frozenset({"copy", "own-data", "own-sheet"})


@dataclass(frozen=True, slots=True)
class Button:
    id: str
    label: str
    beside: bool


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    number: int
    place: int
    is_own: bool
    at: datetime
    body: Markup
    #: Folded below the body.
    sources: Markup | None = None
    #: Below the fold: what leads to the buttons.
    lead: Markup | None = None
    buttons: Sequence[Button] = ()
    contact: Contact | None = None
    files: Sequence[Link] = ()
    #: Names of documents that the person sent with it.
    documents: Sequence[str] = ()
    #: The text without marks, by which a page knows what it has just sent.
    plain: str = ""
    #: So many came that this one was left unread.
    is_unread: bool = False
    #: It asks for the name of a place.
    asks_town: bool = False


def show(line: Line, library: Library) -> ShownLine:
    """Return what is shown of a line; one that no key opens is shown as such."""
    if line.content is None:
        told = say("unreadable")
        return ShownLine(line.number, line.place, line.is_own, line.laid_at, inline(told), plain=told)
    content = json.loads(line.content)
    return _own(line, content) if line.is_own else _told(line, Reply.from_json(content), library)


def _own(line: Line, content: dict[str, Any]) -> ShownLine:
    return ShownLine(
        line.number,
        line.place,
        True,
        line.laid_at,
        as_written(content["text"]),
        documents=tuple(map(on_one_line, content.get("documents", ()))),
        plain=content["text"],
        is_unread=content.get("is_unread", False),
    )


def as_written(text: str) -> Markup:
    """Return what somebody wrote, its lines kept, without any markup of ours."""
    escaped = Markup("<br>").join(on_one_line(each) for each in text.strip().splitlines())
    return Markup("<p>") + escaped + Markup("</p>") if escaped else Markup("")


def _told(line: Line, reply: Reply, library: Library) -> ShownLine:
    written = as_html(reply.text)
    body, lead = written.body, written.below
    if reply.choices:
        body, lead = (body, _leading(lead)) if lead else (_leading(body), lead)
    files = [
        Link(f"/fichiers/{line.number}/{rank}", label)
        for rank, label in enumerate([file.name for file in reply.files] + [_label(each) for each in reply.enclosed])
    ]
    return ShownLine(
        line.number,
        line.place,
        False,
        line.laid_at,
        body,
        written.backing,
        lead,
        [Button(choice.id, on_one_line(choice.label), choice.beside) for choice in reply.choices],
        reply.contact,
        files,
        plain=as_plain(reply.text),
        asks_town=any(asked in reply.text for asked in _asking_towns(library)),
    )


def _leading(html: Markup) -> Markup:
    """Return HTML with its last paragraph marked, if that only leads to buttons: without them it would lead nowhere."""
    before, begun, last = str(html).rpartition("<p>")
    return Markup(f'{before}<p class="leads">{last}') if begun and last.endswith(":</p>") else html


def _asking_towns(library: Library) -> list[str]:
    """Return how the knowledge words a question whose answer is a place."""
    messages = library.call.messages
    asked = [f"**{each}**" for each in library.asked_for_places]
    return [*asked, messages[_ASKS_TOWN].strip()] if _ASKS_TOWN in messages else asked


def _label(enclosed: str) -> str:
    kind = enclosed.partition(":")[0]
    return say(f"enclosed_{kind}" if kind in _LABELLED else "enclosed_attachment")
