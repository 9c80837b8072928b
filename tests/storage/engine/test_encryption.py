"""Keys, their file, and what they open."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken

from storage.engine.encryption import KEY_FILE, KeyRing, add_key, keep_newest_key, keyed_hash, load_keys, new_key
from storage.engine.errors import UnsafeKeyFile, WrongKey


@pytest.mark.parametrize("text", ["", "Noyelles-sous-Lens", "été 🙂", "a\x00b", "lone \ud800 surrogate"])
def test_any_text_comes_back(keys: KeyRing, text: str) -> None:
    assert keys.decrypt_text(keys.encrypt_text(text)) == text


def test_the_newest_key_encrypts_and_the_older_still_open() -> None:
    old, new = new_key(), new_key()
    token = KeyRing([old]).encrypt_text("dossier")
    both = KeyRing([new, old])
    assert both.decrypt_text(token) == "dossier"
    assert KeyRing([new]).decrypt_text(both.renew(token)) == "dossier"
    with pytest.raises(WrongKey, match="GUICHET_SECRET_KEY"):
        KeyRing([new]).decrypt_text(token)


def test_what_an_earlier_version_encrypted_is_opened_and_renewed() -> None:
    keys = [new_key(), new_key()]
    earlier = Fernet(keys[1]).encrypt("été 🙂".encode()).decode("ascii")
    ring = KeyRing(keys)
    assert ring.decrypt_text(earlier) == "été 🙂"
    assert not ring.is_newest(earlier)
    renewed = ring.renew(earlier)
    assert KeyRing(keys[:1]).decrypt_text(renewed) == "été 🙂"
    with pytest.raises(InvalidToken):
        Fernet(keys[0]).decrypt(renewed)


def test_a_token_that_was_changed_opens_nothing(keys: KeyRing) -> None:
    token = keys.encrypt_text("dossier")
    changed = [
        token[:-6],
        token[:20] + ("A" if token[20] != "A" else "B") + token[21:],
        token[:3],
        "g1.é",
        "",
        "g1.AAAA",
    ]
    for each in changed:
        with pytest.raises(WrongKey):
            keys.decrypt_text(each)


def test_the_same_text_never_gives_the_same_token(keys: KeyRing) -> None:
    assert len({keys.encrypt_text("oui") for _ in range(100)}) == 100


@pytest.mark.parametrize("given", ["short", "é" * 44, new_key()[:-4]], ids=["short", "accents", "cut"])
def test_what_is_no_key_is_refused(given: str) -> None:
    with pytest.raises(UnsafeKeyFile, match="32 octets"):
        KeyRing([given])


def test_the_first_start_makes_a_key_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    token = load_keys(None, folder).encrypt_text("a")
    assert (folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    assert load_keys(None, folder).decrypt_text(token) == "a"


def test_a_given_key_makes_no_file(tmp_path: Path) -> None:
    load_keys(f"{new_key()}, {new_key()}", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    load_keys(None, tmp_path)
    (tmp_path / KEY_FILE).chmod(mode)
    with pytest.raises(UnsafeKeyFile, match="chmod 600"):
        load_keys(None, tmp_path)


def test_an_empty_key_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).touch(mode=0o600)
    with pytest.raises(UnsafeKeyFile, match="vide"):
        load_keys(None, tmp_path)


def test_a_key_is_added_before_the_others_and_the_others_set_aside(tmp_path: Path) -> None:
    token = load_keys(None, tmp_path).encrypt_text("a")
    renewed = add_key(tmp_path).renew(token)
    assert load_keys(None, tmp_path).decrypt_text(token) == "a"
    retired = keep_newest_key(tmp_path)
    alone = load_keys(None, tmp_path)
    assert alone.decrypt_text(renewed) == "a"
    with pytest.raises(WrongKey):
        alone.decrypt_text(token)
    assert KeyRing(retired.read_text("ascii").split()).decrypt_text(token) == "a"
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / KEY_FILE, retired)} == {0o600}


def test_every_key_that_was_replaced_is_set_aside_once(tmp_path: Path) -> None:
    load_keys(None, tmp_path)
    replaced = []
    for _ in range(3):
        replaced.insert(0, (tmp_path / KEY_FILE).read_text("ascii").strip())
        add_key(tmp_path)
        retired = keep_newest_key(tmp_path)
        assert keep_newest_key(tmp_path) == retired  # run again after a kill
    assert retired.read_text("ascii").split() == replaced


def test_the_hash_of_an_address_depends_on_channel_and_pepper() -> None:
    hashes = {
        keyed_hash(b"pepper", "telegram", "17"),
        keyed_hash(b"pepper", "telegram1", "7"),
        keyed_hash(b"other", "telegram", "17"),
    }
    assert len(hashes) == 3
    assert keyed_hash(b"pepper", "telegram", "17") in hashes
