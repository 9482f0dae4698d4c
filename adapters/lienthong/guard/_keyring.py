"""The keyring: the keys, in a file of their own, so that the database alone tells nothing about anyone.

The file is JSON::

    {"format": 1, "keys": [{"id": "9f86d081", "purpose": "seal", "active": true, "created": "2026-11-23", "key": "…base64…"}]}

Every blob names the key it was sealed with, so a new active key can be added while old blobs stay readable.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Self

import orjson

from .errors import KeyringUnusable

_FORMAT = 1
_KEY_BYTES = 32
_ID_BYTES = 4


class KeyPurpose(StrEnum):
    """What a key is for; no key serves two purposes."""

    SEAL = "seal"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    id: bytes
    """Four bytes, carried by every blob."""
    purpose: KeyPurpose
    active: bool
    """The one of its purpose that new values are made with."""
    created: date
    secret: bytes = field(repr=False)


class Keyring:
    """Keys by id. Make one with :meth:`create`, once per installation, and back it up apart from the database."""

    def __init__(self, keys: Mapping[bytes, Key]) -> None:
        self._keys = dict(keys)
        self._active = {key.purpose: key for key in keys.values() if key.active}

    def __repr__(self) -> str:
        return f"Keyring({', '.join(sorted(key.hex() for key in self._keys))})"

    def active(self, purpose: KeyPurpose) -> Key:
        """The key that new values are made with."""
        return self._active[purpose]

    def find(self, key_id: bytes, purpose: KeyPurpose) -> Key | None:
        """The key that a blob names; ``None`` if we do not hold it."""
        key = self._keys.get(key_id)
        return key if key is not None and key.purpose is purpose else None

    @classmethod
    def create(cls, path: Path) -> Self:
        """Makes a new keyring file, mode 0600, and returns it.

        Raises:
            KeyringUnusable: The file is there already, since overwriting it would lose all that is sealed; or its folder is
                not writable.
        """
        today = datetime.now(UTC).date()
        keys = [
            Key(
                secrets.token_bytes(_ID_BYTES),
                purpose,
                True,
                today,
                secrets.token_bytes(_KEY_BYTES),
            )
            for purpose in KeyPurpose
        ]
        body = {"format": _FORMAT, "keys": [_to_json(key) for key in keys]}
        try:
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError as error:
            msg = f"keyring {path}: exists already and is never overwritten. Use it, or name another file."
            raise KeyringUnusable(msg) from error
        except OSError as error:
            msg = f"keyring {path}: cannot be created, {error.strerror}. Check folder and rights."
            raise KeyringUnusable(msg) from error
        with os.fdopen(file, "wb") as stream:
            stream.write(orjson.dumps(body, option=orjson.OPT_INDENT_2) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        _sync_folder(path.parent)
        return cls({key.id: key for key in keys})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads a keyring file.

        Raises:
            KeyringUnusable: Missing, malformed, or readable or writable by anyone but its owner.
        """
        try:
            # Looked at and read through one descriptor: the file cannot be swapped in between.
            with path.open("rb") as stream:
                mode = os.fstat(stream.fileno()).st_mode
                data = stream.read()
        except OSError as error:
            msg = f"keyring {path}: cannot be read, {error.strerror}. {KeyringUnusable.operator}"
            raise KeyringUnusable(msg) from error
        if stat.S_IMODE(mode) & 0o077:
            msg = f"keyring {path}: others may read or change it (mode {stat.S_IMODE(mode):04o}). Run `chmod 600` on it."
            raise KeyringUnusable(msg)
        try:
            keys = _keys_of(orjson.loads(data))
        except (KeyError, TypeError, ValueError, AttributeError):
            # The cause is dropped on purpose: it may quote the file.
            keys = None
        if keys is None:
            msg = f"keyring {path}: is not a keyring of format {_FORMAT} with one active key per purpose. {KeyringUnusable.operator}"
            raise KeyringUnusable(msg)
        return cls(keys)


def _keys_of(body: dict[str, object]) -> dict[bytes, Key] | None:
    entries = body["keys"]
    if body["format"] != _FORMAT or not isinstance(entries, list):
        return None
    keys = [_from_json(entry) for entry in entries]
    by_id = {key.id: key for key in keys}
    one_active_each = all(
        sum(key.active for key in keys if key.purpose is purpose) == 1 for purpose in KeyPurpose
    )
    sizes = all(len(key.id) == _ID_BYTES and len(key.secret) == _KEY_BYTES for key in keys)
    return by_id if len(by_id) == len(keys) and one_active_each and sizes else None


def _to_json(key: Key) -> dict[str, object]:
    return {
        "id": key.id.hex(),
        "purpose": key.purpose.value,
        "active": key.active,
        "created": key.created.isoformat(),
        "key": base64.b64encode(key.secret).decode(),
    }


def _from_json(entry: Mapping[str, str]) -> Key:
    try:
        secret = base64.b64decode(entry["key"], validate=True)
    except binascii.Error as error:
        raise ValueError from error
    return Key(
        id=bytes.fromhex(entry["id"]),
        purpose=KeyPurpose(entry["purpose"]),
        active=bool(entry["active"]),
        created=date.fromisoformat(entry["created"]),
        secret=secret,
    )


def _sync_folder(folder: Path) -> None:
    """Makes a new file's name as durable as its content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
