"""What is said of the answer just given: « source ? », « plus court », « pas compris », « et la deuxième ? »."""

from collections.abc import Sequence

from bot.conversation.answers import answers
from bot.conversation.answers.verdicts import PREFIX as TOWN_PREFIX
from bot.conversation.answers.verdicts import backing_of_verdict, next_steps, verdict_in_brief
from bot.conversation.of_a_wave import entry_of
from bot.conversation.question import answer_with
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.talk.messages import Reply
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.team import settled, waiting_for_team
from knowledge.call.model import Action, Entry, Wave

#: More words than this ask about more than the answer.
_MOST_WORDS = 16


def last_answer_route(visit: Visit) -> Turn | None:
    """Take what is about the answer just given, and nothing else."""
    last, heard = visit.state.last_told, hear(visit)
    if last is None or visit.incoming.choice or not 0 < len(heard.words) <= _MOST_WORDS:
        return None
    if (entry := _same_of_another_wave(visit)) is not None:
        return answer_with(visit, entry, question=visit.incoming.text)
    lists = heard.call.hearing.last_answer
    for listed, tell in ((lists.its_source, _sources), (lists.shorter, _brief), (lists.not_understood, _again)):
        if heard.says_only(listed, lists.around):
            return tell(visit, last)
    if last.startswith(TOWN_PREFIX):
        for listed, tell in ((lists.its_programme, _sources), (lists.next_step, _next_step)):
            if heard.says_only(listed, lists.around, heard.call.hearing.acknowledging, heard.call.hearing.connectors):
                return tell(visit, last)
    return _disputed(visit, last) if heard.opens_with(lists.disputing) and not heard.is_asking else None


def _entry(visit: Visit, last: str) -> Entry | None:
    return visit.library.entries.get(last.removeprefix(answers.ENTRY_PREFIX))


def _sources(visit: Visit, last: str) -> Turn | None:
    if last.startswith(TOWN_PREFIX):
        return visit.turn(Reply(backing_of_verdict(visit, last)))
    entry = _entry(visit, last)
    if entry is None:
        return None
    told = answers.source_lines(entry, visit.library, visit.now)
    if told:
        reply = visit.say("told_sources", question=entry.question, sources=tuple(told), date=entry.checked_on)
        return Turn(settled(visit.state), (reply,))
    team = answers.team_choices(visit.library, visit.now)
    waiting = waiting_for_team(visit.state, entry.question, (entry.id,))
    return Turn(waiting, (visit.say("told_no_source", *team, question=entry.question),))


def _next_step(visit: Visit, last: str) -> Turn | None:
    """« Et maintenant je fais quoi ? », after a verdict."""
    return Turn(settled(visit.state), (visit.say("town_next", *next_steps(visit)),))


def _disputed(visit: Visit, last: str) -> Turn | None:
    """« C'est faux, nous n'y sommes pas »: what it rests on is told, and the team can be asked."""
    entry = _entry(visit, last)
    sources = answers.source_lines(entry, visit.library, visit.now) if entry is not None else []
    backing = backing_of_verdict(visit, last) if last.startswith(TOWN_PREFIX) else "\n".join(sources)
    if not backing:
        return None
    question = _brief_text(visit, last)
    assert question is not None or last.startswith(TOWN_PREFIX)  # what rests on sources has a question
    said = visit.incoming.text.strip()
    told = visit.text("team_about", question=question[0], said=said) if question else said
    waiting = waiting_for_team(visit.state, told, ())
    team = answers.team_choices(visit.library, visit.now)
    return Turn(waiting, (visit.say("told_disputed", *team, backing=backing),))


def _brief_text(visit: Visit, last: str) -> tuple[str, str] | None:
    """Return the question answered, and the shortest answer to it."""
    if last.startswith(TOWN_PREFIX):
        return verdict_in_brief(visit, last)
    entry = _entry(visit, last)
    return (entry.question, answers.first_paragraph(entry, visit.library, visit.now)) if entry else None


def _brief(visit: Visit, last: str) -> Turn | None:
    found = _brief_text(visit, last)
    return Turn(settled(visit.state), (visit.say("told_shortly", text=found[1]),)) if found else None


def _again(visit: Visit, last: str) -> Turn | None:
    found = _brief_text(visit, last)
    if found is None:
        return None
    team = answers.team_choices(visit.library, visit.now)
    question = visit.text("told_again_question", question=found[0])
    waiting = waiting_for_team(visit.state, question, ())
    return Turn(waiting, (visit.say("told_again", *team, text=found[1]),))


def _same_of_another_wave(visit: Visit) -> Entry | None:
    """« Et pour la deuxième ? », after an answer about a wave or its date."""
    heard, last = hear(visit), visit.state.last_told or ""
    waves = visit.library.call.facts.waves
    entry = _entry(visit, last)
    rank = heard.rank_of(_WAVE) or (_following(heard, entry, waves) if entry is not None else None)
    if entry is None or rank is None or (entry.action is not Action.OFFER_REMINDER and not _is_of_a_wave(entry, waves)):
        return None
    place = rank - 1 if rank > 0 else len(waves) + rank
    if not 0 <= place < len(waves):
        return None
    now_of = next((wave.id for wave in waves if entry.id.startswith(f"{wave.id}-")), None)
    wanted = waves[place].id
    if now_of is not None and (same := visit.library.entries.get(entry.id.replace(now_of, wanted, 1))):
        return same
    return entry_of(waves[place], visit.library)


def _following(heard: Heard, entry: Entry, waves: Sequence[Wave]) -> int | None:
    """« Et la suivante ? »: the number of the wave behind the one that the answer was about."""
    lists = heard.call.hearing
    if not heard.says_only(lists.next_one, lists.connectors, _WAVE, lists.rank_words):
        return None
    told = next((place for place, wave in enumerate(waves) if entry.id.startswith(f"{wave.id}-")), None)
    return told + 2 if told is not None and told + 1 < len(waves) else None


def _is_of_a_wave(entry: Entry, waves: Sequence[Wave]) -> bool:
    return any(entry.id.startswith(f"{wave.id}-") for wave in waves)


_WAVE = ("vague", "vagues")
