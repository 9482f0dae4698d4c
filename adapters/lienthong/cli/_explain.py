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
    consented, recomputed, differs, earlier).

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
    show_table(
        ["Giấy tờ", "Quyết định", "Vì sao"],
        [
            (
                f"{item.name or item.component}\n{item.component}",
                VERDICTS_VI[item.verdict.value],
                "\n".join(_lines(item)),
            )
            for item in found
        ],
    )


def _lines(item: Explanation) -> list[str]:
    from ._output import local_time

    rule = f"Quy tắc {item.rule}, phiên bản {item.rule_version}"
    lines = [item.sentence_vi, item.sentence_en, f"{rule}. Căn cứ: {item.legal_basis}"]
    if item.source:
        lines.append(f"Nguồn: {item.source}{_dated(item)}")
    if item.deadline:
        lines.append(f"Hạn kiểm tra lại: {local_time(item.deadline)}")
    lines.append(
        f"Quyết định lúc {local_time(item.decided_at)}; tính lại từ bản ghi: {_recomputed(item)}"
    )
    lines += [
        f"Trước đó, {local_time(before.decided_at)}: {VERDICTS_VI[before.verdict.value]}, quy tắc {before.rule} "
        f"phiên bản {before.rule_version}; tính lại: {_recomputed(before)}"
        for before in item.earlier
    ]
    return [*lines, ""]


def _dated(item: Explanation) -> str:
    from ._output import age, local_time

    seconds = _age_s(item)
    if seconds is None:
        return ""
    return f", {local_time(item.source_at)} (đã {age(seconds)} khi quyết định)"


def _recomputed(item: Explanation) -> str:
    differs = f" ở {', '.join(item.differs)}" if item.differs else ""
    return f"{_RECOMPUTED_VI[item.recomputed]}{differs}"
