"""The demo's data folder: what day it plays, and a lock so that two demos do not share it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click

_FORMAT: Final = 1
_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder and the morning in it. Dossier codes follow from day, seed and index, so a killed demo finds its cases again."""

    path: Path
    day: str
    """``yyMMdd``, the day in the dossier codes."""
    seed: int
    cases: int
    resumed: bool
    """Whether a demo was here before."""

    @property
    def state(self) -> Path:
        """The sandbox's folder."""
        return self.path / "sandbox"

    @property
    def ready(self) -> Path:
        """The sandbox's ready file."""
        return self.path / "sandbox.json"

    @property
    def log(self) -> Path:
        """The sandbox's output."""
        return self.path / "sandbox.log"

    @property
    def config(self) -> Path:
        """The library's configuration file."""
        return self.path / "lienthong.toml"

    def remove(self) -> None:
        """Removes the folder; only ever called on one that we made."""
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def opened(path: Path, *, seed: int, cases: int, fresh: bool) -> Iterator[Folder]:
    """The folder, made or found again, ours alone for the length of the block.

    Raises:
        ClickException: It is not a demo's, holds another morning, or another demo runs in it.
    """
    marker = path / "demo.json"
    if path.exists() and not marker.exists() and any(path.iterdir()):
        msg = (
            f"{path} is not empty and not a demo's folder; name another one with --data / "
            f"thư mục {path} có dữ liệu khác, hãy chọn thư mục khác bằng --data"
        )
        raise click.ClickException(msg)
    path.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        if fresh:
            _empty(path)
        folder = _found(path, marker, seed, cases) if marker.exists() else None
        if folder is None:
            day = f"{datetime.now(_VIETNAM):%y%m%d}"
            body = {"format": _FORMAT, "day": day, "seed": seed, "cases": cases}
            part = marker.with_suffix(".part")
            part.write_text(json.dumps(body), encoding="utf-8")
            part.replace(marker)
            folder = Folder(path, day, seed, cases, resumed=False)
        yield folder


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            msg = (
                f"another demo runs in {path}; wait for it or name another folder with --data / "
                f"một lần chạy thử khác đang dùng {path}"
            )
            raise click.ClickException(msg) from None
        yield
    finally:
        os.close(handle)


def _empty(path: Path) -> None:
    for item in path.iterdir():
        if item.name == "lock":
            continue
        if item.is_dir():
            shutil.rmtree(item, ignore_errors=True)
        else:
            item.unlink(missing_ok=True)


def _found(path: Path, marker: Path, seed: int, cases: int) -> Folder:
    try:
        body = json.loads(marker.read_text("utf-8"))
        kept = (body["format"], body["seed"], body["cases"])
        day = str(body["day"])
    except (OSError, ValueError, KeyError):
        kept, day = (0, 0, 0), ""
    if kept != (_FORMAT, seed, cases):
        msg = (
            f"{path} holds another morning (other seed or number of cases); add --fresh to start over / "
            f"{path} đang giữ một lần chạy thử khác, thêm --fresh để làm lại từ đầu"
        )
        raise click.ClickException(msg)
    return Folder(path, day, seed, cases, resumed=True)
