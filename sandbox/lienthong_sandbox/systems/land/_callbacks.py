"""What the land systems send to the one-stop system: progress, supplements, tax results, ends (land page §4.2, §4.3).

The names, fields and addresses are seen in public code. Times are UTC, as the receiving side there adds seven hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from lienthong_sandbox._calls import Call, CallFaultyError, text_of
from lienthong_sandbox._tax import payment_proof, tax_notice
from lienthong_sandbox._world import World

Body = dict[str, Any]

_OFFICER: Final = "canbo.dat.dai"
_READS: Final = ("GetDanhMucNguoiDung", "GetDanhMucThuTuc", "GetDanhMucTrangThai")
_FILE: Final = "thong-bao-mau.pdf"


class Callbacks:
    """Builds the land systems' own calls.

    Setting ``callback_times``: ``z`` (default, ``2026-11-24T01:00:00Z``), ``naive`` (UTC without a zone) or ``local`` (``+07:00``).
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._bodies: Mapping[str, Callable[[str, str], Body]] = {
            "ChuyenHoSo": self._move,
            "YeuCauBoSungHoSo": self._ask_supplement,
            "NhanBoSungHoSo": self._take_supplement,
            "GuiKetQuaThue": self._tax,
            "KetThucHoSo": self._end,
            "TiepNhanHoSoChoMotCua": self._received_for,
            "YeuCauCapNhatHoSo": self._ask_update,
        }

    @property
    def operations(self) -> tuple[str, ...]:
        """Every call there is."""
        return (*_READS, *self._bodies, "KetQuaThue", *_NATIONAL)

    def call(self, operation: str, code: str, fields: Mapping[str, object]) -> Call:
        """The call for one operation about the dossier ``code``.

        ``fields``: ``base`` (address of the receiving side, without the operation), ``code`` (the shared security code),
        ``front`` (``vbdlis`` or ``ilis``: whose file links), ``files_base`` (this system's own address), ``body`` (fields that
        replace those of the sample).

        Raises:
            CallFaultyError: The operation is unknown or a field is wrong.
        """
        base, secret = text_of(fields, "base").rstrip("/"), text_of(fields, "code")
        changes = fields.get("body", {})
        if not base or not isinstance(changes, Mapping):
            raise CallFaultyError("base must be an address and body an object")
        if operation in _READS:
            shown = f"{base}/{operation}?SecurityCode="
            return Call("GET", shown + quote(secret, safe=""), f"{shown}***")
        link = self._link(fields)
        if operation == "KetQuaThue":
            shown = f"{base}/{operation}?CodeGet="
            body = self._ilis_tax(code, link) | dict(changes)
            return Call("POST", shown + quote(secret, safe=""), f"{shown}***", body)
        if operation in _NATIONAL:
            body = _NATIONAL[operation](code, secret, self._local_now()) | dict(changes)
            return Call("POST", f"{base}/{operation}", f"{base}/{operation}", body)
        if operation not in self._bodies:
            raise CallFaultyError(f"unknown operation; known: {', '.join(self.operations)}")
        body = self._bodies[operation](code, link) | dict(changes)
        shown = f"{base}/{operation}/"
        return Call("POST", shown + quote(secret, safe=""), f"{shown}***", body)

    def _link(self, fields: Mapping[str, object]) -> str:
        """VBDLIS gives a path below a configured base; iLIS a whole address behind its token."""
        if text_of(fields, "front", "vbdlis") != "ilis":
            return f"tep/{_FILE}"
        return f"{text_of(fields, 'files_base').rstrip('/')}/ilis/tep/{_FILE}"

    def _move(self, code: str, link: str) -> Body:
        return {
            "SoBienNhan": code,
            "MaCanBoChuyen": _OFFICER,
            "MaCanBoNhan": "canbo.tham.dinh",
            "MaTrangThai": "DANGXULY",
            "LaTrangThaiChuyenLai": False,
            "NoiDungXuLy": "Chuyển thẩm định",
            "NgayChuyen": self._moment(),
            "HanXuLy": 1.5,
            "DanhSachTapTin": [_file(link)],
        }

    def _ask_supplement(self, code: str, link: str) -> Body:
        return {
            "SoBienNhan": code,
            "NgayChoBoSung": self._moment(),
            "MaCanBoXuLy": _OFFICER,
            "LaTamDung": True,
            "GhiChu": "Đề nghị bổ sung bản vẽ thửa đất",
            "TapTin": _file(link),
        }

    def _take_supplement(self, code: str, link: str) -> Body:
        return {
            "SoBienNhan": code,
            "NgayNhanBoSung": self._moment(),
            "NgayHenTraMoi": self._moment(timedelta(days=10)),
            "GhiChu": "Đã nhận bổ sung",
            "TapTin": _file(link),
        }

    def _tax(self, code: str, link: str) -> Body:
        return {
            "SoBienNhan": code,
            "NguoiXuLy": "Chi cục Thuế mẫu",
            "NgayCoKetQuaThue": self._moment(),
            "GhiChu": "Thông báo nghĩa vụ tài chính",
            "DanhSachThongBaoThue": [
                {
                    "HoTenChu": "Nguyễn Văn An Mẫu",
                    "LoaiThue": "LPTB",
                    "SoThongBaoThue": "TB-0001/2026",
                    "DuongDanThongBaoThue": link,
                }
            ],
        }

    def _ilis_tax(self, code: str, link: str) -> Body:
        """The same news in iLIS's spelling."""
        return {
            "SoBienNhan": code,
            "NguoiXuLy": "Chi cục Thuế mẫu",
            "NgayCoKetQuaThue": self._moment(),
            "GhiChu": "Thông báo nghĩa vụ tài chính",
            "DanhSachThongBaoThue": [
                {
                    "HoVaChu": "Nguyễn Văn An Mẫu",
                    "LoaiThue": "LPTB",
                    "SoThongBaoThue": "TB-0001/2026",
                    "DuongDanTBT": link,
                }
            ],
        }

    def _end(self, code: str, link: str) -> Body:
        return {
            "SoBienNhan": code,
            "NgayKetThuc": self._moment(),
            "MaCanBoXuLy": _OFFICER,
            "TrangThaiKetThuc": 0,
            "GhiChu": "Đã có kết quả",
            "DanhSachGiayToKetQua": [_file(link)],
        }

    def _received_for(self, code: str, link: str) -> Body:
        """A dossier that the land office took in itself; ThongTinThuaDat is one object here, and files are links."""
        return {
            "LaQuyTrinhCapTinh": False,
            "TinhId": 33,
            "HuyenId": 0,
            "XaId": 12205,
            "SoBienNhan": code,
            "MaHoSoMotCua": None,
            "NguoiTiepNhan": _OFFICER,
            "NgayTiepNhan": self._moment(),
            "NgayHenTra": self._moment(timedelta(days=20)),
            "DiaChiTaiSan": "Thôn Mẫu, Xã Khoái Châu, tỉnh Hưng Yên",
            "ThongTinNguoiNopDon": {
                "HoTen": "Nguyễn Văn An Mẫu",
                "SoChungMinh": "033085000101",
                "DiaChiChiTiet": "Số 1 đường Mẫu, Phường Sơn Nam, tỉnh Hưng Yên",
                "SoDienThoai": "",
                "Email": "",
            },
            "ThongTinQuyTrinh": {"MaQuyTrinh": "1.012783", "TenQuyTrinh": "Đăng ký biến động"},
            "ThongTinThuaDat": {
                "SoThuTuThua": "204",
                "SoHieuBanDo": "17",
                "DienTich": "250.5",
                "DiaChiChiTiet": "Thôn Mẫu, Xã Khoái Châu, tỉnh Hưng Yên",
            },
            "DanhSachGiayToDinhKem": [_file(link)],
        }

    def _ask_update(self, code: str, _link: str) -> Body:
        return {
            "SoBienNhan": code,
            "MaCanBoXuLy": _OFFICER,
            "GhiChu": "Đề nghị cập nhật thông tin người nộp",
        }

    def _moment(self, later: timedelta = timedelta()) -> str:
        moment = (self._world.clock() + later).replace(microsecond=0)
        form = self._world.settings.get("callback_times", "z")
        if form == "local":
            return f"{moment + timedelta(hours=7):%Y-%m-%dT%H:%M:%S}+07:00"
        return f"{moment:%Y-%m-%dT%H:%M:%S}{'' if form == 'naive' else 'Z'}"

    def _local_now(self) -> datetime:
        return self._world.clock() + timedelta(hours=7)


def _file(link: str) -> Body:
    """KieuFile has its dot; the file itself is fetched from LinkFile."""
    return {
        "TenGiayTo": "Thông báo mẫu",
        "KieuFile": ".pdf",
        "LinkFile": link,
        "SoBanSao": 0,
        "SoBanChinh": 1,
    }


_NATIONAL: Final[Mapping[str, Callable[[str, str, datetime], Body]]] = {
    "ImportThongBaoThueFromDVCQG": tax_notice,
    "ImportChungTuThueFromDVCQG": payment_proof,
}
