"""What is read from the environment."""

import pytest

from bot.complaints import Complaint
from bot.settings import read_settings


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
