"""The keyring file: made once, readable by its owner alone, whole or refused."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import orjson
import pytest

from lienthong.guard import KeyPurpose, Keyring, KeyringUnusable
from lienthong.interface import ConfigurationError


def _keyring(folder: Path, change: Any = None) -> Path:
    path = folder / "keys.json"
    Keyring.create(path)
    if change is not None:
        body = orjson.loads(path.read_bytes())
        change(body)
        path.write_bytes(orjson.dumps(body))
    return path


def test_created_keyring_loads_again(tmp_path: Path) -> None:
    """What is written is what is read: the same active keys."""
    path = tmp_path / "keys.json"
    made, read = Keyring.create(path), Keyring.load(path)
    for purpose in KeyPurpose:
        assert made.active(purpose) == read.active(purpose)
        assert read.find(made.active(purpose).id, purpose) == made.active(purpose)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_serves_one_purpose(tmp_path: Path) -> None:
    """A key is not found under the other purpose."""
    keyring = Keyring.create(tmp_path / "keys.json")
    assert keyring.find(keyring.active(KeyPurpose.SEAL).id, KeyPurpose.INDEX) is None


def test_an_existing_keyring_is_never_overwritten(tmp_path: Path) -> None:
    """Creating twice would lose everything sealed before."""
    path = _keyring(tmp_path)
    before = path.read_bytes()
    with pytest.raises(KeyringUnusable, match="never overwritten"):
        Keyring.create(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_keyring_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """Any right of group or world is refused, with the command that mends it."""
    path = _keyring(tmp_path)
    path.chmod(mode)
    with pytest.raises(KeyringUnusable, match="chmod 600"):
        Keyring.load(path)


def test_a_missing_keyring_says_so(tmp_path: Path) -> None:
    """A missing file, or folder, is a configuration error that names the path."""
    with pytest.raises(ConfigurationError, match=r"none\.json"):
        Keyring.load(tmp_path / "none.json")
    with pytest.raises(KeyringUnusable, match="cannot be created"):
        Keyring.create(tmp_path / "nowhere" / "keys.json")


def _deactivate(body: Any) -> None:
    body["keys"][0]["active"] = False


def _double(body: Any) -> None:
    body["keys"].append(body["keys"][0])


def _two_active(body: Any) -> None:
    body["keys"].append({**body["keys"][0], "id": "00000000"})


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.pop("keys"),
        lambda body: body.update(format=2),
        lambda body: body.update(keys={}),
        lambda body: body["keys"][0].update(key="short"),
        lambda body: body["keys"][0].update(key="c2hvcnQ="),
        lambda body: body["keys"][0].update(purpose="sign"),
        lambda body: body["keys"][0].update(id="zz"),
        lambda body: body["keys"][0].update(id=7),
        lambda body: body["keys"][0].update(created="today"),
        lambda body: body["keys"].__setitem__(0, None),
        _deactivate,
        _double,
        _two_active,
    ],
)
def test_a_malformed_keyring_is_refused(tmp_path: Path, change: Any) -> None:
    """Every way of being broken is one error, and the error quotes nothing of the file."""
    path = _keyring(tmp_path, change)
    with pytest.raises(KeyringUnusable) as caught:
        Keyring.load(path)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    for entry in orjson.loads(path.read_bytes()).get("keys") or ():
        assert entry is None or str(entry["key"]) not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"null", b'"keys"', b"{"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, data: bytes) -> None:
    """What is no keyring at all is refused alike."""
    path = _keyring(tmp_path)
    path.write_bytes(data)
    with pytest.raises(KeyringUnusable):
        Keyring.load(path)


def test_no_key_in_its_own_picture(tmp_path: Path) -> None:
    """Neither the keyring nor a key prints the secret."""
    keyring = Keyring.create(tmp_path / "keys.json")
    key = keyring.active(KeyPurpose.SEAL)
    assert repr(key.secret) not in repr(key) + repr(keyring)
    assert "secret" not in repr(key)
