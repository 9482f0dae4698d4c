"""The content store: encrypted, addressed by hash, each content once, and nothing that was tampered with opens."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import io
import os
import time
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.guard import Keyring, Sealer
from lienthong.onceonly import ContentStore, EvidenceRefused
from lienthong.storage import StoreFull

MB = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where contents are kept."""
    return tmp_path / "content"


@pytest.fixture
def store(folder: Path, tmp_path: Path) -> ContentStore:
    """A store with a key of its own."""
    return ContentStore(folder, Sealer(Keyring.create(tmp_path / "keys.json")))


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def _block(folder: Path) -> None:
    folder.write_text("not a folder", "utf-8")


@pytest.mark.parametrize("size", [0, 1, MB - 1, MB, MB + 1, 3 * MB, 5 * MB + 17])
async def test_every_size_comes_back(store: ContentStore, folder: Path, size: int) -> None:
    """Empty, around a chunk's length, and several chunks; the disk never shows the plain text."""
    content = os.urandom(16) * (size // 16 + 1)
    content = content[:size]
    kept = await store.put(content)
    assert kept.size == size
    assert await store.get(kept.sha256) == content
    (file,) = _files(folder)
    assert file.name == kept.sha256
    if size > 64:
        assert content[:64] not in file.read_bytes()


async def test_contents_kept_at_once_do_not_mix(store: ContentStore) -> None:
    """Scans and uploads that come together, some of them cancelled, each come back whole."""

    async def upload(content: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(content), 300_000):
            yield content[start : start + 300_000]

    contents = [bytes([number]) * (2 * MB + number) for number in range(12)]
    putting = [
        asyncio.create_task(store.put(upload(content) if number % 2 else content))
        for number, content in enumerate(contents)
    ]
    cancelled = [asyncio.create_task(store.put(upload(b"x" * 5 * MB))) for _ in range(4)]
    await putting[1]
    for task in cancelled:
        task.cancel()
    kept = await asyncio.gather(*putting)
    await asyncio.gather(*cancelled, return_exceptions=True)
    for stored, content in zip(kept, contents, strict=True):
        assert await store.get(stored.sha256) == content


async def test_the_same_content_is_kept_once(store: ContentStore, folder: Path) -> None:
    """A scan handed in a hundred times costs one file."""
    addresses = {(await store.put(b"scan")).sha256 for _ in range(3)}
    assert len(addresses) == 1
    assert len(_files(folder)) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "emptied",
        "cut",
        "last chunk gone",
        "first byte",
        "last byte",
        "longer",
        "swapped",
        "doubled",
        "other file",
        "gone",
    ],
)
async def test_what_was_tampered_with_does_not_open(
    store: ContentStore, folder: Path, damage: str
) -> None:
    """Cut, reordered, extended or changed content is refused by one typed error."""
    kept = await store.put(b"a" * MB + b"b" * MB + b"c")
    other = await store.put(b"another content")
    file = folder / kept.sha256[:2] / kept.sha256
    raw = file.read_bytes()
    chunks: list[bytes] = []
    rest = raw
    while rest:
        length = 4 + int.from_bytes(rest[:4], "big")
        chunks.append(rest[:length])
        rest = rest[length:]
    assert len(chunks) == 3
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(
            {
                "emptied": b"",
                "cut": raw[:-5],
                "last chunk gone": chunks[0] + chunks[1],
                "first byte": bytes([raw[0] ^ 1]) + raw[1:],
                "last byte": raw[:-1] + bytes([raw[-1] ^ 1]),
                "longer": raw + b"x",
                "swapped": chunks[1] + chunks[0] + chunks[2],
                "doubled": raw + raw,
                "other file": (folder / other.sha256[:2] / other.sha256).read_bytes(),
            }[damage]
        )
    with pytest.raises(EvidenceRefused):
        await store.get(kept.sha256)


async def test_another_keyring_opens_nothing(
    store: ContentStore, folder: Path, tmp_path: Path
) -> None:
    """Contents without their keyring are noise."""
    kept = await store.put(b"scan")
    other = ContentStore(folder, Sealer(Keyring.create(tmp_path / "other.json")))
    with pytest.raises(EvidenceRefused):
        await other.get(kept.sha256)


