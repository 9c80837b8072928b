"""The route of a message that concerns a dossier: its choices, its words, its answers. What they do is next door."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.conversation.dossier import attachments, documents, menu, rights, sending
from bot.conversation.form import interview
from bot.conversation.form import prompts as form_prompts
from bot.conversation.form.summary import copy_of, history, show_summary
from bot.conversation.reading.codes import read_code, read_reference
from bot.conversation.reading.commands import Command, read_argument, read_command
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.talk.choice_ids import FROM_MENU, PREFIX, DossierChoice, dossier_choice, read_dossier_choice
from bot.conversation.talk.context import AccessKind
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.values.dossier import Dossier, missing_questions, visible_questions
from bot.conversation.values.moves import Status
from knowledge.call.form import FieldType
from knowledge.language.text import fold


def dossier_route(exchange: Exchange) -> Turn | None:
    """Take the message if it concerns a dossier."""
    if exchange.library.call.form is None:
        return None
    words = exchange.library.call.commands
    picked = read_choice(exchange)
    if isinstance(picked, Picked):
        return _pick(exchange, picked.choice) if picked.choice.startswith(PREFIX) else None
    text = exchange.incoming.text
    command = read_command(text, words)
    if command is not None and (turn := _command(exchange, command)) is not None:
        return turn
    if read_code(text):
        return rights.use_code(exchange)
    if reference := read_reference(text):
        return _by_reference(exchange, reference)
    wanted = read_argument(text, words.get(Command.CHANGE, ()))
    if wanted and (turn := _change(exchange, wanted)) is not None:
        return turn
    return (
        interview.answer(exchange) or interview.answer_to_a_request(exchange) or interview.answer_at_summary(exchange)
    )


def back_to_the_form(exchange: Exchange, turn: Turn) -> Turn:
    """After something else was said, ask the form's question again; beside choices, say that it waits."""
    found = interview.current(exchange)
    if exchange.context.is_banned or found is None or turn.state.cursor != exchange.state.cursor:
        return turn
    dossier, _, cursor = found
    if any(reply.choices for reply in turn.replies):
        *before, last = turn.replies
        back = dossier_choice(dossier.reference, "r", label=exchange.text("do_back_to_form"))
        text = _with_reminder(last.text, form_prompts.restate(exchange, cursor))
        last = replace(last, text=text, choices=(*last.choices, back))
        return Turn(turn.state, (*before, last), turn.effects)
    again = interview.ask_again(Exchange(turn.state, exchange.incoming, exchange.library, exchange.context))
    return Turn(again.state, (*turn.replies, *again.replies), turn.effects)


def _with_reminder(text: str, waits: str) -> str:
    """Put what waits after `text`, but before the words that bring in its choices: they are none of the form's."""
    before, gap, closing = text.rstrip().rpartition("\n\n")
    if closing.endswith((":", "?")):
        return f"{before}{gap}{waits}\n\n{closing}"
    return f"{text}\n\n{waits}"


# --- choices


def _pick(exchange: Exchange, choice_id: str) -> Turn | None:
    choice = read_dossier_choice(choice_id)
    if choice is None or not _is_whole(choice):
        return _stale(exchange)
    if choice.verb == "c":
        return menu.consent(exchange, choice.argument, choice_id)
    if choice.verb == "new":
        return menu.start_new(exchange)
    if choice.verb == "noatt":
        return attachments.drop_waiting(exchange) if exchange.state.documents else _stale(exchange)
    dossier = exchange.context.dossier(choice.reference)
    if dossier is None:
        return _without(exchange, choice.reference) or exchange.turn(exchange.say("dossier_gone"))
    if all(each.id != choice_id for each in exchange.state.offered):
        if choice.verb == "send":
            return _send(exchange.with_state(cursor=None), dossier)
        if choice.verb in _CONFIRMED and choice.argument == "yes":
            choice = replace(choice, argument="")  # a yes to an older screen: it is asked anew
    act = _VERBS.get(choice.verb)
    turn = act(exchange, dossier, choice) if act else None
    return turn or _stale(exchange)


