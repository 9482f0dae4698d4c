"""Dossier and progress step as the hub wants them: every field present, every value text (hub page §1, §2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lienthong.identity import IdentityError, ProcedureCode, nfc
from lienthong.interface import (
    HubDossier,
    HubProgress,
    InvalidRequest,
    ResultPaper,
    SubmittedPaper,
    Supplement,
)
from lienthong_connectors.values import VIETNAM

_STATUSES: Final = frozenset(str(number) for number in range(1, 11))
"""TrangThaiHoSo, hub page §2.4; 11 belongs to promotion notices only."""

_ID_KINDS: Final = {12: "1", 9: "2"}
"""LoaiDinhDanh by number of digits (hub page §2.1); other values are unpublished."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the doubtful fields of a dossier travel (doubts page; settings of the same names)."""

    other_id_kind: str = "3"
    result_code_key: str = "MaGiayToKetQua"
    deleted_as_number: bool = False
    typed_supplements: bool = False
    not_paid_online: str = "0"


def dossier_to_wire(message: HubDossier, spelling: Spelling) -> dict[str, Any]:
    """One entry of ``data`` of DongBoHoSoMC.

    Raises:
        InvalidRequest: A mandatory field is empty or not in its code table; nothing is filled in for it, because
            a dummy would break the owner's identity at the hub (hub page §2.5).
    """
    return {
        "MaHoSo": required("dossier", message.dossier),
        "MaTTHC": national_code(message.procedure),
        "TenTTHC": required("procedure_name", message.procedure_name),
        "MaLinhVuc": message.field_code,  # empty where the catalogue publishes none
        "TenLinhVuc": required("field_name", message.field_name),
        "KenhThucHien": message.channel,
        "ChuHoSo": nfc(message.owner_name),
        "SoGiayToChuHoSo": required("owner_number", message.owner_number),
        "LoaiDoiTuong": message.owner_kind,
        # Only a dossier filed online belongs to a portal account (hub page §2.1).
        "MaDoiTuong": message.owner_account if message.channel == "2" else "",
        "DinhDanhCHS": _owner_ids(message.owner_number, spelling.other_id_kind),
        "ThongTinKhac": "",
        "Fax": "",
        "Email": message.email,
        "SoDienThoai": message.phone,
        # An empty abstract may be refused (hub page §2.1); the procedure's name is true of every dossier.
        "TrichYeuHoSo": (nfc(message.abstract) or nfc(message.procedure_name))[:1000],
        "NgayNopHoSo": wire_time("submitted_at", message.submitted_at),
        "NgayTiepNhan": wire_time("received_at", message.received_at),
        "NgayHenTra": wire_time("due_at", message.due_at),
        "NgayTuChoi": wire_time("refused_at", message.refused_at),
        "NgayKetThucXuLy": wire_time("finished_at", message.finished_at),
        "NgayTra": wire_time("returned_at", message.returned_at),
        "ThongTinTra": nfc(message.return_note),
        "TrangThaiHoSo": status_code(message.status),
        "HinhThuc": message.return_form,
        "DonViXuLy": required("agency_name", message.agency_name),
        "GhiChu": nfc(message.note),
        "NoiNopHoSo": message.submitted_through,
        "HoSoCoThanhPhanSoHoa": flag(message.has_digitised),
        "TaiKhoanDuocXacThucVoiVNeID": flag(message.identity_verified),
        "DuocThanhToanTrucTuyen": message.online_payment
        if message.online_payment != "0"
        else spelling.not_paid_online,
        "DSKetNoiCSDL": [{"MaCSDL": code} for code in message.databases],
        "TaiLieuNop": [_submitted(paper, spelling) for paper in message.papers],
        "DanhSachLePhi": [
            {
                "TenPhiLePhi": nfc(fee.name),
                "MaPhiLePhi": fee.code,
                "HinhThucThu": fee.when,
                "Gia": str(fee.amount),
                "LoaiPhiLePhi": fee.kind,
            }
            for fee in message.fees
        ],
        "DanhSachTepDinhKemKhac": [
            # The two numbers are the exceptions among texts (hub page §1).
            {"TenGiayTo": nfc(paper.name), "SoLuong": paper.count, "LoaiGiayTo": paper.kind}
            for paper in message.other_papers
        ],
        "DanhSachHoSoBoSung": [
            _supplement(supplement, spelling) for supplement in message.supplements
        ],
        "DanhSachGiayToKetQua": [_result(paper, spelling) for paper in message.results],
        "SoBienNhan": "",
    }


