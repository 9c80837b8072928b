"""A question to the assistant: its answer with what is offered below it, choices, or an honest none."""

from dataclasses import replace

from bot.conversation.answers import answers, opinions
from bot.conversation.answers.in_context import asked_as, in_context
from bot.conversation.answers.town import about_a_town, places_named
from bot.conversation.dossier.menu import start, tell_progress
from bot.conversation.form.interview import is_waiting
from bot.conversation.privacy import route as privacy
from bot.conversation.reading.heard import hear
from bot.conversation.reading.masking import masked
from bot.conversation.reading.naming import code_of
from bot.conversation.reminders import closing_days, reminders
from bot.conversation.short_forms.route import offer as offer_short_form
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.effects import CountAnswer, Effect, LogPick, LogQuestion, Tally
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.team import settled, waiting_for_team
from bot.conversation.values.moves import Status
from knowledge.call.model import Action, Entry
from knowledge.hearing.phrases import phrases
from knowledge.matching.matcher import Outcome

#: What is begun, as people call it: « déposer une candidature » asks how, rather.
_DOSSIER = "dossier"


def answer_question(visit: Visit) -> Turn:
    question = visit.incoming.text
    same = asked_as(visit)
    answer = in_context(visit, answers.find_answer(same or question, visit.library))
    if (begun := _bare(visit, answer) or _begin(visit)) is not None:
        return begun
    turn = about_a_town(visit, answer) if same is None else None
    if turn is not None:
        turn = with_notice(visit, turn)
        return _with_effects(turn, _given(visit, answer.best.entry)) if answer.best else turn
    if (turn := _need(visit)) is not None:
        return turn
    if answer.outcome is Outcome.ANSWER and answer.best is not None:
        return answer_with(visit, answer.best.entry, question=question, other=answer.other)
    if (turn := _no_with_more(visit)) is not None:
        return turn
    guesses = tuple(each.entry.id for each in answer.candidates)
    waiting = waiting_for_team(visit.state, question, guesses)
    is_unsure = answer.outcome is Outcome.CHOICES
    if is_unsure:
        reply = answers.reply_with_choices(answer, visit.library, visit.now)
    else:
        reply = answers.reply_without_answer(question.strip(), visit.library, visit.now)
    turn = noticed(visit, waiting, reply)
    if hear(visit).command:  # « oui », to nothing: no question
        return turn
    return _with_effects(turn, LogQuestion(masked(question), guesses, is_unsure))


def _no_with_more(visit: Visit) -> Turn | None:
    """« Pas la peine, je trouverai », to what is offered for passing on."""
    heard, lists = hear(visit), visit.library.call.hearing
    if heard.is_asking:
        return None
    is_offered = any(each.id == answers.TEAM_NO for each in visit.state.offered)
    if is_offered and visit.state.unanswered and heard.opens_with(lists.refusing):
        return Turn(settled(visit.state), (visit.say("team_declined"),))
    return None


def _need(visit: Visit) -> Turn | None:
    """« Nous manquons de soudeurs »: what is lacked where they live is an answer of the dossier, not a question."""
    heard, library = hear(visit), visit.library
    can_begin = library.call.form is not None and visit.context.fresh is not None and visit.phase != "closed"
    if heard.is_asking or not can_begin or is_waiting(visit):
        return None
    if not phrases(library.call.hearing.needs).are_in(heard.words):
        return None
    begin = form_choice("", Verb.START_ANOTHER, label=visit.text("town_start"))
    return noticed(visit, settled(visit.state), visit.say("need_told", begin))


