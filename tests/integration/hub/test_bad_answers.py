"""Whatever the hub answers over the wire becomes told, later or a dead letter with its words: never nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

CODE = "H31.14-261123-0001"
GOOD = b'{"error_code": "0", "message": "Th\xc3\xa0nh c\xc3\xb4ng", "result": []}'


@dataclass
class Hub:
    """Answers each service with the bytes that a test wrote down, then as a hub does that takes everything and holds nothing."""

    answers: dict[str, list[bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                body = json.loads(await reader.readexactly(length))
                reply = self._reply(body)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(reply), reply)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _reply(self, body: dict[str, Any]) -> bytes:
        if "service" not in body:
            return b'{"error_code": 0, "message": "OK", "session": "s1"}'
        service = body["service"]
        self.asked.append((service, body.get("isUpdating", "")))
        scripted = self.answers.get(service)
        return scripted.pop(0) if scripted else GOOD


@pytest_asyncio.fixture
async def hub(site: Any) -> AsyncIterator[Hub]:
    """A hub that answers by script, in place of the sandbox's."""
    scripted = Hub()
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    def point(text: str) -> str:
        lines = (
            f'url = "http://127.0.0.1:{port}"' if line.startswith('url = "https') else line
            for line in text.splitlines()
            if not line.startswith("ca = ")
        )
        return "\n".join(lines)

    await asyncio.to_thread(_rewrite, site.file, point)
    yield scripted
    for node in site.nodes:
        await node.aclose()
    site.nodes.clear()
    server.close()
    await server.wait_closed()


def _rewrite(file: Any, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text("utf-8")), "utf-8")


def _said(code: object, message: str) -> bytes:
    return json.dumps({"error_code": code, "message": message, "result": []}).encode()


HELD = json.dumps(
    {"error_code": "00", "message": "", "result": [{"MaHoSo": CODE, "TrangThaiHoSo": "2"}]}
).encode()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html><body>Bad gateway</body></html>", id="html"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{}", id="no code"),
        pytest.param(b'{"error_code": [0], "message": "x"}', id="code is a list"),
        pytest.param(b'{"error_code": "0", "result": ["x"]}', id="rows that are none"),
        pytest.param(b'{"error_code": "0", "mess', id="cut"),
    ],
)
async def test_no_answer_that_could_be_read(site: Any, hub: Hub, answer: bytes) -> None:
    """What cannot be read says nothing: the dossier is looked up before it is sent again, and nothing is lost."""
    node = site.node()
    await site.change(node, CODE, "2", 0)
    hub.answers["DongBoHoSoMC"] = [answer]
    hub.answers["TraCuuHoSo"] = [HELD]
    report = await node.sync.drain(30)
    assert (report.told, report.retried, report.dead) == (0, 1, 0)
    assert (await node.outbox.pending())[0].last_code == "later:reply_unreadable"
    site.clock.move(minutes=20)
    assert (await node.sync.drain(30)).told == 1
    assert hub.asked == [("DongBoHoSoMC", "False"), ("TraCuuHoSo", ""), ("DongBoHoSoMC", "True")]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("777", "Lỗi nội bộ", id="unknown code"),
        pytest.param(-1, "Thành công", id="success word, failing code"),
        pytest.param("-1", "", id="no words"),
    ],
)
async def test_refused_in_any_words(site: Any, hub: Hub, code: object, message: str) -> None:
    """A code that does not say success is a dead letter with code and words, whatever the words say."""
    node = site.node()
    await site.change(node, CODE, "2", 0)
    await site.change(node, CODE, "4", 1)
    hub.answers["DongBoHoSoMC"] = [_said(code, message)]
    assert (await node.sync.drain(30)).dead == 1
    (letter,) = await node.outbox.dead()
    assert (letter.last_code, letter.last_message) == (f"refused:{code}", message)
    assert len(hub.asked) == 1, "what waits behind it is not sent"


async def test_success_code_with_failing_words(site: Any, hub: Hub) -> None:
    """A success code whose words deny it is read back: what the hub does not hold is a dead letter with its words."""
    node = site.node()
    await site.change(node, CODE, "2", 0)
    words = "Dữ liệu không hợp lệ"
    hub.answers["DongBoHoSoMC"] = [_said("0", words), _said("0", words)]
    hub.answers["TraCuuHoSo"] = [HELD, HELD.replace(b'"2"', b'"1"')]
    assert (await node.sync.drain(30)).dead == 1
    (letter,) = await node.outbox.dead()
    assert (letter.last_code, letter.last_message) == ("unclear", words)
    assert [service for service, _ in hub.asked] == ["DongBoHoSoMC", "TraCuuHoSo"] * 2


@pytest.mark.parametrize("code", ["0", 0, "00", 3, "-3"])
async def test_exists_in_any_form(site: Any, hub: Hub, code: object) -> None:
    """A duplicate addition under any of its codes becomes an update at once."""
    node = site.node()
    await site.change(node, CODE, "2", 0)
    hub.answers["DongBoHoSoMC"] = [_said(code, "Hồ sơ đã tồn tại")]
    assert (await node.sync.drain(30)).told == 1
    assert hub.asked == [("DongBoHoSoMC", "False"), ("DongBoHoSoMC", "True")]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param(b"<html></html>", "pending", id="html"),
        pytest.param(b"", "pending", id="empty"),
        pytest.param(_said("-1", "Thành công"), "dead", id="success word, failing code"),
        pytest.param(_said("777", "?"), "dead", id="unknown code"),
        pytest.param(_said("0", "Đã ghi nhận"), "sent", id="free words"),
    ],
)
async def test_answers_to_a_step(site: Any, hub: Hub, answer: bytes, state: str) -> None:
    """A step's answer is free text: its code decides; what cannot be read leaves the step in doubt."""
    node = site.node()
    await site.change(node, CODE, "2", 0)
    await site.change(node, CODE, "4", 1)
    hub.answers["CapNhatTienDoHoSoMC"] = [answer]
    await node.sync.drain(30)
    status = await node.outbox.status()
    assert {"pending": status.pending, "dead": status.dead, "sent": status.sent - 1}[state] == 1
    assert status.in_doubt == (state == "pending")
