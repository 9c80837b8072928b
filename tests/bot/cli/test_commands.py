"""The commands as they are typed: their exit codes, and French whatever happens. Some are run as real processes."""

import json
import os
import re
import select
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cli.commands import library_of
from bot.settings import read_settings
from tests.bot.conftest import Run
from tests.forked import Forked
from tests.shipped import cache_folder

SOUND = Path(__file__).parents[2] / "knowledge" / "sound"
ALIVE = ("--today", "2020-10-15")
#: All entries are to be reviewed by then.
LATE = ("--today", "2040-01-01")


def test_ask_answers_with_sources(guichet_process: Run) -> None:
    done = guichet_process("ask", "Quelle est la date limite de la vague 1 ?", *ALIVE)
    told = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "vendredi 6 novembre 2020" in told
    assert "Source officielle" in told


def test_who_waits_at_a_terminal_for_the_first_reading_is_told_so_once(tmp_path: Path, monkeypatch: Any) -> None:
    settings = replace(read_settings({}), call=SOUND, cache_folder=tmp_path)
    ours, theirs = os.openpty()
    try:
        with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
            monkeypatch.setattr(sys, "stderr", terminal)
            library_of(settings)
            terminal.flush()
            assert "lue pour la première fois" in os.read(ours, 1_000).decode()
            library_of(settings)
            terminal.flush()
            assert not select.select([ours], [], [], 0)[0]
    finally:
        os.close(ours)


def test_ask_in_json_has_the_shape_that_programs_rely_on(guichet: Run) -> None:
    told = json.loads(guichet("ask", "Quelle est la date limite de la vague 1 ?", "--json", *ALIVE).stdout)
    assert set(told) == {"outcome", "topic", "entry", "confidence", "answer", "sources", "choices"}
    assert (told["outcome"], told["topic"]) == ("answer", "wave1_deadline")
    assert 0.5 < told["confidence"] <= 1
    assert told["sources"][0]["title"].startswith("Communiqué")


def test_what_is_not_known_has_no_topic(guichet: Run) -> None:
    told = json.loads(guichet("ask", "Comment nourrir une girafe naine ?", "--json", *ALIVE).stdout)
    assert (told["outcome"], told["topic"], told["entry"], told["choices"]) == ("none", None, None, [])
    assert "Je n'ai pas cette information" in told["answer"]


def test_the_closed_call_is_said_first_by_the_real_clock(guichet: Run) -> None:
    told = json.loads(guichet("ask", "Qui peut candidater ?", "--json").stdout)
    assert told["answer"].startswith("L'appel est clos depuis le 25 juin 2021")


def test_the_closing_days_are_written_for_an_agenda(guichet: Run, tmp_path: Path) -> None:
    done = guichet("calendar", str(tmp_path / "dates.ics"), "--wave", "2", *ALIVE)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "dates.ics").read_bytes().count(b"BEGIN:VEVENT") == 1
    refused = guichet("calendar", str(tmp_path / "x.ics"), "--wave", "9", *ALIVE)
    assert "vague-1, vague-2, vague-3" in refused.stderr.decode()
    assert guichet("calendar", str(tmp_path / "absent" / "x.ics"), *ALIVE).returncode == 1


def test_today_may_come_from_the_environment(guichet: Run) -> None:
    told = guichet("ask", "date limite de la vague 2", GUICHET_TODAY="2021-02-12T23:30").stdout.decode()
    assert "ferme aujourd'hui" in told


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("ask", "", *ALIVE), 2, "La question est vide"),
        (("ask", "   ", *ALIVE), 2, "La question est vide"),
        (("ask", *ALIVE), 2, "Il manque QUESTION"),
        (("ask", "qui", "peut", *ALIVE), 2, "mettez la question entre guillemets"),
        (("ask", "qui ?", "--today", "demain"), 2, "« demain » n'est pas une date"),
        (("ask", "qui ?", "--today", "2020-10-15T25:00"), 2, "n'est pas une date"),
        (("ask", "qui ?", "--today"), 2, "attend une valeur"),
        (("ask", "qui ?", "--nope"), 2, "L'option « --nope » n'existe pas"),
        (("demander", "qui ?"), 2, "La commande « demander » n'existe pas"),
        (("ask", "qui ?", "--call", "nulle-part"), 2, "Le répertoire nulle-part n'existe pas"),
        (("check", "nulle-part"), 2, "Le répertoire nulle-part n'existe pas"),
        (("evaluate", "nulle-part.tsv"), 2, "Le fichier nulle-part.tsv n'existe pas"),
        (("evaluate",), 2, "Il manque FICHIER.tsv"),
    ],
)
def test_what_cannot_run_says_why_in_french(guichet: Run, arguments: tuple[str, ...], code: int, told: str) -> None:
    done = guichet(*arguments)
    assert done.returncode == code
    assert told in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert done.stdout == b""


