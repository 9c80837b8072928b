"""Answers that are picked: an option, several, a wave, yes or no. What is not understood is asked about, never lost."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.fields.choosing import Chosen, choose, says_more
from bot.conversation.fields.dates import Days, NoDate, read_days
from bot.conversation.reading.heard import Heard
from bot.conversation.values.field import UNDECIDED, Asked, Parsed, Reading, Refused
from knowledge.call.form import Option
from knowledge.call.model import Wave
from knowledge.hearing.phrases import covered, phrases
from knowledge.language.text import stem, words

#: What says which thing a rank is of: « la vague 2 », « v2 ».
_WAVE_WORDS = ("vague", "vagues", "session", "echeance", "tour", "date", "cloture")
#: Several that are shown together, in words.
_BETWEEN = ", "


def read_option(text: str, asked: Asked) -> Reading:
    chosen = choose(_heard(text, asked), asked.options)
    if len(chosen.options) == 1 and not chosen.unknown:
        return _parsed_one(chosen.options[0], needs_confirmation=chosen.is_restricted)
    return Refused("field_choice", is_attempt=bool(chosen.options) and not says_more(_heard(text, asked)))


def read_options(text: str, asked: Asked) -> Reading:
    heard = _heard(text, asked)
    chosen = choose(heard, asked.options)
    if chosen.unknown:
        return _with_others(heard, chosen, asked)
    if not chosen.options:
        return Refused("field_choices")
    most = asked.question.max
    if most and len(chosen.options) > most:
        return Refused("field_too_many", {"limit": most}, is_attempt=True)
    parsed = parsed_choices([option.id for option in chosen.options], asked.options)
    return replace(parsed, needs_confirmation=chosen.is_restricted, others=chosen.named)


def _with_others(heard: Heard, chosen: Chosen, asked: Asked) -> Reading:
    """What is no option may be one of « others », which is asked; else it is said that it was not understood."""
    others = next((option for option in asked.options if option.others), None)
    is_question = says_more(heard) and not chosen.options
    if others is None or is_question or chosen.is_restricted:
        return Refused("field_choices_unknown", {"unknown": chosen.unknown}, is_attempt=bool(chosen.options))
    ids = [*(option.id for option in chosen.options), others.id]
    parsed = parsed_choices(ids, asked.options)
    shown = asked.say("field_others", shown=parsed.shown, unknown=chosen.unknown)
    also = (*chosen.unknown, *chosen.named)
    return Parsed(parsed.value, shown, needs_confirmation=True, is_guess=not chosen.options, others=also)


def parsed_choices(ids: Sequence[str], options: Sequence[Option]) -> Parsed:
    """Return the answer that the options `ids` are, in the order of the form."""
    chosen = [option for option in options if option.id in ids]
    return Parsed([option.id for option in chosen], _BETWEEN.join(option.label for option in chosen))


def read_wave(text: str, asked: Asked) -> Reading:
    """Read a wave by its number, its rank, its last day or the month of it; or that none is decided on."""
    heard = _heard(text, asked)
    open_ids = {option.id: option for option in asked.options}
    if heard.is_unknowing and UNDECIDED in open_ids:
        return _parsed_one(open_ids[UNDECIDED])
    waves = asked.library.call.facts.waves
    named = _waves_named(heard, waves, asked)
    known = [wave for wave in named if wave.id in open_ids]
    if len(named) == 1 and known:
        return _parsed_one(open_ids[known[0].id], needs_confirmation=_is_hedged(heard))
    if len(named) == 1:
        return Refused("wave_gone", {"number": named[0].number, "day": named[0].closes_on}, is_attempt=True)
    if (said := _hedged_wave(heard, waves)) is not None and said.id in open_ids:
        return _parsed_one(open_ids[said.id], needs_confirmation=True)
    if len(named) > 1:
        return Refused("wave_several", {"numbers": tuple(str(wave.number) for wave in named)}, is_attempt=True)
    chosen = choose(heard, asked.options)
    if len(chosen.options) == 1 and not chosen.unknown:
        return _parsed_one(chosen.options[0], needs_confirmation=chosen.is_restricted)
    return Refused("field_choice")


def _waves_named(heard: Heard, waves: Sequence[Wave], asked: Asked) -> list[Wave]:
    """Return the waves that are named, where nothing else that means something is said."""
    if heard.is_asking:
        return []
    ranks = _ranks_alone(heard)
    closing = _closing_then(waves, read_days(heard.text, asked.today)) or _next_of(heard, waves, asked)
    found = closing or [_ranked(rank, waves) for rank in ranks]
    return [wave for wave in dict.fromkeys(found) if wave is not None]


def _next_of(heard: Heard, waves: Sequence[Wave], asked: Asked) -> list[Wave | None]:
    """« La prochaine » is the first wave that is still open."""
    lists = heard.call.hearing
    around = (*_WAVE_WORDS, *lists.rank_words, *lists.fillers, *lists.agreeing)
    is_said = phrases(lists.next_one).are_in(heard.words) and not heard.meaning(phrases((*around, *lists.next_one)))
    return [next((wave for wave in waves if wave.closes_on >= asked.today), None)] if is_said else []


def _closing_then(waves: Sequence[Wave], days: Days | NoDate) -> list[Wave | None]:
    """Return the waves that close within the days said, else in their month."""
    if not isinstance(days, Days):
        return []
    within = [wave for wave in waves if days.first <= wave.closes_on <= days.last]
    return [*within] or [wave for wave in waves if days.is_month and _same_month(wave, days)]


def _ranks_alone(heard: Heard) -> list[int]:
    """Return the ranks said, where nothing else that means something is."""
    lists = heard.call.hearing
    around = (*_WAVE_WORDS, *lists.rank_words, *lists.fillers, *lists.connectors, *lists.hedging, *lists.agreeing)
    taken = covered(heard.words, phrases(around))
    ranks: list[int] = []
    place = 0
    while place < len(heard.words):
        rank, length = heard.rank_at(place)
        rank, length = (rank, length) if rank is not None else _glued(heard.words[place].folded)
        if rank is None and not taken[place]:
            return []
        if rank is not None:
            ranks.append(rank)
        place += max(length, 1)
    return ranks


def _glued(word: str) -> tuple[int | None, int]:
    """« v2 », « vague2 »."""
    for lead in ("vague", "v"):
        if word.startswith(lead) and word[len(lead) :].isdecimal() and len(word) < len(lead) + 3:
            return int(word[len(lead) :]), 1
    return None, 0


def _ranked(rank: int, waves: Sequence[Wave]) -> Wave | None:
    if rank < 0:
        return waves[rank] if -rank <= len(waves) else None
    return next((wave for wave in waves if wave.number == rank), None)


def _same_month(wave: Wave, days: Days) -> bool:
    return (wave.closes_on.year, wave.closes_on.month) == (days.first.year, days.first.month)


def _hedged_wave(heard: Heard, waves: Sequence[Wave]) -> Wave | None:
    """The wave that opens an answer which goes on: « la 1 je pense, sauf si c'est trop court » is read over."""
    lists = heard.call.hearing
    opening = phrases((*_WAVE_WORDS, *lists.rank_words, *lists.fillers, *lists.agreeing))
    place = 0
    while place < len(heard.words) and heard.rank_at(place)[0] is None:
        length = opening.at(heard.words, place)
        if not length or heard.is_asking:
            return None
        place += length
    is_said = place < len(heard.words) and not heard.is_asking and _is_hedged_or_excluding(heard)
    return _ranked(heard.rank_at(place)[0] or 0, waves) if is_said else None


