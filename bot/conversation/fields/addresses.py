"""How somebody is reached, as people write it: a telephone number, an e-mail address, or one of them with a name."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.conversation.values.field import Asked, Parsed, Reading, Refused
from knowledge.call.form import FieldType
from knowledge.language.text import fold

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

#: Beginnings of the numbers of the overseas territories, which there are dialled as here (French numbering plan); each
#: territory has its own international prefix.
_OVERSEAS = {
    "0262": "RE", "0263": "RE", "0269": "YT", "0508": "PM", "0590": "GP", "0594": "GF", "0596": "MQ", "0639": "YT",
    "0690": "GP", "0691": "GP", "0692": "RE", "0693": "RE", "0694": "GF", "0696": "MQ", "0697": "MQ",
}  # fmt: skip
_REGION = "FR"
#: French numbers are ten digits, in any grouping; others begin with a prefix.
_PHONE = re.compile(
    r"(?P<number>(?:\+|00)\d[\d\s().\-/]{6,18}\d|(?<!\d)0(?:[\s().\-/]{0,3}\d){9}(?!\d)|\d[\d\s().\-/]{6,18}\d)"
    r"(?:[\s,(]{0,8}(?:poste|ext\.?|p\.)\s{0,8}(?P<extension>\d{1,6})\b\)?)?",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^\s<>,;:()«»\"]{1,254}@[^\s<>,;:()«»\"]{1,254}")
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
#: Letters of the last part of a domain.
_LEAST_OF_A_DOMAIN = 2
#: Words before an address beyond which they are a sentence around it.
_FEW_WORDS = 2
_ANY_ADDRESS = re.compile(r"\S{1,254}@\S{1,254}")
#: The words that may stand around an address, in `commands.yaml`.
_AROUND_ADDRESS = "around_address"


def _has_words_beside(text: str, found: Sequence[str], asked: Asked) -> bool:
    """Whether words that mean something stand beside what was found: a name cut from its address, « poste 12 »."""
    for each in found:
        text = text.replace(each, " ", 1)
    around = {fold(each) for each in asked.words.get(_AROUND_ADDRESS, ())}
    return not set(_WORD.findall(fold(text))) <= around


def contact_in(text: str, kind: FieldType) -> str | None:
    """Return the one address, or the one number, as it stands in `text`; None: there is none, or more than one."""
    found = [each[0].strip(" .") for each in (_EMAIL if kind is FieldType.EMAIL else _PHONE).finditer(text)]
    return found[0] if len(found) == 1 else None


def _word_before(text: str, address: str, asked: Asked) -> str | None:
    """Return the word just before an address, with only a space between: « claire martin@mairie.fr » lacks a sign."""
    before = text[: text.index(address)]
    words = before.split()
    around = {fold(each) for each in asked.words.get(_AROUND_ADDRESS, ())}
    if not words or not before.endswith(" ") or not words[-1].isalnum() or words[-1][0].isupper():
        return None
    return None if fold(words[-1]) in around or len(words) > _FEW_WORDS else words[-1]


#: An address as it is said aloud, its signs by their names.
_DICTATED = re.compile(r"\s*\b(arobase|arobas|at)\b\s*", re.IGNORECASE)
_DICTATED_SIGNS = (
    (re.compile(r"\s+point\s+", re.IGNORECASE), "."),
    (re.compile(r"\s+tiret du bas\s+|\s+underscore\s+", re.IGNORECASE), "_"),
    (re.compile(r"\s+tiret\s+", re.IGNORECASE), "-"),
)


def _as_dictated(text: str) -> str:
    """Return « contact arobase mairie tiret dole point fr » as it is written; what is not said so stays."""
    if "@" in text or len(_DICTATED.findall(text)) != 1:
        return text
    written = _DICTATED.sub("@", text)
    for said, sign in _DICTATED_SIGNS:
        written = said.sub(sign, written)
    return written


def read_email(text: str, asked: Asked) -> Reading:
    from email_validator import EmailNotValidError, validate_email  # only a form needs it: a tenth of a start

    given, text = text, _as_dictated(text)
    found = _EMAIL.findall(text)
    if not found:
        return Refused("email_none")
    if len(found) > 1:
        return Refused("email_several", is_attempt=True)
    if before := _word_before(text, found[0], asked):
        return Refused("email_spaced", {"given": found[0], "before": before}, is_attempt=True)
    try:
        # Whether the domain receives mail is not asked: the answer must not wait for the network.
        address = validate_email(found[0].strip("."), check_deliverability=False).normalized
    except EmailNotValidError:
        return Refused("email_wrong", {"given": found[0][:100]}, is_attempt=True)
    if len(address.rpartition(".")[2]) < _LEAST_OF_A_DOMAIN:
        return Refused("email_wrong", {"given": found[0][:100]}, is_attempt=True)
    is_doubtful = text != given or not address.isascii() or _has_words_beside(text, found, asked)
    return Parsed(address, address, needs_confirmation=is_doubtful)


def read_phone(text: str, asked: Asked) -> Reading:
    """Read a number, or several, each with its extension: « 03 84 79 79 79 poste 12 ou 06 12 34 56 78 »."""
    found = list(_PHONE.finditer(text))
    if not found:
        return Refused("phone_none")
    from phonenumbers import PhoneNumberFormat, format_number  # as above

    numbers = [_number_of(each["number"]) for each in found]
    wrong = next((each["number"] for each, number in zip(found, numbers, strict=True) if number is None), None)
    if wrong is not None:
        return Refused("phone_wrong", {"given": wrong}, is_attempt=True)
    values, shown = [], []
    for each, number in zip(found, numbers, strict=True):
        assert number is not None  # looked at above
        extension = each["extension"]
        value = str(format_number(number, PhoneNumberFormat.E164))
        values.append(f"{value};ext={extension}" if extension else value)
        as_dialled = _as_dialled(number)
        shown.append(asked.say("phone_extension", number=as_dialled, extension=extension) if extension else as_dialled)
    is_doubtful = _has_words_beside(text, [each[0] for each in found], asked)
    return Parsed(", ".join(values), ", ".join(shown), needs_confirmation=is_doubtful)


def _number_of(given: str) -> "PhoneNumber | None":
    """Return the number, of here or of overseas; None if there is no such number."""
    import phonenumbers  # as above

    region = _OVERSEAS.get(re.sub(r"\D", "", given)[:4], _REGION)
    for place in (region, _REGION):
        try:
            number = phonenumbers.parse(given, place)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return number
    return None


def _as_dialled(number: "PhoneNumber") -> str:
    """Return « 03 84 79 79 79 »; from elsewhere with its prefix, « +262 262 12 34 56 »."""
    import phonenumbers  # as above

    is_mainland = number.country_code == phonenumbers.country_code_for_region(_REGION)
    formats = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(number, formats.NATIONAL if is_mainland else formats.INTERNATIONAL))


def read_phone_or_email(text: str, asked: Asked) -> Reading:
    """Read a telephone number or an address, and the name that may stand beside it: « Anne Roy, 06 12 34 56 78 »."""
    line = " ".join(text.split())
    most = asked.question.max or len(line)
    if len(line) > most:
        return Refused("field_too_long", {"length": len(line), "limit": most}, is_attempt=True)
    readings = (read_phone(text, asked), read_email(text, asked))
    found = [each for each in readings if isinstance(each, Parsed)]
    if not found:
        attempt = next((each for each in readings if isinstance(each, Refused) and each.is_attempt), None)
        return attempt or Refused("reach_none")
    has_words = bool(_LETTERS.search(_ANY_ADDRESS.sub(" ", line)))
    # Words beside are a name; figures left over beside a number are a slip.
    both = [each[0] for pattern in (_EMAIL, _PHONE) for each in pattern.finditer(line)]
    is_rest = _has_words_beside(line, both, asked)  # beside one another they are no rest
    is_doubtful = not has_words and is_rest and any(each.needs_confirmation for each in found)
    is_alone = len(found) == 1 and not has_words and not is_doubtful
    return Parsed(line, found[0].shown if is_alone else line, needs_confirmation=is_doubtful)
