"""Rows of a look-up read into our records: names of insurance page §4.4 and §4.5, every shape seen there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from lienthong.identity import nfc
from lienthong.interface import (
    CertificateRecord,
    LandOwner,
    LandUse,
    ParcelRecord,
    ReplyUnreadable,
    as_list,
    as_text,
)

from ._services import FIND_CERTIFICATE

_PERSON: Final = "0"
_COUPLE: Final = "1"
_HOUSEHOLD: Final = "2"
_ORGANISATION: Final = "3"
_COMMUNITY: Final = "4"

_BLOCKS: Final = {
    "canhan": _PERSON,
    "vochong": _COUPLE,
    "hogiadinh": _HOUSEHOLD,
    "tochuc": _ORGANISATION,
    "congdong": _COMMUNITY,
}
"""Blocks of owners with their owner type, without the prefix ``DC_`` (insurance page §4.4)."""

_MEMBERS: Final = ("vo", "chong", "chuHo", "voChongChuHo", "CaNhan")
"""Persons inside a couple or household."""

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_AREA: Final = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,6})?")


class Records:
    """Reads rows, with the names that this installation uses.

    Args:
        names: Other spellings for names of the look-up contract.
        system: The system's name in this installation, for errors.
    """

    def __init__(self, names: Mapping[str, str], system: str) -> None:
        self._names = names
        self._system = system

    def certificates(self, rows: Sequence[Mapping[str, Any]]) -> tuple[CertificateRecord, ...]:
        """The certificates, each once and in its newest version.

        Raises:
            ReplyUnreadable: A row has no certificate: half of an owner's certificates must not pass for all of them.
        """
        newest: dict[tuple[str, str], tuple[tuple[bool, int], Mapping[str, Any]]] = {}
        for row in rows:
            paper = self._object(row, "GiayChungNhan")
            serial = _serial(self._text(paper, "soPhatHanh"))
            if not serial:
                raise ReplyUnreadable(
                    self._system, FIND_CERTIFICATE.name, "a row has no certificate with a serial"
                )
            key = (serial, self._text(paper, "soVaoSo"))
            age = self._age(paper)
            if key not in newest or age > newest[key][0]:
                newest[key] = (age, row)
        return tuple(self._certificate(row) for _, row in newest.values())

    def parcels(self, rows: Sequence[Mapping[str, Any]]) -> tuple[ParcelRecord, ...]:
        """The parcels of all rows, each once and in its newest version.

        A parcel under several certificates comes once per certificate; rows without certificate may be bare parcels.
        Assets of other kinds (houses, forests) are left out.
        """
        newest: dict[tuple[str, int, int], tuple[tuple[bool, int], ParcelRecord]] = {}
        for row in rows:
            for item in self._assets(row):
                parcel = self._parcel(item)
                if parcel is None:
                    continue
                key = (parcel.commune, parcel.map_sheet, parcel.parcel)
                age = self._age(item)
                if key not in newest or age > newest[key][0]:
                    newest[key] = (age, parcel)
        return tuple(parcel for _, parcel in newest.values())

    def _certificate(self, row: Mapping[str, Any]) -> CertificateRecord:
        paper = self._object(row, "GiayChungNhan")
        return CertificateRecord(
            serial=_serial(self._text(paper, "soPhatHanh")),
            register_number=self._text(paper, "soVaoSo"),
            barcode=self._text(paper, "maVach"),
            kind=self._text(paper, "loaiGiayChungNhan"),
            issued=_date(self._text(paper, "ngayCap")),
            status=self._text(paper, "tinhTrangGiayChungNhan"),
            owners=tuple(
                owner for item in self._objects(row, "ChuSoHuu") for owner in self._owners(item)
            ),
            parcels=self.parcels([row]),
        )

    def _owners(self, item: Mapping[str, Any]) -> Iterator[LandOwner]:
        """An owner as flat fields, or inside a block named after its type."""
        kind = self._text(item, "loaiDoiTuong")
        flat = self._owner(item, kind or _PERSON)
        if flat is not None:
            yield flat
            return
        for name, value in item.items():
            block_kind = _BLOCKS.get(name.casefold().removeprefix("dc_"))
            if block_kind is None:
                continue
            for block in as_list(value):
                if isinstance(block, dict):
                    yield from self._block(block, kind or block_kind)

    def _block(self, block: Mapping[str, Any], kind: str) -> Iterator[LandOwner]:
        owner = self._owner(block, kind)
        if owner is not None:
            yield owner
            return
        for name in _MEMBERS:
            for member in self._objects(block, name):
                owner = self._owner(member, kind)
                if owner is not None:
                    yield owner

    def _owner(self, fields: Mapping[str, Any], kind: str) -> LandOwner | None:
        for name in ("hoTen", "tenToChuc", "tenCongDong"):
            full_name = self._text(fields, name)
            if full_name:
                break
        else:
            return None
        number = next(
            (
                text
                for key in ("maSoDinhDanh", "soGiayTo", "maDoanhNghiep", "maSoThue")
                if (text := self._text(fields, key))
            ),
            "",
        )
        return LandOwner(
            full_name=full_name,
            personal_id=number,
            birth_year=_whole(self._value(fields, "namSinh")),
            kind=kind,
        )

    def _assets(self, row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = [*self._objects(row, "TaiSan")]
        for item in found or [row]:
            for name in ("ThuaDat", "DC_ThuaDat"):
                inside = self._objects(item, name)
                if inside:
                    yield from inside
                    break
            else:
                yield item

    def _parcel(self, item: Mapping[str, Any]) -> ParcelRecord | None:
        """The parcel; ``None`` for another kind of asset (house, forest)."""
        commune = self._text(item, "maXa")
        sheet = _whole(self._value(item, "soHieuToBanDo"))
        number = _whole(self._value(item, "soThuTuThua"))
        if not commune or sheet is None or number is None:
            return None
        uses = (
            LandUse(
                purpose=self._text(use, "maMucDichSuDung"),
                area_m2=_area(self._value(use, "dienTich")),
                until=self._text(use, "thoiHanSuDung"),
            )
            for use in self._objects(item, "DC_MucDichSuDung")
        )
        return ParcelRecord(
            # Where the code came as a number its zeros are lost (insurance page §9); it has 5 digits.
            commune=commune.zfill(5) if commune.isdecimal() else commune,
            map_sheet=sheet,
            parcel=number,
            area_m2=_area(self._value(item, "dienTich")),
            legal_area_m2=_area(self._value(item, "dienTichPhapLy")),
            address=self._text(item, "diaChi"),
            uses=tuple(use for use in uses if use.purpose),
        )

    def _age(self, fields: Mapping[str, Any]) -> tuple[bool, int]:
        newest = as_text(self._value(fields, "isLastest")).casefold() in {"1", "true"}
        return newest, _whole(fields.get("version")) or 0

    def _value(self, fields: Mapping[str, Any], name: str) -> Any:
        return fields.get(self._names.get(name, name))

    def _text(self, fields: Mapping[str, Any], name: str) -> str:
        value = self._value(fields, name)
        return "" if isinstance(value, dict | list) else nfc(as_text(value))

    def _object(self, fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = self._objects(fields, name)
        return found[0] if found else {}

    def _objects(self, fields: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        return [item for item in as_list(self._value(fields, name)) if isinstance(item, dict)]


def _serial(text: str) -> str:
    """A serial as it is compared: upper case, without spaces (insurance page §5)."""
    return "".join(text.split()).upper()


def _date(text: str) -> date | None:
    """``dd/MM/yyyy`` with or without time, or ISO 8601; ``None`` for what is neither."""
    day = text.replace("T", " ").partition(" ")[0]
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(day, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None


def _whole(value: Any) -> int | None:
    text = as_text(value)
    return int(text) if _WHOLE.fullmatch(text) else None


def _area(value: Any) -> Decimal | None:
    text = as_text(value)
    return Decimal(text.replace(",", ".")) if _AREA.fullmatch(text) else None
