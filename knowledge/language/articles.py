"""The article that the name of an intercommunalité takes inside a French sentence. Pure."""

import re

#: How the names of intercommunalités begin that take one; « Rodez Agglomération » takes none, nor does a commune's.
_ARTICLES = (
    (re.compile(r"(?:Communauté (?:d['’]|de\b|urbaine)|Métropole\b|Riviéra\b|Vallée\b)"), "la "),
    (re.compile(r"(?:Intercom|Interrégionale\b|Agglo|Eurométropole\b)"), "l'"),
    (re.compile(r"(?:Pays (?:d['’]|d[eu]s?\b|[A-Z])|Territoire\b|Grand[ -]|Val (?:d['’]|d[eu]\b))"), "le "),
)


def with_article(name: str) -> str:
    """Return « la Communauté de communes du Pays de Lure », « le Grand Dole », « Rodez Agglomération »."""
    return next((f"{article}{name}" for start, article in _ARTICLES if start.match(name)), name)
