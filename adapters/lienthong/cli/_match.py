"""``lienthong match``: whether two names, and two birth dates, are one person's, and by which rule."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import NEGATIVE, OK
from ._parts import Command, json_option
from ._rows import Rows, progress, write_array

if TYPE_CHECKING:
    from lienthong.identity import DateMatch, NameMatch

_COLUMNS: Final = ("a", "b")
_VERDICTS_VI: Final = {"same": "khớp", "similar": "gần giống", "different": "khác"}


@click.command(cls=Command, name="match")
@click.option("--name", metavar="TÊN", help="Họ và tên thứ nhất, ví dụ người nộp khai.")
@click.option("--other", metavar="TÊN", help="Họ và tên thứ hai, ví dụ trên giấy tờ.")
@click.option("--birth", metavar="NGÀY", help="Ngày sinh thứ nhất: 05/09/1988, 09/1988 hoặc 1988.")
@click.option("--other-birth", metavar="NGÀY", help="Ngày sinh thứ hai.")
@click.option(
    "--file",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="TỆP",
    help="So mọi dòng của tệp CSV có hai cột a,b (và nếu muốn: birth,other_birth).",
)
@json_option
def command(
    name: str | None,
    other: str | None,
    birth: str | None,
    other_birth: str | None,
    file: Path | None,
    *,
    as_json: bool,
) -> int:
    """So hai họ và tên như một cán bộ cẩn thận: khớp, gần giống hay khác, theo quy tắc nào.

    Chỉ “khớp” là cùng một tên; “gần giống” thì cán bộ phải xem giấy tờ. Nếu có cả hai ngày sinh thì cả hai phải khớp.

    JSON: danh sách {a, b, same, rule, score}, thêm likeness và (nếu có ngày sinh) birth. Trong tệp, ngày sinh chỉ có ở
    một bên (missing) hoặc không đọc được (unreadable) thì cặp đó không khớp.
    Mã thoát: 0 mọi cặp đều khớp, 1 có cặp không khớp.

    \b
    Ví dụ:
      lienthong match --name "Nguyễn Thị Hoà" --other "NGUYỄN THỊ HÒA"
      lienthong match --name "Trần Văn Hùng" --other "Trần Văn Hưng"
      lienthong match --file cap.csv --json
    """
    if file is not None:
        if name is not None or other is not None:
            msg = (
                "give either --name and --other or --file / chỉ dùng một trong hai: tên hoặc --file"
            )
            raise click.UsageError(msg)
        return _match_file(file, as_json=as_json)
    if name is None or other is None:
        msg = "give --name and --other, or --file / cần --name và --other, hoặc --file"
        raise click.UsageError(msg)
    if (birth is None) != (other_birth is None):
        msg = "give both --birth and --other-birth / cần cả --birth và --other-birth"
        raise click.UsageError(msg)
    found = _Pair.of(name, other, birth, other_birth)
    if as_json:
        write_array([found.json()])
    else:
        found.show()
    return OK if found.same else NEGATIVE


@dataclass(frozen=True, slots=True)
class _Pair:
    a: str
    b: str
    names: NameMatch
    births: DateMatch | None

    @classmethod
    def of(cls, a: str, b: str, birth: str | None, other_birth: str | None) -> _Pair:
        from lienthong.identity import PartialDate, compare_birth, compare_names

        births = None
        if birth and other_birth:
            births = compare_birth(
                PartialDate.parse(birth, field="birth"),
                PartialDate.parse(other_birth, field="other_birth"),
            )
        return cls(a, b, compare_names(a, b), births)

    @classmethod
    def of_row(cls, row: Mapping[str, str]) -> _Pair:
        """A row of a register: a date that is missing on one side or unreadable proves nothing, and stops nothing."""
        from lienthong.identity import InvalidDate

        a, b = row["a"], row["b"]
        dates = [row.get(name, "").strip() for name in ("birth", "other_birth")]
        if any(dates) and not all(dates):
            return replace(cls.of(a, b, None, None), births=_unproven("missing"))
        try:
            return cls.of(a, b, *dates)
        except InvalidDate:
            return replace(cls.of(a, b, None, None), births=_unproven("unreadable"))

    @property
    def same(self) -> bool:
        return bool(self.names.same) and (self.births is None or bool(self.births.same))

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "a": self.a,
            "b": self.b,
            "same": self.same,
            "rule": self.names.rule,
            "score": self.names.score,
            "likeness": self.names.same.value,
        }
        if self.births:
            found["birth"] = {
                "same": bool(self.births.same),
                "rule": self.births.rule,
                "score": self.births.score,
                "likeness": self.births.same.value,
            }
        return found

    def show(self) -> None:
        from ._output import say

        for found in (self.names, self.births):
            if found:
                say(
                    f"{_VERDICTS_VI[found.same]} ({found.rule}, {found.score:.2f}): {found.sentence_vi}"
                )


def _match_file(file: Path, *, as_json: bool) -> int:
    rows = Rows.of(file, _COLUMNS)
    apart = 0

    def compared(advance: Callable[[], None]) -> Iterator[tuple[int, _Pair]]:
        nonlocal apart
        for number, row in rows.numbered():
            found = _Pair.of_row(row)
            apart += not found.same
            advance()
            yield number, found

    with progress(rows.count) as advance:
        if as_json:
            write_array(found.json() for _, found in compared(advance))
        else:
            for number, found in compared(advance):
                print(_line(number, found))
    if not as_json:
        print(f"{rows.count} cặp, {apart} cặp không khớp.")
    return NEGATIVE if apart else OK


def _unproven(rule: str) -> DateMatch:
    from lienthong.identity import DateMatch, Likeness

    return DateMatch(
        Likeness.UNKNOWN,
        rule,
        0.0,
        "Thiếu ngày sinh hoặc ngày sinh không đọc được; hãy đối chiếu với giấy tờ.",
        "A birth date is missing or cannot be read; compare with the papers.",
    )


def _line(number: int, found: _Pair) -> str:
    rules = [found.names.rule] + ([found.births.rule] if found.births else [])
    return f"dòng {number}\t{'khớp' if found.same else 'KHÔNG'}\t{', '.join(rules)}\t{found.names.score:.2f}"
