"""The picture is a real PNG, as high as what it shows, and leaves nothing of its text outside."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bot.insights.chart import DPI, draw, label_of
from bot.insights.report import Report
from storage.engine.private_files import FileNotWritten


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        assert image.format == "PNG"
        return image.convert("RGB")


def test_the_picture_can_be_opened_and_has_its_size(report: Report, tmp_path: Path) -> None:
    draw(report, tmp_path / "a.png")
    image = _opened(tmp_path / "a.png")
    assert image.width == 11 * DPI
    assert 1000 < image.height < 2500


def test_no_label_is_cut(report: Report, tmp_path: Path) -> None:
    long = "Y a-t-il une cantine pour les étudiants, et qui la paie si la commune n'a pas de restaurant scolaire ? " * 4
    many = tuple(replace(report.unanswered[0], question=long) for _ in range(30))
    draw(replace(report, unanswered=many), tmp_path / "a.png")
    pixels = np.asarray(_opened(tmp_path / "a.png"))
    for edge in (pixels[:, :4], pixels[:, -4:], pixels[:4], pixels[-4:]):
        assert (edge == 255).all(), "the margin is white all around"


def test_a_long_question_is_told_in_two_lines_and_says_that_there_is_more() -> None:
    first, second = label_of("Y a-t-il une cantine pour les étudiants de l'antenne ? " * 4 + "🙂").split("\n")
    assert first.startswith("Y a-t-il une cantine")
    assert second.endswith(" …")
    assert label_of("Où ? 🙂") == "Où\N{NO-BREAK SPACE}?"


def test_both_colours_of_the_legend_are_there(report: Report, tmp_path: Path) -> None:
    draw(report, tmp_path / "a.png")
    pixels = np.asarray(_opened(tmp_path / "a.png")).reshape(-1, 3)
    for colour in ((0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00)):
        assert (pixels == colour).all(axis=1).sum() > 5_000


def test_an_empty_report_is_drawn(report: Report, tmp_path: Path) -> None:
    draw(replace(report, most_asked=(), disliked=(), unanswered=(), near_misses=()), tmp_path / "a.png")
    assert _opened(tmp_path / "a.png").height < 1000


def test_a_picture_that_cannot_be_written_is_told(report: Report, tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match="ne peut pas être écrit"):
        draw(report, tmp_path / "nowhere" / "a.png")
