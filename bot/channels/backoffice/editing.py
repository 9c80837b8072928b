"""The editor's pages: what nothing answers well, and the form in which an entry is written, checked and taken away."""

from collections.abc import Sequence
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from bot.base.wording import text, texts
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page, turned_away
from bot.channels.backoffice.room import Coming, Room, gone_to
from bot.channels.http.downloads import as_download
from bot.channels.http.throttle import Doing
from bot.conversation.talk.messages import File
from bot.desk.entry_draft import MEDIA_TYPE
from bot.desk.office import editing
from bot.desk.office.earlier_texts import Earlier
from bot.desk.office.editing import Checked, Written
from bot.desk.office.roles import Right
from knowledge.language.text import fold

HOME, ENTRY = f"{BASE}/redaction", f"{BASE}/redaction/fiche"
#: How the form calls each part of what is written.
FIELDS = {
    "identifiant": "id",
    "sujet": "topic",
    "intitule": "question",
    "base": "basis",
    "reponse": "answer",
    "sources": "sources",
    "formulations": "variants",
    "change": "changes",
    "version": "version",
}


async def show(room: Room, coming: Coming, request: Request) -> Response:
    """Show the questions that nothing answers well, the likeliest to serve first."""
    found = await room.office.read(lambda transaction: editing.report(room.office.desk, transaction, room.clock()))
    entries, topics = room.shelf.library.entries.values(), room.shelf.library.call.topics
    sought = request.query_params.get("chercher", "").strip()[:100]
    kept = sorted((each for each in entries if fold(sought) in fold(each.question)), key=lambda each: each.question)
    return room.page(
        coming,
        "editing.html",
        report=found,
        days=editing.DAYS,
        entry=ENTRY,
        sought=sought,
        count=len(entries),
        by_topic=[(topic, [each for each in kept if each.topic == topic.id]) for topic in topics],
    )


async def begin(room: Room, coming: Coming, request: Request) -> Response:
    """Show the form, with the question that somebody asked already in it, or with an entry that is to be changed."""
    if room.shelf.folder is not None:  # while it is filled in, what is there already is looked at
        room.checker.prepare(room.shelf.folder, room.shelf.library.day(room.clock()))
    if "fiche" in request.query_params:
        return await _change(room, coming, request)
    asked = request.query_params.get("question", "")[:500]
    written = Written(question=asked, variants="\n".join([asked, *request.query_params.getlist("aussi")[:20]]).strip())
    return _form(room, coming, written)


async def _change(room: Room, coming: Coming, request: Request) -> Response:
    """Show an entry that is served, as it is or with the text that it once had, and the texts that it had."""
    desk, entry_id = room.office.desk, request.query_params["fiche"]
    earlier = await room.office.read(lambda transaction: editing.earlier_texts(desk, transaction, entry_id))
    asked = request.query_params.get("texte")
    before = next((each for each in earlier if str(each.id) == asked), None)
    opened = editing.open_entry(desk, entry_id, before.content if before else None)
    if opened is None or (asked is not None and before is None):
        return turned_away(room, request, 404)
    return _form(room, coming, opened[0], earlier=earlier, before=before)


async def send(room: Room, coming: Coming, _: Request) -> Response:
    """Check what was written, and show it; or save it, or give it as a file."""
    written = Written(**{field: coming.text(name)[:20_000] for name, field in FIELDS.items()})
    desk, now, member = room.office.desk, room.clock(), coming.signed.member.id
    file = editing.as_file(desk, written, now)
    if coming.text("faire") == "prendre":
        await room.office.read(editing.note_download, member, file[0], now)
        return as_download(File(file[0], MEDIA_TYPE, file[1].encode()))
    if not (written.question.strip() and written.answer.strip()):
        return _form(room, coming, written, problem=text("desk", "entry-empty"))
    folder = desk.shelf.folder
    if folder is None:
        return _form(room, coming, written, problem=text("desk", "entry-nowhere"))
    if written.changes and editing.is_overtaken(desk, written):
        return _form(room, coming, written, problem=text("desk", "entry-changed", file=f"{written.changes}.yaml"))
    if not await room.throttle.allows_member(Doing.CHECKING, member):
        minutes = room.throttle.minutes_of(Doing.CHECKING)
        return _form(room, coming, written, problem=text("desk", "check-often", minutes=minutes))
    async with room.checking:
        checked = await editing.check(room.checker, folder, file, room.shelf.library.day(now))
    if coming.text("faire") == "enregistrer" and checked.is_sound and editing.may_save(desk):
        if await room.office.write(lambda t: editing.save(desk, t, member, file, written.version, now)):
            return gone_to(coming.request, HOME, text("desk", "entry-saved", file=file[0]))
        return _form(room, coming, written, problem=text("desk", "entry-exists", file=file[0]))
    return _form(room, coming, written, checked=checked)


def _form(
    room: Room,
    coming: Coming,
    written: Written,
    *,
    checked: Checked | None = None,
    problem: str | None = None,
    earlier: Sequence[Earlier] = (),
    before: Earlier | None = None,
) -> Response:
    """`before`: the text that it once had, and that its editor goes back to."""
    desk, library = room.office.desk, room.shelf.library
    day = _day(coming.text("jour"), library.day(room.clock()))
    name, content = editing.as_file(desk, written, room.clock())
    return room.page(
        coming,
        "entry.html",
        400 if problem else 200,
        written=written,
        checked=checked,
        problem=problem,
        file=(name, content.splitlines()),
        day=day,
        preview=editing.preview(library, written.answer, day) if written.answer.strip() else "",
        topics=library.call.topics,
        sources=library.call.sources,
        bases=texts("desk_bases").items(),
        may_save=editing.may_save(desk),
        action=ENTRY,
        home=HOME,
        earlier=earlier,
        before=before,
        beside=opened[1] if (opened := editing.open_entry(desk, written.changes)) else (),
    )


def _day(given: str, today: date) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return today


PAGES = (
    Page(HOME, show, Right.EDITING),
    Page(ENTRY, begin, Right.EDITING),
    Page(ENTRY, send, Right.EDITING, is_post=True),
)
