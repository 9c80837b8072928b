"""The shape of a knowledge base: closed, frozen models of its YAML files. No reading, no rule across files."""

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field, Strict, StringConstraints

from knowledge.call.criteria import Eligibility
from knowledge.call.desk.decisions import Decision
from knowledge.call.desk.replies import ReplyTemplate
from knowledge.call.form import DossierForm, FormId, ShortForm
from knowledge.call.privacy import Privacy
from knowledge.call.shapes import Day, Model, Slug, Text, TopicId, Whole
from knowledge.hearing.hasty import Hasty
from knowledge.hearing.lists import Hearing
from knowledge.hearing.phrases import folded_words
from knowledge.language.text import fold

__all__ = ["Day", "Model", "Slug", "Text", "TopicId", "Whole"]  # for those that read one more file

#: The topic of the entries that say "this is not this counter's matter".
OUT_OF_SCOPE = "oos"


class SourceKind(StrEnum):
    """How far a source can be trusted."""

    OFFICIAL = "official"  # the organisers or another public body, at first hand
    SECONDARY = "secondary"  # a body that reports what another one does: a town on the Cnam's catalogue
    COMPILED = "compiled"  # a list that the editors put together from several files
    PRESS = "press"  # a newspaper, a trade site
    COPY = "copy"  # an unofficial copy of another page: weakest


class Read(StrEnum):
    """How much of a source its reader saw."""

    WHOLE = "whole"
    EXCERPT = "excerpt"


class Edition(Model):
    """How a source dates itself from a day on, because it was completed then."""

    since: Day
    published_on: Text


class Source(Model):
    """A text that an answer rests on."""

    id: Slug
    title: Text
    publisher: Text
    published_on: Text  # as the source dates itself, in French: « 23 juillet 2020 », « mars 2021 »
    kind: SourceKind
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    #: The day from which it can be quoted: on an earlier clock the source did not exist. Absent: always.
    since: Day | None = None
    #: How much of it was read; absent: nobody noted it.
    read: Read | None = None
    #: Words by which the texts name it: they are said of it, so never before `since`.
    quoted_as: tuple[Text, ...] = ()
    #: What it was completed by later, the oldest first: told from that day on.
    editions: tuple[Edition, ...] = ()
    note: Text | None = None  # for editors only

    def exists_on(self, today: date) -> bool:
        return self.since is None or self.since <= today

    def as_of(self, today: date) -> "Source":
        """Return the source as it dates itself on a day: not by what completed it later."""
        dated = [each.published_on for each in self.editions if each.since <= today]
        return self.model_copy(update={"published_on": dated[-1]}) if dated else self


class Wave(Model):
    """One round of selection. A wave is open up to and including its closing day, in the call's time zone."""

    id: Slug
    number: Annotated[Whole, Field(ge=1)]
    closes_on: Day
    source: Slug
    #: The days on which it was to close before it was moved, the oldest first.
    earlier: tuple[Day, ...] = ()
    #: Ids that it had before: dossiers and reminders kept under one of them are for this wave.
    formerly: tuple[Slug, ...] = ()


class ReminderRules(Model):
    """When those who asked for it are reminded that a wave closes. Hours are whole, 0 to 23."""

    #: Days before the closing day, the earliest first.
    days_before: Annotated[tuple[Annotated[Whole, Field(ge=0, le=365)], ...], Field(min_length=1)]
    #: In the call's time zone.
    hour: Annotated[Whole, Field(ge=0, le=23)]
    #: The night of the person's own time zone, in which nobody is written to but on the closing day.
    quiet_from: Annotated[Whole, Field(ge=0, le=23)]
    quiet_until: Annotated[Whole, Field(ge=0, le=23)]


class Organiser(Model):
    id: Slug
    name: Text
    role: Text
    source: Slug


class Programme(Model):
    """A national programme whose towns the call addresses."""

    id: Slug
    name: Text
    acronym: Text
    about: Text
    source: Slug
    #: Ids that it had before: answers kept under one of them are for this programme.
    formerly: tuple[Slug, ...] = ()


class CallContact(Model):
    """A person or service that a source publishes, and what for."""

    id: Slug
    name: Text
    role: Text
    phones: tuple[Text, ...] = ()
    email: Text | None = None
    purpose: Text
    source: Slug


class Link(Model):
    """A page one can open; `url` is absent when no source gives the address."""

    id: Slug
    title: Text
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    source: Slug


