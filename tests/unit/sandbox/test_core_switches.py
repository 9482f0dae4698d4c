"""The switches: all listed, none undeclared, impossible values refused, and those of no system's own test."""

from __future__ import annotations

import ast
import re
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from lienthong_sandbox import Fault, FaultError, Sandbox
from lienthong_sandbox._introduction import introduction
from lienthong_sandbox._switches import SWITCHES
from lienthong_sandbox.personas import load_personas

SOURCES = Path(str(files("lienthong_sandbox") / "systems"))
NAMES = [(system, switch.name) for system, switches in SWITCHES.items() for switch in switches]
WHO = load_personas()["nguyen-an"].declared


def source(system: str) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (SOURCES / system).glob("*.py"))


@pytest.mark.parametrize(("system", "name"), NAMES)
def test_every_switch_is_read_and_documented(system: str, name: str) -> None:
    """A declared switch stands in its system's code, or the wrapper's before it, and in a docstring there."""
    text = source(system) + (SOURCES.parent / "_thainguyen.py").read_text(encoding="utf-8")
    assert f'"{name}"' in text
    assert f"``{name}``" in text


@pytest.mark.parametrize("system", SWITCHES)
def test_every_setting_is_declared(system: str) -> None:
    """Whatever a system reads from its settings is a declared switch, with the same default."""
    declared = {switch.name: switch.default for switch in SWITCHES[system]}
    for name, default in re.findall(r'settings\.get\("(\w+)"(?:, (\(\)|[^)]+))?\)', source(system)):
        assert name in declared
        if default:
            assert default == repr(declared[name]).replace("'", '"')


def test_defaults_are_among_the_choices() -> None:
    """No switch begins with a value that could not be set."""
    for switches in SWITCHES.values():
        for switch in switches:
            assert switch.fault(switch.default) == ""
            assert switch.meaning