def test_a_question_of_100_kilobytes_is_asked_shorter(guichet: Run) -> None:
    done = guichet("ask", "dates " * 17_000, *ALIVE)
    assert done.returncode == 0
    assert "trop long" in done.stdout.decode()


@pytest.mark.parametrize("question", ["😂🍕", "\x01\x1b[31m\x07", "\u202e\u200b", "'; DROP TABLE users; --"])
def test_odd_characters_are_answered_honestly(guichet: Run, question: str) -> None:
    done = guichet("ask", question, "--json", *ALIVE)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "none"


def test_a_faulty_knowledge_base_is_refused_with_its_faults(guichet: Run, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(SOUND, base)
    (base / "answers/dates.yaml").write_text("id: [", encoding="utf-8")
    done = guichet("ask", "les dates ?", "--call", str(base))
    assert done.returncode == 1
    assert "answers/dates.yaml:2: " in done.stderr.decode()
    checked = guichet("check", str(base))
    assert checked.returncode == 1
    assert "answers/dates.yaml:2: " in checked.stdout.decode()


def test_the_shipped_knowledge_base_has_no_fault(guichet: Run) -> None:
    done = guichet("check", *ALIVE)
    assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode()
    # What an opening « Oui » does to an opposite question is turned when it is said: a warning, no fault.
    assert re.search(r"aucune faute|^0 faute", done.stdout.decode(), re.MULTILINE)


def test_strictly_a_review_that_is_due_fails(guichet: Run) -> None:
    done = guichet("check", "--strict", *LATE)
    assert (done.returncode, "(avertissement)" in done.stdout.decode()) == (1, True)


def test_evaluate_reports_measures_and_mistakes(guichet: Run, tmp_path: Path) -> None:
    lines = tmp_path / "questions.tsv"
    lines.write_text("Qui peut candidater ?\teligibility_who\nquel temps fait-il\toos\n", encoding="utf-8")
    told = json.loads(guichet("evaluate", str(lines), "--json").stdout)
    keys = {
        "n_in", "n_oos", "top1", "top3", "answered_right", "offered_right", "answered_wrong", "refused", "oos_refused",
        "auroc", "right_at_90_oos", "p50_us", "p99_us", "mistakes",
    }  # fmt: skip
    assert set(told) == keys
    assert (told["n_in"], told["n_oos"], told["top1"]) == (1, 1, 1.0)
    assert "Bon sujet en premier" in guichet("evaluate", str(lines)).stdout.decode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Qui peut candidater ?\n", "questions.tsv:1: il faut une question"),
        (b"Qui ?\teligibility_who\nQui ?\tnulle_part\n", "questions.tsv:2: le sujet « nulle_part » n'existe pas"),
        (b"\n\n", "aucune question"),
        ("Qui ?\téligible\n".encode("latin-1"), "n'est pas en UTF-8"),
    ],
)
def test_a_file_of_questions_that_is_wrong_is_said_so(guichet: Run, tmp_path: Path, content: bytes, told: str) -> None:
    lines = tmp_path / "questions.tsv"
    lines.write_bytes(content)
    done = guichet("evaluate", str(lines))
    assert done.returncode == 2
    assert told in done.stderr.decode()


def test_chat_answers_each_line_of_a_script(guichet_forked: Run) -> None:
    typed = b"bonjour\nla date limite de la vague 1 ?\nmerci\n"
    done = guichet_forked("chat", *ALIVE, stdin=typed)
    assert done.returncode == 0, done.stderr
    assert "6 novembre 2020" in done.stdout.decode()
    assert done.stderr == b""


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("today", ["2019-01-01", "2020-10-15", "2099-02-01"])
def test_chat_answers_on_any_day_past_or_to_come(guichet: Run, today: str) -> None:
    """A call that is being prepared is tried on the days when it will be open."""
    for _ in range(2):  # what the first left keeps nothing from the second
        assert "Bonjour" in guichet("chat", "--today", today, stdin=b"bonjour\n").stdout.decode()


@pytest.mark.usefixtures("home")
def test_chat_goes_on_where_it_was_left(guichet: Run) -> None:
    asked = guichet("chat", *ALIVE, stdin="quelle est la couleur préférée des dragons\n".encode())
    assert "1. Oui, transmettre" in asked.stdout.decode()
    answered = guichet("chat", *ALIVE, stdin=b"oui\n")
    assert "transmise" in answered.stdout.decode()


@pytest.mark.usefixtures("home")
def test_a_new_chat_forgets_what_was_open(guichet: Run) -> None:
    guichet("chat", *ALIVE, stdin="quelle est la couleur préférée des dragons\n".encode())
    assert "transmise" not in guichet("chat", "--new", *ALIVE, stdin=b"oui\n").stdout.decode()


