"""Where sealed contents lie: a folder, or a bucket of an S3-compatible object store. Both hold whole contents only."""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol, Self
from urllib.parse import parse_qs, urlsplit

from lienthong.interface import ConfigurationError
from lienthong.storage import StoreFull, StoreUnavailable

from ._content_chunks import Readable

_PARTS: Final = "parts"
_PART: Final = ".part"
_PIECE: Final = 8 << 20
"""Size of one part of an upload, bytes: the memory that a content of any size takes on its way to the bucket."""


class Missing(Exception):
    """No content has this address."""


class Place(Protocol):
    """Holds sealed contents by address. Every method blocks."""

    def part(self) -> Path:
        """A new file, on a local disk, to write a content into before its place is known."""
        ...

    def holds(self, address: str, size: int) -> bool:
        """Whether a content is there, whole and durable; ``size`` is that of the sealed file."""
        ...

    def keep(self, part: Path, address: str) -> None:
        """Puts a finished part at its address, durable when this returns."""
        ...

    def open(self, address: str) -> AbstractContextManager[Readable]:
        """A content to read from its beginning.

        Raises:
            Missing: There is none.
        """
        ...

    def remove(self, address: str) -> None:
        """Removes a content."""
        ...

    def contents(self) -> Iterator[tuple[str, float]]:
        """Every address, and when it was kept (seconds since 1970)."""
        ...

    def parts(self) -> Path:
        """The folder of the unfinished parts."""
        ...


