"""The route of a message that concerns a dossier: its choices, its words, its answers. What they do is next door."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.conversation.dossier import attachments, documents, menu, rights, sending, unasked
from bot.conversation.fields.choosing import choose
from bot.conversation.form import interview
from bot.conversation.form import prompts as form_prompts
from bot.conversation.form.asking import current
from bot.conversation.form.summary import copy_of, history, show_summary
from bot.conversation.form.words import IN_FORM
from bot.conversation.reading.codes import read_code, read_reference
from bot.conversation.reading.commands import Command, read_argument, read_command
from bot.conversation.reading.heard import hear
from bot.conversation.reading.picking import Picked, read_choice
from bot.conversation.talk.choice_ids import (
    ANSWERING,
    CONFIRMED,
    FROM_MENU,
    NO,
    WITH_QUESTION,
    YES,
    FormChoice,
    Verb,
    form_choice,
    is_form_choice,
    read_form_choice,
)
from bot.conversation.talk.context import AccessKind
from bot.conversation.talk.exchange import Exchange, Turn
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import missing_questions, visible_questions
from knowledge.call.form import Option
from knowledge.hearing.phrases import phrases
from knowledge.language.text import fold


def dossier_route(exchange: Exchange) -> Turn | None:
    """Take the message if it concerns a dossier."""
    if exchange.library.call.form is None:
        return None
    words = exchange.library.call.commands
    picked = read_choice(exchange)
    if isinstance(picked, Picked):
        return _pick(exchange, picked.choice) if is_form_choice(picked.choice) else None
    text = exchange.incoming.text
    command = read_command(text, words) or _wish(exchange)
    if command is not None and (turn := _command(exchange, command)) is not None:
        return turn
    if read_code(text):
        return rights.use_code(exchange)
    if reference := read_reference(text):
        return _by_reference(exchange, reference)
    wanted = read_argument(text, words.get(Command.CHANGE, ()))
    if wanted and (turn := _change(exchange, wanted)) is not None:
        return turn
    if (turn := _change_in_words(exchange)) is not None:
        return turn
    if exchange.dossier_in_hand is not None and (turn := interview.answer(exchange)) is not None:
        return turn
    return unasked.answer_to_a_request(exchange) or unasked.answer_at_summary(exchange)


# --- choices


def _pick(exchange: Exchange, choice_id: str) -> Turn | None:
    choice = read_form_choice(choice_id)
    if choice is None or not _is_whole(choice):
        return _stale(exchange)
    match choice.verb:
        case Verb.CONSENT:
            return menu.consent(exchange, choice.argument, choice_id)
        case Verb.START_ANOTHER:
            return menu.start_new(exchange)
        case Verb.KEEP_NO_DOCUMENT:
            return attachments.drop_waiting(exchange) if exchange.state.documents else _stale(exchange)
    dossier = exchange.context.dossier(choice.reference)
    if dossier is None:
        return _without(exchange, choice.reference) or exchange.turn(exchange.say("dossier_gone"))
    if all(each.id != choice_id for each in exchange.state.offered):
        if choice.verb is Verb.SEND:
            return _send(exchange.with_state(cursor=None), dossier)
        if choice.verb in CONFIRMED and choice.argument == YES:
            choice = replace(choice, argument="")  # a yes to an older screen: it is asked anew
    act = _VERBS.get(choice.verb)
    turn = act(exchange, dossier, choice) if act else None
    return turn or _stale(exchange)


def _without(exchange: Exchange, reference: str) -> Turn | None:
    """Say of a dossier of theirs that it cannot be read; None for another."""
    if reference not in exchange.context.unreadable:
        return None
    return exchange.turn(exchange.say("dossier_unreadable", reference=reference))


def _is_whole(choice: FormChoice) -> bool:
    """Whether its parts are such as we give: what was cut or changed on its way does nothing."""
    if choice.verb not in WITH_QUESTION and choice.question:
        return False
    if choice.verb in WITH_QUESTION and choice.verb not in _ARGUMENTS:
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


def _for_question(exchange: Exchange, _: Dossier, choice: FormChoice) -> Turn | None:
    return interview.pick_for_question(exchange, choice)


_Act = Callable[[Exchange, Dossier, FormChoice], Turn | None]

#: What each choice does, by its verb; those of a question are told apart in `interview`.
_VERBS: Mapping[Verb, _Act] = {
    **dict.fromkeys(ANSWERING, _for_question),
    Verb.RESUME: lambda exchange, dossier, _: menu.resume(exchange, dossier),
    Verb.SUMMARY: lambda exchange, dossier, _: show_summary(exchange, dossier),
    Verb.LATER: lambda exchange, _, __: menu.leave_for_later(exchange),
    Verb.CHOOSE_ANSWER: lambda exchange, dossier, _: menu.choose_question(exchange, dossier),
    Verb.CHANGE_ANSWER: lambda exchange, dossier, choice: menu.change_answer(exchange, dossier, choice.question),
    Verb.CHANGE_WAVE: lambda exchange, dossier, choice: sending.change_wave(exchange, dossier, choice.question),
    Verb.SEND: lambda exchange, dossier, _: sending.send(exchange, dossier),
    Verb.COPY: lambda exchange, dossier, _: exchange.turn(copy_of(exchange, dossier)),
    Verb.HISTORY: lambda exchange, dossier, _: _history(exchange, dossier),
    Verb.ATTACH: lambda exchange, dossier, _: attachments.attach_waiting(exchange, dossier),
    Verb.DOCUMENTS: lambda exchange, dossier, _: documents.list_documents(exchange, dossier),
    Verb.REMOVE_DOCUMENT: lambda exchange, dossier, choice: documents.remove_document(
        exchange, dossier, choice.question, choice.argument
    ),
    Verb.MORE: lambda exchange, dossier, _: rights.more(exchange, dossier),
    Verb.TAKE_BACK: lambda exchange, dossier, _: rights.take_back(exchange, dossier),
    Verb.DELETE: lambda exchange, dossier, choice: rights.delete(exchange, dossier, choice.argument),
    Verb.WITHDRAW: lambda exchange, dossier, choice: rights.withdraw(exchange, dossier, choice.argument),
    Verb.TRANSFER: lambda exchange, dossier, choice: rights.share(
        exchange, dossier, AccessKind.TRANSFER, choice.argument
    ),
    Verb.INVITE: lambda exchange, dossier, choice: rights.share(exchange, dossier, AccessKind.INVITE, choice.argument),
}


#: What the fourth part of a choice may be; of the others, nothing or the mark of a menu.
_ARGUMENTS: Mapping[Verb, frozenset[str]] = {
    **dict.fromkeys((Verb.CONSENT, Verb.CONFIRM, *CONFIRMED), frozenset({YES, NO})),
    Verb.SETTLE_DOUBT: frozenset({form_prompts.ANSWER, form_prompts.QUESTION}),
}


def _history(exchange: Exchange, dossier: Dossier) -> Turn:
    turn = show_summary(exchange, dossier)
    return Turn(turn.state, (history(exchange, dossier),))


# --- words


def _command(exchange: Exchange, command: Command) -> Turn | None:
    """Do what a word means in or about a dossier; None: it has nothing to do with one."""
    if exchange.dossier_in_hand is not None and (in_form := _IN_DOSSIER.get(command)) is not None:
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
        case Command.RESUME if exchange.dossier_cursor is not None and (dossier := menu.focus(exchange)) is not None:
            return menu.resume(exchange, dossier)
        case Command.RESUME if exchange.incoming.text.strip()[:1] != "/" and exchange.context.dossiers:
            return menu.start(exchange)
        case Command.BACK | Command.SKIP | Command.KEEP:
            return exchange.turn(exchange.say("nothing_in_hand"))
    return None


def _cancel(exchange: Exchange) -> Turn | None:
    """Undo what waits for a yes; else ask what is to become of the dossier."""
    dossier, asked = exchange.dossier_in_hand, current(exchange)
    assert dossier is not None
    if asked is not None and (asked.cursor.doubted or asked.cursor.ticked or interview.is_confirming(asked)):
        return interview.put(asked.at(asked_at=exchange.now, doubted=None, ticked=(), pending=None))
    choices = [
        form_choice(dossier.reference, Verb.RESUME, label=exchange.text("do_continue")),
        form_choice(dossier.reference, Verb.LATER, label=exchange.text("do_later")),
    ]
    if dossier.status is Status.DRAFT:
        choices.append(form_choice(dossier.reference, Verb.DELETE, label=exchange.text("do_delete")))
    return exchange.turn(exchange.say("cancel_form", *choices))


def _summary(exchange: Exchange) -> Turn | None:
    dossier = exchange.dossier_in_hand
    return show_summary(exchange, dossier) if dossier else None


#: What the words mean while a dossier is being filled.
_IN_DOSSIER: Mapping[Command, Callable[[Exchange], Turn | None]] = {
    **IN_FORM,
    Command.CANCEL: _cancel,
    Command.SUMMARY: _summary,
    Command.RESUME: unasked.resume_at_summary,
}


def _send(exchange: Exchange, dossier: Dossier) -> Turn:
    """From the summary, send; from anywhere else, show first what would be sent."""
    cursor = exchange.cursor
    is_on_show = cursor is not None and cursor.sheet == dossier.reference and cursor.question is None
    is_ready = not missing_questions(exchange.form, dossier)
    if is_on_show or not is_ready or dossier.status is not Status.DRAFT:
        return sending.send(exchange, dossier)
    return show_summary(exchange, dossier, exchange.text("send_read_first"))


def _give_up(exchange: Exchange, dossier: Dossier) -> Turn:
    """A draft is deleted, what was sent is withdrawn; each on a yes."""
    return (
        rights.delete(exchange, dossier, "")
        if dossier.status is Status.DRAFT
        else rights.withdraw(exchange, dossier, "")
    )


def _add_document(exchange: Exchange, dossier: Dossier) -> Turn:
    return documents.list_documents(exchange, dossier, exchange.text("document_send"))


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
    Command.PROGRESS: lambda exchange, dossier: menu.tell_progress(exchange, dossier),
    Command.GIVE_UP: _give_up,
    Command.ADD_DOCUMENT: _add_document,
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


def _wish(exchange: Exchange) -> Command | None:
    """Return what is wished for in a sentence, where there is a dossier that it may be about."""
    wish = hear(exchange).wish if exchange.context.dossiers else None
    return None if wish in (Command.ERASE, Command.MY_DATA) else wish


def _change_in_words(exchange: Exchange) -> Turn | None:
    """« Je me suis trompé dans le téléphone »: the answer that is named is asked again; none, or several: which."""
    dossier, heard = menu.focus(exchange), hear(exchange)
    if dossier is None or not heard.asks_to_change or heard.command is not None:
        return None
    questions = visible_questions(exchange.form, dossier)
    named = choose(
        heard, [Option.model_construct(id=each.id, label=each.label, words=each.words) for each in questions]
    )
    if len(named.options) == 1:
        return menu.change_answer(exchange, dossier, named.options[0].id)
    is_short = len(heard.meaning(phrases(heard.call.hearing.changing))) <= 1
    return menu.choose_question(exchange, dossier) if named.options or is_short else None


def _by_reference(exchange: Exchange, reference: str) -> Turn:
    dossier = exchange.context.dossier(reference)
    if dossier is None:
        return _without(exchange, reference) or exchange.turn(exchange.say("reference_unknown", reference=reference))
    return show_summary(exchange, dossier)
