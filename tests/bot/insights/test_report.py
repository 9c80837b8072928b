"""What an editor is told first, and what is not concluded from too little."""

from datetime import timedelta

import pytest

from bot.insights.report import Knowledge, Report, make_report, share_at_least
from tests.bot.insights.conftest import SINCE, UNTIL


def test_the_most_asked_come_first(report: Report) -> None:
    assert [(each.sheet.entry, each.shown) for each in report.most_asked[:3]] == [
        ("calendrier", 61),
        ("bonjour", 40),
        ("antenne-locaux", 15),
    ]
    assert report.most_asked[0].sheet.file == "answers/calendrier.yaml"
    assert (report.shown, report.opinions) == (123, 25)


def test_an_entry_that_is_gone_is_counted_but_nobody_is_sent_to_it(report: Report) -> None:
    assert next(each.sheet.file for each in report.most_asked if each.sheet.entry == "fiche-disparue") is None
    assert [each.sheet.entry for each in report.disliked] == ["antenne-locaux"]


def test_one_of_one_is_not_everybody(report: Report) -> None:
    assert "formations" not in [each.sheet.entry for each in report.disliked]


@pytest.mark.parametrize(
    ("count", "total", "share"), [(0, 0, 0.0), (0, 9, 0.0), (1, 1, 0.2065), (5, 6, 0.4365), (50, 60, 0.7196)]
)
def test_the_share_is_wilsons_lower_bound(count: int, total: int, share: float) -> None:
    assert share_at_least(count, total) == pytest.approx(share, abs=1e-4)


def test_questions_that_are_alike_are_one_in_the_commonest_words(report: Report) -> None:
    wifi, money = report.unanswered
    assert (wifi.question, wifi.count) == ("wifi gratuit dans l'antenne ?", 3)
    assert wifi.also == ("le wifi est-il gratuit dans les antennes ?",)
    assert wifi.near is not None
    assert wifi.near.entry == "antenne"
    assert money.near is None


def test_a_near_miss_says_what_was_offered_and_picked(report: Report) -> None:
    much, *others = report.near_misses
    assert (much.question, much.count, much.also) == ("combien ?", 3, ("combien",))
    assert [sheet.entry for sheet in much.offered] == ["calendrier", "formations"]
    assert [(sheet.entry, count) for sheet, count in much.picked] == [("formations", 2)]
    assert (much.none_right, much.no_pick) == (1, 0)
    assert {each.question: (each.none_right, each.no_pick) for each in others} == {
        "locaux neufs": (1, 0),
        "date": (0, 1),
    }


def test_answers_whose_review_is_near_or_late_are_told(known: Knowledge) -> None:
    first = min(entry.review_by for entry in known.entries.values())
    for day, is_told in [(first - timedelta(days=31), False), (first - timedelta(days=30), True)]:
        assert bool(make_report(known, [], [], SINCE, day).to_review) is is_told
    late = make_report(known, [], [], SINCE, first + timedelta(days=2)).to_review
    assert late[0].days_left == -2


def test_nothing_gives_an_empty_report(known: Knowledge) -> None:
    empty = make_report(known, [], [], SINCE, UNTIL)
    assert (empty.most_asked, empty.disliked, empty.unanswered, empty.near_misses) == ((), (), (), ())
