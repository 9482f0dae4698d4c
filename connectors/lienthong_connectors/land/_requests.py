"""Queries and hand-overs as requests (insurance page §4.2; look-ups by our own contract)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import orjson

from lienthong.identity import nfc
from lienthong.interface import (
    CertificateQuery,
    HandoverFile,
    InvalidRequest,
    LandDocumentQuery,
    LandFileQuery,
    LandHandover,
    LandRejection,
    LandReturned,
    LandSupplement,
    Message,
    NotSupported,
    ParcelQuery,
    Query,
    Service,
    WireRequest,
)
from lienthong_connectors.channels import join_url
from lienthong_connectors.values import VIETNAM

from ._options import Options
from ._services import (
    FIND_CERTIFICATE,
    FIND_PARCEL,
    GET_DOCUMENT,
    HAND_OVER_ILIS,
    HAND_OVER_VBDLIS,
    ILIS,
    READ_FILE,
    REJECTION,
    RETURNED_ILIS,
    RETURNED_VBDLIS,
    SUPPLEMENT_ILIS,
    SUPPLEMENT_VBDLIS,
    SYSTEM,
)

_HEADERS: Final = {"Accept": "application/json", "Content-Type": "application/json"}
_ANYTHING: Final = {"Accept": "*/*"}
_XML: Final = {"Accept": "application/xml"}
_NOWHERE: Final = ParcelQuery(commune="00000", map_sheet=0, parcel=0)


class Requests:
    """Builds the requests of one dialect; addresses are joined once."""

    def __init__(self, url: str, dialect: str, options: Options) -> None:
        self._text_codes = dialect == ILIS
        self._hand_over = HAND_OVER_ILIS if dialect == ILIS else HAND_OVER_VBDLIS
        self._hand_over_url = join_url(url, options.handover_path or self._hand_over.name)
        self._supplement = SUPPLEMENT_ILIS if dialect == ILIS else SUPPLEMENT_VBDLIS
        self._supplement_url = join_url(url, options.supplement_path or self._supplement.name)
        self._returned = RETURNED_ILIS if dialect == ILIS else RETURNED_VBDLIS
        self._returned_url = join_url(url, options.returned_path or self._returned.name)
        self._rejection_url = join_url(url, options.rejection_path)
        self._file_url = join_url(url, options.file_path)
        self._download_base = options.download_base or url
        base = urlsplit(self._download_base)
        self._scheme = base.scheme
        self._file_hosts = {
            (host or "").casefold() for host in (base.hostname, *options.file_hosts)
        }
        self._no_district = options.no_district
        self._copies_as_text = options.copies == "text"
        self._parcel_url = join_url(url, options.parcel_path)
        self._certificate_url = join_url(url, options.certificate_path)
        self._names = options.names

    def service_for(self, subject: Query | Message) -> Service:
        """The service for a subject.

        Raises:
            NotSupported: There is none.
        """
        match subject:
            case LandHandover():
                return self._hand_over
            case LandSupplement():
                return self._supplement
            case LandReturned():
                return self._returned
            case LandRejection():
                return REJECTION
            case LandFileQuery():
                return READ_FILE
            case LandDocumentQuery():
                return GET_DOCUMENT
            case ParcelQuery():
                return FIND_PARCEL
            case CertificateQuery():
                return FIND_CERTIFICATE
            case _:
                raise NotSupported(f"{SYSTEM} has no service for {type(subject).__name__}")

    def parcel(self, query: ParcelQuery) -> WireRequest:
        """The look-up of a parcel.

        Raises:
            InvalidRequest: The commune is no code of 5 digits.
        """
        if not (len(query.commune) == 5 and query.commune.isdecimal()):
            raise InvalidRequest("commune", "is no commune code of 5 digits")
        values = {
            "maXa": query.commune,
            "soHieuToBanDo": query.map_sheet,
            "soThuTuThua": query.parcel,
        }
        return self._look_up(FIND_PARCEL.name, self._parcel_url, values)

    def certificate(self, query: CertificateQuery) -> WireRequest:
        """The look-up of one certificate, or of all of an owner.

        Raises:
            InvalidRequest: The owner's paper number is missing: it is the second factor.
        """
        owner = query.owner_number.strip()
        if not owner:
            raise InvalidRequest("owner_number", "is needed as the second factor")
        values = {"soGiayTo": owner}
        if query.serial is not None:
            values["soPhatHanh"] = query.serial.value
        if query.barcode is not None:
            values["maVach"] = query.barcode.value
        return self._look_up(FIND_CERTIFICATE.name, self._certificate_url, values)

    def nothing(self) -> WireRequest:
        """A look-up that no parcel can fit, for health checks."""
        return self.parcel(_NOWHERE)

    def file(self, query: LandFileQuery) -> WireRequest:
        """The registration record behind a certificate.

        Raises:
            InvalidRequest: The owner's paper number is missing: it is the second factor.
        """
        if not query.owner_number.strip():
            raise InvalidRequest("owner_number", "is needed as the second factor")
        serial = quote("".join(query.serial.value.split()), safe="")
        return WireRequest(READ_FILE.name, "GET", f"{self._file_url}/{serial}", _XML)

    def document(self, query: LandDocumentQuery) -> WireRequest:
        """A file behind a link of a callback.

        Raises:
            InvalidRequest: The link leaves the download address, or names a host that is not configured: our token goes
                nowhere else.
        """
        try:
            parts = urlsplit(query.url.strip())
            host, scheme = (parts.hostname or "").casefold(), parts.scheme.casefold()
        except ValueError:
            raise InvalidRequest("url", "is no address") from None
        if not host and not scheme:
            if not parts.path.strip("/") or ".." in unquote(parts.path).split("/"):
                raise InvalidRequest("url", "is no path behind the download address")
            url = join_url(self._download_base, query.url.strip())
        elif host in self._file_hosts and scheme == self._scheme:
            url = query.url.strip()
        else:
            raise InvalidRequest("url", "names a host or scheme that is not configured")
        return WireRequest(GET_DOCUMENT.name, "GET", url, _ANYTHING)

    def share(self, message: Message) -> WireRequest:
        """The request behind a hand-over or a return.

        Raises:
            NotSupported: The land systems do not take it.
            InvalidRequest: A mandatory field is empty, an area code is no number, or a time has no zone.
        """
        match message:
            case LandHandover():
                return self.hand_over(message)
            case LandSupplement():
                values: dict[str, Any] = {
                    "SoBienNhan": _required("dossier", message.dossier),
                    "NgayHenTraMoi": _time("due_at", message.due_at),
                    "GhiChu": nfc(message.note),
                    "DanhSachGiayToBoSung": self._files(message.files),
                }
                name, url = self._supplement.name, self._supplement_url
            case LandReturned():
                values = {
                    "SoBienNhan": _required("dossier", message.dossier),
                    "NgayTra": _time("returned_at", message.returned_at),
                }
                name, url = self._returned.name, self._returned_url
            case LandRejection():
                values = {
                    "SoBienNhan": _required("dossier", message.dossier),
                    "NoiDung": _required("content", message.content),
                    "DanhSachGiayToDinhKem": self._files(message.files),
                }
                name, url = REJECTION.name, self._rejection_url
            case _:
                raise NotSupported(f"{SYSTEM} does not take {type(message).__name__}")
        return WireRequest(name, "POST", url, _HEADERS, orjson.dumps(values))

    def hand_over(self, message: LandHandover) -> WireRequest:
        """The hand-over of a dossier.

        Raises:
            InvalidRequest: A mandatory field is empty, an area code is no number, or a time has no zone.
        """
        applicant = {
            "HoTen": _required("applicant_name", message.applicant_name),
            "SoChungMinh": _required("applicant_number", message.applicant_number),
            "DiaChiChiTiet": nfc(message.applicant_address),
            "SoDienThoai": message.applicant_phone,
            "Email": message.applicant_email,
        }
        process = {
            "MaQuyTrinh": _required("process_code", message.process_code),
            "TenQuyTrinh": _required("process_name", message.process_name),
        }
        dossier = _required("dossier", message.dossier)
        body = {
            "LaQuyTrinhCapTinh": message.provincial,
            "TinhId": self._area("province", message.province),
            "HuyenId": self._district(message.district),
            "XaId": self._area("commune", message.commune),
            "SoBienNhan": dossier,
            "MaHoSoMotCua": dossier,
            "NguoiTiepNhan": _required("received_by", message.received_by),
            "NgayTiepNhan": _time("received_at", message.received_at),
            "NgayHenTra": _time("due_at", message.due_at),
            "DiaChiTaiSan": nfc(message.asset_address) or None,
            "ThongTinNguoiNopDon": applicant,
            "ThongTinQuyTrinh": process,
            "ThongTinThuaDat": [
                {
                    "SoThuTuThua": parcel,
                    "SoHieuBanDo": sheet,
                    "DienTich": area,
                    "DiaChiChiTiet": nfc(address),
                }
                for parcel, sheet, area, address in message.parcels
            ],
            "DanhSachGiayToDinhKem": self._files(message.files),
        }
        return WireRequest(
            self._hand_over.name, "POST", self._hand_over_url, _HEADERS, orjson.dumps(body)
        )

    def _district(self, code: str) -> int | str | None:
        given = code if code.strip("0") else self._no_district
        return self._area("district", given) if given else None

    def _files(self, files: tuple[HandoverFile, ...]) -> list[dict[str, Any]]:
        return [
            {
                "TenGiayTo": nfc(file.name),
                "SoBanChinh": self._copies(file.originals),
                "SoBanSao": self._copies(file.copies),
                "TapTin": {"name": nfc(file.filename), "data": file.content_base64},
            }
            for file in files
        ]

    def _copies(self, count: int) -> int | str:
        return str(count) if self._copies_as_text else count

    def _look_up(self, service: str, url: str, values: Mapping[str, Any]) -> WireRequest:
        if self._names:
            values = {self._names.get(name, name): value for name, value in values.items()}
        return WireRequest(service, "POST", url, _HEADERS, orjson.dumps(values))

    def _area(self, field: str, code: str) -> int | str:
        if not (code.isascii() and code.isdecimal()):
            raise InvalidRequest(field, "is no area code of digits")
        return code if self._text_codes else int(code)


def _required(field: str, value: str) -> str:
    text = nfc(value).strip()
    if not text:
        raise InvalidRequest(field, "is mandatory at the land system and empty")
    return text


def _time(field: str, moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise InvalidRequest(field, "needs a time zone")
    # With its offset, so that nobody has to guess: the other direction is read as UTC there (insurance page §4.2).
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")
