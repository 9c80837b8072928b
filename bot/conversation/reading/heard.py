"""One message as it was heard: all that its words may mean, each part worked out at most once. Routes decide on it.

Nothing here knows what waits for an answer: that a « oui » is a yes to something is for the routes to say.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from itertools import chain

from bot.conversation.reading import asking, codes
from bot.conversation.reading.commands import Command, read_command
from bot.conversation.talk.visit import Visit
from knowledge.call.model import Call
from knowledge.hearing.lists import Hearing
from knowledge.hearing.phrases import Phrases, Word, Words, covered, phrases, split_words

#: More words than this are prose: no sign of assent, no insult for its own sake.
_SHORT = 8
#: Words of a wish, and how many of them may mean something else.
_MOST_OF_A_WISH, _MOST_BESIDE_A_WISH = 16, 1
#: What is asked about as well as it is wished for: « quand effacez-vous mes données ? ».
_ERASING = frozenset({Command.ERASE, Command.DELETE})
#: Words of a remark to the counter; more of them rather answer.
_MOST_OF_A_REMARK = 12
#: A number with more digits is not the rank of a choice: a postal code, a year, a telephone.
_RANK_DIGITS = 3
#: Digits from which on a number may be a code, or a telephone.
_CODE = 5

#: What stands behind the number of an item of a list in one line, and what opens one by letters.
_ITEM_MARKS = (".", ")", "°", "/", "-", ":")
_LETTERED = re.compile(r"\ba\)", re.IGNORECASE)
#: What ends what stands before such a number; and what a number is of: « la vague 2 ».
_ENDED = re.compile(r"[?!.;:]")
_NUMBERED = frozenset(
    {"vague", "vagues", "v", "la", "le", "les", "et", "ou", "a", "article", "lot", "numero", "no", "n"}
)
#: Letters that no word has: no vowel among so many, or one bit of them over and over.
_KEYS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}|(\w{1,4})\1{2,}|a?(?:zerty|qwerty|sdf|jkl|qsd|hjk)\w*")


class SmallTalk(Enum):
    """What a message is that asks nothing."""

    THANKS = auto()
    UNDERSTOOD = auto()
    INSULT = auto()
    PAUSE = auto()


@dataclass(frozen=True)
class Heard:
    """What a person wrote, read against the words of `call`."""

    text: str
    call: Call
    #: The command that it is taken for, though its words are of no list: see `bot.conversation.wished`.
    supposed: Command | None = None

    @property
    def _lists(self) -> Hearing:
        return self.call.hearing

    @cached_property
    def words(self) -> Words:
        return self.call.hasty.written_out(split_words(self.text), self.text)

    @cached_property
    def command(self) -> Command | None:
        return self.supposed or read_command(self.text, self.call.commands)

    @cached_property
    def wish(self) -> Command | None:
        """The command that a short sentence wishes for: « j'aimerais retirer notre candidature svp »."""
        if self.command is not None or not 0 < len(self.words) <= _MOST_OF_A_WISH:
            return None
        best: tuple[int, Command | None] = (_MOST_BESIDE_A_WISH + 1, None)
        for name, ways in self._lists.wishes.items():
            for way in ways:
                left = self._left_beside(way)
                if left is not None and left < best[0] and not self._means_otherwise(name, way):
                    best = (left, Command(name))
        return best[1]

    def is_otherwise(self, wish: Command) -> bool:
        """Whether it speaks of what such a wish would end, and does not wish for that: « j'ai supprimé le rappel »."""
        return any(self._means_otherwise(wish, way) for way in self._lists.wishes.get(wish, ()))

    def _means_otherwise(self, name: str, way: tuple[tuple[str, ...], ...]) -> bool:
        """Whether the words of a wish to end something ask for another thing, or tell that it is done already."""
        if name in _ERASING and self._says(self._lists.asked_of_erasing) and self.is_asking:
            return True
        otherwise = self._lists.not_wishes.get(name)
        if otherwise is None:
            return False
        if phrases(otherwise).are_in(self.words):
            return True
        done = phrases(self._lists.done_already)
        verbs = [start for start, _ in phrases(way[0]).spans(self.words)] if len(way) > 1 else []
        return bool(verbs) and all(start and done.at(self.words, start - 1) for start in verbs)

    def _left_beside(self, way: tuple[tuple[str, ...], ...]) -> int | None:
        """Return how many words that mean something are beside the expressions of all these lists; None: one lacks."""
        if not all(phrases(each).are_in(self.words) for each in way):
            return None
        return len(
            self.meaning(*map(phrases, way), phrases(self._lists.connectors), phrases(self._lists.open_questions))
        )

    @cached_property
    def asks_to_change(self) -> bool:
        """Whether it opens by asking to change an answer: « non, je me suis trompé dans le téléphone »."""
        changing = phrases(self._lists.changing)
        around = (*self._lists.refusing, *self._lists.agreeing, *self.call.commands.get(Command.BACK, ()), "mais")
        fillers = phrases((*self._lists.fillers, *around))
        place = 0
        while place < len(self.words) and len(self.words) <= _MOST_OF_A_WISH:
            if changing.at(self.words, place):
                return True
            length = fillers.at(self.words, place)
            if not length:
                return False
            place += length
        return False

    @cached_property
    def finds_fault(self) -> bool:
        """Whether a few words say that something is wrong: « le courriel n'est pas le bon »."""
        is_said = len(self.words) <= _SHORT and phrases(self._lists.changing).are_in(self.words)
        return is_said and not self.is_asking

    @cached_property
    def reference(self) -> str | None:
        return codes.read_reference(self.text)

    @cached_property
    def is_asking(self) -> bool:
        return asking.is_asking(self.text) or self.is_open_question or self._asks_inside

    @cached_property
    def asks_in_words(self) -> bool:
        """Whether words, and not a mark alone, ask something: « c'est quand », « est-ce que »."""
        is_mine = self.is_open_question or self._asks_inside or asking.begins_asking(self.text)
        return is_mine and not self.asks_to_change

    @cached_property
    def is_to_the_counter(self) -> bool:
        """Whether a short text speaks to the one who asks, rather than of what is asked: « je reprends demain »."""
        lists = self._lists
        around = phrases((*lists.fillers, *lists.agreeing, *lists.refusing, *lists.pausing))
        speaking, place = phrases(lists.to_the_counter), 0
        while place < len(self.words) <= _MOST_OF_A_REMARK and not speaking.at(self.words, place):
            length = around.at(self.words, place)
            if not length:
                return False
            place += length
        return place < len(self.words) <= _MOST_OF_A_REMARK

    @cached_property
    def is_open_question(self) -> bool:
        """Whether no yes or no answers it: « quand ferme la vague 2 ? »."""
        start = 0
        fillers = phrases(self._lists.fillers)
        opening, no_question = phrases(self._lists.open_questions), phrases(self._lists.next_one)
        while start < len(self.words):
            if no_question.at(self.words, start) > 1:  # « dès que possible »
                return False
            if opening.at(self.words, start):
                return True
            length = fillers.at(self.words, start)
            if not length:
                return False
            start += length
        return False

    def opens_with(self, listed: tuple[str, ...]) -> bool:
        """Whether the first thing said, fillers set aside, is an expression of this list."""
        fillers, wanted = phrases(self._lists.fillers), phrases(listed)
        place = 0
        while place < len(self.words) and not wanted.at(self.words, place):
            length = fillers.at(self.words, place)
            if not length:
                return False
            place += length
        return place < len(self.words)

    @property
    def _asks_inside(self) -> bool:
        """Whether a part of it asks, behind « attendez, … » or with the question word last: « la vague 2 c quand »."""
        asking_words = phrases(self._lists.asking_inside)
        words = self.words
        if not words:
            return False
        last = len(words) - 1
        fillers_behind = covered(words, phrases(self._lists.fillers))
        while last > 0 and fillers_behind[last] and not asking_words.at(words, last):
            last -= 1
        if asking_words.at(words, last):
            return last > 0
        starts = [
            place for place in range(1, len(words)) if "," in self.text[words[place - 1].end : words[place].start]
        ]
        fillers = phrases((*self._lists.fillers, *self._lists.connectors))
        for start in starts:
            place = start
            while place < len(words) and not asking_words.at(words, place) and (length := fillers.at(words, place)):
                place += length
            if place < len(words) and asking_words.at(words, place):
                return True
        return False

    @cached_property
    def is_yes(self) -> bool:
        """Whether it says yes, and nothing else: « oui allez-y », « vas-y merci »."""
        if not self.words:
            return self.small_talk is SmallTalk.UNDERSTOOD  # « 👍 »
        is_said = self.says_only(self._lists.agreeing) and not self._says(self._lists.refusing)
        return is_said and (not self.text.rstrip().endswith("?") or self._is_open_yes)

    @property
    def _is_open_yes(self) -> bool:
        """« Pourquoi pas ? » says yes; « c'est parti ? », « d'accord ? » ask."""
        return self.is_open_question

    @cached_property
    def is_acknowledgement(self) -> bool:
        """Whether it takes note, or agrees politely, in no word that only agrees: « ok merci », « 👍 », not « oui »."""
        if self.small_talk not in (SmallTalk.UNDERSTOOD, SmallTalk.THANKS):
            return False
        agreeing, noting = phrases(self._lists.agreeing), phrases(self._lists.acknowledging)
        return not any(agreeing.at((word,), 0) and not noting.at((word,), 0) for word in self.words)

    @cached_property
    def is_no(self) -> bool:
        """Whether it says no, and nothing else: « non merci ça ira », « je préfère pas »."""
        is_no = not self.is_yes and self.says_only(self._lists.refusing, self._lists.agreeing)
        return is_no and self.opens_with(self._lists.refusing)

    @cached_property
    def is_unknowing(self) -> bool:
        """Whether it says that they do not know: « aucune idée »."""
        return self.says_only(self._lists.unknowing)

    @cached_property
    def passes_on(self) -> bool:
        """Whether it asks to pass on what was offered for that: « oui transmettez », « envoyez-leur »."""
        return len(self.words) <= _SHORT and self.says_only(self._lists.passing_on, self._lists.agreeing)

    @cached_property
    def takes_back_a_question(self) -> bool:
        """Whether it asks to correct or to drop a question that was passed on: « annulez ma question »."""
        left = self._left_beside(self._lists.to_team.taking_back) if self._lists.to_team.taking_back else None
        return left is not None and left <= _MOST_BESIDE_A_WISH

    @cached_property
    def asks_what_comes(self) -> bool:
        """Whether, of what was sent, it asks what comes next: « et maintenant ? », « vous nous répondez quand ? »."""
        lists = self._lists
        if self.says_only(lists.last_answer.next_step, lists.acknowledging, lists.connectors):
            return True
        left = [self._left_beside(way) for way in lists.after_sending] if self.is_asking else []
        return any(each is not None and each <= _MOST_BESIDE_A_WISH for each in left)

    @cached_property
    def asks_of_form(self) -> bool:
        """Whether it asks about the form and its question, and nothing else: « pourquoi cette question ? »."""
        return self.says_only(self._lists.of_the_form, self._lists.connectors)

    @cached_property
    def gives_nothing(self) -> bool:
        """Whether it says that there is nothing to give: « aucun pour l'instant », « on n'en a pas »."""
        lists = self._lists
        lacking = phrases((*lists.lacking, *lists.refusing, *lists.unknowing))
        return self.opens_with(lists.lacking) and len(self.meaning(lacking)) <= _MOST_BESIDE_A_WISH

    @cached_property
    def declines(self) -> bool:
        """Whether it says that they would rather not tell: « je préfère rester anonyme », « j'ai dit pas de mail »."""
        if not 0 < len(self.words) <= _MOST_OF_A_REMARK:
            return False
        return self._says(self._lists.declining) or self._is_unwilling_to_tell

    @property
    def _is_unwilling_to_tell(self) -> bool:
        """« On ne souhaite pas les nommer », but not « on ne souhaite pas ouvrir avant 2022 »."""
        lists = self._lists
        fillers, telling = phrases(lists.fillers), phrases(lists.unwilling_to)
        for _, end in phrases(lists.unwilling).spans(self.words):
            place = end
            while place < len(self.words) and not telling.at(self.words, place) and fillers.at(self.words, place):
                place += fillers.at(self.words, place)
            if place == len(self.words) or telling.at(self.words, place):
                return True
        return False

    @cached_property
    def says_nothing(self) -> bool:
        """Whether there is nothing in it to keep: « rien », « bonne question », « je ne sais pas »."""
        lists = self._lists
        nothing = (lists.lacking, lists.refusing, lists.unknowing, lists.undecided, lists.pausing, lists.acknowledging)
        return bool(self.words) and not self.meaning(*map(phrases, nothing))

    @cached_property
    def is_nothing(self) -> bool:
        """Whether it says « rien », « aucune », « rien d'autre merci », and nothing else."""
        return self.says_nothing and self.opens_with((*self._lists.lacking, *self._lists.refusing))

    @cached_property
    def names_nothing(self) -> bool:
        """Whether it is made of words that name nothing and nobody: « non rien », « aucune », « c'est nous »."""
        lists = self._lists
        small = (lists.lacking, lists.refusing, lists.unknowing, lists.undecided, lists.pausing, lists.acknowledging)
        others = (lists.agreeing, lists.none_of_them, lists.offices.nobody, lists.connectors, lists.every_rank)
        listed = tuple(chain(*small, *others))
        return self._says(listed) and not self.meaning(phrases(listed))

    @cached_property
    def refuses_all(self) -> bool:
        """Whether it says that it is none of those offered."""
        return self.says_only(self._lists.none_of_them)

    @cached_property
    def goes_on(self) -> bool:
        """Whether it goes on from what was talked about: « et la deuxième ? » picks no choice."""
        return len(self.words) > 1 and bool(phrases(self._lists.connectors).at(self.words, 0))

    @cached_property
    def rank(self) -> int | None:
        """The rank that is said, from 1, or from the end (-1 is the last); None: no rank, or more than one."""
        ranks = {each for each in self.ranks if each is not None}
        if any(word.folded == "les" for word in self.words):
            return None  # « les deux » are two of them
        return ranks.pop() if len(ranks) == 1 and None not in self.ranks else None

    def rank_of(self, things: tuple[str, ...]) -> int | None:
        """The rank that is said where nothing else is but what is ranked: « et la deuxième vague ? »."""
        if not any(self.rank_at(place)[0] is not None for place in range(len(self.words))):
            return None
        ranks = set(self._ranks_beside(phrases(things)))
        return ranks.pop() if len(ranks) == 1 else None

    @cached_property
    def ranks(self) -> tuple[int | None, ...]:
        """The ranks said, where nothing else is; one None where something is, or none."""
        return self._ranks_beside(Phrases(()))

    def _ranks_beside(self, things: Phrases) -> tuple[int | None, ...]:
        found: list[int | None] = []
        lists = (self._lists.fillers, self._lists.rank_words, self._lists.connectors)
        around = [things, *(phrases(each) for each in lists)]
        place = 0
        while place < len(self.words):
            rank, length = self.rank_at(place)
            if rank is not None:
                found.append(rank)
            else:
                length = max(each.at(self.words, place) for each in around)
                if not length:
                    return (None,)
            place += length
        return tuple(found) or (None,)

    def rank_at(self, place: int) -> tuple[int | None, int]:
        """Return the rank that is said at a word, and in how many words."""
        said = self.words[place].folded
        if said.isdecimal() and len(said) <= _RANK_DIGITS:
            return int(said), 1
        best: tuple[int | None, int] = (None, 0)
        if not phrases(self._lists.every_rank).at(self.words, place):
            return best
        for rank, listed in self._lists.ranks.items():
            length = phrases(listed).at(self.words, place)
            if length > best[1]:
                best = (int(rank), length)
        if best[0] == 1 and said in ("un", "une") and len(self.words) > 1 and not self._is_counted(place):
            return (None, 0)  # « une » is an article, except alone or behind « option »
        return best

    def _is_counted(self, place: int) -> bool:
        return bool(place) and bool(phrases(self._lists.rank_words).at(self.words, place - 1))

    @cached_property
    def items(self) -> frozenset[int]:
        """Where the numbers begin of a list in one line: « 1. qui décide 2. quand ferme la vague 2 »; two at least.

        They go on from 1, or from « a) ». One without a mark opens a question: « 1 qui décide 2 pour quand ».
        """
        if "1" not in self.text and not _LETTERED.search(self.text):
            return frozenset()
        opening, found = phrases(self._lists.open_questions), list[int]()
        for place, word in enumerate(self.words[:-1]):
            mark = self.text[word.end : word.end + 1]
            is_marked = mark in _ITEM_MARKS or opening.at(self.words, place + 1)
            is_number = word.folded == str(len(found) + 1) and is_marked
            is_letter = mark == ")" and word.folded == chr(ord("a") + len(found))
            if (is_number or is_letter) and not self._is_of_the_word_before(place):
                found.append(word.start)
        return frozenset(found) if len(found) > 1 else frozenset()

    def _is_of_the_word_before(self, place: int) -> bool:
        """« La vague 2 », « le 2 »: the number is no item's, unless a sentence ends before it."""
        gap = self.text[self.words[place - 1].end : self.words[place].start] if place else "."
        return not _ENDED.search(gap) and self.words[place - 1].folded in _NUMBERED

    @cached_property
    def small_talk(self) -> SmallTalk | None:
        """What it is when nothing waits for an answer and it asks nothing."""
        lists = self._lists
        bare = "".join(self.text.split())
        if bare and not any(character.isalnum() for character in bare):
            return SmallTalk.UNDERSTOOD if any(sign in bare for sign in lists.acknowledging_signs) else None
        if not self.words or len(self.words) > _SHORT:
            return None
        if phrases(lists.insults).are_in(self.words) and self.says_only(
            lists.insults, lists.acknowledging, lists.refusing
        ):
            return SmallTalk.INSULT
        if self.text.rstrip().endswith("?"):
            return None
        if self.says_only(lists.thanking, lists.acknowledging, lists.refusing) and self._says(lists.thanking):
            return SmallTalk.THANKS
        if self.says_only(lists.acknowledging):
            return SmallTalk.UNDERSTOOD
        return SmallTalk.PAUSE if self.says_only(lists.pausing, lists.refusing) or self._looks_for_something else None

    @property
    def _looks_for_something(self) -> bool:
        """Whether they ask to wait, and for what: « attendez, je retrouve ma note »."""
        pausing = phrases(self._lists.pausing)
        is_twice = bool(pausing.at(self.words, 0)) and len(pausing.spans(self.words)) > 1
        return is_twice and len(self.meaning(pausing)) <= _MOST_BESIDE_A_WISH

    @cached_property
    def is_noise(self) -> bool:
        """Whether there is nothing in it to be read: a lone number or letter, keys that a hand fell on."""
        said = [word.folded for word in self.words]
        return bool(said) and all(map(_is_nothing, said))

    def _says(self, listed: tuple[str, ...]) -> bool:
        return phrases(listed).are_in(self.words)

    def says_only(self, *lists: tuple[str, ...]) -> bool:
        """Whether there is an expression of the first list, and beside it only those of all of them and fillers."""
        if not self.words or not self._says(lists[0]):
            return False
        return all(covered(self.words, *map(phrases, lists), phrases(self._lists.fillers)))

    def meaning(self, *others: Phrases) -> list[Word]:
        """Return the words that mean something: fillers and what `others` take are not among them."""
        taken = covered(self.words, phrases(self._lists.fillers), *others)
        return [word for word, is_taken in zip(self.words, taken, strict=True) if not is_taken]


def _is_nothing(word: str) -> bool:
    return len(word) == 1 or (word.isdecimal() and len(word) < _CODE) or _KEYS.fullmatch(word) is not None


def hear(visit: Visit) -> Heard:
    """Return the message as it was heard: the same value however often it is asked for."""
    text = visit.incoming.text
    heard = visit.worked_out.get(text)
    if heard is None:
        heard = visit.worked_out[text] = Heard(text, visit.library.call)
    assert isinstance(heard, Heard)
    return heard
