"""Sign-on of the national portal: authorisation code flow and userinfo (hub page §5.1).

Published are the flow and the keys of userinfo; the addresses below ``/sso/`` are ours. ``login_hint`` takes the place of a
person at a screen: the key of a persona or an organisation.

Settings: ``userinfo_birth`` is ``yyyyMMdd`` (default) or ``dd/MM/yyyy``; ``userinfo_absent`` is ``empty`` (default: keys without a
value are empty texts), ``null`` or ``missing``.
"""

from __future__ import annotations

import base64
import hashlib
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from lienthong_sandbox._credentials import SSO_CLIENT
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Organisation, Persona

PREFIX: Final = "/sso/"

_SYSTEM: Final = "operations_centre"
_CODE, _TOKEN = "sso-code:", "sso-token:"
_CODE_LIFE: Final = timedelta(minutes=1)
_TOKEN_LIFE: Final = timedelta(hours=1)


class SignOn:
    """The identity provider of the portal."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes: dict[str, str] = {}

    def handle(self, request: Request) -> Response:
        """Answers one request below ``/sso/``."""
        name = request.path.removeprefix(PREFIX)
        if name == "authorize" and request.method == "GET":
            return self._authorize(request.query)
        if name == "userinfo" and request.method == "GET":
            return self._userinfo(request)
        if name == "token" and request.method == "POST":
            return self._token(request)
        if name == "introspect" and request.method == "POST":
            return self._introspect(request)
        return Response.of_text("Not Found", 404)

    def _authorize(self, query: Mapping[str, str]) -> Response:
        back = query.get("redirect_uri", "")
        if query.get("client_id") != SSO_CLIENT.client_id or not back:
            return Response.of_json({"error": "invalid_request"}, 400)
        whom = query.get("login_hint", "nguyen-an")
        good = query.get("response_type") == "code" and "openid" in query.get("scope", "").split()
        answer = {"state": query.get("state", "")}
        if not good:
            answer["error"] = "invalid_request"
        elif self._subject(whom) is None:
            answer["error"] = "access_denied"
        else:
            code = self._world.tokens.issue(_SYSTEM, f"{_CODE}{whom}", _CODE_LIFE)
            self._codes[code] = back
            answer["code"] = code
        joint = "&" if "?" in back else "?"
        return Response(302, b"", {"location": f"{back}{joint}{urlencode(answer)}"})

    def _token(self, request: Request) -> Response:
        form = request.form()
        if not _client(request, form):
            return Response.of_json({"error": "invalid_client"}, 401)
        code = form.get("code", "")
        holder = self._world.tokens.holder(_SYSTEM, code) or ""
        # A code is good once, and only for the address it was made for.
        back = self._codes.pop(code, None)
        if (
            form.get("grant_type") != "authorization_code"
            or not holder.startswith(_CODE)
            or back is None
            or back != form.get("redirect_uri")
        ):
            return Response.of_json({"error": "invalid_grant"}, 400)
        whom = holder.removeprefix(_CODE)
        token = self._world.tokens.issue(_SYSTEM, f"{_TOKEN}{whom}", _TOKEN_LIFE)
        return Response.of_json(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": int(_TOKEN_LIFE.total_seconds()),
                "scope": "openid",
            }
        )

    def _introspect(self, request: Request) -> Response:
        form = request.form()
        if not _client(request, form):
            return Response.of_json({"error": "invalid_client"}, 401)
        holder = self._world.tokens.holder(_SYSTEM, form.get("token", "")) or ""
        return Response.of_json({"active": holder.startswith(_TOKEN)})

    def _userinfo(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        holder = self._world.tokens.holder(_SYSTEM, token.strip()) or ""
        if scheme.lower() != "bearer" or not holder.startswith(_TOKEN):
            return Response.of_json({"error": "invalid_token"}, 401)
        found = self._subject(holder.removeprefix(_TOKEN))
        claims = self._organisation(found) if isinstance(found, Organisation) else {}
        if isinstance(found, Persona):
            claims = self._person(found)
        return Response.of_json(self._shaped(claims))

    def _subject(self, key: str) -> Persona | Organisation | None:
        personas = self._world.personas
        person = next((one for one in personas.people if one.key == key and one.citizen), None)
        return person or next((one for one in personas.organisations if one.key == key), None)

    def _person(self, person: Persona) -> dict[str, str]:
        citizen = person.citizen
        if citizen is None:
            return {}
        insurance = person.insurance.number if person.insurance else ""
        return _subject_of(citizen.personal_id or citizen.card) | {
            "LoaiTaiKhoan": "1",
            "SoDinhDanh": citizen.personal_id,
            "SoCMND": citizen.card,
            "HoVaTen": citizen.name,
            "NgayThangNamSinh": self._birth(citizen.birth),
            "GioiTinh": citizen.sex,
            "ThuongTru": citizen.permanent.detail,
            "NoiOHienNay": citizen.current.detail,
            "MaBHXH": insurance,
        }

    def _organisation(self, unit: Organisation) -> dict[str, str]:
        """The person behind an organisation's account is its first representative."""
        return _subject_of(unit.number) | {
            "LoaiTaiKhoan": "2",
            "MaSoThue": unit.number,
            "MaSoDoanhNghiep": unit.number,
            "HoVaTen": unit.representatives[0],
            "TenDoanhNghiep": unit.name,
            "DiaChi": unit.place.detail,
        }

    def _birth(self, birth: str) -> str:
        if self._world.settings.get("userinfo_birth") == "dd/MM/yyyy":
            return "/".join(reversed(birth.split("-")))
        return birth.replace("-", "")

    def _shaped(self, claims: dict[str, str]) -> dict[str, Any]:
        names = [
            "sub",
            "TechID",
            "LoaiTaiKhoan",
            "SoDinhDanh",
            "SoCMND",
            "MaSoThue",
            "MaSoDoanhNghiep",
            "HoVaTen",
            "NgayThangNamSinh",
            "GioiTinh",
            "ThuDienTu",
            "SoDienThoai",
            "ThuongTru",
            "NoiOHienNay",
            "TenDoanhNghiep",
            "DiaChi",
            "MaBHXH",
        ]
        absent = self._world.settings.get("userinfo_absent", "empty")
        if absent == "missing":
            return {name: claims[name] for name in names if claims.get(name)}
        blank = None if absent == "null" else ""
        return {name: claims.get(name) or blank for name in names}


def technical_id(number: str) -> str:
    """TechID of the portal account of a person or an organisation; made up, the same for every caller."""
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def _subject_of(number: str) -> dict[str, str]:
    return {"sub": technical_id(f"sub:{number}"), "TechID": technical_id(number)}


def _client(request: Request, form: Mapping[str, str]) -> bool:
    """Client id and secret by Basic or in the form."""
    given = (form.get("client_id", ""), form.get("client_secret", ""))
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
        except (Base64Error, ValueError):
            return False
        given = (name, secret)
    return given == (SSO_CLIENT.client_id, SSO_CLIENT.client_secret)
