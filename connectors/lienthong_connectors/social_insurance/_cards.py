"""Answers of the card gateway → card and treatments (insurance page §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from lienthong.identity import IdentityError, PartialDate, Sex, fold
from lienthong.interface import (
    Address,
    CardRecord,
    Treatment,
    TreatmentDetail,
    TreatmentHistory,
    as_list,
)
from lienthong_connectors.values import plain_text, vietnam_time

from ._results import Result, Verdict

_SEXES: Final = {
    "nam": Sex.MALE,
    "nu": Sex.FEMALE,
    "khac": Sex.OTHER,
    # Text is what the letter shows; numbers are those of the inter-agency services (§9).
    "1": Sex.MALE,
    "2": Sex.FEMALE,
    "3": Sex.OTHER,
}


def card_of(fields: Mapping[str, Any], asked: str, result: Result) -> CardRecord:
    """The card of an answer. ``dsLichSuKCB2018`` and ``dsLichSuKT2018`` are left out: a card check needs no treatments."""
    address = _text(fields, "diaChi")
    return CardRecord(
        card=_text(fields, "maThe") or asked,
        result=result.code,
        usable=result.verdict is Verdict.RIGHT,
        caution_vi=result.caution_vi,
        caution_en=result.caution_en,
        note=_text(fields, "ghiChu"),
        full_name=_text(fields, "hoTen"),
        birth=_birth(_text(fields, "ngaySinh")),
        sex=_SEXES.get(fold(_text(fields, "gioiTinh")), Sex.UNKNOWN),
        address=Address(full=address) if address else None,
        facility=_facility(_text(fields, "maDKBD")),
        agency=_text(fields, "cqBHXH"),
        valid_from=_date(_text(fields, "gtTheTu")),
        valid_until=_date(_text(fields, "gtTheDen")),
        area=_text(fields, "maKV"),
        five_years_on=_date(_text(fields, "ngayDu5Nam")),
        insurance_number=_number(_text(fields, "maSoBHXH")),
        old_card=_text(fields, "maTheCu"),
        new_card=_text(fields, "maTheMoi"),
        new_valid_from=_date(_text(fields, "gtTheTuMoi")),
        new_valid_until=_date(_text(fields, "gtTheDenMoi")),
        new_facility=_facility(_text(fields, "maDKBDMoi")),
        new_facility_name=_text(fields, "tenDKBDMoi"),
    )


def history_of(fields: Mapping[str, Any]) -> TreatmentHistory | None:
    """The treatments, in the order of the answer; ``None`` when the list holds something else."""
    items = as_list(fields.get("dsLichSuKCB2025"))
    if not all(isinstance(item, dict) for item in items):
        return None
    return TreatmentHistory(treatments=tuple(_treatment(item) for item in items))


def detail_of(held: Any, record: str) -> TreatmentDetail | None:
    """The tables of ``hoSoKCB``; ``None`` when they are something else, or there is no summary."""
    if not isinstance(held, dict):
        return None
    names = ("xml1", "dsXml2", "dsXml3", "dsXml4", "dsXml5")
    tables = [as_list(held.get(name)) for name in names]
    if not all(isinstance(row, dict) for table in tables for row in table):
        return None
    summaries, *others = (tuple(filter(None, map(_row, table))) for table in tables)
    if len(summaries) != 1:
        return None
    medicines, services, results, course = others
    return TreatmentDetail(
        record=record,
        summary=summaries[0],
        medicines=medicines,
        services=services,
        results=results,
        course=course,
    )


def _row(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name, value in row.items() if (text := plain_text(value))}


def _treatment(item: Mapping[str, Any]) -> Treatment:
    return Treatment(
        record=_text(item, "maHoSo"),
        facility=_facility(_text(item, "maCSKCB")),
        admitted=vietnam_time(_text(item, "ngayVao")),
        discharged=vietnam_time(_text(item, "ngayRa")),
        diagnosis=_text(item, "tenBenh"),
        condition=_text(item, "tinhTrang"),
        outcome=_text(item, "kqDieuTri"),
        reason=_text(item, "lyDoVV"),
        employer=_text(item, "TEMP1"),
        employer_name=_text(item, "TEMP2"),
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    return plain_text(fields.get(name))


def _number(text: str) -> str:
    """An insurance number; one that travelled as a JSON number gets its leading zeros back."""
    return text.zfill(10) if text.isdecimal() and text.strip("0") else text


def _facility(text: str) -> str:
    return text.zfill(5) if text.isdecimal() else text


def _birth(text: str) -> PartialDate | None:
    """``dd/MM/yyyy`` or ``yyyy``, or the sample's ``ddMMyyyy``."""
    if len(text) == 8 and text.isdecimal():
        text = f"{text[:2]}/{text[2:4]}/{text[4:]}"
    try:
        return PartialDate.parse(text)
    except IdentityError:
        return None


def _date(text: str) -> date | None:
    found = _birth(text)
    return found.to_date() if found is not None else None