def _without(exchange: Exchange, reference: str) -> Turn | None:
    """Say of a dossier of theirs that it cannot be read; None for another."""
    if reference not in exchange.context.unreadable:
        return None
    return exchange.turn(exchange.say("dossier_unreadable", reference=reference))


def _is_whole(choice: DossierChoice) -> bool:
    """Whether its parts are such as we give: what was cut or changed on its way does nothing."""
    if choice.verb not in _WITH_QUESTION and choice.question:
        return False
    if choice.verb in _WITH_QUESTION and choice.verb not in _ARGUMENTS:
        return True  # it names an option or a place: who reads it knows which ones there are
    return choice.argument in ("", FROM_MENU, *_ARGUMENTS.get(choice.verb, ()))


def _stale(exchange: Exchange) -> Turn:
    """A choice of an earlier screen changes nothing; where the person is, is shown again."""
    lead = exchange.text("choice_stale_form")
    if exchange.cursor is not None:
        return interview.ask_again(exchange, lead)
    dossier = menu.focus(exchange)
    if dossier is not None:
        return show_summary(exchange, dossier, lead)
    return exchange.turn(exchange.say("choice_stale"))


def doubted_question(exchange: Exchange) -> str | None:
    """Return the text that the person has just said to be a question, not an answer; None when they have not."""
    cursor = exchange.cursor
    picked = read_choice(exchange)
    if cursor is None or cursor.doubted is None or not isinstance(picked, Picked):
        return None
    choice = read_dossier_choice(picked.choice)
    is_question = choice is not None and (choice.verb, choice.argument) == ("t", "question")
    return cursor.doubted if is_question else None


def _for_question(exchange: Exchange, _: Dossier, choice: DossierChoice) -> Turn | None:
    return interview.pick_for_question(exchange, choice)


#: What is done on a yes to a question of its own, and destroys, gives away or takes back.
_CONFIRMED = frozenset({"del", "wd", "tr", "inv", "rm"})

_Act = Callable[[Exchange, Dossier, DossierChoice], Turn | None]

#: What each choice does, by its verb; those of a question are told apart in `interview`.
_VERBS: Mapping[str, _Act] = {
    **dict.fromkeys(("o", "p", "k", "t", "f", "s", "g"), _for_question),
    "r": lambda exchange, dossier, _: menu.resume(exchange, dossier),
    "m": lambda exchange, dossier, _: show_summary(exchange, dossier),
    "l": lambda exchange, _, __: menu.leave_for_later(exchange),
    "x": lambda exchange, dossier, _: menu.choose_question(exchange, dossier),
    "e": lambda exchange, dossier, choice: menu.change_answer(exchange, dossier, choice.question),
    "w": lambda exchange, dossier, choice: sending.change_wave(exchange, dossier, choice.question),
    "send": lambda exchange, dossier, _: sending.send(exchange, dossier),
    "pdf": lambda exchange, dossier, _: exchange.turn(copy_of(exchange, dossier)),
    "hist": lambda exchange, dossier, _: _history(exchange, dossier),
    "att": lambda exchange, dossier, _: attachments.attach_waiting(exchange, dossier),
    "docs": lambda exchange, dossier, _: documents.list_documents(exchange, dossier),
    "rm": lambda exchange, dossier, choice: documents.remove_document(
        exchange, dossier, choice.question, choice.argument
    ),
    "more": lambda exchange, dossier, _: rights.more(exchange, dossier),
    "back": lambda exchange, dossier, _: rights.take_back(exchange, dossier),
    "del": lambda exchange, dossier, choice: rights.delete(exchange, dossier, choice.argument),
    "wd": lambda exchange, dossier, choice: rights.withdraw(exchange, dossier, choice.argument),
    "tr": lambda exchange, dossier, choice: rights.share(exchange, dossier, AccessKind.TRANSFER, choice.argument),
    "inv": lambda exchange, dossier, choice: rights.share(exchange, dossier, AccessKind.INVITE, choice.argument),
}


