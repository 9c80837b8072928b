"""Anybody may write anything, press any button ever shown, while the staff do what they like: nothing breaks.

Nothing raises, no answer is lost, no dossier moves but by the table, and what the staff were handed stays theirs.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.conversation.values.dossier import Dossier, EventKind, KeptAnswer
from bot.conversation.values.moves import MOVES, Status
from bot.services.dossiers import read_dossier, read_events
from knowledge.library import Library
from storage import dossiers
from storage.engine.encryption import KeyRing
from tests.databases import KEY
from tests.dialogues.player import Player, at
from tests.dialogues.ways import goes
from tests.shipped import shipped

OPENED: datetime = at(date(2020, 10, 15))
KEYS = KeyRing([KEY])
WORDS = [
    "je veux commencer un dossier", "oui", "non", "1", "2", "3", "9", "Dole", "Saint-Pierre", "grand dole", "retour",
    "passer", "aide", "annuler", "plus tard", "résumé", "modifier", "modifier courriel", "envoyer", "supprimer",
    "mon dossier", "historique", "retirer", "transférer", "inviter", "reprendre", "/start", "/nouveau", "garder",
    "Claire Martin, DGS", "c.martin@dole.org", "03 84 79 79 79", "fin mars", "12/02/2021", "uimm, greta", "bonjour",
    "Il manque des soudeurs.", "c'est quoi une antenne ?", "qui préside le conseil de la lune ?", "terminer l'échange",
    "", "?", "é" * 5000, "{code}", "{reference}", "AAA-AAA-AAA", "\x00\ud800", "<b>x</b>",
]  # fmt: skip
#: The way of a dossier, so that walks do not only wander about its door.
WAY = [
    "je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS", "c.martin@dole.org",
    "passer", "1", "Des soudeurs.", "résumé", "envoyer",
]  # fmt: skip
#: What only leads somewhere when it is said in a row.
ROWS = [
    ("supprimer", "oui"), ("retirer", "oui"), ("transférer", "oui"), ("inviter", "oui"), ("mon dossier", "envoyer"),
    ("modifier collectivité", "Montbéliard", "1"), ("modifier candidature", "oui", "Laon"),
    ("modifier courriel", "a@b.fr"), ("modifier candidature", "non"),
    ("je veux commencer un dossier", "Nouveau dossier, pour une autre collectivité", "oui"),
]  # fmt: skip
OPERATIONS = ["take", "release", "ask", "answer", "note", "close", "reopen"]
STEPS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    *[st.tuples(st.just("row"), st.sampled_from(ROWS))] * 4,  # the likeliest: it goes deepest
    st.tuples(st.just("press"), st.integers(0, 500)),
    st.tuples(st.just("go on"), st.just(0)),
    st.tuples(st.just("person"), st.sampled_from(["clerk", "colleague"])),
    st.tuples(st.just("staff"), st.tuples(st.sampled_from(OPERATIONS), st.sampled_from(["Anne", "Bob"]))),
    st.tuples(st.just("thread"), st.sampled_from(["take_thread", "release_thread", "write_in_thread"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 30, 300])),
    st.tuples(st.just("crash"), st.just(0)),
)  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


#: Without shrinking: it would replay hundreds of databases, and the walk that failed says enough.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(
    phases=PHASES,
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(start=st.sampled_from([0, 5, 10, len(WAY)]), steps=st.lists(STEPS, min_size=10, max_size=25))
def test_a_walk(start: int, steps: list[tuple[str, Any]], library: Library) -> None:
    with TemporaryDirectory(prefix="walk-") as folder:
        player = Player(library, Path(folder), KEYS, now=OPENED)
        try:
            goes(player, *WAY[:start])
            way, kept = start, _kept(player)
            for kind, value in steps:
                for one, given in [("say", text) for text in value] if kind == "row" else [(kind, value)]:
                    way, before = _do(player, one, given, way), kept
                    kept = _kept(player)
                    _check(player, before, kept, is_staff=kind == "staff")
        finally:
            player.close()


def _do(player: Player, kind: str, value: Any, way: int) -> int:
    match kind:
        case "say":
            player.says(player._filled(value))
        case "press":
            shown = [choice for reply in player.told.get(player.person, []) for choice in reply.choices]
            if shown:
                player.says("", shown[-1 - value % len(shown)].id)
        case "go on" if way < len(WAY):
            player.says(WAY[way])
            return way + 1
        case "person":
            player.person = value
        case "staff":
            operation, staff = value
            arguments = {
                "ask": ["courriel", "Pourquoi ?"],
                "answer": ["Bonjour."],
                "note": ["À voir."],
                "close": ["Fini."],
            }
            for dossier in player.dossiers():
                player.staff(operation, dossier.reference, staff, *arguments.get(operation, []))
        case "thread":
            player.staff(value, 1, "Anne", *(["Bonjour."] if value == "write_in_thread" else []))
        case "wait":
            player.wait(timedelta(days=value))
        case "crash":
            player.crash()
    return way


def _kept(player: Player) -> dict[str, tuple[Dossier, int]]:
    def read(transaction: Any) -> Iterator[tuple[str, tuple[Dossier, int]]]:
        for kept in dossiers.list_all(transaction):
            dossier = read_dossier(kept, None)
            assert dossier is not None
            yield kept.reference, (dossier, len(dossiers.list_events(transaction, [kept.id])[kept.id]))

    return player.database.run_now(lambda transaction: dict(read(transaction)))


def _check(
    player: Player, before: dict[str, tuple[Dossier, int]], after: dict[str, tuple[Dossier, int]], *, is_staff: bool
) -> None:
    for reference, (old, _) in before.items():
        if reference not in after:
            assert old.status in (Status.DRAFT, Status.WITHDRAWN), "what was handed over cannot be deleted"
            continue
        new, _ = after[reference]
        allowed = {to for (status, _), to in MOVES.items() if status is old.status} | {old.status}
        # An answer that completes the dossier is two moves at once.
        assert new.status in allowed, (old.status, new.status)
        assert is_staff or new.holder == old.holder or new.status is Status.WITHDRAWN, "only the staff take and release"
        # By what it is: how it is shown may say since when a wave is closed.
        changed = {key for key, answer in old.answers.items() if _content(new.answers.get(key)) != _content(answer)}
        assert not (is_staff and changed), "the staff change no answer"
        told = _told_changes(player, reference)
        assert changed <= told, "a change that the history does not tell"


def _content(answer: KeptAnswer | None) -> object:
    return answer and (answer.value, answer.is_empty)


def _told_changes(player: Player, reference: str) -> set[str]:
    def read(transaction: Any) -> set[str]:
        kept = dossiers.lock(transaction, reference)
        assert kept is not None
        events = read_events(dossiers.list_events(transaction, [kept.id])[kept.id])
        return {str(each.event.question) for each in events if each.event.kind is EventKind.ANSWERED}

    return player.database.run_now(read)
