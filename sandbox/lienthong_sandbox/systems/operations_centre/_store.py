"""The national store of digitised papers behind a provincial proxy (hub page §4.1).

The calls are seen in one code base; the addresses ``/kho/danhsach`` and ``/kho/tep`` are ours. The store holds papers of the
sandbox's people (birth, marriage, land) and every result whose dossier was synced.

Setting ``store_requester``: ``officer`` (default: an officer asks under an own number, not the owner's) or ``any``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lienthong_sandbox._wire import Request, Response
from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Persona

from ._catalogue import Catalogue, Row
from ._files import content, link, uid_of
from ._ledger import Ledger

LIST, FILE = "/kho/danhsach", "/kho/tep"


@dataclass(frozen=True, slots=True)
class _Paper:
    owner: str
    code: str
    name: str
    number: str
    keeper: str
    files: tuple[tuple[str, str], ...]

    def row(self) -> Row:
        return {
            "MaKetQua": self.code,
            "TenGiayTo": self.name,
            "SoKyHieu": self.number,
            "CoQuanChuQuan": self.keeper,
            "DanhSachTepDinhKem": [
                {"TenTep": name, "DuongDan": address} for name, address in self.files
            ],
        }


class PaperStore:
    """Lists somebody's papers by owner and result code, and hands out their files."""

    def __init__(self, world: World, catalogue: Catalogue, ledger: Ledger) -> None:
        self._world = world
        self._catalogue = catalogue
        self._ledger = ledger
        self._papers = [
            paper for person in world.personas.people for paper in _papers(person, world)
        ]

    def handle(self, request: Request) -> Response:
        """Answers one request for a list or a file."""
        try:
            body = request.json()
        except (ValueError, RecursionError):
            body = None
        if request.method != "POST" or not isinstance(body, Mapping):
            return _listed("-1", "Nội dung gửi không phải là JSON hợp lệ", None)
        return self._list(body) if request.path == LIST else self._file(body)

    def _list(self, body: Mapping[str, Any]) -> Response:
        fault = self._fault(body)
        wanted = self._wanted(body)
        if fault or not wanted:
            return _listed("-1", fault or "Thiếu DanhSachDanhMucKetQua", None)
        owner = body["SoDinhDanhChuSoHuu"]
        found = [
            paper.row()
            for paper in (*self._papers, *self._results())
            if paper.owner == owner
            and any(paper.code == code and number in ("", paper.number) for code, number in wanted)
        ]
        return _listed("0", "Thành công", found)

    def _fault(self, body: Mapping[str, Any]) -> str:
        needed = ("SoDinhDanhChuSoHuu", "HoTenNguoiYeuCau", "SoDinhDanhNguoiYeuCau", "MaThuTuc")
        for name in needed:
            if not isinstance(body.get(name), str) or not body[name]:
                return f"Thiếu trường {name}"
        if self._catalogue.given and body["MaThuTuc"] not in self._catalogue:
            return "MaThuTuc không có trong Cơ sở dữ liệu quốc gia về TTHC"
        same = body["SoDinhDanhChuSoHuu"] == body["SoDinhDanhNguoiYeuCau"]
        channel = body.get("KenhThucHien")
        if channel not in ("1", "2"):
            return "KenhThucHien phải là 1 (cán bộ) hoặc 2 (công dân)"
        if channel == "2" and not same:
            return "Công dân chỉ được tra cứu giấy tờ của chính mình"
        strict = self._world.settings.get("store_requester", "officer") == "officer"
        if channel == "1" and same and strict:
            return "Cán bộ phải dùng số định danh của mình để tra cứu"
        return ""

    def _wanted(self, body: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Result codes with number or sign; without a list, every result code of the procedure."""
        rows = body.get("DanhSachDanhMucKetQua") or []
        if not isinstance(rows, list):
            return []
        wanted = [
            (str(row.get("MaKetQua") or ""), str(row.get("SoKyHieu") or ""))
            for row in rows
            if isinstance(row, Mapping)
        ]
        return wanted or [
            (code, "") for code in self._catalogue.result_codes(str(body.get("MaThuTuc")))
        ]

    def _file(self, body: Mapping[str, Any]) -> Response:
        """Base64 as plain text, whatever the link says of the file's type."""
        uid = uid_of(str(body.get("DuongDan") or ""))
        if not uid or not body.get("CoQuanChuQuan"):
            return Response.of_text("Không tìm thấy tệp", 404)
        return Response.of_text(base64.b64encode(content(uid)).decode("ascii"))

    def _results(self) -> Iterator[_Paper]:
        """The results of synced dossiers, each of whoever owns the dossier."""
        for dossier in self._ledger.dossiers():
            for result in dossier.get("DanhSachGiayToKetQua") or ():
                yield _Paper(
                    dossier["SoGiayToChuHoSo"],
                    result.get("MaGiayToKetQua") or result.get("MaKetQua", ""),
                    result.get("TenGiayTo", ""),
                    result.get("SoKyHieu", ""),
                    "H31",
                    (("ket-qua.pdf", result.get("DuongDanTepTinKetQua", "")),),
                )


def _papers(person: Persona, world: World) -> Iterator[_Paper]:
    citizen = person.citizen
    if citizen is None or not citizen.personal_id:
        return
    number, year = citizen.personal_id, citizen.birth[:4]

    def paper(code: str, name: str, sign: str, keeper: str, *, sheets: int = 1) -> _Paper:
        stem = f"{code}-{sign.replace('/', '-').replace(' ', '')}"
        names = [f"{stem}.pdf", *(f"{stem}-{sheet}.pdf" for sheet in range(2, sheets + 1))]
        files = tuple((file, link(f"{number}:{file}")) for file in names)
        return _Paper(number, code, name, sign, keeper, files)

    if "minor" in person.tags or "plain" in person.tags:
        sign = f"{number[-4:]}/{year}"
        yield paper("KQ.G15.000031", "Giấy khai sinh", sign, "G15", sheets=2)
    if citizen.spouse is not None:
        # One certificate for both spouses: the number follows from the younger key of the pair.
        pair = min(number, citizen.spouse.personal_id or number)
        yield paper("KQ.G15.000032", "Giấy chứng nhận kết hôn", f"{pair[-3:]}/2010", "G15")
    for held in world.personas.certificates_of(person.key):
        title = "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất"
        yield paper("KQ.G10.001147", title, held.serial, "G10")


def _listed(code: str, message: str, rows: list[Row] | None) -> Response:
    """The signature's algorithm is unknown; here it is any text that changes with the content."""
    result = None if rows is None else {"DanhSachGiayToKetQua": rows}
    signature = hashlib.sha256(repr(rows).encode()).hexdigest()
    return Response.of_json(
        {"errorCode": code, "message": message, "signature": signature, "result": result}
    )
