"""Who may come in: C06's hashed Basic, the LGSP token with the officer's key pair, the token of Đồng Tháp (population page A2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta, timezone
from hmac import compare_digest
from typing import Final

from lienthong_sandbox import _ngsp
from lienthong_sandbox._credentials import C06_ACCOUNT, DONGTHAP_ACCOUNT, LGSP_ACCOUNT
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

_SKEW: Final = timedelta(minutes=5)
_VIETNAM: Final = timezone(timedelta(hours=7))


class C06Door:
    """V-A: Basic whose password is SHA-256 hex of sv_url + username + timestamp + secret.

    Settings: ``timestamp_unit`` is ``ms`` (default), ``s`` or ``any``; ``refused_status`` is 401 (default) or 403, both of
    which mean wrong credentials (doubts page); ``headers`` says which further ones must be there: ``none`` (default),
    ``xroad`` (X-Road-Client, ApiKey, SOAPAction) or ``esb`` (ESB_SOURCE_TYPE and ESB_SOURCE_USERNAME, both the username).
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def refusal(self, request: Request) -> Response | None:
        """401 (403) for wrong credentials or a timestamp more than 5 minutes off; None to let the request in."""
        stamp = request.headers.get("timestamp", "")
        username, _, password = _ngsp.basic(request.headers.get("authorization", "")).partition(":")
        text = C06_ACCOUNT.sv_url + C06_ACCOUNT.username + stamp + C06_ACCOUNT.secret
        expected = hashlib.sha256(text.encode()).hexdigest()
        known = username == C06_ACCOUNT.username and compare_digest(
            password.encode(), expected.encode()
        )
        if not known or not self._fresh(stamp) or not self._complete(request.headers):
            if self._world.settings.get("refused_status") == 403:
                return Response.of_text("Forbidden", 403)
            return Response.of_text("Unauthorized", 401)
        return None

    def _complete(self, headers: Mapping[str, str]) -> bool:
        wanted = str(self._world.settings.get("headers", "none"))
        if wanted == "xroad":
            return all(name in headers for name in ("x-road-client", "apikey", "soapaction"))
        names = ("esb_source_type", "esb_source_username") if wanted == "esb" else ()
        return all(headers.get(name) == C06_ACCOUNT.username for name in names)

    def _fresh(self, stamp: str) -> bool:
        if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 16:
            return False
        now = self._world.clock().timestamp()
        unit = str(self._world.settings.get("timestamp_unit", "ms"))
        scales = {"ms": (1000,), "s": (1,)}.get(unit, (1000, 1))
        return any(abs(now - int(stamp) / scale) <= _SKEW.total_seconds() for scale in scales)


class LgspDoor:
    """V-B: a token for the ``lgspaccesstoken`` blob; each call repeats the blob and adds the officer's ``AuthHash``."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._officers: Final[Mapping[str, str]] = dict(LGSP_ACCOUNT.officers)

    def token(self, request: Request) -> Response:
        """Answers the token request; 401 for a wrong blob, 400 for another grant."""
        if request.form().get("grant_type") != "client_credentials":
            return Response.of_json({"error": "unsupported_grant_type"}, 400)
        if not _ngsp.knows_blob(request):
            return Response.of_json({"error": "invalid_client"}, 401)
        return _ngsp.issued(self._world.tokens, "population", LGSP_ACCOUNT.app_name)

    def refusal(self, request: Request) -> Response | None:
        """401 for a wrong token or blob, 403 for an officer who is not in the table; None to let the request in."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        bearer = scheme.lower() == "bearer" and self._world.tokens.valid("population", token)
        if not bearer or not _ngsp.knows_blob(request):
            return Response.of_json({"code": 401, "message": "Unauthorized"}, 401)
        name, _, key = _ngsp.decoded(request.headers.get("authhash", "")).partition(":")
        if not name or self._officers.get(name) != key:
            return Response.of_json({"code": 403, "message": "Forbidden"}, 403)
        return None


class DongThapDoor:
    """V-C: a token for the header ``Auth`` and an empty form; each call has the token only, the body names the user.

    Setting ``dongthap_expiry``: ``iso`` (default, ISO 8601 with offset) or ``epoch`` (milliseconds), for the format of
    expiryDate is unpublished (doubts page).
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def token(self, request: Request) -> Response:
        """Answers the token request; 401 for a wrong header."""
        given = request.headers.get("auth", "")
        if request.body or not compare_digest(given.encode(), DONGTHAP_ACCOUNT.auth.encode()):
            return Response.of_json({"message": "Unauthorized"}, 401)
        token = self._world.tokens.issue("population", "dongthap", _ngsp.TOKEN_LIFE)
        until = self._world.clock() + _ngsp.TOKEN_LIFE
        epoch = self._world.settings.get("dongthap_expiry") == "epoch"
        return Response.of_json(
            {
                "token": token,
                "refreshToken": token[::-1],
                "expiryDate": int(until.timestamp() * 1000)
                if epoch
                else until.astimezone(_VIETNAM).isoformat(timespec="seconds"),
            }
        )

    def refusal(self, request: Request) -> Response | None:
        """401 for a wrong token; None to let the request in."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._world.tokens.valid("population", token):
            return None
        return Response.of_json({"message": "Unauthorized"}, 401)
