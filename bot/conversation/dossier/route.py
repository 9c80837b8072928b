"""The route of a message that concerns a dossier: its choices, its words, its answers. What they do is next door."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.conversation.answers.verdicts import PREFIX as TOWN_PREFIX
from bot.conversation.dossier import attachments, documents, menu, rights, sending, unasked
from bot.conversation.dossier.changing import IN_WORDS, change_in_words
from bot.conversation.form import interview
from bot.conversation.form import prompts as form_prompts
from bot.conversation.form.asking import current
from bot.conversation.form.summary import copy_of, history, show_summary
from bot.conversation.form.words import IN_FORM
from bot.conversation.reading.codes import read_code, read_reference
from bot.conversation.reading.commands import Command, read_argument
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
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import missing_questions, visible_questions
from knowledge.language.text import fold


def dossier_route(visit: Visit) -> Turn | None:
    """Take the message if it concerns a dossier."""
    if visit.library.call.form is None:
        return None
    words = visit.library.call.commands
    picked = read_choice(visit)
    if isinstance(picked, Picked):
        return _pick(visit, picked.choice) if is_form_choice(picked.choice) else None
    if _wants_nothing_offered(visit):
        return interview.ask_again(visit, visit.text("unchanged"))
    text = visit.incoming.text
    command = hear(visit).command or _wish(visit)
    if command is not None and (turn := _command(visit, command)) is not None:
        return turn
    if read_code(text):
        return rights.use_code(visit)
    if reference := read_reference(text):
        return _by_reference(visit, reference)
    wanted = read_argument(text, words.get(Command.CHANGE, ()))
    if wanted and (turn := _change(visit, wanted)) is not None:
        return turn
    if (turn := change_in_words(visit)) is not None:
        return turn
    if (unshown := _to_be_shown_first(visit)) is not None:
        return show_summary(visit, unshown, visit.text("send_read_first"))
    if _asks_to_send(visit) and (turn := _command(visit, Command.SEND)) is not None:
        return turn
    is_order = hear(visit).command is not None and text.lstrip().startswith("/")  # « /nouveau » answers nothing
    if visit.dossier_in_hand is not None and not is_order and (turn := interview.answer(visit)) is not None:
        return turn
    return unasked.answer_to_a_request(visit) or unasked.answer_at_summary(visit)


def _wants_nothing_offered(visit: Visit) -> bool:
    """« Non », « rien », to « Que souhaitez-vous faire ? » amid the questions: none of them is answered by it."""
    heard, offered = hear(visit), [read_form_choice(each.id) for each in visit.state.offered]
    is_menu = bool(offered) and all(each is not None and each.verb in _OF_A_MENU for each in offered)
    return is_menu and (heard.is_no or heard.is_nothing) and current(visit) is not None


#: What is offered where somebody wants to break off in the midst of the questions.
_OF_A_MENU = frozenset({Verb.RESUME, Verb.LATER, Verb.DELETE})


# --- choices


def _pick(visit: Visit, choice_id: str) -> Turn | None:
    choice = read_form_choice(choice_id)
    if choice is None or not _is_whole(choice):
        return _stale(visit)
    match choice.verb:
        case Verb.CONSENT:
            return menu.consent(visit, choice.argument, choice_id)
        case Verb.START_ANOTHER:
            return menu.start_new(visit)
        case Verb.KEEP_NO_DOCUMENT:
            return attachments.drop_waiting(visit) if visit.state.documents else _stale(visit)
    dossier = visit.context.dossier(choice.reference)
    if dossier is None:
        return _without(visit, choice.reference) or visit.turn(visit.say("dossier_gone"))
    if all(each.id != choice_id for each in visit.state.offered):
        if choice.verb is Verb.SEND:
            return _send(visit.with_state(cursor=None), dossier)
        if choice.verb in CONFIRMED and choice.argument == YES:
            choice = replace(choice, argument="")  # a yes to an older screen: it is asked anew
    act = _VERBS.get(choice.verb)
    turn = act(visit, dossier, choice) if act else None
    return turn or _stale(visit)


def _without(visit: Visit, reference: str) -> Turn | None:
    """Say of a dossier of theirs that it cannot be read; None for another."""
    if reference not in visit.context.unreadable:
        return None
    return visit.turn(visit.say("dossier_unreadable", reference=reference))


def _is_whole(choice: FormChoice) -> bool:
    """Whether its parts are such as we give: what was cut or changed on its way does nothing."""
    if choice.verb not in WITH_QUESTION and choice.question:
        return False
    if choice.verb in WITH_QUESTION and choice.verb not in _ARGUMENTS:
        return True  # it names an option or a place: who reads it knows which ones there are
    return choice.argument in ("", FROM_MENU, *_ARGUMENTS.get(choice.verb, ()))


def _stale(visit: Visit) -> Turn:
    """A choice of an earlier screen changes nothing; where the person is, is shown again."""
    lead = visit.text("choice_stale_form")
    if visit.cursor is not None:
        return interview.ask_again(visit, lead)
    dossier = menu.focus(visit)
    if dossier is not None:
        return show_summary(visit, dossier, lead)
    return visit.turn(visit.say("choice_stale"))


def _for_question(visit: Visit, _: Dossier, choice: FormChoice) -> Turn | None:
    return interview.pick_for_question(visit, choice)


_Act = Callable[[Visit, Dossier, FormChoice], Turn | None]

#: What each choice does, by its verb; those of a question are told apart in `interview`.
_VERBS: Mapping[Verb, _Act] = {
    **dict.fromkeys(ANSWERING, _for_question),
    Verb.RESUME: lambda visit, dossier, _: menu.resume(visit, dossier),
    Verb.SUMMARY: lambda visit, dossier, _: show_summary(visit, dossier),
    Verb.LATER: lambda visit, _, __: menu.leave_for_later(visit),
    Verb.CHOOSE_ANSWER: lambda visit, dossier, _: menu.choose_question(visit, dossier),
    Verb.CHANGE_ANSWER: lambda visit, dossier, choice: menu.change_answer(visit, dossier, choice.question),
    Verb.CHANGE_WAVE: lambda visit, dossier, choice: sending.change_wave(visit, dossier, choice.question),
    Verb.SEND: lambda visit, dossier, _: sending.send(visit, dossier),
    Verb.COPY: lambda visit, dossier, _: visit.turn(copy_of(visit, dossier)),
    Verb.HISTORY: lambda visit, dossier, _: _history(visit, dossier),
    Verb.ATTACH: lambda visit, dossier, _: attachments.attach_waiting(visit, dossier),
    Verb.DOCUMENTS: lambda visit, dossier, _: documents.list_documents(visit, dossier),
    Verb.REMOVE_DOCUMENT: lambda visit, dossier, choice: documents.remove_document(
        visit, dossier, choice.question, choice.argument
    ),
    Verb.MORE: lambda visit, dossier, _: rights.more(visit, dossier),
    Verb.TAKE_BACK: lambda visit, dossier, _: rights.take_back(visit, dossier),
    Verb.DELETE: lambda visit, dossier, choice: rights.delete(visit, dossier, choice.argument),
    Verb.WITHDRAW: lambda visit, dossier, choice: rights.withdraw(visit, dossier, choice.argument),
    Verb.TRANSFER: lambda visit, dossier, choice: rights.share(visit, dossier, AccessKind.TRANSFER, choice.argument),
    Verb.INVITE: lambda visit, dossier, choice: rights.share(visit, dossier, AccessKind.INVITE, choice.argument),
}


#: What the fourth part of a choice may be; of the others, nothing or the mark of a menu.
_ARGUMENTS: Mapping[Verb, frozenset[str]] = {
    **dict.fromkeys((Verb.CONSENT, Verb.CONFIRM, *CONFIRMED), frozenset({YES, NO})),
    Verb.SETTLE_DOUBT: frozenset({form_prompts.ANSWER, form_prompts.QUESTION}),
}


def _history(visit: Visit, dossier: Dossier) -> Turn:
    turn = show_summary(visit, dossier)
    return Turn(turn.state, (history(visit, dossier),))


# --- words


def _command(visit: Visit, command: Command) -> Turn | None:
    """Do what a word means in or about a dossier; None: it has nothing to do with one."""
    if visit.dossier_in_hand is not None and (in_form := _IN_DOSSIER.get(command)) is not None:
        turn = in_form(visit)
        if turn is not None:
            return turn
    about = _ABOUT_DOSSIER.get(command)
    if about is not None:
        dossier = menu.focus(visit)
        if dossier is not None:
            return about(visit, dossier)
        is_typed = not visit.incoming.text.strip().startswith("/")
        if command is Command.DOCUMENTS and is_typed and not visit.context.dossiers:
            return None  # without a dossier, « pièces jointes » asks which ones there are to be
        return menu.show_dossiers(visit) if visit.context.dossiers else visit.turn(visit.say("no_dossier"))
    return _elsewhere(visit, command)


def _elsewhere(visit: Visit, command: Command) -> Turn | None:
    match command:
        case Command.DOSSIER:
            turn = menu.show_dossiers(visit)
            notes = [visit.say("dossier_unreadable", reference=each) for each in sorted(visit.context.unreadable)]
            return Turn(turn.state, (*notes, *turn.replies), turn.effects)
        case Command.LATER:
            return menu.leave_for_later(visit)
        case Command.RESUME if visit.dossier_cursor is not None and (dossier := menu.focus(visit)) is not None:
            return menu.resume(visit, dossier)
        case Command.RESUME if visit.incoming.text.strip()[:1] != "/" and visit.context.dossiers:
            return menu.start(visit)
        case Command.BACK | Command.SKIP | Command.KEEP:
            return visit.turn(visit.say("nothing_in_hand"))
    return None


def _cancel(visit: Visit) -> Turn | None:
    """Undo what waits for a yes; else ask what is to become of the dossier."""
    dossier, asked = visit.dossier_in_hand, current(visit)
    assert dossier is not None
    if asked is not None and (asked.cursor.doubted or asked.cursor.ticked or interview.is_confirming(asked)):
        return interview.put(asked.at(asked_at=visit.now, doubted=None, ticked=(), is_corrected=False, pending=None))
    choices = [
        form_choice(dossier.reference, Verb.RESUME, label=visit.text("do_continue")),
        form_choice(dossier.reference, Verb.LATER, label=visit.text("do_later")),
    ]
    if dossier.status is Status.DRAFT:
        choices.append(form_choice(dossier.reference, Verb.DELETE, label=visit.text("do_delete")))
    return visit.turn(visit.say("cancel_form", *choices))


def _summary(visit: Visit) -> Turn | None:
    dossier = visit.dossier_in_hand
    return show_summary(visit, dossier) if dossier else None


#: What the words mean while a dossier is being filled.
_IN_DOSSIER: Mapping[Command, Callable[[Visit], Turn | None]] = {
    **IN_FORM,
    Command.CANCEL: _cancel,
    Command.SUMMARY: _summary,
    Command.RESUME: unasked.resume_at_summary,
}


def _send(visit: Visit, dossier: Dossier) -> Turn:
    """From the summary, send; from anywhere else, show first what would be sent."""
    cursor = visit.cursor
    is_on_show = cursor is not None and cursor.sheet == dossier.reference and cursor.question is None
    is_ready = not missing_questions(visit.form, dossier)
    if is_on_show or not is_ready or dossier.status is not Status.DRAFT:
        return sending.send(visit, dossier)
    return show_summary(visit, dossier, visit.text("send_read_first"))


def _give_up(visit: Visit, dossier: Dossier) -> Turn:
    """A draft is deleted, what was sent is withdrawn; each on a yes."""
    return rights.delete(visit, dossier, "") if dossier.status is Status.DRAFT else rights.withdraw(visit, dossier, "")


def _add_document(visit: Visit, dossier: Dossier) -> Turn:
    return documents.list_documents(visit, dossier, visit.text("document_send"))


#: What the words do to the dossier in hand, or to the only one.
_ABOUT_DOSSIER: Mapping[Command, Callable[[Visit, Dossier], Turn]] = {
    Command.SUMMARY: show_summary,
    Command.CHANGE: menu.choose_question,
    Command.SEND: _send,
    Command.HISTORY: _history,
    Command.COPY: lambda visit, dossier: visit.turn(copy_of(visit, dossier)),
    Command.DOCUMENTS: documents.list_documents,
    Command.DELETE: lambda visit, dossier: rights.delete(visit, dossier, ""),
    Command.WITHDRAW: lambda visit, dossier: rights.withdraw(visit, dossier, ""),
    Command.TRANSFER: lambda visit, dossier: rights.share(visit, dossier, AccessKind.TRANSFER, ""),
    Command.INVITE: lambda visit, dossier: rights.share(visit, dossier, AccessKind.INVITE, ""),
    Command.PROGRESS: lambda visit, dossier: menu.tell_progress(visit, dossier),
    Command.GIVE_UP: _give_up,
    Command.ADD_DOCUMENT: _add_document,
}

#: Articles before the name of an answer: « modifier le courriel ».
_ARTICLES = ("le ", "la ", "les ", "l'", "mon ", "ma ", "mes ", "notre ", "nos ", "son ", "sa ")


def _change(visit: Visit, wanted: str) -> Turn | None:
    dossier = menu.focus(visit)
    if dossier is None:
        return None
    for article in _ARTICLES:
        wanted = wanted.removeprefix(article)
    for question in visible_questions(visit.form, dossier):
        if fold(question.label).startswith(wanted) or question.id == wanted:
            return menu.change_answer(visit, dossier, question.id)
    return None


def _wish(visit: Visit) -> Command | None:
    """Return what is wished for in a sentence, where there is a dossier that it may be about."""
    wish = hear(visit).wish if visit.context.dossiers else None
    if wish is None and _asks_what_comes(visit):
        return Command.PROGRESS
    if wish is Command.CANCEL and _sent_last(visit):  # « annulez l'envoi » of what was sent withdraws it, on a yes
        return Command.GIVE_UP
    return None if wish in (Command.ERASE, Command.MY_DATA) else wish


def _asks_what_comes(visit: Visit) -> bool:
    """« Et maintenant ? », once a dossier is sent, and no town was told since."""
    is_of_town = (visit.state.last_told or "").startswith(TOWN_PREFIX)
    if is_of_town or not visit.context.dossiers or not _sent_last(visit):
        return False
    return hear(visit).asks_what_comes


def _sent_last(visit: Visit) -> bool:
    """Whether the dossier at hand was sent, and nothing else was since."""
    dossier = menu.focus(visit) if visit.state.passed_on is None else None
    return dossier is not None and dossier.status is not Status.DRAFT


def _asks_to_send(visit: Visit) -> bool:
    """« C'est tout bon, envoyez », said where the whole is on show and can be sent; or in the midst of questions."""
    waiting = current(visit)
    if waiting is not None and visit.dossier_in_hand is not None:
        lists = hear(visit).call.hearing
        return waiting.question.type not in IN_WORDS and hear(visit).says_only(lists.sending, lists.agreeing)
    dossier = unasked.dossier_on_show(visit)
    if dossier is None or not hear(visit).passes_on:
        return False
    send = form_choice(dossier.reference, Verb.SEND, label="").id
    return any(each.id == send for each in visit.state.offered)


def _to_be_shown_first(visit: Visit) -> Dossier | None:
    """« Envoyez », where nothing is on show any more: return the draft at hand, whose whole is shown first."""
    dossier = unasked.dossier_on_show(visit)
    is_asked = dossier is not None and not visit.state.offered and hear(visit).passes_on
    return dossier if is_asked and dossier is not None and dossier.status is Status.DRAFT else None


def _by_reference(visit: Visit, reference: str) -> Turn:
    dossier = visit.context.dossier(reference)
    if dossier is None:
        return _without(visit, reference) or visit.turn(visit.say("reference_unknown", reference=reference))
    return show_summary(visit, dossier)