def _bare(visit: Visit, answer: answers.Answer) -> Turn | None:
    """« Combien », « pourquoi ? »: a question word alone is asked back, whatever entry it would be likest to."""
    heard, lists = hear(visit), visit.library.call.hearing
    around = (lists.open_questions, lists.connectors, lists.agreeing, lists.acknowledging)
    if not heard.words or heard.meaning(*map(phrases, around)):
        return None
    if not heard.is_open_question and answer.outcome is Outcome.ANSWER:  # « bonjour »
        return None
    if answer.best is not None:
        answer = replace(answer, best=None, candidates=(answer.best, *answer.candidates))
    choices = answers.reply_with_choices(answer, visit.library, visit.now).choices if answer.candidates else ()
    reply = visit.say("question_bare", *choices, question=visit.incoming.text.strip(), is_offered=bool(choices))
    return noticed(visit, settled(visit.state), reply)


def _begin(visit: Visit) -> Turn | None:
    """« Préparons un dossier pour Figeac »: begins one for the place, where one alone is named; or for none."""
    heard = hear(visit)
    begin = phrases(heard.call.hearing.town_questions.begin)
    if visit.library.call.form is None or heard.is_asking or not begin.are_in(heard.words):
        return None
    if visit.context.fresh is not None and (ranked := _town_of_rank(visit)) is not None:
        return start(visit.with_state(town=ranked, awaiting_town=False))
    lists = heard.call.hearing
    is_bare = heard.says_only(lists.town_questions.begin, lists.agreeing, lists.connectors)
    if is_bare and any(word.folded == _DOSSIER for word in heard.words) and visit.context.fresh is not None:
        return start(visit)
    named = places_named(visit)
    if len(named.places) != 1 or len(named.places[0]) > 1:
        return None
    return start(visit.with_state(town=code_of(named.likeliest[0].town), awaiting_town=False))


def _town_of_rank(visit: Visit) -> str | None:
    """Return the town of those told together that a rank names: « on commence par la deuxième »; None: none does."""
    heard, told = hear(visit), visit.state.towns
    last = visit.state.last_told or ""
    ranks = {heard.rank_at(place)[0] for place in range(len(heard.words))} - {None}
    if len(ranks) != 1 or "+" not in last:
        return None
    rank = ranks.pop()
    assert rank is not None
    place = rank - 1 if rank > 0 else len(told) + rank
    return told[place] if 0 <= place < len(told) else None


def answer_with(
    visit: Visit,
    entry: Entry,
    question: str | None = None,
    other: Entry | None = None,
    *,
    is_picked: bool = False,
) -> Turn:
    """Answer with `entry`; `question`: the person's own words, for the team where the answer offers it.

    `is_picked`: they then picked the entry's own question.
    """
    visit = _with_town_named(visit, entry).with_state(last_told=answers.ENTRY_PREFIX + entry.id)
    if (turn := _act_on(visit, entry)) is not None:
        return _with_effects(turn, _given(visit, entry))
    first, state = None, visit.state
    if answers.is_about_the_call(entry):
        first, state = _first_notice(visit)
    in_form = is_waiting(visit)
    # Where there is somebody to pass it on for.
    offer = offer_short_form(visit, entry) if visit.context.fresh is not None else None
    is_asked = opinions.is_due(state.opinions, entry) and other is None and offer is None and not in_form
    reply = answers.reply_with_entry(
        entry,
        visit.library,
        visit.now,
        first=first,
        other=other,
        with_follow_ups=not in_form,
        opinion=visit.text("opinion_ask") if is_asked else None,
        offer=offer,
        asked=None if is_picked else question,
        cited=state.cited,
    )
    reply = _with_reminder(visit, entry, reply)
    if entry.action is Action.PRIVACY and not in_form:
        reply = replace(reply, choices=(*privacy.choices(visit), *reply.choices))
    if is_asked:
        reply = replace(reply, choices=(*reply.choices, *opinions.choices(visit, entry)))
    remembered = opinions.answered(state.opinions, entry, question, is_asked=is_asked)
    cited = dict.fromkeys((*state.cited, *(each.id for each in answers.sources_of(entry, visit.library, visit.now))))
    state = state.model_copy(update={"opinions": remembered, "cited": tuple(cited)})
    if answers.offers_team(entry, visit.library, visit.now) and question:
        state = waiting_for_team(state, question, (entry.id,))
    else:
        state = settled(state)
    return Turn(state, (reply,), (_given(visit, entry),))


