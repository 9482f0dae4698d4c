"""The file format of a sealed content: chunks of at most 1 MiB, each sealed, each with its length in front.

The chunk's number and whether it is the last are part of what is authenticated, so a cut, reordered or extended file does
not open. All chunks but the last are full, so any place of the content can be read without the chunks before it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from lienthong.guard import SealBroken, Sealer

CHUNK: Final = 1 << 20
_LENGTH: Final = 4
_AROUND: Final = _LENGTH + Sealer.OVERHEAD
_TABLE: Final = "content"


class Readable(Protocol):
    """A file or a download."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class Writable(Protocol):
    """A file."""

    def write(self, data: bytes | memoryview, /) -> int:
        """Writes all of it."""
        ...


class ChunkWriter:
    """Seals what it is given, chunk by chunk; memory stays at one chunk however long the content is.

    Args:
        file: Where to.
        sealer: With what.
        row: Whose content it is: the address, or the name of the part.
        room: :func:`chunk_room` that nobody else uses meanwhile.
    """

    def __init__(self, file: Writable, sealer: Sealer, row: str, room: bytearray) -> None:
        self._file = file
        self._sealer = sealer
        self._row = row
        self._room = memoryview(room)
        self._number = 0
        self._waiting: bytes | bytearray | memoryview = b""

    def write(self, data: bytes) -> None:
        """Takes the next bytes of the content."""
        # A full chunk waits until it is known whether another byte follows, since the last chunk says that it is.
        if self._waiting:
            missing = CHUNK - len(self._waiting)
            self._waiting = bytearray(self._waiting) + data[:missing]
            data = data[missing:]
            if not data:
                return
            self._emit(self._waiting, last=False)
        # Views: no copy is made of what is sealed at once.
        rest = memoryview(data)
        while len(rest) > CHUNK:
            self._emit(rest[:CHUNK], last=False)
            rest = rest[CHUNK:]
        self._waiting = rest

    def finish(self) -> None:
        """Writes the last chunk; even an empty content has one, so an emptied file does not pass for one."""
        self._emit(self._waiting, last=True)

    def _emit(self, chunk: bytes | bytearray | memoryview, *, last: bool) -> None:
        size = self._sealer.seal_into(
            memoryview(chunk),
            self._room[_LENGTH:],
            table=_TABLE,
            row=self._row,
            field=_field(self._number, last=last),
        )
        self._room[:_LENGTH] = size.to_bytes(_LENGTH, "big")
        self._file.write(self._room[: _LENGTH + size])
        self._number += 1


def chunk_room() -> bytearray:
    """Memory for a :class:`ChunkWriter` to seal one chunk in."""
    return bytearray(CHUNK + _AROUND + Sealer.SLACK)


def sealed_size(size: int) -> int:
    """How many bytes the sealed file of a content has."""
    return size + max(1, -(-size // CHUNK)) * _AROUND


def read_chunks(file: Readable, sealer: Sealer, row: str) -> Iterator[bytes]:
    """The content of a sealed file, chunk by chunk.

    Raises:
        SealBroken: The file was cut, changed or reordered, belongs to another address or to another keyring.
    """
    most = CHUNK + Sealer.OVERHEAD
    number, head = 0, _exactly(file, _LENGTH)
    while True:
        size = int.from_bytes(head, "big")
        # A length that no chunk of ours has is damage, and must not decide how much memory is taken.
        sealed = _exactly(file, size) if size <= most else b""
        head = _exactly(file, _LENGTH)
        yield sealer.open(sealed, table=_TABLE, row=row, field=_field(number, last=not head))
        if not head:
            return
        number += 1


class SealedFile(io.RawIOBase):
    """A sealed file on disk, read at any place as if it were plain: the plain text never touches the disk."""

    def __init__(self, path: Path, sealer: Sealer, row: str) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._sealer = sealer
        self._row = row
        total = self._file.seek(0, io.SEEK_END)
        self._count = max(1, -(-total // (CHUNK + _AROUND)))
        self.size = total - self._count * _AROUND
        self._place = 0
        self._held = -1
        self._chunk = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes to a place of the content."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        """The place in the content."""
        return self._place

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what io hands in is a memoryview
        """Reads from one chunk; the buffered reader around it asks again."""
        if self._place >= self.size:
            return 0
        number, within = divmod(self._place, CHUNK)
        part = self._open(number)[within : within + len(buffer)]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
        super().close()

    def _open(self, number: int) -> bytes:
        if number != self._held:
            self._file.seek(number * (CHUNK + _AROUND))
            size = int.from_bytes(self._file.read(_LENGTH), "big")
            if size > CHUNK + Sealer.OVERHEAD:
                raise SealBroken("content: a chunk is longer than any of ours.")
            self._chunk = self._sealer.open(
                self._file.read(size),
                table=_TABLE,
                row=self._row,
                field=_field(number, last=number == self._count - 1),
            )
            self._held = number
        return self._chunk


def _exactly(file: Readable, size: int) -> bytes:
    """So many bytes, or what is left: a download gives them in pieces."""
    data = file.read(size) if size else b""
    while 0 < len(data) < size:
        more = file.read(size - len(data))
        if not more:
            break
        data += more
    return data


def _field(number: int, *, last: bool) -> str:
    return f"{number}:{'last' if last else 'more'}"
