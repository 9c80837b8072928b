"""Between the reminders' rules and the storage: what is asked is planned, what is stopped goes."""

from collections.abc import Sequence

from bot.conversation.talk.effects import PlanReminders, StopReminders
from bot.conversation.values.deadline_plan import PlannedReminder
from bot.services.source import Source
from storage import reminders
from storage.engine.database import Transaction
from storage.reminders import Plan


def plan_reminders(transaction: Transaction, effect: PlanReminders, source: Source) -> None:
    reminders.plan(transaction, source.recipient_id, plans_of(effect.planned), effect.zone, source.now)


def stop_reminders(transaction: Transaction, effect: StopReminders, source: Source) -> None:
    reminders.stop(transaction, source.recipient_id, effect.wave)


def plans_of(planned: Sequence[PlannedReminder]) -> list[Plan]:
    return [Plan(each.wave, each.closes_on, each.days_before, each.due_at) for each in planned]
