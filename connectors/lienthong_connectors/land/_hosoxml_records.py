"""The registration record ``HoSoXml`` as typed records; each field names its element (insurance page §4.4).

Elements are matched by local name. Everything is optional here: the sheet marks what a writer must fill, and a reader
that refuses a file for one missing area helps nobody.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from lienthong.identity import Sex, nfc
from lienthong.interface import Record
from lienthong_connectors.values import VIETNAM

_SEXES: Final = {
    # Typed Boolean in the sheet, with three values in its list (insurance page §4.4): both forms are read.
    "0": Sex.FEMALE,
    "1": Sex.MALE,
    "2": Sex.OTHER,
    "false": Sex.FEMALE,
    "true": Sex.MALE,
}
_DAY_FORMS: Final = ("%d/%m/%Y", "%Y-%m-%d")
_MOMENT_FORMS: Final = (
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    *_DAY_FORMS,
)


def _whole(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _amount(value: Any) -> Decimal | None:
    text = str(value).strip().replace(",", ".")
    digits = text.replace(".", "", 1)
    return Decimal(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def _flag(value: Any) -> bool | None:
    return {"1": True, "true": True, "0": False, "false": False}.get(str(value).strip().casefold())


def _moment(value: Any) -> datetime | None:
    text = str(value).strip()
    for form in _MOMENT_FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None


def _day(value: Any) -> date | None:
    moment = _moment(value)
    return moment.date() if moment is not None else None


def _sex(value: Any) -> Sex:
    return _SEXES.get(str(value).strip().casefold(), Sex.UNKNOWN)


Text = Annotated[str, BeforeValidator(lambda value: nfc(str(value)).strip())]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Amount = Annotated[Decimal | None, BeforeValidator(_amount)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Day = Annotated[date | None, BeforeValidator(_day)]
"""``dd/MM/yyyy``."""
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
"""``dd/MM/yyyy HH:mm:ss``, Vietnam time."""
SexCode = Annotated[Sex, BeforeValidator(_sex)]


def element(
    name: str,
    meaning: str,
    required: bool = False,
    length: int | None = None,
    *,
    absent: Any = None,
) -> Any:
    """A field that is read from the element ``name``; ``required`` and ``length`` as the sheet says."""
    facts: dict[str, Any] = {"required": required, "length": length}
    return Field(
        default=absent, validation_alias=name, description=meaning, json_schema_extra=facts
    )


def text(name: str, meaning: str, required: bool = False, length: int | None = None) -> Any:
    """A text field. See :func:`element`."""
    return element(name, meaning, required, length, absent="")


class Registration(Record):
    """DC_TinhHinhDangKy: how the land was registered."""

    registration_id: Text = text("tinhHinhDangKyId", "id", True)
    commune: Text = text("maXa", "commune", True, 5)
    application: Text = text("maDon", "application")
    received: Day = element("ngayTiepNhan", "received")
    first_registered: Moment = element("thoiDiemDangKyLanDau", "first registered")
    registered: Moment = element("thoiDiemDangKy", "registered", True)
    number: Text = text("soThuTu", "number", True)
    declared_by: Text = text("daiDienKhaiTrinhId", "id of who declared", True)
    has_use: Flag = element("coQuyenSuDung", "has a right of use", True)
    has_ownership: Flag = element("coQuyenSoHuu", "has ownership", True)
    has_management: Flag = element("coQuyenQuanLy", "has a right of management", True)
    issued_to_representative: Flag = element(
        "capGiayNguoiDaiDien", "certificate issued to the representative"
    )
    change_number: Text = text("soThuTuBienDong", "number of the change")


class Certificate(Record):
    """DC_GiayChungNhan."""

    certificate_id: Text = text("giayChungNhanId", "id", True)
    kind: Text = text("loaiGiayChungNhan", "kind, code list certificate_types", True)
    file_number: Text = text("soHoSoGoc", "number of the original file")
    old_file_number: Text = text("soHoSoGocCu", "its old number")
    register_number: Text = text("soVaoSo", "number in the register", True, 10)
    old_register_number: Text = text("soVaoSoCu", "its old number", False, 10)
    serial: Text = text("soPhatHanh", "serial", True, 10)
    barcode: Text = text("maVach", "bar code", False, 15)
    issued: Day = element("ngayCap", "issued")
    signed_by: Text = text("tenNguoiKy", "who signed", False, 150)
    recognised: Flag = element("daCongNhanPhapLy", "legally recognised")
    issued_by_level: Text = text("donViCap", "0 district, 1 province, 2 department")
    note_page_1: Text = text("ghiChuTrang1", "note on page 1")
    note_page_2: Text = text("ghiChuTrang2", "note on page 2")
    scan: Text = text("banQuet", "scan; its form is unpublished")


class LandOrigin(Record):
    """DC_NguonGocDat: where a right of use comes from."""

    origin_id: Text = text("nguonGocDatId", "id", True)
    origin: Text = text("nguonGoc", "origin, code list origins", True, 50)
    transfer_origin: Text = text("nguonGocChuyenQuyen", "origin of the transfer", True, 50)
    detail: Text = text("nguonGocChiTiet", "detail", False, 250)
    area_m2: Amount = element("dienTich", "area, m²")


class Purpose(Record):
    """DC_MucDichSuDung: a purpose of a parcel."""

    purpose_id: Text = text("mucDichSuDungId", "id", True)
    number: Text = text("soThuTuMucDichSuDung", "number", True)
    purpose: Text = text("maMucDichSuDung", "purpose, code list land_use", True, 3)
    secondary: Text = text("maMucDichSuDungPhu", "secondary purpose", True, 3)
    planned: Text = text("maMucDichSuDungQuyHoach", "planned purpose, code list planning", False, 3)
    area_m2: Amount = element("dienTich", "area, m²", True)
    term: Text = text("thoiHanSuDung", "term of use, text", False, 50)
    until: Day = element("ngayHetHanSuDung", "use ends")
    origins: tuple[LandOrigin, ...] = ()


class Parcel(Record):
    """DC_ThuaDat."""

    parcel_id: Text = text("thuaDatId", "id", True)
    commune: Text = text("maXa", "commune", True, 5)
    map_sheet: Whole = element("soHieuToBanDo", "map sheet", True)
    parcel: Whole = element("soThuTuThua", "parcel", True)
    old_map_sheet: Text = text("soHieuToBanDoCu", "old map sheet", False, 50)
    old_parcel: Text = text("soThuTuThuaCu", "old parcel", False, 50)
    area_m2: Amount = element("dienTich", "area, m²", True)
    legal_area_m2: Amount = element("dienTichPhapLy", "area by the papers, m²; empty without", True)
    occupied_strip: Flag = element("laDoiTuongChiemDat", "is land occupied by an object", True)
    address: Text = text("diaChi", "address", True)
    print_old_numbers: Flag = element("inSoLieuCu", "old numbers are printed", True)
    kind: Text = text("loaiThuaDat", "kind")
    survey_id: Text = text("taiLieuDoDacId", "id of the survey")
    purposes: tuple[Purpose, ...] = ()


class UseRight(Record):
    """DC_QuyenSuDungDat: who holds which parcel for which purpose under which certificate."""

    right_id: Text = text("quyenSuDungDatId", "id", True)
    owner_kind: Text = text("loaiDoiTuong", "owner type, code list owner_types", True)
    owner_id: Text = text("chuId", "id of the owner", True)
    parcel_id: Text = text("thuaDatId", "id of the parcel", True)
    purpose_id: Text = text("mucDichSuDungId", "id of the purpose", True)
    certificate_id: Text = text("giayChungNhanId", "id of the certificate")
    obligation_id: Text = text("nghiaVuTaiChinhId", "id of the financial obligation")
    restriction_id: Text = text("hanCheQuyenId", "id of the restriction")


class IdentityPaper(Record):
    """A paper of a person. The sheet types its kind as int and codes it with text such as CCCD: text here."""

    kind: Text = text("loaiGiayToTuyThan", "kind", True)
    number: Text = text("soGiayTo", "number", True, 30)
    issued: Day = element("ngayCap", "issued")
    issued_by: Text = text("noiCap", "issued by", True, 100)


class Person(Record):
    """DC_CaNhan."""

    person_id: Text = text("caNhanId", "id", True)
    user_kind: Text = text("loaiDoiTuongSuDungDat", "kind of land user", True)
    full_name: Text = text("hoTen", "name", True, 255)
    born: Day = element("ngaySinh", "birth date")
    birth_year: Whole = element("namSinh", "birth year", True)
    death_year: Whole = element("namMat", "year of death")
    sex: SexCode = element(
        "gioiTinh", "0 female, 1 male, 2 other; or Boolean", True, absent=Sex.UNKNOWN
    )
    tax_number: Text = text("maSoThue", "tax number", False, 20)
    phone: Text = text("soDienThoai", "telephone", False, 20)
    email: Text = text("email", "e-mail")
    personal_id: Text = text("maSoDinhDanh", "personal number")
    nationality: Text = text("quocTichId", "nationality", True)
    ethnicity: Text = text("danTocId", "ethnicity", True)
    address: Text = text("diaChi", "address", True, 255)
    papers: tuple[IdentityPaper, ...] = ()


class Organisation(Record):
    """DC_ToChuc."""

    organisation_id: Text = text("toChucId", "id", True)
    user_kind: Text = text("loaiDoiTuongSuDungDat", "kind of land user", True)
    name: Text = text("tenToChuc", "name", True, 150)
    representative_id: Text = text("nguoiDaiDienId", "id of the representative", True)
    decision: Text = text("soQuyetDinh", "decision", False, 30)
    enterprise_code: Text = text("maDoanhNghiep", "enterprise code", False, 30)
    tax_number: Text = text("maSoThue", "tax number", False, 20)
    address: Text = text("diaChi", "address", True, 255)


class Household(Record):
    """DC_HoGiaDinh."""

    household_id: Text = text("hoGiaDinhId", "id")
    head_id: Text = text("chuHoId", "id of the head", True)
    spouse_id: Text = text("voChongChuHoId", "id of the head's spouse")
    address: Text = text("diaChi", "address", True, 150)
    member_ids: tuple[str, ...] = ()


class Couple(Record):
    """DC_VoChong."""

    couple_id: Text = text("voChongId", "id")
    wife_id: Text = text("voId", "id of the wife", True)
    husband_id: Text = text("chongId", "id of the husband", True)


class Community(Record):
    """DC_CongDong."""

    community_id: Text = text("congDongId", "id")
    name: Text = text("tenCongDong", "name", True, 120)
    representative_id: Text = text("nguoiDaiDienId", "id of the representative")
    address: Text = text("diaChi", "address", False, 150)


class PlaceText(Record):
    """DC_DiaChi: an address in parts."""

    address_id: Text = text("diaChiId", "id", True)
    commune: Text = text("maXa", "commune", True, 5)
    house: Text = text("soNha", "house number", False, 50)
    street: Text = text("tenDuongPho", "street", False, 50)
    group: Text = text("tenToDanPho", "residential group", False, 50)
    commune_name: Text = text("tenXa", "commune, name", False, 50)
    district_name: Text = text("tenQuan", "district, name", False, 50)
    province_name: Text = text("tenTinh", "province, name", False, 50)
    detail: Text = text("diaChiChiTiet", "detail", False, 255)


class Obligation(Record):
    """DC_NghiaVuTaiChinh: a financial obligation."""

    obligation_id: Text = text("nghiaVuTaiChinhId", "id")
    kind: Text = text("loaiNghiaVuTaiChinh", "kind", True, 30)
    total: Amount = element("tongSoTien", "total, VND", True)
    exempted: Amount = element("tongSoTienMienGiam", "exempted, VND", True)
    owed: Amount = element("tongSoTienNo", "owed, VND", True)
    since: Day = element("ngayBatDau", "since", True)
    settled: Flag = element("hoanThanh", "settled", True)


class Restriction(Record):
    """DC_HanCheQuyen: a restriction of rights."""

    restriction_id: Text = text("hanCheQuyenId", "id")
    kind: Text = text("loaiHanChe", "kind, code list restriction_types", True)
    area_m2: Amount = element("dienTich", "area, m²", True)
    content: Text = text("noiDungHanChe", "content", True, 255)
    partial: Flag = element("hanCheMotPhan", "of a part only", True)
    document_kind: Text = text(
        "loaiVanBanHanChe", "kind of document, code list restriction_documents"
    )
    document: Text = text("soVanBan", "its number", False, 15)
    document_date: Day = element("ngayBanHanh", "its date")
    document_agency: Text = text("coQuanBanHanh", "its agency", False, 150)


class Transaction(Record):
    """DC_GiaoDich: a transaction or change. Contract and notary fields are named nowhere and not read."""

    kind: Text = text("loaiGiaoDichBienDong", "kind", True, 10)
    registered: Moment = element("thoiDiemDangKyBienDong", "registered", True)
    content: Text = text("noiDungBienDong", "content", False, 255)
    change: Text = text("maBienDong", "change", True, 20)
    dossier: Text = text("maHoSoThuTucDangKy", "dossier of the registration", True, 15)
    before: HoSoXml | None = None
    """HoSoTruocBienDong: the record before the change."""


class HoSoXml(Record):
    """A whole registration record."""

    guid: str = ""
    """hoSoGuid, unique in the country."""
    registration: Registration | None = None
    certificates: tuple[Certificate, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    rights: tuple[UseRight, ...] = ()
    persons: tuple[Person, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    households: tuple[Household, ...] = ()
    couples: tuple[Couple, ...] = ()
    communities: tuple[Community, ...] = ()
    addresses: tuple[PlaceText, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    transactions: tuple[Transaction, ...] = ()

    @property
    def serials(self) -> frozenset[str]:
        """Serials of its certificates, upper case, without spaces."""
        return frozenset("".join(item.serial.split()).upper() for item in self.certificates)

    @property
    def owner_numbers(self) -> frozenset[str]:
        """Numbers of the persons and organisations in it."""
        numbers = {person.personal_id for person in self.persons}
        numbers |= {paper.number for person in self.persons for paper in person.papers}
        for organisation in self.organisations:
            numbers |= {organisation.enterprise_code, organisation.tax_number}
        return frozenset(numbers - {""})


Transaction.model_rebuild()

BLOCKS: Final[dict[str, type[Record]]] = {
    "DC_TinhHinhDangKy": Registration,
    "DC_GiayChungNhan": Certificate,
    "DC_ThuaDat": Parcel,
    "DC_MucDichSuDung": Purpose,
    "DC_NguonGocDat": LandOrigin,
    "DC_QuyenSuDungDat": UseRight,
    "DC_CaNhan": Person,
    "DC_ToChuc": Organisation,
    "DC_HoGiaDinh": Household,
    "DC_VoChong": Couple,
    "DC_CongDong": Community,
    "DC_DiaChi": PlaceText,
    "DC_NghiaVuTaiChinh": Obligation,
    "DC_HanCheQuyen": Restriction,
    "DC_GiaoDich": Transaction,
}
"""Block of the file → its record."""
