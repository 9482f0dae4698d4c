"""A certificate as a VBDLIS record ``HoSoXml`` (land page §4.4), and the text of its QR code (§5).

Setting ``sex_type``: ``number`` (default: 0 female, 1 male, 2 other) or ``boolean`` (``true``/``false``), for the sheet
types a field of three values as Boolean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from xml.sax.saxutils import escape

from lienthong_sandbox.personas import Certificate, Citizen, Organisation, Parcel

Fields = Mapping[str, Any]


def qr_text(paper: Certificate) -> str:
    """The eight parts of the QR: made, agency, software, dossier, serial, certificate code, edited, check number."""
    issued = date.fromisoformat(paper.issued)
    serial = "".join(paper.serial.split())
    number = sum(ord(letter) * place for place, letter in enumerate(serial, 1))
    return "|".join(
        (
            f"{issued:%d-%m-%Y}-08-30-00",
            "H31.14.1",
            "Phần mềm mẫu",
            f"H31.14-{issued:%y%m%d}-0001",
            serial,
            certificate_code(paper),
            f"{issued:%d-%m-%Y}-09-00-00",
            str(number),
        )
    )


def certificate_code(paper: Certificate) -> str:
    """A made-up code of twelve characters; the real rule is unpublished."""
    return uuid5(NAMESPACE_OID, paper.serial).hex[:12].upper()


def record(
    paper: Certificate,
    kind: int,
    people: Sequence[Citizen],
    units: Sequence[Organisation],
    settings: Fields,
) -> str:
    """The whole document for one certificate. ``kind`` is loaiGiayChungNhan."""
    owners = [f"{paper.register_number}-CN{n}" for n, _ in enumerate(people, 1)]
    owners += [f"{paper.register_number}-TC{n}" for n, _ in enumerate(units, 1)]
    boolean = settings.get("sex_type") == "boolean"
    content = [
        _text("hoSoGuid", str(uuid5(NAMESPACE_OID, f"hoso:{paper.serial}"))),
        _registration(paper),
        _certificate(paper, kind),
        *(_parcel(paper, place, parcel) for place, parcel in enumerate(paper.parcels, 1)),
        *_rights(paper, owners),
        *(
            _citizen(owner, person, boolean=boolean)
            for owner, person in zip(owners, people, strict=False)
        ),
        *(
            _organisation(owner, unit)
            for owner, unit in zip(owners[len(people) :], units, strict=True)
        ),
    ]
    if paper.kind == "1" and len(people) == 2:
        couple = {"chuHoId": f"{paper.register_number}-VC", "voId": owners[1], "chongId": owners[0]}
        content.append(_group("DC_VoChong", couple))
    return f'<?xml version="1.0" encoding="UTF-8"?><HoSoXml>{"".join(content)}</HoSoXml>'


def _registration(paper: Certificate) -> str:
    issued = _date(paper.issued)
    return _group(
        "DC_TinhHinhDangKy",
        {
            "tinhHinhDangKyId": f"{paper.register_number}-DK",
            "maXa": paper.parcels[0].ward,
            "ngayTiepNhan": issued,
            "thoiDiemDangKyLanDau": f"{issued} 08:00:00",
            "thoiDiemDangKy": f"{issued} 08:00:00",
            "soThuTu": 1,
            "daiDienKhaiTrinhId": f"{paper.register_number}-CN1",
            "coQuyenSuDung": 1,
            "coQuyenSoHuu": 0,
            "coQuyenQuanLy": 0,
        },
    )


def _certificate(paper: Certificate, kind: int) -> str:
    return _group(
        "DC_GiayChungNhan",
        {
            "giayChungNhanId": paper.register_number,
            "loaiGiayChungNhan": kind,
            "soVaoSo": paper.register_number,
            # Ten characters hold two letters and eight digits only without the space.
            "soPhatHanh": "".join(paper.serial.split()),
            "maVach": paper.barcode,
            "ngayCap": _date(paper.issued),
            "tenNguoiKy": paper.signer,
            "daCongNhanPhapLy": 1,
            "donViCap": 2,
            "ghiChuTrang1": "",
        },
    )


def _parcel(paper: Certificate, place: int, parcel: Parcel) -> str:
    fields = {
        "thuaDatId": f"{paper.register_number}-T{place}",
        "maXa": parcel.ward,
        "soHieuToBanDo": int(parcel.sheet),
        "soThuTuThua": int(parcel.number),
        "soHieuToBanDoCu": "",
        "soThuTuThuaCu": "",
        "dienTich": parcel.area,
        "dienTichPhapLy": parcel.area,
        "laDoiTuongChiemDat": 0,
        "diaChi": parcel.address,
        "inSoLieuCu": 0,
    }
    uses = [
        _group(
            "DC_MucDichSuDung",
            {
                "mucDichSuDungId": f"{paper.register_number}-T{place}M{order}",
                "soThuTuMucDichSuDung": order,
                "maMucDichSuDung": use.code,
                "maMucDichSuDungPhu": use.code,
                "dienTich": use.area,
                "thoiHanSuDung": use.term,
            },
            [
                _group(
                    "DC_NguonGocDat",
                    {
                        "nguonGocDatId": f"{paper.register_number}-T{place}M{order}N1",
                        "nguonGoc": use.origin,
                        "nguonGocChuyenQuyen": use.origin,
                        "dienTich": use.area,
                    },
                )
            ],
        )
        for order, use in enumerate(parcel.purposes, 1)
    ]
    return _group("DC_ThuaDat", fields, uses)


def _rights(paper: Certificate, owners: Sequence[str]) -> Iterable[str]:
    for place, parcel in enumerate(paper.parcels, 1):
        for order, _ in enumerate(parcel.purposes, 1):
            for owner in owners:
                yield _group(
                    "DC_QuyenSuDungDat",
                    {
                        "quyenSuDungDatId": f"{owner}-T{place}M{order}",
                        "loaiDoiTuong": int(paper.kind),
                        "chuId": owner,
                        "thuaDatId": f"{paper.register_number}-T{place}",
                        "mucDichSuDungId": f"{paper.register_number}-T{place}M{order}",
                        "giayChungNhanId": paper.register_number,
                    },
                )


def _citizen(owner: str, person: Citizen, *, boolean: bool) -> str:
    male = person.sex == "1"
    return _group(
        "DC_CaNhan",
        {
            "caNhanId": owner,
            "loaiDoiTuongSuDungDat": "GDC",
            "hoTen": person.name,
            "ngaySinh": _date(person.birth) if len(person.birth) == 10 else "",
            "namSinh": person.birth[:4],
            "namMat": person.died[:4],
            "gioiTinh": str(male).lower() if boolean else int(male),
            "maSoDinhDanh": person.personal_id,
            "quocTichId": 1,
            "danTocId": int(person.ethnicity),
            "diaChi": person.permanent.detail,
            # The sheet types this code as a whole number, yet lists texts.
            "loaiGiayToTuyThan": "CCCD" if person.personal_id else "CMND",
            "soGiayTo": person.personal_id or person.card,
            "ngayCap": "",
            "noiCap": "Bộ Công an",
        },
    )


def _organisation(owner: str, unit: Organisation) -> str:
    return _group(
        "DC_ToChuc",
        {
            "toChucId": owner,
            "loaiDoiTuongSuDungDat": "TKT",
            "tenToChuc": unit.name,
            "nguoiDaiDienId": "",
            "maDoanhNghiep": unit.number,
            "maSoThue": unit.number,
            "diaChi": unit.place.detail,
        },
    )


def _date(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def _text(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"


def _group(name: str, fields: Fields, inside: Iterable[str] = ()) -> str:
    content = "".join(_text(field, value) for field, value in fields.items())
    return f"<{name}>{content}{''.join(inside)}</{name}>"
