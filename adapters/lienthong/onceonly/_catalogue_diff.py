"""What differs between two versions of a procedure, field by field, in words; and what a file leaves to the nation.

A file of ours and the national catalogue speak about the same procedure. What the file says, holds; what it does not say, comes
from the nation; what both say and say differently is reported for a person to settle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeVar

from lienthong.interface import Component, ProcedureRecord, Record, ResultKind

T = TypeVar("T", bound=Record)

PROCEDURE: Final[Mapping[str, str]] = {
    "name": "tên thủ tục",
    "ministry": "cơ quan công bố",
    "field_code": "mã lĩnh vực",
    "field_name": "lĩnh vực",
    "level": "cấp thực hiện",
    "working_days": "thời hạn (ngày làm việc)",
    "applicant": "đối tượng thực hiện",
    "fee": "có phí, lệ phí",
    "decision": "quyết định công bố",
    "public": "đang công khai",
}
"""What LayThuTuc says of a procedure (hub page §3.1), by our field."""
_NATIONAL_ONLY: Final = {"online": "hình thức trực tuyến"}
"""The wire knows whether there is an online way; only a file knows whether it is full or partial."""
COMPONENT: Final[Mapping[str, str]] = {
    "name": "tên giấy tờ",
    "originals": "số bản chính",
    "copies": "số bản sao",
    "form": "mẫu đơn",
}
RESULT: Final[Mapping[str, str]] = {"name": "tên kết quả"}

_WORDS: Final[Mapping[object, str]] = {
    True: "có",
    False: "không",
    "ministry": "cấp bộ",
    "province": "cấp tỉnh",
    "district": "cấp huyện",
    "commune": "cấp xã",
    "citizen": "công dân",
    "business": "doanh nghiệp",
    "organisation": "tổ chức",
    "state_agency": "cơ quan nhà nước",
    "full": "có",
    "partial": "có",
    "information": "không",
}

Kind = Literal["added", "removed", "changed"]
Part = Literal["procedure", "case", "component", "result", "replacement"]
_ADDED: Final[Mapping[Part, tuple[str, str]]] = {
    "procedure": ("Thủ tục mới", "Thủ tục không còn"),
    "case": ("Thêm trường hợp", "Bỏ trường hợp"),
    "component": ("Thêm giấy tờ", "Bỏ giấy tờ"),
    "result": ("Thêm kết quả", "Bỏ kết quả"),
    "replacement": ("Thêm kết quả thay thế", "Bỏ kết quả thay thế"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    Attributes:
        kind: What happened to it.
        part: What it is of.
        code: Of the paper or result; the name of a case; empty for the procedure itself.
        case: TRUONGHOP of the paper.
        field: Our name of the field; empty when the whole part came or went.
        before: The earlier value in words, or the file's.
        after: The later value in words, or the nation's.
        sentence_vi: All of it in one line.
    """

    kind: Kind
    part: Part
    code: str
    case: str
    field: str
    before: str
    after: str
    sentence_vi: str


def compare(
    before: ProcedureRecord | None, after: ProcedureRecord | None
) -> tuple[Difference, ...]:
    """What changed from one national version to the next; ``None`` where the procedure was, or is, not there."""
    return tuple(_compare(before, after, {**PROCEDURE, **_NATIONAL_ONLY}))


def contradictions(local: ProcedureRecord, nation: ProcedureRecord) -> tuple[Difference, ...]:
    """Where a file (``before``) and the nation (``after``) say different things. Papers with codes of ours are left out."""
    file = filled(local, nation)
    file = file.model_copy(
        update={
            "components": _published(file.components, {item.code for item in nation.components}),
            "results": _published(file.results, {item.code for item in nation.results}),
        }
    )
    return tuple(_compare(file, nation, PROCEDURE))


def filled(local: ProcedureRecord, nation: ProcedureRecord) -> ProcedureRecord:
    """The procedure of a file, with what the file does not say and the wire carries.

    Papers, results and cases are the file's: the nation adds none and takes none away.
    """
    papers = {(item.code, item.case): item for item in nation.components}
    results = {item.code: item for item in nation.results}
    return _filled(local, nation, PROCEDURE).model_copy(
        update={
            "components": tuple(
                _filled(item, papers.get((item.code, item.case)), {**COMPONENT, "replaced_by": ""})
                for item in local.components
            ),
            "results": tuple(
                _filled(item, results.get(item.code), RESULT) for item in local.results
            ),
        }
    )