class Folder:
    """A folder: two levels, the first named by the first byte of the address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = False

    def part(self) -> Path:
        """As :class:`Place`; on the same disk, so that keeping it is a rename."""
        self._make()
        return _new_part(self.parts())

    def holds(self, address: str, size: int) -> bool:
        """As :class:`Place`. A power cut while a content was kept leaves its name with fewer bytes: it is kept again."""
        place = self._path(address)
        with suppress(FileNotFoundError, NotADirectoryError):
            if place.stat().st_size == size:
                _sync(place)  # somebody may be keeping it this very moment
                return True
        return False

    def keep(self, part: Path, address: str) -> None:
        """As :class:`Place`.

        Named first and made durable then: renaming changes the file too, so a journalling file system (ext4, XFS, btrfs) has
        bytes and name on the disk after one commit, and on a busy disk commits are most of what keeping costs.
        """
        place = self._path(address)
        part.replace(place)
        try:
            _sync(place)
        except OSError:
            place.unlink(missing_ok=True)
            raise

    @contextmanager
    def open(self, address: str) -> Iterator[Readable]:
        """As :class:`Place`."""
        try:
            file = self._path(address).open("rb")
        except OSError as error:
            raise Missing from error
        with file:
            yield file

    def remove(self, address: str) -> None:
        """As :class:`Place`."""
        self._path(address).unlink(missing_ok=True)

    def contents(self) -> Iterator[tuple[str, float]]:
        """As :class:`Place`."""
        for file in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                yield file.name, file.stat().st_mtime

    def parts(self) -> Path:
        """As :class:`Place`."""
        return self._folder / _PARTS

    def _path(self, address: str) -> Path:
        return self._folder / address[:2] / address

    def _make(self) -> None:
        """Makes all levels at once: one by one, a process would wait for the disk a second time at nearly every content."""
        if not self._ready:
            for name in (_PARTS, *(f"{number:02x}" for number in range(256))):
                (self._folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync(self._folder)
            self._ready = True


class Bucket:
    """A bucket of an S3-compatible object store. What is written was sealed here: the store sees noise."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._spool = Path(tempfile.gettempdir()) / f"lienthong-parts-{os.getuid()}"

    @classmethod
    def from_url(cls, url: str, access_key: str, secret_key: str) -> Self:
        """The bucket behind ``s3://bucket/prefix?endpoint=https://host:port&region=…``. Connects when first used.

        Args:
            url: Where it is. Without ``region`` it is ``us-east-1``, which stores other than Amazon's ignore.
            access_key: Who we are.
            secret_key: The secret of that account.

        Raises:
            ConfigurationError: The URL is wrong, or the package for it is not installed.
        """
        address = urlsplit(url)
        asked = parse_qs(address.query)
        endpoint = urlsplit(asked.get("endpoint", [""])[0])
        if not address.netloc or endpoint.scheme not in {"http", "https"} or not endpoint.netloc:
            raise ConfigurationError(
                "store.content: write an object store as s3://bucket/prefix?endpoint=https://host:port."
            )
        try:
            from minio import Minio  # noqa: PLC0415  # optional, and slow to import
            from urllib3 import PoolManager, Retry, Timeout  # noqa: PLC0415  # comes with minio
        except ImportError as error:
            raise ConfigurationError(
                "store.content names an object store; install lienthong[s3] for it, or name a folder."
            ) from error
        client = Minio(
            endpoint.netloc,
            access_key=access_key or None,
            secret_key=secret_key or None,
            secure=endpoint.scheme == "https",
            # Given, so that no call is spent on asking for it.
            region=asked.get("region", ["us-east-1"])[0],
            # A desk is waiting: the client's own settings would try for minutes.
            http_client=PoolManager(
                timeout=Timeout(connect=3, read=60),
                retries=Retry(total=1, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
                ssl_context=ssl.create_default_context(),
            ),
        )
        return cls(client, address.netloc, address.path.strip("/"))

    def part(self) -> Path:
        """As :class:`Place`; in the folder for temporary files, sealed like everything."""
        self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _new_part(self._spool)

    def holds(self, address: str, size: int) -> bool:
        """As :class:`Place`: an object is whole or not there."""
        del size
        with _answers(absent=True) as found:
            self._client.stat_object(self._bucket, self._name(address))
            found.append(True)
        return bool(found)

    def keep(self, part: Path, address: str) -> None:
        """As :class:`Place`: an object exists only once its last part has arrived."""
        with _answers():
            self._client.fput_object(
                self._bucket,
                self._name(address),
                str(part),
                part_size=_PIECE,
                num_parallel_uploads=1,
            )
        part.unlink(missing_ok=True)

    @contextmanager
    def open(self, address: str) -> Iterator[Readable]:
        """As :class:`Place`."""
        with _answers(absent=True) as found:
            found.append(self._client.get_object(self._bucket, self._name(address)))
        if not found:
            raise Missing
        try:
            with _answers():
                yield found[0]
        finally:
            found[0].close()
            found[0].release_conn()

    def remove(self, address: str) -> None:
        """As :class:`Place`."""
        with _answers():
            self._client.remove_object(self._bucket, self._name(address))

    def contents(self) -> Iterator[tuple[str, float]]:
        """As :class:`Place`."""
        with _answers():
            for item in self._client.list_objects(
                self._bucket, prefix=self._prefix, recursive=True
            ):
                yield item.object_name.rpartition("/")[2], item.last_modified.timestamp()

    def parts(self) -> Path:
        """As :class:`Place`."""
        return self._spool

    def _name(self, address: str) -> str:
        return f"{self._prefix}{address[:2]}/{address}"


def clean_parts(place: Place, older_than_s: float) -> int:
    """Removes what an upload left behind that was killed; how many there were."""
    until, removed = time.time() - older_than_s, 0
    for file in place.parts().glob(f"*{_PART}"):
        with suppress(OSError):
            if file.stat().st_mtime < until:
                file.unlink()
                removed += 1
    return removed


def _sync(path: Path) -> None:
    """Makes the bytes of a file, or the names in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _new_part(folder: Path) -> Path:
    return folder / f"{secrets.token_hex(8)}{_PART}"


@contextmanager
def _answers(*, absent: bool = False) -> Iterator[list[Any]]:
    """Turns the failures of the object store into ours; with ``absent``, a missing object leaves the list empty."""
    from minio.error import MinioException, S3Error  # noqa: PLC0415  # optional
    from urllib3.exceptions import HTTPError  # noqa: PLC0415  # comes with minio

    try:
        yield []
    except S3Error as error:
        if absent and error.code in {"NoSuchKey", "NoSuchObject"}:
            return
        if error.code in {"XMinioStorageFull", "QuotaExceeded", "EntityTooLarge"}:
            raise StoreFull(
                f"The object store of store.content has no room ({error.code}). Free space or raise its quota."
            ) from None
        raise StoreUnavailable(
            f"The object store of store.content refused ({error.code}). Check bucket, account and rights."
        ) from None
    except (MinioException, HTTPError, OSError) as error:
        raise StoreUnavailable(
            f"The object store of store.content does not answer ({type(error).__name__}). Check its endpoint."
        ) from None
