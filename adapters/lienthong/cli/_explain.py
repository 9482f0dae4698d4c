"""``lienthong explain``: why each paper of a case was decided as it was, and whether the record still leads there."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import NEGATIVE, OK
from ._parts import Command, config_option, json_option, quiet_log, run
from ._plan import VERDICTS_VI

if TYPE_CHECKING:
    from lienthong import Case
    from lienthong.onceonly import Explanation

_RECOMPUTED_VI: Final = {
    "same": "khớp",
    "different": "KHÁC",
    "impossible": "không tính lại được",
}


@click.command(cls=Command, name="explain")
@click.argument("dossier", metavar="HỒ-SƠ")
@config_option
@json_option
def command(config: Path, dossier: str, *, as_json: bool) -> int:
    """Giải thích từng quyết định giấy tờ của hồ sơ: quy tắc, căn cứ, nguồn, lý do, các quyết định trước.

    Mỗi quyết định được tính lại từ bản ghi của nó; mã thoát 1 khi có bản ghi không dẫn đến đúng quyết định.

    JSON: dossier, procedure, agrees, decisions (component, name, verdict, rule, rule_version, legal_basis,
    source, source_at, source_age_s, decided_at, deadline, sentence_vi, sentence_en, identity, declined,
    consented, of_another, recomputed, differs, earlier).

    \b
    Ví dụ:
      lienthong explain H31.14-261123-0001
      lienthong explain H31.14-261123-0001 --json
    """
    return run(_explain(config, dossier, as_json=as_json))


async def _explain(config: Path, dossier: str, *, as_json: bool) -> int:
    from lienthong import OneStop

    quiet_log()
    async with OneStop.from_config(config) as one_stop:
        case = await one_stop.case(dossier)
        found = await case.explain()
    every = [item for one in found for item in (one, *one.earlier)]
    agrees = all(item.recomputed == "same" for item in every)
    if as_json:
        from ._output import show_json

        show_json(
            {
                "dossier": case.dossier,
                "procedure": case.procedure.code,
                "agrees": agrees,
                "decisions": [_json(item) for item in found],
            }
        )
    else:
        _show(case, found, every)
    return OK if agrees else NEGATIVE


def _json(item: Explanation) -> dict[str, Any]:
    from dataclasses import asdict

    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(item).items()
    }
    return {
        **plain,
        "source_age_s": _age_s(item),
        "earlier": [_json(before) for before in item.earlier],
    }


def _age_s(item: Explanation) -> float | None:
    """How old the source was when it decided, seconds."""
    if item.source_at is None:
        return None
    return max(0.0, (item.decided_at - item.source_at).total_seconds())


def _show(case: Case, found: tuple[Explanation, ...], every: list[Explanation]) -> None:
    from ._output import say, show_table

    same = sum(item.recomputed == "same" for item in every)
    say(f"{case.dossier} · {case.procedure.code} {case.procedure.name}")
    say(f"{len(found)} giấy tờ, {len(every)} quyết định; tính lại từ bản ghi: {same} khớp")
    say()
    if not found:
        say("Hồ sơ chưa lập danh sách giấy tờ; chạy `lienthong plan` trước.")
        return
    show_table(["Mục", "Giấy tờ và quyết định"], [row for item in found for row in _rows(item)])


def _rows(item: Explanation) -> list[tuple[str, str]]:
    """A paper as label and text: one line of a table is too narrow for reasons."""
    from ._output import local_time

    rows = [
        ("Giấy tờ", item.name or item.component),
        ("Mã", item.component),
        ("Của ai", "người khác, không phải người nộp" if item.of_another else ""),
        ("Quyết định", VERDICTS_VI[item.verdict.value]),
        ("Lý do", item.sentence_vi),
        ("", item.sentence_en),
        ("Quy tắc", f"{item.rule}, phiên bản {item.rule_version}"),
        ("Căn cứ", item.legal_basis),
        ("Nguồn", f"{item.source}{_dated(item)}"),
        ("Hạn kiểm tra lại", local_time(item.deadline) if item.deadline else ""),
        ("Lựa chọn", _word(item)),
        ("Quyết định lúc", local_time(item.decided_at)),
        ("Tính lại", _recomputed(item)),
    ]
    rows += [("Trước đó", _before(one)) for one in item.earlier]
    return [*(row for row in rows if row[1]), ("", "")]


def _before(item: Explanation) -> str:
    from ._output import local_time

    rule = f"{item.rule} phiên bản {item.rule_version}"
    verdict = VERDICTS_VI[item.verdict.value]
    return f"{local_time(item.decided_at)} {verdict}, {rule}; tính lại {_recomputed(item)}"


def _word(item: Explanation) -> str:
    """What the applicant chose for this paper."""
    if item.declined:
        return "người nộp không đồng ý dùng lại dữ liệu"
    who = "người được ghi trên giấy tờ" if item.of_another else "người nộp"
    return f"{who} đồng ý dùng dữ liệu quốc gia" if item.consented else ""


def _dated(item: Explanation) -> str:
    from ._output import age, local_time

    seconds = _age_s(item)
    if seconds is None:
        return ""
    return f", ngày {local_time(item.source_at)}, đã {age(seconds)} khi quyết định"


def _recomputed(item: Explanation) -> str:
    differs = f" ở {', '.join(item.differs)}" if item.differs else ""
    return f"{_RECOMPUTED_VI[item.recomputed]}{differs}"
