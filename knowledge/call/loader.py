"""The folder of a call -> a frozen Call, or every fault of its files at once. The rules across files are in `check`."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from knowledge.cache.memory import Memory
from knowledge.call.criteria import Eligibility
from knowledge.call.desk.decisions import DecisionsFile
from knowledge.call.desk.replies import RepliesFile
from knowledge.call.faults import Fault, KnowledgeError, describe, describe_shape, is_worded
from knowledge.call.files import FileFault, list_files, read_text
from knowledge.call.form import DossierForm, ShortForm
from knowledge.call.model import (
    Call,
    CallFacts,
    CommandsFile,
    Entry,
    LexiconFile,
    MessagesFile,
    NoiseFile,
    SourcesFile,
    TopicsFile,
    WishesFile,
)
from knowledge.call.positions import Document, Unreadable, read_known_yaml, read_yaml
from knowledge.call.positions import Path as DataPath
from knowledge.call.privacy import Privacy
from knowledge.hearing.lists import Hearing

ANSWERS = "answers"
PHRASES = "phrases.jinja"
FORM = "dossier.yaml"
#: The folder of the short forms.
FORMS = "forms"
ELIGIBILITY = "eligibility.yaml"
PRIVACY = "privacy.yaml"
HEARING = "hearing.yaml"
DECISIONS = "decisions.yaml"
REPLIES = "replies.yaml"

#: The files a knowledge base must have beside its answers, and their models.
REQUIRED: dict[str, type[BaseModel]] = {
    "call.yaml": CallFacts,
    "sources.yaml": SourcesFile,
    "topics.yaml": TopicsFile,
    "messages.yaml": MessagesFile,
    "commands.yaml": CommandsFile,
}
OPTIONAL: dict[str, type[BaseModel]] = {
    "lexicon.yaml": LexiconFile,
    "out_of_scope.yaml": NoiseFile,
    "wishes.yaml": WishesFile,
    FORM: DossierForm,
    ELIGIBILITY: Eligibility,
    PRIVACY: Privacy,
    HEARING: Hearing,
    DECISIONS: DecisionsFile,
    REPLIES: RepliesFile,
}

#: Of all files together; those of the shipped call have some 570,000.
MOST_CHARACTERS = 10_000_000
#: Questions and variants of all answers together: what a matcher is fitted on in a minute. The shipped call has 6,582.
MOST_PHRASINGS = 30_000
#: Faults of one file that are told; it is mended long before the last.
_FAULTS_OF_A_FILE = 100
#: Characters of a wrong value that a fault quotes.
_SHOWN = 80

M = TypeVar("M", bound=BaseModel | None)
N = TypeVar("N", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Placed(Generic[M]):
    """A model with the file it was read from."""

    file: str
    model: M
    document: Document

    def fault(self, path: DataPath, code: str, *, is_warning: bool = False, offset: int = 0, **known: Any) -> Fault:
        """Return a fault at `path`, or at the `offset`-th line (from 1) of the text that stands there."""
        line = self.document.line_within(path, offset) if offset else self.document.line_of(path)
        return Fault(self.file, line, describe(code, **known), is_warning)


@dataclass(slots=True)
class Draft:
    """A knowledge base as its files give it: what could be read, and the faults met while reading."""

    folder: Path
    #: These very files had no fault when they were read before.
    is_known_good: bool = False
    #: What stands in some of them, as it was read then.
    known: Mapping[str, Any] = field(default_factory=dict)
    files: dict[str, Placed[Any]] = field(default_factory=dict)
    entries: list[Placed[Entry]] = field(default_factory=list)
    forms: list[Placed[ShortForm]] = field(default_factory=list)
    #: Files whose shape is wrong, as they are: their templates are judged all the same.
    misshapen: list[Placed[None]] = field(default_factory=list)
    phrases: str = ""
    #: Of all files read so far.
    characters: int = 0
    faults: list[Fault] = field(default_factory=list)
    #: What an earlier check of the same folder found out, and this one need not.
    memory: Memory = field(default_factory=Memory)

    @property
    def has_unread_answers(self) -> bool:
        """Whether an entry could not be read: what refers to it, or is covered by it, cannot be judged."""
        return any(fault.file.startswith(f"{ANSWERS}/") for fault in self.faults)

    @property
    def has_unread_forms(self) -> bool:
        """Whether a short form could not be read: what refers to it cannot be judged."""
        return any(fault.file.startswith(f"{FORMS}/") for fault in self.faults)

    def data(self) -> dict[str, Any]:
        """Return what stands in each file that could be read, to be kept for when it is known to be good."""
        return {each.file: each.document.data for each in (*self.files.values(), *self.entries, *self.forms)}

    def assemble(self) -> Call:
        """Return the call. Errors: KeyError when a required file could not be read, which is among `faults`."""
        lexicon = self.files.get("lexicon.yaml")
        noise, wishes = self.files.get("out_of_scope.yaml"), self.files.get("wishes.yaml")
        form = self.files.get(FORM)
        criteria = self.files.get(ELIGIBILITY)
        privacy = self.files.get(PRIVACY)
        hearing = self.files.get(HEARING)
        decisions, replies = self.files.get(DECISIONS), self.files.get(REPLIES)
        return Call(
            facts=self.files["call.yaml"].model,
            sources=self.files["sources.yaml"].model.sources,
            topics=self.files["topics.yaml"].model.topics,
            messages=self.files["messages.yaml"].model.messages,
            commands=self.files["commands.yaml"].model.commands,
            entries=tuple(placed.model for placed in self.entries),
            phrases=self.phrases,
            lexicon=lexicon.model if lexicon else LexiconFile(),
            noise=noise.model if noise else NoiseFile(),
            wishes=wishes.model if wishes else WishesFile(),
            form=form.model if form else None,
            forms={Path(placed.file).stem: placed.model for placed in self.forms},
            eligibility=criteria.model if criteria else None,
            privacy=privacy.model if privacy else Privacy(),
            hearing=hearing.model if hearing else Hearing(),
            decisions=decisions.model.decisions if decisions else (),
            replies=replies.model.replies if replies else (),
        )


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each kind of file, by the file's name without its ending, or its folder's."""
    models: dict[str, type[BaseModel]] = {**REQUIRED, **OPTIONAL, ANSWERS: Entry, FORMS: ShortForm}
    return {name.removesuffix(".yaml"): model.model_json_schema() for name, model in models.items()}


