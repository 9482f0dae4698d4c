"""Sign-on with the national portal: authorisation code in, who signed in out (hub page §5.1).

The flow and the keys of userinfo are published, no address is: all are settings. A sign-on happens before there is a case,
so it is no service of the connector and leaves no audit entry; whoever keeps the claims in a case records that there.

>>> flow = SignOnFlow(own, settings, tools)
>>> flow.address(state)                      # send the browser there; keep ``state`` with the session
>>> signed_in = await flow.sign_in(code)     # of the call that comes back with the same ``state``
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from urllib.parse import quote, urlencode

from pydantic import Field

from lienthong.interface import (
    CredentialsRefused,
    InvalidRequest,
    ReplyUnreadable,
    SystemSettings,
    Tools,
    WireReply,
    WireRequest,
    read_object,
)
from lienthong_connectors.channels import Sender, Table, join_url, read_oauth, send_own

from ._sign_on import SignOnClaims, read_userinfo

_FORM: Final = "application/x-www-form-urlencoded"
_TOKEN, _USERINFO, _VALIDATION = "sso/token", "sso/userinfo", "sso/validation"


class SignOnSettings(Table):
    """What the portal gave us for sign-on. Paths stand behind the address of the system, which our own calls go to."""

    client_id: str = Field(min_length=1, description="Client id.")
    client_secret: str = Field(min_length=1, repr=False, description="Client secret.")
    redirect_uri: str = Field(
        min_length=1, description="Our address that the portal sends the browser back to."
    )
    acr_values: str = Field(
        default="", description="Level of sign-in asked for; unpublished, not sent when empty."
    )
    authorize_url: str = Field(
        min_length=1, description="Whole address that browsers go to; it may be another host's."
    )
    token_path: str = Field(default="/oauth2/token", description="Code for token.")
    userinfo_path: str = Field(default="/oauth2/userinfo", description="Token for claims.")
    validation_path: str = Field(
        default="/oauth2/introspect", description="Whether a token is still good."
    )
    client_auth: Literal["basic", "form"] = Field(
        default="basic", description="Where id and secret travel: `Authorization: Basic` or fields."
    )


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in.

    Attributes:
        claims: What the portal says of the account.
        token: For :meth:`SignOnFlow.still_valid`; a secret.
        expires: When the token ends; ``None`` when the portal does not say.
    """

    claims: SignOnClaims
    token: str = field(repr=False)
    expires: datetime | None


class SignOnFlow:
    """Signs citizens and organisations in.

    Args:
        own: What the portal gave us.
        settings: Name, address, certificates and limits; its channel is not used.
        tools: Transport and clock.
    """

    def __init__(self, own: SignOnSettings, settings: SystemSettings, tools: Tools) -> None:
        self._own = own
        self._sender = Sender(settings, tools)
        self._urls = {
            _TOKEN: join_url(settings.url, own.token_path),
            _USERINFO: join_url(settings.url, own.userinfo_path),
            _VALIDATION: join_url(settings.url, own.validation_path),
        }

    def address(self, state: str) -> str:
        """Where the browser is sent. ``state`` is a random text of the caller, which comes back unchanged.

        Raises:
            InvalidRequest: ``state`` is empty: without it anybody's sign-on could be slipped in.
        """
        if not state:
            raise InvalidRequest("state", "is empty: without it a foreign sign-on could slip in")
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self._own.client_id,
            "redirect_uri": self._own.redirect_uri,
            "state": state,
            **({"acr_values": self._own.acr_values} if self._own.acr_values else {}),
        }
        joint = "&" if "?" in self._own.authorize_url else "?"
        return f"{self._own.authorize_url}{joint}{urlencode(asked)}"

    async def sign_in(self, code: str) -> SignedIn:
        """Changes the code of a returning browser for the claims of who signed in.

        Raises:
            InvalidRequest: The code is used, too old or not ours: sign in again.
            CallFailed: The portal cannot be reached, or refuses our client.
        """
        asked = self._sender.now()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._own.redirect_uri,
        }
        reply = await self._post(_TOKEN, form)
        if reply.status == 400:
            # RFC 6749 §5.2: the code is at fault, or our client is.
            if b"invalid_grant" not in reply.body:
                raise CredentialsRefused(
                    self._system, _TOKEN, "HTTP 400: the token server does not take our client"
                )
            raise InvalidRequest(
                "code",
                "is used, too old or not ours; send the browser to sign in again",
                "Phiên đăng nhập đã hết hiệu lực; đề nghị đăng nhập lại.",
            )
        content = read_object(self._judged(reply, _TOKEN), system=self._system, service=_TOKEN)
        token = read_oauth(content, asked)
        if token is None:
            raise ReplyUnreadable(self._system, _TOKEN, "the token answer holds no token")
        return SignedIn(await self._claims(token.value), token.value, token.expires)

    async def still_valid(self, token: str) -> bool:
        """Whether the portal still takes a token. Its call is unpublished: this one is RFC 7662's. Raises ``CallFailed``."""
        reply = self._judged(await self._post(_VALIDATION, {"token": token}), _VALIDATION)
        content = read_object(reply, system=self._system, service=_VALIDATION)
        return content.get("active") is True

    async def _claims(self, token: str) -> SignOnClaims:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
        request = WireRequest(_USERINFO, "GET", self._urls[_USERINFO], headers)
        reply = self._judged(await send_own(self._sender, request), _USERINFO)
        try:
            return read_userinfo(read_object(reply, system=self._system, service=_USERINFO))
        except InvalidRequest as error:
            raise ReplyUnreadable(self._system, _USERINFO, "the userinfo has no sub") from error

    async def _post(self, service: str, form: dict[str, str]) -> WireReply:
        own = self._own
        headers = {"Accept": "application/json", "Content-Type": _FORM}
        if own.client_auth == "basic":
            # RFC 6749 §2.3.1: both are form-encoded before they are joined.
            pair = f"{quote(own.client_id, safe='')}:{quote(own.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode('ascii')}"
        else:
            form = {**form, "client_id": own.client_id, "client_secret": own.client_secret}
        body = urlencode(form).encode("ascii")
        return await send_own(
            self._sender, WireRequest(service, "POST", self._urls[service], headers, body)
        )

    def _judged(self, reply: WireReply, service: str) -> WireReply:
        reply = self._sender.judge(reply, service)
        if reply.status == 403:
            raise CredentialsRefused(self._system, service, "HTTP 403: our client is not allowed")
        return reply

    @property
    def _system(self) -> str:
        return self._sender.system
