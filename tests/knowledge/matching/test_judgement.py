import numpy as np
import pytest

from knowledge.matching.calibration import Calibration
from knowledge.matching.judgement import Seen, Topics, calibrate

TOPICS = Topics(
    ["date-1", "date-2", "lieu", "autre-guichet"],
    {"date-1": "date", "date-2": "date", "lieu": "lieu", "autre-guichet": "oos"},
    {"autre-guichet"},
)
RIGHT = Calibration((-2.0, 6.0, -2.0, -2.0))
BELONGING = Calibration((-2.0, 6.0, -3.0))


def judge(*scores: float) -> Seen:
    """Scores of the four entries and of the noise."""
    return TOPICS.judge(np.array(scores), RIGHT, BELONGING)


def best(seen: Seen) -> str:
    return TOPICS.entries[int(seen.confidences.argmax())]


def test_the_entries_of_a_topic_stand_together_against_another_topic() -> None:
    assert best(judge(0.35, 0.3, 0.5, 0.0, 0.0)) == "date-1"


def test_a_second_entry_of_the_best_topic_does_not_take_all_the_choices() -> None:
    seen = judge(0.6, 0.0, 0.5, 0.0, 0.0)
    assert list(np.argsort(-seen.confidences)[:2]) == [0, 2]


@pytest.mark.parametrize("claim", [(0.5, 0.0), (0.0, 0.5)])
def test_what_is_out_of_scope_lowers_the_confidence_in_scope(claim: tuple[float, float]) -> None:
    assert judge(0.6, 0.0, 0.0, *claim).in_scope < judge(0.6, 0.0, 0.0, 0.0, 0.0).in_scope
    assert judge(0.6, 0.0, 0.0, *claim).confidences[0] < judge(0.6, 0.0, 0.0, 0.0, 0.0).confidences[0]


def test_an_out_of_scope_entry_may_be_the_best() -> None:
    assert best(judge(0.1, 0.0, 0.0, 0.8, 0.0)) == "autre-guichet"


def test_entries_of_one_topic_do_not_differ() -> None:
    assert TOPICS.differ("date-1", "lieu")
    assert not TOPICS.differ("date-1", "date-2")
    assert not TOPICS.differ("lieu", "lieu")


def test_a_sentence_of_greeting_tells_nothing_beside_another() -> None:
    greeting = np.array([False, False, False, True])
    whole = Seen(np.array([0.4, 0.0, 0.0, 0.1]), 0.5)
    parts = [Seen(np.array([0.9, 0.0, 0.0, 0.0]), 0.9), Seen(np.array([0.0, 0.0, 0.0, 1.0]), 0.9)]
    joined = whole.joined(parts, greeting)
    assert joined.confidences[0] > 0.4
    assert joined.confidences[3] <= 0.1
    assert len(joined.parts) == 1
    assert whole.joined(parts[1:], greeting) == whole


def test_calibration_learns_what_belongs() -> None:
    left_out = np.array([[0.8, 0.0, 0.0, 0.0, 0.1]] * 20 + [[0.2, 0.0, 0.1, 0.0, 0.7]] * 20)
    own = np.array([0] * 20 + [4] * 20, dtype=np.int32)
    right, belonging = calibrate(TOPICS, left_out, own)
    inside, noise = TOPICS.judge(left_out[0], right, belonging), TOPICS.judge(left_out[-1], right, belonging)
    assert inside.in_scope > 0.8 > 0.2 > noise.in_scope
    assert inside.confidences[0] > 0.8 > 0.2 > noise.confidences[0]


def test_topics_survive_their_facts() -> None:
    again = Topics(**TOPICS.facts())
    assert again.entries == TOPICS.entries
    assert again.topic.tolist() == TOPICS.topic.tolist()