def _filled(ours: T, theirs: T | None, fields: Mapping[str, str]) -> T:
    if theirs is None:
        return ours
    unsaid = fields.keys() - ours.model_fields_set
    return ours.model_copy(update={name: getattr(theirs, name) for name in unsaid})


def _published(items: tuple[Any, ...], known: set[str]) -> tuple[Any, ...]:
    return tuple(item for item in items if item.code_basis == "published" or item.code in known)


def _compare(
    before: ProcedureRecord | None, after: ProcedureRecord | None, fields: Mapping[str, str]
) -> Iterator[Difference]:
    if before is None or after is None:
        whole = before or after
        if whole is not None:
            yield _whole("procedure", whole.code, "", whole.name, came=before is None)
        return
    yield from _changed("procedure", before, after, fields)
    yield from _cases(before, after)
    yield from _components(before, after)
    yield from _results(before, after)


def _cases(before: ProcedureRecord, after: ProcedureRecord) -> Iterator[Difference]:
    earlier, later = _case_names(before), _case_names(after)
    for name in [*earlier, *later]:
        if (name in earlier) != (name in later):
            yield _whole("case", name, "", name, came=name in later)


def _case_names(procedure: ProcedureRecord) -> tuple[str, ...]:
    named = (item.case for item in procedure.components if item.case)
    return tuple(dict.fromkeys((*procedure.cases, *named)))


def _components(before: ProcedureRecord, after: ProcedureRecord) -> Iterator[Difference]:
    earlier = {(item.code, item.case): item for item in before.components}
    later = {(item.code, item.case): item for item in after.components}
    for key in dict.fromkeys([*earlier, *later]):
        old, new = earlier.get(key), later.get(key)
        if old is not None and new is not None:
            yield from _changed("component", old, new, COMPONENT)
        elif paper := old or new:
            yield _whole("component", paper.code, paper.case, paper.name, came=old is None)
        if new is not None:
            yield from _replacements(old, new)


def _replacements(old: Component | None, new: Component) -> Iterator[Difference]:
    before, after = old.replaced_by if old else (), new.replaced_by
    for code in dict.fromkeys([*before, *after]):
        if (code in before) != (code in after):
            came = code in after
            verb = _ADDED["replacement"][0 if came else 1]
            sentence = f"{verb}: {code} thay cho {new.code} {new.name}"
            values = ("", code) if came else (code, "")
            yield Difference(
                "added" if came else "removed", "replacement", new.code, new.case,
                "replaced_by", *values, sentence,
            )  # fmt: skip


def _results(before: ProcedureRecord, after: ProcedureRecord) -> Iterator[Difference]:
    earlier: dict[str, ResultKind] = {item.code: item for item in before.results}
    later = {item.code: item for item in after.results}
    for code in dict.fromkeys([*earlier, *later]):
        old, new = earlier.get(code), later.get(code)
        if old is not None and new is not None:
            yield from _changed("result", old, new, RESULT)
        elif whole := old or new:
            yield _whole("result", code, "", whole.name, came=old is None)


def _changed(part: Part, old: Any, new: Any, fields: Mapping[str, str]) -> Iterator[Difference]:
    for name, words in fields.items():
        before, after = _text(getattr(old, name)), _text(getattr(new, name))
        if before == after:
            continue
        code = "" if part == "procedure" else old.code
        case = getattr(old, "case", "")
        place = f"{code}, {words}" if code else words
        sentence = f"Đổi {place}: {before or 'không nêu'} → {after or 'không nêu'}"
        yield Difference("changed", part, code, case, name, before, after, sentence)


def _whole(part: Part, code: str, case: str, name: str, *, came: bool) -> Difference:
    text = name if part == "case" else f"{code} {name}"
    sentence = f"{_ADDED[part][0 if came else 1]}: {text}" + (
        f" (trường hợp {case})" if case else ""
    )
    return Difference(
        "added" if came else "removed", part, code, case, "",
        "" if came else name, name if came else "", sentence,
    )  # fmt: skip


def _text(value: Any) -> str:
    """A value in words; the order of a list means nothing."""
    if isinstance(value, tuple):
        return ", ".join(sorted(_text(item) for item in value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool | str):
        return _WORDS.get(value, str(value))
    return "" if value is None else str(value)
