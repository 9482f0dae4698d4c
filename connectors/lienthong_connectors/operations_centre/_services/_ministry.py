"""Systems that a ministry runs itself, "DVC Bộ" (hub page §2.6). Only steps and fields are published: names and paths are ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._common import CHANNELS, MINISTRY, SYSTEM, progress_step

_LOCAL: Final = "yyyy-MM-dd HH:mm:ss, UTC+7"
_ISO: Final = "ISO 8601, UTC+7"

NEXT_CODE: Final = Service(
    SYSTEM,
    "LayMaHoSo",
    Verb.SHARE,
    "Lấy mã hồ sơ từ hệ thống của bộ",
    "The next dossier code of an agency; asked twice, two codes are used up",
    (MINISTRY,),
    CHANNELS[MINISTRY],
    Basis.CODE,
    "hub page §2.6 step 2 (address ours)",
    idempotent=False,
    request=(Field("code", "string, in the query", "agency, e.g. 000.00.04.G18", True),),
    reply=(Field("value", "string", "the code", True),),
)
UPLOAD: Final = replace(
    NEXT_CODE,
    name="TaiTep",
    title_vi="Tải tệp lên hệ thống của bộ",
    title_en="Upload a file; the receipt has its id and hash",
    source="hub page §2.6 step 3 (address and form ours)",
    request=(Field("file", "multipart/form-data", "the file", True),),
    reply=(
        Field("IdTepTin", "string", "id of the file", True),
        Field("HashTepTin", "string", "its hash, sent back with the dossier", True),
    ),
)
CREATE: Final = replace(
    NEXT_CODE,
    name="TaoHoSo",
    title_vi="Tạo hồ sơ trên hệ thống của bộ",
    title_en="Create a dossier at a ministry; taken or not is told by the HTTP status alone",
    source="hub page §2.6 step 4 (address ours)",
    request=(
        Field("MaHoSo", "string", "dossier code", True),
        Field("MaTTHC", "string", "national procedure code", True),
        Field("MaDichVuCong", "string", "service; the procedure's code unless the caller gives one"),
        Field("ChuHoSo", "string", "owner's name", True),
        Field("LoaiDoiTuong", "int: 0 | 1 | 2", "citizen, business, household: not the portal's table", True),
        Field("MaDonViTiepNhan", "string", "receiving agency, e.g. G09.20", True),
        Field("NgayNop", _LOCAL, "submitted", True),
        Field("NgayTiepNhan", _LOCAL, "received", True),
        Field("ThanhPhanHoSo/MaThanhPhanHoSo", "string", "MAGIAYTO", True),
        Field("ThanhPhanHoSo/TenThanhPhanHoSo", "string", "its name", True),
        Field("ThanhPhanHoSo/SoLuong", "int", "number of it", True),
        Field("ThanhPhanHoSo/LoaiBan", "int: 0 | 1 | 2", "original, copy, electronic", True),
        Field("ThanhPhanHoSo/GiayToDinhKem/IdGiayTo", "string", "IdTepTin of the upload", True),
        Field("ThanhPhanHoSo/GiayToDinhKem/MaKetQua", "string", "MAKETQUA"),
        Field("ThanhPhanHoSo/GiayToDinhKem/TenGiayTo", "string", "name of the paper", True),
        Field("ThanhPhanHoSo/GiayToDinhKem/HashTepTin", "string", "HashTepTin of the upload", True),
        Field("ThongTinNguoiNop", "object", "applicant; member names unpublished: the caller's"),
    ),
    reply=(),
)  # fmt: skip
TELL_PROGRESS: Final = replace(
    CREATE,
    name="CapNhatTienDo",
    title_vi="Cập nhật tiến độ lên hệ thống của bộ",
    title_en="Progress steps of a dossier at a ministry; a bare array",
    source="hub page §2.6 step 5 (address ours, fields after §2.3)",
    request=(
        Field("MaHoSo", "string", "dossier code", True),
        *progress_step("", _ISO),
    ),
)
TELL_STATUS: Final = replace(
    CREATE,
    name="CapNhatTrangThai",
    title_vi="Cập nhật trạng thái lên hệ thống của bộ",
    title_en="How a dossier stands, for a ministry; a bare array",
    source="hub page §2.6 step 6 (address ours)",
    idempotent=True,
    request=(
        Field("MaHoSo", "string", "dossier code", True),
        Field("TrangThai", "1 … 10", "status", True),
    ),
)
CHECK_MINISTRY: Final = replace(
    TELL_STATUS,
    verb=Verb.CHECK,
    title_vi="Kiểm tra kết nối hệ thống của bộ",
    title_en="Signs in and sends no status at all: any answer but a failure shows that the system is there",
    basis=Basis.OURS,
    request=(),
)

SERVICES: Final = (NEXT_CODE, UPLOAD, CREATE, TELL_PROGRESS, TELL_STATUS, CHECK_MINISTRY)
