"""How fast the staff's lists are found, counted and searched, and what the index costs whoever writes.

python tests/benchmarks/desk.py [--dossiers 10000] [--messages 50000] [--postgresql]

Beside each page, in the same run: the same question asked of the same tables in bare SQL, without opening a row.
"""

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import text  # noqa: E402

from bot.base.shelf import Shelf  # noqa: E402
from bot.conversation.reading.codes import make_reference  # noqa: E402
from bot.search.indexing import index_missing, keep_up  # noqa: E402
from bot.search.listing import Filter, find_page  # noqa: E402
from storage import recipients, threads  # noqa: E402
from storage.engine.database import Database, Transaction, open_database, sqlite_url  # noqa: E402
from storage.engine.encryption import KeyRing, new_key  # noqa: E402
from storage.search_index import Tab  # noqa: E402
from tests.bot.search.making import hand_over, make_dossier  # noqa: E402
from tests.postgresql import running_server  # noqa: E402
from tests.shipped import shipped  # noqa: E402

NOW = datetime(2020, 10, 15, 9, tzinfo=UTC)
BATCH = 200
#: Dossiers that are written as people do; more are copies of these.
WRITTEN = 250
#: Times that each question is asked.
TIMES = 60
SAID = (
    "bonjour nous souhaitons ouvrir une antenne pour former des soudeurs et des aides-soignants dans "
    "nos locaux de la gare dès la rentrée prochaine pouvez-vous nous dire quelles pièces il faut "
    "joindre merci cordialement conseil municipal délibération partenaire région entreprise bassin "
    "emploi formation calendrier vague dossier convention"
)


#: Communes of every région; those of a few letters that many dossiers are of weigh as in real life.
CODES = (*("39198", "35288", "64445", "62765", "15014", "97302", "97411", "2A004", "69123", "13055"), "59350")


