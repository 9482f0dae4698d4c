"""``lienthong lookup``: one record of one national system, for a case."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import NEGATIVE, OK
from ._parts import Command, config_option, json_option, quiet_log, run

if TYPE_CHECKING:
    from lienthong import Applicant
    from lienthong.interface import LookupOutcome, Query

_KINDS: Final = (
    "citizen",
    "organisation",
    "insurance-number",
    "insurance",
    "household",
    "parcel",
    "certificate",
    "dossier",
    "procedure",
    "procedures",
)

_SENTENCES_VI: Final = {
    # Nobody and several read alike: which of the two stands only in the audit log (DESIGN §4).
    "not_found": "Không có dữ liệu phù hợp với thông tin đã nêu.",
    "ambiguous": "Không có dữ liệu phù hợp với thông tin đã nêu.",
    "mismatch": "Thông tin đã nêu không khớp với cơ sở dữ liệu quốc gia.",
    "not_licensed": "Chưa được cấp quyền tra cứu nội dung này.",
    "throttled": "Đã hết hạn mức lượt gọi: thử lại sau.",
    "unavailable": "Hệ thống quốc gia tạm thời chưa trả lời: thử lại sau.",
    "deferred": "Hệ thống sẽ trả lời sau.",
}


@click.command(cls=Command, name="lookup")
@click.argument("system", metavar="HỆ-THỐNG")
@click.argument("kind", metavar="LOẠI", type=click.Choice(_KINDS))
@click.option("--dossier", required=True, metavar="MÃ", help="Mã hồ sơ đang mở.")
@click.option("--reason", default="Tra cứu theo yêu cầu của hồ sơ", help="Lý do, ghi vào nhật ký.")
@click.option("--enterprise", metavar="MÃ", help="organisation: mã số doanh nghiệp.")
@click.option("--insurance", metavar="SỐ", help="insurance: mã số BHXH.")
@click.option("--province", default="", metavar="MÃ", help="household: mã tỉnh 2 số.")
@click.option("--serial", metavar="SỐ", help="certificate: số phát hành.")
@click.option("--barcode", metavar="SỐ", help="certificate: mã vạch.")
@click.option("--commune", metavar="MÃ", help="parcel: mã xã 5 số.")
@click.option("--sheet", type=int, metavar="SỐ", help="parcel: tờ bản đồ.")
@click.option("--parcel", type=int, metavar="SỐ", help="parcel: thửa.")
@click.option("--code", metavar="MÃ", help="dossier, procedure: mã cần tìm.")
@config_option
@json_option
def command(
    config: Path, system: str, kind: str, dossier: str, reason: str, *, as_json: bool, **typed: Any
) -> int:
    """Tra cứu một hệ thống quốc gia cho một hồ sơ đang mở.

    HỆ-THỐNG là tên trong cấu hình: population, business, social_insurance, land, operations_centre. LOẠI là
    citizen, organisation, insurance-number, insurance, household, parcel, certificate, dossier, procedure, procedures.
    Số, tên, ngày sinh lấy từ người nộp của hồ sơ.

    JSON: dossier, system, kind, outcome, sentence_vi, record, provenance. Thoát 0 khi có dữ liệu, 1 khi không.

    \b
    Ví dụ:
      lienthong lookup population citizen --dossier H31.14-261123-0001
      lienthong lookup business organisation --enterprise 0990001015 \\
        --dossier H31.14-261123-0001
    """
    return run(_lookup(config, system, kind, dossier, reason, typed, as_json=as_json))


async def _lookup(
    config: Path,
    system: str,
    kind: str,
    dossier: str,
    reason: str,
    typed: dict[str, Any],
    *,
    as_json: bool,
) -> int:
    from lienthong import OneStop
    from lienthong.interface import Found

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        case = await one_stop.case(dossier)
        query = _QUERIES[kind](case.applicant, typed)
        outcome = await case.lookup(system, query, reason=reason)
    _show(dossier, system, kind, outcome, as_json=as_json)
    return OK if isinstance(outcome, Found) else NEGATIVE


def _show(dossier: str, system: str, kind: str, outcome: LookupOutcome, *, as_json: bool) -> None:
    from lienthong.interface import Found

    from ._output import (
        local_time,
        provenance_json,
        say,
        show_json,
        show_table,
    )

    record = outcome.record.model_dump(mode="json") if isinstance(outcome, Found) else None
    sentence = _SENTENCES_VI.get(outcome.kind, "Có dữ liệu.")
    provenance = getattr(outcome, "provenance", None)
    if as_json:
        show_json(
            {
                "dossier": dossier,
                "system": system,
                "kind": kind,
                "outcome": "not_found" if outcome.kind == "ambiguous" else outcome.kind,
                "sentence_vi": sentence,
                "record": record,
                "provenance": provenance_json(provenance),
            }
        )
        return
    say(sentence)
    say()
    if record is not None:
        show_table(["Trường", "Giá trị"], list(_flat(record)))
    if provenance is not None:
        say(
            f"Nguồn: {provenance.system}/{provenance.service}, {local_time(provenance.answered_at)}"
        )


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Nested values as lines ``a.b[0].c`` and text; what is empty is left out."""
    if isinstance(value, dict):
        items = [(f"{name}.{key}" if name else str(key), item) for key, item in value.items()]
    elif isinstance(value, list):
        items = [(f"{name}[{number}]", item) for number, item in enumerate(value)]
    else:
        return [] if value in (None, "") else [(name, str(value))]
    return [line for key, item in items for line in _flat(item, key)]


