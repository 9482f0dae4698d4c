"""Contents in an S3-compatible object store, over real sockets: sealed, streamed, whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from lienthong.guard import Keyring, Sealer
from lienthong.interface import ConfigurationError
from lienthong.onceonly import ContentStore, EvidenceRefused
from lienthong.storage import StoreUnavailable

MB = 1 << 20


@dataclass(frozen=True)
class Objects:
    """The server and a client of its own."""

    url: str
    client: Any

    def names(self) -> list[str]:
        """Every object of the bucket."""
        return sorted(
            str(item.object_name) for item in self.client.list_objects("papers", recursive=True)
        )


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 server on loopback."""
    server = import_module("moto.server").ThreadedMotoServer(
        ip_address="127.0.0.1", port=0, verbose=False
    )
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def objects(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    """An empty bucket."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client = import_module("minio").Minio(
        server.removeprefix("http://"), "key", "secret", secure=False, region="us-east-1"
    )
    client.make_bucket("papers")
    yield Objects(f"s3://papers/desk?endpoint={server}", client)
    for item in client.list_objects("papers", recursive=True):
        client.remove_object("papers", item.object_name)
    client.remove_bucket("papers")


@pytest.fixture
def store(objects: Objects, tmp_path: Path) -> ContentStore:
    """The store behind the setting."""
    sealer = Sealer(Keyring.create(tmp_path / "keys.json"))
    return ContentStore.open(objects.url, sealer, "key", "secret")


def _files(folder: Path, pattern: str) -> list[Path]:
    return list(folder.rglob(pattern))


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 70_001):
        yield content[start : start + 70_001]


@pytest.mark.parametrize("size", [0, 1, MB, 3 * MB + 17, 9 * MB])
@pytest.mark.parametrize("way", ["bytes", "file", "stream"])
async def test_every_way_in_and_out(
    store: ContentStore, objects: Objects, tmp_path: Path, way: str, size: int
) -> None:
    """Small and in several parts: one object, sealed, under its hash; it comes back whole and in pieces."""
    content = os.urandom(size)
    (tmp_path / "scan").write_bytes(content)
    source: Any = {"bytes": content, "file": tmp_path / "scan"}.get(way, _pieces(content))
    kept = await store.put(source)
    digest = hashlib.sha256(content).hexdigest()
    assert (kept.sha256, kept.size) == (digest, size)
    assert objects.names() == [f"desk/{digest[:2]}/{digest}"]
    assert await store.get(digest) == content
    assert b"".join([piece async for piece in store.stream(digest)]) == content
    assert await store.put(content) == kept
    assert _files(tmp_path, "*.part") == []


async def test_nothing_of_a_refused_upload_arrives(store: ContentStore, objects: Objects) -> None:
    """An upload that is not whole leaves no object."""
    with pytest.raises(EvidenceRefused, match="Send the file again"):
        await store.put(_pieces(b"x" * MB), size=MB + 1)
    assert objects.names() == []


async def test_what_was_changed_there_does_not_open(store: ContentStore, objects: Objects) -> None:
    """Whoever runs the object store can neither read nor change a paper."""
    kept = await store.put(b"a paper of somebody" * 100)
    (name,) = objects.names()
    answer = objects.client.get_object("papers", name)
    raw = answer.read()
    answer.close()
    answer.release_conn()
    assert b"somebody" not in raw
    with (Path(tempfile.gettempdir()) / "changed").open("wb") as file:
        file.write(raw[:-1] + bytes([raw[-1] ^ 1]))
    objects.client.fput_object("papers", name, file.name)
    with pytest.raises(EvidenceRefused, match="changed"):
        await store.get(kept.sha256)
    objects.client.remove_object("papers", name)
    with pytest.raises(EvidenceRefused, match="missing"):
        await store.get(kept.sha256)


async def test_it_comes_in_pieces(store: ContentStore) -> None:
    """However long a content is, it is handed out in pieces of a megabyte."""
    block = os.urandom(MB)

    async def long() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield block

    kept = await store.put(long())
    read = 0
    async for piece in store.stream(kept.sha256):
        read = max(read, len(piece))
    assert read == MB


async def test_a_store_that_does_not_answer_is_a_typed_error(tmp_path: Path) -> None:
    """Nobody listens, or the bucket is not there: a sentence for the operator, no part left."""
    sealer = Sealer(Keyring.create(tmp_path / "keys.json"))
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    gone = ContentStore.open(f"s3://papers?endpoint=http://127.0.0.1:{port}", sealer, "a", "b")
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await gone.put(b"scan")


async def test_a_missing_bucket_is_a_typed_error(objects: Objects, tmp_path: Path) -> None:
    """The bucket is misspelt."""
    sealer = Sealer(Keyring.create(tmp_path / "keys.json"))
    url = objects.url.replace("papers", "nothing")
    with pytest.raises((StoreUnavailable, EvidenceRefused)):
        await ContentStore.open(url, sealer, "key", "secret").put(b"scan")


@pytest.mark.parametrize("url", ["s3://papers", "s3:///x?endpoint=http://h", "s3://b?endpoint=h:9"])
def test_a_wrong_url_is_a_mistake_of_the_configuration(url: str, tmp_path: Path) -> None:
    """The message shows how one is written."""
    with pytest.raises(ConfigurationError, match="endpoint"):
        ContentStore.open(url, Sealer(Keyring.create(tmp_path / "keys.json")))
