"""What must not reach a log, by the name of a field and by the look of a text.

Names decide first: a field called `full_name` is blotted out whatever it holds. Then every text is searched for what has the
look of a personal number, an address, a credential or a URL with a query. Values of unknown types are named by their type
only, since their ``repr`` may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

BLOT = "█"
"""What stands in place of what was there."""

_LONGEST = 8_000
_DEEPEST = 6

# Compared after case and separators are taken away, so `personal_id`, `personalId` and `Personal-ID` are one.
_PERSONAL = frozenset(
    [
        "personalid",
        "personalnumber",
        "citizenid",
        "identitynumber",
        "idnumber",
        "cccd",
        "cmnd",
        "sodinhdanh",
        "sogiayto",
        "socccd",
        "socmnd",
        "name",
        "fullname",
        "hoten",
        "hovaten",
        "ho",
        "ten",
        "tendem",
        "chudon",
        "chuhoso",
        "applicant",
        "subject",
        "person",
        "citizen",
        "owner",
        "birth",
        "birthdate",
        "birthday",
        "birthyear",
        "dateofbirth",
        "dob",
        "ngaysinh",
        "namsinh",
        "ngaythangnamsinh",
        "address",
        "diachi",
        "thuongtru",
        "hientai",
        "phone",
        "phonenumber",
        "sodienthoai",
        "dienthoai",
        "email",
        "mail",
        "officernumber",
        "insurancenumber",
        "masobhxh",
        "sobhxh",
        "mathe",
        "taxcode",
        "masothue",
        "body",
        "content",
        "payload",
        "request",
        "response",
        "query",
        "params",
        "parameters",
        "plaintext",
        "input",
        "inputvalue",
    ]
)
_SECRET = (
    "token",
    "password",
    "matkhau",
    "secret",
    "session",
    "authorization",
    "authhash",
    "cookie",
    "apikey",
)

_NAMED = "|".join(
    sorted(
        (
            r"personal_?id|personal_?number|citizen_?id|full_?name|ho_?va_?ten|ho_?ten|so_?dinh_?danh|birth_?(?:date|day|year)?",
            r"ngay_?(?:thang_?nam_?)?sinh|so_?cccd|so_?cmnd|input_value|input|officer_?number|phone|address|dia_?chi",
            r"[a-z_]*token|[a-z_]*password|mat_?khau|[a-z_]*secret|session[a-z_]*|auth_?hash|cookie|api_?key",
        )
    )
)
# Each with what a text must hold, in lower case, to be worth searching: most lines hold none of it. The look-behinds let a
# search begin only where a word begins, so that hostile text of one long word costs no more than any other.
_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = (
    # pydantic quotes what it was given, brackets and all
    (
        ("input_value=",),
        re.compile(r"input_value=.*?(?=, input_type=|$)", re.MULTILINE),
        f"input_value={BLOT}",
    ),
    (("://",), re.compile(r"(://)[^/\s@]+@"), rf"\1{BLOT}@"),
    (
        ("://",),
        re.compile(
            r"((?<![a-z0-9+.])[a-z][a-z0-9+.]*+://[^\s?#'\"<>]+)[?#][^\s'\"<>]*", re.IGNORECASE
        ),
        rf"\1?{BLOT}",
    ),
    (
        ("bearer", "basic"),
        re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]+", re.IGNORECASE),
        rf"\1 {BLOT}",
    ),
    (
        ("authorization",),
        re.compile(r"\b(authorization[\"']?\s*[:=]\s*).*", re.IGNORECASE),
        rf"\1{BLOT}",
    ),
    (
        ("=", ":"),
        re.compile(
            rf"\b({_NAMED})([\"']?\s*[:=]\s*)(?:b?\"[^\"\n]*(?:\"|$)|b?'[^'\n]*(?:'|$)|[^\s,;&)}}\]]+)",
            re.IGNORECASE,
        ),
        rf"\1\2{BLOT}",
    ),
    (("eyj",), re.compile(r"(?<![\w-])eyJ[\w-]++(?:\.[\w-]+)+"), BLOT),
    (("@",), re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"), BLOT),
)
# Ids of ours and hashes are kept whole, though digits may run long in them.
_NUMBERS = re.compile(
    r"(?P<keep>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{64}\b)"
    r"|(?<!\d)(?:\d{12}|\d{10}|\d{9})(?!\d)"
)


def redact_text(text: str) -> str:
    """A text without what has the look of personal data or a secret."""
    if len(text) > _LONGEST:
        # The word at the cut goes too: half a number or address would not look like one any more.
        whole = text[:_LONGEST].rsplit(maxsplit=1)[:1]
        text = "".join(whole).rstrip("0123456789") + " …"
    lowered = text.lower()
    for signs, pattern, replacement in _PATTERNS:
        if any(sign in lowered for sign in signs):
            text = pattern.sub(replacement, text)
    return _NUMBERS.sub(lambda match: match["keep"] or BLOT, text)


def redact(value: Any, *, depth: int = 0) -> Any:
    """A value of a log line, ready to be written: plain types only."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, Enum):
        return redact(value.value, depth=depth)
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, int):
        return BLOT if _NUMBERS.fullmatch(str(abs(value))) else value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return _redact_other(value, depth)


def redact_fields(fields: Mapping[Any, Any], *, depth: int = 0) -> dict[str, Any]:
    """The fields of a log line, each by its name and then by its look."""
    return {
        redact_text(str(name)): BLOT if _hidden(str(name)) else redact(value, depth=depth)
        for name, value in fields.items()
    }


def _redact_other(value: Any, depth: int) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, UUID | Decimal | timedelta | PurePath):
        return redact_text(str(value))
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {redact_text(str(value))}"
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        return redact_fields(value, depth=depth + 1)
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(item, depth=depth + 1) for item in value]
    return f"<{type(value).__name__}>"


def _hidden(name: str) -> bool:
    plain = "".join(character for character in name.lower() if character.isalnum())
    return plain in _PERSONAL or any(word in plain for word in _SECRET)