def _need(typed: dict[str, Any], *names: str) -> list[Any]:
    missing = [f"--{name}" for name in names if typed[name] in (None, "")]
    if missing:
        msg = f"give {', '.join(missing)} / cần thêm {', '.join(missing)}"
        raise click.UsageError(msg)
    return [typed[name] for name in names]


def _citizen(applicant: Applicant, _: dict[str, Any]) -> Query:
    from lienthong.interface import CitizenQuery

    if applicant.number is None:
        msg = "the applicant of this case has no personal number / người nộp không có số định danh"
        raise click.UsageError(msg)
    return CitizenQuery(applicant.number, applicant.full_name, applicant.birth)


def _organisation(applicant: Applicant, typed: dict[str, Any]) -> Query:
    from lienthong.identity import EnterpriseCode
    from lienthong.interface import OrganisationQuery

    if typed["enterprise"]:
        return OrganisationQuery(EnterpriseCode.parse(typed["enterprise"]))
    if applicant.enterprise is None:
        _need(typed, "enterprise")
        raise AssertionError
    return OrganisationQuery(applicant.enterprise)


def _insurance(applicant: Applicant, typed: dict[str, Any]) -> Query:
    from lienthong.identity import InsuranceNumber
    from lienthong.interface import InsuranceQuery

    if applicant.insurance is not None and not typed["insurance"]:
        return InsuranceQuery(applicant.insurance)
    return InsuranceQuery(InsuranceNumber.parse(_need(typed, "insurance")[0]))


def _criteria(applicant: Applicant, kind: str, province: str) -> Query:
    from lienthong.interface import (
        HouseholdInsuranceQuery,
        InsuranceNumberQuery,
    )

    if applicant.birth is None:
        msg = "the applicant of this case has no birth date / hồ sơ chưa có ngày sinh của người nộp"
        raise click.UsageError(msg)
    if kind == "household":
        return HouseholdInsuranceQuery(
            applicant.full_name, applicant.birth, applicant.sex, province=province
        )
    return InsuranceNumberQuery(
        applicant.full_name, applicant.birth, applicant.sex, province=province
    )


def _parcel(_: Applicant, typed: dict[str, Any]) -> Query:
    from lienthong.interface import ParcelQuery

    commune, sheet, parcel = _need(typed, "commune", "sheet", "parcel")
    return ParcelQuery(commune, sheet, parcel)


def _certificate(applicant: Applicant, typed: dict[str, Any]) -> Query:
    from lienthong.identity import (
        CertificateBarcode,
        CertificateSerial,
    )
    from lienthong.interface import CertificateQuery

    serial, barcode = typed["serial"], typed["barcode"]
    return CertificateQuery(
        applicant.owner_number,
        serial=CertificateSerial.parse(serial) if serial else applicant.certificate,
        barcode=CertificateBarcode.parse(barcode) if barcode else None,
    )


def _hub(name: str) -> Callable[[Applicant, dict[str, Any]], Query]:
    def build(_: Applicant, typed: dict[str, Any]) -> Query:
        from lienthong import interface

        if name == "procedures":
            return interface.ProcedureListQuery()
        (code,) = _need(typed, "code")
        if name == "dossier":
            return interface.DossierQuery(code)
        return interface.ProcedureQuery(code)

    return build


_QUERIES: Final[dict[str, Callable[[Applicant, dict[str, Any]], Query]]] = {
    "citizen": _citizen,
    "organisation": _organisation,
    "insurance": _insurance,
    "insurance-number": lambda applicant, typed: _criteria(
        applicant, "insurance-number", typed["province"]
    ),
    "household": lambda applicant, typed: _criteria(applicant, "household", typed["province"]),
    "parcel": _parcel,
    "certificate": _certificate,
    "dossier": _hub("dossier"),
    "procedure": _hub("procedure"),
    "procedures": _hub("procedures"),
}
