"""Every command that writes a file: for its owner only, whole or not at all, and what keeps it from that is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.bot.cli.test_dossiers import DAY, LATER, WAY, attach
from tests.bot.conftest import Run
from tests.dialogues.player import REFERENCE
from tests.shipped import cache_folder
from tests.storage.engine.test_private_files import OLD, mode

pytestmark = pytest.mark.usefixtures("home")

#: What each writes, after « guichet »; FILE stands for where.
FILE = "FILE"
WRITERS = {
    "export.xlsx": ("dossiers", "export", FILE),
    "export.csv": ("dossiers", "export", FILE),
    "export.json": ("dossiers", "export", FILE),
    "dossier.pdf": ("dossiers", "pdf", "REFERENCE", FILE),
    "calendar.ics": ("calendar", FILE),
    "chart.png": ("insights", "--chart", FILE),
    "copy": ("backup", FILE, "--replace"),
}
#: Runs a command and returns its exit code with what it said.
Type = Callable[..., tuple[int, str]]


@pytest.fixture
def type_command(
    tmp_path: Path, guichet: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Type:
    said = guichet("chat", "--today", DAY, stdin=WAY.encode()).stdout.decode()
    (reference,) = set(REFERENCE.findall(said))
    attach(tmp_path / "data", reference, "délibération.pdf")
    monkeypatch.setenv("GUICHET_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("GUICHET_CACHE", str(cache_folder()))
    monkeypatch.setenv("GUICHET_TODAY", LATER)

    def run(*words: str, file: Path | None = None) -> tuple[int, str]:
        known = {FILE: str(file), "REFERENCE": reference}
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([known.get(word, word) for word in words])
        return int(ended.value.code or 0), "".join(capfd.readouterr())

    return run


def test_what_is_written_is_its_owners_only_onto_an_open_file_too(type_command: Type, tmp_path: Path) -> None:
    for name, words in WRITERS.items():
        file = tmp_path / name
        file.write_bytes(OLD)
        file.chmod(0o666)
        with file.open("rb") as opened_by_another:
            code, said = type_command(*words, file=file)
            assert (code, mode(file)) == (0, 0o600), (name, said)
            assert opened_by_another.read() == OLD, name


def test_what_keeps_a_file_from_being_written_is_told(type_command: Type, tmp_path: Path) -> None:
    for name, words in WRITERS.items():
        code, said = type_command(*words, file=tmp_path / "nowhere" / name)
        assert (code, "n’existe pas. Créez-le" in said) == (1, True), (name, said)
    (tmp_path / "folder").mkdir()
    code, said = type_command("calendar", FILE, file=tmp_path / "folder")
    assert (code, "est un dossier" in said) == (1, True), said


def test_the_documents_of_a_dossier_and_the_data_of_a_person_too(type_command: Type, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "below"
    assert type_command("dossiers", "attachments", "REFERENCE", str(folder))[0] == 0
    assert [mode(path) for path in (folder, folder.parent, *folder.iterdir())] == [0o700, 0o700, 0o600]
    (tmp_path / "taken").write_bytes(OLD)
    code, said = type_command("dossiers", "attachments", "REFERENCE", str(tmp_path / "taken"))
    assert (code, "n’est pas un dossier" in said) == (1, True)
    copy = folder / "mes-donnees-2020-10-15.json"
    copy.write_bytes(OLD)
    copy.chmod(0o666)
    assert type_command("privacy", "export", "terminal:local", str(folder))[0] == 0
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    code, said = type_command("privacy", "export", "terminal:local", str(tmp_path / "nowhere"))
    assert (code, "n’existe pas. Créez-le" in said) == (1, True)
