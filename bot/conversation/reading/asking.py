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


#: What asks by the way: « le maire veut savoir si c'est payant ».
_BY_THE_WAY = re.compile(
    r"\b(?:veu[tx]|veulent|voudr\w+|souhait\w+|aimer\w+|cherch\w+ a|besoin de) (?:bien )?savoir\b"
    r"|\b(?:dites|dis)[- ](?:moi|nous) (?:si|quand|combien|ou|comment|quel\w*)\b"
    r"|\bje me demand\w+ (?:si|quand|combien)\b"
)


def is_asking(text: str) -> bool:
    """Return whether the sentence has the form of a question."""
    return text.rstrip().endswith("?") or begins_asking(text) or _BY_THE_WAY.search(fold(text)) is not None


def begins_asking(text: str) -> bool:
    return _ASKING.match(fold(text).strip().replace("’", "'")) is not None
