"""Each line says what to do: which file to open, what to write."""

import json
from dataclasses import replace
from datetime import date

from bot.insights.report import Report, ToReview
from bot.insights.wording import TOLD, report_as_json, report_as_text


def test_each_line_says_what_to_do(report: Report) -> None:
    told = report_as_text(report)
    assert "Du 16 septembre 2020 au 15 octobre 2020" in told
    assert "5 avis négatif(s) sur 6" in told
    assert "au moins 44 %" in told
    assert "Voyez d'abord answers/antenne.yaml" in told
    assert "→ Écrivez une fiche" in told
    assert "Ajoutez ces tournures aux variantes de answers/formations.yaml" in told
    assert "Personne n'a choisi" in told
    assert "fiche fiche-disparue, supprimée depuis" in told


def test_what_is_to_review_says_by_when(report: Report) -> None:
    sheet = report.most_asked[0].sheet
    dates = (ToReview(sheet, date(2020, 10, 10), -5), ToReview(sheet, date(2020, 10, 20), 5))
    told = report_as_text(replace(report, to_review=dates)).replace("\N{NO-BREAK SPACE}", " ")
    assert "en retard de 5 jours, c'était le 10 octobre 2020" in told
    assert "avant le 20 octobre 2020, dans 5 jours" in told


def test_a_long_list_is_cut_and_says_so(report: Report) -> None:
    many = replace(report, unanswered=report.unanswered[:1] * (TOLD + 3))
    assert "… et 3 autre(s)" in report_as_text(many)
    assert len(report_as_json(many)["unanswered"]) == TOLD + 3


def test_the_json_has_closed_keys(report: Report) -> None:
    sheet = report.most_asked[0].sheet
    told = report_as_json(replace(report, to_review=(ToReview(sheet, date(2020, 10, 20), 5),)))
    assert json.loads(json.dumps(told)) == told
    keys = {name: set(value[0]) for name, value in told.items() if isinstance(value, list)}
    entry = {"entry", "question", "file"}
    assert keys == {
        "most_asked": entry | {"shown", "helpful", "unhelpful"},
        "disliked": entry | {"helpful", "unhelpful", "at_least"},
        "unanswered": {"question", "count", "also", "near"},
        "near_misses": {"question", "count", "also", "offered", "picked", "none_right", "no_pick"},
        "to_review": entry | {"review_by", "days_left"},
    }
    assert set(told) == {*keys, "since", "until", "shown", "opinions"}
    assert told["near_misses"][0]["picked"] == {"formations": 2}