#: The verbs that are about a question or a document, whose third part names it.
_WITH_QUESTION = frozenset({"o", "p", "k", "t", "f", "s", "g", "e", "w", "rm"})
_YES_OR_NO = frozenset({"yes", "no"})
#: What the fourth part of a choice may be; of the others, nothing or the mark of a menu.
_ARGUMENTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("c", "k", "rm", "del", "wd", "tr", "inv"), _YES_OR_NO),
    "t": frozenset({"answer", "question"}),
}


def _history(exchange: Exchange, dossier: Dossier) -> Turn:
    turn = show_summary(exchange, dossier)
    return Turn(turn.state, (history(exchange, dossier),))


# --- words


def _command(exchange: Exchange, command: Command) -> Turn | None:
    """Do what a word means in or about a dossier; None: it has nothing to do with one."""
    if exchange.cursor is not None and (in_form := _IN_FORM.get(command)) is not None:
        turn = in_form(exchange)
        if turn is not None:
            return turn
    about = _ABOUT_DOSSIER.get(command)
    if about is not None:
        dossier = menu.focus(exchange)
        if dossier is not None:
            return about(exchange, dossier)
        is_typed = not exchange.incoming.text.strip().startswith("/")
        if command is Command.DOCUMENTS and is_typed and not exchange.context.dossiers:
            return None  # without a dossier, « pièces jointes » asks which ones there are to be
        return menu.show_dossiers(exchange) if exchange.context.dossiers else exchange.turn(exchange.say("no_dossier"))
    return _elsewhere(exchange, command)


def _elsewhere(exchange: Exchange, command: Command) -> Turn | None:
    match command:
        case Command.DOSSIER:
            turn = menu.show_dossiers(exchange)
            notes = [exchange.say("dossier_unreadable", reference=each) for each in sorted(exchange.context.unreadable)]
            return Turn(turn.state, (*notes, *turn.replies), turn.effects)
        case Command.LATER:
            return menu.leave_for_later(exchange)
        case Command.RESUME if exchange.state.cursor is not None and (dossier := menu.focus(exchange)) is not None:
            return menu.resume(exchange, dossier)
        case Command.RESUME if exchange.incoming.text.strip()[:1] != "/" and exchange.context.dossiers:
            return menu.start(exchange)
        case Command.BACK | Command.SKIP | Command.KEEP:
            return exchange.turn(exchange.say("nothing_in_hand"))
    return None


def _help(exchange: Exchange) -> Turn | None:
    return interview.help_with_question(exchange) if interview.current(exchange) else None


def _cancel(exchange: Exchange) -> Turn | None:
    """Undo what waits for a yes; else ask what is to become of the dossier."""
    cursor = exchange.cursor
    assert cursor is not None
    dossier = exchange.context.dossier(cursor.dossier)
    assert dossier is not None
    if cursor.doubted is not None or cursor.ticked or (cursor.pending and _is_confirming(exchange)):
        changed = cursor.model_copy(update={"doubted": None, "ticked": (), "pending": None})
        return interview.ask_again(exchange.with_state(cursor=changed))
    choices = [
        dossier_choice(dossier.reference, "r", label=exchange.text("do_continue")),
        dossier_choice(dossier.reference, "l", label=exchange.text("do_later")),
    ]
    if dossier.status is Status.DRAFT:
        choices.append(dossier_choice(dossier.reference, "del", label=exchange.text("do_delete")))
    return exchange.turn(exchange.say("cancel_form", *choices))


def _is_confirming(exchange: Exchange) -> bool:
    found = interview.current(exchange)
    return found is not None and found[1].type is not FieldType.PROGRAMMES