def test_every_doubt_has_a_row_and_a_test() -> None:
    """The page of traps names every doubt's switch, and beside it a test that turns it."""
    bodies = dict[str, str]()
    for file in Path(__file__).parent.glob("test_*.py"):
        lines = file.read_text(encoding="utf-8").splitlines()
        for node in ast.parse("\n".join(lines)).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min(one.lineno for one in (node, *node.decorator_list))
                bodies[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    page = Path(__file__).parents[3] / "docs" / "sandbox-traps.md"
    turned = set[str]()
    for row in page.read_text(encoding="utf-8").splitlines():
        names = re.findall(r"`(\w+)`", row) if row.startswith("| ") else []
        tests = [name for name in names if name.startswith("test_")]
        text = "".join(bodies[name] for name in tests)
        for name in set(names) - set(tests):
            turned.add(name)
            assert name in dir(Fault) or re.search(rf"\b{name}\b", text), name
    assert turned >= {one.name for switches in SWITCHES.values() for one in switches if one.doubt}


async def test_listed_set_and_reset(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """The list shows value, default and choices; a value is set, and null resets it."""
    url = f"{sandbox.admin_url}/-/settings"

    async def value() -> Any:
        listed = (await http.get(url)).json()["population"]
        (found,) = [switch for switch in listed if switch["name"] == "timestamp_unit"]
        assert (found["default"], found["choices"]) == ("ms", ["ms", "s", "any"])
        return found["value"]

    assert await value() == "ms"
    await http.put(f"{url}/population", json={"timestamp_unit": "s"})
    assert await value() == "s"
    assert (await http.get(f"{url}/population")).json() == {"timestamp_unit": "s"}
    await http.put(f"{url}/population", json={"timestamp_unit": None})
    assert await value() == "ms"
    assert (await http.put(url, json={})).status_code == 400


@pytest.mark.parametrize(
    ("system", "values"),
    [
        ("population", {"nonsense": 1}),
        ("population", {"timestamp_unit": "h"}),
        ("population", {"needs_agency": "yes"}),
        ("population", {"list_polls": -1}),
        ("population", {"list_polls": True}),
        ("population", {"unlicensed_officers": "CB-1"}),
        ("population", {"refused_status": True}),
    ],
)
async def test_impossible_values_are_refused(
    sandbox: Sandbox, http: httpx.AsyncClient, tmp_path: Path, system: str, values: dict[str, Any]
) -> None:
    """Over the admin port 400 with the reason and nothing is changed; at the start an error."""
    answer = await http.put(f"{sandbox.admin_url}/-/settings/{system}", json=values)
    assert answer.status_code == 400
    assert next(iter(values)) in answer.json()["error"]
    assert sandbox.settings[system] == {}
    with pytest.raises(FaultError, match=next(iter(values))):
        Sandbox(tmp_path / "other", settings={system: values})


async def test_shape_of_the_birth(
    sandbox: Sandbox, soap: Callable[..., Awaitable[httpx.Response]]
) -> None:
    """The birth may have to be nested, as on the wire, or flat, as in the spec."""
    confirm = "XacThucThongTinCongDan"
    for shape, nested, flat in (("any", 200, 200), ("nested", 200, 500), ("flat", 500, 200)):
        sandbox.settings["population"]["birth_shape"] = shape
        assert (await soap(confirm, WHO)).status_code == nested
        written = await soap(confirm, WHO, NgayThangNamSinh="1985-03-14")
        assert written.status_code == flat


async def test_label_of_the_status(
    sandbox: Sandbox, http: httpx.AsyncClient, bearer: Callable[[], Awaitable[dict[str, str]]]
) -> None:
    """The unlisted code of an enterprise's status may come without its label."""
    sandbox.settings["business"]["status_label"] = False
    url = f"{sandbox.urls['business']}/apiCSDLDKDN/1.0/chiTietDoanhNghiep?msdn=0990001015"
    main = (await http.get(url, headers=await bearer())).json()["Data"]["MainInformation"]
    assert main["ENTERPRISE_STATUS"] == "01"
    assert "ENTERPRISE_STATUS_NAME" not in main


@pytest.mark.parametrize(
    ("settings", "district", "copies", "good"),
    [
        ({}, 0, 1, True),
        ({}, None, 1, False),
        ({"district": "real"}, 0, 1, False),
        ({"district": "real"}, 329, 1, True),
        ({"district": "optional"}, None, 1, True),
        ({"copies": "number"}, 0, "1", False),
        ({"copies": "text"}, 0, "1", True),
        ({"copies": "text"}, 0, 1, False),
    ],
)
async def test_district_and_copies(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    settings: dict[str, object],
    district: int | None,
    copies: object,
    good: bool,
) -> None:
    """HuyenId though districts ended, and the undeclared type of the numbers of copies."""
    sandbox.settings["land"] |= settings
    paper = {"TenGiayTo": "Đơn", "SoBanChinh": copies, "SoBanSao": copies}
    body = {
        "TinhId": 33,
        "HuyenId": district,
        "XaId": 12205,
        "SoBienNhan": "H31.14-261124-0002",
        "NguoiTiepNhan": "can.bo",
        "ThongTinNguoiNopDon": {"HoTen": "Nguyễn Văn An Mẫu"},
        "ThongTinQuyTrinh": {"MaQuyTrinh": "1", "TenQuyTrinh": "Mẫu"},
        "DanhSachGiayToDinhKem": [paper],
    }
    answer = await http.post(f"{sandbox.urls['land']}/vbdlis/tiepnhan", json=body)
    assert (answer.json()["data"] == 1) == good


async def test_introduction_says_everything(sandbox: Sandbox) -> None:
    """Addresses, every person with tags, every credential, the configuration and the journal's address."""
    text = introduction(sandbox)
    for url in (*sandbox.urls.values(), sandbox.admin_url):
        assert url in text
    for person in sandbox.personas.people:
        (line,) = [line for line in text.splitlines() if line.startswith(f"    {person.key} ")]
        assert all(tag in line for tag in person.tags)
    for unit in sandbox.personas.organisations:
        assert unit.number in text
    for secret in ("c06-secret", "dongthap-auth", "egw-password", "sso-secret", "payment-secret"):
        assert f"sandbox-only-{secret}" in text
    assert "[systems.operations_centre.channel]" in text
    for room in ("journal", "faults/land", "settings"):
        assert f"{sandbox.admin_url}/-/{room}" in text
