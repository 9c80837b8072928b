"""An answer that stands while its question waits, changed by words: added to, cut, put right. Decides nothing else.

« Oui, et aussi l'UIMM », « non, pas la région », to a list that is read over; « ajoutez que … », « oui, un ancien
collège », to a text. What comes of it is shown before it is kept.
"""

from dataclasses import replace

from bot.conversation.fields.choices import parsed_choices
from bot.conversation.fields.choosing import choose
from bot.conversation.fields.rewording import Change, Rewording, read_rewording, reworded
from bot.conversation.form.asking import Asking
from bot.conversation.reading.heard import Heard, hear
from bot.conversation.values.field import Parsed
from knowledge.call.form import FieldType
from knowledge.hearing.phrases import phrases, split_words

_TEXTS = frozenset({FieldType.SHORT_TEXT, FieldType.LONG_TEXT, FieldType.FILE})


def revised(asked: Asking) -> Parsed | None:
    """Return the answer that stands as the message makes it; None: nothing stands, or it is not what is changed."""
    if asked.question.type is FieldType.CHOICES:
        return _list_revised(asked)
    return _text_revised(asked) if asked.question.type in _TEXTS else None


def _list_revised(asked: Asking) -> Parsed | None:
    heard, cursor = hear(asked.visit), asked.cursor
    stands = _list_that_stands(asked)
    if not stands or heard.is_asking:
        return None
    lists = heard.call.hearing
    opening = [lists.adding, lists.removing]
    if cursor.pending is not None:  # « oui, et … », « non, pas … »
        opening += [lists.agreeing, lists.refusing, lists.excluding, lists.connectors]
    elif cursor.ticked:
        opening.append(lists.connectors)
    if not any(map(heard.opens_with, opening)):
        return None
    order = Heard(_behind(heard, lists.agreeing, lists.refusing, lists.connectors, ("mais",)), heard.call)
    takes_out = order.opens_with(lists.removing)
    rest = _behind(order, lists.adding, lists.removing, lists.connectors, lists.fillers)
    found = choose(Heard(rest, heard.call), asked.options)
    takes_out = takes_out or (heard.words[-1].folded == "non" and not found.excluded)  # « les dirigeants, non »
    gone, more = (found.options, ()) if takes_out else (found.excluded, found.options)
    if found.unknown or not (gone or more):
        return None
    ids = [
        *(() if more and heard.opens_with(lists.refusing) else stands),
        *(each.id for each in more),
    ]  # « non, seulement l'UIMM »
    parsed = parsed_choices([each for each in ids if each not in {option.id for option in gone}], asked.options)
    is_read_over = bool(gone) or found.is_restricted or cursor.pending is not None or cursor.is_corrected
    is_read_over = is_read_over or not cursor.ticked
    return replace(parsed, needs_confirmation=is_read_over) if parsed.value else None


def _list_that_stands(asked: Asking) -> tuple[str, ...]:
    pending, kept = asked.cursor.pending, asked.kept
    if pending is not None:
        return tuple(pending.value)
    if asked.cursor.ticked or kept is None or not isinstance(kept.value, list):
        return asked.cursor.ticked
    return tuple(kept.value)


def _behind(heard: Heard, *opening: tuple[str, ...]) -> str:
    """Return what is said behind these expressions, whichever of them open it."""
    around = phrases(tuple(each for listed in opening for each in listed))
    words, place = heard.words, 0
    while place < len(words) and (length := around.at(words, place)):
        place += length
    return heard.text[words[place].start :].strip() if place < len(words) else ""


def _text_revised(asked: Asking) -> Parsed | None:
    heard, cursor, kept = hear(asked.visit), asked.cursor, asked.kept
    stands = cursor.pending.value if cursor.pending else cursor.doubted or (kept.value if kept else None)
    if not isinstance(stands, str):
        return None
    rewording = read_rewording(heard, (asked.question.label, *asked.question.words))
    if rewording is None and (cursor.pending or cursor.doubted) and heard.opens_with(heard.call.hearing.agreeing):
        rewording = _yes_and_more(heard)
    text = reworded(stands, rewording) if rewording is not None else _after_no(asked, heard)
    reading = asked.read(text) if text else None
    return replace(reading, needs_confirmation=True) if isinstance(reading, Parsed) else None


def _after_no(asked: Asking, heard: Heard) -> str | None:
    """« Non, un ancien collège », to a text that is read over: what is said in its place."""
    lists = heard.call.hearing
    if asked.cursor.pending is None or not heard.opens_with(lists.refusing) or heard.asks_to_change:
        return None
    rest = _behind(heard, lists.refusing)
    return rest if Heard(rest, heard.call).meaning() else None


def _yes_and_more(heard: Heard) -> Rewording | None:
    """« Oui, un ancien collège », to a text that is read over: the text stands, and that is more of it."""
    lists = heard.call.hearing
    rest = _behind(heard, lists.agreeing, lists.connectors, ("aussi", "egalement"))
    return Rewording(Change.ADD, new=rest) if _says_more(rest, heard) else None


def _says_more(rest: str, heard: Heard) -> bool:
    more, lists = Heard(rest, heard.call), heard.call.hearing
    return bool(more.meaning(*map(phrases, (lists.agreeing, lists.rank_words)))) and not more.says_nothing


def is_yes_alone(asked: Asking) -> bool:
    """« Oui, c'est tout », to an answer that is read over; « oui mais non » is none."""
    heard, lists = hear(asked.visit), hear(asked.visit).call.hearing
    if asked.cursor.pending is None or not heard.opens_with(lists.agreeing) or heard.text.rstrip().endswith("?"):
        return False
    rest = Heard(_behind(heard, lists.agreeing), heard.call)
    is_against = phrases((*lists.refusing, *lists.excluding, *lists.hedging)).are_in(rest.words)
    return not is_against and not rest.meaning(*map(phrases, (lists.agreeing, lists.acknowledging, lists.thanking)))


def says_yes_and_no(asked: Asking) -> bool:
    """« Oui mais non », « oui je ne sais pas »: it is asked again."""
    heard, agreeing = hear(asked.visit), hear(asked.visit).call.hearing.agreeing
    is_nothing = Heard(_behind(heard, agreeing), heard.call).says_nothing
    return is_nothing and heard.opens_with(agreeing) and not is_yes_alone(asked)


def says_which(asked: Asking) -> bool:
    """« Oui, c'est ma réponse », where a text may be the answer or a question."""
    heard = hear(asked.visit)
    label = [word.folded for word in split_words(asked.visit.text("doubt_answer"))]
    is_said = label[-2:] == [word.folded for word in heard.words][-2:]
    return is_said and not heard.meaning(phrases(tuple(label)), phrases(heard.call.hearing.agreeing))
