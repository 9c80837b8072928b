"""A person who writes too fast is told once, and heard again once they slow down."""

from bot.channels.telegram.flood import BURST, Flood, Verdict


def test_the_first_too_many_is_told_and_the_rest_passed_over() -> None:
    now = 0.0
    flood = Flood(lambda: now)
    verdicts = [flood.judge("a") for _ in range(BURST + 3)]
    assert verdicts == [Verdict.TAKE] * BURST + [Verdict.TELL, Verdict.PASS_OVER, Verdict.PASS_OVER]
    assert flood.judge("b") is Verdict.TAKE
    now = 3.0
    assert flood.judge("a") is Verdict.TAKE
    assert flood.judge("a") is Verdict.PASS_OVER, "told already, and still too fast"
    now = 3_600.0
    assert [flood.judge("a") for _ in range(BURST + 1)][-1] is Verdict.TELL