def _with_town_named(visit: Visit, entry: Entry) -> Visit:
    """« Un dossier pour Cahors »: the town named wins over the one talked about before."""
    if entry.action is not Action.START_DRAFT or visit.incoming.choice:
        return visit
    named = places_named(visit).likeliest
    return visit.with_state(town=code_of(named[0].town)) if len(named) == 1 else visit


def _given(visit: Visit, entry: Entry) -> Effect:
    return CountAnswer(entry.id, visit.library.day(visit.now), Tally.SHOWN)


def _with_effects(turn: Turn, *effects: Effect) -> Turn:
    return Turn(turn.state, turn.replies, (*turn.effects, *effects))


def settling(state: State, entry: str | None) -> tuple[Effect, ...]:
    """Return what notes the pick for the editors, where the entries were offered just before for want of a sure one."""
    was_unsure = any(choice.id == answers.NONE_OF_THESE for choice in state.offered)
    return (LogPick(entry),) if was_unsure and (entry is None or entry in state.guesses) else ()


def _with_reminder(visit: Visit, entry: Entry, reply: Reply) -> Reply:
    """Offer to be reminded of the closing day that the answer tells, and to note it."""
    # Choices would hide the question of the form that waits.
    if entry.action is not Action.OFFER_REMINDER or is_waiting(visit):
        return reply
    wave = next((wave.id for wave in visit.library.call.facts.waves if wave.id in entry.id), None)
    reminder = reminders.offer(visit, wave) if wave else reminders.offer(visit)
    calendar = closing_days.offer(visit, wave) if wave else closing_days.offer(visit)
    return replace(reply, choices=(*reminder, *calendar, *reply.choices))


def _act_on(visit: Visit, entry: Entry) -> Turn | None:
    """Do what the entry is about, where this is possible here: its text is for those to whom it is not."""
    if visit.context.fresh is None:
        return None
    match entry.action:
        case Action.SET_REMINDER:
            return reminders.ask(visit)
        case Action.STOP_REMINDER:
            return reminders.stop_said(visit)
        case Action.CALENDAR:
            return closing_days.give(visit)
    if visit.library.call.form is None:
        return None
    match entry.action:
        case Action.START_DRAFT:
            return start(visit)
        case Action.DRAFT_STATUS if visit.context.dossiers:
            return tell_progress(visit)
    # « L'avez-vous bien reçu ? » of one who has sent a dossier from here: what is known of it, and no general answer.
    is_of_dossiers = entry.topic in visit.library.topics_by_action[Action.DRAFT_STATUS]
    if is_of_dossiers and any(each.status is not Status.DRAFT for each in visit.context.dossiers):
        return tell_progress(visit)
    return None


def with_notice(visit: Visit, turn: Turn) -> Turn:
    """Put the notice before the first reply of `turn` where it was not said yet."""
    first = noticed(visit, turn.state, turn.replies[0])
    return Turn(first.state, (*first.replies, *turn.replies[1:]), turn.effects)


def noticed(visit: Visit, state: State, reply: Reply) -> Turn:
    """Put the notice before `reply` where it was not said yet."""
    first, told = _first_notice(visit)
    state = state.model_copy(update={"noticed": told.noticed})
    first = answers.unsaid(first, reply.text)
    if first is None:
        return Turn(state, (reply,))
    return Turn(state, (replace(reply, text=f"{first}\n\n{reply.text}"),))


def _first_notice(visit: Visit) -> tuple[str | None, State]:
    """Return the notice when this conversation has not been told it yet, and the state that remembers it."""
    phase = visit.library.renderer.phase(visit.now)
    if visit.state.noticed == phase:
        return None, visit.state
    told = visit.state.model_copy(update={"noticed": phase})
    return answers.notice(visit.library, visit.now), told
