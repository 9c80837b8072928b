"""What can be set of what is served over HTTP. No import of the server here: the other commands start without it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebSettings:
    host: str = "127.0.0.1"
    port: int = 8080
    #: Addresses of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; none: nobody's are.
    proxies: tuple[str, ...] = ()
    #: Origins of the sites that may show the chat in a frame.
    embedders: tuple[str, ...] = ()
    #: Messages a minute from one address; None: the usual.
    per_minute: int | None = None
    #: Seconds that an answer written at the staff's desk waits, in which it can be taken back; None: the usual.
    hold_seconds: int | None = None
    #: Where browsers elsewhere find it; None: nobody said.
    public_url: str | None = None

    @property
    def address(self) -> str:
        """Where a browser of this machine finds it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def base(self) -> str:
        """With what a link begins that is given to somebody."""
        return self.public_url or self.address
