"""`guichet explain`: what was read in a message outside any conversation, part by part, and what is said to it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.base.wording import text
from bot.cli.single_question import answer_as_text
from bot.conversation.answers import answers
from bot.conversation.reading.asked_of_town import AskedOfTown, asked_of_town
from bot.conversation.reading.heard import Heard, SmallTalk
from bot.conversation.reading.naming import Named, read_places
from bot.conversation.reading.questions import split_questions
from bot.conversation.wished import LIKELY
from knowledge.hearing.polarity import Fit, fit, opens
from knowledge.library import Library

#: Entries told, and characters of the answer.
_ENTRIES, _MOST_OF_THE_ANSWER = 3, 300
_SMALL_TALK = {SmallTalk.THANKS: "thanks", SmallTalk.UNDERSTOOD: "understood", SmallTalk.INSULT: "insult"}
_ASKED = {
    AskedOfTown.ELIGIBILITY: "eligibility",
    AskedOfTown.RETAINED: "retained",
    AskedOfTown.APPLIED: "applied",
    AskedOfTown.OTHER: "other",
    AskedOfTown.BEGIN: "begin",
}
_FITS = {Fit.SAME: "same", Fit.OPPOSITE: "opposite", Fit.UNSURE: "unsure"}


def explained(message: str, library: Library, now: datetime) -> str:
    """Return one line for each part of the reading that says something, then the beginning of the answer."""
    heard = Heard(message, library.call)
    named = read_places(message, library)
    lines = [*_of_words(heard), *_of_wish(heard, library), *_of_places(heard, named), *_of_entries(heard, library, now)]
    answer = " ".join(answer_as_text(message, library, now).split())
    lines.append(_line("route", [answer[:_MOST_OF_THE_ANSWER]]))
    return "\n".join(line for line in lines if line)


def _line(what: str, values: Iterable[str]) -> str:
    said = ", ".join(value for value in values if value)
    return text("explain", "is", what=text("explain", what), value=said) if said else ""


def _of_words(heard: Heard) -> Iterator[str]:
    yield _line("command", [heard.command.value if heard.command else ""])
    yield _line("wish", [heard.wish.value if heard.wish else ""])
    said = (("yes-said", heard.is_yes), ("no-said", heard.is_no), ("unknowing", heard.is_unknowing))
    yield _line("assent", [text("explain", name) for name, is_so in said if is_so])
    yield _line("ranks", [str(rank) for rank in heard.ranks if rank is not None])
    yield _line("reference", [heard.reference or ""])
    form = text("explain", "open" if heard.is_open_question else "closed")
    yield _line("asking", [form if heard.is_asking else ""])
    yield _line("small-talk", [text("explain", _SMALL_TALK[heard.small_talk])] if heard.small_talk else [])
    yield _line("left", [word.folded for word in heard.meaning()])


def _of_wish(heard: Heard, library: Library) -> Iterator[str]:
    """The command that it is likest to wish for, where there is a dossier."""
    found = library.likeliest_wish(heard.text) if not (heard.command or heard.wish) else None
    if found is not None and found.confidence >= LIKELY:
        yield _line("wish-guessed", [text("explain", "entry", entry=found.entry, confidence=f"{found.confidence:.2f}")])


def _of_places(heard: Heard, named: Named) -> Iterator[str]:
    yield _line("places", [f"{each.town.name} ({each.town.departement}, {each.score:g})" for each in named.likeliest])
    yield _line("near", [f"{each.town.name} ({each.town.departement}, {each.score:g})" for each in named.near])
    if named.places:
        yield _line("asked-of-town", [text("explain", _ASKED[asked_of_town(heard, named)])])


def _of_entries(heard: Heard, library: Library, now: datetime) -> Iterator[str]:
    questions = split_questions(heard)
    yield _line("questions", [f"« {each} »" for each in questions] if len(questions) > 1 else [])
    found = answers.find_answer(heard.text, library)
    likely = [found.best] if found.best else list(found.candidates)
    yield _line(
        "entries",
        [
            text("explain", "entry", entry=each.entry.id, confidence=f"{each.confidence:.2f}")
            for each in likely[:_ENTRIES]
        ],
    )
    if found.best and opens(library.renderer.render(found.best.entry.answer, now)):
        stands = fit(found.best.entry.question, heard.text, library.call.hearing)
        yield _line("opening", [text("explain", _FITS[stands])])
