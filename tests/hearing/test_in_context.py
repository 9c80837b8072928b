"""What people write where something waits, and what they are told. What fails is in `known_failures.yaml`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.fields.fields import read_field
from bot.conversation.fields.options import offered_options
from bot.conversation.talk.context import Context, Fresh
from bot.conversation.talk.effects import PlanReminders, SaveDossier, StopReminders
from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.talk.state import Cursor, State
from bot.conversation.turn import take_turn
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.field import Asked, Parsed
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import Document, KeptAnswer
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE
from tests.listed import read_list
from tests.shipped import shipped

FOLDER = Path(__file__).parent
AUTHORS: Mapping[str, Any] = {
    author: listed
    for file in (
        "in_context.yaml",
        "by_phone.yaml",
        "at_the_desk.yaml",
        "overheard.yaml",
        "said_freely.yaml",
        "wished.yaml",
        "what_stands.yaml",
    )
    for author, listed in read_list(FOLDER / file).items()
}
KNOWN_FAILURES = frozenset(read_list(FOLDER / "known_failures.yaml") or ())
NOT_YET = pytest.mark.xfail(reason="not answered rightly yet: known_failures.yaml lists it", strict=True)
REFERENCE = "ABC-DEF-GHJ"
ANSWERS = {
    "conjointe": "non", "personne": "Claire Martin, DGS", "courriel": "c.martin@mairie-dole.fr",
    "telephone": "03 84 79 79 79", "vague": "vague 2", "besoins": "il manque des soudeurs et des usineurs",
}  # fmt: skip
#: Where everything is asked: the whole, read over; and once it is sent.
WHOLE, SENT = "fin", "sent"


@pytest.fixture(scope="session")
def library() -> Library:
    return shipped()


def answered(library: Library, until: str) -> Dossier:
    """Return a dossier in which all that is asked before the question `until` is answered."""
    assert library.call.form is not None
    place = library.towns.place("39198")
    assert place is not None
    told: dict[str, KeptAnswer] = {
        "collectivite": KeptAnswer(value={"kind": "commune", "code": "39198", "name": "Dole"}, shown="Dole (Jura)"),
        "programmes": KeptAnswer(value=["acv", "ti"], shown="Action cœur de ville, Territoires d'industrie"),
    }
    kept: dict[str, KeptAnswer] = {}
    for question in library.call.form.questions():
        if question.id == until:
            break
        if question.id in told:
            kept[question.id] = told[question.id]
        elif question.id in ANSWERS:
            asked = Asked(question, library, ALIVE, offered_options(question, library, ALIVE))
            reading = read_field(ANSWERS[question.id], asked)
            assert isinstance(reading, Parsed)
            kept[question.id] = KeptAnswer(value=reading.value, shown=reading.shown)
    skipped = tuple(question.id for question in library.call.form.questions() if question.id not in kept)
    return Dossier(
        reference=REFERENCE,
        created_at=ALIVE,
        updated_at=ALIVE,
        consented_at=ALIVE,
        answers=kept,
        skipped=skipped if until in (WHOLE, SENT) else (),
        status=Status.SENT if until == SENT else Status.DRAFT,
        sent_at=ALIVE if until == SENT else None,
    )


def with_documents(dossier: Dossier, names: Sequence[str]) -> Dossier:
    documents = tuple(
        Document(id=number, name=name, size=1000, caption="", sent_at=ALIVE, is_here=True)
        for number, name in enumerate(names, start=1)
    )
    return dossier.model_copy(update={"documents": documents})


class Talk:
    """A conversation without anything kept outside: what one turn saves, the next finds."""

    def __init__(self, library: Library, at: str, documents: Sequence[str] = ()) -> None:
        self.library, self.state = library, State(noticed="open")
        self.context = Context(ALIVE, fresh=Fresh(REFERENCE, "CODE-CODE-CODE"))
        if at:
            dossier = with_documents(answered(library, at), documents)
            self.context = replace(self.context, dossiers=(dossier,), owned=frozenset({REFERENCE}))
        if at and at != SENT:
            left = Cursor(sheet=REFERENCE, question=None if at == WHOLE else at, paused=True, asked_at=ALIVE)
            self.state = self.state.model_copy(update={"cursor": left})
            self.says("résumé" if at == WHOLE else "reprendre")

    def says(self, text: str) -> tuple[Reply, ...]:
        """Say `text`, or press the choice on show that « [its label] » names."""
        label = text[1:-1] if text.startswith("[") else None
        pressed = next((each.id for each in self.state.offered if each.label == label), None)
        assert label is None or pressed is not None, f"{label} is not on show"
        written = "" if pressed else text
        incoming = Incoming("test", "1", "clerk", written, ALIVE, choice=pressed)
        turn = take_turn(self.state, incoming, self.library, self.context)
        self.state = turn.state
        for effect in turn.effects:
            match effect:
                case SaveDossier(dossier):
                    self.context = replace(self.context, dossiers=(dossier,))
                case PlanReminders(planned):
                    self.context = replace(self.context, reminders=(*self.context.reminders, *planned))
                case StopReminders(wave):
                    left = tuple(each for each in self.context.reminders if wave and each.wave != wave)
                    self.context = replace(self.context, reminders=left)
        return turn.replies


def said_of(library: Library, case: Mapping[str, Any]) -> str:
    """Return all that is told to the last message of the case, choices included."""
    talk = Talk(library, case.get("at", ""), case.get("documents", ()))
    for text in case.get("first", ()):
        talk.says(text)
    replies = talk.says(case["said"])
    return "\n".join([each.text for each in replies] + [choice.label for each in replies for choice in each.choices])


def cases() -> Iterator[Any]:
    for author, listed in AUTHORS.items():
        for number, case in enumerate(listed, start=1):
            name = f"{author}-{number}"
            is_known = f"{name}: {case['said']}" in KNOWN_FAILURES
            marks = [NOT_YET] if is_known else []
            yield pytest.param(case, id=name, marks=marks)


@pytest.mark.parametrize("case", list(cases()))
def test_what_is_told(library: Library, case: Mapping[str, Any]) -> None:
    told = said_of(library, case)
    assert not [each for each in case.get("never", ()) if each in told], told
    missing = [each for each in case["told"] if not any(way in told for way in each.split("|"))]
    assert not missing, f"{missing} is not in: {told}"
