"""What one message costs below the channels, by its kind: CPU, and statements to the database.

python -m tests.benchmarks.turns [--messages 60] [--rounds 3] [--only sqlite|postgresql] [--kind KIND]

People say it in turn, one message at a time, to the assistant that the page has, which commits each turn. Beside it, in
the same rounds, the same stack used the usual way: SQLModel objects, a session and a commit a message, rapidfuzz's
`extractOne` with WRatio over the same phrasings and the names of the same towns. That peer encrypts nothing, remembers
the last text only, and answers a message twice that comes twice. The CPU is that of this process, of the best round: it
depends on who else uses the machine, what is beside it less so.
"""

import argparse
import asyncio
import itertools
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Engine, event
from sqlmodel import Field, Session, SQLModel, create_engine, select

from bot.base.memory import settle
from bot.base.shelf import Shelf
from bot.channels.web import CHANNEL
from bot.conversation.talk.messages import Incoming, Reply
from bot.conversation.turn import take_turn
from bot.search.indexing import keep_up
from bot.services.assistant import Assistant, Received
from bot.services.pages import Pages
from knowledge.places.registers import TERRITORIES, load_registers
from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import KeyRing, new_key
from tests.benchmarks.asked import QUESTIONS
from tests.postgresql import running_server
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)
#: People who write in turn.
PEOPLE = 20
#: What is said first, uncounted, and what then is said again and again, by the kind of message.
KINDS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "question": ((), QUESTIONS),
    "town": ((), ("Est-ce que Mâcon est concernée ?", "et Dole ?", "Notre ville de Chaumont est-elle éligible ?")),
    "form": (("je veux préparer un dossier", "oui", "Dole"), ("passer",)),
    "talk": ((), ("bonjour", "merci", "d'accord", "au revoir")),
}
Say = Callable[[str, str], Awaitable[None]]


class UsualPerson(SQLModel, table=True):
    __tablename__ = "usual_people"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True, unique=True)
    state: str = ""


class UsualMessage(SQLModel, table=True):
    __tablename__ = "usual_messages"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="usual_people.id", index=True)
    is_ours: bool
    text: str
    at: datetime


class Usual:
    """The same job, as most would do it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        SQLModel.metadata.create_all(engine, [UsualPerson.__table__, UsualMessage.__table__])  # type: ignore[attr-defined]
        library = shipped()
        self._phrasings = {
            said: entry.answer for entry in library.call.entries for said in (entry.question, *entry.variants)
        }
        self._towns = load_registers(TERRITORIES).names

    async def say(self, person: str, text: str) -> None:
        with Session(self._engine) as session:
            writer = session.exec(select(UsualPerson).where(UsualPerson.name == person)).first()
            if writer is None:
                writer = UsualPerson(name=person)
                session.add(writer)
                session.flush()
            assert writer.id is not None
            session.add(UsualMessage(person_id=writer.id, is_ours=False, text=text, at=NOW))
            answer = self._answer(text)
            writer.state = text
            session.add(UsualMessage(person_id=writer.id, is_ours=True, text=answer, at=NOW))
            session.commit()

    def _answer(self, text: str) -> str:
        town = process.extractOne(text, self._towns, scorer=fuzz.WRatio, score_cutoff=90)
        found = process.extractOne(text, self._phrasings.keys(), scorer=fuzz.WRatio)
        return f"{town[0] if town else ''} {self._phrasings[found[0]]}"


@dataclass
class Cost:
    cpu_milliseconds: float
    statements: float


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """Yield a list that grows by each statement that the engine is given."""
    heard: list[str] = []

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


_updates = itertools.count()


def assistant_of(database: Database) -> Say:
    """Return what says something to the assistant of the page, and waits until its answer is committed."""
    shelf = Shelf(shipped())
    keep_up(database, shelf)
    pages = Pages(database, shelf, lambda: NOW, CHANNEL)
    assistant = Assistant(
        database,
        lambda state, incoming, context: take_turn(state, incoming, shelf.library, context),
        lambda: NOW,
        apology=Reply("Pardon."),
        keepers={CHANNEL: pages},
    )

    async def say(person: str, text: str) -> None:
        if await pages.find(f"key {person}", None) is None:
            await pages.begin(f"start {person}", person, f"key {person}")
        received = await assistant.receive(Incoming(CHANNEL, f"{next(_updates)}", person, text, NOW))
        assert received is Received.HANDLED

    return say


async def cost(engine: Engine, say: Say, kind: str, messages: int) -> Cost:
    """Return what a message of this kind costs."""
    first, then = KINDS[kind]
    people = [f"{kind}-{next(_updates)}" for _ in range(PEOPLE)]
    for person in people:
        for text in (*first, then[0]):
            await say(person, text)
    with statements_of(engine) as heard:
        began = time.process_time()
        for number in range(messages):
            await say(people[number % PEOPLE], then[number % len(then)])
        spent = time.process_time() - began
    return Cost(spent / messages * 1000, len(heard) / messages)


def measure(url: str, messages: int, rounds: int, kinds: Sequence[str]) -> None:
    database = open_database(url, KeyRing([new_key()]))
    usual_engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    ours, usual = assistant_of(database), Usual(usual_engine).say
    settle()  # as a served process does; both gain by it
    for kind in kinds:
        costs = [
            (
                asyncio.run(cost(database.engine, ours, kind, messages)),
                asyncio.run(cost(usual_engine, usual, kind, messages)),
            )
            for _ in range(rounds)
        ]
        own, peer = (min(each, key=lambda cost: cost.cpu_milliseconds) for each in zip(*costs, strict=True))
        print(
            f"  {kind:9} {own.cpu_milliseconds:6.2f} ms of CPU, {own.statements:4.1f} statements; "
            f"the usual way {peer.cpu_milliseconds:6.2f} ms, {peer.statements:4.1f}: "
            f"{own.cpu_milliseconds / peer.cpu_milliseconds:.2f} of it",
            flush=True,
        )
    database.close()
    usual_engine.dispose()


def main() -> None:
    """Run as a program."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--messages", type=int, default=60)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--only", choices=("sqlite", "postgresql"))
    reader.add_argument("--kind", choices=tuple(KINDS))
    given = reader.parse_args()
    kinds = [given.kind] if given.kind else list(KINDS)
    if given.only != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            print("sqlite")
            measure(sqlite_url(Path(folder) / "turns.sqlite3"), given.messages, given.rounds, kinds)
    if given.only != "sqlite":
        with running_server() as server:
            print("postgresql")
            measure(server.new_database("turns"), given.messages, given.rounds, kinds)


if __name__ == "__main__":
    main()
