"""What becomes of a short form that was read over and sent, by whom it is handed to."""

from collections.abc import Callable, Mapping

from bot.conversation.fields.needed_by import needed_at
from bot.conversation.form.of_short_form import OfShortForm
from bot.conversation.talk.effects import Effect, SendPressRequest
from bot.conversation.talk.messages import AskTeam, Reply
from bot.conversation.values.press_request import PressRequest
from knowledge.call.form import HandedTo


def _to_press(filled: OfShortForm, reference: str, told: str) -> Effect:
    answers = filled.sheet.answers
    shown = {each.id: answers[each.id].shown for each in filled.form.questions() if each.id in answers}
    deadline = needed_at(filled.deadline.value) if filled.deadline else None
    return SendPressRequest(PressRequest(reference, filled.is_urgent, deadline, shown), Reply(told))


def _to_team(filled: OfShortForm, reference: str, told: str) -> Effect:
    return AskTeam(told, ())


_HANDING_OVER: Mapping[HandedTo, Callable[[OfShortForm, str, str], Effect]] = {
    HandedTo.PRESS: _to_press,
    HandedTo.TEAM: _to_team,
}


def hand_over(filled: OfShortForm, reference: str) -> tuple[Reply, Effect]:
    """Return what the person is told, and what hands the form over; `reference`: its number."""
    told = filled.text(filled.form.told, reference=reference, rows=filled.rows)
    receipt = Reply(filled.text(filled.form.sent, reference=reference))
    return receipt, _HANDING_OVER[filled.form.handed_to](filled, reference, told)