def read_folder(
    folder: Path,
    *,
    is_known_good: bool = False,
    known: Mapping[str, Any] | None = None,
    memory: Memory | None = None,
) -> Draft:
    """Read every file of the knowledge base in `folder`; faults are listed, never raised.

    `is_known_good`: these very files had no fault when they were read before; their lines are not noted again,
    and those in `known` are not read at all. `memory`: nor are files that are as they were in its last round.
    """
    draft = Draft(folder, is_known_good, known or {}, memory=memory or Memory())
    if not os.path.isdir(folder):
        draft.faults.append(Fault(str(folder), 1, describe("folder-missing")))
        return draft
    for name, model in {**REQUIRED, **OPTIONAL}.items():
        if name in REQUIRED or os.path.lexists(folder / name):
            placed = _read_file(draft, folder / name, model)
            if placed:
                draft.files[name] = placed
    draft.entries += _read_all(draft, ANSWERS, Entry)
    draft.forms += _read_all(draft, FORMS, ShortForm)
    draft.phrases = _read_text(draft, folder / PHRASES) or ""
    phrasings = sum(len(entry.model.variants) for entry in draft.entries)
    if phrasings > MOST_PHRASINGS:
        draft.faults.append(Fault(ANSWERS, 1, describe("phrasings-many", count=phrasings, limit=MOST_PHRASINGS)))
    return draft


def read_known_good(folder: Path, known: Mapping[str, Any] | None = None) -> Draft:
    """Read files that had no fault when they were read before; `known`: what then stood in them.

    The rules of `check`, which take most of the time, are not asked again. Errors: KnowledgeError.
    """
    draft = read_folder(folder, is_known_good=True, known=known)
    if draft.faults:
        raise KnowledgeError(folder, tuple(sorted(set(draft.faults))))
    return draft


def _read_all(draft: Draft, name: str, model: type[N]) -> Iterator[Placed[N]]:
    """Yield what each file of the folder `name` holds."""
    for path in _listed(draft, name):
        if path.suffix == ".yml":
            draft.faults.append(Fault(path.relative_to(draft.folder).as_posix(), 1, describe("bad-extension")))
        elif path.suffix == ".yaml" and (placed := _read_file(draft, path, model)):
            yield placed


def _listed(draft: Draft, name: str) -> list[Path]:
    folder = draft.folder / name
    try:
        return list_files(folder) if os.path.isdir(folder) else []
    except FileFault as fault:
        draft.faults.append(Fault(f"{name}/", 1, describe(fault.code)))
        return []