def fill(database: Database, dossiers: int, messages: int) -> None:
    """Make dossiers of real towns, and threads in which people write twenty words at a time."""
    draw = random.Random(20201015)
    codes = draw.choices(CODES, k=dossiers)
    for start in range(0, dossiers, BATCH):
        database.run_now(_fill, codes[start : start + BATCH], start, messages // dossiers, draw)


def _fill(transaction: Transaction, codes: list[str], start: int, messages: int, draw: random.Random) -> None:
    library = shipped()
    for rank, code in enumerate(codes, start=start):
        at = NOW - timedelta(minutes=10 * rank)
        owner = recipients.register(transaction, "web", f"person {rank}", at)
        reference = make_reference(draw.choice)
        hand_over(transaction, make_dossier(library, reference, code, at, email=f"p{rank}@mairie.example"), owner, at)
        thread = threads.open_for(transaction, owner, None, at)
        for _ in range(messages):
            threads.write(transaction, thread, None, " ".join(draw.choices(SAID.split(), k=20)), at)


#: Rows copied for each copy: ids move by a step, what must be unique is changed, a thread is over.
COPIES = (
    "INSERT INTO dossiers (id, reference, status, revision, content, created_at, updated_at, warnings)"
    " SELECT id + :step, reference || '-' || :copy, status, revision, content, created_at, updated_at, 0"
    " FROM dossiers WHERE id <= :last",
    "INSERT INTO threads (id, recipient_id, dossier_id, status, opened_at, active_at)"
    " SELECT id + :step, recipient_id, dossier_id, 'closed', opened_at, active_at FROM threads WHERE id <= :last",
    "INSERT INTO thread_messages (thread_id, text, written_at, is_note)"
    " SELECT thread_id + :step, text, written_at, is_note FROM thread_messages WHERE thread_id <= :last",
    "INSERT INTO search_subjects (id, of_dossier, of_thread, status, is_over, awaits_town, holder_id, is_press,"
    " is_team, began_at, updated_at, version) SELECT id + :step * 2, of_dossier + :step, of_thread + :step, status,"
    " is_over, awaits_town, holder_id, is_press, is_team, began_at, updated_at, version"
    " FROM search_subjects WHERE id <= :last * 2",
    "INSERT INTO search_words (word, subject_id)"
    " SELECT word, subject_id + :step * 2 FROM search_words WHERE subject_id <= :last * 2",
)


def multiply(database: Database, dossiers: int, times: int) -> None:
    """Copy all that is there: to write it all anew would only take longer, the lists are as long."""
    for copy in range(1, times):
        for statement in COPIES:
            values: dict[str, object] = {"step": dossiers * copy, "copy": str(copy), "last": dossiers}
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            database.run_now(_execute, statement, used)


#: What becomes of some of it, in the index alone: a third is a member's, a tenth waits for its town, a seventh is over.
VARIED = (
    "UPDATE search_subjects SET holder_id = 1 WHERE id % 3 = 0",
    "UPDATE search_subjects SET awaits_town = TRUE, status = 'asked' WHERE id % 10 = 1 AND of_dossier IS NOT NULL",
    "UPDATE search_subjects SET is_over = TRUE, status = 'closed' WHERE id % 7 = 2",
)


def fill_much(database: Database, dossiers: int, messages: int) -> None:
    """Write some as people do, index it, and copy that: the lists are as long, in a tenth of the time."""
    times = max(1, dossiers // WRITTEN)
    made = dossiers // times
    start = time.perf_counter()
    fill(database, made, messages // times)
    print(f"written without the index: {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    while database.run_now(lambda t: index_missing(Shelf(shipped()), t, NOW)):
        pass
    print(f"indexed afterwards: {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    multiply(database, made, times)
    for statement in VARIED:
        database.run_now(_execute, statement, {})
    database.run_now(_execute, "ANALYZE", {})
    print(f"copied: {time.perf_counter() - start:.1f} s")


def _execute(transaction: Transaction, statement: str, values: dict[str, object]) -> None:
    transaction.connection.execute(text(statement), values)


def measure(work: Callable[[], object]) -> str:
    """Return the median and the 95th percentile, in milliseconds."""
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return f"median {statistics.median(taken):6.1f} ms, p95 {sorted(taken)[int(TIMES * 0.95)]:6.1f} ms"


@contextmanager
def opened(folder: Path, *, postgresql: bool) -> Iterator[Database]:
    keys = KeyRing([new_key()])
    if postgresql:
        with running_server(durable=False) as server:
            database = open_database(server.new_database("desk"), keys)
            yield database
            database.close()
        return
    database = open_database(sqlite_url(folder / "guichet.sqlite3"), keys)
    yield database
    database.close()


BARE = """
SELECT of_dossier, of_thread, updated_at FROM search_subjects
WHERE NOT is_over AND holder_id IS NULL ORDER BY updated_at, id LIMIT 25
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    library = shipped()
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), postgresql=given.postgresql) as database:
        fill_much(database, given.dossiers, given.messages)
        keep_up(database, Shelf(library))
        rows = database.run_now(lambda t: t.connection.execute(text("SELECT count(*) FROM search_words")).scalar())
        print(f"rows of the index: {rows}")

        def page(tab: Tab, number: int = 1, **wanted: str) -> Callable[[], object]:
            return lambda: database.run_now(
                lambda t: find_page(library, t, Filter(**wanted), tab, number, NOW, member=1)
            )

        asked = {
            "to take, first page": page(Tab.TO_TAKE),
            "to take, page 200": page(Tab.TO_TAKE, 200),
            "all, a région": page(Tab.ALL, region="Bretagne"),
            "all, a town's name": page(Tab.ALL, words="Saint"),
            "all, a frequent word": page(Tab.ALL, words="soudeurs"),
            "all, three words": page(Tab.ALL, words="antenne gare soudeurs"),
            "an e-mail address": page(Tab.ALL, words="p17@mairie.example"),
            "bare: to take": lambda: database.run_now(lambda t: t.connection.execute(text(BARE)).all()),
        }
        for name, work in asked.items():
            print(f"{name:24} {measure(work)}")
        thread = 1
        print(
            f"{'a message, with index':24} {measure(lambda: database.run_now(threads.write, thread, None, 'x', NOW))}"
        )
        print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
