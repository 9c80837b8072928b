"""A place that is proposed, or several that are offered: what a person says of them."""

from collections.abc import Sequence

from bot.conversation.fields.places import parsed_place
from bot.conversation.form.asking import Asking
from bot.conversation.reading.heard import hear
from bot.conversation.reading.naming import code_of, read_places
from bot.conversation.talk.choice_ids import Verb, read_form_choice
from bot.conversation.talk.messages import Choice
from bot.conversation.talk.state import Pending
from bot.conversation.talk.visit import Turn, Visit
from bot.conversation.values.field import Parsed, Reading, Refused
from knowledge.call.form import FieldType
from knowledge.hearing.phrases import phrases, split_words
from knowledge.places.towns import Intercommunality, Town

#: The place that is none of those offered.
NO_PLACE = "none"


def offer_places(asked: Asking, candidates: Sequence[tuple[str, Parsed]]) -> Turn:
    """Ask which of these places is meant."""
    choices = [asked.choice(Verb.PICK_PLACE, code, label=parsed.shown) for code, parsed in candidates]
    choices.append(asked.choice(Verb.PICK_PLACE, NO_PLACE, label=asked.visit.text("place_other")))
    return asked.visit.turn(asked.visit.say("place_which", *choices), cursor=asked.cursor)


def offered_places(visit: Visit) -> tuple[Choice, ...]:
    """Return the places, and « une autre », that a form has just offered; none where it asked something else."""
    offered = tuple(choice.as_choice() for choice in visit.state.offered)
    picks = [read_form_choice(choice.id) for choice in offered]
    return offered if any(pick is not None and pick.verb is Verb.PICK_PLACE for pick in picks) else ()


def offered_again(asked: Asking, reading: Reading) -> Turn | None:
    """« Les deux », « je ne sais pas »: neither a place that is offered is named, nor another. They stay on offer."""
    offered = offered_places(asked.visit) if asked.question.type is FieldType.PLACE else ()
    if not offered or not (isinstance(reading, Refused) or _says_both(asked)):
        return None
    return asked.visit.turn(asked.visit.say("place_which_again", *offered), cursor=asked.cursor)


def _says_both(asked: Asking) -> bool:
    """« Les deux », « la ville et l'agglo », and no name."""
    heard, kinds = hear(asked.visit), asked.field.library.call.hearing.town_questions
    if heard.says_only(heard.call.hearing.both):
        return True
    are_both = phrases(kinds.the_town).are_in(heard.words) and phrases(kinds.the_group).are_in(heard.words)
    return are_both and not read_places(heard.text, asked.field.library, may_slip=False).places


def says_what_is_proposed(asked: Asking) -> bool:
    """« Oui, c'est bien Guéret », « la ville », where Guéret is proposed."""
    pending, heard = asked.cursor.pending, hear(asked.visit)
    if pending is None or asked.question.type is not FieldType.PLACE or heard.is_asking:
        return False
    towns, kinds = asked.field.library.towns, heard.call.hearing.town_questions
    own_kind = kinds.the_town if isinstance(towns.place(pending.value["code"]), Town) else kinds.the_group
    if heard.says_only(own_kind, heard.call.hearing.agreeing):
        return True  # « la ville », where a commune is proposed
    named = read_places(heard.text, asked.field.library, may_slip=False)
    is_same = [code_of(each.town) for each in named.likeliest] == [pending.value["code"]]
    lists = heard.call.hearing
    saying = (*lists.agreeing, *lists.confirming)
    is_said = heard.opens_with(saying) and not set(named.rest) - _words_of(saying)
    denies = phrases((*lists.refusing, *lists.excluding)).are_in(heard.words)  # « toujours pas Guéret »
    return is_same and is_said and not denies


def _words_of(listed: Sequence[str]) -> set[str]:
    return {word.folded for each in listed for word in split_words(each)}


def other_kind_of_place(asked: Asking) -> Pending | None:
    """« Non, la ville », « non, l'agglo »: the commune of the group that was proposed, or the group of the commune."""
    pending, towns = asked.cursor.pending, asked.field.library.towns
    if pending is None or asked.question.type is not FieldType.PLACE:
        return None
    heard, lists = hear(asked.visit), asked.field.library.call.hearing
    place = towns.place(pending.value["code"])
    other: Town | Intercommunality | None = None
    if isinstance(place, Town) and place.epci and heard.says_only(lists.town_questions.the_group, lists.refusing):
        other = towns.get_epci(place.epci)
    if isinstance(place, Intercommunality) and heard.says_only(lists.town_questions.the_town, lists.refusing):
        other = max(place.members, key=lambda member: member.population, default=None)
    if other is None:
        return None
    parsed = parsed_place(other, asked.field)
    return Pending(value=parsed.value, shown=parsed.shown)
