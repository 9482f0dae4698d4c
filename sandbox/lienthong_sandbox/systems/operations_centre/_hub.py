"""The hub's services behind its fronts: what each answers, before any envelope, session or HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from lienthong_sandbox._world import World

from ._catalogue import Catalogue, Row
from ._ledger import ADD, PROGRESS, UPDATE, Ledger
from ._lists import code_list
from ._rules import dossier_fault, step_fault

ErrorCode = int | str

WRITES: Final = frozenset({"DongBoHoSoMC", "CapNhatTienDoHoSoMC"})
INTEGRATION: Final = WRITES | {"TraCuuHoSo", "LayThuTuc"}
"""Services of the integration address; every other one lives at the share address (hub page §1)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hub says: ``error_code`` as number or text, a Vietnamese sentence, rows."""

    error_code: ErrorCode
    message: str
    result: tuple[Row, ...] = ()


class Hub:
    """Dossiers, progress and catalogue of the national portal, emulated from hub page §2 and §3.

    The success code comes as ``0``, ``"0"`` and ``"00"`` in turn and the code of a refused add as ``0``, ``"3"`` and
    ``"-3"`` in turn, because all of them are seen (hub page §1, §2.5) and no rule is.
    """

    def __init__(self, world: World, file: Path) -> None:
        self._world = world
        self._catalogue = Catalogue(world.catalogue)
        self._ledger = Ledger(file)
        self._success = cycle(_codes(0, "0", "00"))
        self._exists = cycle(_codes(0, "3", "-3"))
        self._refused_adds = 0
        self._refused = 0
        self._services: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
            "DongBoHoSoMC": self._put_dossiers,
            "CapNhatTienDoHoSoMC": self._put_steps,
            "TraCuuHoSo": self._find_dossier,
            "LayThuTuc": self._procedure,
            "LayDanhSachTTHC": self._procedures,
            "LayDanhSachTTHCDonVi": self._procedures,
            "TraCuuTechID": self._portal_account,
        }

    def call(self, service: str, parameters: Mapping[str, Any]) -> Answer:
        """Answers one service. ``parameters`` are the fields of the envelope beside session and madonvi."""
        handler = self._services.get(service)
        if handler is not None:
            return handler(parameters)
        rows = code_list(service, self._catalogue)
        return refusal("Dịch vụ không tồn tại") if rows is None else self._rows(rows)

    def success(self) -> ErrorCode:
        """The next spelling of the success code."""
        return next(self._success)

    def state(self, *, detail: bool = False) -> dict[str, object]:
        """Counts for the admin page.

        ``refused_adds`` (isUpdating "False" on a dossier that is there) and ``refused`` (any other refused write) count
        calls since the start; all the rest survives a restart. ``detail`` adds ``cases``: per dossier code ``adds``,
        ``updates`` and ``steps`` as ``[ThoiDiemXuLy, TrangThai]`` in order of arrival.
        """
        counts = {
            **self._ledger.summary(),
            "refused_adds": self._refused_adds,
            "refused": self._refused,
            "procedures": len(self._catalogue),
        }
        return {**counts, "cases": self._ledger.detail()} if detail else counts

    def _put_dossiers(self, parameters: Mapping[str, Any]) -> Answer:
        """A call is stored whole or not at all; how the real hub treats a batch is unpublished."""
        updating, records = parameters.get("isUpdating"), parameters.get("data")
        if updating not in ("True", "False") or not isinstance(records, list) or not records:
            return self._refuse('Phải có isUpdating là "True" hoặc "False" và danh sách hồ sơ data')
        fault = self._dossiers_fault(records)
        if fault is not None:
            return self._refuse(fault)
        known = [record["MaHoSo"] in self._ledger for record in records]
        if updating == "False" and any(known):
            self._refused_adds += 1
            return Answer(next(self._exists), "Hồ sơ đã tồn tại trên Cổng Dịch vụ công quốc gia")
        if updating == "True" and not all(known):
            return self._refuse("Hồ sơ không tồn tại trên Cổng Dịch vụ công quốc gia")
        self._ledger.write(ADD if updating == "False" else UPDATE, records)
        return Answer(self.success(), "Đồng bộ hồ sơ thành công")

    def _dossiers_fault(self, records: list[Any]) -> str | None:
        faults = (dossier_fault(record, self._catalogue) for record in records)
        fault = next((fault for fault in faults if fault is not None), None)
        if fault is None and len({record["MaHoSo"] for record in records}) < len(records):
            return "Một hồ sơ xuất hiện hai lần trong cùng một lời gọi"
        return fault

    def _put_steps(self, parameters: Mapping[str, Any]) -> Answer:
        """Steps carry no id: the same step twice is stored twice (hub page §2.3)."""
        records = parameters.get("data")
        if not isinstance(records, list) or not records:
            return self._refuse("Thiếu dữ liệu tiến độ (data)")
        for record in records:
            fault = step_fault(record)
            if fault is not None:
                return self._refuse(fault)
            if record["MaHoSo"] not in self._ledger:
                return self._refuse("Chưa có hồ sơ: phải đồng bộ hồ sơ trước khi cập nhật tiến độ")
        self._ledger.write(PROGRESS, records)
        return Answer(self.success(), "Cập nhật tiến độ hồ sơ thành công")

    def _find_dossier(self, parameters: Mapping[str, Any]) -> Answer:
        code = parameters.get("mahoso")
        if not isinstance(code, str) or not code:
            return refusal("Thiếu tham số mahoso")
        found = self._ledger.dossier(code)
        return self._rows([] if found is None else [dict(found)])

    def _procedure(self, parameters: Mapping[str, Any]) -> Answer:
        """Only the short national code is known; nothing found is an empty result (ours: no refusal is published)."""
        code = parameters.get("maTTHC")
        if not isinstance(code, str) or not code:
            return refusal("Thiếu tham số maTTHC")
        found = self._catalogue.procedure(code)
        return self._rows([] if found is None else [found])

    def _procedures(self, _parameters: Mapping[str, Any]) -> Answer:
        return self._rows(self._catalogue.rows())

    def _portal_account(self, parameters: Mapping[str, Any]) -> Answer:
        """Everyone whom the population register knows has a portal account here; its TechID is made up."""
        number = parameters.get("mstorcmnd")
        if parameters.get("provider") != "wso2is" or not isinstance(number, str) or not number:
            return refusal("Thiếu tham số provider hoặc mstorcmnd")
        personas = self._world.personas
        if personas.by_number(number) is None and personas.organisation(number) is None:
            return self._rows([])
        return self._rows([{"TECHNICALID": hashlib.sha256(number.encode()).hexdigest()[:32]}])

    def _rows(self, rows: list[Row]) -> Answer:
        return Answer(self.success(), "Thành công", tuple(rows))

    def _refuse(self, message: str) -> Answer:
        self._refused += 1
        return refusal(message)


def refusal(message: str) -> Answer:
    """A refusal: error_code ``"-1"`` and the sentence."""
    return Answer("-1", message)


def _codes(*codes: ErrorCode) -> tuple[ErrorCode, ...]:
    return codes
