"""Exit codes, and errors as people read them: what happened, what to do, in Vietnamese and English."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

OK: Final = 0
NEGATIVE: Final = 1
"""A warning, or an answer that is no."""
FAILED: Final = 2
USAGE: Final = 64
"""The command or a value in it was typed wrongly (EX_USAGE)."""
CONFIGURATION: Final = 78
"""The configuration is wrong (EX_CONFIG)."""
INTERRUPTED: Final = 130
_TRACE_LINES: Final = 300


@dataclass(frozen=True, slots=True)
class _Failure:
    code: str
    message: str
    desk_vi: str
    operator: str
    exit: int


def usage_failed(error: click.UsageError, *, as_json: bool) -> int:
    """Says what was typed wrongly and where the help is."""
    path = error.ctx.command_path if error.ctx is not None else "lienthong"
    return _say(
        _Failure(
            "usage",
            error.format_message(),
            "Lệnh gõ chưa đúng.",
            f"Xem hướng dẫn / see the help: {path} --help",
            USAGE,
        ),
        as_json=as_json,
    )


def work_failed(error: Exception, *, as_json: bool) -> int:
    """Says what happened and what to do; what nobody foresaw gets a short sentence and a log entry."""
    return _say(_explained(error), as_json=as_json)


def _explained(error: Exception) -> _Failure:
    from lienthong.identity import IdentityError
    from lienthong.interface import (
        ConfigurationError,
        InvalidRequest,
        LienthongError,
    )
    from lienthong.onceonly import CatalogueInvalid

    if isinstance(error, IdentityError):
        return _Failure(
            "invalid_value",
            str(error),
            error.advice_vi,
            "Nothing: the value must be corrected.",
            USAGE,
        )
    if isinstance(error, LienthongError):
        code = FAILED
        if isinstance(error, ConfigurationError | CatalogueInvalid):
            code = CONFIGURATION
        elif isinstance(error, InvalidRequest):
            code = USAGE
        return _Failure(error.code, str(error), error.desk_vi, error.operator, code)
    if isinstance(error, click.ClickException):
        return _Failure(
            "failed", error.format_message(), "Không thực hiện được.", "See the message.", FAILED
        )
    entry, place = _logged(error)
    return _Failure(
        "internal",
        f"Something unforeseen happened ({type(error).__name__}), log entry {entry}.",
        f"Gặp lỗi ngoài dự kiến, mã nhật ký {entry}. Đề nghị báo quản trị hệ thống.",
        f"Report the entry {entry} of {place}." if place else "Run it again with a writable HOME.",
        FAILED,
    )


def _say(failure: _Failure, *, as_json: bool) -> int:
    if as_json:
        body = {
            "code": failure.code,
            "message": failure.message,
            "desk_vi": failure.desk_vi,
            "operator": failure.operator,
        }
        print(json.dumps({"error": body}, ensure_ascii=False))
    else:
        lines = [f"Lỗi: {failure.desk_vi}", failure.message]
        if failure.operator not in failure.message:
            lines.append(failure.operator)
        print("\n".join(lines), file=sys.stderr)
    return failure.exit


def _logged(error: Exception) -> tuple[str, Path | None]:
    """Files the stack trace, redacted, where the user does not have to look at it."""
    from lienthong.guard import redact_text
    from lienthong.storage import new_id

    entry = new_id()
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    file = Path(home) / "lienthong" / "errors.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lines = "".join(traceback.format_exception(error)).splitlines()
        # Line by line: of a long text, redaction keeps the beginning, and the cause stands at the end.
        trace = "\n".join(redact_text(line) for line in lines[-_TRACE_LINES:])
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{datetime.now(UTC).isoformat()} {entry}\n{trace}\n")
    except OSError:
        return entry, None
    return entry, file
