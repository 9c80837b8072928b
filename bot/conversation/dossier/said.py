"""What a message says of the answers of a dossier: which it names, that they change, and what to. Decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.conversation.dossier.unasked import dossier_on_show
from bot.conversation.fields.addresses import contact_in
from bot.conversation.fields.choices import parsed_choices
from bot.conversation.fields.choosing import Chosen, choose
from bot.conversation.form.asking import Asking, asking
from bot.conversation.reading.heard import Heard
from bot.conversation.talk.visit import Visit
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.field import Parsed, Reading, Refused, Several
from bot.conversation.values.sheet import visible_questions
from knowledge.call.form import FieldType, Option, Question
from knowledge.hearing.phrases import Phrases, phrases, split_words

CONTACTS = (FieldType.EMAIL, FieldType.PHONE)


@dataclass(frozen=True)
class Said:
    """What a message says of the answers of a dossier."""

    visit: Visit
    dossier: Dossier
    heard: Heard

    @cached_property
    def questions(self) -> Sequence[Question]:
        return visible_questions(self.visit.form, self.dossier)

    @cached_property
    def contacts(self) -> Mapping[FieldType, str]:
        """The one address and the one number in it, by what they are."""
        found = {kind: contact_in(self.heard.text, kind) for kind in CONTACTS}
        return {kind: contact for kind, contact in found.items() if contact}

    @cached_property
    def bare(self) -> Heard:
        """It without the address or the number, and without ranks: « la vague 3 » is not the third answer."""
        text, heard = self.heard.text, self.heard
        kept = [word for place, word in enumerate(heard.words) if heard.rank_at(place)[0] is None]
        if kept:  # « tout » is of « tout est bon »
            kept = kept[phrases(heard.call.hearing.agreeing).at(kept, 0) :]
        contacts = [(text.index(each), text.index(each) + len(each)) for each in self.contacts.values()]
        kept = [word for word in kept if not any(start <= word.start < end for start, end in contacts)]
        return Heard(" ".join(text[word.start : word.end] for word in kept), heard.call)

    @cached_property
    def named(self) -> Sequence[str]:
        """The ids of the questions whose answers it names."""
        found = self.find(self.bare)
        return [each.id for each in found.options or found.excluded]  # « non, je voudrais corriger le courriel »

    def find(self, heard: Heard) -> Chosen:
        """Return the answers that are named, as options."""
        listed = [Option.model_construct(id=each.id, label=each.label, words=each.words) for each in self.questions]
        return choose(heard, listed)

    def says(self, listed: tuple[str, ...]) -> bool:
        return phrases(listed).are_in(self.heard.words)

    @cached_property
    def is_marked(self) -> bool:
        """Whether words say that an answer becomes another one: « mettez plutôt », « finalement », « ajoutez »."""
        lists = self.heard.call.hearing
        is_said = any(map(self.says, (lists.instead, lists.adding, lists.removing, lists.changing)))
        return is_said or self.contradicts or self.goes_on

    @cached_property
    def goes_on(self) -> bool:
        """« Et l'UIMM dans les partenaires », to the whole read over: more of the one list that it names."""
        if not self.heard.goes_on or dossier_on_show(self.visit) != self.dossier or len(self.named) != 1:
            return False
        return any(each.id == self.named[0] and each.type is FieldType.CHOICES for each in self.questions)

    @property
    def adds(self) -> bool:
        return self.says(self.heard.call.hearing.adding)

    @cached_property
    def contradicts(self) -> bool:
        """Whether, to the whole read over, it opens with « non », « pas », « oui mais »."""
        lists, shown = self.heard.call.hearing, dossier_on_show(self.visit)
        restricting = phrases((*lists.hedging, *lists.excluding))  # « tout est bon sauf la vague »
        but = phrases(lists.agreeing).at(self.heard.words, 0) and restricting.are_in(self.heard.words)
        return shown == self.dossier and (bool(but) or self.heard.opens_with((*lists.refusing, *lists.excluding)))


def new_value(said: Said, question: Question) -> Reading | None:
    """Return the new answer; None: what is said beside its name is none."""
    asked = asking(said.visit, said.dossier, question)
    if question.type in CONTACTS:
        contact = said.contacts[question.type]
        both = f"{asked.kept.shown}, {contact}" if asked.kept is not None and said.adds else contact
        reading = asked.read(both)
        reading = reading if isinstance(reading, Parsed) else asked.read(contact)
        return reading if isinstance(reading, Parsed) else None
    if question.type is FieldType.PLACE:
        reading = asked.read(said.heard.text)
        return reading if isinstance(reading, Several) else None
    for text in values_said(said, question):
        reading = asked.read(text)
        if isinstance(reading, Refused) and reading.part and question.type is FieldType.PERSON:
            return reading
        if isinstance(reading, Parsed) and not reading.is_guess:
            return merged(said, asked, reading) if question.type is FieldType.CHOICES else reading
    return None


def values_said(said: Said, question: Question) -> list[str]:
    """Return what may be the value: what stands behind the name of the answer, then all that is left beside it."""
    text, words, lists = said.heard.text, said.heard.words, said.heard.call.hearing
    names = phrases((question.label, *question.words)).spans(words)
    marks = phrases((*lists.changing, *lists.instead, *lists.adding, *lists.removing)).spans(words)
    taken = {place for first, end in (*names, *marks) for place in range(first, end)}
    behind = text[words[names[-1][1] - 1].end :] if names else ""
    left = " ".join(text[word.start : word.end] for place, word in enumerate(words) if place not in taken)
    cues = phrases((*lists.fillers, *lists.instead))
    by = text.rpartition(" par ")[2] if said.says(lists.replacing) and " par " in text else ""
    return [each for each in (by, _without_lead(behind, cues), left) if each.strip()]


def _without_lead(text: str, cues: Phrases) -> str:
    words = split_words(text)
    place = 0
    while place < len(words) and words[place].folded not in _ARTICLES and (length := cues.at(words, place)):
        place += length
    return text[words[place].start :] if place < len(words) else ""


#: « La 3 », « le Greta »: they are of the value.
_ARTICLES = frozenset({"le", "la", "les", "l", "un", "une", "d", "de", "monsieur", "madame", "mme", "m"})


def merged(said: Said, asked: Asking, reading: Parsed) -> Parsed | None:
    """« Ajoutez la CCI », « enlevez l'UIMM »: the options kept, with these or without."""
    kept, lists = asked.kept, said.heard.call.hearing
    before = kept.value if kept is not None and isinstance(kept.value, list) else []
    if said.adds or said.goes_on:
        return parsed_choices((*before, *reading.value), asked.options)
    if said.says(lists.removing):
        left = [each for each in before if each not in reading.value]
        return parsed_choices(left, asked.options) if left and left != before else None
    return reading
