"""Contents of papers: sealed, addressed by their hash, each kept once, streamed in and out.

Nothing is ever half kept: a content is written beside its place and put there when it is whole and found good. What a power
cut left is told by its length, and written again.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, cast

from lienthong.guard import SealBroken, Sealer
from lienthong.storage import StoreFull

from ._content_chunks import (
    CHUNK,
    ChunkWriter,
    SealedFile,
    chunk_room,
    read_chunks,
    sealed_size,
)
from ._content_places import Bucket, Folder, Missing, Place, clean_parts
from .errors import EvidenceRefused

Source: TypeAlias = bytes | Path | AsyncIterable[bytes]
"""A content on its way in: in memory, in a file, or a stream whose length nobody knows yet."""

Check: TypeAlias = Callable[[BinaryIO, int], None]
"""Looks at a content (open to read at any place, with its size) before it is kept; what it raises refuses it."""

_ABANDONED_S: Final = 86_400.0
_BROKEN: Final = (
    "The content of this paper was cut or changed, or belongs to another keyring. "
    "Restore store.content from its backup."
)


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A content's address and size."""

    sha256: str
    size: int


class ContentStore:
    """Sealed contents in a folder, or in a bucket. Memory stays at a few chunks however large a content is."""

    def __init__(self, place: Path | Place, sealer: Sealer) -> None:
        self._place: Place = Folder(place) if isinstance(place, Path) else place
        self._sealer = sealer
        self._rooms: list[bytearray] = []

    @classmethod
    def open(
        cls, target: Path | str, sealer: Sealer, access_key: str = "", secret_key: str = ""
    ) -> ContentStore:
        """The store behind the setting ``store.content``: a folder, or ``s3://bucket/prefix?endpoint=…``.

        Raises:
            ConfigurationError: The URL is wrong, or the package for it is not installed.
        """
        if isinstance(target, Path):
            return cls(target, sealer)
        return cls(Bucket.from_url(target, access_key, secret_key), sealer)

    async def put(
        self,
        content: Source,
        *,
        size: int | None = None,
        sha256: str | None = None,
        check: Check | None = None,
    ) -> StoredContent:
        """Keeps a content; the same content is kept once.

        Args:
            content: Bytes, a file, or a stream of bytes.
            size: Its size as the sender stated it.
            sha256: Its hash as the sender stated it, hex.
            check: Looks at it before it is kept; runs in a thread.

        Raises:
            EvidenceRefused: Size or hash are not those stated, as when an upload broke off; or ``check`` refused it.
            StoreFull: There is no room, or the folder cannot be written.
            StoreUnavailable: The object store does not answer.

        Whatever it raises, nothing is left behind.
        """
        stated = _Stated(size, sha256.lower() if sha256 else None)
        if isinstance(content, bytes):
            return await asyncio.to_thread(self._put_bytes, content, stated, check)
        if isinstance(content, Path):
            return await asyncio.to_thread(self._put_file, content, stated, check)
        return await self._put_stream(content, stated, check)

    async def get(self, sha256: str) -> bytes:
        """The content of an address, whole in memory.

        Raises:
            EvidenceRefused: It is missing, cut or changed.
        """

        def read() -> bytes:
            with self._chunks(sha256) as chunks:
                return b"".join(chunks)

        return await asyncio.to_thread(read)

    async def stream(self, sha256: str) -> AsyncIterator[bytes]:
        """The content of an address in pieces of at most 1 MiB, each proved before it is handed out.

        Raises:
            EvidenceRefused: It is missing, cut or changed; that it was cut shows at the last piece.
        """
        reading = self._chunks(sha256)
        chunks = await asyncio.to_thread(reading.__enter__)
        try:
            while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                yield chunk
        finally:
            await asyncio.to_thread(reading.__exit__, None, None, None)

    async def clean(self) -> int:
        """Removes what uploads left behind that were killed a day ago or earlier; how many there were."""
        return await asyncio.to_thread(clean_parts, self._place, _ABANDONED_S)

    async def sweep(
        self,
        known: Callable[[Collection[str]], Awaitable[Collection[str]]],
        before: float,
    ) -> int:
        """Removes contents that nothing refers to, kept before a moment (seconds since 1970); how many there were.

        Args:
            known: Which of the addresses it is given are referred to.
            before: Younger contents stay: the transaction that refers to them may still be open.
        """
        listed = await asyncio.to_thread(
            lambda: [address for address, at in self._place.contents() if at < before]
        )
        removed = 0
        for start in range(0, len(listed), 500):
            some = listed[start : start + 500]
            for address in set(some) - set(await known(some)):
                await asyncio.to_thread(self._place.remove, address)
                removed += 1
        return removed

    def _put_bytes(self, content: bytes, stated: _Stated, check: Check | None) -> StoredContent:
        stored = StoredContent(hashlib.sha256(content).hexdigest(), len(content))
        stated.require(stored)
        if check is not None:
            check(io.BytesIO(content), len(content))
        if not self._holds(stored):
            with self._part() as part:
                self._seal((content,), part, stored.sha256)
                self._place.keep(part, stored.sha256)
        return stored

    def _put_file(self, path: Path, stated: _Stated, check: Check | None) -> StoredContent:
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                stored = StoredContent(digest, file.tell())
                stated.require(stored)
                file.seek(0)
                if check is not None:
                    check(file, stored.size)
                    file.seek(0)
                if self._holds(stored):
                    return stored
                with self._part() as part:
                    seen = self._seal(iter(lambda: file.read(CHUNK), b""), part, digest)
                    # Read twice: whoever changed the file in between gets nothing kept.
                    _Stated(stored.size, digest).require(seen)
                    self._place.keep(part, digest)
                return stored
        except FileNotFoundError as error:
            raise EvidenceRefused(
                "The file to be kept is not there. Name a file that exists."
            ) from error

    async def _put_stream(
        self, content: AsyncIterable[bytes], stated: _Stated, check: Check | None
    ) -> StoredContent:
        """Sealed as it comes: under the stated hash, or under a name of its own and again once the hash is known."""
        with self._part() as part:
            row = stated.sha256 or part.name
            seen = await self._receive(content, part, row)
            stated.require(seen)
            return await asyncio.to_thread(self._settle, part, row, seen, check)

    async def _receive(self, content: AsyncIterable[bytes], part: Path, row: str) -> StoredContent:
        digest, size = hashlib.sha256(), 0
        with part.open("xb") as file, self._room() as room:
            writer = ChunkWriter(file, self._sealer, row, room)

            def write(data: bytes) -> None:
                digest.update(data)
                writer.write(data)

            waiting = bytearray()
            async for data in _arriving(content):
                size += len(data)
                waiting += data
                if len(waiting) >= CHUNK:
                    await asyncio.to_thread(write, bytes(waiting))
                    waiting.clear()

            def finish() -> None:
                write(bytes(waiting))
                writer.finish()

            await asyncio.to_thread(finish)
        return StoredContent(digest.hexdigest(), size)

    def _settle(
        self, part: Path, row: str, seen: StoredContent, check: Check | None
    ) -> StoredContent:
        if check is not None:
            with SealedFile(part, self._sealer, row) as raw:
                # Typed for files only, but it reads whatever reads.
                check(cast("BinaryIO", io.BufferedReader(raw, CHUNK)), seen.size)
        if self._holds(seen):
            return seen
        if row == seen.sha256:
            self._place.keep(part, seen.sha256)
            return seen
        with self._part() as final, part.open("rb") as file:
            self._seal(read_chunks(file, self._sealer, row), final, seen.sha256)
            self._place.keep(final, seen.sha256)
        return seen

    def _seal(self, pieces: Iterator[bytes] | tuple[bytes], part: Path, row: str) -> StoredContent:
        digest, size = hashlib.sha256(), 0
        alone = isinstance(pieces, tuple)
        with part.open("xb", buffering=0) as file, self._room() as room:
            writer = ChunkWriter(file, self._sealer, row, room)
            for piece in pieces:
                if not alone:  # the hash of bytes in memory is the address already
                    digest.update(piece)
                size += len(piece)
                writer.write(piece)
            writer.finish()
        return StoredContent(row if alone else digest.hexdigest(), size)

    def _holds(self, content: StoredContent) -> bool:
        return self._place.holds(content.sha256, sealed_size(content.size))

    @contextmanager
    def _room(self) -> Iterator[bytearray]:
        """Memory to seal in, used again and again: as much as contents were ever written at once."""
        try:
            room = self._rooms.pop()
        except IndexError:
            room = chunk_room()
        yield room
        # Not after a failure: the thread of an upload that was cancelled may still write in it.
        self._rooms.append(room)

    @contextmanager
    def _part(self) -> Iterator[Path]:
        """A new part; gone afterwards unless it was kept."""
        part: Path | None = None
        try:
            part = self._place.part()
            yield part
        except OSError as error:
            raise StoreFull(
                f"The content of a paper cannot be written ({error.strerror}). Free the disk of store.content."
            ) from error
        finally:
            if part is not None:
                with suppress(OSError):
                    part.unlink()

    @contextmanager
    def _chunks(self, sha256: str) -> Iterator[Iterator[bytes]]:
        try:
            with self._place.open(sha256) as file:
                yield self._proved(read_chunks(file, self._sealer, sha256))
        except Missing as error:
            raise EvidenceRefused(
                "The content of this paper is missing from the store. Restore store.content from its backup."
            ) from error

    @staticmethod
    def _proved(chunks: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from chunks
        except SealBroken as error:
            raise EvidenceRefused(_BROKEN) from error


async def _arriving(content: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The pieces of an upload; that its sender is gone is not our disk's fault."""
    try:
        async for data in content:
            yield data
    except OSError as error:
        raise EvidenceRefused(
            f"The upload broke off ({type(error).__name__}). Send the file again."
        ) from error


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the sender said of a content."""

    size: int | None
    sha256: str | None

    def require(self, seen: StoredContent) -> None:
        if self.size is not None and self.size != seen.size:
            raise EvidenceRefused(
                f"The upload is not whole: {seen.size} of {self.size} bytes arrived. Send the file again."
            )
        if self.sha256 is not None and self.sha256 != seen.sha256:
            raise EvidenceRefused(
                "The upload is not the file that was announced: its SHA-256 is another. Send the file again."
            )
