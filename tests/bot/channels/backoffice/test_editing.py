"""An editor writes an entry for what nothing answers: faults beside it, a preview, then a file, or saved and served."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
import yaml
from markupsafe import escape

from bot.channels.http.throttle import Doing
from bot.desk.office import editing
from bot.desk.office.roles import Role
from bot.services.reload_signal import count_asked
from bot.settings import SHIPPED_CALL
from storage import audit, question_log, recipients
from storage.engine.database import Transaction
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import Staff
from tests.bot.channels.web.served import Served

FORM = "/bureau/redaction/fiche"
QUESTION = "Peut-on louer une salle à la journée ?"
GOOD = {
    "intitule": QUESTION,
    "formulations": f"{QUESTION}\nlouer une salle pour un jour",
    "reponse": "Nos sources ne disent pas si une salle se loue à la journée. Vous pouvez le demander à l'équipe.",
    "base": "none",
    "sujet": "antennas",
}


@pytest_asyncio.fixture
async def folder(served: Served, tmp_path: Path) -> AsyncIterator[Path]:
    """The call's folder, where entries may be saved."""
    copy = tmp_path / "call"
    shutil.copytree(SHIPPED_CALL, copy)
    served.office.desk.shelf.folder, served.office.desk.shelf.is_editable = copy, True
    yield copy


async def _fill(editor: Staff, faire: str, **changed: str) -> str:
    await editor.open(FORM)
    return await editor.send(FORM, **{**GOOD, **changed, "faire": faire})


async def test_what_nothing_answers_leads_to_an_entry(served: Served, enter: Enter, folder: Path) -> None:
    def ask(transaction: Transaction) -> None:
        person = recipients.register(transaction, "web", "someone", served.clock[0])
        question_log.keep(transaction, person, QUESTION, [], served.clock[0], was_offered=False)

    served.database.run_now(ask)
    editor = await enter("Zoé", Role.EDITOR)
    await editor.open("/bureau/redaction")
    assert f"{QUESTION} 1 fois" in editor.words
    await editor.open(f"{FORM}?question=Peut-on+louer+%3F")
    assert 'value="Peut-on louer ?"' in editor.page


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_faults_stand_beside_and_a_sound_entry_is_served(served: Served, enter: Enter, folder: Path) -> None:
    editor = await enter("Zoé", Role.EDITOR)
    await _fill(editor, "relire", base="official", reponse="Voyez {{ vagues }}.")
    assert "À corriger" in editor.words
    assert "Ligne" in editor.words
    assert "Voyez {{ vagues }}." in editor.words, "what was written is kept"
    assert "Enregistrer" not in editor.words
    await _fill(editor, "relire")
    assert "Aucune faute" in editor.words
    assert "Enregistrer et servir" in editor.words
    await editor.send(FORM, **{**GOOD, "faire": "enregistrer"})
    assert "est enregistrée" in editor.words
    (saved,) = [path for path in (folder / "answers").iterdir() if path.stem.startswith("peut-on-louer")]
    assert yaml.safe_load(saved.read_text(encoding="utf-8"))["question"] == QUESTION
    logged = served.database.run_now(lambda t: [(each.member, each.action, each.subject) for each in audit.read(t)])
    assert ("Zoé", "save_entry", f"entry:{saved.stem}") in logged
    assert served.database.run_now(count_asked) == 1


async def test_the_file_can_be_taken_whatever_it_holds(served: Served, enter: Enter, folder: Path) -> None:
    editor = await enter("Zoé", Role.EDITOR)
    content = await _fill(editor, "prendre", identifiant="../../Évasion", reponse="Oui : « non » # {{")
    entry = yaml.safe_load(content)
    assert entry["id"] == "vasion"
    assert entry["answer"].strip() == "Oui : « non » # {{"
    assert editor.browser.headers["content-disposition"].startswith("attachment")


async def test_a_preview_is_of_the_day_asked_for(served: Served, enter: Enter, folder: Path) -> None:
    editor = await enter("Zoé", Role.EDITOR)
    answer = "{% if waves['vague-1'].is_closed %}La vague est close.{% else %}La vague est ouverte.{% endif %}"
    served.office.desk.shelf.folder = None
    await _fill(editor, "relire", reponse="")
    assert "Écrivez au moins la question et la réponse" in editor.words
    await _fill(editor, "relire")
    assert "le répertoire de l'appel n'est pas connu ici" in editor.words
    for day, told in (("2020-10-15", "La vague est ouverte."), ("2021-01-15", "La vague est close.")):
        await _fill(editor, "relire", intitule=" ", reponse=answer, jour=day)
        assert told in editor.words


