"""What people and the staff are told of a wave whose closing day moved, that was taken back or came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.conversation.form.summary import place_name
from bot.conversation.reminders.reminders import LIST
from bot.conversation.talk.choice_ids import Verb, form_choice
from bot.conversation.talk.messages import Choice, Reply
from bot.conversation.values.dossier import Dossier
from bot.conversation.values.moves import Status
from knowledge.call.form import FieldType
from knowledge.library import Library

#: Dossiers whose numbers the staff are told.
_TOLD = 20
#: Dossiers of one person under the news, each with its button.
_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Move:
    """A change of a wave's closing day."""

    wave: str
    #: None: the wave had been taken back.
    before: date | None
    #: None: it is taken back.
    after: date | None


def aims_at(library: Library, dossier: Dossier, wave_id: str) -> bool:
    """Whether a dossier that was not withdrawn says that it aims at the wave."""
    question = library.call.form.first_of(FieldType.WAVE) if library.call.form else None
    kept = dossier.answers.get(question.id) if question else None
    return kept is not None and kept.value == wave_id and dossier.status is not Status.WITHDRAWN


def tell_move(
    library: Library, move: Move, dossiers: Sequence[Dossier], now: datetime, *, is_follower: bool, has_more: bool
) -> Reply:
    """Return what someone is told who follows the wave (`has_more`: reminders are to come), or fills `dossiers`."""
    drafts = [each for each in dossiers if each.status is Status.DRAFT]
    text = library.say(
        "reminder_moved",
        now,
        number=_number(library, move),
        name=move.wave,
        before=move.before,
        after=move.after,
        is_follower=is_follower,
        has_more=has_more,
        drafts=[place_name(each, library, now) for each in drafts],
        sent=[place_name(each, library, now) for each in dossiers if each not in drafts],
    )
    return Reply(text, _choices(library, move, dossiers, now, has_more=has_more))


def _choices(
    library: Library, move: Move, dossiers: Sequence[Dossier], now: datetime, *, has_more: bool
) -> tuple[Choice, ...]:
    form = library.call.form
    question = form.first_of(FieldType.WAVE) if form else None
    is_over = move.after is None or move.after < library.day(now)
    choices = []
    for each in dossiers[:_OFFERED]:
        name = place_name(each, library, now)
        if is_over and each.status is Status.DRAFT and question is not None:
            label = library.say("wave_choose", now, name=name)
            choices.append(form_choice(each.reference, Verb.CHANGE_ANSWER, question.id, label=label))
        else:
            choices.append(form_choice(each.reference, Verb.SUMMARY, label=library.say("wave_open", now, name=name)))
    if has_more:
        choices.append(Choice(LIST, library.say("reminder_show", now)))
    return tuple(choices)


def tell_staff(library: Library, move: Move, references: Sequence[str], now: datetime) -> str:
    """Return what the staff are told; `references`: the dossiers in their hands that aim at the wave."""
    return library.say(
        "desk_wave_moved",
        now,
        number=_number(library, move),
        name=move.wave,
        before=move.before,
        after=move.after,
        references=list(references[:_TOLD]),
        more=len(references[_TOLD:]),
    )


def _number(library: Library, move: Move) -> int | None:
    wave = library.call.facts.wave(move.wave)
    return wave.number if wave else None
