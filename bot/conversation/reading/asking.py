"""Whether a sentence has the form of a question. What it asks is for the knowledge base to say."""

import re

from knowledge.language.text import fold

#: Words at the start of a message that make it a question.
_ASKING = re.compile(
    r"^(?:(?:bonjour|bonsoir|svp|pardon|excusez-moi|et|mais|au fait|d'ailleurs|dites-moi)[ ,:!]+)*"
    r"(?:est-ce|qu'est|c'est quoi|c quoi|quel|quels|quelle|quelles|qui|que|quoi|ou|quand|comment|combien|pourquoi"
    r"|peut-on|puis-je|peux-tu|pouvez-vous|dois-je|doit-on|devons-nous|faut-il|y a-t-il|existe-t-il|sommes-nous"
    r"|avez-vous|a quoi|de quoi|a qui|jusqu'a quand|je voudrais savoir|j'aimerais savoir|je me demande)\b"
)


def is_asking(text: str) -> bool:
    """Return whether the sentence has the form of a question."""
    return text.rstrip().endswith("?") or begins_asking(text)


def begins_asking(text: str) -> bool:
    return _ASKING.match(fold(text).strip().replace("’", "'")) is not None
