"""LayThuTuc and LayDanhSachTTHC read into our records (hub page §3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from lienthong.identity import fold
from lienthong.interface import (
    Component,
    ProcedureHead,
    ProcedureList,
    ProcedureRecord,
    ResultKind,
    as_list,
    as_text,
)

from ._replies import Answer, rows_of, text_of, value_of

_LEVELS: Final = (
    ("bo", "ministry"),
    ("trung uong", "ministry"),
    ("tinh", "province"),
    ("huyen", "district"),
    ("xa", "commune"),
)
"""Words of TENCAP, folded; the codes of CAPTHUCHIEN are unpublished."""

_APPLICANTS: Final = (
    ("co quan nha nuoc", "state_agency"),
    ("doanh nghiep", "business"),
    ("to chuc", "organisation"),
    ("hop tac xa", "organisation"),
    ("cong dan", "citizen"),
    ("nguoi", "citizen"),
    ("ca nhan", "citizen"),
)
"""Words of TENDOITUONG, folded, the more telling first."""

_EVERY_CASE: Final = frozenset({"", "bao gom", "thanh phan ho so", "thanh phan ho so bao gom"})
"""Headings that name no case: the papers are asked of everyone."""

_PUBLIC: Final = "1"
"""TRANGTHAI."""
_ONLINE: Final = "2"
"""KENH, hub page §2.4."""
_SEPARATORS: Final = re.compile(r"[,;\s]+")
_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,6})?")
"""No exponents: a number of a million digits is no time limit."""


def procedure_of(answer: Answer, code: str, retrieved: date) -> ProcedureRecord | None:
    """The procedure asked for among the rows; ``None`` when it is not there."""
    for row in answer.rows:
        if text_of(row, "MATTHC") in ("", code) and text_of(row, "TENTTHC"):
            return _procedure(row, code, retrieved)
    return None


def procedures_of(answer: Answer) -> ProcedureList | None:
    """Codes and names of a list; ``None`` when it is empty."""
    heads = tuple(
        ProcedureHead(code=code, name=text_of(row, "TENTTHC"))
        for row in answer.rows
        if (code := text_of(row, "MATTHC"))
    )
    return ProcedureList(procedures=heads) if heads else None


def _procedure(row: Mapping[str, Any], code: str, retrieved: date) -> ProcedureRecord:
    fields = rows_of(row, "LINHVUCTHUCHIEN")
    first = fields[0] if fields else {}
    ways = rows_of(row, "CACHTHUCTHUCHIEN")
    online = any(text_of(way, "KENH") == _ONLINE for way in ways)
    return ProcedureRecord(
        code=code,
        name=text_of(row, "TENTTHC"),
        ministry=text_of(row, "MACOQUANCONGBO"),
        field_code=text_of(first, "MALINHVUC"),
        field_name=text_of(first, "TENLINHVUC"),
        level=_words(row, "CAPTHUCHIEN", "TENCAP", _LEVELS),
        working_days=_working_days(ways),
        applicant=_words(row, "DOITUONGTHUCHIEN", "TENDOITUONG", _APPLICANTS) or ("citizen",),
        # The service tells that a procedure has an online way, not whether the way is full or partial.
        online="full" if online else "information",
        fee=_costs(ways),
        retrieved=retrieved,
        decision=text_of(row, "QUYETDINH"),
        # Absent means in force: only the list of the adapter is known to leave it out.
        public=text_of(row, "TRANGTHAI") in ("", _PUBLIC),
        cases=tuple(_cases_without_papers(row)),
        components=tuple(_components(row)),
        results=tuple(_results(row)),
    )


def _case(group: Mapping[str, Any]) -> str:
    heading = text_of(group, "TRUONGHOP")
    return "" if fold(heading).rstrip(" :.") in _EVERY_CASE else heading


def _cases_without_papers(row: Mapping[str, Any]) -> Iterator[str]:
    for group in rows_of(row, "THANHPHANHOSO"):
        case = _case(group)
        if case and not rows_of(group, "GIAYTO"):
            yield case


def _components(row: Mapping[str, Any]) -> Iterator[Component]:
    seen: set[tuple[str, str]] = set()
    for group in rows_of(row, "THANHPHANHOSO"):
        case = _case(group)
        for paper in rows_of(group, "GIAYTO"):
            code, name = text_of(paper, "MAGIAYTO"), text_of(paper, "TENGIAYTO")
            if not code or (code, case) in seen:
                # A paper without a code can be neither reused nor counted (hub page §2.2).
                continue
            seen.add((code, case))
            yield Component(
                code=code,
                name=name,
                case=case,
                originals=_count(paper, "SOBANCHINH"),
                copies=_count(paper, "SOBANSAO"),
                form=text_of(paper, "TENMAUDON"),
                replaced_by=_codes(value_of(paper, "MA_KQ_THAYTHE")),
            )


def _results(row: Mapping[str, Any]) -> Iterator[ResultKind]:
    seen: set[str] = set()
    for result in rows_of(row, "KETQUATHUCHIEN"):
        code = text_of(result, "MAKETQUA")
        if code and code not in seen:
            seen.add(code)
            yield ResultKind(code=code, name=text_of(result, "TENKETQUA"))


def _codes(value: Any) -> tuple[str, ...]:
    """Codes of a text, a comma list or a list of either, each once."""
    texts = (as_text(item) for item in as_list(value))
    return tuple(dict.fromkeys(code for text in texts for code in _SEPARATORS.split(text) if code))


def _words(
    row: Mapping[str, Any], block: str, name: str, table: tuple[tuple[str, str], ...]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for item in rows_of(row, block):
        words = f" {fold(text_of(item, name))} "
        for word, ours in table:
            if f" {word} " in words:
                found[ours] = None
                break
    return tuple(found)


def _times(ways: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for way in ways:
        yield from rows_of(way, "THOIGIAN")


def _working_days(ways: list[dict[str, Any]]) -> Decimal | None:
    """The longest time limit given in working days (or hours, 8 a day); calendar days are another measure."""
    found: list[Decimal] = []
    for time in _times(ways):
        amount = _number(value_of(time, "THOIGIANGIAIQUYET"))
        unit = fold(text_of(time, "DONVITINH"))
        if amount is None:
            continue
        if "ngay lam viec" in unit:
            found.append(amount)
        elif "gio" in unit:
            found.append(amount / 8)
    return max(found, default=None)


def _costs(ways: list[dict[str, Any]]) -> bool:
    """Whether any fee is not plainly 0: an entry without an amount describes its fee in words."""
    return any(
        _number(value_of(fee, "SOTIEN")) != 0
        for time in _times(ways)
        for fee in rows_of(time, "PHILEPHI")
    )


def _count(paper: Mapping[str, Any], name: str) -> int:
    amount = _number(value_of(paper, name))
    return int(amount or 0)


def _number(value: Any) -> Decimal | None:
    text = as_text(value)
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
