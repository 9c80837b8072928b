"""Between the turn and the storage: what editors learn from, counted without anybody or kept for a time."""

from bot.conversation.talk.effects import CountAnswer, LogPick, LogQuestion
from bot.services.source import Source
from storage import entry_counts, question_log
from storage.engine.database import Transaction
from storage.entry_counts import Counted


def count_answer(transaction: Transaction, effect: CountAnswer, _: Source) -> None:
    entry_counts.count(transaction, effect.entry, effect.day, Counted(effect.tally))


def log_question(transaction: Transaction, effect: LogQuestion, source: Source) -> None:
    question_log.keep(
        transaction,
        source.recipient_id,
        effect.question,
        effect.guesses,
        source.now,
        was_offered=effect.was_offered,
    )


def log_pick(transaction: Transaction, effect: LogPick, source: Source) -> None:
    question_log.settle(transaction, source.recipient_id, effect.entry or "")
