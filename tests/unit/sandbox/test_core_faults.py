"""Every kind of fault, seen by a client over a real TLS socket."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from lienthong_sandbox import Fault, FaultError, FaultPlan, Sandbox
from lienthong_sandbox._plan_file import read_plan
from lienthong_sandbox.personas import load_personas

WHO = load_personas()["nguyen-an"].declared
LOOK_UP, CONFIRM = "TraCuuThongTinCongDan", "XacThucThongTinCongDan"
DETAIL = "chiTietDoanhNghiep"
Soap = Callable[..., Awaitable[httpx.Response]]
Bearer = Callable[[], Awaitable[dict[str, str]]]
Raw = Callable[[str, bytes], Awaitable[bytes]]
TOKEN_REQUEST = b"POST /token HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"


async def test_latency_and_jitter(sandbox: Sandbox, soap: Soap) -> None:
    """The answer is right but late."""
    await sandbox.faults.put("population", Fault(latency_ms=60, jitter_ms=10))
    started = time.perf_counter()
    assert (await soap(LOOK_UP, WHO)).status_code == 200
    assert time.perf_counter() - started >= 0.06


async def test_status_with_retry_after(sandbox: Sandbox, soap: Soap) -> None:
    """A status instead of an answer, with Retry-After, and the system is not asked."""
    await sandbox.faults.put("population", Fault(status=429, retry_after_s=7))
    answer = await soap(LOOK_UP, WHO)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    state: Any = sandbox.systems["population"]
    assert state.state()["asked"] == 0


async def test_times_then_healthy(sandbox: Sandbox, soap: Soap) -> None:
    """A fault ends after so many requests."""
    await sandbox.faults.put("population", Fault(status=503, times=2))
    assert [(await soap(LOOK_UP, WHO)).status_code for _ in range(3)] == [503, 503, 200]


async def test_one_service_only(sandbox: Sandbox, soap: Soap) -> None:
    """A fault on one service leaves the others alone; healing the service ends it."""
    await sandbox.faults.put("population", Fault(status=500), LOOK_UP)
    assert (await soap(LOOK_UP, WHO)).status_code == 500
    assert (await soap(CONFIRM, WHO)).status_code == 200
    await sandbox.faults.clear("population", LOOK_UP)
    assert (await soap(LOOK_UP, WHO)).status_code == 200


async def test_rate_and_jitter_are_reproducible() -> None:
    """The same seed hits the same requests and waits as long, whatever other systems do; another seed does otherwise."""

    async def waits(seed: int, others: int = 0) -> list[float]:
        plan = FaultPlan(("land", "business"), lambda _name: asyncio.sleep(0), seed)
        fault = Fault(status=500, rate=0.3, latency_ms=1, jitter_ms=10)
        await plan.put("land", fault)
        await plan.put("business", fault)
        for _ in range(others):
            plan.take("business", "x", tokens_alive=False)
        return [plan.take("land", "x", tokens_alive=False)[1] for _ in range(400)]

    first = await waits(1)
    assert first == await waits(1, others=7)
    assert first != await waits(2)
    hit = [wait_s for wait_s in first if wait_s]
    assert 80 < len(hit) < 160
    assert 0.001 <= min(hit) < max(hit) < 0.011


async def test_outage_refused_and_back(sandbox: Sandbox, soap: Soap) -> None:
    """The listener is gone, kept-alive connections too; afterwards the same port answers."""
    assert (await soap(LOOK_UP, WHO)).status_code == 200
    await sandbox.faults.put("population", Fault(outage="refused"))
    with pytest.raises(httpx.ConnectError):
        await soap(LOOK_UP, WHO)
    assert not sandbox.listening("population")
    await sandbox.faults.clear("population")
    assert (await soap(LOOK_UP, WHO)).status_code == 200


async def test_outage_503(sandbox: Sandbox, soap: Soap) -> None:
    """The other kind of outage answers 503."""
    await sandbox.faults.put("population", Fault(outage="503"))
    assert (await soap(LOOK_UP, WHO)).status_code == 503


async def test_cut_body(sandbox: Sandbox, raw: Raw, soap: Soap) -> None:
    """So many bytes of the body, then the connection ends."""
    await sandbox.faults.put("business", Fault(cut_after_bytes=9))
    head, _, body = (await raw("business", TOKEN_REQUEST)).partition(b"\r\n\r\n")
    assert len(body) == 9
    assert int(head.lower().rpartition(b"content-length: ")[2].split(b"\r\n")[0]) > 9
    await sandbox.faults.put("population", Fault(cut_after_bytes=100))
    with pytest.raises(httpx.RemoteProtocolError):
        await soap(LOOK_UP, WHO)


async def test_trickle(sandbox: Sandbox, soap: Soap) -> None:
    """The whole body arrives, slowly."""
    await sandbox.faults.put("population", Fault(trickle_bytes_per_s=20_000))
    started = time.perf_counter()
    answer = await soap(LOOK_UP, WHO)
    assert len(answer.content) / 20_000 <= time.perf_counter() - started + 0.001
    assert etree.fromstring(answer.content) is not None


async def test_half_close(sandbox: Sandbox, raw: Raw) -> None:
    """Half the body arrives, then the server's side ends although the length was announced."""
    await sandbox.faults.put("business", Fault(half_close=True))
    head, _, body = (await raw("business", TOKEN_REQUEST)).partition(b"\r\n\r\n")
    length = int(head.lower().rpartition(b"content-length: ")[2].split(b"\r\n")[0])
    assert len(body) == length // 2


