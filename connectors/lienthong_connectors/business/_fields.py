"""Fields of the answers of the business registration database (population page B1 to B3)."""

from __future__ import annotations

from typing import Final

from lienthong.interface import Basis, Field

_STATE: Final = (
    Field("Status", "0|1", "1 ok, 0 failure", True),
    Field("Message", "string", "success, or the error's text"),
    Field("DataCount", "int", "Number of records; of the page or of all is unpublished"),
)


def _main(prefix: str) -> tuple[Field, ...]:
    return (
        Field(f"{prefix}ENTERPRISE_GDT_CODE", "string", "Enterprise code = tax number", None, 100),
        Field(f"{prefix}ENTERPRISE_TYPE_ID", "string", "Kind, code", None, 10),
        Field(f"{prefix}ENTERPRISE_TYPE_NAME", "string", "Kind, name", None, 100),
        Field(f"{prefix}NAME", "string", "Name in Vietnamese", None, 1000),
        Field(f"{prefix}SHORT_NAME", "string", "Short name"),
        Field(f"{prefix}NAME_F", "string", "Name in a foreign language", None, 1000),
        Field(f"{prefix}FOUNDING_DATE", "dd/MM/yyyy", "First registration"),
        Field(f"{prefix}LAST_AMEND_DATE", "dd/MM/yyyy", "Last change of the registration"),
        Field(f"{prefix}ENTERPRISE_STATUS", "string", "Status code, list unpublished", None, 10),
        Field(f"{prefix}ENTERPRISE_STATUS_NAME", "string", "Status, name; seen in code only"),
        Field(f"{prefix}LEGAL_NAMES", "string", "Legal representatives, joined by ;", None, 1000),
        Field(f"{prefix}CAPITAL_AMOUNT", "number 21,3", "Charter capital, VND"),
    )


_HOME: Final = "Data/HOAdress"

DETAIL_REPLY: Final = (
    *_STATE,
    Field("Data/MainInformation/ENTERPRISE_ID", "number", "Internal number, not used", None, 10),
    Field("Data/MainInformation/IMP_BUSINESS_CODE", "string", "Old certificate number", None, 100),
    *_main("Data/MainInformation/"),
    Field("Data/MainInformation/NUMBER_CHANGES", "number", "Number of changes, not used", None, 10),
    Field(f"{_HOME}/CityID", "number", "Province code, leading zeros lost", None, 10),
    Field(f"{_HOME}/CityName", "string", "Province, name; not used", None, 200),
    Field(f"{_HOME}/DistrictID", "number", "District code, leading zeros lost", None, 10),
    Field(f"{_HOME}/DistrictName", "string", "District, name; not used", None, 200),
    Field(f"{_HOME}/WardID", "number", "Commune code, leading zeros lost", None, 10),
    Field(f"{_HOME}/WardName", "string", "Commune, name; not used", None, 200),
    Field(f"{_HOME}/StreetNumber", "string", "Street and number", None, 200),
    Field(f"{_HOME}/AddressFullText", "string", "Address as one text", None, 1000),
    Field("Data/BusinessActivity/CODE", "string", "Line of business, code", None, 100),
    Field("Data/BusinessActivity/NAME", "string", "Line of business, name", None, 1000),
    Field("Data/BusinessActivity/IS_MAIN", "Y|N", "Whether it is the main line"),
    Field("Data/Member/MEMBER_NAME", "string", "Member or shareholder"),
    Field("Data/Member/AMOUNT", "number 21,3", "Contribution, VND"),
    Field("Data/Member/RATIO_PERCENT", "number 5,2", "Share, percent"),
    Field("Data/Member/COUNTRY", "string", "Country"),
    Field("Data/Representatives/FULL_NAME", "string", "Legal representative; object or list"),
)

