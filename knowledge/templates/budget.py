"""How much one text may cost, in steps and characters: never by a clock, so that it fails everywhere or nowhere."""

from dataclasses import dataclass

from knowledge.templates.faults import TemplateFault

#: The longest message of the shipped call, filled with forty dossiers, takes some two thousand steps.
STEPS = 50_000
#: All that a template writes or makes on its way; a dossier of thirty long answers has some 120,000.
CHARACTERS = 500_000
#: Phrases that call phrases.
CALLS = 20


@dataclass(slots=True)
class Budget:
    """What is left to spend on one text."""

    steps: int = STEPS
    characters: int = CHARACTERS
    calls: int = CALLS

    def step(self, line: int, count: int = 1) -> None:
        """Errors: TemplateFault."""
        self.steps -= count
        if self.steps < 0:
            raise TemplateFault("template-steps", line)

    def make(self, line: int, text: str) -> str:
        """Return `text`, paid for. Errors: TemplateFault."""
        self.characters -= len(text)
        if self.characters < 0:
            raise TemplateFault("template-steps", line)
        return text
