"""The land register: certificates with their owners and parcels, in the words of VBDLIS (land page §4.4, §4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lienthong_sandbox.personas import (
    Certificate,
    Citizen,
    Organisation,
    Parcel,
    Persona,
    Personas,
    Purpose,
)

from ._hosoxml import certificate_code, qr_text, record

Row = dict[str, Any]

_PERSON_OWNERS = ("0", "1", "2")
_PARCEL_ASSET = 6


class Registry:
    """All land certificates of the sandbox, searched by parcel, by certificate and by owner."""

    def __init__(self, personas: Personas) -> None:
        people = {person.key: person for person in personas.people}
        units = {unit.key: unit for unit in personas.organisations}
        self._entries = [
            (
                paper,
                [people[key] for key in paper.owners if key in people],
                [units[key] for key in paper.owners if key in units],
            )
            for paper in personas.certificates
        ]

    def __len__(self) -> int:
        return len(self._entries)

    def document(self, serial: str, settings: Mapping[str, object]) -> str | None:
        """The certificate with this serial as ``HoSoXml``, or None."""
        for paper, people, units in self._entries:
            if _squeezed(paper.serial) == _squeezed(serial):
                kind = _certificate_type(date.fromisoformat(paper.issued))
                citizens = [person.citizen for person in people if person.citizen is not None]
                return record(paper, kind, citizens, units, settings)
        return None

    def by_parcel(self, ward: str, sheet: int, number: int) -> list[Row]:
        """The certificates that cover a parcel: commune code, map sheet, parcel number."""
        return [
            _row(paper, people, units)
            for paper, people, units in self._entries
            if any(
                (parcel.ward, int(parcel.sheet), int(parcel.number)) == (ward, sheet, number)
                for parcel in paper.parcels
            )
        ]

    def by_owner(
        self, paper_number: str, *, serial: str = "", barcode: str = "", register_number: str = ""
    ) -> list[Row]:
        """The certificates of whoever holds ``paper_number``, narrowed by what else is given.

        A certificate of somebody else and one that does not exist are the same empty list.
        """
        return [
            _row(paper, people, units)
            for paper, people, units in self._entries
            if paper_number in _papers(people, units)
            and _same(serial, paper.serial)
            and _same(barcode, paper.barcode)
            and _same(register_number, paper.register_number)
        ]


def _same(asked: str, held: str) -> bool:
    """Serials are compared without spaces and in capitals (land page §5); an empty criterion does not narrow."""
    return not asked or _squeezed(asked) == _squeezed(held)


def _squeezed(text: str) -> str:
    return "".join(text.split()).upper()


def _papers(people: list[Persona], units: list[Organisation]) -> set[str]:
    """Every paper number under which one of the owners is known to the land office."""
    numbers = {unit.number for unit in units}
    for person in people:
        if person.citizen is not None:
            numbers |= {person.citizen.personal_id, person.citizen.card} - {""}
    return numbers


def _row(paper: Certificate, people: list[Persona], units: list[Organisation]) -> Row:
    return {
        "GiayChungNhan": _certificate(paper),
        "ChuSoHuu": [
            *(_person(paper, citizen) for person in people if (citizen := person.citizen)),
            *(_organisation(unit) for unit in units),
        ],
        "TaiSan": [_asset(paper, place, parcel) for place, parcel in enumerate(paper.parcels, 1)],
    }


def _certificate(paper: Certificate) -> Row:
    issued = date.fromisoformat(paper.issued)
    return {
        "giayChungNhanId": _identifier(paper),
        "loaiGiayChungNhan": _certificate_type(issued),
        "soPhatHanh": paper.serial,
        "soVaoSo": paper.register_number,
        "maVach": paper.barcode,
        "ngayCap": f"{issued:%d/%m/%Y}",
        "tenNguoiKy": paper.signer,
        "daCongNhanPhapLy": 1,
        "maGiayChungNhan": certificate_code(paper),
        "maQRCode": qr_text(paper),
        "version": 1,
        "isLastest": True,  # spelt so on the wire
    }


def _certificate_type(issued: date) -> int:
    """The form in force on the day of issue: 11 decree 43, 6 decree 88, 1 Land Law 2003 (land page §4.4)."""
    if issued >= date(2014, 7, 1):
        return 11
    return 6 if issued >= date(2009, 12, 10) else 1


def _person(paper: Certificate, citizen: Citizen) -> Row:
    return {
        "loaiDoiTuong": int(paper.kind) if paper.kind in _PERSON_OWNERS else 0,
        "CaNhan": {
            "maSoDinhDanh": citizen.personal_id,
            "soGiayTo": citizen.personal_id or citizen.card,
            "hoTen": citizen.name,
            "namSinh": int(citizen.birth[:4]),
            "gioiTinh": citizen.sex == "1",
        },
    }


def _organisation(unit: Organisation) -> Row:
    return {
        "loaiDoiTuong": 3,
        "ToChuc": {
            "tenToChuc": unit.name,
            "maDoanhNghiep": unit.number,
            "maSoThue": unit.number,
            "diaChi": unit.place.detail,
        },
    }


def _asset(paper: Certificate, place: int, parcel: Parcel) -> Row:
    return {
        "loaiTaiSan": _PARCEL_ASSET,
        "ThuaDat": {
            "thuaDatId": f"{_identifier(paper)}-{place}",
            "maXa": parcel.ward,
            "soHieuToBanDo": int(parcel.sheet),
            "soThuTuThua": int(parcel.number),
            "dienTich": parcel.area,
            "dienTichPhapLy": parcel.area,
            "diaChi": parcel.address,
            "DC_MucDichSuDung": [
                _purpose(order, purpose) for order, purpose in enumerate(parcel.purposes, 1)
            ],
        },
    }


def _purpose(order: int, purpose: Purpose) -> Mapping[str, Any]:
    return {
        "soThuTuMucDichSuDung": order,
        "maMucDichSuDung": purpose.code,
        "dienTich": purpose.area,
        "thoiHanSuDung": purpose.term,
        "DC_NguonGocDat": [{"nguonGoc": purpose.origin, "dienTich": purpose.area}],
    }


def _identifier(paper: Certificate) -> str:
    return f"GCN-{_squeezed(paper.serial)}"
