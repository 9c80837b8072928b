"""Whatever a member of the staff can send, wherever it stands, whoever sends it: what the town receives, the group is
told and the history keeps. Cells are generated; what must hold of each is said by rules that know nothing of the code.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from telegram import Bot, User

from bot.channels.telegram.staff_chat import StaffChat
from bot.conversation.talk.messages import Reply, StaffMessage
from bot.conversation.values.about import about_dossier
from bot.desk.group.group import Group
from bot.desk.group.reception import Reception
from bot.desk.orders.table import verbs
from bot.documents.fetching import Fetched
from storage import recipients, topics
from storage.engine.backup import backup
from storage.engine.database import Transaction
from storage.engine.encryption import KeyRing
from storage.engine.tables import table
from storage.topics import KeptTopic
from tests.bot.channels.telegram.parts import staff_updates_of
from tests.databases import KEY
from tests.dialogues.player import CHANNEL, DESK, PDF, Player, at
from tests.dialogues.ways import goes
from tests.rewinding import unhurried
from tests.shipped import shipped

CHAT, TOPIC, ANNE, BOB, STRANGER = -100_200, 77, 201, 202, 999
NOW = at(date(2020, 10, 15))
#: What is looked for at the town's and in the history.
WORDS = "Ornithorynque"
DOSSIER = (
    "je veux commencer un dossier", "oui", "Dole", "1", "oui", "non", "Claire Martin, DGS", "c.martin@dole.org",
    "passer", "1", "Des soudeurs.", "résumé", "envoyer",
)  # fmt: skip
OGG, MP4, MP3, JPEG = b"OggS sound", b"\0\0\0\x18ftypmp42", b"ID3 sound", b"\xff\xd8\xff picture"


# --- what is sent


@dataclass(frozen=True)
class Deed:
    """One thing that can be sent: the messages it arrives as, and what it is by itself."""

    messages: tuple[Mapping[str, Any], ...]
    #: The town must never have anything of it.
    is_note: bool = False
    #: It names the town by a command: it is sent without asking.
    is_explicit: bool = False
    #: It may be for a colleague: in no place is it sent without asking.
    is_doubtful: bool = False
    #: Nothing of it can be sent, in no place.
    is_unsendable: bool = False


def file(kind: str, content: bytes, **more: Any) -> dict[str, Any]:
    return {kind: {"file_id": f"{kind}-1", "file_unique_id": "u", "file_size": len(content), **more}}


def pdf(number: int = 1) -> dict[str, Any]:
    named = {"file_name": f"{WORDS}-{number}.pdf", "mime_type": "application/pdf"}
    return {"document": {"file_id": f"document-{number}", "file_unique_id": "u", "file_size": len(PDF), **named}}


FRAME = {"width": 9, "height": 9, "duration": 1}
COLLEAGUE = {"id": BOB, "is_bot": False, "first_name": "Bob"}
PLACE = {"latitude": 47.1, "longitude": 5.5}
MENTION = {"type": "mention", "offset": 0, "length": 4}
MARKS = ("// ", "//", "\u200e// ", "／／ ", "\n //", "/\u200b/ ", "⁄⁄ ", "\\\\ ", "/ / ", "\u202e/\u0301/ ")
COMMANDS = ("/fermer", "/repndre {}", "/prndre 2", "/chercher {}", "/", "/ repondre {}", "＼repondre {}", "/notes {}")
CONTENTS: Mapping[str, Mapping[str, Any]] = {
    "sticker": {"sticker": {**FRAME, "file_id": "s", "file_unique_id": "u", "is_animated": False, "is_video": False,
                            "type": "regular"}},
    "poll": {"poll": {"id": "1", "question": WORDS, "options": [], "total_voter_count": 0, "is_closed": False,
                      "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                      "allows_revoting": False, "members_only": False}},
    "dice": {"dice": {"value": 3, "emoji": "🎲"}},
    "story": {"story": {"id": 1, "chat": {"id": 1, "type": "private"}}},
    "game": {"game": {"title": WORDS, "description": "x", "photo": []}},
    "live location": {"location": {**PLACE, "live_period": 60}},
    "to come": {"hologram": {"title": WORDS}},
}  # fmt: skip
DEEDS: Mapping[str, Deed] = {
    "text": Deed(({"text": WORDS},)),
    **{f"note {mark!r}": Deed(({"text": f"{mark}{WORDS}"},), is_note=True) for mark in MARKS},
    "note by command": Deed(({"text": f"/note {WORDS}"},), is_note=True),
    **{f"slip {slip}": Deed(({"text": slip.format(WORDS)},), is_unsendable=True) for slip in COMMANDS},
    "two commands": Deed(({"text": f"/repondre {WORDS}\n/clore fini"},), is_unsendable=True),
    "answer with a note": Deed(({"text": f"/repondre {WORDS}\n// entre nous"},), is_unsendable=True),
    "for another bot": Deed(({"text": f"/repondre@autre_bot {WORDS}"},), is_unsendable=True),
    "answer": Deed(({"text": f"/repondre {WORDS}"},), is_explicit=True),
    "answer with capitals": Deed(({"text": f"/Répondre\n{WORDS}"},), is_explicit=True),
    "text with a mark": Deed(({"text": f"{WORDS}\n// entre nous"},), is_doubtful=True),
    "text with a command": Deed(({"text": f"{WORDS}\n/clore"},), is_doubtful=True),
    "bare command": Deed(({"text": "prendre"},), is_doubtful=True),
    "forwarded": Deed(({"text": WORDS, "forward_origin": {"type": "hidden_user", "sender_user_name": "X", "date": 0}},),
                      is_doubtful=True),
    "mention": Deed(({"text": f"@bob {WORDS}", "entities": [MENTION]},), is_doubtful=True),
    "answer to a colleague": Deed(({"text": WORDS, "answered": COLLEAGUE},), is_doubtful=True),
    "by a bot": Deed(({"text": WORDS, "via_bot": {"id": 5, "is_bot": True, "first_name": "R"}},), is_doubtful=True),
    "contact": Deed(({"contact": {"phone_number": "+33384", "first_name": WORDS}},)),
    "location": Deed(({"location": PLACE},)),
    "venue": Deed(({"venue": {"location": PLACE, "title": WORDS, "address": "Dole"}, "location": PLACE},)),
    "document": Deed((pdf(),), is_doubtful=True),
    "document with a note": Deed(({**pdf(), "caption": f"// {WORDS}"},), is_note=True),
    "voice": Deed((file("voice", OGG, duration=1, mime_type="audio/ogg"),), is_doubtful=True),
    "audio": Deed(({**file("audio", MP3, duration=1, file_name="x.mp3"), "caption": WORDS},), is_doubtful=True),
    "video": Deed(({**file("video", MP4, **FRAME), "caption": WORDS},), is_doubtful=True),
    "video with a note": Deed(({**file("video", MP4, **FRAME), "caption": f"//{WORDS}"},), is_note=True),
    "video note": Deed((file("video_note", MP4, length=9, duration=1),), is_doubtful=True),
    "animation": Deed(({**file("animation", MP4, **FRAME), **pdf()},), is_doubtful=True),
    "photo": Deed(({"photo": [file("photo", JPEG, width=9, height=9)["photo"]], "caption": WORDS},), is_doubtful=True),
    **{name: Deed((content,), is_unsendable=True) for name, content in CONTENTS.items()},
    "album": Deed(tuple({**pdf(rank), "media_group_id": "9"} for rank in range(3)), is_doubtful=True),
    **{
        f"album noted on {noted}": Deed(
            tuple(
                {**pdf(rank), "media_group_id": "9", **({"caption": f"// {WORDS}"} if rank == noted else {})}
                for rank in range(3)
            ),
            is_note=True,
        )
        for noted in range(3)
    },
    "edit of what never left": Deed(({"text": WORDS, "edit_date": 1},), is_unsendable=True),
}  # fmt: skip


# --- who sends it

BOTS = {"is_bot": True, "first_name": "Telegram"}
SPEAKERS: Mapping[str, Mapping[str, Any]] = {
    "member": {"from": {"id": ANNE, "is_bot": False, "first_name": "Anne"}},
    "anonymous": {"from": {**BOTS, "id": 1_087_968_824}, "sender_chat": {"id": CHAT, "type": "supergroup"}},
    "channel": {"from": {**BOTS, "id": 136_817_688}, "sender_chat": {"id": -100_9, "type": "channel"}},
    "linked channel": {
        "from": {"id": 777_000, "is_bot": False, "first_name": "Telegram"},
        "sender_chat": {"id": -100_9, "type": "channel"},
        "is_automatic_forward": True,
    },
    "bot": {"from": {**BOTS, "id": 55}},
    "stranger": {"from": {"id": STRANGER, "is_bot": False, "first_name": "Anne"}},
}

# --- where it stands


@dataclass
class Scene:
    """A database with one subject in one state."""

    player: Player
    about: str | None = None

    def dossier(self) -> str:
        goes(self.player, *DOSSIER)
        return str(self.player.dossiers()[0].reference)

    def thread(self) -> int:
        self.player.says("Le perroquet du maire peut-il signer la convention ?")
        self.player.says("oui")
        return 1


def _dossier(*operations: tuple[Any, ...]) -> Callable[[Scene], str]:
    def make(scene: Scene) -> str:
        reference = scene.dossier()
        for operation, *arguments in operations:
            assert scene.player.staff(operation, reference, *arguments).is_done
        return about_dossier(reference)

    return make


def _thread(*operations: tuple[Any, ...]) -> Callable[[Scene], str]:
    def make(scene: Scene) -> str:
        thread = scene.thread()
        for operation, *arguments in operations:
            assert scene.player.staff(operation, thread, *arguments).is_done
        return f"thread:{thread}"

    return make


def _withdrawn(scene: Scene) -> str:
    reference = scene.dossier()
    goes(scene.player, "retirer", "oui")
    assert scene.player.dossiers()[0].status == "withdrawn"
    return about_dossier(reference)


STATES: Mapping[str, Callable[[Scene], str | None]] = {
    "dossier untaken": _dossier(),
    "dossier mine": _dossier(("take", "Anne")),
    "dossier another's": _dossier(("take", "Bob")),
    "dossier closed": _dossier(("take", "Anne"), ("close", "Anne", "Complet.")),
    "dossier withdrawn": _withdrawn,
    "dossier unknown": lambda _: "dossier:XXX-XXX-XX3",
    "thread untaken": _thread(),
    "thread mine": _thread(("take_thread", "Anne")),
    "thread another's": _thread(("take_thread", "Bob")),
    "thread ended": _thread(("take_thread", "Anne"), ("release_thread", "Anne")),
    "thread unknown": lambda _: "thread:99",
    "nothing": lambda _: None,
}
MINE, FREE = (
    {"dossier mine", "thread mine"},
    {"dossier untaken", "thread untaken", "thread ended", "dossier closed"},
)

#: Why nothing at all may come of a message: the only reasons there are.
STRANGER_IS_NOT_ANSWERED = "who may not act in the group learns nothing of it"
AMONG_THEMSELVES = "outside of any dossier or thread, the staff talk among themselves"
FOR_ANOTHER_BOT = "a command for another bot, where nothing could be meant for a town"
NOTHING_CHANGED = "an edit of what the staff said among themselves"


def reason_for_silence(deed: str, state: str, speaker: str) -> str | None:
    if speaker == "stranger":
        return STRANGER_IS_NOT_ANSWERED
    if state != "nothing":
        return None
    if deed == "for another bot":
        return FOR_ANOTHER_BOT if speaker == "member" else None
    if deed == "edit of what never left":
        return NOTHING_CHANGED
    texts = [message.get("text", message.get("caption", "")) for message in DEEDS[deed].messages]
    is_for_us = any(text.strip()[:1] in "/／⁄\\＼\u200e\u202e" for text in texts if text.strip())
    return None if is_for_us else AMONG_THEMSELVES


# --- the trial


@dataclass
class Trial:
    """What one cell did."""

    town: list[Reply] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    group: list[Reply] = field(default_factory=list)

    @property
    def town_has(self) -> bool:
        """Whether the town was sent anything that was written, not only that its matter was taken."""
        said = " ".join(reply.text for reply in self.town)
        return WORDS in said or "openstreetmap" in said or bool(self.documents) or "prendre" in said.split()


class Table:
    """The group and the town, in a scene as it was made."""

    def __init__(self, player: Player, about: str | None) -> None:
        self.player, self.about = player, about
        reception = Reception(player.database, Group(player.desk), lambda: player.now, lambda: None)

        async def receive_staff(message: StaffMessage) -> None:
            await reception.receive(replace(message, channel=CHANNEL, group=DESK.address))

        self.updates = staff_updates_of(
            the_bot(), receive_staff, StaffChat(CHAT, frozenset({ANNE, BOB})), lambda: player.now
        )
        self._receive_staff = receive_staff
        self._numbers = itertools.count(1)
        self._give_files()

    def _give_files(self) -> None:
        given = self.player.given
        for number in range(4):
            given[f"document-{number}"] = Fetched(PDF)
        made = (
            ("voice", OGG),
            ("audio", MP3),
            ("video", MP4),
            ("video_note", MP4),
            ("animation", MP4),
            ("photo", JPEG),
        )
        given.update({f"{name}-1": Fetched(content) for name, content in made})

    def goes_back(self, path: Path) -> None:
        """Begin anew from what was so far, of which `path` is a copy."""
        self.player.rewind(path)
        self._give_files()

    def does(self, deed: Deed, speaker: Mapping[str, Any]) -> Trial:
        for message in deed.messages:
            self._send(message, speaker)
        return self._trial()

    def presses(self, choice: str, member: str = "Anne", account: int = ANNE) -> Trial:
        number = next(self._numbers)
        message = StaffMessage(
            CHANNEL, f"press {number}", DESK.address, member, str(account), "", self.player.now, choice=choice
        )
        self.player.run(self._receive_staff(message))
        return self._trial()

    def _send(self, content: Mapping[str, Any], speaker: Mapping[str, Any]) -> None:
        number = next(self._numbers)
        place = {"message_thread_id": TOPIC, "is_topic_message": True} if self.about else {}
        chat = {"id": CHAT, "type": "supergroup", "title": "Équipe"}
        body = {"message_id": 1000 + number, "date": int(NOW.timestamp()), "chat": chat, **place, **speaker, **content}
        if (answered := body.pop("answered", None)) is not None:
            body["reply_to_message"] = {"message_id": 5, "date": 0, "chat": chat, "from": answered, "text": "?"}
        kind = "edited_message" if "edit_date" in content else "message"
        self.player.run(self.updates.take({"update_id": number, kind: body}))

    def _trial(self) -> Trial:
        self.player.deliver()
        town, group = self.player.told.pop("clerk", []), self.player.told.pop(DESK.address, [])
        documents = [name for name, _ in self.player.documents(*town)]
        return Trial(town, documents, group)

    def history(self) -> str:
        return self.player.database.run_now(read_history)


@cache
def the_bot() -> Bot:
    """The bot, made once: what it would call Telegram with takes a tenth of a second to make."""
    bot = Bot("1:abc")
    bot._bot_user = User(1, "Guichet", is_bot=True, username="guichet_bot")  # as Telegram tells at the start
    return bot


def read_history(transaction: Transaction) -> str:
    execute = transaction.connection.execute
    messages, events = table("thread_messages"), table("dossier_events")
    return "\n".join(
        [
            *execute(select(messages.c.text)).scalars(),
            *(str(each.get("new")) for each in execute(select(events.c.content)).scalars()),
        ]
    )


#: A state's name, an open database in that state, a copy of it to go back to, and what the topic is about.
Made = tuple[str, Player, Path, str | None]


@pytest.fixture(scope="module", params=list(STATES))
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("scene")
    player = Player(shipped(), folder, KeyRing([KEY]), now=NOW)
    event.listen(player.database.engine, "checkout", unhurried)
    about = STATES[request.param](Scene(player))
    player.deliver()
    if about is not None:
        player.database.run_now(keep_topic, about)
    backup(player.database, folder / "scene.sqlite3")
    yield request.param, player, folder / "scene.sqlite3", about
    player.close()


def keep_topic(transaction: Transaction, about: str) -> None:
    group = recipients.register(transaction, CHANNEL, DESK.address, NOW)
    topics.keep(transaction, group, about, KeptTopic(str(TOPIC), ""))


Open = Callable[[], Table]


@pytest.fixture
def opened(scene: Made) -> Open:
    """Begin anew from the scene; what was begun before is over."""
    _, player, path, about = scene

    def begin() -> Table:
        player.rewind(path)
        return Table(player, about)

    return begin


def test_no_word_goes_where_it_is_not_meant_to(scene: Made, opened: Open, tmp_path: Path) -> None:
    """And what is asked about goes where its author says, and nowhere else."""
    state = scene[0]
    for number, (name, deed) in enumerate(DEEDS.items()):
        where = f"{name!r} in {state}"
        table = opened()
        trial = table.does(deed, SPEAKERS["member"])
        may_go_at_once = (
            not deed.is_unsendable
            and (state in MINE or (state in FREE and deed.is_explicit))
            and not deed.is_doubtful
            and not deed.is_note
        )
        assert trial.town_has == may_go_at_once, f"{where}: town was sent {[reply.text for reply in trial.town]}"
        reason = reason_for_silence(name, state, "member")
        is_silent = not trial.group and not trial.town_has
        assert is_silent == (reason is not None), f"{where}: {[reply.text for reply in trial.group]}, for {reason}"
        if trial.town_has and name != "location":
            assert WORDS in table.history(), f"{where}: what was sent is not in the history"
        elif deed.is_note and "gardée" in " ".join(reply.text for reply in trial.group):
            assert WORDS in table.history(), f"{where}: the note that was said to be kept is not"
        if asked := [reply for reply in trial.group if _button(reply, "envoyer")]:
            backup(table.player.database, question := tmp_path / f"{number}.sqlite3")
            _answer_what_is_asked(table, asked[-1], question, state in MINE | FREE and not deed.is_note, where)


def _answer_what_is_asked(table: Table, asked: Reply, question: Path, is_sent: bool, where: str) -> None:
    """Press each button below what is asked, as its author and another; `is_sent`: whether it may go at all."""
    kept = table.presses(_button(asked, "garder"))
    assert not kept.town_has, f"{where}: kept as a note, and sent"
    late = table.presses(_button(asked, "envoyer"))
    assert not late.town_has, f"{where}: sent though settled"
    assert late.group, where
    table.goes_back(question)
    stolen = table.presses(_button(asked, "envoyer"), "Bob", BOB)
    assert not stolen.town_has, f"{where}: sent by somebody else"
    assert stolen.group, where
    sent = table.presses(_button(asked, "envoyer"))
    assert sent.town_has == is_sent, f"{where}: {sent.group}"
    assert sent.group, where
    again = table.presses(_button(asked, "envoyer"))
    assert not again.town_has, f"{where}: sent twice"


def test_nothing_comes_of_what_anyone_but_a_member_sends(scene: Made, opened: Open) -> None:
    """Each deed in each state, each deed and each state by each speaker; what would be sent at once by all of them."""
    state = scene[0]
    others = [speaker for speaker in SPEAKERS if speaker != "member"]
    for number, (name, deed) in enumerate(DEEDS.items(), start=list(STATES).index(state)):
        for speaker in others if deed.is_explicit else [others[number % len(others)]]:
            where = f"{name!r} by {speaker} in {state}"
            table = opened()
            trial = table.does(deed, SPEAKERS[speaker])
            assert not trial.town_has, f"{where}: town was sent {[reply.text for reply in trial.town]}"
            reason = reason_for_silence(name, state, speaker)
            is_silent = not trial.group
            assert is_silent == (reason is not None), f"{where}: {[reply.text for reply in trial.group]}, for {reason}"
            assert WORDS not in table.history(), f"{where}: it is in the history"


def test_each_button_in_each_state_is_answered_and_sends_no_words(scene: Made, opened: Open) -> None:
    """A button may be pressed long after it was shown, and on what has become something else."""
    state, _, _, about = scene
    if about is None:
        return
    for verb in sorted(verbs()):
        for member, account in (("Anne", ANNE), ("Bob", BOB)):
            trial = opened().presses(f"s:{verb}:{about}", member, account)
            where = f"{verb!r} pressed by {member} in {state}"
            assert trial.group or trial.town, f"{where}: silence"
            assert not trial.documents, where
            if "unknown" in state:
                assert not trial.town, f"{where}: {[reply.text for reply in trial.town]}"


def _button(reply: Reply, verb: str) -> str:
    return next((choice.id for choice in reply.choices if choice.id.startswith(f"s:{verb}:draft:")), "")
