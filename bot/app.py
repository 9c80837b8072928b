"""The wiring, and the only one: settings -> an assistant, a courier and their channels."""

import asyncio
import signal
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.base.clock import Clock, system_clock
from bot.base.complaints import Complaint
from bot.base.shelf import Shelf
from bot.base.wording import text
from bot.channels import lines, telegram, terminal
from bot.channels.http.settings import WebSettings
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.terminal import Terminal
from bot.conversation.answers import inline
from bot.conversation.talk.message_names import MESSAGES
from bot.conversation.talk.message_values import CHOICES
from bot.conversation.talk.messages import Reply
from bot.conversation.turn import take_turn
from bot.desk.desk import Desk
from bot.desk.group import drafts
from bot.desk.group.bursts import fold_bursts
from bot.desk.group.group import Group
from bot.desk.group.reception import Reception
from bot.desk.office import answering, drafting, entry, together, viewing
from bot.desk.office.office import DELAY, Office
from bot.desk.topic_book import TopicBook
from bot.documents.enclosures import Enclosures
from bot.jobs.alike import tell_of_alike
from bot.jobs.expiring import expire_conversations, expire_dossiers, expire_notices
from bot.jobs.flooding import tell_all_refused
from bot.jobs.reloading import Reloading
from bot.jobs.reminding import send_due
from bot.jobs.silence import give_back_silent, remind_of_waiting
from bot.jobs.undelivered import replace_lost, report_undelivered
from bot.jobs.unseen import Rules, remind_staff, tell_digest
from bot.jobs.wave_moves import follow_moved_days
from bot.search.indexing import index_missing, keep_up
from bot.services import pages
from bot.services.assistant import Assistant
from bot.services.reload_signal import count_asked
from bot.services.source import DeskAddress
from bot.settings import Settings
from bot.transport.delivery import LEASE, Courier, Sender
from knowledge.call.check import check_folder
from knowledge.call.faults import KnowledgeError
from knowledge.library import Library, fingerprint_of_files, open_library
from storage import counts, entry_counts, erasure, outbox, question_log, said_once, staff_access
from storage.engine.database import Database, open_database, sqlite_url
from storage.engine.encryption import load_keys, read_keys
from storage.migrations import Older

if TYPE_CHECKING:
    from bot.channels.contract import Channel, Routes
    from bot.channels.http.health import Health
    from bot.channels.http.live import Hub
    from bot.channels.http.metrics import Watch

#: A terminal takes a reply at once: what a killed chat had in hand need not keep the next one waiting for longer.
_TERMINAL_LEASE = timedelta(seconds=5)

#: The words by which the terminal opens a conversation for a person; see `commands.yaml`.
_RESUME, _RESTART = "/reprendre", "/nouveau"