@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 403), (Role.PRESS, 403), (Role.ADMIN, 200)])
async def test_only_who_writes_entries_comes_in(
    served: Served, enter: Enter, folder: Path, role: Role, status: int
) -> None:
    someone = await enter("Anne", role)
    for path in ("/bureau/redaction", FORM):
        await someone.open(path)
        assert someone.status == status


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_an_entry_that_is_served_is_changed_and_nothing_else_of_its_file(
    served: Served, enter: Enter, folder: Path
) -> None:
    path = folder / "answers" / "antenne.yaml"
    before = yaml.safe_load(path.read_text(encoding="utf-8"))
    editor = await enter("Zoé", Role.EDITOR)
    await editor.open("/bureau/redaction")
    assert f'href="{FORM}?fiche=antenne"' in editor.page
    await editor.open(f"{FORM}?fiche=antenne")
    assert "Changer la fiche « antenne »" in editor.words
    fields = {
        "intitule": before["question"],
        "formulations": "\n".join(before["variants"]),
        "reponse": before["answer"] + "\nDemandez-nous.",
        "base": before["basis"],
        "sujet": before["topic"],
        "sources": "\n".join(before["sources"]),
    }
    form, desk, now = editor.carried(FORM), served.office.desk, served.clock[0]
    after = yaml.safe_load(await editor.send(FORM, **{**fields, "faire": "prendre"}))
    assert after["answer"].strip() == fields["reponse"].strip()
    assert {name for name in before if before[name] != after.get(name)} <= {"answer", "checked_on", "review_by"}
    assert list(before) == list(after)
    file = (path.name, editor.page)
    assert served.database.run_now(lambda t: editing.save(desk, t, editor.member.id, file, form["version"], now))
    assert path.read_text(encoding="utf-8") == editor.page
    assert not served.database.run_now(lambda t: editing.save(desk, t, editor.member.id, file, form["version"], now))
    await editor.browser.post(FORM, {**form, **fields, "reponse": "Autrement.", "faire": "enregistrer"})
    assert "a changé antenne.yaml entre-temps" in editor.words
    assert "Autrement." in editor.page, "what was written is kept"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_lines_that_a_browser_ends_in_its_own_way_are_lines_of_the_file(
    served: Served, enter: Enter, folder: Path
) -> None:
    editor = await enter("Zoé", Role.EDITOR)
    entry = yaml.safe_load(await _fill(editor, "prendre", reponse="Une ligne.\r\nUne autre.\r\n"))
    assert entry["answer"] == "Une ligne.\nUne autre.\n"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["../call", "nulle-part", "", "antenne.yaml"])
