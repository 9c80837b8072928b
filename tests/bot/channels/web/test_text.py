"""Light Markdown as HTML: marks are ours, what people typed is shown as they typed it."""

from bot.channels.web.text import as_html
from knowledge.language.written import as_written


def test_marks_are_read() -> None:
    written = as_html("**Oui** : [le site](https://exemple.fr)\n- un\n- deux")
    assert written.body == (
        '<p><strong>Oui</strong>\xa0: <a href="https://exemple.fr" rel="noopener noreferrer" target="_blank">'
        "le site</a></p>"
        "<ul><li>un</li><li>deux</li></ul>"
    )
    assert (written.backing, written.below) == (None, "")


def test_what_people_typed_is_shown_as_typed() -> None:
    typed = "Le **maire** et [son site](https://exemple.fr) <b>"
    body = as_html(f"**L'équipe** recevrait : {as_written(typed)}").body
    assert body == (
        "<p><strong>L&#39;équipe</strong> recevrait\xa0: Le **maire** et [son site](https://exemple.fr) &lt;b&gt;</p>"
    )


def test_signs_that_are_obeyed_are_shown_or_left_out() -> None:
    body = as_html("un\u202edeux\x07").body
    assert body == "<p>undeux\u2407</p>"


def test_what_leads_to_the_buttons_stands_below_the_fold() -> None:
    written = as_html("Oui.\n\n> Critères :\n> - un\n\nDe plus.\n\n> Source : exemple.\n\nVous pouvez aussi demander :")
    assert written.body == "<p>Oui.</p><p>De plus.</p>"
    assert written.backing == "<p>Critères\xa0:</p><ul><li>un</li></ul><p>Source\xa0: exemple.</p>"
    assert written.below == "<p>Vous pouvez aussi demander\xa0:</p>"