def test_a_line_that_is_not_utf8_is_asked_again_and_the_next_one_works(guichet_forked: Run) -> None:
    done = guichet_forked("chat", *ALIVE, stdin=b"\xff\xfe\xe9\nla date limite de la vague 1 ?\n")
    assert done.returncode == 0, done.stderr
    assert "n'est pas lisible" in done.stdout.decode()
    assert "6 novembre 2020" in done.stdout.decode()


@pytest.mark.parametrize("arguments", [("--help",), ("ask", "--help"), ("chat", "--help"), ("check", "--help")])
def test_help_is_in_french(guichet: Run, arguments: tuple[str, ...]) -> None:
    done = guichet(*arguments)
    told = done.stdout.decode()
    assert done.returncode == 0
    assert told.startswith("Usage : guichet")
    assert "Affiche cette aide." in told
    assert "Show this message" not in told


def test_town_tells_the_verdict_and_the_namesakes(guichet: Run) -> None:
    told = guichet("town", "valence", *ALIVE).stdout.decode()
    assert told.startswith("Oui : l'appel concerne Valence (Drôme)")
    assert "Valence (82, Tarn-et-Garonne)" in told


def test_town_in_json_has_the_shape_that_programs_rely_on(guichet: Run) -> None:
    told = json.loads(guichet("town", "Chalon/Saône", "--json", *ALIVE).stdout)
    assert set(told) == {"query", "candidates", "verdict"}
    keys = {"insee", "name", "departement", "region", "epci", "population", "programmes", "score"}
    assert keys <= set(told["candidates"][0])
    assert told["candidates"][0]["insee"] == "71076"
    assert told["verdict"]["outcome"] == "concerned"


def test_town_without_a_name_answers_each_line_in_json(guichet: Run) -> None:
    done = guichet("town", *ALIVE, stdin=b"le havre\n\nzzzzqq\n26000\n")
    told = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [each["query"] for each in told] == ["le havre", "", "zzzzqq", "26000"]
    assert [len(each["candidates"]) > 0 for each in told] == [True, False, False, True]
    assert told[3]["candidates"][0]["insee"] == "26362"


def test_a_town_that_does_not_exist_is_said_so(guichet: Run) -> None:
    done = guichet("town", "zzzzqq", *ALIVE)
    assert done.returncode == 0
    assert "aucune commune ni intercommunalité" in done.stdout.decode()


def test_what_a_killed_chat_left_is_answered_by_the_next(guichet: Run, tmp_path: Path) -> None:
    """With `--today` each run starts at the same moment: what an earlier one had in hand must not wait for ever."""
    own = {"GUICHET_CACHE": str(cache_folder()), "GUICHET_DATA": str(tmp_path / "data")}
    environment = {**os.environ, **own}
    reading, writing = os.pipe()
    streams = {"stdin": subprocess.PIPE, "stdout": writing}
    with os.fdopen(reading, "rb") as told_so_far:
        chat = Forked("bot.__main__:main", ("chat", *ALIVE), environment, **streams)
        os.close(writing)
        assert chat.stdin
        chat.stdin.write(b"vague 1\n" * 60)
        chat.stdin.flush()
        told_so_far.readline()
        chat.kill()
        chat.wait(30)
        chat.stdin.close()
    told = guichet("chat", *ALIVE, stdin=b"merci\n").stdout.decode()
    assert told.strip()


def test_a_data_folder_that_cannot_be_is_said_so(guichet: Run, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file", encoding="utf-8")
    done = guichet("chat", *ALIVE, stdin=b"oui\n", GUICHET_DATA=str(tmp_path / "occupied"))
    assert done.returncode == 1
    assert "occupied n’est pas un dossier" in done.stderr.decode()


def test_the_audit_has_answers_the_verdict_and_what_the_assistant_says_of_itself(guichet: Run) -> None:
    done = guichet("check", "--audit", *LATE)
    assert (done.returncode, "(avertissement)" in done.stdout.decode()) == (0, True), "a review is due: only a warning"
    tables = dict(each.split("\n", 1) for each in done.stdout.decode().split("## ")[1:])
    answer = next(table for head, table in tables.items() if head.startswith("encore-ouvert :"))
    assert "| communique (lue en entier) | officiel | à partir du 2021-06-26 |" in answer
    verdict = tables["eligibility.yaml, outcomes.concerned.commune (sur un exemple)"]
    assert "Être dans l'un des deux programmes semble suffire" in verdict
    assert "communique" in verdict
    assert "Bonjour." in tables["messages.yaml, welcome (sur un exemple)"]
