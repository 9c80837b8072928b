"""A reply -> what Telegram is to send: texts in its HTML, cut where they are too long, buttons, a contact's card."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.markup import BOLD, ITEM, LINK, as_plain
from bot.conversation.talk.folds import FOLD, unfolded
from bot.conversation.talk.messages import Choice, Contact, File, Reply

#: Telegram's limit on a text is 4096 UTF-16 units, counted without the markup.
TEXT_LIMIT = 4096
#: The most buttons that Telegram shows under a message.
MOST_BUTTONS = 100
#: Labels up to here are shown whole on a phone; longer ones are also written out in the text.
LABEL_SHOWN = 32
#: What is so many times longer than the limit is cut before its marks are read, which takes the time of its length.
_SURELY_LONG = 8
#: Bytes of a card.
CARD_LIMIT = 2048

#: What a refusal says when the fault is in the markup.
_MARKUP = ("can't parse entities", "entit")


@dataclass(frozen=True, slots=True)
class Text:
    """One message of text, in Telegram's HTML and without any markup."""

    html: str
    plain: str
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A contact that the person can keep in the address book."""

    phone: str
    name: str
    vcard: str


#: What one call to Telegram sends.
Part = Text | Card | File


def messages_of(reply: Reply) -> tuple[Part, ...]:
    """Return what `reply` is sent as, in order. The buttons stand under the last text, card and files come behind."""
    cards = _cards(reply.contact)
    written = [reply.text, *([] if cards else contact_lines(reply.contact)), *_choice_lines(reply.choices)]
    pieces = list(split("\n\n".join(part for part in written if part)))
    texts = [
        Text(as_html(piece), as_plain(piece), keyboard_of(reply.choices) if rank == len(pieces) else None)
        for rank, piece in enumerate(pieces, start=1)
    ]
    return (*texts, *cards, *reply.files)


def as_html(text: str) -> str:
    """Return light Markdown as Telegram's HTML, everything else escaped; what is folded, as a quotation that opens."""
    written, end = [], 0
    for fold in FOLD.finditer(text):
        quoted = _as_html(unfolded(fold[0]))
        written += [_as_html(text[end : fold.start()]), f"<blockquote expandable>{quoted}</blockquote>"]
        end = fold.end()
    return "".join([*written, _as_html(text[end:])])


def _as_html(text: str) -> str:
    escaped = html.escape(ITEM.sub("• ", text), quote=True)
    return BOLD.sub(r"<b>\1</b>", LINK.sub(r'<a href="\2">\1</a>', escaped))


def is_markup_refused(reason: str) -> bool:
    """Whether Telegram refused a text for its markup: it is then to be sent without."""
    return any(mark in reason.lower() for mark in _MARKUP)


def split(text: str, limit: int = TEXT_LIMIT) -> Iterator[str]:
    """Yield `text` in pieces of at most `limit` UTF-16 units: cut between paragraphs, else lines, else words."""
    rest = text.strip()
    while len(rest) > _SURELY_LONG * limit or _units(as_plain(rest)) > limit:
        piece = _first_piece(rest, limit)
        yield piece.rstrip()
        rest = rest[len(piece) :].lstrip()
    if rest:
        yield rest


def keyboard_of(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """Return one button a row, so that each shows its text in full, but short ones that belong together side by side.
    They carry the ids of the choices."""
    if not choices:
        return None
    numbered = _is_numbered(choices)
    rows: list[list[InlineKeyboardButton]] = []
    for rank, choice in enumerate(choices[:MOST_BUTTONS], start=1):
        label = f"{rank}. {choice.label}" if numbered else choice.label
        button = InlineKeyboardButton(label, callback_data=choice.id)
        if choice.beside and rows:
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows)


def card_of(contact: Contact) -> str:
    """Return the contact as a vCard 3.0 (RFC 2426)."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{_escaped(contact.name)};;;;", f"FN:{_escaped(contact.name)}"]
    if contact.role:
        lines.append(f"TITLE:{_escaped(contact.role)}")
    lines += [f"TEL;TYPE=WORK,VOICE:{_escaped(phone)}" for phone in contact.phones]
    if contact.email:
        lines.append(f"EMAIL;TYPE=WORK:{_escaped(contact.email)}")
    return "\r\n".join([*lines, "END:VCARD", ""])


def _cards(contact: Contact | None) -> tuple[Card, ...]:
    """Return the contact's card; none where there is no number, which Telegram's cards need."""
    if contact is None or not contact.phones:
        return ()
    vcard = card_of(contact)
    fits = len(vcard.encode()) <= CARD_LIMIT
    return (Card(contact.phones[0], contact.name, vcard if fits else ""),)


def contact_lines(contact: Contact | None) -> list[str]:
    """Return the contact as text, for where there is no card."""
    if contact is None:
        return []
    titled = f"{contact.name}, {contact.role}" if contact.role else contact.name
    return ["\n".join([titled, *contact.phones, *([contact.email] if contact.email else [])])]


def _choice_lines(choices: tuple[Choice, ...]) -> list[str]:
    if not _is_numbered(choices):
        return []
    return ["\n".join(f"{rank}. {choice.label}" for rank, choice in enumerate(choices, start=1))]


def _is_numbered(choices: tuple[Choice, ...]) -> bool:
    """Whether the choices are also written out: some label would be cut on a phone."""
    return any(len(choice.label) > LABEL_SHOWN for choice in choices)


def _first_piece(text: str, limit: int) -> str:
    """Return the longest start of `text` that fits, cut at the best place in its second half."""
    window = text[: _fitting(text, limit)]
    for separator in ("\n\n", "\n", " "):
        cut = window.rfind(separator, len(window) // 2)
        if cut > 0:
            return window[: cut + len(separator)]
    return window


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of `text` fit in `limit` units."""
    units = 0
    for number, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > limit:
            return number
    return len(text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _escaped(text: str) -> str:
    return re.sub(r"([\\,;])", r"\\\1", text).replace("\n", r"\n")
