"""What EXPLOITATION.md tells an operator to write is accepted by the programs that read it."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from bot.base.complaints import Complaint
from bot.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "EXPLOITATION.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- (\S+) -->\n+```\w+\n(.*?)```", GUIDE, re.DOTALL))


def test_the_settings_are_settings() -> None:
    given = dict(line.split("=", 1) for line in BLOCKS["settings"].splitlines())
    settings = read_settings(given)
    assert settings.web is not None
    assert (settings.web.proxies, settings.metrics) == (("127.0.0.1",), ("127.0.0.1", 9187))


def test_the_secrets_of_the_service_are_settings(tmp_path: Path) -> None:
    given = dict(re.findall(r"^Environment=(\w+)=%d/(\S+)$", BLOCKS["guichet.service"], re.MULTILINE))
    for name in given.values():
        (tmp_path / name).write_text("1:x", encoding="utf-8")
    settings = read_settings({variable: str(tmp_path / name) for variable, name in given.items()})
    assert settings.telegram is not None
    assert settings.database_url == "1:x"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here: its units are not verified")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = {name: text for name, text in BLOCKS.items() if name.endswith((".service", ".timer"))}
    assert len(units) == 3
    for name, text in units.items():
        # The programs are those of a server: here, some that are.
        known = re.sub(r"/opt/guichet/bin/guichet|/usr/local/bin/guichet", "/bin/true", text)
        (tmp_path / name).write_text(known, encoding="utf-8")
    command = ["systemd-analyze", "verify", *(str(tmp_path / name) for name in units)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or line.startswith("guichet")]
    assert not said, done.stderr


def test_what_an_operator_has_to_mend_is_not_started_again_and_again() -> None:
    kept_down = re.search(r"^RestartPreventExitStatus=(\d+)$", BLOCKS["guichet.service"], re.MULTILINE)
    assert kept_down
    assert int(kept_down[1]) == Complaint("bad-setting", name="", value="", example="").exit_code


def test_the_shell_reads_the_wrapper() -> None:
    subprocess.run(["sh", "-n"], input=BLOCKS["guichet"], text=True, check=True, timeout=10)


def test_no_copy_takes_a_name_that_the_time_before_took() -> None:
    """A copy is never written over another: under one name for all upgrades, the second would go on without one."""
    names = re.findall(r"guichet backup (.+?\.copie)", "".join(re.findall(r"```\w+\n(.*?)```", GUIDE, re.DOTALL)))
    assert len(names) == 2
    assert all("$(date +%" in name for name in names)


def test_an_upgrade_keeps_the_last_version_also_where_one_is_kept_already(tmp_path: Path) -> None:
    """`mv` puts a folder *into* one that is there."""
    moves = [line for line in BLOCKS["upgrade"].splitlines() if "guichet-ancien" in line]
    script = "\n".join(moves).replace("/opt/", f"{tmp_path}/")
    for version in ("1", "2", "3"):
        (tmp_path / "guichet").mkdir()
        (tmp_path / "guichet" / version).touch()
        subprocess.run(["sh", "-euc", script], check=True, timeout=10)
    assert [each.name for each in (tmp_path / "guichet-ancien").iterdir()] == ["3"]


def test_each_command_that_is_named_exists() -> None:
    from bot.__main__ import main  # noqa: F401  # joins the groups
    from bot.cli.commands import guichet

    named = set(re.findall(r"(?:^|`|/bin/)guichet ([a-z][a-z-]+)", GUIDE, re.MULTILINE))
    assert {"serve", "backup", "restore", "upgrade", "incidents", "check", "init"} <= named
    assert named <= {*guichet.commands, "staff"}


def test_what_is_installed_is_what_is_tested() -> None:
    """The list with the hashes names each library that the project asks for, in the version of constraints.txt."""
    pinned, tested = (
        dict(
            re.findall(
                r"^([a-z0-9.-]+)(?:\[\w+\])?==([^\s;\\]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE
            )
        )
        for name in ("requirements.txt", "constraints.txt")
    )
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {re.split(r"[\[<>=]", each)[0] for each in asked} <= set(pinned)
    assert {name: tested.get(name) for name in pinned} == pinned
