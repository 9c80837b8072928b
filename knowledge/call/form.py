"""The shape of the forms, as data: `dossier.yaml`, and the short forms of `forms/`. What a field takes is elsewhere."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from knowledge.call.shapes import Model, Text, Whole

#: Short: they stand in the ids of buttons, which Telegram limits to 64 bytes in all.
QuestionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=24)]
#: The name of the file of a short form.
FormId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=12)]
OptionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=16)]


class FieldType(StrEnum):
    """The kinds of answers a question can ask for."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    PERSON = "person"  # a name and an office
    PLACE = "place"  # a commune or an EPCI of the registers
    PROGRAMMES = "programmes"  # those of the call; worked out from the place, to confirm
    WAVE = "wave"  # a wave of the call that is still open
    FILE = "file"
    DEADLINE = "deadline"  # the moment by which something is needed, at once, or no matter when
    PHONE_OR_EMAIL = "phone_or_email"  # how somebody is reached, with the name to ask for


#: Those for which the editor writes the options.
WITH_OPTIONS = frozenset({FieldType.CHOICE, FieldType.CHOICES})


class CheckId(StrEnum):
    """What more an answer must satisfy."""

    NOT_PAST = "not_past"  # a date: today or later


#: Which types a check can be put on.
CHECKS: dict[CheckId, frozenset[FieldType]] = {CheckId.NOT_PAST: frozenset({FieldType.DATE})}


class Option(Model):
    id: OptionId
    label: Text
    #: Other ways to say it, as people write them; what follows them is read over: « lycée Pavie » is « lycée ».
    words: tuple[Text, ...] = ()
    #: Ids that it had before: answers kept under one of them are answers of this option.
    formerly: tuple[Text, ...] = ()
    #: It stands for what is in the list by no name of its own: « D'autres partenaires ».
    others: bool = False


#: What a condition says of a place -> the kind that is kept of it: towns' registers call an intercommunalité an EPCI.
PLACE_KINDS = {"commune": "commune", "intercommunalite": "epci"}


class Condition(Model):
    """Asks a question only when an earlier one was answered by one of these.

    Ids of options; « yes » or « no »; of a place, a key of PLACE_KINDS.
    """

    question: QuestionId
    is_: Annotated[tuple[str, ...], Field(alias="is", min_length=1)]

    def holds(self, value: Any) -> bool:
        """Return whether the kept `value` of the earlier question satisfies this."""
        if isinstance(value, dict):  # a place
            return any(PLACE_KINDS.get(wanted) == value.get("kind") for wanted in self.is_)
        values = value if isinstance(value, list) else [value]
        return any(wanted in values for wanted in self.is_)


class Question(Model):
    id: QuestionId
    #: A few words, for the summary and the exports.
    label: Text
    ask: Text
    help: Text
    type: FieldType
    required: bool = False
    options: tuple[Option, ...] = ()
    check: CheckId | None = None
    when: Condition | None = None
    #: Characters of a text, options of several, or the largest number.
    max: Annotated[Whole, Field(ge=1)] | None = None
    #: The answers expected are questions themselves: whatever is written is kept.
    takes_questions: bool = False
    #: An answer may well be a question: the person is asked which it is.
    doubts_questions: bool = False
    #: Other ways to name it, when somebody wants to change the answer: « mail », « tel ».
    words: tuple[Text, ...] = ()
    #: What passing over an optional question means, kept as its answer: « Pas de délai ».
    skipped_as: Text | None = None


class Section(Model):
    id: QuestionId
    title: Text
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Form(Model):
    """What every form is: questions, in sections."""

    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions() if question.id == question_id), None)

    def section_of(self, question: Question) -> Section:
        return next(section for section in self.sections if question in section.questions)

    def first_of(self, kind: FieldType) -> Question | None:
        """Return the first question of this type: the dossier's place, its wave."""
        return next((question for question in self.questions() if question.type is kind), None)


class DossierForm(Form):
    """`dossier.yaml`: the form that is kept as a dossier, which its town and the staff follow."""

    #: Minutes that the form takes, as the first screen says.
    minutes: Annotated[Whole, Field(ge=1)]
    #: What is done with the data, as the first screen says; consent is given to this text.
    privacy: Text

    def length(self) -> Mapping[str, int]:
        """Return what a town is told before it begins: minutes, and how many questions, at least and at most."""
        conditional = sum(question.when is not None for question in self.questions())
        most = sum(1 for _ in self.questions())
        return {"minutes": self.minutes, "count": most - conditional, "most": most}


class HandedTo(StrEnum):
    """Who of the staff receives a short form."""

    TEAM = "team"
    PRESS = "press"  # the press office, where it has a desk of its own; else the team


class ShortForm(Form):
    """A file of `forms/`: a request that is filled in one go, read over, and handed over.

    Its texts are templates; see `form_check.short_texts` for what each is filled with.
    """

    #: What the person makes, after « votre »: « demande de presse ».
    name: Text
    #: What the person writes to come back to it: an entry that offers it answers this.
    word: Text
    handed_to: HandedTo
    #: Offers it below an answer; `start` is the label of the choice that takes the offer.
    offer: Text
    start: Text
    #: What is done with the data: consent is given to this text by sending.
    privacy: Text
    #: What is said besides, where the deadline is short.
    urgent: Text | None = None
    #: What the person is told once it is handed over.
    sent: Text
    #: What the staff are told.
    told: Text
