"""Each entry's own test questions are ranked to its topic, or, for another counter's matter, get no answer on the call.

What is known to fail stands in one file, strict in both directions.
"""

from pathlib import Path

import pytest
import yaml

from knowledge.matching.matcher import Outcome
from tests.shipped import shipped

QUESTIONS = Path(__file__).parent / "questions"
KNOWN = yaml.safe_load((QUESTIONS / "_known_failures.yaml").read_text(encoding="utf-8"))["questions"]
CASES = [
    (path.stem, question)
    for path in sorted(QUESTIONS.glob("*.yaml"))
    if not path.name.startswith("_")
    for question in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
]


def what_happens(entry: str, question: str) -> str | None:
    """Return what is wrong with the ranking of `question`, None when nothing is."""
    entries, matcher = shipped().entries, shipped().matcher
    if entries[entry].in_scope:
        ranked = [match.entry for match in matcher.scores(question) if entries[match.entry].in_scope]
        best = ranked[0] if ranked else None
        return None if best and entries[best].topic == entries[entry].topic else f"{best} instead of {entry}"
    ranking = matcher.rank(question)
    answered = ranking.outcome is Outcome.ANSWER and entries[ranking.matches[0].entry].in_scope
    return f"answered by {ranking.matches[0].entry}" if answered else None


@pytest.mark.parametrize(("entry", "question"), CASES)
def test_a_question_finds_its_topic(entry: str, question: str) -> None:
    wrong = what_happens(entry, question)
    if question in KNOWN:
        assert wrong, "it works now: take it out of _known_failures.yaml"
    else:
        assert wrong is None, f"{question!r}: {wrong}"


def test_known_failures_are_questions_of_an_entry() -> None:
    assert set(KNOWN) <= {question for _, question in CASES}
