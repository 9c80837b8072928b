"""A week of four people with sixty dossiers: nothing is lost, nothing reaches another, and all of it is counted."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.conversation.reading.codes import make_reference
from bot.conversation.values.about import about_dossier, about_thread
from bot.desk.office.office import DELAY
from bot.desk.office.roles import Role
from bot.desk.verbs import Verb
from bot.search.workload import workload
from storage import audit
from storage.engine.database import Transaction
from storage.engine.tables import table
from storage.search_index import Sought, Tab, find
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import Staff
from tests.bot.channels.backoffice.towns import Town, ask, ask_press, settle
from tests.bot.channels.web.served import Served
from tests.shipped import shipped

DOSSIERS, DAYS, SEED = 60, 5, 20201012


@dataclass
class Week:
    """What is done, to be found again in what is kept."""

    served: Served
    towns: dict[str, Town] = field(default_factory=dict)
    #: Member, verb, subject of each operation that was told to be done.
    done: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    async def do(self, who: Staff, path: str, about: str, verb: Verb, **fields: str) -> None:
        await who.open(path)
        assert who.status == 200
        action = f"{path}/reponse" if verb is Verb.ANSWER else f"{path}/faire/{verb.value}"
        await who.send(action, **fields)
        assert who.status == 200, who.words
        self.done[who.member.id, verb.value, about] += 1

    async def all_at_once(self, who: Staff, abouts: list[str], verb: Verb, **fields: str) -> None:
        for start in range(0, len(abouts), 25):
            some = abouts[start : start + 25]
            await who.open("/bureau?onglet=en-cours")
            await who.send_all("/bureau/ensemble", [("choix", each) for each in some], faire=verb.value, **fields)
            assert f": {len(some)}." in who.words, who.words
            assert "Non fait" not in who.words
            self.done.update((who.member.id, verb.value, each) for each in some)

    async def evening(self) -> None:
        """Let what is held leave, and a day pass."""
        self.served.clock[0] += DELAY
        await self.served.office.send_due()
        self.served.clock[0] += timedelta(days=1)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_nothing_is_lost_in_a_week_of_four_people(served: Served, enter: Enter) -> None:
    week, codes = Week(served), ["39198", "64445", "35288", "25056", "90010", "21231", "71076"]
    for rank in range(DOSSIERS):
        reference = make_reference(week.chance.choice)
        week.towns[reference] = settle(served, reference, codes[rank % len(codes)])
    asked = [ask(served, f"Question {rank} ?", f"person{rank}") for rank in range(6)]
    press = [ask_press(served, medium) for medium in ("Le Progrès", "France Bleu", "La Gazette")]
    lea, anne, bruno = await enter("Léa", Role.ADMIN), await enter("Anne"), await enter("Bruno")
    paul = await enter("Paul", Role.PRESS)
    todo = list(week.towns)
    await week.all_at_once(lea, [about_dossier(each) for each in todo[:25]], Verb.HAND, a=str(anne.member.id))
    await week.all_at_once(lea, [about_dossier(each) for each in todo[25:40]], Verb.HAND, a=str(bruno.member.id))
    await week.all_at_once(bruno, [about_thread(each) for each in asked[:3]], Verb.TAKE)
    held = {**dict.fromkeys(todo[:25], anne), **dict.fromkeys(todo[25:40], bruno)}
    for day in range(DAYS):
        if day == 2:  # Anne is away from here on: Bruno takes all of hers over
            hers = [about_dossier(each) for each, holder in held.items() if holder is anne]
            await week.all_at_once(bruno, hers, Verb.TAKE_OVER, texte="Anne est en congé.")
            held = dict.fromkeys(held, bruno)
        for reference in week.chance.sample(todo, 6):
            week.towns[reference].write(f"Message du jour {day} de {reference}")
        for reference in week.chance.sample(list(held), 3):
            who, path = held[reference], week.towns[reference].path
            await week.do(who, path, about_dossier(reference), Verb.ANSWER, texte=f"Réponse pour {reference}")
        reference = week.chance.choice(list(held))
        who, path, about = held[reference], week.towns[reference].path, about_dossier(reference)
        match day % 3:
            case 0:
                await week.do(who, path, about, Verb.ASK, question="besoins", texte=f"Précisez pour {reference}")
            case 1:
                await week.do(who, path, about, Verb.NOTE, texte=f"Interne : {reference}")
            case _:
                decision = shipped().call.decisions[0].id
                await week.do(who, path, about, Verb.CLOSE, question=decision, texte=f"Clos pour {reference}")
                held.pop(reference)
        if day < len(press):
            path = f"/bureau/echanges/{press[day]}"
            await week.do(paul, path, about_thread(press[day]), Verb.ANSWER, texte="Je vous rappelle.")
        await week.evening()
    served.database.run_now(_nothing_is_lost)
    served.database.run_now(_counts_are_those_of_the_tables, served)
    served.database.run_now(_the_log_is_complete, week)
    for reference, town in week.towns.items():
        named = {other for said in town.told() for other in week.towns if other in said}
        assert named <= {reference}, "nothing for another"
        assert not [said for said in town.told() if "Interne" in said or "congé" in said]


def _nothing_is_lost(transaction: Transaction) -> None:
    """Each word of a town is answered, or stands in the list; each dossier has a holder, or is to be taken."""
    messages, threads, dossiers = table("thread_messages"), table("threads"), table("dossiers")
    said = transaction.connection.execute(messages.select().order_by(messages.c.id)).all()
    person = {each.id: each.recipient_id for each in transaction.connection.execute(threads.select())}
    answered = {person[each.thread_id]: each.id for each in said if each.staff is not None and not each.is_note}
    shown = {each.subject: each for each in find(transaction, Sought(), Tab.OPEN, limit=10_000)}
    open_threads = {subject.id for subject in shown if subject.kind == "thread"}
    lost = [
        each.text
        for each in said
        if each.staff is None
        and answered.get(person[each.thread_id], 0) < each.id
        and each.thread_id not in open_threads
    ]
    assert not lost
    to_take = {each.subject for each in find(transaction, Sought(), Tab.TO_TAKE, limit=10_000)}
    for dossier in transaction.connection.execute(dossiers.select()):
        row = next((each for subject, each in shown.items() if subject == ("dossier", dossier.id)), None)
        assert row is not None or dossier.status == "closed"
        assert row is None or row.holder_id is not None or row.subject in to_take


def _counts_are_those_of_the_tables(transaction: Transaction, served: Served) -> None:
    threads, dossiers = table("threads"), table("dossiers")
    states = Counter(each.status for each in transaction.connection.execute(dossiers.select()))
    waiting = Counter(each.status for each in transaction.connection.execute(threads.select()))
    told = workload(shipped(), transaction, served.clock[0])
    assert told.counts[Tab.CLOSED] == states["closed"] + waiting["closed"]
    assert told.counts[Tab.OPEN] == states.total() + waiting.total() - told.counts[Tab.CLOSED]
    assert told.counts[Tab.TO_TAKE] == states["sent"] + waiting["waiting"]
    assert told.completed == states["completed"]


def _the_log_is_complete(transaction: Transaction, week: Week) -> None:
    """Each operation that was told to be done is in the log once, and no other is."""
    verbs = set(Verb)
    logged = Counter(
        (each.member_id, each.action, each.subject) for each in audit.read(transaction) if each.action in verbs
    )
    by_answering = {key for key in logged if key[1] == Verb.TAKE and key not in week.done}  # an answer takes
    assert {key: count for key, count in logged.items() if key not in by_answering} == dict(week.done)
    assert all((member, Verb.ANSWER, about) in logged for member, _, about in by_answering)
