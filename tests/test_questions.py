"""Each entry's own test questions are ranked to its topic, or, for another counter's matter, get no answer on the call.

What is known to fail stands in one file, strict in both directions.
"""

from pathlib import Path
from time import perf_counter

import pytest

from knowledge.matching.evaluation import Labelled, evaluate
from knowledge.matching.matcher import Outcome
from tests.listed import read_list
from tests.shipped import shipped

QUESTIONS = Path(__file__).parent / "questions"
KNOWN = read_list(QUESTIONS / "_known_failures.yaml")["questions"]
CASES = [
    (path.stem, question)
    for path in sorted(QUESTIONS.glob("*.yaml"))
    if not path.name.startswith("_")
    for question in read_list(path)["questions"]
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


def test_questions_that_nothing_was_tuned_on_are_answered() -> None:
    lines = (QUESTIONS / "measured" / "officials.tsv").read_text(encoding="utf-8").splitlines()
    topics = {entry.id: entry.topic for entry in shipped().entries.values()}
    report = evaluate([Labelled(*line.split("\t")) for line in lines], shipped().matcher, topics, perf_counter)
    assert report.top1 >= 0.93, report.mistakes
    assert report.answered_wrong <= 0.05, report.mistakes
    assert report.oos_refused == 1.0, report.mistakes
    assert report.auroc >= 0.99