@dataclass(frozen=True, slots=True)
class Application:
    """What runs."""

    database: Database
    shelf: Shelf
    clock: Clock
    desk: Desk
    #: How long the knowledge took to load.
    load_seconds: float = 0.0
    #: When the staff are told what waits.
    rules: Rules = field(default_factory=Rules)

    @property
    def library(self) -> Library:
        return self.shelf.library

    def assistant_for(self, courier: Courier, keepers: pages.Keepers | None = None) -> Assistant:
        shelf, clock = self.shelf, self.clock
        return Assistant(
            self.database,
            lambda state, incoming, context: take_turn(state, incoming, shelf.library, context),
            clock,
            apology=Reply(shelf.library.say("apology", clock())),
            wake=courier.wake,
            sweeps=(
                partial(give_back_silent, self.desk),
                partial(remind_of_waiting, self.desk),
                partial(report_undelivered, self.desk),
                partial(tell_of_alike, self.desk),
                partial(remind_staff, self.desk, self.rules),
                partial(tell_digest, self.desk, self.rules),
                partial(fold_bursts, self.desk),
                partial(drafts.expire, self.desk),
                # In this order: what is due is told with the day that is true now.
                partial(follow_moved_days, lambda: shelf.library, desks=self.desk.addresses),
                partial(send_due, lambda: shelf.library),
                question_log.forget_old,
                entry_counts.forget_old,
                said_once.forget_old,
                erasure.forget_desks_seen,
                partial(index_missing, shelf),
                staff_access.forget_expired,
                viewing.forget_gone,
                drafting.forget_old,
                partial(answering.send_due, self.desk),
                partial(together.proceed, self.desk),
                together.forget_old,
                pages.tidy,
                partial(tell_all_refused, lambda: shelf.library),
                partial(expire_dossiers, self.desk),
                partial(expire_conversations, lambda: shelf.library),
                partial(expire_notices, lambda: shelf.library),
            ),
            desks=self.desk.addresses,
            press_desks=self.desk.press_addresses,
            keepers=keepers,
        )

    def _courier(
        self,
        senders: Mapping[str, Sender],
        clock: Clock,
        lease: timedelta = LEASE,
        leave_enclosed: Collection[str] = (),
    ) -> Courier:
        enclosures = Enclosures(self.database, self.desk, self.clock)
        return Courier(
            self.database,
            senders,
            clock,
            lease=lease,
            open_enclosed=enclosures.open,
            leave_enclosed=leave_enclosed,
            stand_in=lambda row: replace_lost(self.desk, row, self.clock()),
        )

    def converse_in_terminal(self, *, is_new: bool) -> None:
        """Converse until the input ends. Each line is kept and answered before the next is read."""
        channel = Terminal(self.clock)
        # Leases in real time: `--today` starts at the same moment at each run, and what an earlier one left
        # would wait for ever. On a day to come, the replies of that day are due then, not now.
        courier = self._courier(
            {terminal.CHANNEL: channel}, lambda: max(system_clock(), self.clock()), lease=_TERMINAL_LEASE
        )
        assistant = self.assistant_for(courier)
        with asyncio.Runner() as runner:
            runner.run(assistant.tick(self.clock()))
            runner.run(courier.drain(patience=_TERMINAL_LEASE))  # what a crash kept from being shown
            if is_new or channel.is_person:
                runner.run(assistant.receive(channel.message(_RESTART if is_new else _RESUME)))
                runner.run(courier.drain())
            for incoming in channel.messages():
                runner.run(assistant.receive(incoming))
                runner.run(courier.drain())

    def serve_lines(self) -> None:
        """Serve JSON lines on the standard streams until the input ends or the program is told to."""
        with asyncio.Runner() as runner:
            runner.run(self._serve_lines())

    async def _serve_lines(self) -> None:
        channel = lines.Lines(self.clock)
        courier = self._courier({lines.CHANNEL: channel}, self.clock)
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await lines.serve(channel, self.assistant_for(courier).receive, courier, stop)

    def serve(self, settings: Settings, asked: int) -> None:
        """Serve the channels that are set until the program is told to end. Errors: TokenRefused, CannotListen.

        `asked`: what `count_asked` returned before the knowledge was read.
        """
        with asyncio.Runner() as runner:
            runner.run(self._serve(settings, asked))

    async def _serve(self, settings: Settings, asked: int) -> None:
        # Here, not above: what only a server needs would make every other command wait.
        from bot import rehearsal, serving
        from bot.channels.contract import Ends, OpenRoom, Way
        from bot.channels.http import server
        from bot.channels.http.live import Hub
        from bot.channels.web import CHANNEL as WEB
        from bot.documents.arrival import Arrivals
        from bot.documents.fetching import Fetching
        from storage.engine import listening

        hub, kept = Hub(), pages.Pages(self.database, self.shelf, self.clock, WEB)
        channels = self._channels(settings, hub, kept)
        web = (settings.web, server.listen(settings.web.host, settings.web.port)) if settings.web else None
        pulled = [channel.name for channel in channels if channel.abilities.way is Way.PULL]
        watch = self._watch(settings)
        senders = {each.name: watch.sending(each.name, each.sender) if watch else each.sender for each in channels}
        courier = self._courier(senders, self.clock, leave_enclosed=pulled)
        fetchers = {channel.name: channel.fetcher for channel in channels if channel.fetcher is not None}
        fetching = Fetching(self.database, fetchers, Arrivals(self.desk), self.clock, wake=courier.wake)
        reception = Reception(self.database, Group(self.desk), self.clock, courier.wake)
        assistant = self.assistant_for(courier, {WEB: kept})
        reloading = Reloading(
            self.database, self.shelf, partial(load_anew, settings, self.clock), self.clock, self.desk.addresses, asked
        )
        hear = partial(hub.run, partial(listening.listen, self.database))
        watched = None
        if watch is not None and settings.metrics is not None:
            watched = partial(server.serve, watch.routes, server.listen(*settings.metrics))
        rehearse = partial(rehearsal.rehearse, self.shelf.library, self.clock())
        works = serving.Works(assistant, courier, fetching, reloading, self.clock, self._look, hear, rehearse, watched)
        rooms: list[OpenRoom] = []
        if settings.web:
            click.echo(text("serve", "web", address=settings.web.address))
            await self._tell_first_link(settings.web)
            is_shown = settings.today is not None
            rooms.append(partial(self._open_backoffice, settings.web, hub, courier.wake, is_demonstration=is_shown))
        receive = watch.receiving(assistant.receive) if watch else assistant.receive
        await serving.serve(works, channels, Ends(receive, reception.receive), web, rooms)

    async def _tell_first_link(self, web: WebSettings) -> None:
        """Where nobody may enter the desk yet, tell who starts the server how they may."""
        token = await self.database.run(entry.make_first_link, self.clock())
        if token is not None:
            click.echo(text("serve", "first-link", link=entry.link_to(web.base, token)))

    async def _open_backoffice(
        self, web: WebSettings, hub: "Hub", wake: Callable[[], None], *, is_demonstration: bool
    ) -> "Routes":
        from bot.channels.backoffice import backoffice

        delay = DELAY if web.hold_seconds is None else timedelta(seconds=web.hold_seconds)
        office = Office(self.database, self.desk, self.clock, wake, delay)
        return backoffice.routes_of(await backoffice.open_room(office, hub, is_demonstration=is_demonstration))

    def _watch(self, settings: Settings) -> "Watch | None":
        """Return what counts what goes through, where somebody watches."""
        if settings.metrics is None:
            return None
        from bot.channels.http.metrics import Watch

        watch = Watch(lambda: self.database.run(counts.waiting, self.clock()))
        watch.knowledge_took(self.load_seconds)
        return watch

    async def _look(self, since_tick: float | None) -> "Health":
        from bot.channels.http.health import Health

        now = self.clock()
        return Health(since_tick, (await self.database.run(outbox.lag, now)).total_seconds())

    def _channels(self, settings: Settings, hub: "Hub", kept: pages.Pages) -> "list[Channel]":
        """Return the channels that are set."""
        from bot.channels.web.channel import Web

        channels: list[Channel] = []
        if settings.web is not None:
            opener = Enclosures(self.database, self.desk, self.clock).open
            is_shown = settings.today is not None
            channels.append(Web(settings.web, kept, self.shelf, hub, opener, is_demonstration=is_shown))
        if settings.telegram is not None:
            channels.append(self._telegram(settings.telegram))
        return channels

    def _telegram(self, settings: TelegramSettings) -> "Channel":
        from bot.channels.telegram.channel import Telegram
        from bot.channels.telegram.presence import Presence

        open_book = partial(TopicBook, self.database, self.desk, self.clock, telegram.CHANNEL)
        now = self.clock()
        presence = Presence(
            *(self.library.say(name, now) for name in ("presence_long", "presence_short")),
            *(self.library.say(name, now) for name in ("unreadable", "group_unreadable", "group_unchecked")),
        )
        offer = lambda query: inline.offer(query, self.library, self.clock())  # noqa: E731
        return Telegram(settings, presence, self.clock, open_book, offer)


