"""Sign-on with the portal against the sandbox, over TLS (hub page §5.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from lienthong.interface import (
    CallFailed,
    CredentialsRefused,
    InvalidRequest,
    SystemSettings,
    Tools,
    WireRequest,
)
from lienthong.transport import HttpTransport, load_soap, open_transport
from lienthong_connectors.operations_centre import SignOnFlow, SignOnSettings
from lienthong_sandbox import Fault, Sandbox

BACK = "https://motcua.example.invalid/dang-nhap"


@dataclass
class Portal:
    """A flow for the sandbox, and the browser between."""

    sandbox: Sandbox
    transport: HttpTransport
    build: Callable[..., SignOnFlow]

    async def come_back(self, flow: SignOnFlow, who: str) -> dict[str, str]:
        """What the browser brings back after ``who`` signed in."""
        address = f"{flow.address('s-1')}&login_hint={who}"
        reply = await self.transport.send(WireRequest("browser", "GET", address, {}), timeout_s=5)
        assert reply.headers["location"].startswith(BACK)
        return {
            name: found[0]
            for name, found in parse_qs(urlsplit(reply.headers["location"]).query).items()
        }


@pytest_asyncio.fixture
async def portal(sandbox: Sandbox) -> AsyncIterator[Portal]:
    """The portal's identity provider."""
    url = sandbox.urls["operations_centre"]
    settings = SystemSettings.model_validate(
        {
            "name": "portal",
            "connector": "operations_centre",
            "url": url,
            "ca": sandbox.ca,
            "channel": {"kind": "open"},
        }
    )
    transport = open_transport(settings)
    tools = Tools(transport=transport, soap=load_soap, now=lambda: datetime.now(UTC))

    def build(**others: Any) -> SignOnFlow:
        own = {
            "client_id": "sandbox-sso-client",
            "client_secret": "sandbox-only-sso-secret",
            "redirect_uri": BACK,
            "authorize_url": f"{url}/sso/authorize",
            "token_path": "/sso/token",
            "userinfo_path": "/sso/userinfo",
            "validation_path": "/sso/introspect",
        }
        return SignOnFlow(SignOnSettings.model_validate(own | others), settings, tools)

    yield Portal(sandbox, transport, build)
    await transport.aclose()


@pytest.mark.parametrize("client_auth", ["basic", "form"])
async def test_a_citizen_signs_in(portal: Portal, client_auth: str) -> None:
    """The state comes back, the code becomes claims, and the token is good; a made-up one is not."""
    flow = portal.build(client_auth=client_auth, acr_values="2")
    came = await portal.come_back(flow, "nguyen-an")
    assert came["state"] == "s-1"
    signed_in = await flow.sign_in(came["code"])
    assert signed_in.claims.kind == "citizen"
    assert signed_in.claims.personal_id
    assert signed_in.claims.technical_id
    assert signed_in.expires is not None
    assert signed_in.token not in repr(signed_in)
    assert await flow.still_valid(signed_in.token)
    assert not await flow.still_valid("x")


async def test_a_code_is_good_once(portal: Portal) -> None:
    """A used or foreign code is the browser's mistake, with a sentence for the citizen, never a fault of our account."""
    flow = portal.build()
    code = (await portal.come_back(flow, "nguyen-an"))["code"]
    await flow.sign_in(code)
    for wrong in (code, "khong-co"):
        with pytest.raises(InvalidRequest, match="sign in again") as caught:
            await flow.sign_in(wrong)
        assert "đăng nhập lại" in caught.value.desk_vi


async def test_a_wrong_client_is_our_mistake(portal: Portal) -> None:
    """A refused secret is told apart from a refused code, and stands in no message."""
    flow = portal.build(client_secret="sai")
    code = (await portal.come_back(flow, "nguyen-an"))["code"]
    with pytest.raises(CredentialsRefused) as caught:
        await flow.sign_in(code)
    assert code not in str(caught.value)
    # The usual status of it (RFC 6749 §5.2), as other portals may answer.
    await portal.sandbox.faults.put("operations_centre", Fault(status=400))
    with pytest.raises(CredentialsRefused):
        await portal.build().sign_in(code)


async def test_without_a_state_nobody_is_sent(portal: Portal) -> None:
    """A sign-on that cannot be told from a foreign one is not begun."""
    with pytest.raises(InvalidRequest, match="state"):
        portal.build().address("")


async def test_a_portal_that_is_down_is_a_failed_call(portal: Portal) -> None:
    """The typed error of every other call."""
    flow = portal.build(userinfo_path="/sso/nothing")
    code = (await portal.come_back(flow, "nguyen-an"))["code"]
    with pytest.raises(CallFailed):
        await flow.sign_in(code)
