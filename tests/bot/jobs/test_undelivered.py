"""What will never leave is said where it can be: in the words of a town, or of the staff."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.base.shelf import Shelf
from bot.conversation.talk.messages import Reply
from bot.desk.desk import Desk
from bot.jobs.undelivered import replace_lost, report_undelivered
from bot.services.source import DeskAddress
from bot.services.telling import tell, tell_all_desks
from bot.transport.delivery import Courier, Letter, Outcome, Refused, Sent
from storage import recipients
from storage.engine.database import Database, Transaction
from tests.shipped import shipped

NOW = datetime(2020, 10, 15, 10, tzinfo=UTC)
DESKS = (DeskAddress("test", "desk"),)


class Channel:
    """Refuses what it is told to refuse."""

    def __init__(self, outcome: Refused) -> None:
        self.outcome = outcome
        self.told: list[tuple[str, str]] = []

    async def send(self, letter: Letter) -> Outcome:
        if letter.reply.text.startswith("refuse"):
            return self.outcome
        self.told.append((letter.recipient, letter.reply.text))
        return Sent("1")


async def told(database: Database, outcome: Refused, address: str, key: str, about: str | None) -> list[str]:
    """Return what desk and town are told after a message was refused."""
    desk, channel = Desk(Shelf(shipped()), DESKS), Channel(outcome)
    courier = Courier(database, {"test": channel}, lambda: NOW, stand_in=lambda row: replace_lost(desk, row, NOW))

    def put(transaction: Transaction) -> None:
        if address == "desk":
            tell_all_desks(transaction, DESKS, Reply("refuse"), key, NOW, about)
        else:
            town = recipients.register(transaction, "test", address, NOW)
            tell(transaction, "test", town, Reply("refuse ceci"), key, NOW)

    database.run_now(put)
    for _ in range(3):
        await courier.drain()
        database.run_now(lambda transaction: report_undelivered(desk, transaction, NOW))
    await courier.drain()
    return [f"{to}: {said}" for to, said in channel.told]


async def test_a_town_whose_answer_will_never_come_is_told_what_to_do(database: Database) -> None:
    (said,) = await told(database, Refused("Bad Request: BUTTON_DATA_INVALID"), "alice", "test:1:0", None)
    assert said.startswith("alice: Un message que je devais vous envoyer n'a pas pu partir.")
    assert "Écrivez-moi de nouveau" in said


@pytest.mark.parametrize(
    ("about", "next_step"), [("dossier:K7R-M3W-X9A", "/voir K7R-M3W-X9A"), (None, "Réécrivez votre commande")]
)
async def test_the_staff_are_told_how_to_see_what_could_not_be_shown(
    about: str | None, next_step: str, database: Database
) -> None:
    (said,) = await told(database, Refused("Bad Request: whatever"), "desk", "test:1:0", about)
    assert said.startswith("desk: ")
    assert next_step in said


@pytest.mark.parametrize(
    ("reason", "is_blocked"), [("whatever a channel calls it", True), ("Bad Request: file is blocked", False)]
)
async def test_that_a_town_blocked_us_is_known_by_the_channel_not_by_its_words(
    reason: str, *, is_blocked: bool, database: Database
) -> None:
    said = await told(database, Refused(reason, blocked=is_blocked), "alice", "thread:1:1", None)
    (group,) = [each for each in said if each.startswith("desk: La collectivité n'a pas reçu")]
    assert ("elle a bloqué le robot" in group) == is_blocked
    assert "refuse ceci" in group


async def test_a_message_that_no_key_opens_is_reported_and_hides_no_other(database: Database) -> None:
    await told(database, Refused("no"), "alice", "thread:1:1", None)
    with database.transaction() as transaction:
        transaction.connection.execute(text("UPDATE outbox SET content = 'no token' WHERE key = 'thread:1:1'"))
        transaction.connection.execute(text("DELETE FROM outbox WHERE key LIKE '%:lost:desk:%'"))
    said = await told(database, Refused("no"), "alice", "thread:2:1", None)
    assert sum("La collectivité n'a pas reçu" in each for each in said) == 2
