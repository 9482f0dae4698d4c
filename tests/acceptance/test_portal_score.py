"""``lienthong report 766 --portal``: the portal's points beside ours, over TLS from a sandbox."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ended, RunningSandbox

Run = Callable[..., Ended]


@pytest.fixture
def config(sandbox: RunningSandbox) -> str:
    """The sandbox's configuration with the portal as anybody sees it."""
    file = Path(sandbox.config)
    hub = tomllib.loads(file.read_text("utf-8"))["systems"]["operations_centre"]
    with file.open("a", encoding="utf-8") as more:
        more.write(
            '\n[systems.portal]\nconnector = "operations_centre"\ndialect = "public"\n'
            f'url = "{hub["url"]}/api/v1"\nca = "{hub["ca"]}"\nchannel = {{ kind = "open" }}\n'
        )
    return str(file)


def test_the_portals_points_stand_beside_ours(
    lienthong: Run, sandbox: RunningSandbox, config: str
) -> None:
    """One row per group and the sum, each with the difference; the call is audited without a case."""
    asked = ("report", "766", "--period", "2026", "--portal", "portal", "-c", config)
    ended = lienthong(*asked, "--json")
    assert ended.code == 0, ended.err
    sheet = ended.body["sheets"][-1]
    assert sheet["columns"] == ["Mã", "Nhóm chỉ số", "Của ta", "Trên Cổng", "Chênh lệch"]
    rows = [row[0] for row in sheet["rows"]]
    assert rows == ["CKMB", "TDGQ", "CLGQ", "TTTT", "MDSH", "MDHL", ""]
    for row in sheet["rows"]:
        ours, theirs, gap = (float(value) for value in row[2:])
        assert gap == pytest.approx(theirs - ours)
    assert "SO VỚI ĐIỂM CỔNG" in lienthong(*asked).out


def test_what_cannot_be_compared_is_said(
    lienthong: Run, sandbox: RunningSandbox, config: str
) -> None:
    """A portal that is down, a half year, a unit, another report, a system that is no public page."""
    sandbox.fault("operations_centre", outage="refused")
    base = ("-c", config, "--portal", "portal")
    down = lienthong("report", "766", *base)
    assert (down.code, down.out) == (2, "")
    assert "Chưa lấy được điểm mà Cổng công khai" in down.err
    assert lienthong("report", "766", *base[:2]).code == 0
    half = lienthong("report", "766", "--period", "2026-H2", *base)
    assert "năm, quý hoặc tháng" in half.err
    assert "--unit" in lienthong("report", "766", "--unit", "H31.14", *base).err
    assert "766" in lienthong("report", "II.06a", *base).err
    other = lienthong("report", "766", *base[:2], "--portal", "operations_centre")
    assert other.code != 0
    assert "Hệ thống quốc gia này không cung cấp" in other.err
