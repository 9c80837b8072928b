"""What was written in the staff's group and goes nowhere: its author is told, and how to write so that it counts."""

from datetime import datetime, timedelta

from bot.conversation.talk.messages import Reply
from bot.desk.desk import Desk
from bot.desk.group.post import Post
from bot.desk.group.written import Kind
from storage import said_once
from storage.engine.database import Transaction

#: Who writes without a name is told so once in each place within this time: not at each message.
TOLD_AGAIN_AFTER = timedelta(minutes=10)
_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def tell_nameless(desk: Desk, transaction: Transaction, post: Post) -> Reply | None:
    """Say that what was written by nobody who can be known is not sent; what is said outside of any matter is left."""
    message = post.message
    is_for_us = post.about is not None or message.is_in_own_topic
    said = desk.library.say("group_nameless", post.now, speaker=message.speaker.value)
    if message.text and post.written.kind is not Kind.WORDS:  # a note or a command
        return Reply(said, about=post.about)
    if not is_for_us:
        return None
    subject = f"nameless:{post.group}:{post.about or message.topic}:{message.speaker.value}"
    period = str((post.now - _EPOCH) // TOLD_AGAIN_AFTER)
    is_first = said_once.claim(transaction, subject, period, post.now)
    return Reply(said, about=post.about) if is_first else None


def tell_unread(desk: Desk, post: Post, about: str) -> Reply:
    """Say that a content that no town can be sent was not."""
    said = desk.library.say("group_unread", post.now, content=post.message.unread, has_words=bool(post.message.text))
    return Reply(said, about=about)
