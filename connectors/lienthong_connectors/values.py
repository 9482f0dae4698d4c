"""Single values as they travel, read alike by all connectors: text, area codes, times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from lienthong.identity import nfc
from lienthong.interface import as_text

__all__ = ["VIETNAM", "area_code", "plain_text", "vietnam_time"]

VIETNAM: Final = timezone(timedelta(hours=7))
"""Wire times are Vietnam time (hub page §1, insurance page §9); a fixed offset, since Vietnam has had no other since 1975."""

_FORMS: Final = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def plain_text(value: Any) -> str:
    """NFC text; an object or list where a value belongs says nothing."""
    return "" if isinstance(value, dict | list) else nfc(as_text(value))


def area_code(value: Any, length: int) -> str:
    """A code of an administrative unit; one that travelled as a number gets its zeros back, and 0 is none."""
    code = plain_text(value)
    if not code.strip("0"):
        return ""
    return code.zfill(length) if code.isdecimal() else code


def vietnam_time(text: str) -> datetime | None:
    """``yyyyMMddHHmm`` or ``yyyyMMddHHmmss`` in Vietnam time as UTC; ``None`` for anything else."""
    form = _FORMS.get(len(text))
    if form is None or not text.isdecimal():
        return None
    try:
        return datetime.strptime(text, form).replace(tzinfo=VIETNAM).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
