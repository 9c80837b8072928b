"""What the staff write or press in their group -> the desk's operations, and what the group is answered."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.conversation.reading.typed import plain
from bot.conversation.talk.messages import Doubt, Reply, Speaker, StaffMessage
from bot.conversation.values.about import THREAD, About, about_thread
from bot.desk import overview
from bot.desk.charge import charge_of
from bot.desk.desk import Desk, Told
from bot.desk.group.command import Command, is_bare_command, nearest, read_command, typed_verb
from bot.desk.group.corrections import correct
from bot.desk.group.drafts import DRAFT, KEEP, SEND, Drafts, kind_of
from bot.desk.group.post import Post
from bot.desk.group.unsent import tell_nameless, tell_unread
from bot.desk.group.withdrawing import Withdrawal, withdraw
from bot.desk.group.written import Kind, holds_mark, without_call
from bot.desk.orders.order import Done, Order, label_of, needs_words, reply_to
from bot.desk.orders.table import is_verb, operation_of, verbs
from bot.desk.paper.export import Taker, make_file, take_away
from bot.desk.paper.records import MAKERS
from bot.desk.subjects import find_subject
from bot.desk.topic_book import PREFIX
from bot.desk.verbs import ANNOUNCED, Verb
from bot.desk.withdrawal import MESSAGE, RETRACT, retract_choice
from bot.search.listing import Filter
from bot.services.joining import join
from bot.services.reload_signal import ask_to_reload
from bot.services.source import DeskAddress
from bot.services.staff import recognise
from bot.services.telling import tell
from knowledge.templates.plain import Plain
from storage import audit, inbox, outbox, press_requests, recipients, staff_orders, threads, topics
from storage.engine.database import Transaction
from storage.search_index import Tab
from storage.staff_orders import KeptOrder

#: How long a member of the staff has to write the words of what they asked for by a button.
ORDER_LIFE = timedelta(minutes=15)
#: Digits of a thread's number at the most; databases take no number of any length.
NUMBER_DIGITS = 9

#: What looks over all that there is, by the words of the staff's commands.
_OVERVIEWS: Mapping[str, Callable[[Desk, Transaction, datetime], Reply]] = {
    "dossiers": overview.list_all,
    "ouverts": overview.list_open,
    "stats": overview.tell_figures,
}
_HELP = frozenset({"aide", "help", "start"})
_RELOAD, _CANCEL, _EXPORT, _JOIN = "recharger", "annuler", "export", "relier"
#: The format of an export of which none is said.
_USUAL_EXPORT = "xlsx"
#: What is named to who mistypes a command.
NAMED = frozenset({*_OVERVIEWS, "aide", Verb.REMIND, _RELOAD, _CANCEL, _EXPORT, _JOIN, RETRACT})


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a member asked for by a button, and whether this message surely brings its words."""

    order: KeptOrder
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The staff's group, on whatever channel. Its methods are given a transaction by `Database.run`."""

    desk: Desk

    def handle(self, transaction: Transaction, message: StaffMessage, now: datetime) -> None:
        """Take one message in, once, and do what it asks. What the staff say among themselves is left alone."""
        group = recipients.register(transaction, message.channel, message.group, now)
        # Only that it came: what it says of a town is kept where it belongs, and erased with that.
        kept = inbox.Message(
            *(message.channel, message.update, group, "", None, message.received_at),
            message=message.message if message.choice is None else None,
            content=message.content,
        )
        if (message.is_edit and inbox.is_unchanged(transaction, kept)) or not inbox.record(transaction, kept, now):
            return
        message = replace(message, text=without_call(message.text, message.bot))
        if message.speaker is Speaker.MEMBER:
            message = replace(message, author=recognise(transaction, message, now))
        post = Post(message, group, self._about(transaction, message, group), now)
        reply = self._answer(transaction, post)
        if reply is not None:
            # A list is about many: it could not be erased with one of them, and is not kept.
            reply = replace(reply, is_fleeting=reply.is_fleeting or reply.about is None, is_urgent=True)
            tell(transaction, message.channel, group, reply, f"{message.channel}:{message.update}:0", now)

    def record_failure(self, transaction: Transaction, message: StaffMessage, where: str, now: datetime) -> None:
        """Keep a message whose handling raised, and say in the group that nothing came of it."""
        group = recipients.register(transaction, message.channel, message.group, now)
        kept = inbox.Message(message.channel, message.update, group, "", None, message.received_at)
        if inbox.record(transaction, kept, now, error=where):
            told = Reply(self._say("group_failed", now), is_urgent=True, is_fleeting=True)
            tell(transaction, message.channel, group, told, f"{message.channel}:{message.update}:0", now)

    @property
    def drafts(self) -> Drafts:
        return Drafts(self.desk)

    def _answer(self, transaction: Transaction, post: Post) -> Reply | None:
        message = post.message
        if message.choice is not None:
            return self._pressed(transaction, post)
        if message.speaker is not Speaker.MEMBER:
            return tell_nameless(self.desk, transaction, post)
        if message.is_edit:
            return self._changed(transaction, post)
        waiting = self._take_waiting(transaction, post)
        place = (
            post.about or (waiting.order.about if waiting else None) or self.drafts.about_of_album(transaction, post)
        )
        if place is None and message.is_in_own_topic and post.written.kind is not Kind.COMMAND:
            return Reply(self._say("group_topic_gone", post.now))
        if post.written.is_note or (waiting is not None and waiting.order.verb == Verb.NOTE and not _is_command(post)):
            noted = self._note(transaction, post, place)
            return self._still_waiting(transaction, post, waiting, noted)
        if message.unread is not None:
            self._keep_waiting(transaction, post, waiting)
            return self._unread(transaction, post, place)
        if message.attachments:
            self._keep_waiting(transaction, post, waiting)
            return self._documents(transaction, post, place)
        if _is_command(post):
            return self._command(transaction, post, place, waiting)
        return self._words(transaction, post, waiting)

    def _about(self, transaction: Transaction, message: StaffMessage, group: int) -> str | None:
        """Return what the message answered to, or its topic, is about: looked up by ids, never read from texts."""
        # Ids begin anew in a group that became another chat: a colleague's message may bear that of one of ours.
        answers = message.answers if message.doubt is not Doubt.ANSWER else None
        content = outbox.find_sent(transaction, group, answers) if answers is not None else None
        about: str | None = json.loads(content).get("about") if content else None
        if about is None and message.topic is not None:
            return topics.find_about(transaction, group, message.topic)
        return about

    # --- what waits for its words

    def _take_waiting(self, transaction: Transaction, post: Post) -> Waiting | None:
        """Return what this member had asked for by a button and now writes the words of."""
        waiting = staff_orders.take(transaction, post.group, post.message.member)
        if waiting is None:
            return None
        here, there = self._place_of(transaction, post.about, post), self._place_of(transaction, waiting.about, post)
        if here is not None and here != there:
            staff_orders.keep(transaction, post.group, post.message.member, waiting)  # this is about something else
            return None
        is_elsewhere = here is None and topics.find(transaction, post.group, there or waiting.about) is not None
        is_fresh = abs(post.now - waiting.asked_at) <= ORDER_LIFE  # a clock that was ahead makes none last longer
        return Waiting(waiting, not is_elsewhere and is_fresh)

    def _place_of(self, transaction: Transaction, about: str | None, post: Post) -> str | None:
        """Return what the topic is known by in which `about` is talked of."""
        subject = find_subject(self.desk, transaction, about, post.now) if about else None
        return subject.about if subject else about

    def _keep_waiting(self, transaction: Transaction, post: Post, waiting: Waiting | None) -> None:
        """Wait on: this message did not bring the words."""
        if waiting is not None:
            staff_orders.keep(transaction, post.group, post.message.member, waiting.order)

    def _still_waiting(
        self, transaction: Transaction, post: Post, waiting: Waiting | None, noted: Reply | None
    ) -> Reply | None:
        """Wait on for other words than those of a note, and say so with what is said of the note."""
        if waiting is None or waiting.order.verb == Verb.NOTE or noted is None:
            return noted
        kept = waiting.order
        asked = self._ask_for_words(transaction, post.order(kept.verb, kept.about, "", kept.question), post)
        return replace(noted, text=f"{noted.text}\n\n{asked.text}")

    # --- what is written

    def _note(self, transaction: Transaction, post: Post, place: str | None) -> Reply | None:
        """Keep a note, and all that was sent together with it."""
        if place is None:
            return Reply(self._say("group_which", post.now))
        is_retracted = (
            post.source is not None
            and self.drafts.has_left(transaction, post)  # the rest of the album did
            and withdraw(self.desk, transaction, post, post.source, post.message.album) is Withdrawal.DONE
        )
        text, names = post.written.text, self.drafts.note_documents(transaction, post, place)
        if names:
            text = self._say("group_noted_documents", post.now, names=names, text=text)
        reply = self._do(transaction, post.order(Verb.NOTE, place, text), post)
        if reply is not None and names:
            reply = replace(reply, text=self._say("group_note_with_documents", post.now, told=reply.text, names=names))
        if reply is not None and is_retracted:
            retracted = self._say("group_retracted_to_note", post.now, kind=kind_of(place))
            reply = replace(reply, text=f"{retracted} {reply.text}")
        if reply is None or post.written.kind is not Kind.LIKE_NOTE:
            return reply
        return replace(reply, text=self._say("group_like_note", post.now, told=reply.text))

    def _unread(self, transaction: Transaction, post: Post, place: str | None) -> Reply | None:
        """Say what is not sent; the words that came with it go their way."""
        if place is None:
            return None
        unread = tell_unread(self.desk, post, place)
        if not post.message.text:
            return unread
        told = self._words(transaction, replace(post, about=place), None)
        return replace(told, text=f"{unread.text}\n\n{told.text}") if told else unread

    def _documents(self, transaction: Transaction, post: Post, place: str | None) -> Reply | None:
        """Ask whether documents are for the town; those about nothing are the staff's among themselves."""
        if place is None:
            return None
        if post.written.kind is Kind.COMMAND:  # no command takes a document
            verb = read_command(post.message.text, is_placed=True).verb
            if verb == Verb.NOTE:
                return self._note(transaction, post, place)
            return Reply(self._say("group_document_alone", post.now), about=place)
        return self.drafts.take_documents(transaction, post, place, post.written.text)

    def _words(self, transaction: Transaction, post: Post, waiting: Waiting | None) -> Reply | None:
        """Send the words to whom they are surely meant for; ask about the others, or say why they cannot leave."""
        text = post.written.text
        if waiting is not None and waiting.order.verb == Verb.TAKE_OVER and not waiting.is_sure:
            if post.about is None:  # said among colleagues: no reason, and none of it is for the town
                self._keep_waiting(transaction, post, waiting)
                return None
            waiting = None
        if waiting is not None and (waiting.is_sure or post.about is None):
            asked = waiting.order
            order = post.order(asked.verb, asked.about, text, asked.question)
            # Why something is taken over, colleagues read and no town does: there is nothing to doubt.
            is_read_here = asked.verb == Verb.TAKE_OVER
            if waiting.is_sure and (is_read_here or not self._is_doubtful(transaction, post, order.about)):
                return self._do(transaction, order, post)
        elif post.about is None:
            return None
        else:
            order = post.order(Verb.ANSWER, post.about, text)
            if (
                waiting is None
                and not self._is_free(transaction, post)
                and not self._is_doubtful(transaction, post, order.about)
            ):
                is_done, reply = self._done(transaction, order, post)
                if is_done or find_subject(self.desk, transaction, order.about, post.now) is None:
                    return reply
                self.drafts.ask(transaction, post, order, reply)
                return None
        self.drafts.ask(transaction, post, order)
        return None

    def _retract(self, transaction: Transaction, post: Post, source: str | None) -> Reply:
        """Take back what was sent of a message of this member's."""
        sent = threads.find_by_source(transaction, source) if source else None
        done = withdraw(self.desk, transaction, post, source) if source else Withdrawal.NOTHING
        match done:
            case Withdrawal.DONE:
                told = self._say("group_retracted", post.now, kind=kind_of(sent.outbox_key if sent else post.about))
            case Withdrawal.NOT_THEIRS:
                told = self._say("group_retract_not_yours", post.now)
            case _:
                told = self._say("group_nothing_to_retract", post.now)
        closes = post.message.message if post.message.choice and done is Withdrawal.DONE else None
        return Reply(told, about=post.about, closes=closes)

    def _source_answered(self, transaction: Transaction, post: Post) -> str | None:
        """Return the source of what a message answers: the member's own words, or what confirmed that they left."""
        answers = post.message.answers
        if answers is None:
            return None
        content = outbox.find_sent(transaction, post.group, answers) if post.message.doubt is not Doubt.ANSWER else None
        start = f"{PREFIX}{RETRACT}:{MESSAGE}:"
        named = [each["id"] for each in json.loads(content).get("choices", ())] if content else []
        number = next((each.removeprefix(start) for each in named if each.startswith(start)), answers)
        return post.source_of(number)

    def _is_free(self, transaction: Transaction, post: Post) -> bool:
        """Whether nobody has it in hand, or it is over: what is written there may be meant for colleagues."""
        assert post.about is not None
        charge = charge_of(self.desk, transaction, post.about, post.message.author, post.now)
        return charge.is_free or (charge.is_over and charge.other is None)

    def _is_doubtful(self, transaction: Transaction, post: Post, about: str) -> bool:
        """Whether the words may be meant for a colleague, or for nobody."""
        text = post.message.text
        return (
            post.message.doubt is not None
            or holds_mark(text)
            or is_bare_command(text, verbs() | NAMED)
            or self.drafts.follows_note(transaction, post, about)
        )

    def _changed(self, transaction: Transaction, post: Post) -> Reply | None:
        """A message was changed: what the town has of it changes too, or its author is told that nothing does."""
        is_note = post.written.is_note or (
            _is_command(post) and read_command(post.message.text, is_placed=True).verb == Verb.NOTE
        )
        if is_note and post.source is not None:
            sent = threads.find_by_source(transaction, post.source)
            about = post.about or (About.of_key(sent.outbox_key) if sent else None)
            done = withdraw(self.desk, transaction, post, post.source, post.message.album)
            self.drafts.drop(transaction, post)
            if done is Withdrawal.DONE:
                noted = self._note(transaction, post, about)
                said = self._say("group_retracted_to_note", post.now, kind=kind_of(about))
                return replace(noted, text=f"{said} {noted.text}") if noted else Reply(said, about=about)
        elif post.written.kind is Kind.WORDS and self.drafts.rewrite(transaction, post):
            return None
        told = correct(self.desk, transaction, post)
        if told is not None:
            return Reply(told.text, about=post.about) if told.text else None
        if post.written.kind is Kind.COMMAND and not is_note:
            is_ours = not _is_for_another(read_command(post.message.text, is_placed=True), post.message)
            return Reply(self._say("group_edit_command", post.now), about=post.about) if is_ours else None
        if post.about is None:
            return None
        if is_note:  # a changed note is noted anew
            return self._note(transaction, post, post.about)
        return Reply(self._say("group_edit_unsent", post.now), about=post.about)

    # --- commands and buttons

    def _command(
        self, transaction: Transaction, post: Post, about: str | None, waiting: Waiting | None
    ) -> Reply | None:
        command = read_command(post.message.text, is_placed=about is not None)
        verb = command.verb
        if _is_for_another(command, post.message):
            self._keep_waiting(transaction, post, waiting)
            return Reply(self._say("group_other_bot", post.now, bot=command.bot), about=about) if about else None
        if verb != _CANCEL:
            self._keep_waiting(transaction, post, waiting)
        if self._is_press_only(post.message) and verb in (*_OVERVIEWS, Verb.REMIND, _RELOAD, _EXPORT):
            return replace(overview.list_press(self.desk, transaction, post.now), is_fleeting=True)
        if verb in _OVERVIEWS:
            return replace(_OVERVIEWS[verb](self.desk, transaction, post.now), about=about, is_fleeting=True)
        if verb == _RELOAD:
            ask_to_reload(transaction)
            return Reply(self._say("group_reloading", post.now), about=about)
        if verb == _EXPORT:
            _, *words = post.message.text.split(maxsplit=1)
            return self._export(transaction, post, "".join(words).strip(), about)
        if verb == _JOIN:
            is_joined = join(transaction, post.message.text.partition(" ")[2], post.message.author.id, post.now)
            return Reply(self._say("group_joined", post.now, is_joined=is_joined), about=about)
        if verb in _HELP:
            return Reply(self._say("group_help", post.now), about=about)
        if verb == _CANCEL:
            dropped = self.drafts.cancel(transaction, post)
            return Reply(self._say("group_cancelled", post.now, dropped=dropped), about=about)
        if verb == RETRACT:
            return self._retract(transaction, post, self._source_answered(transaction, post))
        if not is_verb(verb):
            typed = typed_verb(post.message.text)
            near = nearest(typed, verbs() | NAMED)
            return Reply(self._say("group_no_command", post.now, typed=typed, nearest=near), about=about)
        if verb == Verb.REMIND and command.named is None:
            # It writes to a town: its number alone says to which, whatever topic it is written in.
            return overview.list_waiting(self.desk, transaction, post.now)
        return self._ordered(transaction, post, command, about)

    def _export(self, transaction: Transaction, post: Post, words: str, about: str | None) -> Reply:
        """Return the dossiers that the words find, all without words, in the format that they begin with."""
        first, *rest = words.split(maxsplit=1) or [""]
        has_kind = first.lower() in MAKERS
        kind, sought = (first.lower(), "".join(rest)) if has_kind else (_USUAL_EXPORT, words)
        taker = Taker(post.message.author.id, kind)
        made = take_away(self.desk, transaction, Filter(words=sought), Tab.ALL, taker, post.now)
        if not made.rows:
            return Reply(self._say("group_export_nothing", post.now, words=sought), about=about)
        told = self._say("group_export", post.now, count=len(made.rows), words=sought, unreadable=list(made.unreadable))
        # About many: it could not be erased with one of them, and is not kept.
        return Reply(told, files=(make_file(made, kind, self.desk, post.now),), is_fleeting=True)

    def _is_press_only(self, message: StaffMessage) -> bool:
        """Whether this group follows requests to the press and nothing else."""
        desk = DeskAddress(message.channel, message.group)
        return desk in self.desk.press_addresses and desk not in self.desk.addresses

    def _is_out_of_reach(self, transaction: Transaction, order: Order, message: StaffMessage) -> bool:
        """Whether a group of the press asks about what is none of its matter: towns' dossiers, the team's threads."""
        if not self._is_press_only(message):
            return False
        return order.kind != THREAD or not press_requests.matter_of(transaction, int(order.id)).is_press

    def _ordered(self, transaction: Transaction, post: Post, command: Command, place: str | None) -> Reply | None:
        """Do what a command asks of a dossier or a thread."""
        about = command.named or place
        if about is None:
            return Reply(self._say("group_which", post.now))
        order = post.order(command.verb, about, command.words)
        if order.kind == THREAD and len(order.id) > NUMBER_DIGITS:
            return Reply(self._say("desk_no_such_thread", post.now, thread=order.id), about=place)
        if command.verb != Verb.NOTE and holds_mark(command.words):
            return Reply(self._say("group_one_at_a_time", post.now), about=place)
        if (
            command.named is None
            and command.verb in (Verb.ANSWER, Verb.CLOSE)
            and self._holds_number(transaction, post, order)
        ):
            return None
        return self._do(transaction, order, post)

    def _holds_number(self, transaction: Transaction, post: Post, order: Order) -> bool:
        """Return whether words for a town begin with a thread's number; their author is then asked where they go."""
        first, *rest = order.text.split(maxsplit=1) or [""]
        number = plain(first)
        if not (rest and number.isdecimal() and len(number) <= NUMBER_DIGITS):
            return False
        named = about_thread(int(number))
        if find_subject(self.desk, transaction, named, post.now) is None:
            return False
        if self._place_of(transaction, named, post) == self._place_of(transaction, order.about, post):
            self.drafts.ask(transaction, post, replace(order, text=rest[0].strip()))
        else:
            told = self._say("group_number_first", post.now, number=int(number))
            self.drafts.ask(transaction, post, order, Reply(told))
        return True

    def _pressed(self, transaction: Transaction, post: Post) -> Reply | None:
        choice = post.message.choice or ""
        parts = choice.removeprefix(PREFIX).split(":")
        if not choice.startswith(PREFIX) or len(parts) not in (3, 4):
            return None
        verb, kind, subject = parts[:3]
        if kind in (THREAD, DRAFT) and not (subject.isdecimal() and len(subject) <= NUMBER_DIGITS):
            return None
        if kind == MESSAGE:
            source = post.source_of(subject)
            return self._retract(transaction, post, source) if verb == RETRACT else None
        if kind == DRAFT:
            do = lambda order: self._done(transaction, order, post)  # noqa: E731
            return self.drafts.press(transaction, post, verb, int(subject), do) if verb in (SEND, KEEP) else None
        order = replace(post.order(verb, f"{kind}:{subject}", ""), source=None)
        return self._do(transaction, replace(order, question=parts[3] if len(parts) == 4 else None), post)

    def _do(self, transaction: Transaction, order: Order, post: Post) -> Reply | None:
        return self._done(transaction, order, post)[1]

    def _done(self, transaction: Transaction, order: Order, post: Post) -> tuple[bool, Reply | None]:
        """Do the order. Return whether it was done, and what the group is told."""
        if order.verb == overview.PAGE:
            listed = "presse" if self._is_press_only(post.message) else order.kind
            return False, overview.turn_page(self.desk, transaction, listed, order.id, post.message.message, post.now)
        if self._is_out_of_reach(transaction, order, post.message):
            return False, Reply(self._say("group_press_only", post.now))
        operation = operation_of(order)
        if operation is None:
            return False, Reply(self._say("group_not_here", post.now), about=order.about)
        if not order.text and needs_words(order, self.desk.library):
            return False, self._ask_for_words(transaction, order, post)
        desk = DeskAddress(post.message.channel, post.message.group)
        sees_dossiers = not self._is_press_only(post.message)
        order = replace(order, is_press=desk in self.desk.press_addresses, sees_dossiers=sees_dossiers)
        told = operation(self.desk, transaction, order, post.now)
        if told.is_done:
            to = told.to if isinstance(told, Told) else None
            audit.record(transaction, order.staff.id or None, order.verb, order.about, post.now, to=to)
        if told.is_done and order.verb in ANNOUNCED:
            return True, None
        if told.is_done and order.verb == Verb.ANSWER:
            choices = retract_choice(self.desk, order.source, post.now)
            return True, Reply(told.text, choices, about=order.about)
        if isinstance(told, Done):
            reply = Reply(told.text, told.choices, about=order.about, files=told.files, enclosed=told.enclosed)
            return told.is_done, reply
        return told.is_done, reply_to(self.desk, told, order.about, post.now)

    def _ask_for_words(self, transaction: Transaction, order: Order, post: Post) -> Reply:
        """Say that the next message of this member is taken as the words of what they asked for."""
        kept = KeptOrder(order.about, order.verb, order.question, post.now)
        staff_orders.keep(transaction, post.group, post.message.member, kept)
        label = label_of(order, self.desk)
        text = self._say(
            "group_write", post.now, verb=order.verb, member=post.message.staff, label=label, kind=order.kind
        )
        return Reply(text, about=order.about)

    def _say(self, message: str, now: datetime, **values: Plain) -> str:
        return self.desk.library.say(message, now, **values)


def _is_for_another(command: Command, message: StaffMessage) -> bool:
    """Whether a command names another bot."""
    return bool(command.bot and message.bot and command.bot.lower() != message.bot.lower())


def _is_command(post: Post) -> bool:
    return post.written.kind is Kind.COMMAND
