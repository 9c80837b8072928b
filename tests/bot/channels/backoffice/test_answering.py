"""What is written to a town at the desk: held, taken back, shown first what is new, sent once, or not at all."""

from datetime import timedelta

import pytest

from bot.desk.office import entry
from bot.desk.office.answering import send_due as send_due_of
from bot.desk.office.entry import Signed
from bot.desk.office.inbox import read_news
from bot.desk.office.office import DELAY
from storage import threads
from tests.bot.channels.backoffice.conftest import Enter
from tests.bot.channels.backoffice.staff import CLOSING, Staff, send_due
from tests.bot.channels.backoffice.towns import PAU, Town, ask, give, settle
from tests.bot.channels.web.served import Served


async def test_an_answer_waits_some_seconds_then_leaves_in_its_authors_name(
    served: Served, dole: Town, anne: Staff
) -> None:
    await anne.send(f"{dole.path}/reponse", texte="Bonjour,\nvoici.")
    assert "Votre réponse part dans 10 s." in anne.words
    assert not [each for each in dole.told() if "voici" in each]
    await served.office.send_due()
    assert not [each for each in dole.told() if "voici" in each]
    await send_due(served)
    (sent,) = [each for each in dole.told() if "voici" in each]
    assert "Anne" in sent
    await anne.open(dole.path)
    assert "Anne, à la collectivité" in anne.words
    assert "part dans" not in anne.words
    await send_due(served)
    assert len([each for each in dole.told() if "voici" in each]) == 1


async def test_an_answer_is_taken_back_in_time_and_its_words_are_kept(
    served: Served, enter: Enter, dole: Town, anne: Staff
) -> None:
    bruno = await enter("Bruno")
    await anne.send(f"{dole.path}/reponse", texte="Pas encore relu")
    await bruno.open(dole.path)
    assert "La réponse de Anne part dans" in bruno.words
    cancel = f"{dole.path}/reponse/1/annuler"
    await bruno.browser.post(cancel, bruno.carried(f"{dole.path}/faire/note"))
    assert bruno.status == 409
    await anne.send(cancel)
    assert "rien n'est parti" in anne.words
    assert ">Pas encore relu</textarea>" in anne.page
    await send_due(served)
    assert not [each for each in dole.told() if "relu" in each]


async def test_the_same_form_sent_twice_counts_once(served: Served, dole: Town, anne: Staff) -> None:
    note, answer = (anne.carried(f"{dole.path}/{path}") for path in ("faire/note", "reponse"))
    for _ in range(2):
        await anne.browser.post(f"{dole.path}/faire/note", {**note, "texte": "Appeler le maire"})
        await anne.browser.post(f"{dole.path}/reponse", {**answer, "texte": "Une fois"})
    await send_due(served)
    assert len([each for each in dole.told() if "Une fois" in each]) == 1
    await anne.open(dole.path)
    assert anne.words.count("Appeler le maire") == 1


async def test_what_the_writer_has_not_seen_is_shown_first_and_the_text_kept(enter: Enter, dole: Town) -> None:
    dole.write("Première question")
    anne = await enter("Anne")
    await anne.open(dole.path)
    form = anne.carried(f"{dole.path}/reponse")
    dole.write("Oubliez, j'ai trouvé.")
    await anne.browser.post(f"{dole.path}/reponse", {**form, "texte": "Réponse à la première"})
    assert anne.status == 409
    assert "il y a du nouveau" in anne.words
    assert "Oubliez, j'ai trouvé." in anne.words
    assert ">Réponse à la première</textarea>" in anne.page
    await anne.send(f"{dole.path}/reponse", texte="Très bien.")
    assert "part dans" in anne.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_an_answer_that_another_page_keeps_from_being_a_draft_is_not_said_to_be_kept(
    enter: Enter, dole: Town, anne: Staff
) -> None:
    bruno = await enter("Bruno")
    page = anne.page
    await anne.open(dole.path)
    other = {**anne.carried(f"{dole.path}/reponse"), "genre": "repondre", "texte": "Un autre brouillon"}
    await anne.browser.post(f"{dole.path}/brouillon", other)
    await bruno.open(dole.path)
    await bruno.send(f"{dole.path}/reponse", texte="De Bruno")
    anne.browser.page = page
    await anne.send(f"{dole.path}/reponse", texte="Ma réponse")
    assert anne.status == 409
    assert "Votre texte est gardé" not in anne.words
    assert "Voici votre texte, à copier s'il sert encore : Ma réponse" in anne.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_one_s_own_words_are_no_news_to_their_author(served: Served, dole: Town, anne: Staff) -> None:
    await anne.send(f"{dole.path}/reponse", texte="Bonjour.")
    page = anne.page
    await send_due(served)
    await anne.send(f"{dole.path}/reponse", texte="Encore un mot.")
    assert anne.status == 200, anne.words
    anne.browser.page = page
    await anne.send(f"{dole.path}/faire/clore", **CLOSING)
    assert anne.status == 200, anne.words


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_who_is_with_a_colleague_is_said_so_at_once(served: Served, enter: Enter) -> None:
    dole, other = settle(served), settle(served, "AAA-AAA-AA3", PAU)
    anne, bruno = await enter("Anne"), await enter("Bruno")
    give(served, other.reference, dole.recipient)
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/reponse", texte="Bonjour.")
    await send_due(served)
    await bruno.open(other.path)
    await bruno.send(f"{other.path}/reponse", texte="Et votre autre dossier ?")
    assert bruno.status == 409
    assert "déjà en échange avec Anne (échange nº 1)" in bruno.words
    assert ">Et votre autre dossier ?</textarea>" in bruno.page


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_what_is_committed_late_was_not_seen(served: Served, enter: Enter) -> None:
    """A message has its number before it is committed: another, of a higher number, may be shown first."""
    dole, now = settle(served), served.clock[0]
    dole.write("Première question")
    anne = await enter("Anne")
    with served.database.transaction() as slow:
        thread = threads.open_for(slow, dole.recipient, None, now)
        threads.write(slow, thread, None, "Attendez, nous retirons notre question !", now)
        ask(served, "Peut-on louer ?")
        await anne.open("/bureau")
        listed = anne.news
        await anne.open(dole.path)
        shown = anne.news
        assert "nous retirons" not in anne.words
    for mark in (listed, shown):
        news = served.database.run_now(read_news, Signed(0, anne.member, anne.role), mark)
        assert news.subjects == (f"dossier:{dole.reference}",)
    await anne.send(f"{dole.path}/reponse", texte="Voici.")
    assert anne.status == 409
    assert "nous retirons notre question" in anne.words
    await anne.send(f"{dole.path}/reponse", texte="Voici.")
    assert "Votre réponse part dans 10 s." in anne.words, "by now they have read it"