async def test_no_other_file_is_opened_as_an_entry(served: Served, enter: Enter, folder: Path, name: str) -> None:
    editor = await enter("Zoé", Role.EDITOR)
    await editor.open(f"{FORM}?fiche={name}")
    assert editor.status == 404
    await _fill(editor, "prendre", change=name)
    assert yaml.safe_load(editor.page)["id"].startswith("peut-on-louer")


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_earlier_texts_are_kept_with_who_changed_what_and_one_can_go_back(
    served: Served, enter: Enter, folder: Path
) -> None:
    path, desk = folder / "answers" / "antenne.yaml", served.office.desk
    first = path.read_text(encoding="utf-8")
    entry = yaml.safe_load(first)
    editor, second = await enter("Zoé", Role.EDITOR), await enter("Yann", Role.EDITOR)
    await editor.open(f"{FORM}?fiche=antenne")
    assert "Les textes de cette fiche" not in editor.words, "none was saved here yet"
    for who, answer in ((editor, "Le texte de Zoé."), (second, "Le texte de Yann.")):
        found = editing.open_entry(desk, "antenne")
        assert found is not None
        file = editing.as_file(desk, replace(found[0], answer=answer), served.clock[0])
        saved = served.database.run_now(
            lambda t, who=who, file=file, version=found[0].version: editing.save(
                desk, t, who.member.id, file, version, served.clock[0]
            )
        )
        assert saved
    await editor.open(f"{FORM}?fiche=antenne")
    said = editor.words.partition("Les textes de cette fiche")[2]
    assert said.index("par Yann") < said.index("par Zoé") < said.index("écrit hors du bureau")
    assert "servi maintenant" in said.partition("par Zoé")[0]
    assert "− Le texte de Zoé." in said
    assert "+ Le texte de Yann." in said
    assert not re.search(r"[−+] - ", said), "the variants are the same, however the file was indented"
    await editor.open(f"{FORM}?fiche=antenne&texte=1")
    assert "Le formulaire montre le texte du" in editor.words
    form = editor.carried(FORM)
    current = editing.open_entry(desk, "antenne")
    assert current is not None
    assert form["version"] == current[0].version, "it replaces what is served now, or is refused"
    assert str(escape(entry["answer"].splitlines()[0][:40])) in editor.page
    assert "Le texte de Yann.</textarea>" not in editor.page
    assert path.read_text(encoding="utf-8") != first, "nothing is changed until it is saved"
    for wrong in ("99", "x", "-1"):
        await editor.open(f"{FORM}?fiche=antenne&texte={wrong}")
        assert editor.status == 404
    lea = await enter("Léa", Role.ADMIN)
    await lea.open("/bureau/journal")
    assert f'href="{FORM}?fiche=antenne"' in lea.page


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_one_has_an_entry_checked_so_often_and_keeps_the_text(served: Served, enter: Enter, folder: Path) -> None:
    editor, other = await enter("Zoé", Role.EDITOR), await enter("Yann", Role.EDITOR)
    await _fill(editor, "relire")
    assert "Aucune faute" in editor.words
    allowed = [await served.bureau.throttle.allows_member(Doing.CHECKING, editor.member.id) for _ in range(10)]
    assert allowed == [True] * 9 + [False], "the check that was made counts"
    await _fill(editor, "relire")
    assert "recommencez dans 5 minutes" in editor.words
    assert "Aucune faute" not in editor.words
    assert GOOD["reponse"].replace("'", "&#39;") in editor.page
    assert await served.bureau.throttle.allows_member(Doing.CHECKING, other.member.id), "nobody else is kept waiting"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", ["a: [", "id: antenne"])
async def test_a_file_that_is_broken_meanwhile_is_told_and_not_written_over(
    served: Served, enter: Enter, folder: Path, broken: str
) -> None:
    path = folder / "answers" / "antenne.yaml"
    editor = await enter("Zoé", Role.EDITOR)
    await editor.open(f"{FORM}?fiche=antenne")
    form = editor.carried(FORM)
    path.write_text(broken, encoding="utf-8")
    await editor.browser.post(FORM, {**form, **GOOD, "faire": "enregistrer"})
    assert "a changé antenne.yaml entre-temps" in editor.words
    assert path.read_text(encoding="utf-8") == broken
    await editor.open(f"{FORM}?fiche=antenne")
    assert editor.status == 404


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_an_earlier_text_of_a_topic_that_is_gone_keeps_the_topic_of_today(
    served: Served, enter: Enter, folder: Path
) -> None:
    desk = served.office.desk
    entry = yaml.safe_load((folder / "answers" / "antenne.yaml").read_text(encoding="utf-8"))
    for topic, kept in (("gone", entry["topic"]), ("programme_what", "programme_what")):
        opened = editing.open_entry(desk, "antenne", yaml.safe_dump({**entry, "topic": topic}))
        assert opened is not None
        assert opened[0].topic == kept


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_of_two_who_save_at_once_one_is_told(served: Served, enter: Enter, folder: Path) -> None:
    desk, now = served.office.desk, served.clock[0]
    found = editing.open_entry(desk, "antenne")
    assert found is not None
    members = [(await enter(name, Role.EDITOR)).member.id for name in ("Zoé", "Yann", "Xavier")]
    files = [editing.as_file(desk, replace(found[0], answer=f"Texte {each}."), now) for each in members]
    saved = await asyncio.gather(
        *(
            served.database.run(lambda t, who=who, file=file: editing.save(desk, t, who, file, found[0].version, now))
            for who, file in zip(members, files, strict=True)
        )
    )
    assert sum(saved) == 1