def _is_hedged_or_excluding(heard: Heard) -> bool:
    return _is_hedged(heard) or _excludes(heard, 0)


def _is_hedged(heard: Heard) -> bool:
    return phrases(heard.call.hearing.hedging).are_in(heard.words)


def read_yes_no(text: str, asked: Asked) -> Reading:
    """« Oui, mais pas avant 2022 »: only the yes can be kept, so it is asked."""
    heard = _heard(text, asked)
    lists = heard.call.hearing
    agreeing, refusing = phrases(lists.agreeing), phrases(lists.refusing)
    is_more = bool(heard.meaning(agreeing, refusing))
    if heard.is_yes or heard.is_no:
        return _yes_or_no("yes" if heard.is_yes else "no", asked)
    if heard.is_asking or not heard.words:
        return Refused("field_yes_no")
    if heard.says_only(lists.undecided):
        return Refused("field_yes_no", is_attempt=True)
    yes, no = agreeing.at(heard.words, 0), refusing.at(heard.words, 0)
    first = heard.words[0].folded
    if no >= yes and (no or first in ("aucun", "aucune")):
        is_doubtful = agreeing.are_in(heard.words[max(no, 1) :])
        return replace(
            _yes_or_no("no", asked, needs_confirmation=is_doubtful), others=_behind(heard, max(no, 1), asked)
        )
    if yes:
        is_doubtful = refusing.are_in(heard.words[yes:]) or _is_hedged(heard) or _excludes(heard, yes)
        return replace(_yes_or_no("yes", asked, needs_confirmation=is_doubtful), others=_behind(heard, yes, asked))
    if is_more and phrases(lists.together).at(heard.words, 0) and not heard.gives_nothing:  # « avec l'agglo »
        return replace(_yes_or_no("yes", asked, needs_confirmation=True), others=(heard.text.strip(),))
    return Refused("field_yes_no", is_attempt=not is_more)


