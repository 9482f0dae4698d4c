"""The card gateway of the insurance agency, with a facility's account (insurance page §2.2).

``POST /api/token/take`` · ``/api/egw/KQNhanLichSuKCB2024`` · ``/api/egw/Lskcb2025`` · ``/api/egw/nhanHoSoKCBChiTiet`` ·
``/api/qd130/checkInKcbQd130`` · ``/api/qd130/guiHoSoXmlQD130`` · ``/api/qd130/guiDuLieuGdykQd130``.
Refusals are HTTP 200 with maKetQua; secrets travel in the query, of what is sent to the agency in headers. Request fields of
Lskcb2025 are ours. A visit's file is found by its number alone, whoever's it is.

Settings (doubts page): ``md5_case`` ``any`` (default), ``upper`` or ``lower``; ``gateway_encoding`` of the token's body ``any``
(default), ``form`` or ``json``; ``card_encoding`` of the check ``json`` (default), ``form`` or ``any``; ``history_encoding`` of Lskcb2025
``form`` (default), ``json`` or ``any``; ``gateway_secrets`` ``any`` (default), ``query`` or ``body``; ``gateway_birth`` ``any`` (default),
``slashed`` (dd/MM/yyyy) or ``plain`` (ddMMyyyy); ``gateway_expiry`` ``iso`` (default) or ``text`` (dd/MM/yyyy HH:mm:ss), always UTC;
``history_fields`` ``check`` (default: Lskcb2025 wants the officer too) or ``person`` (and refuses an officer);
``card_history`` ``separate`` (default: dsLichSuKCB2018 is null since Lskcb2025) or ``inline``; ``unknown_visit`` ``null`` (default:
maKetQua 000 with hoSoKCB null) or ``050``; ``repeated_file`` ``new`` (default: received again under a new maGiaoDich), ``same``
(under the first one's) or ``refused`` (205).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final

from lienthong_sandbox._credentials import CARD_ACCOUNT
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

from ._cards import RESULTS, Card, Cards, card_fields
from ._sending import KINDS, Inbox, refused
from ._visits import visit_file, visits

LIFE: Final = timedelta(hours=1)
PREFIX: Final = "/api/"

_SENDING: Final = {f"/api/qd130/{service}": service for service in KINDS}
_HOLDER: Final = "card-gateway"
_PASSWORD: Final = hashlib.md5(CARD_ACCOUNT.password.encode(), usedforsecurity=False).hexdigest()
_BIRTHS: Final = {
    "slashed": re.compile(r"(?P<d>\d{2})/(?P<m>\d{2})/(?P<y>\d{4})"),
    "plain": re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})"),
}

Fields = Mapping[str, str]


class CardGateway:
    """Checks of cards, histories of treatment and the files of facilities, for one named account."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._cards = Cards(world.personas)
        self.inbox: Final = Inbox(world.clock, world.settings)
        self._services: Mapping[str, tuple[str, Callable[[Fields], dict[str, Any]]]] = {
            "/api/egw/KQNhanLichSuKCB2024": ("card_encoding", self._check),
            "/api/egw/Lskcb2025": ("history_encoding", self._history),
            "/api/egw/nhanHoSoKCBChiTiet": ("", self._detail),
        }

    def handle(self, request: Request) -> Response:
        """Answers one request below ``/api/``."""
        if request.path not in ("/api/token/take", *self._services, *_SENDING):
            return Response.of_text("Not Found", 404)
        if request.method != "POST":
            return Response.of_text("Method Not Allowed", 405)
        if request.path == "/api/token/take":
            return Response.of_json(self._token(request))
        if request.path in _SENDING:
            return Response.of_json(self._sent(request))
        setting, answer = self._services[request.path]
        default = {"card_encoding": "json", "history_encoding": "form"}.get(setting, "any")
        wanted = str(self._world.settings.get(setting, default))
        fields = _body(request, wanted)
        if fields is None:
            return Response.of_json(_result("205"))
        secrets = str(self._world.settings.get("gateway_secrets", "any"))
        where = {"query": request.query, "body": fields}.get(secrets, {**fields, **request.query})
        if not self._admitted(where):
            return Response.of_json(_result("401"))
        return Response.of_json(answer({**fields, **request.query}))

    def _token(self, request: Request) -> dict[str, Any]:
        fields = _body(request, str(self._world.settings.get("gateway_encoding", "any"))) or {}
        if not self._account(fields):
            return {"maKetQua": "401", "APIKey": None}
        token = self._world.tokens.issue("social_insurance", _HOLDER, LIFE)
        until = self._world.clock() + LIFE
        text = self._world.settings.get("gateway_expiry") == "text"
        return {
            "maKetQua": "200",
            "APIKey": {
                "access_token": token,
                "id_token": _identity(token),
                "token_type": "Bearer",
                "username": CARD_ACCOUNT.username,
                # A moment, not a number of seconds.
                "expires_in": f"{until:%d/%m/%Y %H:%M:%S}"
                if text
                else f"{until:%Y-%m-%dT%H:%M:%SZ}",
            },
        }

    def _account(self, fields: Fields) -> bool:
        given = fields.get("password", "")
        case = str(self._world.settings.get("md5_case", "any"))
        expected = {"upper": _PASSWORD.upper(), "lower": _PASSWORD}.get(case)
        right = given.lower() == _PASSWORD if expected is None else given == expected
        return right and fields.get("username") == CARD_ACCOUNT.username

    def _admitted(self, fields: Fields) -> bool:
        token, identity = fields.get("token", ""), fields.get("id_token", "")
        return (
            self._account(fields)
            and self._world.tokens.holder("social_insurance", token) == _HOLDER
            and compare_digest(identity.encode(), _identity(token).encode())
        )

    def _check(self, fields: Fields) -> dict[str, Any]:
        code, card = self._found(fields)
        inline = self._world.settings.get("card_history") == "inline"
        return _result(code) | {
            **card_fields(card, self._world.clock().date()),
            "dsLichSuKCB2018": visits(card) if card is not None and inline else None,
            "dsLichSuKT2018": [] if card is None else [self._earlier_check()],
        }

    def _history(self, fields: Fields) -> dict[str, Any]:
        code, card = self._asked_history(fields)
        if card is not None:
            code = "000"
        return _result(code) | {"dsLichSuKCB2025": None if card is None else visits(card)}

    def _asked_history(self, fields: Fields) -> tuple[str, Card | None]:
        if self._world.settings.get("history_fields", "check") == "check":
            return self._found(fields)
        if "hoTenCb" in fields or "cccdCb" in fields:
            return "205", None
        officer = {"hoTenCb": CARD_ACCOUNT.officer_name, "cccdCb": CARD_ACCOUNT.officer_number}
        return self._found({**fields, **officer})

    def _detail(self, fields: Fields) -> dict[str, Any]:
        number = fields.get("maHoSo", "")
        if not number:
            return _result("205")
        card = self._cards.holder(number[:-2])
        found = visit_file(card, number) if card is not None else None
        unknown = self._world.settings.get("unknown_visit", "null")
        code = "050" if found is None and unknown == "050" else "000"
        return _result(code) | {"hoSoKCB": found}

    def _sent(self, request: Request) -> dict[str, Any]:
        fields = _body(request, "form")
        if fields is None:
            return refused("205")
        secrets = {
            "username": fields.get("username", ""),
            "password": request.headers.get("passwordhash", ""),
            "token": request.headers.get("accesstoken", ""),
            "id_token": request.headers.get("tokenid", ""),
        }
        if not self._admitted(secrets):
            return refused("401")
        return self.inbox.receive(_SENDING[request.path], fields)

    def _found(self, fields: Fields) -> tuple[str, Card | None]:
        needed = ("maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb")
        birth = self._birth(fields.get("ngaySinh", ""))
        if not all(fields.get(name) for name in needed) or not birth:
            return "205", None
        if fields["cccdCb"] != CARD_ACCOUNT.officer_number:
            return "054", None
        if _name(fields["hoTenCb"]) != _name(CARD_ACCOUNT.officer_name):
            return "055", None
        return self._cards.check(fields["maThe"].strip(), fields["hoTen"], birth)

    def _birth(self, text: str) -> str:
        """As ``yyyymmdd`` or ``yyyy``; empty when it is in no accepted format."""
        if re.fullmatch(r"\d{4}", text):
            return text
        wanted = str(self._world.settings.get("gateway_birth", "any"))
        patterns = [_BIRTHS[wanted]] if wanted in _BIRTHS else list(_BIRTHS.values())
        found = next(filter(None, (pattern.fullmatch(text) for pattern in patterns)), None)
        return "" if found is None else f"{found['y']}{found['m']}{found['d']}"

    def _earlier_check(self) -> dict[str, str]:
        moment: datetime = self._world.clock() + timedelta(hours=7)
        return {
            "userKT": CARD_ACCOUNT.username,
            "thoiGianKT": f"{moment:%Y%m%d%H%M}",
            "thongBao": RESULTS["000"],
            "maLoi": "000",
        }


def _result(code: str) -> dict[str, Any]:
    return {"maKetQua": code, "ghiChu": RESULTS[code]}


def _identity(token: str) -> str:
    return hashlib.sha256(f"id:{token}".encode()).hexdigest()


def _body(request: Request, wanted: str) -> dict[str, str] | None:
    """The body's fields, or None when it is in another encoding than the wanted one, or holds something but texts."""
    if not request.body:
        return {}
    form = "json" not in request.headers.get("content-type", "")
    if wanted not in ("any", "form" if form else "json"):
        return None
    if form:
        return request.form()
    try:
        value = request.json()
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        return None
    return value


def _name(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
