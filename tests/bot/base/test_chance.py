"""What is drawn by lot: only from the signs given, each as likely."""

from collections import Counter

import pytest

from bot.base.chance import Chance


@pytest.mark.parametrize("signs", ["a", "ab", "ACEFHJKMNPRTWXY3479", "".join(map(chr, range(256)))])
def test_every_sign_comes_out_and_no_other(signs: str) -> None:
    chance = Chance()
    assert {chance(signs) for _ in range(40 * len(signs))} == set(signs)


def test_no_sign_is_likelier_than_another() -> None:
    # 129 signs: were bytes only taken modulo, nearly all signs would come out twice as often as the last two.
    signs = "".join(map(chr, range(129)))
    chance = Chance()
    drawn = Counter(chance(signs) for _ in range(129 * 200))
    assert drawn[signs[0]] + drawn[signs[1]] == pytest.approx(400, abs=120)
    assert drawn[signs[-1]] + drawn[signs[-2]] == pytest.approx(400, abs=120)


def test_two_do_not_draw_the_same() -> None:
    first, second = Chance(), Chance()
    assert [first("0123456789") for _ in range(30)] != [second("0123456789") for _ in range(30)]
