"""The token of NGSP and of provincial LGSP platforms, in all three variants that clients use (insurance-land page §1).

A: ``Authorization: Basic`` with consumer key and secret · B: the two as form fields ``client_id`` and ``client_secret`` · C: the
``lgspaccesstoken`` blob, which every call repeats beside its bearer token.
"""

from __future__ import annotations

import base64
import json
from binascii import Error as Base64Error
from datetime import timedelta
from hmac import compare_digest
from typing import Final

from lienthong_sandbox._credentials import LGSP_ACCOUNT, NGSP_ACCOUNT
from lienthong_sandbox._tokens import TokenBook
from lienthong_sandbox._wire import Request, Response

TOKEN_LIFE: Final = timedelta(seconds=3600)

_BLOB: Final = {
    "AccessKey": LGSP_ACCOUNT.access_key,
    "SecretKey": LGSP_ACCOUNT.secret_key,
    "AppName": LGSP_ACCOUNT.app_name,
    "PartnerCode": LGSP_ACCOUNT.partner_code,
    "PartnerCodeCus": LGSP_ACCOUNT.partner_code_cus,
}


def token(request: Request, tokens: TokenBook, system: str) -> Response:
    """Answers a token request of variant A, B or C; 401 for wrong credentials, 400 for another grant."""
    form = request.form()
    if request.method != "POST" or form.get("grant_type") != "client_credentials":
        return Response.of_json({"error": "unsupported_grant_type"}, 400)
    if knows_blob(request):
        return issued(tokens, system, LGSP_ACCOUNT.app_name)
    pair = basic(request.headers.get("authorization", ""))
    if not pair:
        pair = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
    expected = f"{NGSP_ACCOUNT.consumer_key}:{NGSP_ACCOUNT.consumer_secret}"
    if not compare_digest(pair.encode(), expected.encode()):
        return Response.of_json({"error": "invalid_client"}, 401)
    return issued(tokens, system, NGSP_ACCOUNT.consumer_key)


def admitted(request: Request, tokens: TokenBook, system: str) -> bool:
    """Whether a call bears a good token, and repeats the blob where the token was given for it."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    holder = tokens.holder(system, given.strip()) if scheme.lower() == "bearer" else None
    if holder == LGSP_ACCOUNT.app_name:
        return knows_blob(request)
    return holder == NGSP_ACCOUNT.consumer_key


def issued(tokens: TokenBook, system: str, holder: str) -> Response:
    """A new token as these platforms write it."""
    return Response.of_json(
        {
            "access_token": tokens.issue(system, holder, TOKEN_LIFE),
            "scope": "am_application_scope default",
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
        }
    )


def knows_blob(request: Request, header: str = "lgspaccesstoken") -> bool:
    """Whether the header holds the sandbox's own ``lgspaccesstoken`` blob."""
    try:
        blob = json.loads(decoded(request.headers.get(header, "")))
    except (ValueError, RecursionError):
        return False
    return isinstance(blob, dict) and blob == _BLOB


def basic(header: str) -> str:
    """What an ``Authorization: Basic`` holds, ``user:password``; empty when it is none."""
    scheme, _, value = header.partition(" ")
    return decoded(value) if scheme.lower() == "basic" else ""


def decoded(text: str) -> str:
    """Base64 as text; empty when it is none."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (Base64Error, ValueError):
        return ""
