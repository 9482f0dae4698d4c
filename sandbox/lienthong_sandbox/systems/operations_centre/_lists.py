"""The code lists that the hub serves (``LayDanhMuc…``), as far as their content is known.

Row keys are published for the lists of agencies and fields only; for the others MA… and TEN… by the list's own name is the
doubts page's default. Parts of long lists (peoples, religions, countries, communes) are left out: they hold what the sandbox's
people need. A list that is not here is answered like a service that does not exist.

Setting ``list_keys`` (doubts page): ``suffix`` (default, ``MAGIOITINH``), ``short`` (``MA``, ``TEN``) or ``code`` (``CODE``, ``NAME``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lienthong_sandbox._credentials import PORTAL_ACCOUNT

from ._catalogue import APPLICANTS, LEVELS, Catalogue

Row = dict[str, Any]

_PROVINCES: Final = (
    "01 Thành phố Hà Nội,04 Cao Bằng,08 Tuyên Quang,11 Điện Biên,12 Lai Châu,14 Sơn La,15 Lào Cai,19 Thái Nguyên,"
    "20 Lạng Sơn,22 Quảng Ninh,24 Bắc Ninh,25 Phú Thọ,31 Thành phố Hải Phòng,33 Hưng Yên,37 Ninh Bình,38 Thanh Hóa,"
    "40 Nghệ An,42 Hà Tĩnh,44 Quảng Trị,46 Thành phố Huế,48 Thành phố Đà Nẵng,51 Quảng Ngãi,52 Gia Lai,56 Khánh Hòa,"
    "66 Đắk Lắk,68 Lâm Đồng,75 Đồng Nai,79 Thành phố Hồ Chí Minh,80 Tây Ninh,82 Đồng Tháp,86 Vĩnh Long,91 An Giang,"
    "92 Thành phố Cần Thơ,96 Cà Mau"
)
"""The 34 provinces since 1 July 2025."""
_PEOPLES: Final = (
    "01 Kinh,02 Tày,03 Thái,04 Hoa,05 Khmer,06 Mường,07 Nùng,08 Mông,09 Dao,10 Gia Rai,11 Ngái,12 Ê Đê,13 Ba Na,"
    "14 Xơ Đăng,15 Sán Chay,16 Cơ Ho,17 Chăm,18 Sán Dìu,19 Hrê"
)
_RELIGIONS: Final = "00 Không,01 Phật giáo,02 Công giáo,03 Phật giáo Hòa Hảo,04 Hồi giáo,05 Cao Đài"
_COUNTRIES: Final = (
    "VN Việt Nam,LA Lào,KH Campuchia,CN Trung Quốc,KR Hàn Quốc,JP Nhật Bản,US Hoa Kỳ,FR Pháp"
)
_COMMUNES: Final = (
    "11953 Phường Phố Hiến,11980 Phường Hồng Châu,11983 Phường Sơn Nam,11992 Xã Lạc Đạo,12004 Xã Như Quỳnh,"
    "12019 Xã Văn Giang,12073 Xã Yên Mỹ,12103 Phường Mỹ Hào,12127 Phường Thượng Hồng,12142 Xã Ân Thi,12205 Xã Khoái Châu"
)
_DISTRICTS: Final = (
    "323 Thành phố Hưng Yên,325 Huyện Văn Lâm,326 Huyện Văn Giang,327 Huyện Yên Mỹ,328 Thị xã Mỹ Hào,329 Huyện Ân Thi,"
    "330 Huyện Khoái Châu"
)
"""Of before July 2025: the list lives on for old papers."""


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, name) for code, _, name in (row.partition(" ") for row in text.split(",")))


_FIXED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "GioiTinh": (("1", "Nam"), ("2", "Nữ"), ("3", "Khác")),
    "TinhThanh": _pairs(_PROVINCES),
    "QuanHuyen": _pairs(_DISTRICTS),
    "PhuongXa": _pairs(_COMMUNES),
    "QuocGia": _pairs(_COUNTRIES),
    "DanToc": _pairs(_PEOPLES),
    "TonGiao": _pairs(_RELIGIONS),
    "TinhTrangHonNhan": (
        ("1", "Chưa kết hôn"),
        ("2", "Đang có vợ/chồng"),
        ("3", "Đã ly hôn hoặc góa"),
    ),
    "DoiTuong": tuple(APPLICANTS.values()),
    "CapThucHien": tuple(LEVELS.values()),
    "LoaiThuTuc": (("1", "TTHC được luật giao quy định chi tiết"), ("2", "TTHC không được giao")),
}
_OF_PROVINCE: Final = ("QuanHuyen", "PhuongXa")
_PREFIX: Final = "LayDanhMuc"


def code_list(
    service: str,
    catalogue: Catalogue,
    parameters: Mapping[str, Any],
    settings: Mapping[str, object],
) -> list[Row] | None:
    """The rows of one code list by its service name, or ``None`` when the hub has no such list."""
    name = service.removeprefix(_PREFIX)
    if name == service:
        return None
    if name == "CoQuan":
        return [
            {"MADONVI": PORTAL_ACCOUNT.madonvi, "TENDONVI": "UBND tỉnh Hưng Yên", "CAPDONVI": "2"}
        ]
    if name == "LinhVuc":
        return catalogue.fields()
    if name == "ThuTucThuocLoai":
        # Which groups there are is unpublished; here a group is a field, and a kind holds everything.
        group = str(parameters.get("maLoaiThuTuc", ""))
        return catalogue.by_field(group) if "-" in group else catalogue.rows()
    pairs = _rows(name, catalogue)
    if pairs is None:
        return None
    code, title = _keys(name, str(settings.get("list_keys", "suffix")))
    rows: list[Row] = [{code: pair[0], title: pair[1]} for pair in pairs]
    if name in _OF_PROVINCE:
        rows = [row | {"MATINHTHANH": "33"} for row in rows]
    if name == "LePhi":
        rows = [row | {"SOTIEN": fee[2]} for row, fee in zip(rows, catalogue.fees(), strict=True)]
    return rows


def _rows(name: str, catalogue: Catalogue) -> tuple[tuple[str, str], ...] | None:
    if name == "CanCuPhapLy":
        return tuple(catalogue.decisions())
    if name == "LePhi":
        return tuple((code, title) for code, title, _ in catalogue.fees())
    if name == "NhomThuTuc":
        return tuple((row["MALINHVUC"], row["TENLINHVUC"]) for row in catalogue.fields())
    return _FIXED.get(name)


def _keys(name: str, form: str) -> tuple[str, str]:
    return {"short": ("MA", "TEN"), "code": ("CODE", "NAME")}.get(
        form, (f"MA{name.upper()}", f"TEN{name.upper()}")
    )
