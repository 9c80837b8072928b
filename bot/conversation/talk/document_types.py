"""Which documents are taken, judged by what is announced of them: name, kind, size. Their bytes are not seen here."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.talk.messages import Attachment

#: Megabytes of a document: no more can be fetched from Telegram by a bot (Bot API, getFile), and no channel takes more.
LIMIT_MEGABYTES = 20
LIMIT = LIMIT_MEGABYTES * 1024 * 1024
#: Documents of a dossier, those on their way included.
MOST = 20
#: Characters of a name, its extension included; the longer ones are cut before it.
NAME_LIMIT = 100

_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
#: What is taken: extension -> its media type.
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "odt": f"{_ODF}.text",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "ods": f"{_ODF}.spreadsheet",
    "csv": "text/csv",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odp": f"{_ODF}.presentation",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain",
}
#: What the staff may send a town beside: what they said or filmed.
STAFF_TYPES: Mapping[str, str] = {
    **TYPES,
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
}
#: For a document without a name: media type -> extension.
_EXTENSIONS = {media_type: extension for extension, media_type in reversed(list(STAFF_TYPES.items()))}


class Objection(StrEnum):
    """Why a document is not taken. The words for it are in `messages.yaml`, under `document_refused`."""

    TOO_LARGE = "too-large"
    EMPTY = "empty"
    ARCHIVE = "archive"
    PROGRAM = "program"
    MACROS = "macros"
    TYPE = "type"
    #: Its bytes are not what its name announces.
    CONTENT = "content"


_REFUSED: Mapping[str, Objection] = {
    **dict.fromkeys(("zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "iso", "cab"), Objection.ARCHIVE),
    **dict.fromkeys(
        (
            *("exe", "msi", "bat", "cmd", "com", "scr", "ps1", "vbs", "js", "jar", "sh", "app", "apk", "dll"),
            *("lnk", "hta", "wsf", "dmg", "deb", "rpm", "reg"),
        ),
        Objection.PROGRAM,
    ),
    **dict.fromkeys(("docm", "dotm", "xlsm", "xlsb", "xltm", "xlam", "pptm", "potm", "ppsm", "ppam"), Objection.MACROS),
}
#: Signs that hide what a name is (they turn the direction of writing) or end a line.
_HIDING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
#: What Windows does not take in a name, and the names that it takes for devices.
_NOT_ON_DISK = dict.fromkeys(map(ord, '<>:"|?*'), "_")
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
#: Bytes of a name on a disk: systems take 255, and a number is put before it.
_DISK_BYTES = 200
_SEPARATORS = re.compile(r"[\\/]+")


@dataclass(frozen=True, slots=True)
class Taken:
    """A document as it is kept: the name cleaned, the media type the one of its extension."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class NotTaken:
    """`name`: as the sender may read it again."""

    name: str
    why: Objection


def judge(attachment: Attachment, types: Mapping[str, str] = TYPES) -> Taken | NotTaken:
    """Say whether a document may be fetched, by what is announced of it. `types`: what is taken."""
    name = clean_name(attachment.name)
    extension = extension_of(name)
    if not extension and attachment.media_type in _EXTENSIONS:
        extension = _EXTENSIONS[attachment.media_type]
        name = f"{name or 'document'}.{extension}"
    if extension not in types:
        return NotTaken(name, _REFUSED.get(extension, Objection.TYPE))
    if attachment.size == 0:
        return NotTaken(name, Objection.EMPTY)
    if attachment.size is not None and attachment.size > LIMIT:
        return NotTaken(name, Objection.TOO_LARGE)
    kept = Attachment(attachment.reference, name, types[extension], attachment.size, attachment.album)
    return Taken(kept)


def extension_of(name: str) -> str:
    """Return « pdf » for « Délibération.PDF », an empty text where there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def is_program(name: str) -> bool:
    """Whether a file of this name would be run by who opens it."""
    return _REFUSED.get(extension_of(name)) is Objection.PROGRAM


def clean_name(name: str) -> str:
    """Return a name that can be shown: one line, no folder, no hiding sign, letters whole, not too long."""
    whole = unicodedata.normalize("NFC", name)  # a Mac writes « é » in two signs
    visible = "".join(" " if unicodedata.category(sign) in _HIDING else sign for sign in whole)
    plain = " ".join(_SEPARATORS.sub("_", visible).split()).strip(". ")
    if len(plain) <= NAME_LIMIT:
        return plain
    extension = extension_of(plain)[:10]
    return f"{plain[: NAME_LIMIT - len(extension) - 2].rstrip('. ')}….{extension}"


def disk_name(name: str) -> str:
    """Return a name that any system can write, Windows and its keys included, whatever the document was called."""
    plain = clean_name(name).translate(_NOT_ON_DISK) or "document"
    if plain.split(".")[0].strip().lower() in _DEVICES:
        plain = f"_{plain}"
    if len(_as_bytes(plain)) <= _DISK_BYTES:
        return plain
    stem, _, _ = plain.rpartition(".")
    ending = f"….{extension_of(plain)[:10]}" if extension_of(plain) else "…"
    room = _DISK_BYTES - len(_as_bytes(ending))
    return _as_bytes(stem or plain)[:room].decode("utf-8", "ignore").rstrip(". ") + ending


def _as_bytes(name: str) -> bytes:
    return name.encode("utf-8", "replace")
