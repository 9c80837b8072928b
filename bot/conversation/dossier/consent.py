"""The first screen of a dossier asks for consent: it still waits after a question was put there."""

from dataclasses import replace

from bot.conversation.answers.answers import TEAM_NO
from bot.conversation.form.waiting import with_reminder
from bot.conversation.reading.heard import hear
from bot.conversation.talk.choice_ids import Verb, read_form_choice
from bot.conversation.talk.visit import Turn, Visit


def consent_waits(visit: Visit, turn: Turn) -> Turn:
    """After a question at the first screen of a dossier, ask for the consent again, before all other choices."""
    asked = [each.as_choice() for each in visit.state.offered if _is_consent(each.id)]
    if not asked or visit.incoming.choice or not turn.replies or any(map(_is_consent, _choices_of(turn))):
        return turn
    if hear(visit).opens_with(visit.library.call.hearing.refusing):  # « non merci, je voulais juste savoir … »
        return turn
    *before, last = turn.replies
    waits = visit.text("consent_waits")
    text, is_choosing = with_reminder(last.text, waits), last.text.rstrip().endswith(":")
    # « Vouliez-vous dire : » brings in its own choices: those come first.
    others = tuple(each for each in last.choices if each.id != TEAM_NO)  # one « Non merci » is enough
    choices = (*others, *asked) if is_choosing else (*asked, *others)
    return replace(turn, replies=(*before, replace(last, text=text, choices=choices)))


def _choices_of(turn: Turn) -> list[str]:
    return [choice.id for reply in turn.replies for choice in reply.choices]


def _is_consent(choice_id: str) -> bool:
    choice = read_form_choice(choice_id)
    return choice is not None and choice.verb is Verb.CONSENT
