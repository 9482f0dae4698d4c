"""The hub's services behind its fronts: what each answers, before any envelope, session or HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from lienthong_sandbox._credentials import AGENCY, PORTAL_ACCOUNT
from lienthong_sandbox._world import World

from ._answers import Answer, ErrorCode, Parameters, Speaker, refusal
from ._catalogue import Catalogue
from ._ledger import ADD, PROGRESS, UPDATE, Ledger
from ._lists import code_list
from ._questions import Questions
from ._reports import Reports
from ._rules import dossier_fault, step_fault
from ._signon import technical_id

WRITES: Final = frozenset(
    (
        "DongBoHoSoMC",
        "CapNhatTienDoHoSoMC",
        "DongBoTrangThaiHoSo",
        "DongBoDanhGia",
        "DongBoHoiDap",
        "DongBoKetQuaHoiDapGuiTuDVCQG",
    )
)
INTEGRATION: Final = WRITES | {
    "TraCuuHoSo",
    "LayThuTuc",
    "LayDanhSachHoiDapGuiTuDVCQG",
    "LayDanhSachHoiDapBoCoQuan",
    "LayNoiDungTraLoiTheoCauHoi",
}
"""Services of the integration address; every other one lives at the share address (hub page §1). Ratings and outcomes: ours."""


class Hub:
    """Dossiers, progress, catalogue, questions and reports of the national portal, emulated from hub page §1 to §3.

    Settings: ``dossiers_per_call`` and ``steps_per_call`` (default 0: no limit, for none is documented); the rest as in
    ``_answers.py``, ``_rules.py`` and ``_lists.py``.
    """

    def __init__(self, world: World, file: Path) -> None:
        self._world = world
        self.catalogue: Final = Catalogue(world.catalogue)
        self.ledger: Final = Ledger(file)
        self._speaker = Speaker(world.settings)
        self._refused_adds = 0
        self._refused = 0
        self._services: Mapping[str, Callable[[Parameters], Answer]] = {
            "DongBoHoSoMC": self._put_dossiers,
            "CapNhatTienDoHoSoMC": self._put_steps,
            "TraCuuHoSo": self._find_dossier,
            "LayThuTuc": self._procedure,
            "LayDanhSachTTHC": self._procedures,
            "LayDanhSachTTHCDonVi": self._procedures_of,
            "LayQDCB": self._decision,
            "TraCuuTechID": self._portal_account,
            **Questions(self.ledger, self._speaker).services,
            **Reports(self.ledger, self._speaker).services,
        }

    def call(self, service: str, parameters: Parameters) -> Answer:
        """Answers one service. ``parameters`` are the fields of the envelope beside session and madonvi."""
        handler = self._services.get(service)
        if handler is not None:
            return handler(parameters)
        rows = code_list(service, self.catalogue, parameters, self._world.settings)
        return refusal("Dịch vụ không tồn tại") if rows is None else self._speaker.rows(rows)

    def success(self) -> ErrorCode:
        """The next spelling of the success code."""
        return self._speaker.success()

    def state(self, *, detail: bool = False) -> dict[str, object]:
        """Counts for the admin page.

        ``refused_adds`` (isUpdating "False" on a dossier that is there) and ``refused`` (any other refused write of dossiers and
        steps) count calls since the start; all the rest survives a restart. ``detail`` adds ``cases``: per dossier code
        ``adds``, ``updates`` and ``steps`` as ``[ThoiDiemXuLy, TrangThai]`` in order of arrival.
        """
        counts = {
            **self.ledger.summary(),
            "refused_adds": self._refused_adds,
            "refused": self._refused,
            "procedures": len(self.catalogue),
        }
        return {**counts, "cases": self.ledger.detail()} if detail else counts

    def _put_dossiers(self, parameters: Parameters) -> Answer:
        """A call is stored whole or not at all; how the real hub treats a batch is unpublished."""
        updating, records = parameters.get("isUpdating"), parameters.get("data")
        if updating not in ("True", "False") or not isinstance(records, list) or not records:
            return self._refuse('Phải có isUpdating là "True" hoặc "False" và danh sách hồ sơ data')
        if self._too_many(records, "dossiers_per_call"):
            return self._refuse("Quá số hồ sơ cho phép trong một lời gọi")
        fault = self._dossiers_fault(records)
        if fault is not None:
            return self._refuse(fault)
        known = [record["MaHoSo"] in self.ledger for record in records]
        if updating == "False" and any(known):
            self._refused_adds += 1
            return self._speaker.exists("Hồ sơ đã tồn tại trên Cổng Dịch vụ công quốc gia")
        if updating == "True" and not all(known):
            return self._refuse("Hồ sơ không tồn tại trên Cổng Dịch vụ công quốc gia")
        self.ledger.write(ADD if updating == "False" else UPDATE, records)
        return self._speaker.done("Đồng bộ hồ sơ thành công")

    def _dossiers_fault(self, records: list[Any]) -> str | None:
        settings = self._world.settings
        faults = (dossier_fault(record, self.catalogue, settings) for record in records)
        fault = next((fault for fault in faults if fault is not None), None)
        if fault is None and len({record["MaHoSo"] for record in records}) < len(records):
            return "Một hồ sơ xuất hiện hai lần trong cùng một lời gọi"
        return fault

    def _put_steps(self, parameters: Parameters) -> Answer:
        """Steps carry no id: the same step twice is stored twice (hub page §2.3).

        Setting (doubts page): ``repeated_step`` is ``kept`` (default) or ``refused``.
        """
        records = parameters.get("data")
        if not isinstance(records, list) or not records:
            return self._refuse("Thiếu dữ liệu tiến độ (data)")
        if self._too_many(records, "steps_per_call"):
            return self._refuse("Quá số bước xử lý cho phép trong một lời gọi")
        for record in records:
            fault = step_fault(record)
            if fault is not None:
                return self._refuse(fault)
            if record["MaHoSo"] not in self.ledger:
                return self._refuse("Chưa có hồ sơ: phải đồng bộ hồ sơ trước khi cập nhật tiến độ")
        refusing = self._world.settings.get("repeated_step", "kept") == "refused"
        if refusing and all(self.ledger.repeats(record) for record in records):
            return self._speaker.exists("Tiến độ hồ sơ đã tồn tại trên Cổng Dịch vụ công quốc gia")
        self.ledger.write(PROGRESS, records)
        return self._speaker.done("Cập nhật tiến độ hồ sơ thành công")

    def _too_many(self, records: list[Any], setting: str) -> bool:
        most = self._world.settings.get(setting, 0)
        return isinstance(most, int) and 0 < most < len(records)

    def _find_dossier(self, parameters: Parameters) -> Answer:
        code = parameters.get("mahoso")
        if not isinstance(code, str) or not code:
            return refusal("Thiếu tham số mahoso")
        found = self.ledger.dossier(code)
        return self._speaker.rows([] if found is None else [dict(found)])

    def _procedure(self, parameters: Parameters) -> Answer:
        """Only the short national code is known; nothing found is an empty result (ours: no refusal is published)."""
        code = parameters.get("maTTHC")
        if not isinstance(code, str) or not code:
            return refusal("Thiếu tham số maTTHC")
        found = self.catalogue.procedure(code)
        return self._speaker.rows([] if found is None else [found])

    def _procedures(self, _parameters: Parameters) -> Answer:
        return self._speaker.rows(self.catalogue.rows())

    def _procedures_of(self, parameters: Parameters) -> Answer:
        """The procedures of one agency, by its new code or its old one; another agency has none."""
        agency = parameters.get("maDonVi")
        if not isinstance(agency, str) or not agency:
            return refusal("Thiếu tham số maDonVi")
        own = agency in (AGENCY, PORTAL_ACCOUNT.madonvi)
        return self._speaker.rows(self.catalogue.rows() if own else [])

    def _decision(self, parameters: Parameters) -> Answer:
        number = parameters.get("idQDCB")
        if not isinstance(number, str) or not number:
            return refusal("Thiếu tham số idQDCB")
        found = self.catalogue.decision(number)
        return self._speaker.rows([] if found is None else [found])

    def _portal_account(self, parameters: Parameters) -> Answer:
        """Everyone whom the population register knows has a portal account here; its TechID is made up."""
        number = parameters.get("mstorcmnd")
        if parameters.get("provider") != "wso2is" or not isinstance(number, str) or not number:
            return refusal("Thiếu tham số provider hoặc mstorcmnd")
        personas = self._world.personas
        if personas.by_number(number) is None and personas.organisation(number) is None:
            return self._speaker.rows([])
        return self._speaker.rows([{"TECHNICALID": technical_id(number)}])

    def _refuse(self, message: str) -> Answer:
        self._refused += 1
        return refusal(message)
