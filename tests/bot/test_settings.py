"""What is read from the environment."""

from bot.settings import read_settings


def test_the_press_desks_are_read_as_the_others_are() -> None:
    settings = read_settings({"GUICHET_DESKS": "lines:equipe", "GUICHET_PRESS_DESKS": "lines:presse, telegram:-100:7"})
    assert settings.desks == (("lines", "equipe"),)
    assert settings.press_desks == (("lines", "presse"), ("telegram", "-100:7"))


def test_without_press_desks_there_are_none() -> None:
    assert read_settings({"GUICHET_PRESS_DESKS": ""}).press_desks == ()
    assert read_settings({}).press_desks == ()
