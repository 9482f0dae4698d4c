"""The declared field table of the population database: requests, WSDL and documentation are made from it.

The order of a request's fields is the order on the wire, as OpenCPS keeps it (population page A1). What is marked with
``OURS`` in the services is derived from the common fields of population page A4 and the obvious specific ones.
"""

from __future__ import annotations

from typing import Final

from lienthong.interface import Field

HEAD: Final = (
    Field("MaYeuCau", "string", "Request id, unique per attempt", True, 40),
    Field("MaDVC", "string", "VPCP, or the national procedure code", True, 20),
    Field("MaTichHop", "digits", "Service code issued by C06", True, 20),
    Field("MaCanBo", "string", "The officer's own number, or account", True, 20),
)
VERIFY_HEAD: Final = (
    *HEAD[:2],
    Field("MaTichHop", "digits", "Service code issued by C06; or MaDichVu, by setting", None, 20),
    Field("MaDichVu", "digits", "The same under another name; or MaTichHop", None, 20),
    HEAD[3],
)
_NUMBERS: Final = (
    Field("SoDinhDanh", "digits", "Personal number, 12 digits; or SoCMND", None, 12),
    Field("SoCMND", "digits", "Old card number, 9 digits; or SoDinhDanh", None, 9),
)
_OFFICE: Final = (
    Field("MaDonVi", "string", "E-identifier of the agency, when configured", None, 35),
    Field("TaiKhoan", "string", "The officer's account, when configured"),
    Field("SoDienThoai", "string", "Always 0, when TaiKhoan is configured"),
)
_NAME: Final = Field(
    "HoVaTen", "string", "Full name, by default without marks and spaces, upper case", True, 100
)


def person(*, birth: bool = True) -> tuple[Field, ...]:
    """Fields that name a citizen; ``birth``: whether the birth date is demanded."""
    return (
        *_NUMBERS,
        *_OFFICE,
        _NAME,
        Field("NgayThangNamSinh/NgayThangNam", "yyyyMMdd", "Birth date, or Nam", birth, 10),
        Field("NgayThangNamSinh/Nam", "yyyy", "Birth year when only that is known", birth, 4),
    )


def other_person(suffix: str, whom: str, *, required: bool = True) -> tuple[Field, ...]:
    """Fields that name a second person."""
    return (
        Field(f"HoVaTen{suffix}", "string", f"Full name of {whom}", required, 100),
        Field(f"SoDinhDanh{suffix}", "digits", f"Personal number of {whom}", False, 12),
        Field(f"SoCMND{suffix}", "digits", f"Old card number of {whom}", False, 9),
    )


def area(*, province: bool = False, commune: bool = False) -> tuple[Field, ...]:
    """Fields that name an area, and which of them are demanded."""
    return (
        Field("MaTinhThanh", "digits", "Province code, 2 digits", province, 2),
        Field("MaPhuongXa", "digits", "Commune code, 5 digits", commune, 5),
    )


LIST_HEAD: Final = (*HEAD, *_OFFICE)
TICKET: Final = Field("MaYeuCauDanhSach", "string", "Ticket of the list request", True, 40)
PAGE: Final = (
    Field("Trang", "digits", "Page, from 1", False, 6),
    Field("SoBanGhi", "digits", "Rows per page, at most 100", False, 3),
)


def _address(name: str, meaning: str) -> tuple[Field, ...]:
    return (
        Field(f"{name}/MaTinhThanh", "string", f"{meaning}: province code, 2 digits"),
        Field(f"{name}/MaQuanHuyen", "string", f"{meaning}: district code, 3 digits, may miss"),
        Field(f"{name}/MaPhuongXa", "string", f"{meaning}: commune code, 5 digits"),
        Field(f"{name}/MaDonViHanhChinh", "string", f"{meaning}: QCVN 109 form, one code"),
        Field(f"{name}/ChiTiet", "string", f"{meaning}: text"),
        Field(f"{name}/QuocGia", "string", f"{meaning}: country, ISO 3166-1 alpha-2"),
    )


def _relative(name: str, meaning: str) -> tuple[Field, ...]:
    return (
        Field(f"{name}/HoVaTen", "string or Ho, ChuDem, Ten", f"{meaning}: name"),
        Field(f"{name}/QuocTich", "string", f"{meaning}: nationality"),
        Field(f"{name}/SoDinhDanh", "string", f"{meaning}: personal number"),
        Field(f"{name}/SoCMND", "string", f"{meaning}: old card number"),
    )


_NAMED: Final = (
    Field("CongDan/SoDinhDanh", "string", "Personal number, may be empty"),
    Field("CongDan/SoCMND", "string", "Old card number, may be empty"),
    Field("CongDan/HoVaTen", "Ho, ChuDem, Ten", "Name; often whole in Ten, upper case"),
)
_BLOOD: Final = Field("CongDan/NhomMau", "00-04", "00 unknown, 01 A, 02 B, 03 AB, 04 O")

