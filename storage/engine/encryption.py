"""Encryption at rest: the keys, their file, and the column types that keep what is personal. No table lives here."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from storage.engine.errors import UnsafeKeyFile, WrongKey, worded

#: The name of the key file in the data folder: one key a line, newest first.
KEY_FILE = "guichet.key"
#: Beside it, in the same form: the keys that were replaced. No program reads it; it is for copies made before.
RETIRED_KEYS = "guichet.key.retired"
#: Where an engine's dialect carries the keys: each engine has its own dialect, so two databases can have two keys.
_ON_DIALECT = "guichet_keys"
#: How a token begins that no Fernet made; what of a key encrypts those is its own, by this name; bytes of a nonce.
_BEGINNING, _PURPOSE, _NONCE_BYTES = "g1.", b"guichet AES-256-GCM 1", 12


class _Cipher:
    """What one key does: it encrypts with AES-256 in GCM, and opens what earlier versions encrypted with Fernet.

    A token says by its beginning which it is. The nonce is drawn by chance, which is safe for some four billion tokens
    a key. Fernet takes nearly twenty times as long to encrypt, seven to open: it makes its objects anew each time.
    """

    def __init__(self, key: str) -> None:
        """Errors: ValueError for what is no key."""
        self._fernet = Fernet(key)
        derived = hmac.new(base64.urlsafe_b64decode(key), _PURPOSE, hashlib.sha256).digest()
        self._aes = AESGCM(derived)

    def encrypt(self, plain: bytes) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        return _BEGINNING + base64.urlsafe_b64encode(nonce + self._aes.encrypt(nonce, plain, None)).decode("ascii")

    def decrypt(self, token: str) -> bytes:
        """Raise InvalidTag, InvalidToken or ValueError if this key does not open `token`."""
        if not token.startswith(_BEGINNING):
            return self._fernet.decrypt(token)
        sealed = base64.urlsafe_b64decode(token[len(_BEGINNING) :])
        return self._aes.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)


class KeyRing:
    """Keys, each 32 bytes in URL-safe base64, newest first: the first encrypts, all decrypt."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._ciphers = [_Cipher(key) for key in keys]
            self._newest = self._ciphers[0]
        except (ValueError, IndexError) as error:
            raise UnsafeKeyFile("bad-key") from error
        #: How many values of the encrypted columns could not be opened.
        self.unreadable = 0

    def encrypt(self, plain: bytes) -> str:
        return self._newest.encrypt(plain)

    def decrypt(self, token: str) -> bytes:
        """Raise WrongKey if no key opens `token`."""
        for cipher in self._ciphers:
            if (plain := _opened_by(cipher, token)) is not None:
                return plain
        raise WrongKey("wrong-key", file=KEY_FILE)

    def opens(self, token: str) -> bool:
        try:
            self.decrypt(token)
        except WrongKey:
            return False
        return True

    def is_newest(self, token: str) -> bool:
        """Whether the newest key alone opens `token`."""
        return _opened_by(self._newest, token) is not None

    def renew(self, token: str) -> str:
        """Return `token` encrypted again with the newest key."""
        return self.encrypt(self.decrypt(token))

    def encrypt_text(self, plain: str) -> str:
        return self.encrypt(_encode(plain))

    def decrypt_text(self, token: str) -> str:
        return self.decrypt(token).decode("utf-8", "surrogatepass")


def _opened_by(cipher: _Cipher, token: str) -> bytes | None:
    try:
        return cipher.decrypt(token)
    except (InvalidTag, InvalidToken, ValueError):  # ValueError: what stands there is no token at all
        return None


def _encode(text: str) -> bytes:
    # A lone surrogate, which JSON can carry, must not make a message impossible to keep.
    return text.encode("utf-8", "surrogatepass")


def new_key() -> str:
    return Fernet.generate_key().decode("ascii")


def keyed_hash(pepper: bytes, *parts: str) -> bytes:
    """Return 32 bytes by which an address is found again and which tell nothing to who has not the pepper."""
    return hmac.new(pepper, b"\x00".join(_encode(part) for part in parts), hashlib.sha256).digest()


def load_keys(given: str | None, folder: Path, *, is_new: bool = True) -> KeyRing:
    """Return the keys `given` (commas between, newest first), else those of the key file.

    A missing file is made for a database that `is_new`; what another one holds, a new key would not open.
    Errors: UnsafeKeyFile.
    """
    keys = read_keys(given, folder)
    if keys is None:
        path = folder / KEY_FILE
        if not is_new:
            raise UnsafeKeyFile("key-missing", path=path)
        _make_key_file(path)
        keys = _read_key_file(path)
    return keys


def read_keys(given: str | None, folder: Path) -> KeyRing | None:
    """`load_keys`, for who makes nothing: None where there is no key yet."""
    if given:
        return KeyRing([key.strip() for key in given.split(",") if key.strip()])
    path = folder / KEY_FILE
    return _read_key_file(path) if os.path.lexists(path) else None


