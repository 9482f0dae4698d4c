"""Lists in pages: without gaps, without repeats, and never for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.interface import NotLicensed, ReplyUnreadable
from lienthong_connectors.channels import Page, Paging


class FarSide:
    """A list with the habits of different far sides."""

    def __init__(
        self, rows: int, *, longest: int = 10**6, overlap: int = 0, total: str = "none"
    ) -> None:
        self.rows = list(range(rows))
        self.longest = longest
        self.overlap = overlap
        self.total = total
        self.asked: list[int] = []

    async def fetch(self, offset: int, size: int) -> Page[int] | NotLicensed:
        self.asked.append(offset)
        start = max(offset - self.overlap, 0) if offset else 0
        rows = tuple(self.rows[start : start + min(size, self.longest)])
        totals = {"none": None, "page": len(rows), "all": len(self.rows)}
        return Page(rows, totals[self.total])


async def read(side: FarSide, size: int, most: int = 10_000) -> tuple[int, ...]:
    """All rows of a far side."""
    paging = Paging("business", "list", size=size, most=most)
    rows = await paging.read(lambda offset: side.fetch(offset, size), lambda row: row)
    assert not isinstance(rows, NotLicensed)
    return rows


@given(
    rows=st.integers(0, 60),
    size=st.integers(1, 20),
    total=st.sampled_from(["none", "page", "all"]),
)
async def test_every_row_once(rows: int, size: int, total: str) -> None:
    """Whatever the lengths, and whatever the total says, each row comes once and in order."""
    side = FarSide(rows, total=total)
    assert await read(side, size) == tuple(range(rows))
    assert len(side.asked) <= rows // size + 1


@given(
    rows=st.integers(0, 60), size=st.integers(4, 20), overlap=st.integers(0, 3),
    total=st.sampled_from(["none", "page"]),
)  # fmt: skip
async def test_rows_that_moved_come_once(rows: int, size: int, overlap: int, total: str) -> None:
    """Pages that begin early lose nothing and repeat nothing."""
    assert await read(FarSide(rows, overlap=overlap, total=total), size) == tuple(range(rows))


async def test_pages_shorter_than_asked_are_no_end_when_the_total_says_so() -> None:
    """A far side that cuts pages at 50 does not make us stop at 50 of 120."""
    side = FarSide(120, longest=50, total="all")
    assert await read(side, 100) == tuple(range(120))
    assert side.asked == [0, 50, 100]


async def test_a_far_side_that_ignores_the_offset_is_noticed() -> None:
    """The same full page again and again is an error, not an endless loop."""
    side = FarSide(30, overlap=10**6)
    with pytest.raises(ReplyUnreadable, match="rows of earlier pages") as caught:
        await read(side, 10)
    assert not caught.value.retryable
    assert len(side.asked) == 2


async def test_a_list_that_is_too_long_is_refused() -> None:
    """Memory is bounded: one page beyond the limit, then an error."""
    side = FarSide(10_000)
    with pytest.raises(ReplyUnreadable, match="more than 50 rows"):
        await read(side, 20, most=50)
    assert len(side.asked) == 3


async def test_rows_without_a_key_all_count() -> None:
    """Rows that nothing tells apart are all kept."""
    side = FarSide(3)
    paging = Paging("business", "list", size=10, most=10)
    rows = await paging.read(lambda offset: side.fetch(offset, 10), lambda row: None)
    assert rows == (0, 1, 2)


async def test_what_we_may_not_read_is_an_outcome() -> None:
    """NotLicensed on any page ends the list as that."""
    refusal = NotLicensed("business", "list", "HTTP 403")

    async def fetch(offset: int) -> Page[int] | NotLicensed:
        return refusal if offset else Page((1, 2))

    paging = Paging("business", "list", size=2, most=10)
    assert await paging.read(fetch, lambda row: row) is refusal