async def test_answer_lost_after_processing(sandbox: Sandbox, soap: Soap) -> None:
    """The system processed the request, and the client sees only a dead connection."""
    await sandbox.faults.put("population", Fault(drop_after_processing=True, times=1))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await soap(LOOK_UP, WHO, MaYeuCau="LOST")
    assert sandbox.journal.entries("population")[-1].status == 0
    assert "duplicate request" in (await soap(LOOK_UP, WHO, MaYeuCau="LOST")).text


async def test_wrong_charset(sandbox: Sandbox, soap: Soap) -> None:
    """The headers say UTF-8, the bytes are not."""
    await sandbox.faults.put("population", Fault(wrong_charset=True))
    answer = await soap(LOOK_UP, WHO)
    assert "utf-8" in answer.headers["content-type"]
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


async def test_html_page(sandbox: Sandbox, soap: Soap) -> None:
    """A maintenance page with status 200."""
    await sandbox.faults.put("population", Fault(html_page=True))
    answer = await soap(LOOK_UP, WHO)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


async def test_soap_fault_in_200(sandbox: Sandbox, soap: Soap) -> None:
    """A SOAP Fault that pretends success."""
    await sandbox.faults.put("population", Fault(soap_fault_in_200=True))
    answer = await soap(LOOK_UP, WHO)
    assert answer.status_code == 200
    assert etree.fromstring(answer.content).find(".//faultcode") is not None


async def test_truncate(
    sandbox: Sandbox, http: httpx.AsyncClient, bearer: Bearer, soap: Soap
) -> None:
    """HTTP is valid; the XML or JSON inside ends in the middle."""
    headers = await bearer()
    for system in ("population", "business"):
        await sandbox.faults.put(system, Fault(truncate=True))
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring((await soap(LOOK_UP, WHO)).content)
    url = f"{sandbox.urls['business']}/apiCSDLDKDN/1.0/{DETAIL}?msdn=0900000000"
    with pytest.raises(json.JSONDecodeError):
        json.loads((await http.get(url, headers=headers)).content)


async def test_nulls(sandbox: Sandbox, http: httpx.AsyncClient, bearer: Bearer, soap: Soap) -> None:
    """Every value is null (JSON) or empty (XML)."""
    headers = await bearer()
    for system in ("population", "business"):
        await sandbox.faults.put(system, Fault(nulls=True))
    root = etree.fromstring((await soap(LOOK_UP, WHO)).content)
    assert root.xpath("string()") == ""
    assert root.find(".//{*}CongDan") is not None
    url = f"{sandbox.urls['business']}/apiCSDLDKDN/1.0/{DETAIL}?msdn=0999999999"
    assert (await http.get(url, headers=headers)).json()["Status"] is None


