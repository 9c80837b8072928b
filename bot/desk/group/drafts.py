"""What a member of the staff wrote and has still to say of whether it is for the town. It waits in the database.

Documents always wait: the items of an album come one by one, in any order, and any of them may bear the mark of a note.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.conversation.dossier.attachments import refusal
from bot.conversation.talk.document_types import STAFF_TYPES, NotTaken, Taken, judge
from bot.conversation.talk.messages import Attachment, Choice, Reply
from bot.conversation.values.about import About
from bot.desk.charge import charge_of
from bot.desk.desk import Desk, Told
from bot.desk.group.post import Post
from bot.desk.orders.order import Order
from bot.desk.paper import documents
from bot.desk.topic_book import PREFIX
from bot.desk.verbs import Verb
from bot.services.telling import tell
from knowledge.templates.plain import Plain
from storage import staff_drafts
from storage.engine.database import Transaction
from storage.staff_drafts import Fate, KeptDraft

#: What a button of a draft names: `s:envoyer:draft:12`.
DRAFT = "draft"
SEND, KEEP = "envoyer", "garder"
#: How long the author of a message has to say where it goes.
LIFE = timedelta(hours=24)
#: What one member writes in one place within this time is taken as sent together.
TOGETHER = timedelta(seconds=10)
#: Telegram's clients cut a text at 4096 signs: a note near that may go on in the next message.
_LONG = 3_500
#: Characters of the words that are repeated where their author is asked about them.
_EXCERPT = 80

#: Whether something was done, and what the group is told of it.
Done = tuple[bool, Reply | None]
Do = Callable[[Order], Done]


@dataclass(frozen=True, slots=True)
class Drafts:
    """What waits in one desk's groups."""

    desk: Desk

    def ask(self, transaction: Transaction, post: Post, order: Order, refused: Reply | None = None) -> None:
        """Keep the words of `order` and ask their author where they go. `refused`: why they cannot leave now."""
        content = {"text": order.text, "source": order.source}
        draft = KeptDraft(0, order.about, order.verb, order.question, content, post.message.album, post.at, None, 0)
        number = staff_drafts.add(transaction, post.group, post.message.member, draft)
        self._put_question(transaction, post, replace(draft, id=number), refused)

    def take_documents(self, transaction: Transaction, post: Post, about: str, caption: str) -> Reply | None:
        """Keep the documents of a message with what was sent with them, and ask where they go."""
        refused, taken = self._judge(post)
        draft = self._beside(transaction, post, about)
        if taken and draft is not None and draft.fate == Fate.NOTED:
            names = [each.name for each in taken]
            return Reply(self._say("group_document_noted_too", post.now, names=names), about=about)
        items = [_item(post, rank, each, caption) for rank, each in enumerate(taken)]
        if items and draft is not None and draft.fate == Fate.SENT:
            told = self._send_documents(transaction, post, draft, items)
            refused.extend([told.text] if isinstance(told, Told) else [])
        elif items:
            self._join(transaction, post, about, draft, items)
        return Reply("\n\n".join(refused), about=about) if refused else None

    def note_documents(self, transaction: Transaction, post: Post, about: str) -> Sequence[str]:
        """Return the names of all that was sent together with this note: none of it leaves, also of what is to come."""
        names = [each.name for each in post.message.attachments]
        draft = self._of_album(transaction, post)
        if draft is not None and draft.fate is None:
            names = [*(each["name"] for each in draft.content.get("documents", ())), *names]
            self._settle(transaction, draft, Fate.NOTED)
        elif draft is None and (post.message.album or len(post.message.text) >= _LONG):
            note = KeptDraft(0, about, Verb.NOTE.value, None, {}, post.message.album, post.at, Fate.NOTED, 0)
            staff_drafts.add(transaction, post.group, post.message.member, note)
        return names

    def has_left(self, transaction: Transaction, post: Post) -> bool:
        """Whether the album of this message was sent."""
        draft = self._of_album(transaction, post)
        return draft is not None and draft.fate == Fate.SENT

    def drop(self, transaction: Transaction, post: Post) -> None:
        """Let what waits of this very message wait no more: it became a note."""
        draft = self._waiting(transaction, post)
        if draft is not None and draft.album is None:
            self._settle(transaction, draft, Fate.NOTED)

    def rewrite(self, transaction: Transaction, post: Post) -> bool:
        """Ask anew about a message that was changed while it waits. Return whether it does."""
        draft = self._waiting(transaction, post)
        if draft is None:
            return False
        text, items = post.written.text, draft.content.get("documents")
        if items is None:
            content, is_same = {**draft.content, "text": text}, draft.content.get("text") == text
        else:
            changed = [{**each, "caption": text} if each["source"] == post.source else each for each in items]
            content, is_same = {"documents": changed}, changed == items
        if not is_same:
            staff_drafts.change(transaction, draft.id, content=content)
            self._put_question(transaction, post, replace(draft, content=content), None)
        return True

    def _waiting(self, transaction: Transaction, post: Post) -> KeptDraft | None:
        """Return what waits of the message itself."""
        for each in staff_drafts.list_of_member(transaction, post.group, post.message.member):
            sources = [each.content.get("source"), *(item["source"] for item in each.content.get("documents", ()))]
            if each.fate is None and post.source in sources:
                return each
        return None

    def follows_note(self, transaction: Transaction, post: Post, about: str) -> bool:
        """Whether this may be the rest of a note written just before: long texts arrive cut in two."""
        return any(
            each.about == about and each.fate == Fate.NOTED and abs(post.at - each.written_at) <= TOGETHER
            for each in staff_drafts.list_of_member(transaction, post.group, post.message.member)
        )

    def about_of_album(self, transaction: Transaction, post: Post) -> str | None:
        """Return what another item of the same album is about."""
        draft = self._of_album(transaction, post)
        return draft.about if draft else None

    def press(self, transaction: Transaction, post: Post, verb: str, number: int, do: Do) -> Reply | None:
        """Do what the author of a draft says. Nobody else may."""
        draft = staff_drafts.find(transaction, post.group, number)
        if draft is None or draft.fate is not None:
            return self._tell_gone(post, draft)
        if not staff_drafts.is_of(transaction, number, post.message.member):
            return Reply(self._say("group_draft_not_yours", post.now), about=draft.about)
        is_done, reply = self._do(transaction, post, draft, verb, do)
        if not is_done:
            return reply
        self._settle(transaction, draft, Fate.SENT if verb == SEND else Fate.NOTED)
        return replace(reply, closes=post.message.message) if reply else None

    def cancel(self, transaction: Transaction, post: Post) -> int:
        """Forget what this member has still to settle here, everywhere in the group where that is about nothing.

        Return how many messages it was.
        """
        waiting = [
            each
            for each in staff_drafts.list_of_member(transaction, post.group, post.message.member)
            if each.fate is None and post.about in (None, each.about)
        ]
        for each in waiting:
            self._settle(transaction, each, Fate.DROPPED)
        return len(waiting)

    def _tell_gone(self, post: Post, draft: KeptDraft | None) -> Reply:
        """Say what became of a draft that waits no more."""
        if draft is None:
            return Reply(self._say("group_draft_gone", post.now, fate=None, verb=None, kind=None))
        gone = {"fate": draft.fate, "verb": draft.verb, "kind": kind_of(draft.about)}
        return Reply(self._say("group_draft_gone", post.now, **gone), about=draft.about)

    def _do(
        self, transaction: Transaction, post: Post, draft: KeptDraft, verb: str, do: Do
    ) -> tuple[bool, Reply | None]:
        text, items = draft.content.get("text", ""), draft.content.get("documents", [])
        order = replace(post.order(Verb.NOTE, draft.about, text), source=draft.content.get("source"))
        if verb != SEND:
            names = [each["name"] for each in items]
            captions = " ".join(filter(None, (each["caption"] for each in items)))
            noted = self._say("group_noted_documents", post.now, names=names, text=captions) if items else text
            return do(replace(order, text=noted))
        if not items:
            return do(replace(order, verb=draft.verb, question=draft.question))
        told = self._send_documents(transaction, post, draft, items)
        if isinstance(told, Told):
            return False, Reply(told.text, about=draft.about)
        names = [each["name"] for each in items]
        return True, Reply(
            self._say("group_documents_leave", post.now, names=names, kind=kind_of(draft.about)), about=draft.about
        )

    def _send_documents(
        self, transaction: Transaction, post: Post, draft: KeptDraft, items: Sequence[dict[str, Any]]
    ) -> Told | None:
        """Have the documents fetched for the town. Return why that cannot be."""
        sender = (post.message.channel, post.group)
        return documents.send(self.desk, transaction, draft.about, post.message.author, items, sender, post.now)

    def _judge(self, post: Post) -> tuple[list[str], list[Attachment]]:
        """Return what is to be said of the documents that cannot be sent, and those that can."""
        judged = [judge(each, STAFF_TYPES) for each in post.message.attachments]
        refused = [
            refusal(self.desk.library, each.name, each.why, post.now) for each in judged if isinstance(each, NotTaken)
        ]
        return refused, [each.attachment for each in judged if isinstance(each, Taken)]

    def _of_album(self, transaction: Transaction, post: Post) -> KeptDraft | None:
        if post.message.album is None:
            return None
        written = staff_drafts.list_of_member(transaction, post.group, post.message.member)
        return next((each for each in written if each.album == post.message.album), None)

    def _beside(self, transaction: Transaction, post: Post, about: str) -> KeptDraft | None:
        """Return the draft that the documents of this message belong to: of their album, or sent just before."""
        if post.message.album is not None:
            return self._of_album(transaction, post)
        return next(
            (
                each
                for each in staff_drafts.list_of_member(transaction, post.group, post.message.member)
                if each.about == about and each.fate is None and each.album is None and "documents" in each.content
                if abs(post.at - each.written_at) <= TOGETHER
            ),
            None,
        )

    def _join(
        self, transaction: Transaction, post: Post, about: str, draft: KeptDraft | None, items: list[dict[str, Any]]
    ) -> None:
        if draft is None:
            new = KeptDraft(
                0, about, Verb.ANSWER.value, None, {"documents": items}, post.message.album, post.at, None, 0
            )
            number = staff_drafts.add(transaction, post.group, post.message.member, new)
            self._put_question(transaction, post, replace(new, id=number), None)
            return
        content = {"documents": [*draft.content["documents"], *items]}
        staff_drafts.change(transaction, draft.id, content=content, written_at=max(draft.written_at, post.at))
        self._put_question(transaction, post, replace(draft, content=content), None)

    def _put_question(self, transaction: Transaction, post: Post, draft: KeptDraft, refused: Reply | None) -> None:
        """Ask, in the place of what was asked before of the same draft."""
        text, items = draft.content.get("text", ""), draft.content.get("documents", [])
        charge = charge_of(self.desk, transaction, draft.about, post.message.author, post.now)
        said = self._say(
            "group_ask_send",
            post.now,
            refused=refused.text if refused else None,
            holder=charge.other,
            is_free=charge.is_free,
            is_over=charge.is_over,
            names=[each["name"] for each in items],
            verb=draft.verb,
            kind=kind_of(draft.about),
            excerpt=text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rstrip()}…",
        )
        send = SEND if draft.verb == Verb.ANSWER else draft.verb
        labels = {
            SEND: self._say("group_verb", post.now, verb=send, kind=kind_of(draft.about)),
            KEEP: self._say("group_verb", post.now, verb=KEEP, kind=DRAFT),
        }
        choices = tuple(Choice(f"{PREFIX}{verb}:{DRAFT}:{draft.id}", label) for verb, label in labels.items())
        choices = (*choices, *(refused.choices if refused else ()))
        replaces = question_key(draft.id, draft.asked) if draft.asked else None
        reply = Reply(said, choices, about=draft.about, replaces=replaces, is_urgent=True)
        asked = draft.asked + 1
        staff_drafts.change(transaction, draft.id, asked=asked)
        tell(transaction, post.message.channel, post.group, reply, question_key(draft.id, asked), post.now)

    def _settle(self, transaction: Transaction, draft: KeptDraft, fate: Fate) -> None:
        # What it became is kept elsewhere: here it only says what becomes of what still comes with it.
        staff_drafts.change(transaction, draft.id, fate=fate.value, content={})

    def _say(self, message: str, now: datetime, **values: Plain) -> str:
        return self.desk.library.say(message, now, **values)


def kind_of(about: str | None) -> str | None:
    """Return what `about` is, a dossier or a thread; the words for who reads of it depend on that."""
    return About(about).kind if about else None


def question_key(number: int, asked: int) -> str:
    return f"draft:{number}:asked:{asked}"


def expire(desk: Desk, transaction: Transaction, now: datetime) -> None:
    """Forget what nobody settled, and say that it went nowhere."""
    for expired in staff_drafts.take_expired(transaction, now, LIFE):
        said = Reply(desk.library.say("group_draft_expired", now, kind=kind_of(expired.about)), about=expired.about)
        tell(transaction, expired.channel, expired.group, said, f"draft:{expired.id}:expired", now)


def _item(post: Post, rank: int, attachment: Attachment, caption: str) -> dict[str, Any]:
    return {
        "reference": attachment.reference,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "album": attachment.album,
        "caption": caption,
        "key": f"{post.message.channel}:{post.message.update}:{rank}",
        "source": post.source,
    }
