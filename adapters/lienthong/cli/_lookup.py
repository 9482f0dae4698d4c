"""``lienthong lookup``: one record of one national system, for a case."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import NEGATIVE, OK
from ._kinds import (
    LOOKUPS,
    Kind,
    build_query,
    kind_of,
    kinds_help,
    options_of,
    refuse_strange,
)
from ._parts import Command, config_option, json_option, quiet_log, run
from ._values import asked_options, typed_values

if TYPE_CHECKING:
    from lienthong.interface import LookupOutcome

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


@click.command(
    cls=Command, name="lookup", epilog=kinds_help(LOOKUPS, "lienthong lookup", with_system=True)
)
@click.argument("system", metavar="HỆ-THỐNG")
@click.argument("kind", metavar="LOẠI")
@click.option("--dossier", required=True, metavar="MÃ", help="Mã hồ sơ đang mở.")
@click.option("--reason", default="Tra cứu theo yêu cầu của hồ sơ", help="Lý do, ghi vào nhật ký.")
@asked_options(options_of(LOOKUPS))
@config_option
@json_option
def command(
    config: Path, system: str, kind: str, dossier: str, reason: str, *, as_json: bool, **asked: Any
) -> int:
    """Tra cứu một hệ thống quốc gia cho một hồ sơ đang mở.

    HỆ-THỐNG là tên trong cấu hình: population, business, social_insurance, land, operations_centre. Số, tên, ngày sinh
    lấy từ người nộp của hồ sơ. Dữ liệu gõ trên dòng lệnh ở lại trong lịch sử của máy: chỉ dùng người mô phỏng.

    JSON: dossier, system, kind, outcome, sentence_vi, record, provenance. Thoát 0 khi có dữ liệu, 1 khi không.

    \b
    Ví dụ:
      lienthong lookup population citizen --dossier H31.14-261123-0001
      lienthong lookup business organisation --enterprise 0990001015 \\
        --dossier H31.14-261123-0001
    """
    wanted, typed = kind_of(kind, LOOKUPS), typed_values(asked)
    refuse_strange(wanted, typed)
    return run(_lookup(config, system, wanted, dossier, reason, typed, as_json=as_json))


async def _lookup(
    config: Path,
    system: str,
    kind: Kind,
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
        query = build_query(kind, case.applicant, typed)
        outcome = await case.lookup(system, query, reason=reason)
    _show(dossier, system, kind.name, outcome, as_json=as_json)
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
