"""Every choice we can give, with any part of its id changed, pressed at any moment, is answered and changes nothing.

A wave, an entry, a dossier, a question or an option that is no more: it is said that the choice is gone, never more.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.conversation.talk.context import Context, Fresh
from bot.conversation.talk.effects import DeleteDossier, PlanReminders, SaveDossier
from bot.conversation.talk.messages import CHOICE_ID_BYTES, Incoming
from bot.conversation.talk.state import State
from bot.conversation.talk.visit import Turn
from bot.conversation.turn import take_turn
from bot.conversation.values.dossier import Dossier
from tests.bot.conversation.conftest import ALIVE
from tests.shipped import shipped

FRESH = Fresh("K7R-M3W-X9A", "ABCD-EFGH-JKLM")
#: What leads through most screens that bear choices.
SAID = [
    "bonjour", "qui peut candidater ?", "rappel", "mettez-moi un rappel vague 2", "mes rappels", "agenda", "Dole",
    "saint-pierre", "/confidentialite", "contact presse", "oui", "annuler", "qui préside le conseil de la lune ?",
    "je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS", "c.martin@dole.org",
    "passer", "1", "Des soudeurs.", "passer", "passer", "uimm", "résumé", "modifier", "mon dossier", "supprimer", "non",
    "inviter", "transférer", "envoyer", "mon dossier", "retirer", "historique",
]  # fmt: skip
JUNK = ["zz-9", "", "yes:yes"]


def _walk() -> Iterator[tuple[State, Context, Turn]]:
    """Yield each state of a conversation, with what was said in it."""
    library, state, context = shipped(), State(), Context(ALIVE, FRESH)
    for number, text in enumerate(SAID):
        turn = take_turn(state, Incoming("test", str(number), "claire", text, ALIVE), library, context)
        state, dossiers = turn.state, {each.reference: each for each in context.dossiers}
        for effect in turn.effects:
            match effect:
                case SaveDossier(dossier):
                    dossiers[dossier.reference] = dossier.model_copy(update={"revision": dossier.revision + 1})
                case DeleteDossier(reference):
                    dossiers.pop(reference, None)
                case PlanReminders(planned):
                    context = replace(context, reminders=planned)
        kept: tuple[Dossier, ...] = tuple(dossiers.values())
        context = replace(context, dossiers=kept, owned=frozenset(dossiers))
        yield state, context, turn


@pytest.fixture(scope="module")
def walk() -> list[tuple[State, Context, Turn]]:
    return list(_walk())


@pytest.fixture(scope="module")
def broken(walk: list[tuple[State, Context, Turn]]) -> list[str]:
    """Ids that were given, each with one part that names nothing."""
    given = {choice.id for _, _, turn in walk for reply in turn.replies for choice in reply.choices}
    assert len(given) > 60
    found = {"d:", "d:::::", "r:", "r:on", "cal:", "t:", "e:", "zz", "r:on:vague-9", "r:off:vague-9", "cal:vague-9"}
    for each in given:
        parts = each.split(":")
        for rank in range(len(parts)):
            found |= {":".join([*parts[:rank], junk, *parts[rank + 1 :]]) for junk in JUNK if parts[rank]}
    return sorted(found - given)


def test_a_choice_that_names_nothing_is_answered_and_changes_nothing(
    walk: list[tuple[State, Context, Turn]], broken: list[str]
) -> None:
    """Each in every ninth state, beginning with another one each, so that each state is met by every ninth."""
    library = shipped()
    for number, choice in enumerate(broken):
        for state, context, _ in walk[number % 9 :: 9]:
            incoming = Incoming("test", "x", "claire", "", ALIVE, choice=choice[:CHOICE_ID_BYTES])
            turn = take_turn(state, incoming, library, context)
            assert turn.wants_own_data or turn.replies, choice
            for reply in turn.replies:
                assert "est clos" not in reply.text, (choice, reply.text)
                assert "ne vous enverrai plus" not in reply.text or choice.startswith("r:off:"), (choice, reply.text)
            saved = [effect for effect in turn.effects if isinstance(effect, (SaveDossier, DeleteDossier))]
            assert not saved, (choice, saved)


def test_a_wave_that_is_gone_is_said_so_with_what_is_current(walk: list[tuple[State, Context, Turn]]) -> None:
    library = shipped()
    for choice in ("r:on:vague-9", "r:on:vague-9:list", "cal:vague-9", "r:off:vague-9"):
        turn = take_turn(State(), Incoming("test", "x", "c", "", ALIVE, choice=choice), library, Context(ALIVE, FRESH))
        assert "ne figure plus" in turn.replies[0].text
        assert turn.replies[0].choices
        assert not turn.effects


def test_a_wave_that_is_closed_is_said_to_be_so_with_the_next(walk: list[tuple[State, Context, Turn]]) -> None:
    library, later = shipped(), ALIVE.replace(year=2020, month=12, day=1)
    incoming = Incoming("test", "x", "c", "", later, choice="r:on:vague-1")
    turn = take_turn(State(), incoming, library, Context(later, FRESH))
    assert "vague 1 est close" in turn.replies[0].text
    assert "l'appel est clos" not in turn.replies[0].text


@pytest.mark.parametrize(
    "payload",
    [
        "r_12",
        "newsletter_2020",
        "qr-affiche",
        "utm-source",
        "12",
        "oui",
        "1",
        "ville-99999",
        "vague-9",
        "a b",
    ],
)
def test_a_link_with_a_mark_of_somebody_else_greets_and_does_nothing_else(payload: str) -> None:
    incoming = Incoming("test", "1", "claire", f"/start {payload}", ALIVE)
    turn = take_turn(State(), incoming, shipped(), Context(ALIVE, FRESH))
    (reply,) = turn.replies
    assert reply.text.startswith("Bonjour. Je suis un assistant automatique")
    assert not turn.effects


@pytest.mark.parametrize(
    ("payload", "said"), [("ville-39198", "Dole"), ("vague-2", "12 février 2021"), ("presse", "Zanetti")]
)
def test_a_link_of_ours_is_greeted_and_answered(payload: str, said: str) -> None:
    incoming = Incoming("test", "1", "claire", f"/start {payload}", ALIVE)
    turn = take_turn(State(), incoming, shipped(), Context(ALIVE, FRESH))
    assert any(said in reply.text for reply in turn.replies[1:])


@pytest.mark.parametrize("text", ["/rapels", "/foo bar", "/dossiers_42"])
def test_a_command_that_there_is_not_is_said_so(text: str) -> None:
    turn = take_turn(State(), Incoming("test", "1", "c", text, ALIVE), shipped(), Context(ALIVE, FRESH))
    assert "Je ne connais pas la commande" in turn.replies[0].text
