"""What a channel whose staff's group has topics must know: which one a message belongs in, and what stands under it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.base.clock import Clock
from bot.conversation.talk.messages import Choice, Place, Reply
from bot.conversation.values.about import About
from bot.desk.desk import Desk
from bot.desk.subjects import Subject, find_subject
from storage import recipients, topics
from storage.engine.database import Database, Transaction
from storage.topics import KeptTopic

#: What the ids of the staff's buttons begin with: `s:verb:dossier:reference` or `s:verb:thread:number`.
PREFIX = "s:"


class TopicBook:
    """The topics of one group. Errors of all its methods: DatabaseUnavailable."""

    def __init__(self, database: Database, desk: Desk, clock: Clock, channel: str, group: str) -> None:
        """`group`: its address, by which what was sent to it is kept."""
        self._database = database
        self._desk = desk
        self._clock = clock
        self._channel = channel
        self._group = group

    async def look_up(self, reply: Reply) -> tuple[Reply, Place]:
        """Return the message with the buttons of what it is about, as that stands now, and where it belongs."""
        if reply.about is None:
            return reply, Place()
        return await self._database.run(self._look_up, reply, reply.about, self._clock())

    async def keep(self, about: str, topic: str, title: str) -> None:
        """Remember that the topic of `about` is this one, called so."""
        await self._in_group(topics.keep, about, KeptTopic(topic, title))

    async def forget(self, about: str) -> None:
        await self._in_group(topics.forget, about)

    async def _in_group(self, work: Callable[..., None], *what: object) -> None:
        def do(transaction: Transaction) -> None:
            work(transaction, self._register(transaction), *what)

        await self._database.run(do)

    def _register(self, transaction: Transaction) -> int:
        return recipients.register(transaction, self._channel, self._group, self._clock())

    def _look_up(self, transaction: Transaction, reply: Reply, about: str, now: datetime) -> tuple[Reply, Place]:
        subject = find_subject(self._desk, transaction, about, now)
        if subject is None:
            return reply, Place()
        known = topics.find(transaction, self._register(transaction), subject.about)
        reply = _with_verbs(self._desk, reply, about, subject, now)
        return reply, Place(
            subject.about, subject.title, known.topic if known else None, known.title if known else None
        )


def _with_verbs(desk: Desk, reply: Reply, about: str, subject: Subject, now: datetime) -> Reply:
    if not reply.with_verbs:
        return reply
    kind = About(about).kind
    choices = tuple(
        Choice(f"{PREFIX}{verb}:{about}", desk.library.say("group_verb", now, verb=verb, kind=kind))
        for verb in subject.verbs
    )
    return replace(reply, choices=(*reply.choices, *choices))
