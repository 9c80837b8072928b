"""Kill `guichet serve` again and again while people write to it in Telegram, then prove that nothing was lost.

python -m tests.end_to_end.telegram_crash --kills 20 [--intake webhook]
"""

import argparse
import asyncio
import itertools
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.conversation.talk.messages import Reply
from storage import team_questions
from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import KeyRing
from storage.engine.tables import table
from tests.end_to_end.guichet_process import Guichet, environment_of, until_ready
from tests.fake_bot_api.polling import pending
from tests.fake_bot_api.server import FakeBotApi, running

#: What each person writes, one after the other. The third has no answer; the fourth hands it to the team.
WRITTEN = (
    "Quelle est la date limite de la vague 2 ?",
    "Qui peut candidater ?",
    "Notre perroquet bleu sait-il jouer du tuba le dimanche ?",
    "Oui, transmettre",
    "Quelle est la date limite de la vague 3 ?",
)
#: Seconds after which what still waits counts as lost.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `faults` is empty when nothing was lost and nothing handled twice."""

    updates: int
    kills: int
    sends: int
    repeats: int
    faults: list[str]

    def __str__(self) -> str:
        told = "; ".join(self.faults) or "nothing lost, nothing handled twice, every order kept"
        return f"{self.updates} updates, {self.kills} kills, {self.sends} sends, {self.repeats} repeats: {told}"


async def crash(intake: str, kills: int, people: int, cache: Path, folder: Path, seed: int) -> Report:
    """Let `people` write while the program is killed `kills` times."""
    chance = random.Random(seed)
    api = FakeBotApi()
    async with running(api):
        environment = environment_of(api, intake, cache, folder)
        guichet = Guichet(environment, folder / "log")
        guichet.start(_today(0))
        try:
            await until_ready(api, intake)
            writing = asyncio.create_task(_write(api, people, kills))
            for number in range(1, kills + 1):
                if number % 2:
                    await _until_written(api)
                    await asyncio.sleep(chance.uniform(0, 0.3))  # while messages are taken in
                else:
                    before = len(api.calls("sendMessage", effect=True))
                    await api.until_called("sendMessage", times=before + chance.randint(1, people), seconds=PATIENCE)
                guichet.kill()
                guichet.start(_today(number))
            pushed = await writing
            await _until_done(api, len(pushed))
            guichet.end()
        finally:
            guichet.kill()
        database = open_database(
            sqlite_url(folder / "data" / "guichet.sqlite3"), KeyRing([environment["GUICHET_SECRET_KEY"]])
        )
        try:
            return _report(api, database, pushed, people, kills)
        finally:
            database.close()


def _today(starts: int) -> str:
    """Return a clock a minute later at each start, so that nobody waits for what a killed process had in hand."""
    return f"2020-10-15T{9 + starts // 60:02}:{starts % 60:02}"


async def _write(api: FakeBotApi, people: int, kills: int) -> set[str]:
    """Let each person write each text, all of them at once; return the ids of the updates."""
    pushed = set()
    for text in WRITTEN:
        for person in range(1, people + 1):
            pushed.add(f"{api.bot().user['id']}:{api.act(chat_id=person, text=text)}")
        await asyncio.sleep(2.0)  # the program has the time to start again
    return pushed


async def _until_written(api: FakeBotApi) -> None:
    """Wait for the next message that the program is running to receive."""
    before = api.bot().next_update_id
    end = time.monotonic() + PATIENCE / 10
    while api.bot().next_update_id == before and time.monotonic() < end:
        await asyncio.sleep(0.005)


async def _until_done(api: FakeBotApi, sends: int) -> None:
    end = time.monotonic() + PATIENCE
    while pending(api.bot()) or len(api.calls("sendMessage", effect=True)) < sends:
        if time.monotonic() > end:
            return  # the report tells what is missing
        await asyncio.sleep(0.1)
    await asyncio.sleep(1.5)  # what would still come would be too much


def _report(api: FakeBotApi, database: Database, pushed: set[str], people: int, kills: int) -> Report:
    inbox, outbox, recipients = map(table, ("inbox", "outbox", "recipients"))
    with database.transaction() as transaction:
        execute = transaction.connection.execute
        handled = {row.update_id: row.status for row in execute(select(inbox.c.update_id, inbox.c.status))}
        kept: dict[int, list[str]] = {}
        for row in execute(
            select(recipients.c.address, outbox.c.content, outbox.c.status)
            .join(recipients, recipients.c.id == outbox.c.recipient_id)
            .order_by(outbox.c.id)
        ):
            kept.setdefault(int(row.address), []).append(Reply.from_json(_content(row.content)).text.split()[0])
        asked = Counter(question.sender for question in team_questions.list_questions(transaction, 10**9))
    faults, sends, repeats = [], 0, 0
    if handled != dict.fromkeys(pushed, "handled"):
        faults.append(f"inbox: {len(pushed - set(handled))} updates missing, {len(set(handled) - pushed)} too many")
    if asked != Counter(str(person) for person in range(1, people + 1)):
        faults.append("team_questions: not exactly one of each person")
    for person in range(1, people + 1):
        texts = [call.result["text"] for call in api.calls("sendMessage", person, effect=True)]
        once = [text for text, _ in itertools.groupby(texts)]
        sends, repeats = sends + len(texts), repeats + len(texts) - len(once)
        if len(kept.get(person, [])) != len(WRITTEN):
            faults.append(f"person {person}: {len(kept.get(person, []))} replies kept")
        elif [text.split()[0] for text in once] != kept[person]:
            faults.append(f"person {person}: left {[text.split()[0] for text in once]}, kept {kept[person]}")
    return Report(len(pushed), kills, sends, repeats, faults)


def _content(kept: Any) -> Any:
    return loads(kept) if isinstance(kept, str) else kept


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--intake", choices=["polling", "webhook"], default="polling")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = await crash(options.intake, options.kills, options.people, Path(folder), Path(folder), options.seed)
    print(report)
    return bool(report.faults)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
