"""What a message asks about the place that it names: whether it may apply is one question among others."""

from enum import Enum, auto

from bot.conversation.reading.heard import Heard
from bot.conversation.reading.naming import Named
from knowledge.hearing.phrases import phrases

#: What may stand between the words of « a candidaté »: « a-t-elle donc déjà candidaté ».
_BETWEEN = frozenset({"t", "deja", "donc", "bien", "aussi", "encore", "pas", "n", "jamais"})


class AskedOfTown(Enum):
    ELIGIBILITY = auto()
    RETAINED = auto()
    APPLIED = auto()
    OTHER = auto()
    #: Nothing: a dossier is to be begun for it.
    BEGIN = auto()


def asked_of_town(heard: Heard, named: Named) -> AskedOfTown:
    """Return what is asked about those of `named`; that they are named alone asks whether they may apply."""
    if named.is_all:
        return AskedOfTown.ELIGIBILITY
    lists = heard.call.hearing.town_questions
    words = [word for word in heard.words if not _is_named(word.start, named)]
    if phrases(lists.begin).are_in(words) and not heard.is_asking:
        return AskedOfTown.BEGIN
    if phrases(lists.applied).are_in([word for word in words if word.folded not in _BETWEEN]):
        return AskedOfTown.APPLIED
    if phrases(lists.retained).are_in(words):
        return AskedOfTown.RETAINED
    if phrases(lists.eligible).are_in(words):
        return AskedOfTown.ELIGIBILITY
    inside = phrases(heard.call.hearing.asking_inside).are_in(words)  # « Vierzon compte combien d'habitants »
    is_asking = heard.is_asking or inside or _beside_the_names(heard, named).is_asking
    if heard.is_open_question or (phrases(lists.other).are_in(words) and is_asking):
        return AskedOfTown.OTHER
    return AskedOfTown.ELIGIBILITY


def _beside_the_names(heard: Heard, named: Named) -> Heard:
    """« C'est combien d'habitants » of « Vierzon c'est combien d'habitants »."""
    left = "".join(" " if _is_named(place, named) else sign for place, sign in enumerate(heard.text))
    return Heard(left, heard.call)


def _is_named(start: int, named: Named) -> bool:
    return any(first <= start < end for first, end in named.spans)
