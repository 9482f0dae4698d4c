"""The insurance agency's inter-agency services on NGSP (insurance page §2.1), and the way to its card gateway (§2.2).

Published: paths, methods, field names, code values of ``loaiNgaySinh``, ``gioiTinh`` and ``isKs``. Not published, and
therefore ours: the values of ``trangThai`` (``"1"`` found, ``"0"`` not) and of ``errorCode``, what "not found" looks like
(every field empty), which fields are required, HTTP 400 for a malformed request, and the reply without envelope.

Settings (doubts page): ``year_only_birth`` ``"short"`` (default: ``1948``, ``194805``) or ``"padded"`` (``19480000``);
``household`` ``"person"`` (default: who shares a household comes as a list of one) or ``"members"`` (the whole household);
``not_found`` ``"empty"`` (default: every field empty), ``"null"`` (every field null) or ``"object"`` (no field at all);
``several`` ``"list"`` (default) or ``"error"`` (as nobody, with an errorCode of its own); ``status_values`` ``"found_1"`` (default) or
``"found_0"`` (trangThai 0 and errorCode 0 for a find, trangThai 1 for nobody); ``adapter_path`` ``"any"`` (default), ``"plain"`` or
``"versioned"``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from lienthong_sandbox import _ngsp
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

from ._gateway import PREFIX as GATEWAY
from ._gateway import CardGateway
from ._register import BIRTH_DIGITS, Criteria, Entry, Register

_PATH: Final = re.compile(r"/apiBHXH/(?P<version>\d+(?:\.\d+)*/)?(?P<service>\w+)")
_FOUND, _NONE = "1", "0"
_OTHER_WAY_ROUND: Final = {_FOUND: _NONE, _NONE: _FOUND}
_SEVERAL: Final = "NHIEU_KET_QUA"
_NOT_FOUND: Final = "KHONG_TIM_THAY"
_MALFORMED: Final = "DU_LIEU_KHONG_HOP_LE"

_HOUSEHOLD_FIELDS: Final = (
    "maSo",
    "hoTen",
    "ngaySinh",
    "loaiNgaySinh",
    "gioiTinh",
    "maHo",
    "diaChi",
)
_PERSON_FIELDS: Final = (
    "hoTen",
    "soSoCu",
    "ngaySinh",
    "loaiNgaySinh",
    "gioiTinh",
    "maTinhKs",
    "maHuyenKs",
    "maXaKs",
)

Body = Mapping[str, str]
Row = dict[str, str | None]


class _MalformedError(Exception):
    """A request lacks a field or holds one that cannot be."""


class _SeveralError(Exception):
    """Several people meet the criteria, and the switch wants no list of them."""


class SocialInsurance:
    """The social insurance database as a one-stop system reaches it through NGSP."""

    name = "social_insurance"

    def __init__(self, world: World) -> None:
        self._world = world
        self._register = Register(world.personas)
        self._gateway = CardGateway(world)
        self._answered: dict[str, int] = {}
        self._services: Mapping[str, tuple[Callable[[Body], Any], Row]] = {
            "getMaSoBhxhTheoTieuChi": (self._number, _number_row(None, _NOT_FOUND)),
            "getTraCuuThongTinHgd": (self._household, _blank(_HOUSEHOLD_FIELDS)),
            "getTraCuuTtHgdByMaSoBhxh": (self._by_number, _blank(_PERSON_FIELDS)),
        }

    def state(self, *, detail: bool = False) -> dict[str, object]:
        """Counts for the admin page: ``insured`` people, calls ``answered`` by service, ``files`` of facilities.

        With ``detail`` every receipt of a file.
        """
        inbox = self._gateway.inbox
        return {
            "insured": len(self._register),
            "answered": dict(self._answered),
            "files": inbox.summary(),
            **({"receipts": inbox.detail()} if detail else {}),
        }

    def service_of(self, request: Request) -> str:
        """``token`` or the operation's name, with or without a version; on the gateway ``take``, ``Lskcb2025`` …"""
        if request.path.startswith(GATEWAY):
            return request.path.rpartition("/")[2]
        found = _PATH.fullmatch(request.path)
        return found["service"] if found else request.path.strip("/")

    async def handle(self, request: Request) -> Response:
        """Answers one request."""
        service = self.service_of(request)
        if request.path == "/token":
            return _ngsp.token(request, self._world.tokens, self.name)
        if request.path.startswith(GATEWAY):
            response = self._gateway.handle(request)
            if response.status == 200:
                self._answered[service] = self._answered.get(service, 0) + 1
            return response
        if service not in self._services or not self._addressed(request.path):
            return _platform_fault(404, "404", "No matching resource found")
        if request.method != "POST":
            return _platform_fault(405, "405", "Method not allowed")
        if not _ngsp.admitted(request, self._world.tokens, self.name):
            return _platform_fault(401, "900901", "Invalid Credentials")
        answer, empty = self._services[service]
        try:
            result = answer(_texts(request))
        except _MalformedError:
            return Response.of_json({**empty, "errorCode": _MALFORMED}, 400)
        except _SeveralError:
            result = {**empty, "errorCode": _SEVERAL}
        self._answered[service] = self._answered.get(service, 0) + 1
        if result is None:
            result = self._nobody(empty)
        rows = result if isinstance(result, list) else [result]
        spoken = [self._spoken(row) for row in rows]
        return Response.of_json(spoken if isinstance(result, list) else spoken[0])

    def _addressed(self, path: str) -> bool:
        found = _PATH.fullmatch(path)
        wanted = self._world.settings.get("adapter_path", "any")
        return found is not None and wanted in ("any", "versioned" if found["version"] else "plain")

    def _spoken(self, result: Row) -> Row:
        """A row with the values that the switch gives to trangThai and errorCode."""
        if self._world.settings.get("status_values", "found_1") == "found_1":
            return result
        spoken = {**result}
        if status := result.get("trangThai"):
            spoken["trangThai"] = _OTHER_WAY_ROUND[status]
        if result.get("errorCode") == "":
            spoken["errorCode"] = "0"
        return spoken

    def _nobody(self, empty: Row) -> Row:
        shape = self._world.settings.get("not_found", "empty")
        return {} if shape == "object" else dict.fromkeys(empty) if shape == "null" else {**empty}

    def _number(self, body: Body) -> Row | list[Row] | None:
        found = self._register.search(
            _criteria(body, "maTinhKs", "maHuyenKs", "maXaKs", ("hoTen", "ngaySinh", "gioiTinh"))
        )
        return self._one_or_several([_number_row(entry, "") for entry in found])

    def _household(self, body: Body) -> Row | list[Row] | None:
        needed = () if body.get("soSo") or body.get("maThe") else ("hoTen", "ngaySinh")
        found = self._register.search(_criteria(body, "maTinh", "", "", needed))
        if len(found) == 1:
            return self._formed(found[0], self._household_row)
        return self._one_or_several([self._household_row(entry) for entry in found])

    def _by_number(self, body: Body) -> Row | list[Row] | None:
        number = body.get("maSoBhxh", "")
        if not re.fullmatch(r"\d{10}", number):
            raise _MalformedError
        found = self._register.by_number(number)
        return None if found is None else self._formed(found, self._person_row)

    def _one_or_several(self, rows: list[Row]) -> Row | list[Row] | None:
        """Nobody: ``None``; one: the object; several: the list."""
        if len(rows) > 1 and self._world.settings.get("several", "list") == "error":
            raise _SeveralError
        return rows if len(rows) > 1 else next(iter(rows), None)

    def _formed(self, entry: Entry, row: Callable[[Entry], Row]) -> Row | list[Row]:
        """An object for who is alone in the household, else a list: both are possible (insurance page §2.1)."""
        if not self._register.shares_household(entry):
            return row(entry)
        whole = self._world.settings.get("household", "person") == "members"
        return [row(member) for member in (self._register.household(entry) if whole else [entry])]

    def _household_row(self, entry: Entry) -> Row:
        held = entry.insurance
        return {
            "maSo": held.number,
            "hoTen": held.name,
            **self._birth(entry),
            "gioiTinh": held.sex,
            "maHo": held.household,
            "diaChi": entry.household_place.detail,
            "trangThai": _FOUND,
        }

    def _person_row(self, entry: Entry) -> Row:
        held = entry.insurance
        return {
            "hoTen": held.name,
            "soSoCu": held.old_book,
            **self._birth(entry),
            "gioiTinh": held.sex,
            "maTinhKs": held.place.province,
            "maHuyenKs": held.place.district,
            "maXaKs": held.place.ward,
            "trangThai": _FOUND,
        }

    def _birth(self, entry: Entry) -> Row:
        kind = {length: code for code, length in BIRTH_DIGITS.items()}[len(entry.birth)]
        padded = self._world.settings.get("year_only_birth", "short") == "padded"
        shown = entry.birth.ljust(8, "0") if padded else entry.birth
        return {"ngaySinh": shown, "loaiNgaySinh": kind}


