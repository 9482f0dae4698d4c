"""The services of the land systems that the connector implements (insurance page §4).

The hand-over is published in code; for look-ups no contract is published anywhere (§4.1), so theirs is ours on the
names of §4.4 and §4.5, and marked :attr:`Basis.OURS`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._hosoxml_fields import HOSOXML_FIELDS

SYSTEM: Final = "land"

VBDLIS: Final = "vbdlis"
ILIS: Final = "ilis"
DIALECTS: Final = (VBDLIS, ILIS)
CHANNELS: Final = ("open", "ilis")

_CODE: Final = "int (vbdlis) or string (ilis)"
_TIME: Final = "ISO 8601, UTC+7"

HAND_OVER_VBDLIS: Final = Service(
    SYSTEM,
    "tiepnhan",
    Verb.SHARE,
    "Chuyển hồ sơ đất đai sang hệ thống thông tin đất đai",
    "Hand a dossier over to the land system; one that is there already counts as taken",
    (VBDLIS,),
    CHANNELS,
    Basis.CODE,
    "insurance page §4.2",
    request=(
        Field("LaQuyTrinhCapTinh", "bool", "process of the provincial level", True),
        Field("TinhId", _CODE, "province", True),
        Field("HuyenId", _CODE, "district; 0 since districts ended", True),
        Field("XaId", _CODE, "commune", True),
        Field("SoBienNhan", "string", "dossier code, the correlation key", True),
        Field("MaHoSoMotCua", "string", "dossier code in the one-stop system", False),
        Field("NguoiTiepNhan", "string", "account of the receiving officer", True),
        Field("NgayTiepNhan", _TIME, "received", False),
        Field("NgayHenTra", _TIME, "appointed return date", False),
        Field("DiaChiTaiSan", "string", "address of the property", False),
        Field("ThongTinNguoiNopDon/HoTen", "string", "applicant's name", True),
        Field("ThongTinNguoiNopDon/SoChungMinh", "string", "applicant's paper number", True),
        Field("ThongTinNguoiNopDon/DiaChiChiTiet", "string", "applicant's address", True),
        Field("ThongTinNguoiNopDon/SoDienThoai", "string", "applicant's telephone", True),
        Field("ThongTinNguoiNopDon/Email", "string", "applicant's e-mail", True),
        Field("ThongTinQuyTrinh/MaQuyTrinh", "string", "process code", True),
        Field("ThongTinQuyTrinh/TenQuyTrinh", "string", "process name", True),
        Field("ThongTinThuaDat/SoThuTuThua", "string", "parcel number", False),
        Field("ThongTinThuaDat/SoHieuBanDo", "string", "map sheet", False),
        Field("ThongTinThuaDat/DienTich", "string", "area, m²", False),
        Field("ThongTinThuaDat/DiaChiChiTiet", "string", "address of the parcel", False),
        Field("DanhSachGiayToDinhKem/TenGiayTo", "string", "name of the paper", True),
        Field("DanhSachGiayToDinhKem/SoBanChinh", "int or string", "originals; type unpublished: a setting", True),
        Field("DanhSachGiayToDinhKem/SoBanSao", "int or string", "copies; type unpublished: a setting", True),
        Field("DanhSachGiayToDinhKem/TapTin/name", "string", "file name", True),
        Field("DanhSachGiayToDinhKem/TapTin/data", "base64", "file content", True),
    ),
    reply=(
        Field("data", "int", "1 for success", True),
        Field("status/success", "bool", "false for failure"),
        Field("status/code", "string", "meaning unpublished; not used"),
        Field("status/type", "string", "meaning unpublished; not used"),
        Field("status/time", "string", "when; not used"),
        Field("status/message", "string", "free text; tells \"already exists\" from failure"),
    ),
)  # fmt: skip
HAND_OVER_ILIS: Final = replace(HAND_OVER_VBDLIS, name="TiepNhanHoSo", dialects=(ILIS,))


def _files(block: str) -> tuple[Field, ...]:
    return (
        Field(f"{block}/TenGiayTo", "string", "name of the paper", True),
        Field(f"{block}/SoBanChinh", "int or string", "originals; type unpublished: a setting", True),
        Field(f"{block}/SoBanSao", "int or string", "copies; type unpublished: a setting", True),
        Field(f"{block}/TapTin/name", "string", "file name", True),
        Field(f"{block}/TapTin/data", "base64", "file content", True),
    )  # fmt: skip


SUPPLEMENT_VBDLIS: Final = replace(
    HAND_OVER_VBDLIS,
    name="capnhattrangthaibosunghoso",
    title_vi="Gửi giấy tờ bổ sung sang hệ thống thông tin đất đai",
    title_en="Send supplements of a dossier; one that waits for none counts as sent",
    request=(
        Field("SoBienNhan", "string", "dossier code", True),
        Field("NgayHenTraMoi", _TIME, "new appointed return date", True),
        Field("GhiChu", "string", "note", False),
        *_files("DanhSachGiayToBoSung"),
    ),
)
SUPPLEMENT_ILIS: Final = replace(SUPPLEMENT_VBDLIS, name="BoSungHoSo", dialects=(ILIS,))
RETURNED_VBDLIS: Final = replace(
    HAND_OVER_VBDLIS,
    name="capnhattrangthaitraketquahoso",
    title_vi="Báo đã trả kết quả cho công dân",
    title_en="Tell that the result was returned; a dossier returned before or not there is passed over",
    request=(
        Field("SoBienNhan", "string", "dossier code", True),
        Field("NgayTra", _TIME, "returned", True),
    ),
)
RETURNED_ILIS: Final = replace(RETURNED_VBDLIS, name="CapNhatTrangThaiHoSo", dialects=(ILIS,))
REJECTION: Final = replace(
    HAND_OVER_VBDLIS,
    name="phanhoihososaiketqua",
    title_vi="Phản hồi hồ sơ sai kết quả",
    title_en="Send a wrong result back to the land system",
    dialects=DIALECTS,
    idempotent=False,
    request=(
        Field("SoBienNhan", "string", "dossier code", True),
        Field("NoiDung", "string", "what is wrong", True),
        *_files("DanhSachGiayToDinhKem"),
    ),
)

_FOUND: Final = (
    Field("data/GiayChungNhan/soPhatHanh", "string", "serial", True, 10),
    Field("data/GiayChungNhan/soVaoSo", "string", "number in the register", None, 10),
    Field("data/GiayChungNhan/maVach", "string", "bar code", None, 15),
    Field("data/GiayChungNhan/loaiGiayChungNhan", "int", "kind of certificate"),
    Field("data/GiayChungNhan/ngayCap", "dd/MM/yyyy", "issued"),
    Field("data/GiayChungNhan/tinhTrangGiayChungNhan", "string", "status"),
    Field("data/GiayChungNhan/isLastest", "bool", "newest version (spelt so)"),
    Field("data/ChuSoHuu/loaiDoiTuong", "0 … 4", "person, couple, household, organisation, community"),
    Field("data/ChuSoHuu/hoTen", "string", "owner's name", None, 255),
    Field("data/ChuSoHuu/maSoDinhDanh", "string", "owner's number"),
    Field("data/ChuSoHuu/soGiayTo", "string", "owner's paper number", None, 30),
    Field("data/ChuSoHuu/namSinh", "int", "owner's birth year"),
    Field("data/TaiSan/maXa", "string", "commune", True, 5),
    Field("data/TaiSan/soHieuToBanDo", "int", "map sheet", True),
    Field("data/TaiSan/soThuTuThua", "int", "parcel", True),
    Field("data/TaiSan/dienTich", "number", "area, m²"),
    Field("data/TaiSan/dienTichPhapLy", "number", "area by the papers, m²"),
    Field("data/TaiSan/diaChi", "string", "address"),
    Field("data/TaiSan/DC_MucDichSuDung/maMucDichSuDung", "string", "purpose", None, 3),
    Field("data/TaiSan/DC_MucDichSuDung/dienTich", "number", "area of the purpose, m²"),
    Field("data/TaiSan/DC_MucDichSuDung/thoiHanSuDung", "string", "term of use", None, 50),
    Field("recordsFiltered", "int", "rows that fit"),
)  # fmt: skip

FIND_PARCEL: Final = Service(
    SYSTEM,
    "tracuu/thuadat",
    Verb.LOOKUP,
    "Tra cứu thửa đất",
    "A parcel by commune, map sheet and number",
    DIALECTS,
    CHANNELS,
    Basis.OURS,
    "insurance page §4.1, §4.4, §4.5, §5",
    request=(
        Field("maXa", "string", "commune", True, 5),
        Field("soHieuToBanDo", "int", "map sheet", True),
        Field("soThuTuThua", "int", "parcel", True),
    ),
    reply=_FOUND,
)
FIND_CERTIFICATE: Final = Service(
    SYSTEM,
    "tracuu/giaychungnhan",
    Verb.LOOKUP,
    "Tra cứu giấy chứng nhận quyền sử dụng đất",
    "A certificate by serial or bar code with the owner's paper number, or all of an owner",
    DIALECTS,
    CHANNELS,
    Basis.OURS,
    "insurance page §4.1, §4.4, §4.5, §5",
    request=(
        Field("soGiayTo", "string", "owner's paper number, the second factor", True, 30),
        Field("soPhatHanh", "string", "serial without space", False, 10),
        Field("maVach", "string", "bar code", False, 15),
    ),
    reply=_FOUND,
)
READ_FILE: Final = Service(
    SYSTEM,
    "hosoxml",
    Verb.LOOKUP,
    "Lấy hồ sơ đăng ký đất đai (HoSoXml)",
    "The whole registration record behind a certificate; given only when it names the owner's paper number",
    DIALECTS,
    CHANNELS,
    Basis.OURS,
    "insurance page §4.4 (structure published, service ours)",
    request=(Field("soPhatHanh", "string, in the path", "serial without space", True, 10),),
    reply=HOSOXML_FIELDS,
)
GET_DOCUMENT: Final = Service(
    SYSTEM,
    "LinkFile",
    Verb.LOOKUP,
    "Tải tệp mà hệ thống đất đai gửi đường dẫn",
    "A file behind a link of a callback: relative behind our download address, absolute only on configured hosts",
    DIALECTS,
    CHANNELS,
    Basis.CODE,
    "insurance page §4.2",
    request=(Field("LinkFile", "url", "the link as the callback gave it", True),),
    reply=(Field("(body)", "bytes", "the file", True),),
)
CHECK: Final = Service(
    SYSTEM,
    "tracuu/thuadat",
    Verb.CHECK,
    "Kiểm tra kết nối",
    "A parcel that cannot exist (commune 00000, sheet 0, parcel 0): an empty answer shows the system is well, about no person",
    DIALECTS,
    CHANNELS,
    Basis.OURS,
    "insurance page §4.1",
    request=FIND_PARCEL.request,
    reply=(Field("recordsFiltered", "int", "0"),),
)

SERVICES: Final = (
    HAND_OVER_VBDLIS,
    HAND_OVER_ILIS,
    SUPPLEMENT_VBDLIS,
    SUPPLEMENT_ILIS,
    RETURNED_VBDLIS,
    RETURNED_ILIS,
    REJECTION,
    FIND_PARCEL,
    FIND_CERTIFICATE,
    READ_FILE,
    GET_DOCUMENT,
    CHECK,
)
