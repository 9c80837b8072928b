"""`hearing.yaml`: what people say without picking it from a list. Words only; what is read by them is elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from knowledge.hearing.phrases import folded_words
from knowledge.language.text import fold

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Words = tuple[Text, ...]


class _Lists(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Opposite(_Lists):
    """Two ways to ask the same: a yes to one is a no to the other."""

    one: Words
    other: Words


class TownQuestions(_Lists):
    """What is asked about a town that is named."""

    #: Whether it may apply, which is told.
    eligible: Words = ()
    #: … in words that ask nothing else: « sont-elles concernées ? ».
    concerned: Words = ()
    #: Whether it was chosen, which the results tell.
    retained: Words = ()
    #: Whether it has applied, which nobody here knows.
    applied: Words = ()
    #: What else, which is not known either.
    other: Words = ()
    #: What begins a dossier for it: « je voudrais déposer pour Figeac ».
    begin: Words = ()
    #: What asks for all of a département: « quelles villes du Cantal », « la liste des communes ».
    listing: Words = ()
    #: Bodies that are no commune and no intercommunalité: « les CMA », « le lycée ».
    bodies: Words = ()
    #: The intercommunalité of the town talked about: « et son agglo ? ».
    its_group: Words = ()
    #: … and those of the towns talked about: « et leurs agglos ? ».
    their_groups: Words = ()
    #: Which of a commune and its intercommunalité is meant, where both are offered: « la ville », « l'agglo ».
    the_town: Words = ()
    the_group: Words = ()


class LastAnswer(_Lists):
    """What is said of the answer just given, rather than of the call."""

    its_source: Words = ()
    shorter: Words = ()
    not_understood: Words = ()
    #: By which programme a town that was told is concerned: « dans quel programme ? ».
    its_programme: Words = ()
    #: What comes after a verdict: « et maintenant ? ».
    next_step: Words = ()
    #: What opens a sentence that says the answer is wrong: « vous vous trompez ».
    disputing: Words = ()
    #: What may stand beside these: « cette date », « votre réponse ».
    around: Words = ()


class Offices(_Lists):
    """How people say what somebody is, in a town hall."""

    #: What an office begins with: « maire », « directrice ».
    heads: Words = ()
    #: What goes on with it: « générale », « des services ».
    words: Words = ()
    titles: Words = ()
    #: What stands before a name or an office and is of neither.
    lead: Words = ()
    #: What stands where a name should, and names nobody: « c'est moi ».
    nobody: Words = ()
    #: Words that no name and no office holds: « je », « non », « merci ».
    of_no_name: Words = ()


class ToTeam(_Lists):
    """What is said to have something passed on to the team as it is written."""

    #: « Dites à l'équipe que … », at the start.
    telling: Words = ()
    #: « Je voudrais être rappelé », beside a number or an address.
    reaching: Words = ()
    #: What joins these to a name, or to an address: « vous pouvez … », « par … ».
    around_reaching: Words = ()
    #: « Ne me rappelez pas », « ne transmettez rien »: lists, an expression of one.
    refusing: tuple[Words, ...] = ()
    #: « Demandez plutôt : … », where something is offered to be passed on.
    rewording: Words = ()
    #: « En fait je voulais dire … », just after something was.
    after_all: Words = ()
    #: Lists, an expression of each: « annulez », « ma question ».
    taking_back: tuple[Words, ...] = ()


class ToText(_Lists):
    """What orders that a text which stands be changed, rather than written anew."""

    adding: Words = ()
    taking_out: Words = ()
    replacing: Words = ()
    #: What stands between what goes and what comes: « par »; and the other way round: « à la place de ».
    by: Words = ()
    in_place_of: Words = ()
    #: What leads to the words meant: « que », « de dire », « la phrase ».
    lead: Words = ()
    #: What opens such an order, and what closes it and is no part of the text: « il faut », « svp ».
    opening: Words = ()
    polite: Words = ()


class OtherNumbers(_Lists):
    """What tells that a number, or a rank, is of no wave: a day, an article, how many there are of something."""

    before: Words = ()
    behind: Words = ()
    #: What a rank is of, where it is of no wave: « la première semaine de mars ».
    ranked: Words = ()


class AskedAs(_Lists):
    """A short way to ask what the entries ask in other words."""

    said: Words
    #: What it is said of, where that has to be named as well: « vous effacez » of « mes données ».
    of: Words = ()
    question: Text


class Hearing(_Lists):
    """Lists of words and expressions; a word that ends with * stands for all that begin so."""

    #: What adds nothing to what is said.
    fillers: Words = ()
    #: What joins two things said together.
    connectors: Words = ()
    #: What leaves out a part of what is said: « sauf », « mais pas ».
    excluding: Words = ()
    everything: Words = ()
    #: What restricts without leaving out: « peut-être ».
    hedging: Words = ()
    agreeing: Words = ()
    refusing: Words = ()
    #: What says of a name that is proposed that it is the one: « il s'agit bien de … ».
    confirming: Words = ()
    unknowing: Words = ()
    #: What, at the start of an answer to « avec d'autres ? », says yes and with whom: « avec l'agglo ».
    together: Words = ()
    #: What is neither a yes nor a no yet: « c'est à l'étude ».
    undecided: Words = ()
    #: What asks to wait a little: « attendez ».
    pausing: Words = ()
    #: What opens a short text that speaks to the counter, not of what it asks: « je reprends demain ».
    to_the_counter: Words = ()
    thanking: Words = ()
    acknowledging: Words = ()
    acknowledging_signs: Words = ()
    insults: Words = ()
    #: A rank, from 1, or from the end (« -1 » is the last) -> how it is said.
    ranks: Mapping[Text, Words] = {}
    #: What stands around a rank: « option », « numéro ».
    rank_words: Words = ()
    other_numbers: OtherNumbers = OtherNumbers()
    #: What makes a number one of several from an end of a list: « les deux premiers », « les trois dernières ».
    first_ones: Words = ()
    last_ones: Words = ()
    #: The first that is still to come: « la prochaine ».
    next_one: Words = ()
    #: Both of two things that were offered: « les deux ».
    both: Words = ()
    #: What says what the people of a place lack: « nous manquons de soudeurs ».
    needs: Words = ()
    #: What is asked about the form and its question: « pourquoi cette question », « il en reste combien ».
    of_the_form: Words = ()
    #: What says that there is nothing to give: « aucun », « on n'en a pas ».
    lacking: Words = ()
    #: What says that they would rather not give what is asked: « je préfère rester anonyme ».
    declining: Words = ()
    #: What is not wished: a refusal to tell where nothing follows, or what `unwilling_to` holds.
    unwilling: Words = ()
    unwilling_to: Words = ()
    none_of_them: Words = ()
    #: What asks to pass something on: beside a yes to that it adds nothing.
    passing_on: Words = ()
    #: What asks in the midst of a form that it be sent.
    sending: Words = ()
    to_team: ToTeam = ToTeam()
    another: Words = ()
    #: What opens a question that no yes answers: « quand ».
    open_questions: Words = ()
    #: Those of them that also ask inside a sentence: « attendez, c'est quand ? ».
    asking_inside: Words = ()
    #: What asks how long a wave lasts, beside its name or nothing: « date ? ».
    its_date: Words = ()
    opposites: tuple[Opposite, ...] = ()
    negations: Words = ()
    town_questions: TownQuestions = TownQuestions()
    #: What asks for something, where it is no question in its form: « pourriez-vous m'indiquer … ».
    asking_for: Words = ()
    #: Short ways to ask, and the question that each stands for: « un numéro direct ? ».
    asked_as: tuple[AskedAs, ...] = ()
    last_answer: LastAnswer = LastAnswer()
    offices: Offices = Offices()
    #: A command -> ways to wish for it, each of lists: a sentence holds an expression of each, and little else.
    wishes: Mapping[Text, tuple[tuple[Words, ...], ...]] = {}
    #: Ways to ask what comes after a dossier was sent, each of lists, beside `last_answer.next_step`.
    after_sending: tuple[tuple[Words, ...], ...] = ()
    #: To some of these commands, what shows that another thing is meant: « rappelez-nous plus tard » ends no reminder.
    not_wishes: Mapping[Text, Words] = {}
    #: What shows in a question that it is about what is erased, and no order: « vous effacez mes données quand ? ».
    asked_of_erasing: Words = ()
    #: What stands before the verb of a wish where it is told as done: « j'ai supprimé le rappel ».
    done_already: Words = ()
    #: What opens a sentence that asks to change an answer.
    changing: Words = ()
    #: What asks whether it may be changed, beside one of these: « on peut encore changer la vague ? ».
    asking_leave: Words = ()
    #: What says that an answer becomes another one: « mettez plutôt », « finalement », « le bon … est ».
    instead: Words = ()
    #: What takes back what was said just before, for what comes behind: « la 2, non pardon la 3 ».
    correcting: Words = ()
    #: What adds to the options kept, and what takes away: « ajoutez la CCI », « enlevez l'UIMM ».
    adding: Words = ()
    removing: Words = ()
    #: What puts one thing in the place of another, which « par » then names: « remplacez Anne Roy par Luc Petit ».
    replacing: Words = ()
    to_text: ToText = ToText()
    #: What a document is called, and what says that the wrong one was sent.
    document_words: Words = ()
    wrong_one: Words = ()
    #: A small word -> its hasty forms that only their accent tells from another: « é » is « et », « lé » is « les ».
    accented: Mapping[Text, Words] = {}
    #: Words that are words as they stand, though they look like an article glued to another: « dira », « lavis ».
    never_glued: Words = ()

    @property
    def words(self) -> set[str]:
        """Every folded word of every expression."""
        return folded_words(_expressions(self.model_dump()))

    @cached_property
    def every_rank(self) -> Words:
        """All that says a rank: most words of a message say none."""
        return tuple(chain.from_iterable(self.ranks.values()))


def _expressions(listed: Any) -> Iterator[str]:
    if isinstance(listed, str):
        yield listed
    elif isinstance(listed, Mapping):
        yield from (each for value in listed.values() for each in _expressions(value))
    elif isinstance(listed, Sequence):
        yield from (each for value in listed for each in _expressions(value))


#: Lists no two of which may hold the same expression: it would mean two things.
EXCLUSIVE = (
    ("agreeing", "refusing", "unknowing"),
    ("agreeing", "insults"),
    ("refusing", "thanking", "insults"),
    ("acknowledging", "insults"),
    ("connectors", "excluding", "everything"),
    ("fillers", "insults"),
    ("fillers", "excluding"),
)


def clashes(hearing: Hearing) -> Iterator[tuple[str, int, str, str]]:
    """Give each expression of two lists that exclude each other: its list, its place there, itself, the other list."""
    seen = set()
    for group in EXCLUSIVE:
        first: dict[str, str] = {}
        for name in group:
            for place, phrase in enumerate(getattr(hearing, name)):
                other = first.setdefault(fold(phrase), name)
                if other != name and (name, place) not in seen:
                    seen.add((name, place))
                    yield name, place, phrase, other
    said: dict[str, str] = {}
    for rank, phrases in hearing.ranks.items():
        for phrase in phrases:
            other = said.setdefault(fold(phrase), rank)
            if other != rank:
                yield "ranks", 0, phrase, f"ranks.{other}"
