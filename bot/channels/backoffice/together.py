"""Several rows of the list at once: those that were ticked or, once confirmed, all of the list over all its pages.

Each row is done or not by itself, and told.
"""

from collections.abc import Sequence
from itertools import islice
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from bot.base.wording import text
from bot.channels.backoffice.cookies import BASE
from bot.channels.backoffice.gate import Page, turned_away
from bot.channels.backoffice.inbox import labelled_tabs, list_before, parameters_of, read_filter, read_tab
from bot.channels.backoffice.room import Coming, Room, gone_to
from bot.channels.backoffice.subject import path_of
from bot.conversation.values.about import About
from bot.conversation.values.member import Member
from bot.desk.desk import Told
from bot.desk.office.acting import Asked, NotAllowed
from bot.desk.office.journal import shown_subject
from bot.desk.office.roles import Right
from bot.desk.office.together import Wanted, plan, read_result
from bot.desk.verbs import VERBS, Verb
from bot.search.listing import PAGE_ROWS

#: What can be done with several at once: nothing that writes to a town.
FOR_MANY = frozenset(verb.value for verb, row in VERBS.items() if row.is_for_many)
#: Rows that are named because they could not be done.
_NAMED = 8


async def do(room: Room, coming: Coming, request: Request) -> Response:
    """Do the same with all rows that were ticked; what cannot be done is named with its reason."""
    back, word = list_before(request), coming.text("faire")
    if word in FOR_MANY and coming.text("toutes"):
        return await _confirm(room, coming, request)
    ticked = [value for value in coming.form.getlist("choix")[:PAGE_ROWS] if isinstance(value, str)]
    rows = dict(_row_of(value) for value in ticked)
    if word not in FOR_MANY or not rows:
        return gone_to(request, back, text("desk_together", "none"), is_done=False)
    # Dossiers first: the thread of one follows it.
    abouts = sorted(rows, key=lambda about: about.reference is None)
    became = {about: await _do_one(room, coming, Verb(word), about, rows[about]) for about in abouts}
    changed = [about for about, told in became.items() if told.has_moved]
    undone = [(about, told.text) for about, told in became.items() if not (told.is_done or told.has_moved)]
    done = sum(told.is_done for told in became.values())
    lines = [text("desk_together", word, count=done)] if done else []
    lines += [_tell_changed(changed)] if changed else []
    lines += [text("desk_together", "not", subject=shown_subject(about), why=why) for about, why in undone[:_NAMED]]
    if (left := len(undone) - _NAMED) > 0:
        lines.append(text("desk_together", "more-one" if left == 1 else "more", count=left))
    room.moved()
    return gone_to(request, back, "\n".join(lines), is_done=done == len(rows))


def _row_of(ticked: str) -> tuple[About, str | None]:
    """Return what was ticked, and how it stood then; None: the form does not say."""
    about, _, stood = ticked.partition(" ")
    return About(about), stood or None


def _tell_changed(changed: Sequence[About]) -> str:
    """Return what changed meanwhile and was left alone, in a sentence."""
    named = ", ".join(map(shown_subject, changed[:_NAMED])) + (" …" if len(changed) > _NAMED else "")
    which = "changed-one" if len(changed) == 1 else "changed-many"
    return text("desk_together", which, count=len(changed), names=named)


async def _do_one(room: Room, coming: Coming, verb: Verb, about: About, stood: str | None) -> Told:
    """Do it with one, as it stood."""
    try:
        key, words, choice = f"{coming.form_key}:{about}", coming.text("texte"), coming.text("a") or None
        asked = Asked(verb, about, key, words, choice, stood=stood)
        told = await room.office.act(coming.signed, asked)
    except NotAllowed:
        return Told(False, text("desk_together", "gone"))
    assert isinstance(told, Told)  # a list shows nothing of what is overtaken
    return told


def _wanted(coming: Coming) -> Wanted:
    """Return what a form asks for, with the list that its address names."""
    given = dict(parse_qsl(parameters_of(coming.text("liste"))))
    verb, words = Verb(coming.text("faire")), coming.text("texte")
    return Wanted(verb, read_filter(given), read_tab(given), words, coming.text("a") or None)


async def _confirm(room: Room, coming: Coming, request: Request, problem: str | None = None) -> Response:
    """Show how many rows it would be, before anything is done."""
    wanted, parameters = _wanted(coming), parameters_of(coming.text("liste"))
    try:
        planned = await room.office.read(plan, coming.signed, wanted, room.clock())
    except NotAllowed:
        return turned_away(room, request, 404, coming.form)
    if isinstance(planned, Told):
        return gone_to(request, f"{BASE}?{parameters}", planned.text, is_done=False)
    names = {tab: label for tab, _, label in labelled_tabs(is_press=not coming.may(Right.DOSSIERS))}
    return room.page(
        coming,
        "confirm.html",
        409 if problem else 200,
        problem=problem,
        label=_label(wanted.verb, planned.to),
        count=len(planned.rows),
        mark=planned.mark,
        dossiers=sum(each.reference is not None for each in planned.rows),
        names=[shown_subject(each) for each in islice(planned.rows, _NAMED)],
        tab_label=names[wanted.tab],
        wanted=wanted.filter,
        parameters=parameters,
        verb=wanted.verb.value,
        words=wanted.words.strip() if wanted.verb is Verb.TAKE_OVER else "",
        to=planned.to,
    )


def _label(verb: Verb, to: Member | None) -> str:
    return text("desk_many", verb.value, to=to.shown if to is not None else "")


async def do_all(room: Room, coming: Coming, request: Request) -> Response:
    """Keep what was confirmed, which is then done little by little, and lead to where that is told."""
    if coming.text("faire") not in FOR_MANY:
        return turned_away(room, request, 404, coming.form)
    assert coming.form_key is not None  # the gate has looked
    try:
        made = await room.office.order(coming.signed, _wanted(coming), coming.form_key, coming.text("lignes"))
    except NotAllowed:
        return turned_away(room, request, 404, coming.form)
    if isinstance(made, Told):
        return await _confirm(room, coming, request, made.text)
    return gone_to(request, f"{BASE}/ensemble/{made}")


async def show(room: Room, coming: Coming, request: Request) -> Response:
    """Show how far it has come, and what was refused."""
    number = request.path_params["batch"]
    try:
        result = await room.office.read(read_result, coming.signed, min(number, 2**53))
    except NotAllowed:
        return turned_away(room, request, 404)
    return room.page(
        coming,
        "batch.html",
        result=result,
        label=_label(Verb(result.batch.verb), result.to),
        told=text("desk_together", result.batch.verb, count=result.progress.done),
        path_of=path_of,
        shown_subject=shown_subject,
        list_before=list_before(request),
    )


PAGES = (
    Page(f"{BASE}/ensemble", do, Right.INBOX, is_post=True),
    Page(f"{BASE}/ensemble/toutes", do_all, Right.INBOX, is_post=True),
    Page(f"{BASE}/ensemble/{{batch:int}}", show, Right.INBOX),
)
