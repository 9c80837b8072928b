"""The staff's operations, each one transaction: read, decide, keep, tell. Every desk that there is calls these."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.base.shelf import Shelf
from bot.conversation.dialogue import END, reopen_choice
from bot.conversation.form.summary import history_line
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.context import AccessKind
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.values.about import About, about_dossier, about_thread
from bot.conversation.values.dossier import DatedEvent, Dossier, EventKind
from bot.conversation.values.member import Member
from bot.conversation.values.moves import Status
from bot.conversation.values.sheet import answer_of
from bot.desk import operations
from bot.desk.outcome import Done, NotDone, Outcome, Wording
from bot.services.dossiers import CODE_LIFE, keep_dossier, read_dossier, read_dossiers, read_events
from bot.services.source import DeskAddress
from bot.services.staff import author_of, read_members
from bot.services.telling import desks_of_thread, tell_all_desks, tell_person
from bot.services.thread_effects import end_thread
from knowledge.call.form import FieldType, Form
from knowledge.library import Library
from knowledge.templates.plain import Plain
from storage import access_codes, dossiers, press_requests, threads
from storage.dossiers import KeptDossier
from storage.engine.database import Transaction
from storage.engine.tables import PressStatus, ThreadStatus

#: What a desk asks of a dossier at an instant.
Operation = Callable[[Dossier, datetime], Outcome]


@dataclass(frozen=True, slots=True)
class Told:
    """What the member of the staff is told of their operation."""

    is_done: bool
    text: str
    #: What a colleague holds, where that is why nothing was done: "dossier:K7R-M3W-X9A" or "thread:12".
    held: str | None = None
    #: The id of the member to whom something was handed; None: to nobody.
    to: int | None = None
    #: It stood otherwise by then than on the list that it was asked for on.
    has_moved: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """The counter of the staff. Its methods are given a transaction by `Database.run` or `run_now`."""

    shelf: Shelf
    #: Where all of the staff are told.
    addresses: Sequence[DeskAddress] = ()
    #: Where requests to the press are told; none: where all is.
    press_addresses: Sequence[DeskAddress] = ()

    @property
    def library(self) -> Library:
        return self.shelf.library

    @property
    def form(self) -> Form:
        assert self.library.call.form is not None
        return self.library.call.form

    # --- reading

    def list_dossiers(self, transaction: Transaction) -> list[Dossier]:
        """Return the dossiers that were sent, the latest changed first: a draft is its town's alone."""
        handed_over = [status.value for status in Status if status is not Status.DRAFT]
        kept = dossiers.list_all(transaction, handed_over)
        return [dossier for _, dossier in read_dossiers(transaction, kept, self.library)]

    def list_unreadable(self, transaction: Transaction) -> list[str]:
        """Return the numbers of the dossiers that were sent and that cannot be read."""
        handed_over = [status.value for status in Status if status is not Status.DRAFT]
        kept = dossiers.list_all(transaction, handed_over)
        return [each.reference for each in kept if read_dossier(each, None) is None]

    def no_dossier(self, transaction: Transaction, reference: str) -> Wording:
        """Return why nothing is done with a number: no dossier bears it, or it cannot be read."""
        kept = dossiers.find(transaction, reference)
        is_there = kept is not None and read_dossier(kept, None) is None
        return Wording("desk_dossier_unreadable" if is_there else "desk_no_such_dossier", {"reference": reference})

    def find(self, transaction: Transaction, reference: str) -> tuple[Dossier, Sequence[DatedEvent]] | None:
        """Return a dossier that was sent, with its history."""
        kept, dossier = _sent(transaction, reference, self.library)
        if kept is None or dossier is None:
            return None
        return dossier, read_events(dossiers.list_events(transaction, [kept.id])[kept.id])

    def list_threads(self, transaction: Transaction) -> Sequence[threads.KeptThread]:
        return threads.list_open(transaction)

    def holder_of(self, transaction: Transaction, thread: threads.KeptThread) -> Member | None:
        """Return who of the staff has a thread, as they are called now."""
        return read_members(transaction).get(thread.holder_id) if thread.holder_id is not None else None

    def list_press_requests(self, transaction: Transaction) -> Sequence[press_requests.KeptRequest]:
        return press_requests.list_open(transaction)

    def list_messages(self, transaction: Transaction, thread_id: int) -> Sequence[threads.KeptMessage]:
        return threads.list_messages(transaction, thread_id)

    def name_of(self, dossier: Dossier) -> str:
        place = answer_of(self.form, dossier, FieldType.PLACE)
        return place.shown if place else dossier.reference

    def place_shown(self, code: str, now: datetime) -> str | None:
        """Return the place of an INSEE code or a SIREN, as people are shown it."""
        place = self.library.towns.place(code)
        if place is None:
            return None
        return self.library.say("place_shown", now, name=place.name, departement=place.departement_name)

    def history_line(self, dated: DatedEvent, now: datetime) -> str:
        return history_line(dated, self.form, self.library, now, for_staff=True)

    # --- dossiers

    def take(self, transaction: Transaction, reference: str, staff: Member, now: datetime) -> Told:
        return self.do(transaction, reference, lambda dossier, at: operations.take(dossier, staff, at), now)

    def release(self, transaction: Transaction, reference: str, staff: Member, now: datetime) -> Told:
        return self.do(transaction, reference, lambda dossier, at: operations.release(dossier, staff, at), now)

    def ask(
        self, transaction: Transaction, reference: str, staff: Member, question: str, reason: str, now: datetime
    ) -> Told:
        form = self.form
        return self.do(
            transaction, reference, lambda dossier, at: operations.ask(dossier, staff, question, reason, form, at), now
        )

    def note(self, transaction: Transaction, reference: str, staff: Member, text: str, now: datetime) -> Told:
        return self.do(transaction, reference, lambda dossier, at: operations.note(dossier, staff, text, at), now)

    def close(
        self,
        transaction: Transaction,
        reference: str,
        staff: Member,
        reason: str,
        now: datetime,
        decision: str | None = None,
    ) -> Told:
        """Close a dossier. `decision`: the id of one of the call's; it cannot do without where there are some."""
        closing = operations.Closing(reason, decision, self.library.call.decisions)
        return self.do(transaction, reference, lambda dossier, at: operations.close(dossier, staff, closing, at), now)

    def reopen(self, transaction: Transaction, reference: str, staff: Member, now: datetime) -> Told:
        return self.do(transaction, reference, lambda dossier, at: operations.reopen(dossier, staff, at), now)

    def remind(self, transaction: Transaction, reference: str, staff: Member, now: datetime) -> Told:
        """Tell the town again what the staff wait for."""
        form, last = self.form, self._last_reminder(transaction, reference)
        return self.do(
            transaction, reference, lambda dossier, at: operations.remind(dossier, staff, form, last, at), now
        )

    def _last_reminder(self, transaction: Transaction, reference: str) -> datetime | None:
        """Return when the town was last reminded, as the call's clocks show it."""
        _, events = self.find(transaction, reference) or (None, ())
        last = max((each.at for each in events if each.event.kind is EventKind.REMINDED), default=None)
        return last.astimezone(ZoneInfo(self.library.call.facts.time_zone)) if last else None

    def answer(
        self,
        transaction: Transaction,
        reference: str,
        staff: Member,
        text: str,
        now: datetime,
        source: str | None = None,
    ) -> Told:
        """Write to the town: a thread with its owner begins, in which the assistant is silent.

        `source`: the message of the staff's group in which it was written; see `bot.desk.corrections`.
        """
        opened = self._open_with_town(transaction, reference, staff, text, now)
        if isinstance(opened, Told):
            return opened
        kept, outcome, thread_id = opened
        threads.write(transaction, thread_id, author_of(staff), text, now, source=source, outbox_key=_key_of(kept))
        return self._keep(transaction, kept, outcome, now, (self.end_choice(now),))

    def open_thread(self, transaction: Transaction, about: str, staff: Member, sent: str, now: datetime) -> int | Told:
        """Return the thread in which `staff` may send what is called `sent`, or why there is none.

        `about`: the thread, or the dossier, with whose owner one begins. What nobody holds, they take.
        """
        named = About(about)
        if (subject := named.reference) is not None:
            opened = self._open_with_town(transaction, subject, staff, sent, now)
            if isinstance(opened, Told) and self.take(transaction, subject, staff, now).is_done:
                opened = self._open_with_town(transaction, subject, staff, sent, now)
            if isinstance(opened, Told):
                return opened
            _, outcome, thread_id = opened
            keep_dossier(transaction, outcome.dossier, (outcome.event,), None, now)
            return thread_id
        assert named.thread is not None  # it is about one or the other
        thread = threads.lock(transaction, named.thread)
        if thread is not None and thread.holder_id is None:
            taken = self.take_thread(transaction, thread.id, staff, now)
            return thread.id if taken.is_done else taken
        return self.unless_held(transaction, thread, named.thread, staff, now) or named.thread

    def _open_with_town(
        self, transaction: Transaction, reference: str, staff: Member, text: str, now: datetime
    ) -> tuple[KeptDossier, Done, int] | Told:
        """Hold the thread with the dossier's owner; what is to be kept of the dossier comes with it."""
        kept, dossier = _sent(transaction, reference, self.library)
        if kept is None or dossier is None:
            return self.told(False, self.no_dossier(transaction, reference), now)
        outcome = operations.answer(dossier, staff, text, now)
        if isinstance(outcome, NotDone):
            return self._refused(outcome, reference, now)
        owner = next(iter(dossiers.list_members(transaction, kept.id)), None)
        if owner is None:
            return self.told(False, Wording("desk_nobody"), now)
        thread = threads.lock(transaction, threads.open_for(transaction, owner.recipient_id, kept.id, now))
        assert thread is not None
        if thread.holder_id not in (None, staff.id):
            return self._with_other(transaction, thread, now)
        threads.change(transaction, thread.id, ThreadStatus.HELD, staff.id, now)
        return kept, outcome, thread.id

    def _with_other(self, transaction: Transaction, thread: threads.KeptThread, now: datetime) -> Told:
        """Say that a colleague is in thread with the person who follows a dossier, perhaps on another matter."""
        holder = self.holder_of(transaction, thread)
        why = Wording("desk_person_with_other", {"holder": holder.shown if holder else None, "thread": thread.id})
        return replace(self.told(False, why, now), held=about_thread(thread.id))

    def do(self, transaction: Transaction, reference: str, operation: Operation, now: datetime) -> Told:
        kept, dossier = _sent(transaction, reference, self.library)
        if kept is None or dossier is None:
            return self.told(False, self.no_dossier(transaction, reference), now)
        outcome = operation(dossier, now)
        if isinstance(outcome, NotDone):
            return self._refused(outcome, reference, now)
        open_it = form_choice(dossier.reference, Verb.SUMMARY, label=self.say(Wording("do_open"), now))
        told = self._keep(transaction, kept, outcome, now, (open_it,))
        holder = outcome.dossier.holder
        if holder is not None and not holder.is_same(dossier.holder):
            self._bring_thread(transaction, kept, holder)
        return told

    def thread_of(self, transaction: Transaction, kept: KeptDossier) -> threads.KeptThread | None:
        """Return the open thread that began with a dossier, with whoever owns it now."""
        owner = next(iter(dossiers.list_members(transaction, kept.id)), None)
        thread = threads.find_open(transaction, owner.recipient_id) if owner else None
        return thread if thread and thread.dossier_id == kept.id else None

    def _bring_thread(self, transaction: Transaction, kept: KeptDossier, holder: Member) -> None:
        """Let the thread follow its dossier to who has it now; the person of both is told once, of the dossier."""
        thread = self.thread_of(transaction, kept)
        if thread is not None and thread.holder_id not in (None, holder.id):
            threads.pass_on(transaction, thread.id, ThreadStatus.HELD, holder.id)

    def _keep(
        self, transaction: Transaction, kept: KeptDossier, done: Done, now: datetime, choices: tuple[Choice, ...]
    ) -> Told:
        keep_dossier(transaction, done.dossier, (done.event, *done.also), None, now)
        about = {"reference": kept.reference, "name": self.name_of(done.dossier)}
        key = _key_of(kept)
        if done.to_town:
            reply = Reply(self.say(done.to_town, now, **about), choices)
            for member in dossiers.list_members(transaction, kept.id):
                tell_person(
                    transaction, member.channel, member.recipient_id, reply, f"{key}:to:{member.recipient_id}", now
                )
        if done.to_desks:
            told = Reply(self.say(done.to_desks, now, **about), is_urgent=True)
            tell_all_desks(transaction, self.addresses, told, key, now, about_dossier(kept.reference))
        was_done = Wording("desk_done", {"reference": kept.reference, "event": done.event.kind.value})
        return self.told(True, was_done, now)

    def _refused(self, refusal: NotDone, reference: str, now: datetime) -> Told:
        held = about_dossier(reference) if refusal.is_held else None
        return replace(self.told(False, refusal.why, now), held=held)

    def give_code(self, transaction: Transaction, reference: str, staff: Member, code: str, now: datetime) -> Told:
        """Let another person of the town take the dossier over, when the one who had it has left.

        Whoever asks for it has been recognised by the staff, outside of here.
        """
        kept, dossier = _sent(transaction, reference, self.library)
        if kept is None or dossier is None:
            return self.told(False, self.no_dossier(transaction, reference), now)
        outcome = operations.share(dossier, staff, now)
        if isinstance(outcome, NotDone):
            return self._refused(outcome, reference, now)
        access_codes.offer(transaction, kept.id, AccessKind.TRANSFER.value, code, now + CODE_LIFE)
        self._keep(transaction, kept, outcome, now, ())
        return self.told(True, Wording("desk_code", {"reference": reference, "code": code}), now)

    # --- threads with a person

    def take_thread(self, transaction: Transaction, thread_id: int, staff: Member, now: datetime) -> Told:
        """Take a thread in hand: the person is told, and the assistant is silent from now on."""
        thread = threads.lock(transaction, thread_id)
        if thread is None or thread.status == ThreadStatus.CLOSED:
            return self.told(False, no_longer(thread, thread_id), now)
        if thread.holder_id == staff.id:
            return self.told(False, Wording("desk_yours_already"), now)
        if thread.holder_id is not None:
            return self.held_by(transaction, thread, now)
        threads.change(transaction, thread_id, ThreadStatus.HELD, staff.id, now)
        reply = Reply(self.say(Wording("staff_dialogue_taken", {"staff": staff.name}), now), (self.end_choice(now),))
        key = f"{about_thread(thread_id)}:{now.isoformat()}:taken"
        tell_person(transaction, thread.channel, thread.recipient_id, reply, key, now)
        taken = Wording("desk_dialogue_taken", {"thread": thread_id, "staff": staff.shown})
        desks = Reply(self.say(taken, now), is_urgent=True)
        self.tell_of_thread(transaction, thread_id, desks, key, now)
        return self.told(True, _thread_done(thread_id), now)

    def write_in_thread(
        self,
        transaction: Transaction,
        thread_id: int,
        staff: Member,
        text: str,
        now: datetime,
        source: str | None = None,
        *,
        is_press: bool = False,
    ) -> Told:
        """Write to the person; only who holds the thread may.

        `source`: as in `answer`; `is_press`: it is written at a desk of the press.
        """
        thread = threads.lock(transaction, thread_id)
        if refused := self.unless_held(transaction, thread, thread_id, staff, now):
            return refused
        assert thread is not None
        rank = len(threads.list_messages(transaction, thread_id)) + 1
        key = f"{about_thread(thread_id)}:{rank}"
        threads.write(transaction, thread_id, author_of(staff), text, now, source=source, outbox_key=key)
        if is_press or self._answers_press(transaction, thread_id):
            press_requests.change(transaction, thread_id, [PressStatus.WAITING], PressStatus.ANSWERED, now)
        message = Wording("staff_dialogue_message", {"staff": staff.name, "text": text})
        reply = Reply(self.say(message, now), (self.end_choice(now),))
        tell_person(transaction, thread.channel, thread.recipient_id, reply, key, now)
        return self.told(True, _thread_done(thread_id, EventKind.MESSAGE), now)

    def note_in_thread(self, transaction: Transaction, thread_id: int, staff: Member, text: str, now: datetime) -> Told:
        """Keep an internal note, whoever holds the thread: the person never sees it."""
        if threads.find(transaction, thread_id) is None:
            return self.told(False, Wording("desk_no_such_thread", {"thread": thread_id}), now)
        threads.note(transaction, thread_id, author_of(staff), text, now)
        return self.told(True, _thread_done(thread_id, EventKind.NOTE), now)

    def release_thread(
        self, transaction: Transaction, thread_id: int, staff: Member, now: datetime, *, is_press: bool = False
    ) -> Told:
        """Give the person back to the assistant; both are told. `is_press`: as in `write_in_thread`."""
        thread = threads.lock(transaction, thread_id)
        if refused := self.unless_held(transaction, thread, thread_id, staff, now):
            return refused
        assert thread is not None
        if is_press or self._answers_press(transaction, thread_id):
            # Who took a request and gives the person back has done with it, perhaps on the telephone.
            press_requests.change(transaction, thread_id, [PressStatus.WAITING], PressStatus.CLOSED, now)
        self.hand_back(transaction, thread, Wording("staff_dialogue_over", {"staff": staff.name}), now)
        return self.told(True, _thread_done(thread_id), now)

    def hand_back(
        self, transaction: Transaction, thread: threads.KeptThread, to_person: Wording, now: datetime
    ) -> None:
        """End the thread, and tell the person and the desks; the press, that a request still waits in it."""
        request_waits = end_thread(transaction, thread.id, now)
        key = f"{about_thread(thread.id)}:{now.isoformat()}:over"
        again = reopen_choice(thread.id, self.say(Wording("do_reopen_dialogue"), now))
        reply = Reply(self.say(to_person, now), () if request_waits else (again,))
        tell_person(transaction, thread.channel, thread.recipient_id, reply, key, now)
        desks = Reply(self.say(Wording("desk_dialogue_over", {"thread": thread.id}), now), is_urgent=True)
        self.tell_of_thread(transaction, thread.id, desks, key, now)
        if request_waits:
            waits = Reply(self.say(Wording("desk_press_waits", {"thread": thread.id}), now))
            self.tell_press(transaction, thread.id, waits, f"{key}:waits", now)

    def tell_press(self, transaction: Transaction, thread_id: int, reply: Reply, key: str, now: datetime) -> None:
        """Tell the press desks of a request in a thread; the others, where there are none."""
        press = self.press_addresses or self.addresses
        tell_all_desks(transaction, press, reply, key, now, about_thread(thread_id))

    def _answers_press(self, transaction: Transaction, thread_id: int) -> bool:
        """Whether all that is said in the thread answers its request: not where the team has a matter of its own."""
        return not self.press_addresses or not press_requests.matter_of(transaction, thread_id).is_team

    def tell_of_thread(self, transaction: Transaction, thread_id: int, reply: Reply, key: str, now: datetime) -> None:
        """Tell the desks whose matter the thread is."""
        desks = desks_of_thread(transaction, thread_id, self.addresses, self.press_addresses)
        tell_all_desks(transaction, desks, reply, key, now, about_thread(thread_id))

    def unless_held(
        self,
        transaction: Transaction,
        thread: threads.KeptThread | None,
        thread_id: int,
        staff: Member,
        now: datetime,
    ) -> Told | None:
        if thread is None or thread.status == ThreadStatus.CLOSED:
            return self.told(False, no_longer(thread, thread_id), now)
        if thread.holder_id is None:
            return self.told(False, Wording("desk_take_first"), now)
        if thread.holder_id != staff.id:
            return self.held_by(transaction, thread, now)
        return None

    def held_by(self, transaction: Transaction, thread: threads.KeptThread, now: datetime) -> Told:
        holder = self.holder_of(transaction, thread)
        why = Wording("desk_held_by", {"holder": holder.shown if holder else None})
        return replace(self.told(False, why, now), held=about_thread(thread.id))

    # --- words

    def end_choice(self, now: datetime) -> Choice:
        return Choice(END, self.say(Wording("do_end_dialogue"), now))

    def say(self, wording: Wording, now: datetime, **more: Plain) -> str:
        return self.library.say(wording.message, now, **{**more, **wording.values})

    def told(self, is_done: bool, wording: Wording, now: datetime) -> Told:
        return Told(is_done, self.say(wording, now))


def no_longer(thread: threads.KeptThread | None, thread_id: int) -> Wording:
    """Return why nothing can be done in a thread: it is over, or there is none of this number."""
    return Wording("desk_no_such_thread" if thread is None else "desk_thread_over", {"thread": thread_id})


def _thread_done(thread_id: int, event: EventKind | None = None) -> Wording:
    return Wording("desk_done_thread", {"thread": thread_id, "event": event.value if event else None})


def _key_of(kept: KeptDossier) -> str:
    """Return what the keys of all that is told of the next change of the dossier begin with."""
    return f"{about_dossier(kept.reference)}:{kept.revision + 1}"


def _sent(transaction: Transaction, reference: str, library: Library) -> tuple[KeptDossier | None, Dossier | None]:
    """Return a dossier that is, or was, in the staff's hands; a draft is none of their business."""
    found = dossiers.lock(transaction, reference)
    for kept, dossier in read_dossiers(transaction, [found] if found else [], library):
        if dossier.sent_at is not None and dossier.status is not Status.DRAFT:
            return kept, dossier
    return None, None