@contextmanager
def open_storage(settings: Settings, *, alone: bool = False, older: Older = Older.REFUSED) -> Iterator[Database]:
    """Yield the database of `settings`, opened as `open_database` says. Errors: StorageError, Complaint."""
    given, folder = settings.secret_key, settings.data_folder
    try:
        read_keys(given, folder)  # before anything is made: keys that are none, or a file that others may read
        url = settings.database_url or sqlite_url(folder / "guichet.sqlite3")
        database = open_database(url, lambda is_new: load_keys(given, folder, is_new=is_new), alone=alone, older=older)
    except OSError as error:
        raise Complaint("no-data-folder", 1, folder=folder) from error
    try:
        yield database
    finally:
        database.close()
        if database.keys.unreadable:
            click.echo(text("storage", "unreadable", count=database.keys.unreadable), err=True)


@contextmanager
def open_application(
    settings: Settings, clock: Clock, library: Library, *, older: Older = Older.REFUSED
) -> Iterator[Application]:
    """Yield the application on the database of `settings`. Errors: StorageError."""
    with open_storage(settings, older=older) as database:
        yield _application_on(database, settings, clock, library)


@contextmanager
def open_server(settings: Settings, clock: Clock, load: Callable[[], Library]) -> Iterator[tuple[Application, int]]:
    """`open_application` with what `load` returns, and what `Application.serve` is to be given: counted before, so that
    no wish to load anew falls between the two. Errors: those of `load` too."""
    with open_storage(settings, older=Older.MIGRATED) as database:
        asked = database.run_now(count_asked)
        started = time.perf_counter()
        library = load()
        took = time.perf_counter() - started
        yield replace(_application_on(database, settings, clock, library), load_seconds=took), asked


def _application_on(database: Database, settings: Settings, clock: Clock, library: Library) -> Application:
    addresses, press = (
        tuple(DeskAddress(channel, address) for channel, address in desks)
        for desks in (settings.desks, settings.press_desks)
    )
    shelf = Shelf(library, settings.call, settings.may_edit)
    keep_up(database, shelf)
    rules = Rules(settings.remind_hours, settings.digest_hour)
    return Application(database, shelf, clock, Desk(shelf, addresses, press), rules=rules)


def load_anew(settings: Settings, clock: Clock) -> Library:
    """Return the knowledge as it stands now, if it is sound. Errors: KnowledgeError, OSError."""
    from bot import rehearsal

    files = fingerprint_of_files(settings.call)
    faults = check_folder(settings.call, clock().date(), MESSAGES, CHOICES)
    grave = tuple(fault for fault in faults if not fault.is_warning)
    if grave:
        raise KnowledgeError(settings.call, grave)
    library = open_library(settings.call, settings.cache_folder, checked=files)
    rehearsal.rehearse(
        library, clock()
    )  # as at the start: no message waits for what is worked out when first asked for
    return library