FRONT_REPLY: Final = (
    Field("StatusCode", "int", "200 ok", True),
    Field("Status", "string", "SUCCESS", True),
    Field("ThrowException", "string", "Technical error, not used"),
    Field("Description", "string", "The error's text"),
    *_main("ResultObject/"),
    Field("ResultObject/HO_ADDRESS_FULLTEXT", "string", "Address as one text"),
    Field(
        "ResultObject/HO_CITY_ID",
        "number",
        "Province code; name of this field is ours",
        basis=Basis.OURS,
    ),
    Field(
        "ResultObject/HO_DISTRICT_ID",
        "number",
        "District code; name of this field is ours",
        basis=Basis.OURS,
    ),
    Field(
        "ResultObject/HO_WARD_ID",
        "number",
        "Commune code; name of this field is ours",
        basis=Basis.OURS,
    ),
)

DAY_REPLY: Final = (
    *_STATE,
    Field("Data/IN_JOURNAL_NO", "string", "Journal number of the dossier"),
    Field("Data/DOCUMENT_TYPE", "string", "Kind of dossier"),
    Field("Data/ENTERPRISE_GDT_CODE", "string", "Enterprise code = tax number"),
    Field("Data/NAME", "string", "Name of the enterprise"),
    Field("Data/SITE_ID", "string", "Registration office"),
    Field("Data/PROCESS_STATUS", "string", "Status, list unpublished"),
    Field("Data/PROCESSED_DATE", "dd/MM/yyyy", "Day it was processed"),
)
LIST_REPLY: Final = (
    *DAY_REPLY,
    Field("Data/ENTERPRISE_CODE", "string", "Internal code of the enterprise"),
    Field("Data/RECEIPT_DATE", "dd/MM/yyyy", "Day it was received"),
    Field("Data/PLAN_DATE", "dd/MM/yyyy", "Day it is due"),
)
DOSSIER_REPLY: Final = (
    *LIST_REPLY,
    Field("Data/ENTERPRISE_TYPE_ID", "string", "Kind of enterprise, code"),
    Field("Data/REGISTRATION_DATE", "dd/MM/yyyy", "Day of registration"),
    Field("Data/SUPPLEMENT_DATE", "dd/MM/yyyy", "Day it was supplemented"),
    Field("Data/SUBMISSION_TYPE", "string", "How it was submitted"),
    Field("Data/CONTACT_FULL_NAME", "string", "Contact, name"),
    Field("Data/CONTACT_ADDRESS", "string", "Contact, address"),
    Field("Data/CONTACT_ID_NO", "string", "Contact, paper number"),
    Field("Data/CONTACT_PHONE", "string", "Contact, phone"),
    Field("Data/CONTACT_EMAIL", "string", "Contact, e-mail"),
)


def _person(prefix: str) -> tuple[Field, ...]:
    return (
        Field(f"{prefix}HoVaTen", "string", "Name of the person"),
        Field(f"{prefix}LoaiGiayToChungThuc", "string", "Kind of paper, name; not used"),
        Field(f"{prefix}MaLoaiGiayToChungThuc", "string", "Kind of paper, code; not used"),
        Field(f"{prefix}SoGiayChungThuc", "string", "Number of the paper; not used"),
        Field(f"{prefix}NgayCap", "ISO date-time", "Day of issue; not used"),
        Field(f"{prefix}NoiCap", "string", "Place of issue; not used"),
        Field(f"{prefix}QuocTich", "string", "Nationality, name; not used"),
        Field(f"{prefix}MaQuocTich", "string", "Nationality, code; not used"),
    )


def _place(prefix: str) -> tuple[Field, ...]:
    return (
        Field(f"{prefix}MaTinhThanh", "int", "Province code, leading zeros lost"),
        Field(f"{prefix}TenTinhThanh", "string", "Province, name"),
        Field(f"{prefix}MaQuanHuyen", "int", "District code, leading zeros lost"),
        Field(f"{prefix}TenQuanHuyen", "string", "District, name"),
        Field(f"{prefix}MaPhuongXa", "int", "Commune code, leading zeros lost"),
        Field(f"{prefix}TenPhuongXa", "string", "Commune, name"),
        Field(f"{prefix}DiaChi", "string", "Address as one text"),
        Field(f"{prefix}SoNha", "string", "House and street"),
    )


