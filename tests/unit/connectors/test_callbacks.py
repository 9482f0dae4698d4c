"""Calls that reach us are declared like services, and every declared one has a reader."""

from __future__ import annotations

import json

import pytest

from lienthong.cli import main
from lienthong.interface import Callback, CalledConnector, all_callbacks, find_connector
from lienthong_connectors.land import InboxSettings, LandInbox
from lienthong_connectors.operations_centre import PortalInbox, PortalInboxSettings

CODE = "code"
LAND = LandInbox(InboxSettings(security_code=CODE, national_key=CODE), lambda _: None)
PORTAL = PortalInbox(PortalInboxSettings(), lambda _: None)


@pytest.mark.parametrize("callback", all_callbacks(), ids=lambda item: item.name)
def test_every_declared_call_has_its_reader(callback: Callback) -> None:
    """Whatever the body, the address is known, and an empty body is refused by name of what is missing."""
    inbox = LAND if callback.system == "land" else PORTAL
    query = {"SecurityCode": CODE, "CodeGet": CODE}
    tail = f"/{CODE}" if callback.channels == ("path-code",) else ""
    body = json.dumps({"SecurityKey": CODE}).encode()
    reply = inbox.handle(f"/x/{callback.name}{tail}", query, body)
    assert reply.status == 200
    answer = json.loads(reply.body)
    if not callback.path.startswith("GET"):
        assert answer.get("Result") == 0 or answer.get("error_code") == "-1"
    assert {field.name.partition("/")[0] for field in callback.reply if field.required} <= set(
        answer
    )


@pytest.mark.parametrize("callback", all_callbacks(), ids=lambda item: item.name)
def test_declarations_are_whole(callback: Callback) -> None:
    """Titles in both languages, a source, who calls and how it proves itself, and a meaning for every field."""
    assert callback.title_vi
    assert callback.title_en
    assert callback.source
    assert callback.dialects
    assert callback.channels
    for field in (*callback.request, *callback.reply):
        assert field.name
        assert field.kind
        assert field.meaning


def test_only_connectors_that_are_called_declare_calls() -> None:
    """A connector without callbacks needs no such method."""
    assert issubclass(find_connector("land"), CalledConnector)
    assert not issubclass(find_connector("business"), CalledConnector)


def test_systems_lists_them_as_inbound(capsys: pytest.CaptureFixture[str]) -> None:
    """`lienthong systems` shows services and calls in one list, told apart by direction; fields can be shown."""
    with pytest.raises(SystemExit):
        main(["systems", "--json"])
    shown = json.loads(capsys.readouterr().out)["services"]
    inbound = [item for item in shown if item["direction"] == "inbound"]
    assert [item["name"] for item in inbound] == [item.name for item in all_callbacks()]
    assert {item["verb"] for item in inbound} == {"receive"}
    assert all(item["address"] for item in inbound)
    assert {item["direction"] for item in shown} == {"inbound", "outbound"}
    with pytest.raises(SystemExit):
        main(["systems", "--fields", "KetThucHoSo"])
    fields = capsys.readouterr().out
    assert "TrangThaiKetThuc" in fields
    assert "Trả lời" in fields
