"""How a French sentence says that it is told, deduced, not found or advised: patterns, each tried on one sentence."""

import re
from collections.abc import Mapping
from functools import lru_cache

#: The same text is judged on each day of the call: what it is made of is kept for the next one.
_TEXTS_KEPT = 1_000

_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…]\*\*))\s+(?=[A-ZÀ-ÖØ-Þ«*\[/])|\n+")
_TAG = re.compile(r"\{%.*?%\}")

#: « L'heure limite n'est pas publiée »: to say so, somebody must have looked everywhere.
_UNPUBLISHED = re.compile(
    r"\b(?:n['’](?:est|a|ont|avait|avaient|était|étaient)|ne\s(?:(?:sont|serai?t?|seront|fut)\b|(?=publie))|aucune?|non|ni|pas|jamais)\b"
    r"[^.;:!?]*?\b(?:publi(?:ées?|és?|ent|e)|rendue?s? publi\w*)(?!\w)",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(r"\bd['’]après\b|\bselon\b", re.IGNORECASE)
#: « L'équipe peut vous donner… », « L'équipe vérifiera »: what people will do is not ours to promise.
_TEAM_PROMISE = re.compile(
    r"\bl['’]équipe (?:de l['’]appel )?(?:(?:vous|le|la|les|en|y|l['’]) ?)*"
    r"(?:peut(?!-elle)|saura|pourra|(?!sera\b)\w+(?:era|ira|dra))\b",
    re.IGNORECASE,
)
_TO_TEAM = re.compile(
    r"\b(?:demand|adress|écri[tvs]|contact)\w{0,20}\b[^.]{0,200}\bl['’]équipe\b|\bl['’]équipe\b[^.]{0,200}\bpeut\b",
    re.IGNORECASE,
)
_OWN_WORK = re.compile(
    r"\b(?:effacement|effacer|supprimer|copie de (?:vos|mes) données|rappels?|agenda|brouillon)\b", re.IGNORECASE
)
_KEPT = re.compile(r"\b(?:conserv|gard|effac|supprim)\w*", re.IGNORECASE)
_FOR_SO_LONG = re.compile(
    r"\b(?:\d+|une?|deux|trois|quatre|cinq|six|neuf|dix|douze|dix-huit|vingt-quatre|trente-six)\s(?:mois|ans?|années?)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"\b0\d(?:[ .]\d{2}){4}\b|[\w.+-]{1,64}@[\w-]{1,64}\.\w")

#: A fault -> what of a template's line shows it, whatever the day.
_OF_A_LINE: Mapping[str, re.Pattern[str]] = {"claim-unpublished": _UNPUBLISHED, "claim-team": _TEAM_PROMISE}

_DEDUCTION = re.compile(
    r"\b(?:déduis\w*|déduit\w*|déduction\w*|semble\w*|sans doute|probablement|vraisemblablement|logiquement|a priori"
    r"|donc|nous (?:comprenons|pensons|supposons|croyons)|on peut (?:penser|supposer))\b",
    re.IGNORECASE,
)
_SAYS_DEDUCED = re.compile(
    r"dédui|\bnous (?:comprenons|lisons)\b|\bnotre lecture\b|d['’]après (?:nos|notre) (?:deux )?listes?\b",
    re.IGNORECASE,
)
_SAYS_PRESS = re.compile(r"d['’]après|\bselon\b|\bpresse\b|\barticle\b|\bjournal\b", re.IGNORECASE)
_UNTOLD = re.compile(
    r"\bsources (?:ne|n['’])|\bn['’]avons trouvé (?:ni|aucun)"
    r"|\bn['’](?:avons|ai) (?:pas(?: encore)?|rien|jamais) trouvé"
    r"|\bn['’](?:y )?figur\w{1,10} pas dans (?:nos|mes) sources|\bne figur\w{1,10} pas dans (?:nos|mes) sources"
    r"|\bnous ne (?:le |la |les |l['’])?(?:savons|connaissons)\b|\b(?:rien|aucune?)\b[^.]{0,200}\bdans nos sources\b",
    re.IGNORECASE,
)

_TO_COME = re.compile(r"\bpas encore (?:paru|publi|sorti|disponible)", re.IGNORECASE)
#: « La veille » and its like: no use on the last day.
_TOO_LATE = re.compile(r"\bla veille\b|\bassez tôt\b|\bà l['’]avance\b", re.IGNORECASE)
_APPLY = re.compile(
    r"\b(?:(?:déposez|candidatez|visez)(?!-vous)|envoyez (?:votre|le) (?:dossier|candidature)"
    r"|préparez (?:votre|un|le) dossier"
    r"|vous pouvez (?:encore |déjà |toujours )?(?:candidater|déposer))\b",
    re.IGNORECASE,
)
_CALL_NOW = re.compile(
    r"\b(?:l['’]|cet |ce (?:deuxième |second )|le (?:deuxième |second ))appel "
    r"(?:est (?:ouvert|porté|piloté)|s['’]adresse|vise|veut|se termine)\b",
    re.IGNORECASE,
)
#: « Ouvert du 20 juillet 2020 au … »: the first day of a period is past and rightly told.
_SINCE = re.compile(r"\b(?:du|depuis le|dès le)\s(?:\w+\s)?$", re.IGNORECASE)
#: Words of a sentence that can be read aloud in a breath or two; faults.yaml says the number too.
MOST_WORDS = 28
#: A number counts as one word, however it is spaced.
_WORD = re.compile(r"\d+(?:[\s.]\d+)*|\w+(?:['’-]\w+)*")
_COLON = re.compile(r"\s:(?=\s)")
#: « **Locaux** : », « - vague 1 : »: a heading of what follows.
_HEADING = re.compile(r"^(?:- )?\*\*[^*]+\*\*(?: \([^)]*\))?\s:\s|^- [^:]{1,40}\s:\s")
_QUOTED = re.compile(r"«[^«»]*»")
_COUNTS_DOWN = re.compile(
    r"\bil reste \d+\sjours?\b|\b(?:ferme|se clôt) (?:aujourd['’]hui|demain|dans \d)|\bc['’]est aujourd['’]hui\b",
    re.IGNORECASE,
)
_OF_THE_HOUR = re.compile(r"\bheure limite\b", re.IGNORECASE)
#: Before a date: what it announces, what it tells as done.
_AHEAD = re.compile(
    r"\b(?:sera|seront|aura|auront|ouvrira|fermera|courra|court|visez|prévoyez|notez|déposez|se clôt|ferme|ouvre"
    r"|est (?:annoncée?|attendue?|prévue?|ouverte?)|sont (?:annoncée?s|attendue?s|prévue?s))\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:était|étaient|a été|ont été|avait|avaient|s['’]est|se sont|devait|devaient)\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)


@lru_cache(maxsize=_TEXTS_KEPT)
def sentences_of(text: str) -> tuple[str, ...]:
    """Return the sentences and list items of a rendered text."""
    return tuple(part for part in _END.split(text) if part.strip())


def names(text: str, name: str) -> bool:
    """Whether `text` holds `name` as words of their own, in capitals or not."""
    return _pattern_of(name).search(text) is not None


@lru_cache(maxsize=_TEXTS_KEPT)
def _pattern_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)


def faults_of_line(line: str) -> list[tuple[str, str]]:
    """Return what no text may say, in a line of a template: the fault, the words that show it."""
    said = _TAG.sub("", line)
    found = []
    for sentence in sentences_of(said):
        for code, pattern in _OF_A_LINE.items():
            shown = pattern.search(sentence)
            if shown and not (code == "claim-unpublished" and _ATTRIBUTED.search(sentence)):
                found.append((code, shown[0]))
    return found


def faults_of_answer_line(line: str) -> list[tuple[str, str]]:
    """Return what moreover no answer may say: what the operator set, and who does the assistant's own work."""
    said = _TAG.sub("", line)
    found = [("claim-contact", shown[0]) for shown in _CONTACT.finditer(said)]
    for sentence in sentences_of(said):
        if _KEPT.search(sentence) and (shown := _FOR_SO_LONG.search(sentence)):
            found.append(("claim-retention", shown[0]))
        if _TO_TEAM.search(sentence) and (shown := _OWN_WORK.search(sentence)):
            found.append(("claim-own-work", shown[0]))
    return found


def deduction_in(text: str) -> str | None:
    """Return the first word that makes a deduction of a sentence of `text`."""
    return shown[0] if (shown := _DEDUCTION.search(text)) else None


def says_deduced(sentence: str) -> bool:
    return _SAYS_DEDUCED.search(sentence) is not None


def says_press(sentence: str) -> bool:
    return _SAYS_PRESS.search(sentence) is not None


def says_untold(sentence: str) -> bool:
    return _UNTOLD.search(sentence) is not None


def says_to_come(sentence: str) -> bool:
    """Whether a sentence says that what it names does not exist yet."""
    return _TO_COME.search(sentence) is not None


def late_advice_in(text: str) -> str | None:
    """Return the words that advise what cannot be done on the last day."""
    return shown[0] if (shown := _TOO_LATE.search(text)) else None


def advice_to_apply_in(text: str) -> str | None:
    """Return the words that tell the reader to apply, or speak of the call as open."""
    return shown[0] if (shown := _APPLY.search(text) or _CALL_NOW.search(text)) else None


@lru_cache(maxsize=_TEXTS_KEPT)
def long_sentence_in(text: str) -> str | None:
    """Return the first sentence of a text that is too long to be read aloud."""
    return next((each for each in sentences_of(text) if len(_WORD.findall(each)) > MOST_WORDS), None)


@lru_cache(maxsize=_TEXTS_KEPT)
def two_colons_in(text: str) -> str | None:
    """Return the first sentence that explains twice: « La vague 1 : elle ferme demain : il reste 1 jour »."""
    return next(
        (each for each in sentences_of(text) if len(_COLON.findall(_QUOTED.sub("", _HEADING.sub("", each)))) > 1), None
    )


@lru_cache(maxsize=_TEXTS_KEPT)
def bare_countdown_in(text: str) -> str | None:
    """Return the words that count down to a closing in a text that says nothing of its hour, which nobody knows."""
    shown = _COUNTS_DOWN.search(text)
    return shown[0] if shown and not _OF_THE_HOUR.search(text) else None


@lru_cache(maxsize=_TEXTS_KEPT)
def is_announced(before: str) -> bool:
    """Whether the words before a date announce it."""
    return _AHEAD.search(before) is not None and _SINCE.search(before) is None


@lru_cache(maxsize=_TEXTS_KEPT)
def is_told_as_done(before: str) -> bool:
    """Whether the words before a date tell it as past."""
    return _BEHIND.search(before) is not None and _AHEAD.search(before) is None