def _read_text(draft: Draft, path: Path) -> str | None:
    name = path.relative_to(draft.folder).as_posix()
    try:
        text = read_text(draft.folder, path)
    except FileFault as fault:
        draft.faults.append(Fault(name, fault.line, describe(fault.code)))
        return None
    draft.characters += len(text)
    if draft.characters > MOST_CHARACTERS:
        draft.faults.append(Fault(name, 1, describe("base-large")))
        return None
    return text


def _read_file(draft: Draft, path: Path, model: type[N]) -> Placed[N] | None:
    name = path.relative_to(draft.folder).as_posix()
    if name in draft.known:  # what stands in the file is not read again to be told
        return Placed(name, model.model_validate(draft.known[name]), Document(draft.known[name], {}, frozenset()))
    text = _read_text(draft, path)
    if text is None:
        return None
    is_known_good = draft.is_known_good
    read: _Read[N] = draft.memory.of(
        ("file", name, text, is_known_good), (model,), lambda: _read_as(name, text, model, is_known_good=is_known_good)
    )
    draft.faults += read.faults
    if read.misshapen is not None:
        draft.misshapen.append(read.misshapen)
    return read.placed


@dataclass(frozen=True, slots=True)
class _Read(Generic[M]):
    """What a file gives: what it should hold; else its faults and, where it is YAML, what it holds instead."""

    placed: Placed[M] | None = None
    faults: tuple[Fault, ...] = ()
    misshapen: Placed[None] | None = None


def _read_as(name: str, text: str, model: type[N], *, is_known_good: bool) -> _Read[N]:
    document = read_known_yaml(text) if is_known_good else read_yaml(text)
    if isinstance(document, Unreadable):
        return _Read(faults=(Fault(name, document.line, describe(document.code, key=document.key)),))
    try:
        return _Read(Placed(name, model.model_validate(document.data), document))
    except ValidationError as error:
        errors = _without_branches(error.errors(include_url=False))
        faults = tuple(_explain(name, document, model, one) for one in errors[:_FAULTS_OF_A_FILE])
        return _Read(faults=faults, misshapen=Placed(name, None, document))


def _without_branches(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """A value that fits no branch of a union is one fault, not one a branch."""
    seen: dict[tuple[int | str, ...], ErrorDetails] = {}
    for error in errors:
        path = error["loc"]
        while path and isinstance(path[-1], str) and path[-1] in _BRANCHES:
            path = path[:-1]
        seen.setdefault(path, {**error, "loc": path})
    return [error for error in seen.values() if not _is_of_what_is_in_it(error, seen)]


def _is_of_what_is_in_it(error: ErrorDetails, others: Iterable[tuple[int | str, ...]]) -> bool:
    """Whether a list counts as empty only because what is in it is faulty, which is said by itself."""
    place = error["loc"]
    return error["type"] == "too_short" and any(
        len(other) > len(place) and other[: len(place)] == place for other in others
    )


#: What pydantic appends to the path of a value that may be of several types.
_BRANCHES = {"int", "date", "str"}


def _explain(file: str, document: Document, model: type[BaseModel], error: ErrorDetails) -> Fault:
    path = tuple(part for part in error["loc"] if part != "[key]")
    context = error.get("ctx", {})
    code = error["type"] if is_worded(error["type"]) else "other"
    known = {
        "path": ".".join(map(str, path)),
        "key": path[-1] if path else "",
        "value": _shown(error["input"]),
        "allowed": _allowed(model, path, context),
        "limit": context.get("max_length", context.get("ge", context.get("le", ""))),
        "shape": describe_shape(context.get("pattern", "")),
    }
    return Fault(file, document.line_of(path), describe(code, **known))


def _shown(value: Any) -> str:
    """Return what a fault quotes of a wrong value, which may be a whole file."""
    text = value if isinstance(value, str) else str(value) if isinstance(value, (bool, int, float, date)) else "…"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _allowed(model: type[BaseModel], path: DataPath, context: dict[str, Any]) -> str:
    """Return the keys or values permitted at `path`, for the fault that names a wrong one."""
    if "expected" in context:
        return str(context["expected"]).replace("'", "").replace(" or ", ", ")
    for part in path[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_within(model.model_fields[part].annotation) or model
    return ", ".join(model.model_fields)


def _model_within(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation such as `tuple[Wave, ...]` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_within(part))), None)
