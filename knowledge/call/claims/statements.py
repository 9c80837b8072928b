"""What an entry states on a day, part by part, and how these become one text. Judges nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.call.model import Entry, Source, Statement
from knowledge.call.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as it reads on a day."""

    statement: Statement
    text: str


def statements_of(entry: Entry) -> Iterator[tuple[tuple[str | int, ...], Statement]]:
    """Yield the statements of `entry`, each with the path under which its file has it; the first one's is empty."""
    first, *more = entry.statements
    yield (), first
    for rank, statement in enumerate(more):
        yield ("more", rank), statement


def text_path(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return where the file has the text of the statement at `path`."""
    return (*path, "text") if path else ("answer",)


def statements_on(entry: Entry, renderer: Renderer, today: date) -> tuple[Told, ...]:
    """Return the statements of `entry` that say something on a day. Errors: TemplateFault."""
    rendered = (Told(each, renderer.render_on(each.text, today)) for each in entry.statements)
    return tuple(told for told in rendered if told.text)


def joined(told: Sequence[Told]) -> str:
    """Return the statements as one text, a paragraph after the other."""
    return "\n\n".join(each.text for each in told)


def sources_on(told: Sequence[Told], sources: Mapping[str, Source], today: date) -> tuple[Source, ...]:
    """Return the sources of what is told, each once, those that exist on a day and as they are dated then."""
    return existing(dict.fromkeys(source for each in told for source in each.statement.sources), sources, today)


def existing(ids: Iterable[str], sources: Mapping[str, Source], today: date) -> tuple[Source, ...]:
    """Return the sources of `ids` that exist on a day, as they are dated then."""
    return tuple(sources[each].as_of(today) for each in ids if sources[each].exists_on(today))
