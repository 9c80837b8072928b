"""Why a template cannot be read or worked out: a code of faults.yaml, its line, and what the wording needs."""


class TemplateFault(Exception):
    """A template that an editor must mend."""

    def __init__(
        self, code: str, line: int = 1, *, name: str = "", known: tuple[str, ...] = (), given: str = ""
    ) -> None:
        """`line` counts from 1 within the template; `known`: what could stand there instead of `name`."""
        super().__init__(f"{code} {name}".strip())
        self.code = code
        self.line = line
        self.name = name
        self.known = known
        self.given = given