def _behind(heard: Heard, start: int, asked: Asked) -> tuple[str, ...]:
    """Return what is said behind the yes or the no, where it means something: « oui, une salle de 80 m² ».

    « Oui, on a des locaux » says nothing more of « Disposez-vous de locaux … ? ».
    """
    lists = heard.call.hearing
    known = (lists.agreeing, lists.refusing, lists.unknowing, lists.lacking, lists.connectors, lists.fillers)
    around = phrases(tuple(each for listed in known for each in listed))
    place = start
    while place < len(heard.words) and (length := around.at(heard.words, place)):
        if heard.words[place].folded in _OPENING:
            break
        place += length
    rest = heard.text[heard.words[place].start :].strip(" .!,;:") if place < len(heard.words) else ""
    is_adverb = place == len(heard.words) - 1 and rest.endswith("ment")  # « oui, normalement »
    said = {_form_of(word.folded) for word in Heard(rest, heard.call).meaning()}
    of_question = {_form_of(word) for word in words(asked.question.ask)}
    return (rest,) if rest and not is_adverb and not said <= of_question else ()


def _form_of(word: str) -> str:
    """« Disposez » and « disposons » are one word: by its stem, and no more of it than its beginning."""
    return stem(word, "fr")[:_BEGINNING]


#: Letters by which a word is known, whatever its form.
_BEGINNING = 6
#: What a thing named may begin with: it is no filler before it.
_OPENING = frozenset({"le", "la", "les", "l", "un", "une", "des", "notre", "nos", "votre", "avec", "dans", "au", "aux"})


def _excludes(heard: Heard, start: int) -> bool:
    return phrases(heard.call.hearing.excluding).are_in(heard.words[start:])


def _yes_or_no(said: str, asked: Asked, *, needs_confirmation: bool = False) -> Parsed:
    return Parsed(said, asked.say(f"field_{said}"), needs_confirmation=needs_confirmation)


def _parsed_one(option: Option, *, needs_confirmation: bool = False) -> Parsed:
    return Parsed(option.id, option.label, needs_confirmation=needs_confirmation)


def _heard(text: str, asked: Asked) -> Heard:
    return Heard(text, asked.library.call)
