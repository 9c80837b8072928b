"""Who may import whom, read from the sources; and the rules that keep a newcomer from getting lost."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("bot", "knowledge", "storage")

#: The rooms from the ground up: each imports only rooms of a floor below its own, and modules beside it.
FLOORS = (
    ("knowledge.cache",),
    ("knowledge.language", "knowledge.places", "knowledge.territories", "storage.engine"),
    ("knowledge.hearing", "knowledge.templates", "storage"),
    ("knowledge.call",),
    ("knowledge.matching",),
    ("knowledge",),
    ("bot.conversation.values",),
    ("bot.conversation.talk",),
    ("bot.conversation.reading",),
    ("bot.base", "bot.conversation.answers", "bot.conversation.fields"),
    ("bot.conversation.form", "bot.insights", "bot.transport"),
    ("bot.conversation.reminders", "bot.conversation.short_forms"),
    ("bot.conversation.dossier",),
    ("bot.conversation.privacy",),
    ("bot.conversation", "bot.printing"),
    ("bot.services",),
    ("bot.search",),
    ("bot.desk",),
    ("bot.desk.checking", "bot.desk.figures", "bot.desk.paper", "bot.jobs"),
    ("bot.desk.orders",),
    ("bot.desk.group", "bot.documents"),
    ("bot.desk.office",),
    ("bot.channels",),
    ("bot",),
)
#: Folders that are one room with the one that is named: their modules go in and out of each other.
ONE_ROOM = {
    "knowledge.call.claims": "knowledge.call",
    "knowledge.call.desk": "knowledge.call",
    "storage.engine.tables": "storage.engine",
    "storage.migrations": "storage.engine",
    "storage.migrations.versions": "storage.engine",
    "bot.channels.http": "bot.channels",
    "bot.channels.web": "bot.channels",
    "bot.channels.backoffice": "bot.channels",
    "bot.channels.telegram": "bot.channels",
    "bot.channels.telegram.receiving": "bot.channels",
    "bot.channels.telegram.sending": "bot.channels",
    "bot.cli": "bot",
}
#: What a room may import beside its own, where the floors alone would allow more.
MAY_IMPORT = {
    "knowledge": {"knowledge"},
    "storage": {"storage"},
    "bot.conversation": {"bot.conversation", "knowledge"},
    "bot.channels": {
        "bot.base",
        "bot.channels",
        "bot.conversation",
        "bot.documents.fetching",
        "bot.services.assistant",
        "bot.services.pages",
        "bot.services.panel",
        "bot.transport",
        "storage.engine.errors",
        "storage.engine.private_files",
    },
    # The pages of the staff know their desk, and nothing of how towns are talked with.
    "bot.channels.backoffice": {
        *("bot.base", "bot.channels.backoffice", "bot.channels.http", "bot.conversation", "bot.desk", "bot.search"),
        *("bot.services.joining", "knowledge", "storage.engine.errors", "storage.search_index"),
    },
    # A page also shows what is known of the call, and lines as they are kept.
    "bot.channels.web": {
        *("bot.base", "bot.channels", "bot.conversation", "bot.documents.fetching", "bot.transport", "knowledge"),
        *("bot.services.assistant", "bot.services.pages", "bot.services.panel"),
        *("storage.engine.errors", "storage.pages", "storage.uploads"),
    },
}
#: Most modules that lie side by side; a kept thing has a file each in `storage`, a step each in its migrations.
MOST_IN_A_ROOM, EXEMPT = 15, ("storage", "storage.migrations.versions")
#: Libraries that belong to some rooms only.
ONLY_IN = {
    "sqlmodel": ("storage",),
    "sqlalchemy": ("storage",),
    "alembic": ("storage",),
    "jinja2": ("knowledge", "bot.channels.http"),
    "rapidfuzz": ("knowledge",),
    "starlette": ("bot.channels",),
    "sse_starlette": ("bot.channels.web", "bot.channels.backoffice"),
    "limits": ("bot.channels.http",),
    "prometheus_client": ("bot.channels.http",),
}
#: What would bring time, chance or the outside world into the pure rooms.
IMPURE = {"asyncio", "random", "secrets", "socket", "sqlite3", "subprocess", "time", "uuid", "urllib"}


def modules() -> Iterator[tuple[str, Path]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, path


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


MODULES = dict(modules())


def test_a_module_imports_only_what_its_room_may() -> None:
    foreign = {}
    for name, path in MODULES.items():
        rooms = [room for room in MAY_IMPORT if _is_in(name, room)]
        if rooms:  # bot's own modules wire the rooms together
            allowed = MAY_IMPORT[max(rooms, key=len)]
            ours = {other for other in imported(path) if other.split(".")[0] in ROOMS and other not in ROOMS}
            foreign[name] = sorted(other for other in ours if not any(_is_in(other, may) for may in allowed))
    assert len(foreign) > 300
    assert not {name: others for name, others in foreign.items() if others}


def _is_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def room_of(name: str) -> str:
    """Return the room that a module or a package is of."""
    folder = ".".join(MODULES[name].relative_to(ROOT).parent.parts)
    return ONE_ROOM.get(folder, folder)


def test_a_room_imports_only_rooms_below_it() -> None:
    floor_of = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
    above = {}
    for name, path in MODULES.items():
        room = room_of(name)
        others = {room_of(other) for other in imported(path) if other in MODULES} - {room}
        above[name] = sorted(other for other in others if floor_of[other] >= floor_of[room])
    assert not {name: others for name, others in above.items() if others}


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES.values()}))
def test_a_room_is_not_crowded_and_says_what_lives_there(folder: Path) -> None:
    name = ".".join(folder.relative_to(ROOT).parts)
    beside = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert name in EXEMPT or len(beside) <= MOST_IN_A_ROOM
    assert not beside or name in EXEMPT or name == "knowledge.territories" or (folder / "__init__.py").is_file()


def test_a_library_stays_in_its_room() -> None:
    strays = [
        f"{other} belongs in {rooms}, not in {name}"
        for name, path in MODULES.items()
        for other in imported(path)
        if (rooms := ONLY_IN.get(other.split(".")[0])) and not any(_is_in(name, room) for room in rooms)
    ]
    assert strays == []


def test_the_conversation_is_pure() -> None:
    pure = {name: path for name, path in MODULES.items() if name.startswith("bot.conversation")}
    assert len(pure) > 80
    assert not {name: found for name, path in pure.items() if (found := imported(path) & IMPURE)}
    waiting = (ast.AsyncFunctionDef, ast.Await)
    assert [name for name, path in pure.items() if any(isinstance(x, waiting) for x in ast.walk(tree_of(path)))] == []


def test_a_module_says_what_lives_in_it() -> None:
    assert [name for name, path in MODULES.items() if not ast.get_docstring(tree_of(path))] == []


def test_no_sentence_that_people_read_is_in_the_code() -> None:
    """They are in YAML or templates, where who writes French finds them. Examples of what fills a message are not."""
    french = r"[éèàùçêôîœ«»’]|\b(?:le|la|les|un|une|des|du|de|est|vos|sur)\b"
    sentence = re.compile(rf"(?s)(?:« ?)?[A-ZÀÉÊ][\w'’]* .*(?:{french})")
    found = [
        f"{name}:{line}"
        for name, path in MODULES.items()
        if name.startswith("bot.") and not name.endswith("talk.message_names")
        for line, text in _texts_of(tree_of(path))
        if sentence.match(text)
    ]
    assert found == []


def test_no_sentence_that_people_read_is_in_a_script() -> None:
    """They stand in the template, as data of the element that shows them."""
    found = [
        f"{path.name}:{number}"
        for path in sorted((ROOT / "bot" / "channels").rglob("static/*.js"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if re.search(r"""["'`]([^"'`]*[éèàùçêôî«»][^"`]*["`]|[A-Z][a-z]+ )""", line)
        and not line.lstrip().startswith("//")
    ]
    assert found == []


def _texts_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module, but its docstrings, with their lines."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def test_the_environment_is_read_in_one_place() -> None:
    readers = [name for name, path in MODULES.items() if "os.environ" in path.read_text(encoding="utf-8")]
    assert readers == ["bot.settings"]


def test_nothing_else_stands_at_the_top() -> None:
    """The rooms, the project's own papers, and nothing that was left behind."""
    tracked = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - {"build", "dist"}
    papers = {"CHANGELOG.md", "CONTRIBUTING.md", "EXPLOITATION.md", "LICENSE", "README.md", "SECURITY.md"}
    papers |= {"constraints.txt", "publiccode.yml", "pyproject.toml", "requirements.txt"}
    assert {name for name in tracked if not name.endswith(".egg-info")} == {*ROOMS, "tests", *papers}
