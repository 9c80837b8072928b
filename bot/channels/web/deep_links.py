"""Addresses that open the conversation about something: `/?ville=71076`, `/?question=…`. Nothing is sent by them."""

from dataclasses import dataclass

from starlette.requests import Request

from bot.conversation.answers.verdicts import PREFIX as TOWN
from knowledge.library import Library

#: Characters of a question that an address may carry.
QUESTION_LIMIT = 300


@dataclass(frozen=True, slots=True)
class DeepLink:
    """What the address is about."""

    #: Written for the person, who sends it or not.
    question: str = ""
    #: A place, by its code, that one press asks about.
    town: str = ""
    choice: str = ""


def read(request: Request, library: Library) -> DeepLink | None:
    """Return what the address of a page is about; None: nothing, or nothing that is known."""
    code = request.query_params.get("ville", "").upper()
    if code and code.isalnum() and len(code) <= 9:
        town = library.towns.place(code)
        if town is not None:
            return DeepLink(town=town.name, choice=f"{TOWN}{code}")
    question = request.query_params.get("question", "").strip()[:QUESTION_LIMIT]
    return DeepLink(question=question) if question else None
