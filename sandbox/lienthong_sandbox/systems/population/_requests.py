"""Requests for lists of citizens, answered later: queued, running, done after some polls (population page A3).

Only the operations' names are published; messages, states and page limits are ours (``README.md`` beside this module).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final

from lienthong_sandbox._world import World
from lienthong_sandbox.personas import Citizen, Persona
from lienthong_sandbox.systems.population import _answer
from lienthong_sandbox.systems.population._answer import Node, ours
from lienthong_sandbox.systems.population._ask import Ask, AskFaultyError

_QUEUED, _RUNNING, _DONE, _FAILED = "0", "1", "2", "3"
_TEXTS: Final = {
    _QUEUED: "Chờ xử lý",
    _RUNNING: "Đang xử lý",
    _DONE: "Hoàn thành",
    _FAILED: "Thất bại",
}
_PAGE: Final = 20
_LONGEST_PAGE: Final = 100
_VIETNAM: Final = timezone(timedelta(hours=7))


@dataclass(slots=True)
class _Request:
    number: str
    operation: str
    details: Mapping[str, str]
    received: datetime
    polls: int = 0
    history: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.history[-1][1]


class ListRequests:
    """The requests of one sandbox, kept until it ends or they are deleted.

    Settings: ``list_polls`` is how many times GetRequestStatus must be asked until a list is done (default 2);
    ``list_fails`` makes new lists end as failed.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._requests: dict[str, _Request] = {}
        self._issued = 0
        self._services: Mapping[str, Callable[[Ask], str]] = {
            "GetRequests": self._all,
            "GetRequestStatus": self._status,
            "GetRequestDetail": self._detail,
            "GetRequestHistory": self._history,
            "GetRequestResult": self._result,
            "GetResultDetailAsRecords": self._records,
            "GetResultDetailAsFile": self._file,
            "DeleteRequest": self._delete,
        }

    def __len__(self) -> int:
        return len(self._requests)

    def accept(self, ask: Ask) -> str:
        """Takes a CungCapDanhSachTheo… request and answers with its number."""
        if ask.details.get("TuTuoi", "0").zfill(3) > ask.details.get("DenTuoi", "999").zfill(3):
            raise AskFaultyError("DenTuoi lies before TuTuoi", "DenTuoi")
        self._issued += 1
        now = self._world.clock()
        request = _Request(f"DS{self._issued:08d}", ask.operation, ask.details, now)
        self._requests[request.number] = request
        request.history.append((now, _QUEUED))
        if self._polls() == 0:
            self._finish(request)
        return ours("YeuCauDanhSachResponse", *_heading(request))

    def manage(self, ask: Ask) -> str:
        """Answers one of the management operations.

        Raises:
            AskFaultyError: The list request is unknown or not finished, or a page is out of bounds.
        """
        return self._services[ask.operation](ask)

    def _all(self, ask: Ask) -> str:
        newest = list(reversed(self._requests.values()))
        first, size = _page(ask)
        rows = [
            Node("YeuCau", [*_heading(request), ("TenDichVu", request.operation)])
            for request in newest[first : first + size]
        ]
        return ours("DanhSachYeuCauResponse", ("TongSo", str(len(newest))), *rows)

    def _status(self, ask: Ask) -> str:
        request = self._asked(ask)
        request.polls += 1
        if request.status in (_QUEUED, _RUNNING):
            if request.polls >= self._polls():
                self._finish(request)
            elif request.status == _QUEUED:
                request.history.append((self._world.clock(), _RUNNING))
        return ours(
            "TrangThaiYeuCauResponse",
            ("MaYeuCauDanhSach", request.number),
            ("TrangThai", request.status),
            ("MoTa", _TEXTS[request.status]),
        )

    def _detail(self, ask: Ask) -> str:
        request = self._asked(ask)
        done = _moment(request.history[-1][0]) if request.status in (_DONE, _FAILED) else ""
        parameters = [
            Node("ThamSo", [("Ten", name), ("GiaTri", text)])
            for name, text in request.details.items()
        ]
        return ours(
            "ChiTietYeuCauResponse",
            *_heading(request),
            ("TenDichVu", request.operation),
            ("ThoiDiemHoanThanh", done),
            *parameters,
        )

    def _history(self, ask: Ask) -> str:
        request = self._asked(ask)
        rows = [
            Node("LichSu", [("ThoiDiem", _moment(moment)), ("TrangThai", status)])
            for moment, status in request.history
        ]
        number = ("MaYeuCauDanhSach", request.number)
        return ours("LichSuYeuCauResponse", number, *rows)

    def _result(self, ask: Ask) -> str:
        request = self._asked(ask)
        done = request.status == _DONE
        people = self._found(request) if done else []
        return ours(
            "KetQuaYeuCauResponse",
            ("MaYeuCauDanhSach", request.number),
            ("TrangThai", request.status),
            ("SoCongDan", str(len(people))),
            ("TenTep", f"{request.number}.xml" if done else ""),
            ("DungLuong", str(len(_document(people)) if done else 0)),
        )

    def _records(self, ask: Ask) -> str:
        people = self._found(self._finished(ask))
        first, size = _page(ask)
        return _answer.citizens(people[first : first + size], len(people))

    def _file(self, ask: Ask) -> str:
        request = self._finished(ask)
        return ours(
            "TepKetQuaResponse",
            ("TenTep", f"{request.number}.xml"),
            ("LoaiTep", "application/xml"),
            ("NoiDung", base64.b64encode(_document(self._found(request))).decode("ascii")),
        )

    def _delete(self, ask: Ask) -> str:
        request = self._asked(ask)
        del self._requests[request.number]
        return ours("XoaYeuCauResponse", ("MaYeuCauDanhSach", request.number), ("KetQua", "true"))

    def _asked(self, ask: Ask) -> _Request:
        found = self._requests.get(ask.details["MaYeuCauDanhSach"])
        if found is None:
            raise AskFaultyError(
                "unknown list request: MaYeuCauDanhSach", "MaYeuCauDanhSach", "404"
            )
        return found

    def _finished(self, ask: Ask) -> _Request:
        request = self._asked(ask)
        if request.status != _DONE:
            raise AskFaultyError("the list is not finished: ask GetRequestStatus")
        return request

    def _finish(self, request: _Request) -> None:
        status = _FAILED if self._world.settings.get("list_fails") else _DONE
        request.history.append((self._world.clock(), status))

    def _polls(self) -> int:
        polls = self._world.settings.get("list_polls", 2)
        return polls if isinstance(polls, int) else 2

    def _found(self, request: _Request) -> list[Persona]:
        today = self._world.clock().astimezone(_VIETNAM)
        return [
            person
            for person in self._world.personas.people
            if person.citizen is not None
            and not person.citizen.died
            and _meets(person.citizen, request.details, today)
        ]