def add_key(folder: Path) -> KeyRing:
    """Put a new key before the others in the key file and return them all. `storage.rotation.rotate` then uses it."""
    path = folder / KEY_FILE
    keys = [new_key(), *_lines_of(path)]
    _write_key_file(path, keys)
    return KeyRing(keys)


def keep_newest_key(folder: Path) -> Path:
    """Leave only the newest key in the key file: only after everything was encrypted again with it.

    The older ones are set aside in the file that is returned, for they alone open the copies made before.
    """
    path, retired = folder / KEY_FILE, folder / RETIRED_KEYS
    newest, *older = _lines_of(path)
    if older:  # set aside first: a kill between the two loses no key
        before = _lines_of(retired) if retired.exists() else []
        _write_key_file(retired, [*older, *(key for key in before if key not in older)])
    _write_key_file(path, [newest])
    return retired


def _read_key_file(path: Path) -> KeyRing:
    lines = _lines_of(path)
    try:
        return KeyRing(lines)
    except UnsafeKeyFile as error:
        raise UnsafeKeyFile("key-not-keys", path=path) from error


def _lines_of(path: Path) -> list[str]:
    try:
        if path.is_dir():
            raise UnsafeKeyFile("key-is-folder", path=path)
        if path.stat().st_mode & 0o077:
            raise UnsafeKeyFile("key-readable", path=path)
        keys = path.read_text("ascii").split()
    except OSError as error:
        raise UnsafeKeyFile("key-not-read", path=path, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise UnsafeKeyFile("key-not-keys", path=path) from error
    if not keys:
        raise UnsafeKeyFile("key-empty", path=path)
    return keys


def _make_key_file(path: Path) -> None:
    """Make the file with one new key; of two processes that start together, one makes it and both read the same."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(draft, [new_key()])
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _put_on_the_disk(path.parent)
    except OSError as error:
        raise UnsafeKeyFile("key-not-made", path=path, reason=error.strerror) from error


def _write_key_file(path: Path, keys: Sequence[str]) -> None:
    # Always the same name: who does this is alone, and what a kill leaves behind is written over the next time.
    draft = path.with_name(f"{path.name}.new")
    try:
        _write_private(draft, keys)
        draft.replace(path)
        _put_on_the_disk(path.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UnsafeKeyFile("key-not-made", path=path, reason=error.strerror) from error


def _write_private(path: Path, keys: Sequence[str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _put_on_the_disk(folder: Path) -> None:
    """Let a file's new name survive a power cut: what is encrypted next would be lost without it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def give_keys(dialect: Dialect, keys: KeyRing) -> None:
    """Let the encrypted columns of this dialect's engine use `keys`."""
    setattr(dialect, _ON_DIALECT, keys)


def keys_of(dialect: Dialect) -> KeyRing:
    """Return what `give_keys` was given for this dialect's engine."""
    keys = getattr(dialect, _ON_DIALECT)
    assert isinstance(keys, KeyRing)
    return keys


class UnreadableText(str):
    """What stands for a text that no key opens: it is shown as it is, and no JSON can be read in it."""

    __slots__ = ()


class UnreadableJson(dict[str, Any]):
    """What stands for JSON that no key opens, whatever it was: empty."""


class UnreadableBytes(bytes):
    """What stands for bytes that no key opens: none."""


Unreadable = UnreadableText | UnreadableJson | UnreadableBytes


def is_unreadable(value: object) -> bool:
    """Whether what a column gave only stands for what no key opens, or what is damaged."""
    return isinstance(value, Unreadable)


def _opened(token: str, dialect: Dialect) -> bytes | None:
    """Return what was encrypted; None for what no key opens: one value must not keep all the others from being read."""
    keys = keys_of(dialect)
    try:
        return keys.decrypt(token)
    except WrongKey:
        keys.unreadable += 1
        return None


class EncryptedText(TypeDecorator[str]):
    """A text, kept encrypted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else keys_of(dialect).encrypt_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        plain = _opened(value, dialect)
        return UnreadableText(worded("unreadable-value")) if plain is None else plain.decode("utf-8", "surrogatepass")


class EncryptedJson(TypeDecorator[Any]):
    """Anything JSON can carry, kept encrypted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else keys_of(dialect).encrypt_text(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        plain = _opened(value, dialect)
        return UnreadableJson() if plain is None else json.loads(plain.decode("utf-8", "surrogatepass"))


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes, a file for instance, kept encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keys_of(dialect).encrypt(value).encode("ascii")

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        plain = _opened(as_token(value), dialect)
        return UnreadableBytes() if plain is None else plain


def as_token(value: str | bytes) -> str:
    """Return what stands in a column as a token; bytes that are none stay what no key opens."""
    return bytes(value).decode("ascii", "replace") if isinstance(value, bytes | memoryview) else value


#: The column types that hold tokens: what a rotation of keys encrypts again.
ENCRYPTED = (EncryptedText, EncryptedJson, EncryptedBytes)