async def test_doctype(sandbox: Sandbox, soap: Soap) -> None:
    """The XML declares an entity and uses it; an expanding parser would fall for it."""
    await sandbox.faults.put("population", Fault(doctype=True))
    text = (await soap(LOOK_UP, WHO)).text
    assert "<!DOCTYPE" in text
    assert "&trap;" in text
    assert "expanded entity" in str(etree.fromstring(text.encode()).xpath("string()"))


async def test_oversize(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """A body of so many megabytes is announced and streamed."""
    await sandbox.faults.put("business", Fault(oversize_mb=3))
    answer = await http.post(f"{sandbox.urls['business']}/token")
    assert len(answer.content) == 3 * 1024 * 1024


async def test_expire_tokens_once(
    sandbox: Sandbox, http: httpx.AsyncClient, bearer: Bearer
) -> None:
    """Tokens given out before are invalid at the next call; a new one is good again."""
    url = f"{sandbox.urls['business']}/apiCSDLDKDN/1.0/{DETAIL}?msdn=0999999999"
    await sandbox.faults.put("business", Fault(expire_tokens=True))
    headers = await bearer()
    assert (await http.get(url, headers=headers)).status_code == 401
    assert (await http.get(url, headers=headers)).status_code == 401
    assert (await http.get(url, headers=await bearer())).status_code == 200


async def test_refuse_tokens(sandbox: Sandbox, http: httpx.AsyncClient, bearer: Bearer) -> None:
    """Tokens are given out and refused; once healed they are good."""
    url = f"{sandbox.urls['business']}/apiCSDLDKDN/1.0/{DETAIL}?msdn=0999999999"
    await sandbox.faults.put("business", Fault(refuse_tokens=True))
    headers = await bearer()
    assert (await http.get(url, headers=headers)).status_code == 401
    await sandbox.faults.clear("business")
    assert (await http.get(url, headers=headers)).status_code == 200


async def test_clock_skew(sandbox: Sandbox, soap: Soap) -> None:
    """A system whose clock is off by more than its window refuses honest timestamps."""
    await sandbox.faults.put("population", Fault(clock_skew_s=-600))
    assert (await soap(LOOK_UP, WHO)).status_code == 401
    await sandbox.faults.put("population", Fault(clock_skew_s=-60))
    assert (await soap(LOOK_UP, WHO)).status_code == 200


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        ("expired", "expired"),
        ("not_yet", "not yet valid"),
        ("wrong_host", "mismatch"),
        ("unknown_ca", "unable to get local issuer"),
    ],
)
async def test_bad_certificates(
    sandbox: Sandbox, soap: Soap, certificate: Any, reason: str
) -> None:
    """A running server switches to a bad certificate and back; kept-alive connections do not hide it."""
    assert (await soap(LOOK_UP, WHO)).status_code == 200
    await sandbox.faults.put("population", Fault(certificate=certificate))
    with pytest.raises(httpx.ConnectError, match=reason):
        await soap(LOOK_UP, WHO)
    await sandbox.faults.clear("population")
    assert (await soap(LOOK_UP, WHO)).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"unknown": 1},
        {"status": "500"},
        {"status": 99},
        {"rate": 2},
        {"rate": True},
        {"outage": "sometimes"},
        {"certificate": "none"},
        {"times": 0},
        {"half_close": 1},
        {"latency_ms": -1},
        {"cut_after_bytes": -1},
    ],
)
def test_faults_that_make_no_sense(fields: dict[str, object]) -> None:
    """A wrong field, type or value is refused by name."""
    with pytest.raises(FaultError, match=next(iter(fields))):
        Fault.of(fields)


