"""The page of a dossier and of a thread, and every form on them: the same operations as in the staff's group."""

import math
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.base.wording import text, texts
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page, turned_away
from bot.channels.backoffice.inbox import list_before, next_in_list
from bot.channels.backoffice.live import tell_others
from bot.channels.backoffice.room import Coming, Room, gone_to
from bot.channels.http.errors import wants_json
from bot.conversation.reading.codes import read_reference
from bot.conversation.values.about import About, about_dossier, about_thread
from bot.desk.desk import Told
from bot.desk.office.acting import Asked, NotAllowed
from bot.desk.office.answering import Held, Written
from bot.desk.office.drafting import Begun, drop_draft, keep_draft
from bot.desk.office.reading import DossierPage, Talk, ThreadPage, read_dossier_page, read_thread_page
from bot.desk.office.roles import Right
from bot.desk.orders.seen import Overtaken, Seen, read_seen
from bot.desk.verbs import VERBS, Verb

#: Verbs with a form of their own, beside those that one form does.
APART = frozenset({Verb.ANSWER, Verb.SHOW, Verb.DRAFT_ENTRY, Verb.TEMPLATE})
#: No thread has a number with more figures.
_FIGURES = 9


def path_of(about: About) -> str:
    """Return where the page of a dossier or a thread is."""
    return f"{BASE}/dossiers/{about.name}" if about.reference is not None else f"{BASE}/echanges/{about.name}"


def about_of(request: Request) -> About | None:
    """Return what the address names; None: nothing that could be there."""
    if "reference" in request.path_params:
        reference = read_reference(request.path_params["reference"])
        return about_dossier(reference) if reference is not None else None
    number = request.path_params["number"]
    return about_thread(int(number)) if number.isascii() and number.isdecimal() and len(number) <= _FIGURES else None


async def show(room: Room, coming: Coming, request: Request) -> Response:
    about = about_of(request)
    if about is None:
        return turned_away(room, request, 404)
    return await page_of(room, coming, about, template=request.query_params.get("modele"))


