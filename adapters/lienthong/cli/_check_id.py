"""``lienthong check-id``: what an identifier says by itself, part by part, without asking any system."""

# ruff: noqa: PLC0415  # rooms are imported when a command runs, so that help is fast

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ._exits import NEGATIVE, OK
from ._parts import Command, json_option
from ._rows import Rows, progress, write_array

if TYPE_CHECKING:
    from lienthong.identity import Explanation

_COLUMNS: Final = ("kind", "value")


@click.command(cls=Command, name="check-id")
@click.argument("kind", required=False, metavar="[LOẠI]")
@click.argument("value", required=False, metavar="[GIÁ-TRỊ]")
@click.option(
    "--file",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="TỆP",
    help="Kiểm tra mọi dòng của tệp CSV có hai cột kind,value.",
)
@click.option("--reveal", is_flag=True, help="In đủ mã số của cá nhân, không che.")
@json_option
def command(
    kind: str | None, value: str | None, file: Path | None, *, reveal: bool, as_json: bool
) -> int:
    """Giải thích một mã số: có đúng quy tắc không, có gì đáng ngờ, từng phần nghĩa là gì.

    Đúng quy tắc không có nghĩa là mã đã được cấp. Mã của cá nhân được che nếu không có --reveal.

    \b
    Loại: personal, old-card, enterprise, insurance-number, insurance-card, agency,
          dossier, procedure, component, result, certificate-serial,
          certificate-barcode, certificate-qr, parcel

    JSON: danh sách {kind, value, valid, warnings, parts}. Mã thoát: 0 mọi mã đều đúng, 1 có mã sai.

    \b
    Ví dụ:
      lienthong check-id personal 033088001234
      lienthong check-id agency 000.00.14.H31
      lienthong check-id --file ma.csv --json
    """
    if file is not None:
        if kind is not None:
            msg = (
                "give either a kind and a value or --file / chỉ dùng một trong hai: mã hoặc --file"
            )
            raise click.UsageError(msg)
        return _check_file(file, reveal=reveal, as_json=as_json)
    if kind is None or value is None:
        msg = "give a kind and a value, or --file / cần loại và giá trị, hoặc --file"
        raise click.UsageError(msg)
    if wrong := _wrong_kind({"kind": kind}):
        raise click.UsageError(wrong)
    from lienthong.identity import explain

    found = explain(kind, value, reveal=reveal)
    if as_json:
        write_array([_json(found)])
    else:
        _show(found)
    return OK if found.valid else NEGATIVE


def _check_file(file: Path, *, reveal: bool, as_json: bool) -> int:
    from lienthong.identity import explain

    rows = Rows.of(file, _COLUMNS, _wrong_kind)
    wrong = 0

    def explained(advance: Callable[[], None]) -> Iterator[tuple[int, Explanation]]:
        nonlocal wrong
        for number, row in rows.numbered():
            found = explain(row["kind"].strip(), row["value"], reveal=reveal)
            wrong += not found.valid
            advance()
            yield number, found

    with progress(rows.count) as advance:
        if as_json:
            write_array(_json(found) for _, found in explained(advance))
        else:
            for number, found in explained(advance):
                print(_line(number, found))
    if not as_json:
        print(f"{rows.count} dòng, {wrong} mã không đúng quy tắc.")
    return NEGATIVE if wrong else OK


def _wrong_kind(row: Mapping[str, str]) -> str | None:
    from lienthong.identity import KINDS

    if row["kind"].strip() in KINDS:
        return None
    return f"unknown kind; use one of {', '.join(KINDS)} / loại mã không đúng"


def _json(found: Explanation) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "value": found.value,
        "valid": found.valid,
        "warnings": [
            {"code": item.code, "vi": item.sentence_vi, "en": item.sentence_en}
            for item in found.warnings
        ],
        "parts": [
            {
                "label_vi": part.label_vi,
                "label_en": part.label_en,
                "digits": part.text,
                "meaning_vi": part.meaning_vi,
                "meaning_en": part.meaning_en,
                "source": part.source,
            }
            for part in found.parts
        ],
    }


def _show(found: Explanation) -> None:
    from ._output import say, show_table

    if found.value is not None:
        say(found.value)
    say("Đúng quy tắc." if found.valid else "Không đúng quy tắc.")
    for item in found.warnings:
        say(f"! {item.sentence_vi}")
    if found.parts:
        say()
        show_table(
            ("Phần", "Ký tự", "Ý nghĩa", "Nguồn"),
            [(part.label_vi, part.text, part.meaning_vi, part.source) for part in found.parts],
        )


def _line(number: int, found: Explanation) -> str:
    verdict = "đúng" if found.valid else "SAI"
    notes = " ".join(item.sentence_vi for item in found.warnings)
    return "\t".join((f"dòng {number}", found.kind, found.value or "–", verdict, notes)).rstrip()
