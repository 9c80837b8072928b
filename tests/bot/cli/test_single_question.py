"""`guichet ask --json`: the shape for one question, and what a message of several adds to it."""

from bot.cli.single_question import answer_as_json
from tests.bot.conversation.conftest import ALIVE
from tests.shipped import shipped

SHAPE = {"outcome", "topic", "entry", "confidence", "answer", "sources", "choices"}


def test_each_question_of_a_message_of_several_has_its_answer() -> None:
    told = answer_as_json("qui peut candidater, combien ça coûte, et on envoie ça où ?", shipped(), ALIVE)
    assert set(told) == {*SHAPE, "questions"}
    assert [each["topic"] for each in told["questions"]] == ["eligibility_who", "cost_funding", "how_to_submit"]
    assert all(each["answer"] and each["confidence"] > 0.5 for each in told["questions"])


def test_a_question_among_others_that_nothing_answers_is_told_as_such() -> None:
    told = answer_as_json("combien ça coûte ? et comment nourrir une girafe naine ?", shipped(), ALIVE)
    known, unknown = told["questions"]
    assert known["entry"] == "cout-pour-la-collectivite"
    assert unknown == {
        "question": "comment nourrir une girafe naine",
        "topic": None,
        "entry": None,
        "confidence": 0.0,
        "answer": None,
    }


def test_one_question_keeps_its_shape() -> None:
    assert set(answer_as_json("qui peut candidater ?", shipped(), ALIVE)) == SHAPE