def _no(exchange: Exchange) -> Turn | None:
    """« Non », « aucun » pass over what is optional and is not answered by yes or no."""
    found = interview.current(exchange)
    if found is None or found[1].required or found[1].type is FieldType.YES_NO or found[2].pending:
        return None
    return interview.skip(exchange)


def _yes(exchange: Exchange) -> Turn | None:
    """« Oui » is not one of several places: they are shown again."""
    offered = tuple(choice.as_choice() for choice in exchange.state.offered)
    found = [read_dossier_choice(choice.id) for choice in offered]
    if not any(choice is not None and choice.verb == "p" for choice in found):
        return None
    return exchange.turn(exchange.say("place_which", *offered))


def _summary(exchange: Exchange) -> Turn:
    cursor = exchange.cursor
    assert cursor is not None
    dossier = exchange.context.dossier(cursor.dossier)
    assert dossier is not None
    return show_summary(exchange, dossier)


#: What the words mean while a dossier is being filled.
_IN_FORM: Mapping[Command, Callable[[Exchange], Turn | None]] = {
    Command.HELP: _help,
    Command.BACK: interview.back,
    Command.SKIP: interview.skip,
    Command.KEEP: interview.keep_as_it_is,
    Command.DONE: interview.done,
    Command.CANCEL: _cancel,
    Command.SUMMARY: _summary,
    Command.RESUME: interview.resume_at_summary,
    Command.NO: _no,
    Command.YES: _yes,
}


def _send(exchange: Exchange, dossier: Dossier) -> Turn:
    """From the summary, send; from anywhere else, show first what would be sent."""
    cursor = exchange.cursor
    is_on_show = cursor is not None and cursor.dossier == dossier.reference and cursor.question is None
    is_ready = not missing_questions(exchange.form, dossier)
    if is_on_show or not is_ready or dossier.status is not Status.DRAFT:
        return sending.send(exchange, dossier)
    return show_summary(exchange, dossier, exchange.text("send_read_first"))


#: What the words do to the dossier in hand, or to the only one.
_ABOUT_DOSSIER: Mapping[Command, Callable[[Exchange, Dossier], Turn]] = {
    Command.SUMMARY: show_summary,
    Command.CHANGE: menu.choose_question,
    Command.SEND: _send,
    Command.HISTORY: _history,
    Command.COPY: lambda exchange, dossier: exchange.turn(copy_of(exchange, dossier)),
    Command.DOCUMENTS: documents.list_documents,
    Command.DELETE: lambda exchange, dossier: rights.delete(exchange, dossier, ""),
    Command.WITHDRAW: lambda exchange, dossier: rights.withdraw(exchange, dossier, ""),
    Command.TRANSFER: lambda exchange, dossier: rights.share(exchange, dossier, AccessKind.TRANSFER, ""),
    Command.INVITE: lambda exchange, dossier: rights.share(exchange, dossier, AccessKind.INVITE, ""),
}

#: Articles before the name of an answer: « modifier le courriel ».
_ARTICLES = ("le ", "la ", "les ", "l'", "mon ", "ma ", "mes ", "notre ", "nos ", "son ", "sa ")


def _change(exchange: Exchange, wanted: str) -> Turn | None:
    dossier = menu.focus(exchange)
    if dossier is None:
        return None
    for article in _ARTICLES:
        wanted = wanted.removeprefix(article)
    for question in visible_questions(exchange.form, dossier):
        if fold(question.label).startswith(wanted) or question.id == wanted:
            return menu.change_answer(exchange, dossier, question.id)
    return None


def _by_reference(exchange: Exchange, reference: str) -> Turn:
    dossier = exchange.context.dossier(reference)
    if dossier is None:
        return _without(exchange, reference) or exchange.turn(exchange.say("reference_unknown", reference=reference))
    return show_summary(exchange, dossier)
