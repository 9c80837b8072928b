"""What asks the same thing is put together; what does not, is not."""

import pytest

from knowledge.matching.likeness import group_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("quel est le régime de TVA ?", "regime tva"),
        ("y a t il un wifi gratuit dans les antennes", "est ce qu'il y a du wifi gratuit dans l'antenne ?"),
        ("peut-on déposer une demande à deux ?", "on peut déposer une demande à deux communes ?"),
    ],
)
def test_the_same_question_in_other_words_is_one(one: str, other: str) -> None:
    assert [set(group) for group in group_alike([one, other])] == [{one, other}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("comment se garer", "comment se loger"),
        ("peut-on déposer une demande ?", "peut-on déposer un recours ?"),
        ("qui est le maire de Dole", "qui est le maire de Valence"),
    ],
)
def test_other_questions_stay_apart(one: str, other: str) -> None:
    assert len(group_alike([one, other])) == 2


def test_the_largest_group_and_the_commonest_words_come_first() -> None:
    texts = ["cantine", "le wifi gratuit", "wifi gratuit ?", "?", "wifi gratuit ?", "et la cantine ?"]
    assert group_alike(texts) == [
        ("wifi gratuit ?", "wifi gratuit ?", "le wifi gratuit"),
        ("cantine", "et la cantine ?"),
        ("?",),
    ]
