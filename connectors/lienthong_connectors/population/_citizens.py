"""An element of an answer → citizen or household, whatever shape of name, address or date it has (population page A5)."""

from __future__ import annotations

from typing import Final

from lienthong.identity import IdentityError, OldCardNumber, PartialDate, Sex
from lienthong.interface import (
    Address,
    CitizenQuery,
    CitizenRecord,
    HouseholdRecord,
    RelatedPerson,
)
from lienthong_connectors.values import area_code

from ._elements import Element, children, code, several, text

_SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE}
_CODE_LENGTHS: Final = {2: "province", 3: "district", 5: "commune"}


def citizen(element: Element) -> CitizenRecord | None:
    """The record of one ``CongDan``; ``None`` when it names nobody (population page A6)."""
    fields = children(element)
    name = _name(fields.get("HoVaTen")) or _name_parts(fields)
    if not name:
        return None
    return CitizenRecord(
        personal_id=text(fields.get("SoDinhDanh")),
        old_card=text(fields.get("SoCMND")),
        full_name=name,
        birth=_birth(fields.get("NgayThangNamSinh")),
        sex=_SEXES.get(text(fields.get("GioiTinh")), Sex.UNKNOWN),
        nationality=code(fields.get("QuocTich")),
        ethnicity=code(fields.get("DanToc")),
        religion=code(fields.get("TonGiao")),
        marital_status=code(fields.get("TinhTrangHonNhan")),
        blood_group=code(fields.get("NhomMau")),
        birth_registration=_address(fields.get("NoiDangKyKhaiSinh")),
        home_town=_address(fields.get("QueQuan")),
        permanent_address=_address(fields.get("ThuongTru")),
        current_address=_address(fields.get("NoiOHienTai")),
        father=_relative(fields.get("Cha")),
        mother=_relative(fields.get("Me")),
        spouse=_relative(fields.get("VoChong")),
        representative=_relative(fields.get("NguoiDaiDien")),
        head_of_household=_relative(fields.get("ChuHo")),
        household_book=text(fields.get("SoSoHoKhau")),
    )


def _name(element: Element | None) -> str:
    """A name as plain text, or in Ho, ChuDem and Ten, of which the first two are often empty (population page A5)."""
    plain = text(element)
    return " ".join(plain.split()) if plain else _name_parts(children(element))


def _name_parts(fields: dict[str, Element]) -> str:
    return " ".join(" ".join(text(fields.get(part)) for part in ("Ho", "ChuDem", "Ten")).split())


def _birth(element: Element | None) -> PartialDate | None:
    fields = children(element)
    for shown in (text(fields.get("NgayThangNam")), text(element), text(fields.get("Nam"))):
        if (read := _date(shown)) is not None:
            return read
    return None


def _date(shown: str) -> PartialDate | None:
    """A date with or without separators; zeros for an unknown month or day mean that it is not known."""
    if not shown:
        return None
    digits = shown.replace("-", "") if shown[:4].isdigit() else shown
    try:
        if len(digits) == 8 and digits.isdigit():
            while digits.endswith("00") and len(digits) > 4:
                digits = digits[:-2]
        if digits.isdigit():
            return PartialDate.parse_compact(digits)
        return PartialDate.parse(shown)
    except IdentityError:
        return None


def _address(element: Element | None) -> Address | None:
    fields = children(element)
    parts = {
        "province": area_code(text(fields.get("MaTinhThanh")), 2),
        "district": area_code(text(fields.get("MaQuanHuyen")), 3),
        "commune": area_code(text(fields.get("MaPhuongXa")), 5),
        "detail": text(fields.get("ChiTiet")),
        "country": code(fields.get("QuocGia")),
    }
    unit = text(fields.get("MaDonViHanhChinh"))
    if level := _CODE_LENGTHS.get(len(unit)):
        parts[level] = parts[level] or unit
    return Address(**parts) if any(parts.values()) else None


def _relative(element: Element | None) -> RelatedPerson | None:
    fields = children(element)
    name = _name(fields.get("HoVaTen")) or _name_parts(fields)
    numbers = text(fields.get("SoDinhDanh")), text(fields.get("SoCMND"))
    if not name and not any(numbers):
        return None
    return RelatedPerson(
        full_name=name,
        personal_id=numbers[0],
        old_card=numbers[1],
        nationality=code(fields.get("QuocTich")),
        relation=code(fields.get("QuanHe")),
    )


def of_another(record: CitizenRecord, query: CitizenQuery) -> bool:
    """Whether the record names a number of the kind that was asked for, and another one."""
    held = record.old_card if isinstance(query.number, OldCardNumber) else record.personal_id
    return bool(held) and held != query.number.value


def household(element: Element) -> HouseholdRecord | None:
    """The record of one ``HoGiaDinh``; ``None`` when nobody belongs to it."""
    fields = children(element)
    members = [_relative(item) for item in several(element, "ThanhVien")]
    named = tuple(member for member in members if member is not None)
    head = _relative(fields.get("ChuHo"))
    if head is None and not named:
        return None
    return HouseholdRecord(
        household_book=text(fields.get("SoSoHoKhau")),
        head=head,
        address=_address(fields.get("ThuongTru")),
        members=named,
    )


def lives_elsewhere(record: HouseholdRecord, query: CitizenQuery) -> bool:
    """Whether the household numbers all its members, and the one asked about is not among them."""
    old = isinstance(query.number, OldCardNumber)
    people = [*record.members, *([record.head] if record.head else [])]
    held = [person.old_card if old else person.personal_id for person in people]
    return bool(held) and all(held) and query.number.value not in held
