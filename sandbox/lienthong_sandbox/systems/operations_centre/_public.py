"""The public catalogue of the new portal, as its own web pages call it: no login, cursor paging (hub page §3.2).

Paths, request fields, ``data{items, lastId, total}`` and the detail's keys are seen in clients; the envelope's ``code`` is that of
the portal's other public calls (hub page §9), the rest ours. A setting ``public_code`` names the code's key: ``code`` (default) or
``codeNotation``, for both are seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lienthong_sandbox._wire import Request, Response

from ._catalogue import Catalogue, Row
from ._files import content

PREFIX: Final = "/api/v1/"

_PUBLIC: Final = "submitting/formality/list-all-public-formality-by-citizen"
_ALL: Final = "submitting/formality/list-all-formality-by-citizen"
_DETAIL: Final = "configuring/formality/get-formality-by-citizen"
_PDF: Final = "configuring/formality/export-pdf-formality-detail-by-citizen"
_PREVIEW: Final = "submitting/preview-attachment"
_FILES: Final = "files/configuring/"
_LONGEST: Final = 200
_MINISTRIES: Final = {"G01": "Bộ Công an", "G15": "Bộ Tư pháp"}


class PublicCatalogue:
    """Answers anybody about the national catalogue.

    Args:
        catalogue: What it shows.
        settings: The operations centre's switches.
    """

    def __init__(self, catalogue: Catalogue, settings: Mapping[str, object]) -> None:
        self._catalogue = catalogue
        self._settings = settings

    def handle(self, request: Request) -> Response:
        """Answers one request below ``/api/v1/``."""
        name = request.path.removeprefix(PREFIX)
        if request.method == "GET" and (name == _PREVIEW or name.startswith(_FILES)):
            return _pdf(request.query.get("fileId", name))
        if request.method != "POST" or name not in (_PUBLIC, _ALL, _DETAIL, _PDF):
            return refused("NOT_FOUND", 404)
        try:
            body = request.json()
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, Mapping):
            return refused("BAD_REQUEST", 400)
        if name in (_PUBLIC, _ALL):
            return self._list(body, public_only=name == _PUBLIC)
        row = next((row for row in self._catalogue.rows() if _id(row) == body.get("id")), None)
        if row is None:
            return refused("NOT_FOUND", 404)
        return self._detail(row) if name == _DETAIL else _pdf(_id(row))

    def _list(self, body: Mapping[str, Any], *, public_only: bool) -> Response:
        limit, last = body.get("limit", 20), body.get("lastId")
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _LONGEST:
            return refused("BAD_REQUEST", 400)
        found = [
            row
            for row in self._catalogue.rows()
            if _wanted(row, body) and (row["TRANGTHAI"] == "1" or not public_only)
        ]
        start = next((place + 1 for place, row in enumerate(found) if _id(row) == last), 0)
        if last and start == 0:
            return refused("BAD_REQUEST", 400)
        shown = found[start : start + limit]
        more = start + limit < len(found)
        return answered(
            {
                "items": [self._item(row) for row in shown],
                "lastId": _id(shown[-1]) if more else None,
                "total": len(found),
            }
        )

    def _item(self, row: Row) -> dict[str, Any]:
        key = str(self._settings.get("public_code", "code"))
        return {
            "id": _id(row),
            key: row["MATTHC"],
            "name": row["TENTTHC"],
            "departmentCode": row["MACOQUANCONGBO"],
            "categoryId": row["MALINHVUC"],
        }

    def _detail(self, row: Row) -> Response:
        whole = self._catalogue.procedure(row["MATTHC"]) or {}
        levels = {level["CAPTHUCHIEN"] for level in whole["CAPTHUCHIEN"]}
        ministry = row["MACOQUANCONGBO"]
        return answered(
            {
                **self._item(row),
                "isMinistry": "1" in levels,
                "isProvince": "2" in levels,
                "isWard": "4" in levels,
                "departmentPromulgateName": _MINISTRIES.get(ministry, ministry),
                "category": {"id": row["MALINHVUC"], "name": row["TENLINHVUC"]},
            }
        )


def _id(row: Row) -> str:
    return str(uuid5(NAMESPACE_URL, f"formality:{row['MATTHC']}"))


def _wanted(row: Row, body: Mapping[str, Any]) -> bool:
    text = str(body.get("q") or "").casefold()
    return (
        text in f"{row['MATTHC']} {row['TENTTHC']}".casefold()
        and body.get("categoryId") in (None, "", row["MALINHVUC"])
        and body.get("departmentCode") in (None, "", row["MACOQUANCONGBO"])
    )


def answered(data: dict[str, Any]) -> Response:
    """A public call that was answered."""
    return Response.of_json({"code": "OK", "data": data})


def refused(code: str, status: int) -> Response:
    """A public call that was not; keys of the answer, a code of ours, an HTTP status."""
    return Response.of_json({"code": code, "data": None}, status)


def _pdf(name: str) -> Response:
    return Response(200, content(name), {"content-type": "application/pdf"})