def progress_to_wire(message: HubProgress) -> dict[str, Any]:
    """One entry of ``data`` of CapNhatTienDoHoSoMC. Raises as :func:`dossier_to_wire`."""
    return {
        "MaHoSo": required("dossier", message.dossier),
        "NguoiXuLy": required("officer", message.officer),
        "ChucDanh": nfc(message.title),
        "PhongBanXuLy": nfc(message.department),
        "ThoiDiemXuLy": wire_time("at", message.at),
        "NoiDungXuLy": nfc(message.content),
        "TrangThai": status_code(message.status),
        "NgayBatDau": wire_time("started_at", message.started_at),
        "NgayKetThucTheoQuyDinh": wire_time("due_at", message.due_at),
    }


def national_code(code: str) -> str:
    """The national procedure code, a local agency's suffix cut off (hub page §6).

    Raises:
        InvalidRequest: It is no procedure code.
    """
    try:
        return ProcedureCode.parse(code).national.value
    except IdentityError as error:
        raise InvalidRequest("procedure", "is not a national procedure code (d.dddddd)") from error


def wire_time(field: str, moment: datetime | None) -> str:
    """``yyyyMMddHHmmss`` in Vietnam time; empty text for absent.

    Raises:
        InvalidRequest: The time has no zone.
    """
    if moment is None:
        return ""
    local = aware(field, moment).astimezone(VIETNAM)
    # Not strftime: it drops leading zeros of early years on some platforms and is ten times slower.
    return (
        f"{local.year:04d}{local.month:02d}{local.day:02d}"
        f"{local.hour:02d}{local.minute:02d}{local.second:02d}"
    )


def aware(field: str, moment: datetime) -> datetime:
    """The time. Raises ``InvalidRequest`` when it has no zone."""
    if moment.tzinfo is None:
        raise InvalidRequest(field, "needs a time zone")
    return moment


def _owner_ids(number: str, other_id_kind: str) -> list[dict[str, str]]:
    kind = _ID_KINDS.get(len(number)) if number.isdecimal() else None
    return [{"LoaiDinhDanh": kind or other_id_kind, "SoDinhDanh": number}]


def _submitted(paper: SubmittedPaper, spelling: Spelling) -> dict[str, str]:
    return {
        "TepDinhKemId": paper.paper_id,
        "TenTepDinhKem": required("papers.name", paper.name),
        "IsDeleted": flag(paper.deleted) if spelling.deleted_as_number else str(paper.deleted),
        "MaThanhPhanHoSo": paper.component,
        "DuongDanTaiTepTin": paper.url,
        "DuocSoHoa": flag(paper.digitised),
        "DuocTaiSuDung": str(paper.reused),
        "MaKetQuaThayThe": paper.replaced_by,
        "DuocLayTuKhoDMQG": flag(paper.from_personal_store),
    }


def _result(paper: ResultPaper, spelling: Spelling) -> dict[str, str]:
    return {
        "TenGiayTo": required("results.name", paper.name),
        "MaThanhPhanHoSo": "",
        "GiayToId": paper.paper_id,
        "DuongDanTepTinKetQua": paper.url,
        spelling.result_code_key: paper.result,
    }


def _supplement(supplement: Supplement, spelling: Spelling) -> dict[str, Any]:
    number = required("supplements.supplement_id", supplement.supplement_id)
    typed = spelling.typed_supplements
    return {
        "HoSoBoSungId": int(number) if typed and number.isdecimal() else number,
        "NguoiYeuCauBoSung": nfc(supplement.asked_by),
        "NoiDungBoSung": nfc(supplement.content),
        "NgayBoSung": wire_time("supplements.asked_at", supplement.asked_at),
        "NguoiTiepNhanBoSung": nfc(supplement.received_by),
        "ThongTinTiepNhan": nfc(supplement.received_note),
        "NgayTiepNhanBoSung": wire_time("supplements.received_at", supplement.received_at),
        "TrangThaiBoSung": supplement.done if typed else str(supplement.done),
        "DanhSachGiayToBoSung": [],
        "DanhSachLePhiBoSung": [],
        "NgayHenTraTruoc": wire_time("supplements.due_before", supplement.due_before),
        "NgayHenTraMoi": wire_time("supplements.due_after", supplement.due_after),
    }


def required(field: str, value: str) -> str:
    """The value as NFC text. Raises ``InvalidRequest`` when it is empty."""
    text = nfc(value).strip()
    if not text:
        raise InvalidRequest(field, "is mandatory at the hub and empty")
    return text


def status_code(value: str) -> str:
    """A status of a dossier. Raises ``InvalidRequest`` when it is none (hub page §2.4)."""
    if value not in _STATUSES:
        raise InvalidRequest("status", "is none of the hub's codes 1 to 10")
    return value


def flag(value: bool) -> str:
    """``1`` or ``0``."""
    return "1" if value else "0"