def _blank(fields: Sequence[str]) -> Row:
    return {**dict.fromkeys(fields, ""), "trangThai": _NONE}


def _number_row(entry: Entry | None, error: str) -> Row:
    return {
        "maSoBhxh": entry.insurance.number if entry else "",
        "trangThai": _FOUND if entry else _NONE,
        "errorCode": error,
    }


def _texts(request: Request) -> Body:
    """All fields are texts (insurance page §2.1)."""
    try:
        body = request.json()
    except (ValueError, RecursionError) as error:
        raise _MalformedError from error
    if not isinstance(body, Mapping) or not all(isinstance(value, str) for value in body.values()):
        raise _MalformedError
    return body


def _criteria(
    body: Body, province: str, district: str, ward: str, needed: Sequence[str]
) -> Criteria:
    if not all(body.get(field, "").strip() for field in needed):
        raise _MalformedError
    return Criteria(
        name=body.get("hoTen", ""),
        birth=_birth_digits(body),
        sex=_chosen(body, "gioiTinh", "1", "2", "3"),
        province=body.get(province, ""),
        district=body.get(district, ""),
        ward=body.get(ward, ""),
        at_birth=_chosen(body, "isKs", "0", "1") != "0",
        book=body.get("soSo", ""),
        card=body.get("maThe", ""),
    )


def _birth_digits(body: Body) -> str:
    """The digits that count. What stands behind them is free: 4, 6 and 8 digits are taken (doubts page)."""
    given = body.get("ngaySinh", "")
    if not given:
        return ""
    digits = BIRTH_DIGITS[_chosen(body, "loaiNgaySinh", *BIRTH_DIGITS) or "0"]
    if not re.fullmatch(r"\d{4}|\d{6}|\d{8}", given) or len(given) < digits:
        raise _MalformedError
    return given[:digits]


def _chosen(body: Body, field: str, *allowed: str) -> str:
    given = body.get(field, "")
    if given and given not in allowed:
        raise _MalformedError
    return given


def _platform_fault(status: int, code: str, message: str) -> Response:
    """The platform's own error; its shape is unpublished, this one is ours after the gateway product in use."""
    return Response.of_json({"fault": {"code": code, "message": message}}, status)