async def test_a_full_disk_leaves_nothing_behind(
    store: ContentStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typed error, no half file, and the same content can be kept once there is room."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StoreFull, match="No space left"):
            await store.put(b"scan")
    assert _files(folder) == []
    assert await store.get((await store.put(b"scan")).sha256) == b"scan"


@pytest.mark.parametrize("left", [0, 1, MB])
async def test_what_a_power_cut_left_is_kept_again(
    store: ContentStore, folder: Path, left: int
) -> None:
    """A name whose bytes never reached the disk does not pass for the content."""
    content = os.urandom(2 * MB)
    kept = await store.put(content)
    (file,) = _files(folder)
    os.truncate(file, left)
    assert await store.put(content) == kept
    assert await store.get(kept.sha256) == content


async def test_a_disk_that_takes_no_more_keeps_nothing(
    store: ContentStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That there is no room may show only when the bytes are to be durable: nothing stays under the address."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    await store.put(b"first")
    before = _files(folder)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StoreFull):
            await store.put(b"second")
    assert _files(folder) == before


async def test_a_file_in_the_folders_place_is_a_typed_error(
    store: ContentStore, folder: Path
) -> None:
    """Whatever stands in the way, the desk gets a sentence."""
    _block(folder)
    with pytest.raises(StoreFull):
        await store.put(b"scan")
    with pytest.raises(EvidenceRefused):
        await store.get("0" * 64)


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=200))
def test_noise_is_refused(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    """No bytes make the reader fail in another way than by its own error, nor give content."""
    folder = tmp_path_factory.mktemp("noise")
    store = ContentStore(folder, Sealer(Keyring.create(folder / "keys.json")))
    (folder / "ab").mkdir()
    (folder / "ab" / ("ab" * 32)).write_bytes(noise)
    with pytest.raises(EvidenceRefused):
        asyncio.run(store.get("ab" * 32))


async def _pieces(content: bytes, size: int = 70_001) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("way", ["bytes", "file", "stream", "announced stream"])
@pytest.mark.parametrize("size", [0, 1, MB - 1, MB, MB + 1, 2 * MB, 3 * MB + 17])
async def test_every_way_in_keeps_the_same_file(
    store: ContentStore, folder: Path, tmp_path: Path, way: str, size: int
) -> None:
    """From memory, from a file or streamed: one address, one file, and the stream out gives it back in pieces."""
    content = os.urandom(size)
    digest = hashlib.sha256(content).hexdigest()
    (tmp_path / "scan").write_bytes(content)
    match way:
        case "bytes":
            kept = await store.put(content, size=size, sha256=digest.upper())
        case "file":
            kept = await store.put(tmp_path / "scan", size=size, sha256=digest)
        case "stream":
            kept = await store.put(_pieces(content))
        case _:
            kept = await store.put(_pieces(content), size=size, sha256=digest)
    assert (kept.sha256, kept.size) == (digest, size)
    assert [piece async for piece in store.stream(digest)] == [
        content[start : start + MB] for start in range(0, max(size, 1), MB)
    ]
    assert await store.put(content) == kept
    assert [file.name for file in _files(folder)] == [digest]


@pytest.mark.parametrize("stated", ["size", "sha256"])
@pytest.mark.parametrize("way", ["bytes", "file", "stream"])
async def test_an_upload_that_is_not_whole_is_refused(
    store: ContentStore, folder: Path, tmp_path: Path, way: str, stated: str
) -> None:
    """What arrived is not what was announced: refused with what to do, and nothing is left."""
    whole = os.urandom(2 * MB + 5)
    cut = whole[:-5]
    (tmp_path / "scan").write_bytes(cut)
    source: Any = {"bytes": cut, "file": tmp_path / "scan", "stream": _pieces(cut)}[way]
    size = len(whole) if stated == "size" else None
    digest = hashlib.sha256(whole).hexdigest() if stated == "sha256" else None
    with pytest.raises(EvidenceRefused, match="Send the file again"):
        await store.put(source, size=size, sha256=digest)
    assert _files(folder) == []


async def test_a_sender_who_is_gone_leaves_nothing(store: ContentStore, folder: Path) -> None:
    """A connection lost in the middle is the upload's failure, not the disk's."""

    async def lost() -> AsyncIterator[bytes]:
        yield b"x" * (MB + 1)
        raise ConnectionResetError

    with pytest.raises(EvidenceRefused, match="broke off"):
        await store.put(lost())
    assert _files(folder) == []


async def test_a_cancelled_upload_leaves_nothing(store: ContentStore, folder: Path) -> None:
    """The desk closes the window half-way."""
    begun = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * (MB + 1)
        begun.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(store.put(slow()))
    await begun.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert _files(folder) == []


@pytest.mark.parametrize("way", ["bytes", "file", "stream", "announced stream"])
async def test_the_check_reads_any_place_and_can_refuse(
    store: ContentStore, folder: Path, tmp_path: Path, way: str
) -> None:
    """Before it is kept a content is looked at as a file; what the look refuses is not kept."""
    content = os.urandom(2 * MB + 100)
    (tmp_path / "scan").write_bytes(content)
    seen: list[bytes] = []

    def look(file: BinaryIO, size: int) -> None:
        assert size == len(content)
        file.seek(-50, io.SEEK_END)
        seen.append(file.read())
        file.seek(MB - 3)
        seen.append(file.read(10))
        raise EvidenceRefused("no")

    digest = hashlib.sha256(content).hexdigest() if way.startswith("announced") else None
    source: Any = {"bytes": content, "file": tmp_path / "scan"}.get(way) or _pieces(content)
    with pytest.raises(EvidenceRefused, match="no"):
        await store.put(source, sha256=digest, check=look)
    assert seen == [content[-50:], content[MB - 3 : MB + 7]]
    assert _files(folder) == []


async def test_memory_stays_bounded(store: ContentStore) -> None:
    """64 MB in and out again take a few chunks of memory, not 64 MB."""
    block = os.urandom(MB)

    async def long() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield block

    tracemalloc.start()
    kept = await store.put(long())
    read = 0
    async for piece in store.stream(kept.sha256):
        read += len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == kept.size == 64 * MB
    assert peak < 16 * MB


async def test_parts_of_killed_uploads_are_cleaned(store: ContentStore, folder: Path) -> None:
    """A part of yesterday goes, one of a running upload stays."""
    await store.put(b"scan")
    old, young = folder / "parts" / "old.part", folder / "parts" / "young.part"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(old, (time.time() - 100_000,) * 2)
    assert await store.clean() == 1
    assert young.exists()
    assert not old.exists()


async def test_contents_that_nothing_names_are_swept(store: ContentStore) -> None:
    """What a refused transaction left goes; what is referred to stays, and so does what is young."""
    kept, orphan = await store.put(b"kept"), await store.put(b"orphan")

    async def known(_: object) -> set[str]:
        return {kept.sha256}

    assert await store.sweep(known, time.time() - 100) == 0
    assert await store.sweep(known, time.time() + 100) == 1
    assert await store.get(kept.sha256) == b"kept"
    with pytest.raises(EvidenceRefused, match="missing"):
        await store.get(orphan.sha256)