async def test_two_answers_at_once_are_settled_by_what_each_had_seen(
    served: Served, enter: Enter, dole: Town, anne: Staff
) -> None:
    bruno = await enter("Bruno")
    await bruno.open(dole.path)
    await anne.send(f"{dole.path}/reponse", texte="De Anne")
    await bruno.send(f"{dole.path}/reponse", texte="De Bruno")
    assert bruno.status == 409
    assert "Anne vient d'écrire" in bruno.words
    assert "Anne l'a maintenant en charge" in bruno.words
    assert "puis recommencez" not in bruno.words, "he could not"
    assert "n'a plus son destinataire" not in bruno.words, "it is the same person"
    await bruno.send(f"{dole.path}/faire/reprendre", texte="Anne est partie en réunion")
    assert "De Bruno</textarea>" in bruno.page, "what he had begun is back"
    await anne.open(dole.path)
    await anne.send(f"{dole.path}/faire/reprendre", texte="Je suis revenue")
    await send_due(served)
    assert len([each for each in dole.told() if "De Anne" in each]) == 1
    assert not [each for each in dole.told() if "De Bruno" in each]


async def test_a_recipient_who_changed_meanwhile_gets_nothing(served: Served, enter: Enter) -> None:
    from storage import recipients

    dole = settle(served)
    anne = await enter("Anne")
    await anne.open(dole.path)
    form = anne.carried(f"{dole.path}/reponse")
    await anne.send(f"{dole.path}/reponse", texte="Pour la première personne")
    give(served, dole.reference, served.database.run_now(recipients.register, "web", "v-other", served.clock[0]))
    await send_due(served)
    assert not [each for each in dole.told() if "première personne" in each]
    await anne.open(dole.path)
    assert "Votre réponse n'est pas partie." in anne.words
    await anne.browser.post(f"{dole.path}/reponse", {**form, "cle": "0" * 32, "texte": "Encore"})
    assert anne.status == 409
    assert "ce n'est plus la même personne" in anne.words


async def test_who_was_revoked_within_the_seconds_sends_nothing(served: Served, dole: Town, anne: Staff) -> None:
    await anne.send(f"{dole.path}/reponse", texte="Trop tard")
    served.database.run_now(entry.revoke, anne.member.id, None, served.clock[0])
    await send_due(served)
    assert not [each for each in dole.told() if "Trop tard" in each]


async def test_a_note_never_reaches_the_town(served: Served, dole: Town, anne: Staff) -> None:
    await anne.send(f"{dole.path}/faire/note", texte="Le maire hésite")
    assert "Note interne, par Anne, pour l'équipe seule" in anne.words
    await send_due(served)
    assert not [each for each in dole.told() if "hésite" in each]


def test_the_seconds_are_few() -> None:
    assert timedelta(seconds=5) <= DELAY <= timedelta(seconds=30)


async def test_an_answer_begins_with_a_template_that_lacks_nothing(served: Served, enter: Enter, dole: Town) -> None:
    anne = await enter("Anne")
    await anne.open(f"{dole.path}?modele=recu")
    assert "Nous avons bien reçu votre dossier préliminaire nº K7R-M3W-X9A pour Dole" in anne.page
    number = ask(served, "Une question")
    await anne.open(f"/bureau/echanges/{number}?modele=recu")
    assert "Les autres modèles parlent d'un dossier" in anne.words
    assert "Dossier bien reçu" not in anne.words
    assert "Nous avons bien reçu" not in anne.page
    anne_threads = f"/bureau/echanges/{dole.write('Et ensuite ?')}"
    await anne.open(anne_threads)
    assert "Dossier bien reçu" in anne.words


async def test_an_answer_that_a_kill_left_behind_leaves_by_the_sweep_of_whoever_serves_next(
    served: Served, dole: Town, anne: Staff
) -> None:
    await anne.send(f"{dole.path}/reponse", texte="Reste dans la base")
    later = served.clock[0] + timedelta(hours=1)
    for _ in range(2):
        served.database.run_now(lambda transaction: send_due_of(served.desk, transaction, later))
    assert len([each for each in dole.told() if "Reste dans la base" in each]) == 1
