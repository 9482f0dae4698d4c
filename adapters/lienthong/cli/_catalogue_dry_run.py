"""``lienthong catalogue dry-run``: which recorded decisions another rule file would change."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import NEGATIVE, OK
from ._parts import Command, config_option, json_option, quiet_log, run
from ._plan import VERDICTS_VI

if TYPE_CHECKING:
    from lienthong.onceonly import CaseTried, Change, Decision

_LOOKED_UP: Final = frozenset({"source-pending", "source-maintenance"})


@click.command(cls=Command, name="dry-run")
@click.option(
    "--rules",
    "file",
    required=True,
    metavar="TỆP",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp quy tắc thay thế muốn thử.",
)
@config_option
@json_option
def command(config: Path, file: Path, *, as_json: bool) -> int:
    """Thử một tệp quy tắc thay thế trên mọi quyết định đã ghi: quyết định nào sẽ khác.

    Từng quyết định được tính lại từ bản ghi của nó với quy tắc mới; không hỏi cơ sở dữ liệu quốc gia, không ghi gì.
    Thoát 1 khi có quyết định sẽ khác.

    JSON: rules, cases, decisions, changed, open_changed, unknown, changes (dossier, closed, component, name,
    before và after: verdict, rule, rule_version, sentence_vi; looked_up).

    \b
    Ví dụ:
      lienthong catalogue dry-run --rules replacements-moi.toml
    """
    return run(_dry_run(config, file, as_json=as_json))


async def _dry_run(config: Path, file: Path, *, as_json: bool) -> int:
    from lienthong.cases import Desk
    from lienthong.onceonly import dry_run, load_rules

    from ._progress import progress

    quiet_log()
    rules = load_rules(file)
    desk = await Desk.open(config)
    try:
        with progress("Tính lại quyết định", 0, quiet=as_json) as advance:
            counts = {"rules": len(rules), "cases": 0, "decisions": 0, "unknown": 0}
            changes: list[tuple[CaseTried, Change]] = []
            async for one in dry_run(desk.db, rules):
                counts["cases"] += 1
                counts["decisions"] += one.decisions
                counts["unknown"] += one.unknown
                changes.extend((one, change) for change in one.changes)
                advance(counts["cases"])
    finally:
        await desk.aclose()
    counts["changed"] = len(changes)
    counts["open_changed"] = sum(not one.closed for one, _ in changes)
    if as_json:
        from ._output import show_json

        show_json({**counts, "changes": [_json(one, change) for one, change in changes]})
    else:
        _show(counts, changes)
    return NEGATIVE if changes else OK


def _show(counts: dict[str, int], changes: list[tuple[CaseTried, Change]]) -> None:
    from ._output import say, show_table

    say(
        f"{counts['rules']} quy tắc, {counts['cases']} hồ sơ, {counts['decisions']} quyết định đang có hiệu lực: "
        f"{counts['changed']} sẽ khác, trong đó {counts['open_changed']} ở hồ sơ đang mở."
    )
    if counts["unknown"]:
        say(
            f"{counts['unknown']} quyết định không tính được: bản ghi cũ, hoặc quy tắc cần trường mà khi đó chưa xem."
        )
    say()
    kinds: dict[tuple[str, str], list[CaseTried]] = {}
    for one, change in changes:
        kinds.setdefault((_told(change.before), _told_after(change)), []).append(one)
    if kinds:
        show_table(
            ["Hiện nay", "Sẽ là", "Quyết định#", "Ví dụ hồ sơ"],
            [
                (before, after, len(cases), cases[-1].dossier)
                for (before, after), cases in sorted(kinds.items(), key=lambda item: -len(item[1]))
            ],
        )
        say("Từng quyết định: thêm --json.")


def _told(decision: Decision) -> str:
    return f"{VERDICTS_VI[decision.verdict.value]}, {decision.rule}"


def _told_after(change: Change) -> str:
    return f"sẽ tra cứu {change.after.source}" if _looked_up(change) else _told(change.after)


def _looked_up(change: Change) -> bool:
    """Whether a source would be asked that was not asked then: the records cannot say what it would answer."""
    return change.after.rule in _LOOKED_UP and change.before.rule not in _LOOKED_UP


def _json(one: CaseTried, change: Change) -> dict[str, Any]:
    return {
        "dossier": one.dossier,
        "closed": one.closed,
        "component": change.before.component,
        "name": change.before.component_name,
        "before": _decision_json(change.before),
        "after": _decision_json(change.after),
        "looked_up": _looked_up(change),
    }


def _decision_json(decision: Decision) -> dict[str, Any]:
    return {
        "verdict": decision.verdict.value,
        "rule": decision.rule,
        "rule_version": decision.rule_version,
        "sentence_vi": decision.sentence_vi,
    }
