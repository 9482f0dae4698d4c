"""Targets, maxima and readings as data; periods; the hand-over of figures."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from lienthong.interface import ConfigurationError, InvalidRequest
from lienthong.reporting import (
    SIGNATURE,
    Figure,
    FileSink,
    HandoverFailed,
    HttpSink,
    Indicators,
    IndicatorsInvalid,
    Period,
    Sheet,
    csv_text,
    sinks,
)
from lienthong.settings import ReportingSettings

FOLDER = Path(__file__).parents[3] / "config" / "indicators"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
KEY = b"0123456789abcdef0123456789abcdef"
FIGURES = [Figure("766", "H31", "month", "2026-11", "ON_TIME", "97.5", "%", "draft")]


def test_every_choice_of_readings_adds_up_to_a_hundred() -> None:
    """Each choice of each reading keeps the groups' maxima: 18, 20, 12, 10, 22, 18."""
    definition = Indicators.load().index766
    assert [group.max for group in definition.group] == [18, 20, 12, 10, 22, 18]
    for reading in definition.reading:
        for choice in reading.choices:
            chosen = definition.chosen({reading.name: choice.id})
            assert sum(indicator.max for indicator in chosen.indicators) == 100
            assert chosen.stated[reading.name] == choice.id
            assert choice.source


def test_an_unknown_reading_is_refused_with_those_there_are() -> None:
    """A typing mistake in a reading is no silent default."""
    with pytest.raises(InvalidRequest, match="one_line"):
        Indicators.load().index766.chosen({"online": "both"})
    with pytest.raises(InvalidRequest, match="supplement"):
        Indicators.load().index766.chosen({"onlin": "portal"})


def test_points_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    """Whoever edits a maximum is told which group is wrong."""
    shutil.copytree(FOLDER, tmp_path / "indicators")
    file = tmp_path / "indicators" / "index766.toml"
    file.write_text(file.read_text("utf-8").replace("max = 20\n", "max = 21\n", 1), "utf-8")
    with pytest.raises(IndicatorsInvalid, match="TDGQ"):
        Indicators.load(tmp_path / "indicators")


def test_targets_of_the_plan_by_both_readings() -> None:
    """50 / 40 / 35 % in 2022, then +20 points a year or 20 % on the year before, never above 100."""
    results = Indicators.load().digitisation.indicator[0]
    points = [results.target("province", year, "points") for year in range(2021, 2026)]
    assert points == [None, 50, 70, 90, 100]
    assert results.target("commune", 2024, "relative") == Decimal("50.4")


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "2026-H3", "26-11", "2026-02-30"])
def test_malformed_periods_are_refused(text: str) -> None:
    """Nobody gets a report of a period that was not asked for."""
    with pytest.raises(InvalidRequest, match="2026-Q4"):
        Period.parse(text)


@pytest.mark.parametrize("text", ["2026", "2026-H2", "2026-Q4", "2026-12", "2026-12-31"])
def test_periods_end_at_midnight_in_vietnam(text: str) -> None:
    """The end of December is 17:00 UTC, whatever the kind of period."""
    period = Period.parse(text)
    assert str(period) == text
    assert period.end == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert period.previous.end == period.start


def test_csv_runs_no_formula() -> None:
    """Text that begins like a formula stays text in a spreadsheet."""
    sheet = Sheet(title="=1+1", subtitle="", head=("A",), rows=(("@x",), (-1,)))
    assert "\n'@x\r" in csv_text([sheet])
    assert "\n-1\r" in csv_text([sheet])


def test_the_file_drop_is_signed_and_lands_once(tmp_path: Path) -> None:
    """The same figures make the same file, and the signature beside it is that of its bytes."""
    sink = FileSink(tmp_path, KEY, lambda: NOW)
    first = Path(asyncio.run(sink.hand_over(FIGURES)))
    assert Path(asyncio.run(sink.hand_over(FIGURES))) == first
    assert len(list(tmp_path.iterdir())) == 2
    signature = first.with_name(f"{first.name}.sha256").read_text()
    assert signature == hmac.new(KEY, first.read_bytes(), hashlib.sha256).hexdigest()
    assert json.loads(first.read_bytes())["figures"][0]["value"] == "97.5"


class Receiver:
    """A reporting system on loopback that answers as told and keeps what arrived."""

    def __init__(self) -> None:
        self.status = 202
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.partition(":")[2])
            for line in head.lower().splitlines()
            if line.startswith("content-length")
        )
        self.heads.append(head.lower())
        self.bodies.append(await reader.readexactly(length))
        writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A running receiver."""
    found = Receiver()
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/figures"
    async with server:
        yield found


async def test_the_push_carries_the_signature_of_its_body(receiver: Receiver) -> None:
    """The far side can check who sent it; another answer than 2xx is a failure that says so."""
    sink = HttpSink(receiver.url, KEY, lambda: NOW)
    assert await sink.hand_over(FIGURES) == "202"
    signature = hmac.new(KEY, receiver.bodies[0], hashlib.sha256).hexdigest()
    assert f"{SIGNATURE}: sha256={signature}" in receiver.heads[0]
    receiver.status = 500
    with pytest.raises(HandoverFailed, match="500"):
        await sink.hand_over(FIGURES)


def test_a_sink_without_a_proper_key_is_refused(tmp_path: Path) -> None:
    """Nothing is handed over unsigned, or signed with a key that can be guessed."""
    assert sinks(ReportingSettings(), lambda: NOW) == []
    with pytest.raises(ConfigurationError, match="sink_key"):
        sinks(ReportingSettings(sink_folder=tmp_path), lambda: NOW)
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(ConfigurationError, match="16 bytes"):
        sinks(ReportingSettings(sink_folder=tmp_path, sink_key=tmp_path / "key"), lambda: NOW)
