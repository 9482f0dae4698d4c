"""The declared services of the population database (population page A3 to A6)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field, Service, Verb

from ._options import LOOKUP, VERIFY

SYSTEM: Final = "population"

_DIALECTS: Final = ("soap", "wrapped")
_CHANNELS: Final = ("c06", "lgsp", "ngsp", "open")

_IDENTITY: Final = (
    Field("SoDinhDanh", "string", "Personal number, 12 digits; or SoCMND, exactly one", None, 12),
    Field("SoCMND", "string", "Old card number, 9 digits; or SoDinhDanh, exactly one", None, 9),
    Field("MaDonVi", "string", "E-identifier of the agency, when configured", None, 35),
    Field(
        "HoVaTen", "string", "Full name, by default without marks and spaces, upper case", True, 100
    ),
)
_HEAD: Final = (
    Field("MaYeuCau", "string", "Request id, unique per attempt", True, 40),
    Field("MaDVC", "string", "VPCP, or the national procedure code", True, 20),
    Field("MaTichHop", "digits", "Service code issued by C06", True, 20),
    Field("MaCanBo", "string", "The officer's own number, or account", True, 20),
)


def _birth(required: bool) -> tuple[Field, ...]:
    return (
        Field(
            "NgayThangNamSinh/NgayThangNam",
            "yyyyMMdd",
            "Birth date when the day is known",
            required,
            10,
        ),
        Field("NgayThangNamSinh/Nam", "yyyy", "Birth year when only that is known", required, 4),
    )


def _address(name: str, meaning: str) -> tuple[Field, ...]:
    return (
        Field(f"{name}/MaTinhThanh", "string", f"{meaning}: province code, 2 digits"),
        Field(
            f"{name}/MaQuanHuyen", "string", f"{meaning}: district code, 3 digits, may be missing"
        ),
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


_RECORD: Final = (
    Field("CongDan/SoDinhDanh", "string", "Personal number, may be empty"),
    Field("CongDan/SoCMND", "string", "Old card number, may be empty"),
    Field("CongDan/HoVaTen", "Ho, ChuDem, Ten", "Name; often whole in Ten, upper case"),
    Field("CongDan/GioiTinh", "1|2", "1 male, 2 female, else unknown"),
    Field("CongDan/DanToc", "string", "Ethnicity code, plain or nested as MaDanToc"),
    Field("CongDan/TonGiao", "string", "Religion code, plain or nested as MaTonGiao"),
    Field("CongDan/TinhTrangHonNhan", "1|2|3", "1 single, 2 married, 3 divorced or widowed"),
    Field("CongDan/NhomMau", "00-04", "00 unknown, 01 A, 02 B, 03 AB, 04 O"),
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
)

VERIFY_SERVICE: Final = Service(
    system=SYSTEM,
    name=VERIFY,
    verb=Verb.VERIFY,
    title_vi="Xác thực thông tin công dân",
    title_en="Confirms that number, name and birth date belong together",
    dialects=_DIALECTS,
    channels=_CHANNELS,
    basis=Basis.CODE,
    source="population page A3-A5, callers C6 and C8",
    request=(*_HEAD, *_IDENTITY, *_birth(required=False)),
    reply=(Field("KetQuaXacThucResponse/TonTai", "boolean", "Whether they belong together", True),),
)

LOOKUP_SERVICE: Final = Service(
    system=SYSTEM,
    name=LOOKUP,
    verb=Verb.LOOKUP,
    title_vi="Tra cứu thông tin công dân",
    title_en="The record of a citizen by number, name and birth date",
    dialects=_DIALECTS,
    channels=_CHANNELS,
    basis=Basis.CODE,
    source="population page A3-A6, callers C1 to C4, C7 and C9",
    request=(*_HEAD, *_IDENTITY, *_birth(required=True)),
    reply=_RECORD,
)

SERVICES: Final = (VERIFY_SERVICE, LOOKUP_SERVICE)
