"""The ids of the choices that concern a form: what they do, to which sheet, for which question.

They stand on buttons of running chats for years: what an id once meant, it means for ever.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.talk.messages import Choice

#: What all of them begin with.
PREFIX = "d:"
#: The argument of a choice that stands in a menu, of which nothing is left to see once it is picked.
FROM_MENU = "menu"
YES, NO = "yes", "no"
#: For a question: the one that waits, whichever it is.
WAITING = "*"


class Verb(StrEnum):
    """What a choice does, by the letters that stand for it in its id."""

    # With the question that waits.
    PICK_OPTION = "o"
    PICK_PLACE = "p"
    CONFIRM = "k"
    SETTLE_DOUBT = "t"
    FINISH = "f"  # no more options, no more documents
    SKIP = "s"
    KEEP = "g"
    # With a sheet, whichever form it is of.
    RESUME = "r"
    CHOOSE_ANSWER = "x"
    CHANGE_ANSWER = "e"
    SEND = "send"
    # With a short form.
    START = "start"
    DROP = "drop"
    # With a dossier.
    CONSENT = "c"
    START_ANOTHER = "new"
    SUMMARY = "m"
    LATER = "l"
    CHANGE_WAVE = "w"
    COPY = "pdf"
    HISTORY = "hist"
    ATTACH = "att"
    KEEP_NO_DOCUMENT = "noatt"
    DOCUMENTS = "docs"
    REMOVE_DOCUMENT = "rm"
    MORE = "more"
    TAKE_BACK = "back"
    DELETE = "del"
    WITHDRAW = "wd"
    TRANSFER = "tr"
    INVITE = "inv"


_VERBS = {verb.value: verb for verb in Verb}

#: What answers the question that waits; see `interview.pick_for_question`.
ANSWERING = frozenset(
    {
        Verb.PICK_OPTION,
        Verb.PICK_PLACE,
        Verb.CONFIRM,
        Verb.SETTLE_DOUBT,
        Verb.FINISH,
        Verb.SKIP,
        Verb.KEEP,
    }
)
#: What is done on a yes to a question of its own, and destroys, gives away or takes back.
CONFIRMED = frozenset({Verb.DELETE, Verb.WITHDRAW, Verb.TRANSFER, Verb.INVITE, Verb.REMOVE_DOCUMENT})
#: What is about a question or a document, which the third part names.
WITH_QUESTION = ANSWERING | {Verb.CHANGE_ANSWER, Verb.CHANGE_WAVE, Verb.REMOVE_DOCUMENT}

#: The ids of the request to the press office, from when it had its own: their part after « press: » -> ours.
_PRESS, _OLD_PRESS = "press", "press:"
_PRESS_VERBS = {"start": Verb.START, "confirm": Verb.CONFIRM, "doubt": Verb.SETTLE_DOUBT, "send": Verb.SEND}
_PRESS_STEPS = {"skip": Verb.SKIP, "edit": Verb.CHANGE_ANSWER}


@dataclass(frozen=True, slots=True)
class FormChoice:
    """A picked choice. `reference` is empty for what concerns no sheet yet."""

    reference: str
    verb: Verb
    question: str = ""
    argument: str = ""


def form_choice(reference: str, verb: Verb, *parts: str, label: str) -> Choice:
    """Return a choice whose id is `d:reference:verb:question:argument`, 64 bytes at most (see `call.form`)."""
    return Choice(PREFIX + ":".join((reference, verb, *parts)), label)


def is_form_choice(choice: str) -> bool:
    """Whether a choice is of a form, even where it does nothing any more."""
    return choice.startswith((PREFIX, _OLD_PRESS))


def read_form_choice(choice: str) -> FormChoice | None:
    """Return what a choice does; None for one that concerns no form, or that nobody could have been shown."""
    if choice.startswith(_OLD_PRESS):
        return _read_old(choice.removeprefix(_OLD_PRESS).split(":"))
    if not choice.startswith(PREFIX):
        return None
    parts = choice.removeprefix(PREFIX).split(":")
    if not 2 <= len(parts) <= 4 or parts[1] not in _VERBS:
        return None
    reference, verb, question, argument = (*parts, "", "")[:4]
    return FormChoice(reference, _VERBS[verb], question, argument)


def _read_old(parts: list[str]) -> FormChoice | None:
    match parts:
        case ["drop"]:
            return FormChoice(_PRESS, Verb.DROP)
        case ["edit", "no"]:
            return FormChoice(_PRESS, Verb.CHOOSE_ANSWER)
        case [verb, argument] if verb in _PRESS_VERBS:
            return FormChoice(_PRESS, _PRESS_VERBS[verb], WAITING, argument)
        case [verb, question] if verb in _PRESS_STEPS:
            return FormChoice(_PRESS, _PRESS_STEPS[verb], question)
    return None
