"""The checks of what `lienthong run` does on schedule: whether it runs, what is late and why, what an operator stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from lienthong.hub import JOB_NAMES_VI, Jobs, Lag, Pause, Plan, plans

from ._report import Check, CheckStatus
from ._rooms import Rooms

_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_HOUR_S: Final = 3600
_MINUTE_S: Final = 60


async def job_checks(rooms: Rooms) -> tuple[Check, ...]:
    """One check for each kind of job that was ever planned. When all that follow each other all day are late, nobody works."""
    now = rooms.now()
    table = Jobs(rooms.db, "health", rooms.now)
    lags, paused = await table.lags(), await table.paused()
    known = [plan for plan in plans(rooms.settings.schedule) if plan.kind in lags]
    late = {plan.kind: _late_s(plan, lags[plan.kind], now) for plan in known}
    all_day = [plan.kind for plan in known if plan.at is None and plan.kind not in paused]
    stopped = bool(all_day) and all(late[kind] for kind in all_day)
    return tuple(
        _check(plan, lags[plan.kind], late[plan.kind], paused.get(plan.kind), now, stopped=stopped)
        for plan in known
    )


def _late_s(plan: Plan, lag: Lag, now: datetime) -> float:
    """How long it is due, seconds; 0 while that is within its bound, or while somebody works on it."""
    if lag.running_since is not None:
        return 0.0
    if lag.done_for is None:
        due = (now - lag.planned_since).total_seconds()
    else:
        due = plan.lag_s(lag.done_for, now)
    return due if due > plan.max_lag_s else 0.0


def _check(
    plan: Plan, lag: Lag, late_s: float, pause: Pause | None, now: datetime, *, stopped: bool
) -> Check:
    name = JOB_NAMES_VI[plan.kind]
    status = CheckStatus.WARN if pause or late_s else CheckStatus.PASS
    english, vietnamese = f"{plan.kind} is done in time.", f"Việc “{name}” được làm đúng lịch."
    if pause is not None:
        since = f"{pause.since.astimezone(_VIETNAM):%d/%m %H:%M}"
        resume = f"`lienthong sync resume {plan.kind}`"
        english = f"An operator paused {plan.kind} at {since}: {pause.reason or 'no reason given'}. Go on with {resume}."
        vietnamese = f"Việc “{name}” tạm dừng từ {since}: {pause.reason or 'không ghi lý do'}. Chạy tiếp bằng lệnh {resume}."
    elif late_s and stopped:
        status = CheckStatus.FAIL
        english = f"No process works: {plan.kind} is {_span(late_s)} late, like the others. Start `lienthong run`."
        vietnamese = f"Không tiến trình nào làm việc, “{name}” chậm {_span_vi(late_s)}: khởi động `lienthong run`."
    elif late_s:
        again = f"`lienthong sync jobs {plan.kind} --now`"
        why = f"its last run failed ({lag.error})" if lag.error else "nobody began it"
        english = f"{plan.kind} is {_span(late_s)} late: {why}. Remove the cause, then {again}."
        why_vi = f"lần chạy gần nhất hỏng ({lag.error})" if lag.error else "chưa tiến trình nào làm"
        vietnamese = f"Việc “{name}” chậm {_span_vi(late_s)}: {why_vi}. Khắc phục rồi chạy lại bằng lệnh {again}."
    return Check(
        "jobs",
        plan.kind,
        "component",
        status,
        now,
        english,
        vietnamese,
        observed=round(late_s),
        unit="s",
    )


def _span(seconds: float) -> str:
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S:.0f} minutes"
    return f"{seconds // _HOUR_S:.0f} hours"


def _span_vi(seconds: float) -> str:
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S:.0f} phút"
    return f"{seconds // _HOUR_S:.0f} giờ"
