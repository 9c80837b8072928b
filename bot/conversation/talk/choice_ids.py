"""The ids of the choices that concern a dossier: what they do, to which one, for which question."""

from dataclasses import dataclass

from bot.conversation.talk.messages import Choice

#: What all of them begin with.
PREFIX = "d:"
#: The argument of a choice that stands in a menu, of which nothing is left to see once it is picked.
FROM_MENU = "menu"


@dataclass(frozen=True, slots=True)
class DossierChoice:
    """A picked choice. `reference` is empty for what concerns no dossier yet."""

    reference: str
    verb: str
    question: str = ""
    argument: str = ""


def dossier_choice(reference: str, verb: str, *parts: str, label: str) -> Choice:
    """Return a choice whose id is `d:reference:verb:question:argument`, at most 64 bytes (see `knowledge.form`)."""
    return Choice(PREFIX + ":".join((reference, verb, *parts)), label)


def read_dossier_choice(choice: str) -> DossierChoice | None:
    """Return what a choice does; None for one that concerns no dossier, or that nobody could have been shown."""
    if not choice.startswith(PREFIX):
        return None
    parts = choice.removeprefix(PREFIX).split(":")
    if not 2 <= len(parts) <= 4:
        return None
    reference, verb, question, argument = (*parts, "", "")[:4]
    return DossierChoice(reference, verb, question, argument)
