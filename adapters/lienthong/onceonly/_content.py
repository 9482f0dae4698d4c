"""Contents of papers: encrypted files, addressed by hash, each kept once.

A file is a run of sealed chunks, each with its length in front. The chunk's number and whether it is the last are part
of what is authenticated, so a cut, reordered or extended file does not open.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lienthong.guard import SealBroken, Sealer
from lienthong.storage import StoreFull

from .errors import EvidenceRefused

_CHUNK: Final = 1 << 20
_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A content's address and size."""

    sha256: str
    size: int


class ContentStore:
    """A folder of encrypted contents."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder
        self._sealer = sealer

    async def put(self, content: bytes) -> StoredContent:
        """Keeps a content; the same content is kept once.

        Raises:
            StoreFull: The disk is full or the folder cannot be written; nothing is left behind.
        """
        return await asyncio.to_thread(self._put, content)

    async def get(self, sha256: str) -> bytes:
        """The content of an address.

        Raises:
            EvidenceRefused: It is missing, cut or changed.
        """
        return await asyncio.to_thread(self._get, sha256)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _put(self, content: bytes) -> StoredContent:
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return StoredContent(digest, len(content))
        part = path.with_name(f"{path.name}.{os.urandom(6).hex()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with part.open("xb") as file:
                for number, start in enumerate(range(0, max(len(content), 1), _CHUNK)):
                    last = start + _CHUNK >= len(content)
                    sealed = self._sealer.seal(
                        content[start : start + _CHUNK],
                        table="content",
                        row=digest,
                        field=_field(number, last),
                    )
                    file.write(len(sealed).to_bytes(_LENGTH, "big"))
                    file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise StoreFull(
                f"The content of a paper cannot be written ({error.strerror}). Free the disk of store.content."
            ) from error
        return StoredContent(digest, len(content))

    def _get(self, sha256: str) -> bytes:
        try:
            raw = self._path(sha256).read_bytes()
        except OSError as error:
            raise EvidenceRefused(
                "The content of this paper is missing from the store. Restore store.content from its backup."
            ) from error
        try:
            return b"".join(self._chunks(raw, sha256))
        except SealBroken as error:
            raise EvidenceRefused(
                "The content of this paper was cut or changed, or belongs to another keyring. "
                "Restore store.content from its backup."
            ) from error

    def _chunks(self, raw: bytes, sha256: str) -> list[bytes]:
        parts: list[bytes] = []
        position = 0
        # Even an empty content has one chunk, so an emptied file does not pass for one.
        while position < len(raw) or not parts:
            size = int.from_bytes(raw[position : position + _LENGTH], "big")
            position += _LENGTH
            sealed, position = raw[position : position + size], position + size
            last = position >= len(raw)
            parts.append(
                self._sealer.open(
                    sealed, table="content", row=sha256, field=_field(len(parts), last)
                )
            )
        return parts


def _field(number: int, last: bool) -> str:
    return f"{number}:{'last' if last else 'more'}"
