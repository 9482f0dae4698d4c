"""Generation 2 (population page B3): enterprises, household businesses and co-operatives, as one provincial front shows them.

Seen in one code base only. Dates are ISO date-times, area codes whole numbers (leading zeros are lost), every root is a list or
null. The paper fields of persons and the codes of TinhTrangPhapLy are the sandbox's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from lienthong_sandbox.personas import Organisation, Personas

Row = dict[str, Any]
Settings = Mapping[str, object]

_SUSPENDED: Final = "02"


class Generation2:
    """Writes the answers of ``apiDKKD``.

    Settings (doubts page): ``cooperative_representative`` is ``object`` (default, holding ThongTinCaNhan), ``flat`` (the person's
    fields at once) or ``list``; ``gen2_address`` is ``list`` (default), ``object`` or ``text`` for DiaChi of an enterprise.
    """

    def __init__(self, personas: Personas, settings: Settings) -> None:
        self._personas = personas
        self._settings = settings
        self._services: Mapping[str, tuple[str, str, str, Callable[[Organisation], Row]]] = {
            "DoanhNghiep/chiTietDoanhNghiep": ("msdn", "GetEntCert", "company", self._enterprise),
            "HoKinhDoanh/chiTietHoKinhDoanh": ("mst", "HHCert", "household", self._household),
            "HopTacXa/chiTietHopTacXa": ("mst", "CoopCert", "cooperative", self._cooperative),
        }

    @property
    def services(self) -> tuple[str, ...]:
        """The paths below the adapter's name."""
        return tuple(self._services)

    def answer(self, service: str, query: Mapping[str, str]) -> Row:
        """One answer; null under its root when nobody of this kind has the number."""
        parameter, root, kind, write = self._services[service]
        unit = self._personas.organisation(query.get(parameter, ""))
        # A branch is an enterprise too.
        known = unit is not None and ("company" if unit.kind == "branch" else unit.kind) == kind
        return {root: [write(unit)] if unit is not None and known else None}

    def _enterprise(self, unit: Organisation) -> Row:
        return {
            "MaNoiBo": str(int(unit.number[2:9])),
            "MaSoDoanhNghiep": unit.number,
            "SoGCNDKKD": unit.old_number,
            "MaLoaiHinhDN": unit.type_code,
            "LoaiHinhDN": unit.type_name,
            "TenTiengViet": unit.name,
            "TenNuocNgoai": unit.foreign_name,
            "TenVietTat": unit.short_name,
            "NgayDangKyLanDau": _iso(unit.founded),
            "NgayDangKyThayDoi": _iso(unit.amended),
            "SoLanDangKyThayDoi": unit.changes,
            "TinhTrangPhapLy": [_legal_state(unit)],
            "DaiDienPhapLuat": [{"ThongTinCaNhan": self._people(unit)}],
            "DiaChiTruSo": [{"DiaChi": self._address(unit)}],
            "NganhNgheKinhDoanh": _activities(unit),
        }

    def _household(self, unit: Organisation) -> Row:
        return {
            "MaNoiBo": unit.number[-7:],
            "MaSoHKD": unit.number,
            "MaSoDangKyHKD": unit.old_number,
            "FOUNDING_DATE": _iso(unit.founded),
            "MaLoaiHinhHKD": unit.type_code,
            "LoaiHinhHKD": unit.type_name,
            "TenTiengViet": unit.name,
            "TenNuocNgoai": unit.foreign_name,
            "TenVietTat": unit.short_name,
            "NgayDangKyLanDau": _iso(unit.founded),
            "NgayDangKyThayDoi": _iso(unit.amended),
            "ChuHoKinhDoanh": self._people(unit),
            "DiaChiTruSo": [_place(unit) | {"DiaChiDayDu": unit.place.detail}],
            "NganhNgheKinhDoanh": _activities(unit),
        }

    def _cooperative(self, unit: Organisation) -> Row:
        people = self._people(unit)
        shape = str(self._settings.get("cooperative_representative", "object"))
        shapes: Mapping[str, object] = {
            "flat": people[0],
            "list": [{"ThongTinCaNhan": people}],
        }
        return {
            "MaNoiBo": unit.number[-7:],
            "MaSoHTX": unit.number,
            "MaLoaiHinhHTX": unit.type_code,
            "LoaiHinhHTX": unit.type_name,
            "TenTiengViet": unit.name,
            "TenNuocNgoai": unit.foreign_name,
            "TenVietTat": unit.short_name,
            "NgayDangKyLanDau": _iso(unit.founded),
            "NgayDangKyThayDoi": _iso(unit.amended),
            "DaiDienPhapLuat": shapes.get(shape, {"ThongTinCaNhan": people}),
            "DiaChiTruSo": [_place(unit) | {"DiaChiDayDu": unit.place.detail}],
            "NganhNgheKinhDoanh": _activities(unit),
        }

    def _people(self, unit: Organisation) -> list[Row]:
        """Representatives who are also citizens of the sandbox have their number; of the others only the name is known."""
        citizens = {
            person.citizen.name.upper(): person.citizen
            for person in self._personas.people
            if person.citizen is not None and person.organisation == unit.key
        }
        rows = []
        for name in unit.representatives:
            citizen = citizens.get(name.upper())
            number = "" if citizen is None else citizen.personal_id or citizen.card
            rows.append(
                {
                    "HoVaTen": name,
                    "LoaiGiayToChungThuc": "Thẻ căn cước công dân" if number else "",
                    "MaLoaiGiayToChungThuc": "CCCD" if number else "",
                    "SoGiayChungThuc": number,
                    "NgayCap": None,
                    "NoiCap": "",
                    "QuocTich": "Việt Nam",
                    "MaQuocTich": "VN",
                }
            )
        return rows

    def _address(self, unit: Organisation) -> object:
        row = _place(unit) | {"QuocGia": "Việt Nam", "MaQuocGia": "VN"}
        shape = str(self._settings.get("gen2_address", "list"))
        return {"object": row, "text": unit.place.detail}.get(shape, [row])


def _legal_state(unit: Organisation) -> Row:
    suspended = unit.status == _SUSPENDED
    year, rest = unit.amended[:4], unit.amended[4:]
    return {
        "TinhTrangPhapLy": unit.status_name,
        "MaTinhTrangPhapLy": unit.status,
        "NgayBatDauTamNgung": _iso(unit.amended) if suspended else None,
        "NgayKetThucTamNgung": _iso(f"{int(year) + 1}{rest}") if suspended else None,
        "LyDoTamNgung": "Lý do mẫu" if suspended else "",
    }


def _place(unit: Organisation) -> Row:
    place = unit.place
    return {
        "TenTinhThanh": "Tỉnh Hưng Yên",
        "MaTinhThanh": int(place.province),
        "TenQuanHuyen": unit.district_name,
        "MaQuanHuyen": int(place.district) if place.district else None,
        "TenPhuongXa": unit.ward_name,
        "MaPhuongXa": int(place.ward),
        "DiaChi": place.detail,
        "SoNha": unit.street,
    }


def _activities(unit: Organisation) -> list[Row]:
    return [
        {"MaNganh": work.code, "TenNganh": work.name, "LaNganhChinh": int(work.main)}
        for work in unit.activities
    ]


def _iso(day: str) -> str:
    """``2012-04-16`` → ``2012-04-16T00:00:00``."""
    return f"{day}T00:00:00"