class Figure(Model):
    """A number or short fact that answers quote by name."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    value: Whole | Day | Annotated[str, Strict()]
    source: Slug


class Unsupported(Model):
    """Words that no text may say: no source tells it."""

    words: Text
    because: Text


class CallFacts(Model):
    """`call.yaml`: the facts of the call, each written once."""

    id: Slug
    name: Text
    short_name: Text
    time_zone: Text
    opens_on: Day
    closes_on: Day
    dates_source: Slug
    waves: Annotated[tuple[Wave, ...], Field(min_length=1)]
    organisers: tuple[Organiser, ...]
    programmes: tuple[Programme, ...]
    contacts: tuple[CallContact, ...]
    links: tuple[Link, ...]
    figures: tuple[Figure, ...]
    #: None: nobody is reminded.
    reminders: ReminderRules | None = None
    #: Entries offered for another chat before anything was typed.
    shared: tuple[Slug, ...] = ()
    #: What was once written without a source.
    unsupported: tuple[Unsupported, ...] = ()

    def wave(self, wave_id: object) -> Wave | None:
        """Return the wave of this id, as answers keep it; None: it is none, or was taken back."""
        return next((wave for wave in self.waves if wave.id == wave_id), None)


class Topic(Model):
    """A subject that the knowledge base must cover."""

    id: TopicId
    about: Text


class Basis(StrEnum):
    """What an answer rests on; it decides how the answer is introduced and what is offered after it."""

    OFFICIAL = "official"
    PRESS = "press"
    DEDUCED = "deduced"
    NONE = "none"  # no source tells: the answer says so, and the team is offered
    SERVICE = "service"  # about this assistant itself, courtesy, other counters' matters: no source needed


class Action(StrEnum):
    """What the conversation can do right after an answer."""

    START_DRAFT = "start_draft"
    DRAFT_STATUS = "draft_status"
    OFFER_REMINDER = "offer_reminder"  # the answer tells a closing day: a reminder is offered below it
    SET_REMINDER = "set_reminder"
    STOP_REMINDER = "stop_reminder"
    CALENDAR = "calendar"
    ASK_TEAM = "ask_team"
    WRITE_TEAM = "write_team"  # a person was asked for: what they are to be told is asked before it is passed on
    PRIVACY = "privacy"
    CHOOSE_TOWN = "choose_town"  # the answer asks for a town; one that is named gets its verdict instead
    CHECK_TOWN = "check_town"  # a town that is named in the question gets its verdict instead of the answer


class Statement(Model):
    """A part of an answer that rests on one basis. On a day on which its template gives nothing, it is not told."""

    text: Text
    basis: Basis
    sources: tuple[Slug, ...] = ()


class Entry(Model):
    """One file of `answers/`: a question, the ways people put it, the organisers' answer."""

    id: Slug
    topic: TopicId
    question: Text
    basis: Basis
    answer: Text
    sources: tuple[Slug, ...] = ()
    #: What follows the answer on another basis, or from other sources.
    more: tuple[Statement, ...] = ()
    #: The day on which the whole entry was last read beside its sources.
    checked_on: Day
    review_by: Day
    action: Action | None = None
    #: The short form that is offered below the answer.
    form: FormId | None = None
    contact: Slug | None = None
    follow_ups: tuple[Slug, ...] = ()
    #: Ids that it had before, or of entries that were merged into it: buttons kept under one of them open it.
    formerly: tuple[Slug, ...] = ()
    variants: Annotated[tuple[Text, ...], Field(min_length=1)]

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The answer, then what follows it."""
        return (Statement(text=self.answer, basis=self.basis, sources=self.sources), *self.more)

    @property
    def in_scope(self) -> bool:
        return self.topic != OUT_OF_SCOPE


class LexiconFile(Model):
    """`lexicon.yaml`: what the matcher is told about the words of the domain; see `knowledge.lexicon`."""

    #: A standard spelling -> the hasty ones that stand for it.
    spellings: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    #: A concept -> the words and expressions that mean it.
    concepts: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)


class NoiseFile(Model):
    """`out_of_scope.yaml`: families of messages that get no answer -> examples of them."""

    noise: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)


class WishesFile(Model):
    """`wishes.yaml`: what people wish to do, said in their own way."""

    #: A command -> sentences that wish for it.
    wishes: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    #: A command -> the verbs that wish for it: denied, they wish for nothing.
    verbs: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    #: What wishes are about: where it is named, the sentence is rather one than an answer.
    objects: tuple[Text, ...] = ()
    #: Sentences that are like them, and wish for nothing.
    others: tuple[Text, ...] = ()


class SourcesFile(Model):
    sources: tuple[Source, ...]


class TopicsFile(Model):
    topics: tuple[Topic, ...]


class MessagesFile(Model):
    """`messages.yaml`: what the assistant says itself, by the name the program calls it."""

    messages: dict[str, Text]


class CommandsFile(Model):
    """`commands.yaml`: the words that steer the conversation, by the command they mean."""

    commands: dict[str, tuple[Text, ...]]


class Call(Model):
    """A whole knowledge base."""

    facts: CallFacts
    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]
    entries: tuple[Entry, ...]
    messages: dict[str, Text]
    commands: dict[str, tuple[Text, ...]]
    #: Jinja macros that every answer and message may use.
    phrases: Text
    lexicon: LexiconFile
    noise: NoiseFile
    wishes: WishesFile = WishesFile()
    #: None: this call takes no dossier in conversation.
    form: DossierForm | None = None
    #: The short forms, by the names of their files.
    forms: dict[FormId, ShortForm] = Field(default_factory=dict)
    #: None: this call says nothing of a named town.
    eligibility: Eligibility | None = None
    privacy: Privacy = Privacy()
    #: What people say without picking it from a list.
    hearing: Hearing = Hearing()
    #: What the staff decide on a dossier that they close; none: nothing but the reason.
    decisions: tuple[Decision, ...] = ()
    #: The staff's templates of replies.
    replies: tuple[ReplyTemplate, ...] = ()

    @cached_property
    def hasty(self) -> Hasty:
        """What words written in haste are read by: the words of this call, and its spellings."""
        commands = folded_words(way for ways in self.commands.values() for way in ways)
        never = [fold(word) for word in self.hearing.never_glued]
        listed = {*self.hearing.words, *commands}
        return Hasty(listed, self._words_of_phrasings, self.lexicon.spellings, never, self.hearing.accented)

    def _words_of_phrasings(self) -> set[str]:
        return folded_words(text for entry in self.entries for text in (entry.question, *entry.variants))

    def decision(self, decision_id: str) -> Decision | None:
        """Return the decision of this id, or which had it before."""
        return next((each for each in self.decisions if decision_id in (each.id, *each.formerly)), None)