def _meets(citizen: Citizen, details: Mapping[str, str], today: datetime) -> bool:
    held = {
        "MaTinhThanh": citizen.permanent.province,
        "MaPhuongXa": citizen.permanent.ward,
        "NhomMau": citizen.blood,
        "GioiTinh": citizen.sex,
        "DanToc": citizen.ethnicity,
        "TonGiao": citizen.religion,
    }
    if any(name in details and details[name] != text for name, text in held.items()):
        return False
    if "TuTuoi" not in details:
        return True
    # Somebody of whom only the year is known counts as born on 1 January.
    year, _, day = citizen.birth.partition("-")
    age = today.year - int(year) - (f"{today:%m-%d}" < (day or "01-01"))
    return int(details["TuTuoi"]) <= age <= int(details["DenTuoi"])


def _heading(request: _Request) -> list[tuple[str, str]]:
    return [
        ("MaYeuCauDanhSach", request.number),
        ("TrangThai", request.status),
        ("ThoiDiemTiepNhan", _moment(request.received)),
    ]


def _page(ask: Ask) -> tuple[int, int]:
    """The first row's place and the number of rows; pages are counted from 1."""
    page, size = int(ask.details.get("Trang", "1")), int(ask.details.get("SoBanGhi", _PAGE))
    if page < 1 or not 1 <= size <= _LONGEST_PAGE:
        raise AskFaultyError(f"Trang counts from 1, SoBanGhi goes to {_LONGEST_PAGE}", "Trang")
    return (page - 1) * size, size


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(_VIETNAM):%Y%m%d%H%M%S}"


def _document(people: list[Persona]) -> bytes:
    text = _answer.citizens_document(people, len(people))
    return b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode("utf-8")
