"""How much one address may ask for: counted in memory, in this process."""

import hashlib
import ipaddress
from enum import StrEnum

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request


class Doing(StrEnum):
    """What is counted apart."""

    WRITING = "writing"
    #: Beginning a conversation.
    BEGINNING = "beginning"
    #: Trying a secret: a code that opens a conversation, a way to sign in.
    GUESSING = "guessing"
    #: Asking for a code that opens one's own conversation elsewhere.
    ASKING_CODES = "asking-codes"
    SENDING_FILES = "sending-files"
    #: Having an entry checked: seconds of the processor each time.
    CHECKING = "checking"


#: A town hall has one address for all who work there.
RATES = {
    Doing.WRITING: "120/minute",
    Doing.BEGINNING: "60/hour",
    Doing.GUESSING: "10/15minute",
    Doing.ASKING_CODES: "10/hour",
    Doing.SENDING_FILES: "60/10minute",
    Doing.CHECKING: "10/5minute",
}


class Throttle:
    """Counts what each address does."""

    def __init__(self, rates: dict[Doing, str] | None = None) -> None:
        # The one for event loops: the other starts a thread at each hit, to forget what is old.
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._rates: dict[Doing, RateLimitItem] = {
            doing: parse(rate) for doing, rate in {**RATES, **(rates or {})}.items()
        }

    async def allows(self, doing: Doing, request: Request) -> bool:
        """Count it, and return whether it is not one too many."""
        return await self._limiter.hit(self._rates[doing], doing, _address(request))

    def minutes_of(self, doing: Doing) -> int:
        """Return after how many minutes what was refused may be done again."""
        return self._rates[doing].get_expiry() // 60

    async def allows_member(self, doing: Doing, member_id: int) -> bool:
        """`allows`, for what a member of the staff does, wherever they sit."""
        return await self._limiter.hit(self._rates[doing], doing, f"member:{member_id}")

    async def allows_person(self, doing: Doing, recipient_id: int) -> bool:
        """`allows`, for what is done with one conversation, on whichever device."""
        return await self._limiter.hit(self._rates[doing], doing, f"recipient:{recipient_id}")


def _address(request: Request) -> str:
    """Return what stands for the other side: of IPv6 its network, for one machine has many addresses there."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if isinstance(address, ipaddress.IPv6Address):
        host = str(ipaddress.ip_network((address, 64), strict=False))
    return hashlib.sha256(host.encode()).hexdigest()[:16]
