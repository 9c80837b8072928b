"""What is written or pressed on the page, taken in: once for each form, whatever is pressed twice or sent again."""

import asyncio
from dataclasses import replace

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.channels.http.errors import refusal, wants_json
from bot.channels.http.forms import read_form_key
from bot.channels.http.live import woken
from bot.channels.http.throttle import Doing
from bot.channels.web import CHANNEL, uploads
from bot.channels.web.chat import FIRST, page_of
from bot.channels.web.room import Room, say
from bot.channels.web.session import Visit, hand_cookie, new_address, new_secret, visit
from bot.conversation.talk.document_types import LIMIT_MEGABYTES, MOST
from bot.conversation.talk.messages import CHOICE_ID_BYTES, FLOOD, Attachment, Incoming
from bot.services.assistant import Received
from bot.services.pages import topic_of
from storage.engine.errors import DatabaseUnavailable
from storage.pages import Page

#: Fields of a form, and bytes of one: what is written is at most some 20,000 characters.
FIELDS, FIELD_BYTES = 12, 200_000
#: Where a page shows what its person said last, and below it what they were answered.
SAID = "dit"
#: Seconds that a page without script is made to wait for the answer: then it is shown without, and a way to look again.
ANSWER_SECONDS = 4.0


async def send(room: Room, request: Request, *, is_framed: bool = False) -> Response:
    """Take a form in: a text with its documents, or a choice. The answer is told by the page."""
    async with request.form(max_files=MOST, max_fields=FIELDS, max_part_size=FIELD_BYTES) as form:
        coming = await visit(room, request, is_framed=is_framed, start=_text(form, "debut"))
        if not room.forms.is_ours(request, coming.bearers, _text(form, "jeton")):
            return await _again(room, request, coming, form, 403)
        if not await room.throttle.allows(Doing.WRITING, request):
            return await _again(room, request, coming, form, 429)
        return await _take(room, request, coming, form)


async def _take(room: Room, request: Request, coming: Visit, form: FormData) -> Response:
    text, choice, form_key = _text(form, "texte"), _text(form, "choix"), read_form_key(form.get("cle"))
    files = [each for each in form.getlist("fichiers") if isinstance(each, UploadFile) and each.filename]
    if form_key is None or len(choice.encode()) > CHOICE_ID_BYTES:
        return refusal(request, 400)
    if not choice and not files and not text.strip():
        return await _again(room, request, coming, form, 422, say("nothing_written"))
    key = new_secret()
    try:
        page, is_new = coming.page, coming.page is None or coming.page.is_left
        if page is None or is_new:
            if not await room.throttle.allows(Doing.BEGINNING, request):
                return await _again(room, request, coming, form, 429)
            page = await room.pages.begin(coming.start, new_address(), key)
        if page is None:
            return await _again(room, request, coming, form, 403)
        update = f"{page.address}:{form_key}" + (f":{room.forms.mark('choice', choice)[:12]}" if choice else "")
        attachments = await _uploaded(room, request, page, files)
        if isinstance(attachments, str):
            return await _again(room, request, coming, form, 422, attachments)
        incoming = Incoming(
            CHANNEL, update, page.address, text, room.clock(), choice or None, message=_text(form, "ligne") or None
        )
        await _receive(room, incoming, attachments)
        room.hub.tell(topic_of(page.recipient_id))
    except DatabaseUnavailable:
        return await _again(room, request, coming, form, 503)
    response = await _done(room, request, coming, page, is_new=is_new)
    if is_new:
        hand_cookie(response, request, key, is_framed=coming.is_framed)
    return response


async def _receive(room: Room, incoming: Incoming, attachments: tuple[Attachment, ...]) -> None:
    """Hand the message over, each document with a message of its own; it counts against a flood once it is kept."""
    first, *others = attachments or (None,)
    messages = [replace(incoming, attachments=(first,) if first else ())]
    for rank, attachment in enumerate(others, start=1):
        assert attachment is not None
        more = replace(incoming, update=f"{incoming.update}:{rank}", text="", attachments=(attachment,))
        messages.append(more)
    sent = room.flood.sent_now(incoming.sender)
    is_too_much = room.flood.is_too_much(sent)
    for message in messages:
        if is_too_much:
            message = replace(message, text="", choice=None, unread=FLOOD)
        received = await room.receive(message)
        if received is Received.SEEN_BEFORE:
            for attachment in message.attachments:
                await room.pages.forget_upload(attachment.reference)
    if not is_too_much:
        room.flood.count(sent)


async def _uploaded(room: Room, request: Request, page: Page, files: list[UploadFile]) -> tuple[Attachment, ...] | str:
    """Return the documents, kept until they are fetched; or why they are not taken."""
    if not files:
        return ()
    if len(files) > MOST:
        return say("too_many_documents", most=MOST)
    if not await room.throttle.allows(Doing.SENDING_FILES, request):
        return say("too_many_uploads")
    too_large = [file.filename for file in files if (file.size or 0) > LIMIT_MEGABYTES * 1024 * 1024]
    if too_large:
        return say("document_too_large", name=too_large[0], megabytes=LIMIT_MEGABYTES)
    album = new_secret() if len(files) > 1 else None
    return tuple([await uploads.keep(room.pages, page, file, album) for file in files])


async def _done(room: Room, request: Request, coming: Visit, page: Page, *, is_new: bool) -> Response:
    """Answer once the message is kept; a page without script is given what was answered to it, if that comes soon."""
    if wants_json(request):
        return JSONResponse({"kept": True})
    with room.hub.waiting(topic_of(page.recipient_id)) as news:
        until = asyncio.get_running_loop().time() + ANSWER_SECONDS
        while not await room.pages.is_answered(page):
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await woken(news, min(left, 0.25))
            news.clear()
    first = f"?{FIRST}=1" if is_new and coming.is_framed else ""
    return RedirectResponse(f"{coming.home}{first}#{SAID}", 303)


async def _again(
    room: Room, request: Request, coming: Visit, form: FormData, status: int, fault: str | None = None
) -> Response:
    """Show the form again with what was written in it, and why it was not taken."""
    if wants_json(request):
        if fault is not None:
            return JSONResponse({"error": fault}, status)
        return refusal(request, status)
    told = fault or room.templates.render("error_words.txt", status=status).strip()
    if status == 503:  # what is kept cannot be shown: only the form is
        coming = Visit(None, None, coming.start, coming.is_framed)
    return await page_of(room, request, coming, kept=_text(form, "texte"), fault=told, status=status)


def _text(form: FormData, name: str) -> str:
    given = form.get(name)
    return given if isinstance(given, str) else ""
