"""Reads lists that come in pages, without gaps or repeats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lienthong.interface import NotLicensed, ReplyUnreadable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list."""

    rows: tuple[T, ...]
    total: int | None = None
    """Rows of the whole list, where the far side says so; a number of this page only does no harm."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is read.

    Attributes:
        system: Name of the system, for errors.
        service: Service that is asked.
        size: Rows asked for per page.
        most: Longest list that is read.
    """

    system: str
    service: str
    size: int
    most: int

    async def read(
        self,
        fetch: Callable[[int], Awaitable[Page[T] | NotLicensed]],
        key: Callable[[T], Hashable | None],
    ) -> tuple[T, ...] | NotLicensed:
        """All rows in the order of the list, each once; or that we may not ask for them.

        Ends with a page that is not full, unless the list says that there is more: a far side may cut pages shorter than
        asked, and no longest page is published (population page B1). Rows that moved between two pages come once.

        Args:
            fetch: Gets the page that begins after so many rows.
            key: What makes a row the same as another; ``None`` when nothing does.

        Raises:
            ReplyUnreadable: The list is longer than ``most``, or a whole page holds nothing new.
        """
        found: list[T] = []
        seen: set[Hashable] = set()
        offset = 0
        while True:
            page = await fetch(offset)
            if isinstance(page, NotLicensed):
                return page
            fresh = [row for row in page.rows if _first_time(key(row), seen)]
            found += fresh
            offset += len(page.rows)
            if len(found) > self.most:
                raise self._unreadable(f"the list has more than {self.most} rows")
            full = len(page.rows) >= self.size
            if not page.rows or not (full or (page.total or 0) > offset):
                return tuple(found)
            if not fresh:
                raise self._unreadable("a page of the list holds nothing but rows of earlier pages")

    def _unreadable(self, problem: str) -> ReplyUnreadable:
        return ReplyUnreadable(self.system, self.service, problem, retryable=False)


def _first_time(key: Hashable | None, seen: set[Hashable]) -> bool:
    if key is None:
        return True
    if key in seen:
        return False
    seen.add(key)
    return True
