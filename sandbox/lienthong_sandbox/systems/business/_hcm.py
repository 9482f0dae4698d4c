"""The LGSP front of Hồ Chí Minh City: one look-up, flattened names, the key blob as Authorization (population page B2)."""

from __future__ import annotations

import re
from typing import Any, Final

from lienthong_sandbox import _ngsp
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox.personas import Organisation, Personas
from lienthong_sandbox.systems.business._dossiers import ENTERPRISES
from lienthong_sandbox.systems.business._enterprise import main_information

_NUMBER: Final = re.compile(r"\d{10}(-\d{3})?")


def look_up(request: Request, personas: Personas) -> Response:
    """Answers one look-up. 401 for a wrong key blob, which has no ``Bearer`` before it.

    Published are the keys of the envelope and ``SUCCESS``; what "not found" and a malformed number look like is ours.
    """
    if not _ngsp.knows_blob(request, "authorization"):
        return Response.of_json({"message": "Unauthorized"}, 401)
    number = request.query.get("MaSoDoanhNghiep", "")
    if not _NUMBER.fullmatch(number):
        return _envelope(400, "BAD_REQUEST", "Mã số doanh nghiệp không hợp lệ", None)
    unit = personas.organisation(number)
    if unit is None or unit.kind not in ENTERPRISES:
        return _envelope(404, "NOT_FOUND", "Không tìm thấy doanh nghiệp", None)
    return _envelope(200, "SUCCESS", "", _flat(unit))


def _flat(unit: Organisation) -> dict[str, Any]:
    place = unit.place
    return main_information(unit) | {
        "HO_ADDRESS_FULLTEXT": place.detail,
        "HO_CITY_ID": int(place.province),
        "HO_DISTRICT_ID": int(place.district) if place.district else None,
        "HO_WARD_ID": int(place.ward),
    }


def _envelope(code: int, status: str, description: str, result: dict[str, Any] | None) -> Response:
    return Response.of_json(
        {
            "StatusCode": code,
            "Status": status,
            "ThrowException": "",
            "Description": description,
            "ResultObject": result,
        }
    )
