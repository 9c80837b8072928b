"""The measures, on a matcher small enough to know what they must be."""

import pytest

from knowledge.matching.evaluation import Fate, Labelled, evaluate
from knowledge.matching.matcher import Example, Matcher

EXAMPLES = [
    Example("quelles sont les dates limites de dépôt", "dates"),
    Example("quand ferme la première vague", "dates"),
    Example("calendrier des vagues", "dates"),
    Example("je suis journaliste et je cherche le service de presse", "presse"),
    Example("contact presse pour une interview", "presse"),
    Example("interview radio", "presse"),
    Example("comment faire une carte d'identité", "hors-mairie"),
    Example("horaires d'ouverture de la mairie", "hors-mairie"),
    Example("refaire mon passeport", "hors-mairie"),
]
TOPICS = {"dates": "dates", "presse": "press", "hors-mairie": "oos"}
NOISE = ["quel temps fait il", "raconte une blague", "qui a gagné le match"]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.fit(EXAMPLES, groups=TOPICS, out_of_scope={"hors-mairie"}, noise=NOISE)


def ticking() -> float:
    """A stopwatch that shows a millisecond more each time it is read."""
    ticking.now = getattr(ticking, "now", 0.0) + 0.001  # type: ignore[attr-defined]
    return float(ticking.now)  # type: ignore[attr-defined]


def test_the_phrasings_themselves_are_all_found(matcher: Matcher) -> None:
    lines = [Labelled(example.text, TOPICS[example.entry]) for example in EXAMPLES]
    report = evaluate(lines, matcher, TOPICS, ticking)
    assert (report.n_in, report.n_oos) == (6, 3)
    assert (report.top1, report.top3, report.auroc) == (1.0, 1.0, 1.0)
    assert report.answered_wrong == 0.0
    assert report.oos_refused == 1.0


def test_shares_of_in_scope_fates_add_up(matcher: Matcher) -> None:
    lines = [Labelled(text, "dates") for text in ("quand ferme la vague", "contact presse", "xyz", "date")]
    report = evaluate(lines, matcher, TOPICS, ticking)
    shares = (report.answered_right, report.offered_right, report.answered_wrong, report.refused)
    assert sum(shares) == pytest.approx(1.0)


def test_a_question_labelled_wrongly_is_a_mistake_with_what_was_answered(matcher: Matcher) -> None:
    report = evaluate([Labelled("contact presse pour une interview", "dates")], matcher, TOPICS, ticking)
    (mistake,) = report.mistakes
    assert (mistake.expected, mistake.topic, mistake.entry) == ("dates", "press", "presse")
    assert report.top1 == 0.0
    assert report.top3 == 1.0


def test_another_counters_matter_is_the_right_way_to_refuse(matcher: Matcher) -> None:
    lines = [Labelled("refaire mon passeport", "oos"), Labelled("raconte une blague", "oos")]
    report = evaluate(lines, matcher, TOPICS, ticking)
    assert report.oos_refused == 1.0
    assert report.mistakes == ()


def test_an_in_scope_question_sent_to_another_counter_is_wrong(matcher: Matcher) -> None:
    report = evaluate([Labelled("refaire mon passeport", "dates")], matcher, TOPICS, ticking)
    if report.mistakes[0].entry == "hors-mairie":
        assert report.mistakes[0].fate in {Fate.WRONG, Fate.REFUSED}
    assert report.answered_right == 0.0


def test_latencies_are_those_of_the_stopwatch(matcher: Matcher) -> None:
    report = evaluate([Labelled("dates", "dates")], matcher, TOPICS, ticking)
    assert report.p50_us == pytest.approx(1000.0)