def _entity(root: str, code: str, kind: str, *others: Field) -> tuple[Field, ...]:
    return (
        Field(f"{root}/MaNoiBo", "string", "Internal number, not used"),
        Field(f"{root}/{code}", "string", "Code of the organisation"),
        Field(f"{root}/MaLoaiHinh{kind}", "string", "Kind, code"),
        Field(f"{root}/LoaiHinh{kind}", "string", "Kind, name"),
        Field(f"{root}/TenTiengViet", "string", "Name in Vietnamese"),
        Field(f"{root}/TenNuocNgoai", "string", "Name in a foreign language"),
        Field(f"{root}/TenVietTat", "string", "Short name"),
        Field(f"{root}/NgayDangKyThayDoi", "ISO date-time", "Last change of the registration"),
        *others,
        Field(f"{root}/NganhNgheKinhDoanh/MaNganh", "string", "Line of business, code"),
        Field(f"{root}/NganhNgheKinhDoanh/TenNganh", "string", "Line of business, name"),
        Field(f"{root}/NganhNgheKinhDoanh/LaNganhChinh", "0|1", "Whether it is the main line"),
    )


_FIRST: Final = "NgayDangKyLanDau"
_STATUS: Final = "GetEntCert/TinhTrangPhapLy"

ENTERPRISE_REPLY: Final = _entity(
    "GetEntCert", "MaSoDoanhNghiep", "DN",
    Field("GetEntCert/SoGCNDKKD", "string", "Number of the old certificate"),
    Field(f"GetEntCert/{_FIRST}", "ISO date-time", "First registration"),
    Field("GetEntCert/SoLanDangKyThayDoi", "int", "Number of changes, not used"),
    Field(f"{_STATUS}/TinhTrangPhapLy", "string", "Status, name; of several the first counts"),
    Field(f"{_STATUS}/MaTinhTrangPhapLy", "string", "Status code, list unpublished"),
    Field(f"{_STATUS}/NgayBatDauTamNgung", "ISO date-time", "Pause from; not used"),
    Field(f"{_STATUS}/NgayKetThucTamNgung", "ISO date-time", "Pause until; not used"),
    Field(f"{_STATUS}/LyDoTamNgung", "string", "Reason of the pause; not used"),
    *_person("GetEntCert/DaiDienPhapLuat/ThongTinCaNhan/"),
    Field("GetEntCert/DiaChiTruSo/DiaChi/QuocGia", "string", "Country, name; not used"),
    Field("GetEntCert/DiaChiTruSo/DiaChi/MaQuocGia", "string", "Country code"),
    *_place("GetEntCert/DiaChiTruSo/DiaChi/"),
)  # fmt: skip
HOUSEHOLD_REPLY: Final = _entity(
    "HHCert", "MaSoHKD", "HKD",
    Field("HHCert/MaSoDangKyHKD", "string", "Registration number"),
    Field("HHCert/FOUNDING_DATE", "ISO date-time", "First registration"),
    *_person("HHCert/ChuHoKinhDoanh/"),
    *_place("HHCert/DiaChiTruSo/"),
    Field("HHCert/DiaChiTruSo/DiaChiDayDu", "string", "Address as one text"),
)  # fmt: skip
COOPERATIVE_REPLY: Final = _entity(
    "CoopCert", "MaSoHTX", "HTX",
    Field(f"CoopCert/{_FIRST}", "ISO date-time", "First registration"),
    *_person("CoopCert/DaiDienPhapLuat/ThongTinCaNhan/"),
    *_place("CoopCert/DiaChiTruSo/"),
    Field("CoopCert/DiaChiTruSo/DiaChiDayDu", "string", "Address as one text"),
)  # fmt: skip