@pytest.mark.parametrize(
    "fault", [Fault(outage="refused"), Fault(clock_skew_s=5), Fault(certificate="expired")]
)
async def test_whole_system_faults_refuse_a_service(sandbox: Sandbox, fault: Fault) -> None:
    """What concerns listener, clock or certificate cannot be set on one service; systems must be known."""
    with pytest.raises(FaultError, match="whole system"):
        await sandbox.faults.put("population", fault, LOOK_UP)
    with pytest.raises(FaultError, match="unknown system"):
        await sandbox.faults.put("nowhere", fault)


async def test_object_instead_of_list(
    sandbox: Sandbox, http: httpx.AsyncClient, bearer: Any
) -> None:
    """A list of one element arrives as that element; longer lists stay lists."""
    await sandbox.faults.put("business", Fault(object_for_list=True))
    path = "/apiDKKD/DoanhNghiep/chiTietDoanhNghiep?msdn=0990001015"
    answer = await http.get(sandbox.urls["business"] + path, headers=await bearer())
    found = answer.json()["GetEntCert"]
    assert found["TinhTrangPhapLy"]["MaTinhTrangPhapLy"] == "01"
    assert len(found["NganhNgheKinhDoanh"]) == 2


async def test_outage_window(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """An outage begins and ends by itself: the port closes, and opens again."""
    await sandbox.faults.put("land", Fault(outage="refused", after_s=0.05, for_s=0.5))
    url = f"{sandbox.urls['land']}/none"

    async def status() -> int:
        try:
            return (await http.get(url)).status_code
        except httpx.TransportError:
            return 0

    assert await status() == 404
    async with asyncio.timeout(10):
        while await status() != 0:
            pass
        while await status() != 404:
            pass


async def test_window_of_a_service(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """A fault that has still to begin hits nothing."""
    await sandbox.faults.put("land", Fault(status=503, after_s=3600), "none")
    assert (await http.get(f"{sandbox.urls['land']}/none")).status_code == 404
    with pytest.raises(FaultError, match="for_s"):
        Fault(for_s=0)


ODD: dict[str, object] = {
    "latency_ms": 1.5,
    "jitter_ms": 2,
    "status": 503,
    "rate": 0.5,
    "retry_after_s": 7,
    "outage": "503",
    "cut_after_bytes": 0,
    "trickle_bytes_per_s": 100,
    "oversize_mb": 1,
    "clock_skew_s": -3,
    "certificate": "expired",
    "after_s": 1,
    "for_s": 2,
    "times": 3,
}


async def test_every_field_by_file_and_by_call(
    sandbox: Sandbox, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Each field of a fault is set alike by a TOML file, by JSON and by TOML on the admin port."""
    for item in dataclasses.fields(Fault):
        value = ODD.get(item.name, True)
        assert value != item.default
        shown = json.dumps(value)
        file = tmp_path / "plan.toml"
        file.write_text(f"[faults.land]\n{item.name} = {shown}\n", encoding="utf-8")
        fault = Fault.of({item.name: value})
        assert read_plan(file).faults == {("land", ""): fault}
        url = f"{sandbox.admin_url}/-/faults/land"
        ways: tuple[tuple[str, str], ...] = (
            (f'{{"{item.name}": {shown}}}', "application/json"),
            (f"{item.name} = {shown}\n", "application/toml"),
        )
        for body, kind in ways:
            answer = await http.put(url, content=body, headers={"content-type": kind})
            assert answer.json()[""][item.name] == value
            assert sandbox.faults.of("land") in (fault, Fault())
            await http.delete(url)


async def test_a_share_of_the_requests(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    """An error rate hits that share of the requests on the wire, the same ones after each start with the same seed."""

    async def statuses() -> list[int]:
        await sandbox.faults.put("land", Fault(status=500, rate=0.4), "none")
        url = f"{sandbox.urls['land']}/none"
        return [(await http.get(url)).status_code for _ in range(60)]

    first = await statuses()
    assert first == await statuses()
    assert 12 <= first.count(500) <= 36
