"""The morning's tables, in Vietnamese."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from lienthong.cli._child import Ready
from lienthong.cli._health import STATUS_VI
from lienthong.cli._output import age, say, show_table
from lienthong.cli._plan import VERDICTS_VI
from lienthong.health import component_vi

from ._numbers import Numbers
from ._trouble import EVENTS

_IDENTITY_VI: Final = {
    "verified": "khớp với cơ sở dữ liệu quốc gia",
    "mismatch": "không khớp",
    "questioned": "còn nghi vấn, cán bộ đối chiếu giấy tờ gốc",
    "provisional": "chờ xác thực",
    "none": "chưa xác thực",
}


def show(numbers: Numbers, seconds: float, *, resumed: bool) -> None:
    """Prints what happened."""
    say()
    again = " (tiếp tục lần chạy trước)" if resumed else ""
    say(
        f"{numbers.cases} hồ sơ, {numbers.procedures} thủ tục, {numbers.subjects} người và tổ chức, "
        f"{sum(numbers.calls.values())} lượt gọi quốc gia, {seconds:.1f} giây{again}"
    )
    say("Trong buổi sáng: " + "; ".join(event.vi for event in EVENTS if event.fault) + ".")
    say()
    show_table(
        ["Xác thực người nộp", "Hồ sơ#"],
        [(_IDENTITY_VI.get(key, key), found) for key, found in numbers.identity.items()],
    )
    parts, waiting = numbers.components, numbers.provisional
    show_table(
        ["Giấy tờ", "Số lượng#"],
        [
            ("theo quy định của thủ tục", parts["required"]),
            ("miễn nộp", parts["waived"]),
            ("cần nộp", parts["asked"]),
            ("đã tiếp nhận tạm trong lúc mất kết nối", waiting["made"]),
            ("đã kiểm tra lại xong", waiting["settled"]),
            ("còn tiếp nhận tạm", waiting["open"]),
        ],
    )
    show_table(
        ["Lý do hay gặp", "Quyết định", "Giấy tờ#", "Mã quy tắc"],
        [
            (item.sentence_vi, VERDICTS_VI[item.verdict], item.papers, item.rule)
            for item in numbers.reasons
        ],
    )
    hub = numbers.hub
    show_table(
        ["Báo lên Trung tâm điều hành", "Ta đã báo#", "Trung tâm có#"],
        [
            ("hồ sơ", hub["sent"], hub["hub_count"]),
            ("bước xử lý", "", hub["steps"]),
            ("trùng", "", hub["duplicates"]),
            ("sai thứ tự", "", hub["out_of_order"]),
            ("còn chờ", hub["pending"], ""),
            ("bị gác lại", hub["dead"], ""),
        ],
    )
    report = numbers.health
    show_table(
        ["Hệ thống", "Sức khỏe", "Cách đây#", "Giải thích", "Khóa"],
        [
            (
                component_vi(check.component),
                STATUS_VI[check.status.value],
                age(check.age_s(report.at)),
                check.output_vi,
                check.name,
            )
            for check in report.checks
            if check.measurement == "check" or check.status.value != "pass"
        ],
    )
    show_table(
        ["Phải luôn đúng", "Kết quả"],
        [(item.sentence_vi, "tốt" if item.holds else "hỏng") for item in numbers.invariants],
    )


def show_next(config: Path, ready: Ready | None, dossier: str) -> None:
    """Prints what to try next."""
    if ready is None:
        say("Thử tiếp: giữ hệ thống mô phỏng và dữ liệu lại bằng `lienthong demo --keep`, rồi")
        name = ".demo/lienthong.toml"
    else:
        say(f"Hệ thống mô phỏng vẫn chạy (pid {ready.pid}); dừng bằng: kill {ready.pid}")
        say(f"  quản trị · admin: {ready.admin}/-/status")
        for system, url in ready.urls.items():
            say(f"  {component_vi(system):<21} {url}  ({system})")
        say("Thử tiếp:")
        name = str(config.resolve())
    say(f"  export LIENTHONG_CONFIG={shlex.quote(name)}")
    for command in next_commands(dossier):
        say(f"  {command}")


def next_commands(dossier: str) -> tuple[str, ...]:
    """What works on the data of a demo, whatever became of this case."""
    return (
        "lienthong health",
        f"lienthong plan --dossier {dossier}",
        f"lienthong explain {dossier}",
        "lienthong report 766",
        "lienthong sync status",
        "lienthong systems --fields XacThucThongTinCongDan",
    )
