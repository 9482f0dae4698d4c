"""What the hub refuses in a dossier or a progress step, one sentence per refusal.

The mandatory fields are those marked M on hub page §2.1 and §2.3, the code tables those of §2.4. The real hub's own
refusals are unpublished: that it checks these, and the sentences, are ours. A sentence names the field, never its
content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from ._catalogue import Catalogue

Record = Mapping[str, Any]
Settings = Mapping[str, object]

_STATUS: Final = frozenset(str(code) for code in range(1, 11))  # 11 is only for promotion notices
_FLAG: Final = frozenset({"0", "1"})
_CODES: Final[Mapping[str, frozenset[str]]] = {
    "TrangThaiHoSo": _STATUS,
    "TrangThai": _STATUS,
    "KenhThucHien": frozenset({"1", "2", "3"}),
    "LoaiDoiTuong": frozenset({"1", "2", "3", "4"}),
    "HinhThuc": _FLAG,
    "NoiNopHoSo": frozenset({"1", "2"}),
    "HoSoCoThanhPhanSoHoa": _FLAG,
    "TaiKhoanDuocXacThucVoiVNeID": _FLAG,
    # 3 is seen in one code base only (doubts page): refused.
    "DuocThanhToanTrucTuyen": frozenset({"0", "1", "2"}),
    "DuocSoHoa": _FLAG,
    "DuocTaiSuDung": frozenset({"0", "1", "2"}),
    "DuocLayTuKhoDMQG": _FLAG,
    "IsDeleted": frozenset({"False", "True", "0", "1"}),
}
_DOSSIER_MANDATORY: Final = (
    "MaHoSo",
    "MaTTHC",
    "TenTTHC",
    "TenLinhVuc",
    "SoGiayToChuHoSo",
    "LoaiDoiTuong",
    "NgayNopHoSo",
    "TrangThaiHoSo",
    "HinhThuc",
    "DonViXuLy",
    "NoiNopHoSo",
    "HoSoCoThanhPhanSoHoa",
    "TaiKhoanDuocXacThucVoiVNeID",
    "DuocThanhToanTrucTuyen",
)
_DOSSIER_DATES: Final = (
    "NgayNopHoSo",
    "NgayTiepNhan",
    "NgayHenTra",
    "NgayTuChoi",
    "NgayKetThucXuLy",
    "NgayTra",
)
_DOSSIER_LISTS: Final = (
    "DinhDanhCHS",
    "DSKetNoiCSDL",
    "TaiLieuNop",
    "DanhSachLePhi",
    "DanhSachTepDinhKemKhac",
    "DanhSachHoSoBoSung",
    "DanhSachGiayToKetQua",
)
_NOT_YET_ACCEPTED: Final = frozenset({"1", "3"})
_STEP_MANDATORY: Final = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "TrangThai")
_STEP_DATES: Final = ("ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh")
_NATIONAL_CODE: Final = re.compile(r"\d\.\d{6}")
_DATE: Final = re.compile(r"\d{14}")
_IDENTIFIER_LENGTH: Final = {"1": 12, "2": 9}


def dossier_fault(record: object, catalogue: Catalogue, settings: Settings) -> str | None:
    """The first thing wrong with one dossier of ``DongBoHoSoMC``, as a Vietnamese sentence; ``None`` when nothing is.

    Settings (doubts page): ``result_code_field`` is ``any`` (default), ``MaGiayToKetQua`` or ``MaKetQua``; ``is_deleted`` is ``any``
    (default), ``text`` (False/True) or ``number`` (0/1); ``supplement_types`` is ``any`` (default), ``text`` or ``typed``;
    ``payment_3`` lets DuocThanhToanTrucTuyen be 3 (default false).
    """
    if not isinstance(record, Mapping):
        return "Dữ liệu hồ sơ không đúng cấu trúc"
    return next(_dossier_faults(record, catalogue, settings), None)


def record_fault(record: object, mandatory: tuple[str, ...], dates: tuple[str, ...]) -> str | None:
    """The first thing wrong with a record of another service: fields that must be texts, and moments."""
    if not isinstance(record, Mapping):
        return "Dữ liệu không đúng cấu trúc"
    given = {name: record[name] for name in mandatory if name in record}
    faults = (*_texts(given, ()), *_mandatory(given, mandatory), *_dates(given, dates))
    return next(iter(faults), None)


def step_fault(record: object) -> str | None:
    """The first thing wrong with one step of ``CapNhatTienDoHoSoMC``; ``None`` when nothing is."""
    if not isinstance(record, Mapping):
        return "Dữ liệu tiến độ không đúng cấu trúc"
    return next(_step_faults(record), None)


def _dossier_faults(record: Record, catalogue: Catalogue, settings: Settings) -> Iterator[str]:
    yield from _texts(record, _DOSSIER_LISTS)
    yield from _mandatory(record, _DOSSIER_MANDATORY)
    if record["DuocThanhToanTrucTuyen"] != "3" or not settings.get("payment_3"):
        yield from _codes(record)
    yield from _dates(record, _DOSSIER_DATES)
    yield from _reception(record)
    yield from _procedure(record, catalogue)
    yield from _owners(record)
    yield from _databases(record)
    for number, paper in enumerate(_rows(record, "TaiLieuNop"), start=1):
        yield from (f"TaiLieuNop thứ {number}: {fault}" for fault in _paper_faults(paper, settings))
    for number, result in enumerate(_rows(record, "DanhSachGiayToKetQua"), start=1):
        yield from (
            f"DanhSachGiayToKetQua thứ {number}: {fault}"
            for fault in _result_faults(result, settings)
        )
    for number, other in enumerate(_rows(record, "DanhSachTepDinhKemKhac"), start=1):
        yield from (
            f"DanhSachTepDinhKemKhac thứ {number}: {fault}" for fault in _other_faults(other)
        )
    for number, supplement in enumerate(_rows(record, "DanhSachHoSoBoSung"), start=1):
        yield from (
            f"DanhSachHoSoBoSung thứ {number}: {fault}"
            for fault in _supplement_faults(supplement, settings)
        )


def _step_faults(record: Record) -> Iterator[str]:
    yield from _texts(record, ())
    yield from _mandatory(record, _STEP_MANDATORY)
    yield from _codes(record)
    yield from _dates(record, _STEP_DATES)


def _reception(record: Record) -> Iterator[str]:
    """Absent dates are empty texts (hub page §1); only what is not accepted yet has no reception date."""
    if "NgayTiepNhan" not in record:
        yield "Thiếu trường bắt buộc NgayTiepNhan"
    elif not record["NgayTiepNhan"] and record["TrangThaiHoSo"] not in _NOT_YET_ACCEPTED:
        yield "Trường NgayTiepNhan không được để trống khi hồ sơ đã được tiếp nhận"


def _procedure(record: Record, catalogue: Catalogue) -> Iterator[str]:
    code = record["MaTTHC"]
    if not _NATIONAL_CODE.fullmatch(code):
        yield "MaTTHC phải là mã quốc gia, không kèm mã cơ quan"
    elif catalogue.given and code not in catalogue:
        yield "MaTTHC không có trong Cơ sở dữ liệu quốc gia về TTHC"
    # Mandatory too, but nobody can send what the national database itself does not hold.
    if "MaLinhVuc" not in record:
        yield "Thiếu trường bắt buộc MaLinhVuc"
    elif not record["MaLinhVuc"] and (not catalogue.given or catalogue.has_field_code(code)):
        yield "Trường MaLinhVuc không được để trống"


def _owners(record: Record) -> Iterator[str]:
    if not record.get("DinhDanhCHS"):
        yield "DinhDanhCHS phải có ít nhất một định danh của chủ hồ sơ"
    for owner in _rows(record, "DinhDanhCHS"):
        kind, number = owner.get("LoaiDinhDanh"), owner.get("SoDinhDanh")
        if not isinstance(kind, str) or not kind or not isinstance(number, str) or not number:
            yield "DinhDanhCHS thiếu LoaiDinhDanh hoặc SoDinhDanh"
            continue
        length = _IDENTIFIER_LENGTH.get(kind)
        if length is not None and not re.fullmatch(rf"\d{{{length}}}", number):
            yield f"SoDinhDanh không đúng {length} chữ số theo LoaiDinhDanh {kind}"


def _databases(record: Record) -> Iterator[str]:
    if "DSKetNoiCSDL" not in record:
        yield "Thiếu trường bắt buộc DSKetNoiCSDL (có thể là danh sách rỗng)"
    for row in _rows(record, "DSKetNoiCSDL"):
        if not isinstance(row.get("MaCSDL"), str) or not row["MaCSDL"]:
            yield "DSKetNoiCSDL thiếu MaCSDL"


def _paper_faults(paper: Record, settings: Settings) -> Iterator[str]:
    yield from _texts(paper, ())
    accepted = {"text": ("False", "True"), "number": ("0", "1")}.get(
        str(settings.get("is_deleted"))
    )
    if accepted is not None and paper.get("IsDeleted", accepted[0]) not in accepted:
        yield f"Trường IsDeleted phải là {' hoặc '.join(accepted)}"
    yield from _mandatory(paper, ("TepDinhKemId", "TenTepDinhKem"))
    yield from _present(paper, ("MaThanhPhanHoSo", "DuongDanTaiTepTin"))
    yield from _mandatory(paper, ("DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG"))
    yield from _codes(paper)
    if len(str(paper.get("TenTepDinhKem", ""))) > 4000:
        yield "TenTepDinhKem dài quá 4000 ký tự"
    if paper.get("DuocTaiSuDung") == "2" and not paper.get("MaKetQuaThayThe"):
        yield "DuocTaiSuDung là 2 thì phải có MaKetQuaThayThe"


def _supplement_faults(supplement: Record, settings: Settings) -> Iterator[str]:
    """All texts in the older client, an id as number and a status as Boolean in the newer one (hub page §2.1)."""
    dates = ("NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc", "NgayHenTraMoi")
    yield from _dates(supplement, dates)
    wanted = settings.get("supplement_types")
    number, status = supplement.get("HoSoBoSungId"), supplement.get("TrangThaiBoSung")
    if wanted == "text" and not (isinstance(number, str) and isinstance(status, str)):
        yield "HoSoBoSungId và TrangThaiBoSung phải là chuỗi ký tự"
    if wanted == "typed" and (type(number) is not int or not isinstance(status, bool)):
        yield "HoSoBoSungId phải là số nguyên và TrangThaiBoSung là đúng/sai"


def _result_faults(result: Record, settings: Settings) -> Iterator[str]:
    yield from _texts(result, ())
    field = str(settings.get("result_code_field", "any"))
    if field == "any":
        field = "MaKetQua" if "MaKetQua" in result else "MaGiayToKetQua"
    yield from _present(result, ("TenGiayTo", "DuongDanTepTinKetQua", field))
    if len(str(result.get("TenGiayTo", ""))) > 2000:
        yield "TenGiayTo dài quá 2000 ký tự"


def _other_faults(other: Record) -> Iterator[str]:
    """The one place where the hub takes whole numbers and not texts (hub page §1)."""
    for field in ("SoLuong", "LoaiGiayTo"):
        value = other.get(field)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            yield f"Trường {field} phải là số nguyên"


def _texts(record: Record, lists: tuple[str, ...]) -> Iterator[str]:
    for field, value in record.items():
        if field in lists:
            if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
                yield f"Trường {field} phải là danh sách"
        elif value is None:
            yield f"Trường {field} không được là null"
        elif not isinstance(value, str):
            yield f"Trường {field} phải là chuỗi ký tự"


def _mandatory(record: Record, fields: tuple[str, ...]) -> Iterator[str]:
    for field in fields:
        if field not in record:
            yield f"Thiếu trường bắt buộc {field}"
        elif not str(record[field]).strip():
            yield f"Trường {field} không được để trống"


def _present(record: Record, fields: tuple[str, ...]) -> Iterator[str]:
    yield from (f"Thiếu trường bắt buộc {field}" for field in fields if field not in record)


def _codes(record: Record) -> Iterator[str]:
    for field, allowed in _CODES.items():
        value = record.get(field, "")
        if value and value not in allowed:
            yield f"Trường {field} có giá trị ngoài danh mục"


def _dates(record: Record, fields: tuple[str, ...]) -> Iterator[str]:
    for field in fields:
        value = record.get(field, "")
        if isinstance(value, str) and value and not _is_date(value):
            yield f"Trường {field} phải có dạng yyyyMMddHHmmss"


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - only whether the date exists is asked
    except ValueError:
        return False
    return True


def _rows(record: Record, field: str) -> list[Record]:
    rows = record.get(field)
    return rows if isinstance(rows, list) else []