BLOOD_RECORD: Final = (*_NAMED, _BLOOD)
_CITIZEN: Final = (
    *_NAMED,
    Field("CongDan/GioiTinh", "1|2", "1 male, 2 female, else unknown"),
    Field("CongDan/DanToc", "string", "Ethnicity code, plain or nested as MaDanToc"),
    Field("CongDan/TonGiao", "string", "Religion code, plain or nested as MaTonGiao"),
    Field("CongDan/TinhTrangHonNhan", "1|2|3", "1 single, 2 married, 3 divorced or widowed"),
    _BLOOD,
    Field("CongDan/NgayThangNamSinh/NgayThangNam", "yyyyMMdd or yyyy-MM-dd", "Birth date"),
    Field("CongDan/NgayThangNamSinh/Nam", "yyyy", "Birth year"),
    Field("CongDan/QuocTich", "string", "Nationality, ISO 3166-1 alpha-2"),
    *_address("CongDan/NoiDangKyKhaiSinh", "Place of birth registration"),
    *_address("CongDan/QueQuan", "Home town"),
    *_address("CongDan/ThuongTru", "Permanent address"),
    *_address("CongDan/NoiOHienTai", "Current address"),
    *_relative("CongDan/Cha", "Father"),
    *_relative("CongDan/Me", "Mother"),
    *_relative("CongDan/VoChong", "Spouse"),
    *_relative("CongDan/NguoiDaiDien", "Representative"),
    *_relative("CongDan/ChuHo", "Head of household"),
    Field("CongDan/ChuHo/QuanHe", "string", "Relation to the head of household, e.g. CH01"),
    Field("CongDan/SoSoHoKhau", "string", "Number of the household book"),
    # Read by one caller only, on what looks like the account model of the portal: nothing of the register (C7).
    Field("CongDan/LoaiTaiKhoan", "string", "Kind of account, 2 business; not used"),
    Field("CongDan/MaSoThue", "string", "Tax number of the account; not used"),
    Field("CongDan/ThuDienTu", "string", "E-mail of the account; not used"),
)
RECORD: Final = (
    *_CITIZEN,
    *(
        Field(f"CongdanCollection/@{name}", kind, f"{meaning}; in the schema only, not used")
        for name, kind, meaning in (
            ("SoCongDan", "int", "Number of citizens"),
            ("GhiChu", "string", "Remark"),
            ("ThoiDiemDuLieu", "dateTime", "Moment of the data"),
            ("id", "string", "Id of the answer"),
        )
    ),
)
HOUSEHOLD_RECORD: Final = (
    Field("HoGiaDinh/SoSoHoKhau", "string", "Number of the household book"),
    *_relative("HoGiaDinh/ChuHo", "Head of household"),
    *_address("HoGiaDinh/ThuongTru", "Address of the household"),
    *_relative("HoGiaDinh/ThanhVien", "Member; repeated"),
    Field("HoGiaDinh/ThanhVien/QuanHe", "string", "Member: relation to the head, e.g. CH01"),
)

EXISTS: Final = (
    Field("KetQuaXacThucResponse/TonTai", "boolean", "Whether they belong together", True),
)
VERDICT: Final = (
    Field("KetQuaXacMinhResponse/TonTai", "boolean", "Whether the citizen is registered", True),
    Field("KetQuaXacMinhResponse/KetQua", "boolean", "The answer; empty: nothing is registered"),
)
LIFE_VERDICT: Final = (
    *VERDICT,
    Field("KetQuaXacMinhResponse/TinhTrang", "0|1|2", "0 alive, 1 dead, 2 missing"),
    Field("KetQuaXacMinhResponse/NgayChetMatTich", "yyyyMMdd", "Day of death; not used"),
)

_STATE: Final = "0 queued, 1 running, 2 done, 3 failed"


def _request(root: str, *names: str) -> tuple[Field, ...]:
    known = {
        "MaYeuCauDanhSach": ("string", "Ticket"),
        "TenDichVu": ("string", "Operation that asked for the list"),
        "TrangThai": ("0-3", _STATE),
        "MoTa": ("string", "Remark"),
        "ThoiDiemTiepNhan": ("yyyyMMddHHmmss", "Received, Vietnam time"),
        "ThoiDiemHoanThanh": ("yyyyMMddHHmmss", "Finished, Vietnam time"),
        "ThamSo/Ten": ("string", "Parameter, name; repeated"),
        "ThamSo/GiaTri": ("string", "Parameter, value"),
        "LichSu/ThoiDiem": ("yyyyMMddHHmmss", "Step, when, Vietnam time; repeated"),
        "LichSu/TrangThai": ("0-3", f"Step: {_STATE}"),
        "SoCongDan": ("int", "Citizens on the list"),
        "TenTep": ("string", "Name of the file"),
        "DungLuong": ("int", "Size of the file, bytes"),
        "LoaiTep": ("string", "Media type of the file"),
        "NoiDung": ("base64", "Content of the file"),
        "KetQua": ("boolean", "Whether it is removed"),
    }
    return tuple(Field(f"{root}/{name}", *known[name]) for name in names)


_T, _S, _R = "MaYeuCauDanhSach", "TrangThai", "ThoiDiemTiepNhan"
ACCEPTED_LIST: Final = _request("YeuCauDanhSachResponse", _T, _S, _R)
LIST_STATUS: Final = _request("TrangThaiYeuCauResponse", _T, _S, "MoTa")
ALL_LISTS: Final = (
    Field("DanhSachYeuCauResponse/TongSo", "int", "Requests in all"),
    *_request("DanhSachYeuCauResponse/YeuCau", _T, "TenDichVu", _S, _R),
)
LIST_DETAIL: Final = _request(
    "ChiTietYeuCauResponse", _T, "TenDichVu", _S, _R, "ThoiDiemHoanThanh", "ThamSo/Ten", "ThamSo/GiaTri",
)  # fmt: skip
LIST_HISTORY: Final = _request("LichSuYeuCauResponse", _T, "LichSu/ThoiDiem", "LichSu/TrangThai")
LIST_RESULT: Final = _request("KetQuaYeuCauResponse", _T, _S, "SoCongDan", "TenTep", "DungLuong")
LIST_PAGE: Final = (
    Field("CongdanCollection/@SoCongDan", "int", "Citizens on the whole list; also as element"),
    *_CITIZEN,
)
LIST_FILE: Final = _request("TepKetQuaResponse", "TenTep", "LoaiTep", "NoiDung")
LIST_REMOVED: Final = _request("XoaYeuCauResponse", _T, "KetQua")
