"""A call ready to serve: its facts, its texts and its fitted matcher. Loaded once, then only read."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import babel
import jinja2
import numpy
import rapidfuzz
import Stemmer
from pydantic import BaseModel, ValidationError

from knowledge.cache.folder import Damaged, add_files, forget_older, touch
from knowledge.cache.plain import load_plain, save_plain
from knowledge.call.files import FileFault, list_files, read_bytes
from knowledge.call.form import FieldType
from knowledge.call.loader import Draft, read_known_good
from knowledge.call.model import Action, Call, Entry, Source
from knowledge.call.rendering import Renderer
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.matcher import Example, Match, Matcher
from knowledge.places.towns import Towns, load_towns
from knowledge.templates.plain import Plain

_log = logging.getLogger(__name__)

#: Of the phrasings of the answers, one in so many stands beside the wishes, as what is none of them.
QUESTIONS_BESIDE_WISHES = 6


@dataclass(frozen=True)
class Library:
    """What a conversation reads from. Safe to share between threads."""

    call: Call
    renderer: Renderer
    matcher: Matcher
    #: Where the registers are kept with their indexes, once they are read; None: nowhere.
    cache: Path | None = None

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.call.entries}

    @cached_property
    def _former(self) -> Mapping[str, Entry]:
        return {former: entry for entry in self.call.entries for former in entry.formerly}

    def entry_of(self, entry_id: str) -> Entry | None:
        """Return the entry that is, or was once, called `entry_id`."""
        return self.entries.get(entry_id) or self._former.get(entry_id)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.call.sources}

    @cached_property
    def topics_by_action(self) -> Mapping[Action, frozenset[str]]:
        """Action -> the topics in which an entry has it."""
        entries = self.call.entries
        return {action: frozenset(entry.topic for entry in entries if entry.action == action) for action in Action}

    @cached_property
    def asked_for_places(self) -> tuple[str, ...]:
        """How the forms word the questions whose answer is a place."""
        forms = (*([self.call.form] if self.call.form else []), *self.call.forms.values())
        return tuple(each.ask for form in forms for each in form.questions() if each.type is FieldType.PLACE)

    @cached_property
    def towns(self) -> Towns:
        """The registers of communes and EPCI: read when first asked for: see `load_towns`."""
        return load_towns(self.cache)

    def likeliest_wish(self, text: str) -> Match | None:
        """Return the command that `text` most likely wishes for, with the share of such that are right; None: none."""
        found = self._wishes.scores(text) if self._wishes else ()
        return found[0] if found else None

    @cached_property
    def _wishes(self) -> Matcher | None:
        """Fitted on `wishes.yaml`: read, or fitted in two seconds, when first asked for."""
        call = self.call
        if not call.wishes.wishes:
            return None
        return _kept_or_fitted("wishes", _fingerprint(call, call.wishes), self.cache, lambda: fit_wishes(call))

    def say(self, message: str, now: datetime, **values: Plain) -> str:
        """Return the text of `messages.yaml` called `message`. Errors: KeyError for a name that is not there."""
        return self.renderer.render(self.call.messages[message], now, **values)

    def say_of_call(self, message: str, now: datetime, **values: bool | int | str | date | None) -> str:
        """As `say`, with values that are the call's own, nobody's: such a text is kept for the next time."""
        return self.renderer.render_of_call(self.call.messages[message], now, **values)

    def day(self, now: datetime) -> date:
        return self.renderer.day(now)


def open_library(
    folder: Path,
    cache: Path | None = None,
    *,
    checked: str | None = None,
    before_fit: Callable[[], object] | None = None,
) -> Library:
    """Load the call of `folder` and its matcher, fitted or taken from the `cache` folder.

    `checked`: the fingerprint of files that the caller has just checked; they are not checked again. `before_fit`: is
    called where the matcher is to be fitted, which takes some seconds.
    A cache that is damaged, foreign or not writable only costs time. Errors: KnowledgeError.
    """
    call = open_call(folder, cache, checked=checked)
    renderer = Renderer(call.facts, call.phrases, call.privacy)

    def fit_anew() -> Matcher:
        if before_fit:
            before_fit()
        return fit(call)

    return Library(call, renderer, _kept_or_fitted("matcher", _fingerprint(call, call.noise), cache, fit_anew), cache)


def _kept_or_fitted(kind: str, fingerprint: str, cache: Path | None, fit: Callable[[], Matcher]) -> Matcher:
    """Return the matcher of this kind and fingerprint from the `cache`; else a new one, which is kept there."""
    kept = cache / f"{kind}-{fingerprint}.safetensors" if cache else None
    if kept:
        try:
            matcher = Matcher.load(kept)
            touch(kept)
        except (Damaged, OSError):
            pass  # absent or unusable: fitted anew below, and written over
        else:
            return matcher
    matcher = fit()
    if kept:
        try:
            matcher.save(kept)
        except OSError as error:  # a full or read-only cache folder must not keep anyone from an answer
            _log.warning("action=fit_not_kept folder=%s error=%s", kept.parent, type(error).__name__)
        else:
            forget_older(kept.parent, f"{kind}-*")
    return matcher


def open_call(folder: Path, cache: Path | None = None, *, checked: str | None = None) -> Call:
    """Load the call of `folder` alone, as `open_library` does. Errors: KnowledgeError."""
    files = fingerprint_of_files(folder) if cache or checked else None
    passed = cache / f"call-{files}.json" if cache and files else None
    known = _known(passed) if passed else None
    is_known_good = files is not None and (files == checked or known is not None)
    try:
        draft = read_known_good(folder, known) if is_known_good else _judged(folder)
    except ValidationError:  # what was kept is no call of ours: the files themselves are read
        known = None
        draft = read_known_good(folder)
    # Files that somebody saves meanwhile are not what was named: what was read is not kept under that name.
    if passed and known is None and fingerprint_of_files(folder) == files:
        _note(passed, draft.data())
    return draft.assemble()


def _judged(folder: Path) -> Draft:
    # The rules are half the code that reads a call, and most starts judge nothing: the files are known to have passed.
    from knowledge.call.check import sound_draft

    return sound_draft(folder)


def fit(call: Call) -> Matcher:
    """Return a matcher fitted on every phrasing of the call."""
    examples = [
        Example(text, entry.id) for entry in call.entries for text in dict.fromkeys((entry.question, *entry.variants))
    ]
    return Matcher.fit(
        examples,
        groups={entry.id: entry.topic for entry in call.entries},
        out_of_scope={entry.id for entry in call.entries if not entry.in_scope},
        noise=[text for family in call.noise.noise.values() for text in family],
        lexicon=Lexicon.of(call.lexicon.model_dump()),
    )


def fit_wishes(call: Call) -> Matcher:
    """Return a matcher fitted on what people wish to do, beside what they ask and answer. Errors: ValueError, if there
    are no wishes."""
    asked = [text for entry in call.entries for text in (entry.question, *entry.variants)]
    return Matcher.fit(
        [Example(text, command) for command, texts in call.wishes.wishes.items() for text in dict.fromkeys(texts)],
        groups={command: command for command in call.wishes.wishes},
        out_of_scope=(),
        noise=[*call.wishes.others, *asked[::QUESTIONS_BESIDE_WISHES]],
        lexicon=Lexicon.of(call.lexicon.model_dump()),
    )


def _fingerprint(call: Call, beside: BaseModel) -> str:
    """Return a name for what a fit depends on: the phrasings of the answers and those `beside` them, the code that
    fits, the libraries it computes with."""
    digest = hashlib.sha256()
    for entry in call.entries:
        digest.update("\0".join((entry.id, entry.topic, entry.question, *entry.variants)).encode())
    digest.update(call.lexicon.model_dump_json().encode())
    digest.update(beside.model_dump_json().encode())
    _add_code(digest)
    for library in (numpy.__version__, rapidfuzz.__version__, Stemmer.version()):
        digest.update(library.encode())
    return digest.hexdigest()[:32]


def fingerprint_of_files(folder: Path) -> str | None:
    """Return a name for what the check depends on: every file of the call, the code, its libraries.

    None when a file cannot be read: the check tells why.
    """
    digest = hashlib.sha256()
    try:
        for path in list_files(folder):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(read_bytes(folder, path))
    except FileFault:
        return None
    _add_code(digest)
    for library in (jinja2.__version__, babel.__version__):
        digest.update(library.encode())
    return digest.hexdigest()[:32]


def _add_code(digest: "hashlib._Hash") -> None:
    digest.update(_code())


@cache
def _code() -> bytes:
    """Return a name for the code that fits and checks, as it is when first asked for: no later one runs here."""
    digest = hashlib.sha256()
    add_files(digest, Path(__file__).parent, (".py",))
    return digest.digest()


def _known(passed: Path) -> dict[str, Any] | None:
    """Return what stood in the files so named when they passed; None where they have not, as far as is known."""
    try:
        known = load_plain(passed)
    except (Damaged, OSError):
        return None
    touch(passed)
    return known


def _note(passed: Path, data: dict[str, Any]) -> None:
    """Remember that the files so named have passed, and what stands in them."""
    with suppress(OSError, ValueError):  # a full or read-only cache folder must not keep anyone from an answer
        save_plain(passed, data)
        forget_older(passed.parent, "call-*.json")
