"""The "DVC Bộ" interface through which systems run by ministries take dossiers (hub page §2.6).

Published are the six steps, the fields of a dossier and the HTTP statuses. The addresses below ``/dvcbo/``, the fields of a progress
step (those of hub page §2.3, with ISO times), the shape of replies and SHA-256 as ``HashTepTin`` are ours. What is sent is kept in
memory only.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lienthong_sandbox._credentials import AGENCY, MINISTRY_CLIENT
from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World

PREFIX: Final = "/dvcbo/"

_SYSTEM: Final = "operations_centre"
_TOKEN_LIFE: Final = timedelta(hours=1)
_AGENCY: Final = re.compile(r"[0-9A-Z]+(\.[0-9A-Z]+)*")
_TEXTS: Final = ("MaHoSo", "MaTTHC", "ChuHoSo", "MaDonViTiepNhan", "NgayNop", "NgayTiepNhan")
_OWNERS: Final = (0, 1, 2)
"""LoaiDoiTuong here: citizen, business, household; another table than the portal's (hub page §2.4)."""
_FORMS: Final = (0, 1, 2)
_STATUSES: Final = frozenset(str(code) for code in range(1, 11))

Row = Mapping[str, Any]


class _RefusedError(Exception):
    """A message is refused with an HTTP status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class MinistryGateway:
    """Tokens, codes, files, dossiers, steps and statuses of the "DVC Bộ" interface."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ordinals: Counter[str] = Counter()
        self._files: dict[str, str] = {}
        self._dossiers: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._services: Mapping[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "mahoso"): self._number,
            ("POST", "tep"): self._upload,
            ("POST", "hoso"): self._create,
            ("POST", "tiendo"): self._steps,
            ("POST", "trangthai"): self._set_status,
        }

    def state(self) -> dict[str, int]:
        """How many files, dossiers, steps and statuses were taken."""
        return {name: self._counts[name] for name in ("files", "dossiers", "steps", "statuses")}

    def handle(self, request: Request) -> Response:
        """Answers one request below ``/dvcbo/``: 200, 400, 401, 403 or 404."""
        name = request.path.removeprefix(PREFIX)
        if (request.method, name) == ("POST", "token"):
            return self._token(request)
        service = self._services.get((request.method, name))
        if service is None:
            return _reply(404, "Không có dịch vụ này")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        holder = self._world.tokens.holder(_SYSTEM, token)
        if scheme.lower() != "bearer" or holder != MINISTRY_CLIENT.client_id:
            return _reply(401, "Token không hợp lệ hoặc đã hết hạn")
        try:
            return service(request)
        except _RefusedError as refused:
            return _reply(refused.status, str(refused))

    def _token(self, request: Request) -> Response:
        form = request.form()
        given = (form.get("client_id"), form.get("client_secret"))
        if given != (MINISTRY_CLIENT.client_id, MINISTRY_CLIENT.client_secret):
            return Response.of_json({"error": "invalid_client"}, 401)
        token = self._world.tokens.issue(_SYSTEM, MINISTRY_CLIENT.client_id, _TOKEN_LIFE)
        life = int(_TOKEN_LIFE.total_seconds())
        return Response.of_json({"access_token": token, "token_type": "Bearer", "expires_in": life})

    def _number(self, request: Request) -> Response:
        agency = _own(request.query.get("code"))
        if agency.endswith(f".{AGENCY}"):
            # The old style names the province last, with zeros for "itself" (hub page §6).
            agency = ".".join(part for part in reversed(agency.split(".")) if part.strip("0"))
        day = f"{self._world.clock() + timedelta(hours=7):%Y%m%d}"
        self._ordinals[agency + day] += 1
        return Response.of_json({"value": f"{agency}-{day}-{self._ordinals[agency + day]:07d}"})

    def _upload(self, request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        message = BytesParser(policy=HTTP).parsebytes(
            b"content-type: " + kind.encode("latin-1") + b"\r\n\r\n" + request.body
        )
        parts = [part for part in message.walk() if part.get_filename()]
        content = parts[0].get_payload(decode=True) if parts else None
        if not isinstance(content, bytes) or not content:
            raise _RefusedError(400, "Thiếu tệp tin")
        self._counts["files"] += 1
        digest = hashlib.sha256(content).hexdigest()
        number = str(uuid5(NAMESPACE_URL, f"dvcbo:{self._counts['files']}"))
        self._files[number] = digest
        return Response.of_json({"IdTepTin": number, "HashTepTin": digest})

    def _create(self, request: Request) -> Response:
        dossier = _body(request)
        if not isinstance(dossier, Mapping):
            raise _RefusedError(400, "Hồ sơ phải là một đối tượng JSON")
        for name in _TEXTS:
            _text(dossier, name)
        for name in ("NgayNop", "NgayTiepNhan"):
            _moment(dossier[name], name, " ")
        _one_of(dossier, "LoaiDoiTuong", _OWNERS)
        _own(dossier["MaDonViTiepNhan"])
        if not isinstance(dossier.get("ThongTinNguoiNop"), Mapping):
            raise _RefusedError(400, "Thiếu trường ThongTinNguoiNop")
        for paper in _rows(dossier.get("ThanhPhanHoSo", []), "ThanhPhanHoSo"):
            self._check_paper(paper)
        if dossier["MaHoSo"] in self._dossiers:
            raise _RefusedError(400, "Hồ sơ đã tồn tại")
        self._dossiers.add(dossier["MaHoSo"])
        self._counts["dossiers"] += 1
        return _reply(200, "Tạo hồ sơ thành công", MaHoSo=dossier["MaHoSo"])

    def _check_paper(self, paper: Row) -> None:
        for name in ("MaThanhPhanHoSo", "TenThanhPhanHoSo"):
            _text(paper, name)
        _one_of(paper, "LoaiBan", _FORMS)
        for file in _rows(paper.get("GiayToDinhKem", []), "GiayToDinhKem"):
            held = self._files.get(str(file.get("IdGiayTo")))
            if held is None:
                raise _RefusedError(404, "Không tìm thấy tệp tin IdGiayTo")
            if file.get("HashTepTin") != held:
                raise _RefusedError(400, "HashTepTin không khớp với tệp tin")

    def _steps(self, request: Request) -> Response:
        steps = _rows(_body(request), "tiến độ")
        for step in steps:
            for name in ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "TrangThai"):
                _text(step, name)
            for name in ("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh"):
                if step.get(name):
                    _moment(step[name], name, "T")
            self._check_known(step)
        self._counts["steps"] += len(steps)
        return _reply(200, "Cập nhật tiến độ thành công")

    def _set_status(self, request: Request) -> Response:
        rows = _rows(_body(request), "trạng thái")
        for row in rows:
            _text(row, "MaHoSo")
            self._check_known(row)
        self._counts["statuses"] += len(rows)
        return _reply(200, "Cập nhật trạng thái thành công")

    def _check_known(self, row: Row) -> None:
        if str(row.get("TrangThai")) not in _STATUSES:
            raise _RefusedError(400, "Trường TrangThai có giá trị ngoài danh mục")
        if row["MaHoSo"] not in self._dossiers:
            raise _RefusedError(404, "Không tìm thấy hồ sơ")


