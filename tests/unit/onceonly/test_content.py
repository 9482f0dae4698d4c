"""The content store: encrypted, addressed by hash, each content once, and nothing that was tampered with opens."""

from __future__ import annotations

import os
from pathlib import Path

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
        store._get("ab" * 32)
