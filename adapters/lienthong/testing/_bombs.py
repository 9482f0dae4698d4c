"""Checks of what is too much: compressed bombs, a million elements, nesting without end, more than the limit."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from functools import cache
from typing import Any, Final, Self

import orjson

from lienthong.interface import CallFailed, ReplyUnreadable

from ._bench import Bench, Failed
from ._checks import check

_ELEMENTS: Final = 1_000_000
_LONGEST_S: Final = 15.0
_MOST_MB: Final = 600


@cache
def _compressed() -> bytes:
    """One megabyte on the wire, one gigabyte unpacked: a chain of gzip members."""
    return gzip.compress(bytes(1 << 20)) * 1024


def _stretched(value: Any) -> Any:
    """The value with every list a million elements long."""
    if isinstance(value, dict):
        return {key: _stretched(item) for key, item in value.items()}
    return [None] * _ELEMENTS if isinstance(value, list) else value


def _million(body: bytes) -> bytes:
    """A million elements wherever the answer can hold several, else in its place; below the limit of the body."""
    if body.lstrip().startswith(b"<"):
        head, end, tail = body.rpartition(b"</")
        return head + b"<x/>" * _ELEMENTS + end + tail
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    long = orjson.dumps(_stretched(value))
    return long if _ELEMENTS < len(long) < 8_000_000 else b"[" + b"0," * (_ELEMENTS - 1) + b"0]"


class _Memory:
    """How much memory a block of code takes at most, in MB."""

    def __enter__(self) -> Self:
        self._stop = not tracemalloc.is_tracing()
        tracemalloc.start()
        tracemalloc.reset_peak()
        self._before = tracemalloc.get_traced_memory()[0]
        return self

    def __exit__(self, *_: object) -> None:
        peak = tracemalloc.get_traced_memory()[1]
        if self._stop:
            tracemalloc.stop()
        self.mb = (peak - self._before) >> 20


@check("compressed-bomb")
async def _bomb(bench: Bench) -> None:
    """A compressed answer, which nobody asked for, is refused and not unpacked: here it holds a gigabyte."""
    bomb: dict[str, Any] = {"body": _compressed(), "headers": {"content-encoding": "gzip"}}
    with _Memory() as used:
        error = await bench.failure(**bomb)
    if not isinstance(error, ReplyUnreadable):
        raise Failed(f"ended as {type(error).__name__}")
    if used.mb > _MOST_MB:
        raise Failed(f"took {used.mb} MB")


@check("million-elements")
async def _elements(bench: Bench) -> None:
    """A list of a million elements ends as an outcome or a typed error, within 15 seconds and 600 MB."""
    started = time.monotonic()
    with _Memory() as used:
        try:
            await bench.ask(reshape=_million)
        except CallFailed:
            pass
        except Exception as error:
            raise Failed(f"ended as an untyped {type(error).__name__}") from error
    if (seconds := time.monotonic() - started) > _LONGEST_S:
        raise Failed(f"took {seconds:.0f} s")
    if used.mb > _MOST_MB:
        raise Failed(f"took {used.mb} MB")
