"""An operation asked for, what comes of it, and what it lacks; no operation lives here."""

from dataclasses import dataclass
from datetime import datetime

from bot.conversation.form.summary import decision_label
from bot.conversation.talk.messages import Choice, File, Reply
from bot.conversation.values.about import DOSSIER, About
from bot.conversation.values.member import Member
from bot.desk.desk import Desk, Told
from bot.desk.topic_book import PREFIX
from bot.desk.verbs import WITH_WORDS, Verb
from knowledge.library import Library

#: What the button below a template does: it leaves as it is shown.
SEND_TEMPLATE = "partir"
#: What one is asked to choose among, at most.
MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class Order:
    """An operation asked for: on what, by whom, with which words."""

    verb: str
    kind: str
    id: str
    staff: Member
    text: str = ""
    #: The question of the form that it is about.
    question: str | None = None
    #: The message it was written in; see `bot.desk.corrections`.
    source: str | None = None
    #: Whether it was asked for at a desk of the press.
    is_press: bool = False
    #: Whether whoever asks may be shown what dossiers say.
    sees_dossiers: bool = True

    @property
    def about(self) -> About:
        return About(f"{self.kind}:{self.id}")


@dataclass(frozen=True, slots=True)
class Done:
    """What the member of the staff is told, with what there is to choose or to take away."""

    is_done: bool
    text: str
    choices: tuple[Choice, ...] = ()
    files: tuple[File, ...] = ()
    enclosed: tuple[str, ...] = ()


def needs_words(order: Order, library: Library) -> bool:
    """Whether the order cannot be done before its author has written the words of it."""
    if order.verb == Verb.CLOSE and order.kind == DOSSIER:
        return order.question is not None or not library.call.decisions
    if order.verb in WITH_WORDS:
        return True
    return order.question is not None and order.verb == Verb.ASK


def label_of(order: Order, desk: Desk) -> str:
    """Return how what the order was narrowed to is called: a question of the form, a decision; empty for neither."""
    if order.question is None:
        return ""
    if order.verb == Verb.CLOSE:
        return decision_label(desk.library, order.question) or ""
    question = desk.form.question(order.question)
    return question.label if question else ""


def reply_to(desk: Desk, told: Told, about: str | None, now: datetime) -> Reply:
    """Return what the group is told of an operation; where a colleague holds it, with the way to take it over."""
    if told.held is None:
        return Reply(told.text, about=about)
    text = "\n\n".join([told.text, desk.library.say("group_take_over", now, is_elsewhere=told.held != about)])
    kind = About(told.held).kind
    label = desk.library.say("group_verb", now, verb=Verb.TAKE_OVER, kind=kind)
    return Reply(text, (Choice(f"{PREFIX}{Verb.TAKE_OVER}:{told.held}", label),), about=about)
