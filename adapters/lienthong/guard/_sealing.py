"""Sealing personal fields, and blind indexes to find them again.

A blob is ``version (1) · key id (4) · salt (16) · nonce (12) · AES-256-GCM ciphertext and tag``. Each has a key of its own,
derived from the sealing key and the salt: random nonces under one key would have to be counted, one nonce per key need not.
"""

from __future__ import annotations

import hmac
import os
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ._keyring import Key, KeyPurpose, Keyring
from .errors import SealBroken

_VERSION = 1
_SALT = slice(5, 21)
_NONCE = slice(21, 33)
_HEAD = 33
_TAG = 16
_INDEX_BYTES = 16


class Sealer:
    """Seals and opens fields. A sealed value opens in the table, row and field it was sealed for, and nowhere else."""

    OVERHEAD = _HEAD + _TAG
    """By how much a sealed value is longer than the plain one, bytes."""
    SLACK = 15
    """What :meth:`seal_into` needs behind the sealed value, bytes."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._active = keyring.active(KeyPurpose.SEAL)

    def seal(self, plaintext: bytes, *, table: str, row: str, field: str) -> bytes:
        """Encrypts a field.

        Args:
            plaintext: What to hide.
            table: Name of its table.
            row: Id of its row: make the id before sealing.
            field: Name of its column.
        """
        key = self._active
        random = os.urandom(28)
        salt, nonce = random[:16], random[16:]
        sealed = _cipher(key, salt).encrypt(nonce, plaintext, _place(key.id, table, row, field))
        return b"".join((bytes((_VERSION,)), key.id, random, sealed))

    def seal_into(
        self, plaintext: bytes | memoryview, into: memoryview, *, table: str, row: str, field: str
    ) -> int:
        """Encrypts as :meth:`seal`, into memory that the caller uses again: fresh megabytes cost more than encrypting them.

        Args:
            plaintext: What to hide.
            into: Where to, with room for ``OVERHEAD + SLACK`` bytes more than the plaintext.
            table: As :meth:`seal`.
            row: As :meth:`seal`.
            field: As :meth:`seal`.

        Returns:
            The length of the sealed value.
        """
        key = self._active
        random = os.urandom(28)
        encryptor = Cipher(AES(_derived(key, random[:16])), GCM(random[16:])).encryptor()
        encryptor.authenticate_additional_data(_place(key.id, table, row, field))
        into[:_HEAD] = b"".join((bytes((_VERSION,)), key.id, random))
        end = _HEAD + encryptor.update_into(plaintext, into[_HEAD:])
        encryptor.finalize()
        into[end : end + _TAG] = encryptor.tag
        return end + _TAG

    def open(self, blob: bytes, *, table: str, row: str, field: str) -> bytes:
        """Decrypts a field.

        Raises:
            SealBroken: Changed, moved, or sealed with a key we do not hold.
        """
        if len(blob) < _HEAD + _TAG or blob[0] != _VERSION:
            raise _broken(table, field, f"is no seal of version {_VERSION}")
        key = self._keyring.find(blob[1:5], KeyPurpose.SEAL)
        if key is None:
            raise _broken(table, field, f"names key {blob[1:5].hex()}, which the keyring lacks")
        try:
            return _cipher(key, blob[_SALT]).decrypt(
                blob[_NONCE], blob[_HEAD:], _place(key.id, table, row, field)
            )
        except InvalidTag:
            raise _broken(table, field, "was changed or belongs to another row") from None

    def seal_json(self, value: Any, *, table: str, row: str, field: str) -> bytes:
        """Encrypts a value that JSON can say."""
        return self.seal(orjson.dumps(value), table=table, row=row, field=field)

    def open_json(self, blob: bytes, *, table: str, row: str, field: str) -> Any:
        """Decrypts what :meth:`seal_json` sealed. Raises as :meth:`open`."""
        return orjson.loads(self.open(blob, table=table, row=row, field=field))


class BlindIndex:
    """Turns a value into an index that can be compared but not read, for columns that must be searched.

    Equal values have equal indexes within one column and unrelated ones in another; without the keyring neither can be
    computed, which matters because twelve-digit numbers can be tried one by one.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._key = keyring.active(KeyPurpose.INDEX)
        self._columns: dict[str, bytes] = {}

    def of(self, column: str, value: str) -> bytes:
        """The index of a value, 16 bytes.

        Args:
            column: What kind of value it is, e.g. ``owner``: indexes of different kinds cannot be joined.
            value: The value, normalised by the caller (NFC, digits only …): two spellings have two indexes.

        Raises:
            ValueError: The value is empty, so all who lack it would look like one.
        """
        if not value:
            msg = f"blind index {column}: an empty value has no index; leave the column empty"
            raise ValueError(msg)
        key = self._columns.get(column)
        if key is None:
            key = hmac.digest(self._key.secret, b"lienthong index\0" + column.encode(), "sha256")
            self._columns[column] = key
        return hmac.digest(key, value.encode(), "sha256")[:_INDEX_BYTES]


def _cipher(key: Key, salt: bytes) -> AESGCM:
    return AESGCM(_derived(key, salt))


def _derived(key: Key, salt: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"lienthong seal 1")
    return derived.derive(key.secret)


def _place(key_id: bytes, table: str, row: str, field: str) -> bytes:
    """Where the value belongs, as authenticated data; JSON keeps the parts apart."""
    return orjson.dumps([table, row, field, _VERSION, key_id.hex()])


def _broken(table: str, field: str, problem: str) -> SealBroken:
    return SealBroken(f"{table}.{field}: a sealed value {problem}. {SealBroken.operator}")