async def page_of(
    room: Room, coming: Coming, about: About, status: int = 200, kept: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Return the page. `kept`: what was written in a form that could not be done, by its verb; `fault`: why;
    `template`: the one of the replies that the answer begins with."""
    office, now = room.office, room.clock()
    found: DossierPage | ThreadPage
    try:
        if about.reference is not None:
            found = await office.read(read_dossier_page, office.desk, coming.signed, about.reference, now)
        else:
            found = await office.read(read_thread_page, office.desk, coming.signed, about.thread or 0, now)
    except NotAllowed:
        return turned_away(room, coming.request, 404)
    following = await next_in_list(room, coming, about)
    labels = {each.id: each.label for form in room.shelf.library.call.forms.values() for each in form.questions()}
    shown = {
        "shown": found,
        "talk": found.talk,
        "base": path_of(about),
        "channels": texts("desk_channels"),
        "statuses": texts("statuses"),
        "labels": labels,
        "kept": {**_begun_with(found.talk, more.get("template")), **(kept or {})},
        "follows": _followed(found.talk, kept or {}),
        "decisions": room.shelf.library.call.decisions if about.reference is not None else (),
        "around": tell_others(found.talk.others),
        "list_before": list_before(coming.request),
        "next_in_list": path_of(following) if following is not None else None,
        "may_read_log": coming.may(Right.AUDIT),
        "fault": None,
        "overtaken": None,
        "tried": None,
        "unkept": "",
        "chosen": None,
        "seconds_left": lambda due_at: max(0, math.ceil((due_at - now).total_seconds())),
        "can": lambda verb: Verb(verb) in found.talk.verbs,
    }
    name = "dossier.html" if isinstance(found, DossierPage) else "thread.html"
    return room.page(coming, name, status, **{**shown, **more})


def _begun_with(talk: Talk, template: str | None) -> dict[str, str]:
    """Return what its writer has begun, with a template that lacks nothing below it; they read it before it is sent."""
    kept = {verb: each.text for verb, each in talk.drafts.items() if each is not talk.astray}
    begun = next((each.text for each in talk.replies if each.id == template and each.can_leave), None)
    own = kept.get(Verb.ANSWER.value, "").rstrip()
    if begun is not None and begun not in own:
        kept[Verb.ANSWER.value] = f"{own}\n\n{begun}" if own else begun
    return kept


def _followed(talk: Talk, kept: Mapping[str, str]) -> dict[str, str]:
    """Return the drafts that the page goes on with, by their verb: which form kept each last.

    `kept`: what the page shows in the place of a draft, which is then another one.
    """
    return {
        verb: each.form_key or ""
        for verb, each in talk.drafts.items()
        if each is not talk.astray and kept.get(verb, each.text).strip() == each.text.strip()
    }


async def do(room: Room, coming: Coming, request: Request) -> Response:
    """Do one of the verbs that one form does."""
    about, word = about_of(request), request.path_params["verb"]
    verb = Verb(word) if word in _BY_FORM else None
    if about is None or verb is None:
        return turned_away(room, request, 404, coming.form)
    assert coming.form_key is not None  # the gate has looked
    choice = coming.text("question") or coming.text("a") or None
    words, follows = coming.text("texte"), coming.text("suite")
    asked = Asked(verb, about, coming.form_key, words, choice, follows, seen=_seen_of(coming))
    try:
        told = await room.office.act(coming.signed, asked)
    except NotAllowed:
        return turned_away(room, request, 404, coming.form)
    if isinstance(told, Overtaken) or not told.is_done:
        unkept = await _keep(room, coming, Begun(about, verb, asked.key, asked.words, None, asked.follows))
        field = f"{verb.value}:{choice}" if verb is Verb.ASK else verb.value
        why = _overtaken_by(told, verb, unkept) if isinstance(told, Overtaken) else {"fault": told.text}
        return await page_of(room, coming, about, 409, {field: asked.words}, chosen=choice, **why)
    room.moved()
    return gone_to(request, path_of(about), told.text)


async def answer(room: Room, coming: Coming, request: Request) -> Response:
    """Hold an answer to the person, unless there is something that its writer has not seen."""
    about, to, seen = about_of(request), coming.text("pour"), read_seen(coming.text("vu"))
    if about is None or not _is_number(to) or seen is None:
        return turned_away(room, request, 404, coming.form)
    assert coming.form_key is not None  # the gate has looked
    person = int(to)
    written = Written(about, coming.form_key, coming.text("texte"), person, seen, coming.text("suite"))
    try:
        held = await room.office.answer(coming.signed, written)
    except NotAllowed:
        return turned_away(room, request, 404, coming.form)
    kept, unkept = {Verb.ANSWER.value: written.words}, ""
    if not isinstance(held, Held) and not (isinstance(held, Told) and held.is_done):
        begun = Begun(about, Verb.ANSWER, coming.form_key, written.words, person, written.follows)
        unkept = await _keep(room, coming, begun)
    if isinstance(held, Overtaken):
        return await page_of(room, coming, about, 409, kept, **_overtaken_by(held, Verb.ANSWER, unkept))
    if isinstance(held, Told) and not held.is_done:
        return await page_of(room, coming, about, 409, kept, fault=held.text)
    room.moved()
    if isinstance(held, Held):
        return gone_to(request, f"{path_of(about)}#reponse-{held.id}")
    return gone_to(request, path_of(about), held.text)


async def _keep(room: Room, coming: Coming, begun: Begun) -> str:
    """Keep what could not be done as a draft, where it can be one; return the words that are not kept."""
    if not VERBS[begun.verb].is_drafted or not begun.words.strip():
        return begun.words.strip()
    why = await room.office.read(keep_draft, coming.signed, begun, room.clock())
    return begun.words if why is not None else ""


def _overtaken_by(overtaken: Overtaken, tried: Verb, unkept: str) -> dict[str, Any]:
    """Return what the page tells of it. `unkept`: what is lost with this page where it has no form for it any more."""
    return {"overtaken": overtaken, "tried": tried.value, "unkept": unkept}


async def begin(room: Room, coming: Coming, request: Request) -> Response:
    """Keep what is being written: the page asks for it by itself, or its writer by a button."""
    about, word, person = about_of(request), coming.text("genre"), coming.text("pour")
    if about is None or word not in _DRAFTED or (word == Verb.ANSWER and not _is_number(person)):
        return turned_away(room, request, 404, coming.form)
    assert coming.form_key is not None  # the gate has looked
    recipient = int(person) if word == Verb.ANSWER else None
    begun = Begun(about, Verb(word), coming.form_key, coming.text("texte"), recipient, coming.text("suite"))
    try:
        why = await room.office.read(keep_draft, coming.signed, begun, room.clock())
    except NotAllowed:
        return turned_away(room, request, 404, coming.form)
    if why is not None:
        if wants_json(request):
            return JSONResponse(why, 409)
        return await page_of(room, coming, about, 409, {word: begun.words}, fault=why)
    if wants_json(request):
        return Response(status_code=204)
    return gone_to(request, path_of(about), text("desk", "draft-kept"))


async def throw_away(room: Room, coming: Coming, request: Request) -> Response:
    """Throw one of one's own drafts away."""
    about, word = about_of(request), coming.text("genre")
    if about is None or word not in _DRAFTED:
        return turned_away(room, request, 404, coming.form)
    is_gone = await room.office.read(drop_draft, coming.signed, about, Verb(word), room.clock())
    return gone_to(request, path_of(about), text("desk", "draft-gone" if is_gone else "draft-was-gone"))


async def put_away(room: Room, coming: Coming, request: Request) -> Response:
    """Take back an answer that is held; what was written is shown again, to be sent otherwise or not at all."""
    about, number = about_of(request), request.path_params["answer"]
    if about is None or number > 2**53:
        return turned_away(room, request, 404)
    answer = await room.office.put_away(coming.signed, number)
    if answer is None or answer.about != about:
        return await page_of(room, coming, about, 409, fault=text("desk", "too-late"))
    room.moved()
    return await page_of(room, coming, about, said=text("desk", "taken-back"))


def _seen_of(coming: Coming) -> Seen | None:
    """Return what the page of a form showed; None: the form does not say."""
    holder = coming.text("tenu")
    seen = read_seen(coming.text("vu"), int(holder) if _is_number(holder) else None)
    return seen if seen is not None and seen.event is not None else None


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) < 16


_DRAFTED = frozenset(verb.value for verb, row in VERBS.items() if row.is_drafted)
_BY_FORM = frozenset(verb.value for verb in VERBS if verb not in APART)
_DOSSIER, _THREAD = f"{BASE}/dossiers/{{reference}}", f"{BASE}/echanges/{{number}}"

PAGES = tuple(
    page
    for base, needs in ((_DOSSIER, Right.DOSSIERS), (_THREAD, Right.INBOX))
    for page in (
        Page(base, show, needs),
        Page(f"{base}/reponse", answer, needs, is_post=True),
        Page(f"{base}/reponse/{{answer:int}}/annuler", put_away, needs, is_post=True),
        Page(f"{base}/faire/{{verb}}", do, needs, is_post=True),
        Page(f"{base}/brouillon", begin, needs, is_post=True),
        Page(f"{base}/brouillon/jeter", throw_away, needs, is_post=True),
    )
)
