"""What is read from the environment."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.base.complaints import Complaint
from bot.settings import read_settings
from tests.end_to_end.guichet_process import ROOT


def test_the_press_desks_are_read_as_the_others_are() -> None:
    settings = read_settings({"GUICHET_DESKS": "lines:equipe", "GUICHET_PRESS_DESKS": "lines:presse, telegram:-100:7"})
    assert settings.desks == (("lines", "equipe"),)
    assert settings.press_desks == (("lines", "presse"), ("telegram", "-100:7"))


def test_without_press_desks_there_are_none() -> None:
    assert read_settings({"GUICHET_PRESS_DESKS": ""}).press_desks == ()
    assert read_settings({}).press_desks == ()


@pytest.mark.parametrize(
    "url", ["http://guichet.fr", "guichet.fr", "https://", "https://guichet.fr:8080", "https://x:y"]
)
def test_an_address_that_telegram_does_not_call_is_refused_with_the_reason(url: str) -> None:
    with pytest.raises(Complaint, match="https"):
        read_settings({"GUICHET_TELEGRAM_TOKEN": "1:x", "GUICHET_PUBLIC_URL": url})


@pytest.mark.parametrize("url", ["https://guichet.fr", "https://guichet.fr:8443/appel"])
def test_an_address_in_https_is_taken(url: str) -> None:
    telegram = read_settings({"GUICHET_TELEGRAM_TOKEN": "1:x", "GUICHET_PUBLIC_URL": url}).telegram
    assert telegram is not None
    assert telegram.public_url == url


@pytest.mark.parametrize("url", ["http://guichet.fr", "http://10.0.0.4:8080", "guichet.fr", "https://", "https://x:y"])
def test_links_that_sign_in_are_never_in_the_clear(url: str) -> None:
    with pytest.raises(Complaint, match="https"):
        read_settings({"GUICHET_PUBLIC_URL": url})


@pytest.mark.parametrize(
    "url", ["https://guichet.fr:8081", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"]
)
def test_an_address_of_this_machine_may_be_in_the_clear(url: str) -> None:
    web = read_settings({"GUICHET_PUBLIC_URL": f"{url}/"}).web
    assert web is not None
    assert web.public_url == url


def test_the_staffs_group_is_a_number_also_where_no_token_is_set_yet() -> None:
    with pytest.raises(Complaint, match="GUICHET_STAFF_CHAT"):
        read_settings({"GUICHET_STAFF_CHAT": "@groupe"})


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("GUICHET_STAFF_ID", "GUICHET_STAFF_IDS"),
        ("GUICHET_STAF_CHAT", "GUICHET_STAFF_CHAT"),
        ("GUICHET_SECRETKEY", "GUICHET_SECRET_KEY"),
        ("GUICHET_DATABASE", "GUICHET_DATABASE_URL"),
        ("GUICHET_TELEGRAM_TOKENS", "GUICHET_TELEGRAM_TOKEN"),
        ("GUICHETDATA", "GUICHET_DATA"),
        ("Guichet_Today", "GUICHET_TODAY"),
    ],
)
def test_a_variable_that_is_nearly_one_of_ours_is_refused(misspelt: str, meant: str) -> None:
    with pytest.raises(Complaint) as refused:
        read_settings({misspelt: "x"})
    assert misspelt in str(refused.value)
    assert meant in str(refused.value)


def test_a_variable_of_someone_else_passes() -> None:
    read_settings({"GUICHET_HOME": "/srv", "GUICHET_USER": "guichet", "GUICHET_TESTS_NEED_POSTGRESQL": "1"})


def test_every_variable_of_the_readme_is_known() -> None:
    told = set(re.findall(r"`(GUICHET_[A-Z_]+)`", Path("README.md").read_text(encoding="utf-8")))
    for name in told:
        with pytest.raises(Complaint, match=name):
            read_settings({f"{name}X": "1"})


@pytest.mark.parametrize("variable", ["GUICHET_DESKS", "GUICHET_PRESS_DESKS"])
@pytest.mark.parametrize("written", ["-1001234567890", "telegram", "telegram:", ":-100", "lines:equipe, x", "a;b"])
def test_a_desk_that_cannot_be_read_is_refused(variable: str, written: str) -> None:
    with pytest.raises(Complaint, match=variable):
        read_settings({variable: written})


@pytest.mark.parametrize("variable", ["GUICHET_DESKS", "GUICHET_PRESS_DESKS"])
@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("telegramm:-100", "Écrivez telegram,"), ("Telegram:-100", "Écrivez telegram,"), ("line:equipe", "lines"),
        ("lines:equipe,telegrm:-1", "telegram"), ("matrix:!a:b", "telegram ou lines"), ("terminal:x", "telegram"),
    ],
)  # fmt: skip
def test_a_desk_on_a_channel_that_is_none_is_refused_and_the_nearest_named(
    variable: str, written: str, near: str
) -> None:
    """Nobody would be told anything there, in silence."""
    with pytest.raises(Complaint, match=variable) as refused:
        read_settings({variable: written})
    assert near in str(refused.value)


@pytest.mark.parametrize("written", [",", " , ", "claire", "201;x"])
def test_ids_of_the_staff_that_name_nobody_are_refused(written: str) -> None:
    """Left out, they would let every member of the group act."""
    with pytest.raises(Complaint, match="GUICHET_STAFF_IDS"):
        read_settings({"GUICHET_TELEGRAM_TOKEN": "1:x", "GUICHET_STAFF_IDS": written})


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("  postgresql://u:p@h/guichet\n", encoding="utf-8")
    assert read_settings({"GUICHET_DATABASE_URL_FILE": str(file)}).database_url == "postgresql://u:p@h/guichet"


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_file_that_gives_no_secret_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Complaint, match="GUICHET_TELEGRAM_TOKEN_FILE"):
        read_settings({"GUICHET_TELEGRAM_TOKEN_FILE": str(file)})


def test_a_secret_that_is_set_both_ways_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(Complaint, match="toutes les deux"):
        read_settings({"GUICHET_SECRET_KEY": "y", "GUICHET_SECRET_KEY_FILE": str(file)})


#: In a process of its own, for in this one numpy is loaded.
_RESTRAINED = """
import os
for name in ("OPENBLAS_NUM_THREADS", "PYDANTIC_DISABLE_PLUGINS"):
    os.environ.pop(name, None)
from bot.settings import restrain_libraries
restrain_libraries()
import numpy
from threadpoolctl import threadpool_info
assert [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"] == [1]
"""


def test_libraries_start_no_threads() -> None:
    subprocess.run([sys.executable, "-c", _RESTRAINED], cwd=ROOT, check=True, timeout=60)