def _own(code: object) -> str:
    """An agency of the sandbox's province, in the old or the new style.

    Raises:
        _RefusedError: It is no agency code, or of another province.
    """
    if not isinstance(code, str) or not _AGENCY.fullmatch(code):
        raise _RefusedError(400, "Mã đơn vị không hợp lệ")
    if AGENCY not in (code.split(".")[0], code.rpartition(".")[2]):
        raise _RefusedError(403, "Đơn vị chưa được cấp quyền")
    return code


def _body(request: Request) -> object:
    try:
        return request.json()
    except (ValueError, RecursionError):
        return None


def _rows(value: object, name: str) -> list[Row]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise _RefusedError(400, f"Dữ liệu {name} phải là danh sách")
    return value


def _text(row: Row, name: str) -> None:
    if not isinstance(row.get(name), str) or not row[name]:
        raise _RefusedError(400, f"Thiếu trường {name}")


def _one_of(row: Row, name: str, codes: tuple[int, ...]) -> None:
    """A whole number, as the interface declares it."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value not in codes:
        raise _RefusedError(400, f"Trường {name} có giá trị ngoài danh mục")


def _moment(text: object, name: str, separator: str) -> None:
    try:
        fits = datetime.fromisoformat(str(text)) is not None and str(text)[10] == separator
    except (ValueError, IndexError):
        fits = False
    if not fits:
        raise _RefusedError(400, f"Trường {name} không đúng định dạng thời gian")


def _reply(status: int, message: str, **more: str) -> Response:
    return Response.of_json({"status": status, "message": message, **more}, status)
