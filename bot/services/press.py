"""Between a request to the press desk and the storage: it is kept in an exchange with the person, and told there."""

from bot.conversation.talk.effects import SendPressRequest
from bot.conversation.values.about import about_thread
from bot.services.source import Source
from bot.services.telling import tell_all_desks
from storage import press_requests, threads
from storage.engine.database import Transaction
from storage.engine.tables import PressStatus
from storage.press_requests import KeptRequest


def send_press_request(transaction: Transaction, effect: SendPressRequest, source: Source) -> None:
    """Keep the request and open the exchange in which the staff answer it; one already open goes on."""
    request, now = effect.request, source.now
    thread = threads.open_for(transaction, source.recipient_id, None, now)
    threads.write(transaction, thread, None, effect.told.text, now)
    kept = KeptRequest(
        reference=request.reference,
        thread_id=thread,
        status=PressStatus.WAITING.value,
        is_urgent=request.is_urgent,
        content=request.answers,
        sent_at=now,
        needed_at=request.needed_at,
    )
    press_requests.add(transaction, source.key, source.recipient_id, kept)
    desks = source.press_desks or source.desks
    tell_all_desks(transaction, desks, effect.told, source.key, now, about_thread(thread))
