"""A sentence made of valid pieces, joined in any way, is read whole or asked about: never in part."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.fields.fields import read_field
from bot.conversation.fields.options import offered_options
from bot.conversation.reading.heard import Heard
from bot.conversation.values.field import Asked, Parsed, Refused
from knowledge.library import Library
from tests.bot.conversation.conftest import ALIVE
from tests.shipped import shipped

PARTNERS = {
    "cnam": "cnam-regional", "le Cnam": "cnam-regional", "l'UIMM": "uimm", "uimm": "uimm", "la cci": "consulaires",
    "CMA": "consulaires", "le greta": "greta", "Greta": "greta", "les lycées": "lycees", "un lycée": "lycees",
    "la mission locale": "mission-locale", "pole emploi": "pole-emploi", "France Travail": "pole-emploi",
    "la région": "region", "le conseil régional": "region",
}  # fmt: skip
UNKNOWN = ("l'AFPA", "un IUT", "la fac de Dijon", "Michelin")
JOINS = (", ", " et ", " + ", " / ", " plus ", " puis aussi ", " ainsi que ", " ; ", " et aussi ", "\n")
BEFORE = ("", "bonjour, ", "alors ", "avec ", "surtout ", "pour nous c'est ", "euh ", "donc ", "je prends ")
AFTER = ("", " svp", " merci", " merci beaucoup", ".", " !", " voilà", ", cordialement")
EMAILS = ("c.martin@dole.fr", "mairie@ville-dole.fr")
PHONES = ("03 84 79 79 79", "0612345678", "06.12.34.56.78")


def read(library: Library, text: str, question: str) -> object:
    assert library.call.form is not None
    found = library.call.form.question(question)
    assert found is not None
    return read_field(text, Asked(found, library, ALIVE, offered_options(found, library, ALIVE)))


joined = st.lists(st.sampled_from(sorted(PARTNERS)), min_size=1, max_size=5, unique=True)


@settings(max_examples=150, deadline=None)
@given(joined, st.sampled_from(JOINS), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_options_in_any_sentence_are_all_read(names: list[str], join: str, before: str, after: str) -> None:
    reading = read(shipped(), before + join.join(names) + after, "partenaires")
    assert isinstance(reading, Parsed), reading
    assert set(reading.value) == {PARTNERS[name] for name in names}


@settings(max_examples=100, deadline=None)
@given(joined, st.sampled_from(UNKNOWN), st.sampled_from(JOINS), st.sampled_from(AFTER))
def test_what_is_no_option_is_asked_about(names: list[str], unknown: str, join: str, after: str) -> None:
    reading = read(shipped(), join.join([*names, unknown]) + after, "partenaires")
    if isinstance(reading, Parsed):
        assert reading.needs_confirmation
        assert set(reading.value) >= {PARTNERS[name] for name in names}
        assert unknown.split()[-1].strip("l'") in reading.shown or reading.others
    else:
        assert isinstance(reading, Refused)


@settings(max_examples=60, deadline=None)
@given(joined, st.sampled_from(sorted(PARTNERS)), st.sampled_from((" mais pas ", " sauf ", ", pas ", " sans ")))
def test_what_is_left_out_is_read_over(names: list[str], left_out: str, by: str) -> None:
    reading = read(shipped(), " et ".join(names) + by + left_out, "partenaires")
    assert not isinstance(reading, Parsed) or reading.needs_confirmation
    assert not isinstance(reading, Parsed) or PARTNERS[left_out] not in reading.value


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PHONES), min_size=1, max_size=2, unique=True), st.sampled_from((" ou ", ", ", " et ")))
def test_each_number_is_kept(numbers: list[str], join: str) -> None:
    reading = read(shipped(), "tel : " + join.join(numbers), "telephone")
    assert isinstance(reading, Parsed)
    assert len(reading.value.split(", ")) == len(numbers)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(EMAILS), st.sampled_from(("claire ", "jean ", "paul.")))
def test_a_word_before_an_address_is_never_cut_off(address: str, word: str) -> None:
    reading = read(shipped(), word + address, "courriel")
    assert not isinstance(reading, Parsed) or reading.value == word + address


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(("oui", "d'accord", "volontiers", "vas-y", "allez-y", "tout à fait")),
    st.sampled_from(BEFORE),
    st.sampled_from(AFTER),
)
def test_a_yes_stays_a_yes_among_forms_of_words(word: str, before: str, after: str) -> None:
    heard = Heard(before + word + after, shipped().call)
    assert heard.is_yes
    assert not heard.is_no
