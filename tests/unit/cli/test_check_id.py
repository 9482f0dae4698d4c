"""``lienthong check-id``: one identifier or a file of them."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from lienthong.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, out, err


def rows(tmp_path: Path, text: str, *, encoding: str = "utf-8") -> str:
    file = tmp_path / "rows.csv"
    file.write_bytes(text.encode(encoding))
    return str(file)


def test_a_right_identifier_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Parts with their meaning; the number of a person masked."""
    code, out, err = run(capsys, "check-id", "personal", "034088001234")
    assert (code, err) == (0, "")
    assert "Đúng quy tắc." in out
    assert "Thái Bình (nay thuộc tỉnh Hưng Yên)" in out
    assert "034088001234" not in out


def test_reveal_prints_the_whole_number(capsys: pytest.CaptureFixture[str]) -> None:
    """Masked unless asked for."""
    assert "034088001234" in run(capsys, "check-id", "personal", "034088001234", "--reveal")[1]


def test_json_is_a_list_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    """The list that a file gives too, with the same fields."""
    code, out, _ = run(capsys, "check-id", "agency", "000.00.14.H31", "--json")
    found: list[dict[str, Any]] = json.loads(out)
    assert code == 0
    assert [set(item) for item in found] == [{"kind", "value", "valid", "warnings", "parts"}]
    assert found[0]["value"] == "000.00.14.H31"
    assert [part["digits"] for part in found[0]["parts"]] == ["000", "00", "14", "H31"]


def test_a_wrong_identifier_exits_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A value that breaks its rule is an answer, not an error."""
    code, out, err = run(capsys, "check-id", "enterprise", "0100109107")
    assert (code, err) == (1, "")
    assert "sai chữ số kiểm tra" in out
    code, out, _ = run(capsys, "check-id", "enterprise", "0100109107", "--json")
    assert code == 1
    assert json.loads(out)[0]["valid"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["personal"],
        ["passport", "1"],
        ["personal", "1", "--file", "x.csv"],
        ["--file", "/nowhere/x.csv"],
    ],
)
def test_wrong_usage_exits_with_64(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """What is missing is said, and where the help is."""
    code, out, err = run(capsys, "check-id", *arguments)
    assert (code, out) == (64, "")
    assert "check-id --help" in err


def test_a_file_is_checked_row_by_row(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each row by its number in the spreadsheet, a sum at the end, 1 if a row is wrong."""
    file = rows(tmp_path, "kind,value\npersonal,033088001234\nagency,H31.14\npersonal,12\n")
    code, out, _ = run(capsys, "check-id", "--file", file)
    assert code == 1
    lines = out.splitlines()
    assert lines[0].startswith("dòng 2\tpersonal\t033*")
    assert "SAI" in lines[2]
    assert lines[-1] == "3 dòng, 1 mã không đúng quy tắc."


@pytest.mark.parametrize(
    "text",
    [
        "kind,value\nresult,KQ.G15.000031\nprocedure,1.004222\n",
        "\ufeffKIND;VALUE;note\r\nresult;KQ.G15.000031;a\r\nprocedure;1.004222;b\r\n",
        "kind\tvalue\nresult\tKQ.G15.000031\nprocedure\t1.004222\n",
        'note,value,kind\n"a, b",KQ.G15.000031,result\n,1.004222,procedure,more\n',
    ],
)
def test_files_of_all_spreadsheets_are_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    """Byte order mark, semicolons, tabs, capitals, other columns and Windows line ends are all right."""
    code, out, _ = run(capsys, "check-id", "--json", "--file", rows(tmp_path, text))
    assert code == 0
    assert [item["value"] for item in json.loads(out)] == ["KQ.G15.000031", "1.004222"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind,value\npersonal,1\nfoo,2\n", "row 3 / dòng 3: unknown kind"),
        ("a,b\n1,2\n", "no column kind, value"),
        ("kind,value\n", "no rows"),
        ("", "no rows"),
        ('kind,value\nagency,"H31\n', "cannot be read"),
    ],
)
def test_errors_in_the_file_name_the_row_before_anything_is_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str
) -> None:
    """The file is looked through first: no half output, exit code 64."""
    code, out, err = run(capsys, "check-id", "--file", rows(tmp_path, text))
    assert (code, out) == (64, "")
    assert said in err


def test_a_file_in_another_encoding_is_named_with_its_row(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Old Vietnamese code pages are refused with what to do."""
    file = rows(tmp_path, "kind,value\nagency,H31\nagency,Hà\n", encoding="latin-1")
    code, _, err = run(capsys, "check-id", "--file", file)
    assert code == 64
    assert "row 3" in err
    assert "UTF-8" in err
    file = rows(tmp_path, "kind,value\nagency,H31\n", encoding="utf-16")
    assert "UTF-8" in run(capsys, "check-id", "--file", file)[2]


def test_memory_does_not_grow_with_the_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Eight times the rows need no more memory: rows and results stream."""
    peaks = []
    for count in (500, 4000):
        file = rows(tmp_path, "kind,value\n" + "result,KQ.G15.000031\n" * count)
        with (
            Path(tmp_path / "out").open("w", encoding="utf-8") as sink,
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr("sys.stdout", sink)
            tracemalloc.start()
            with pytest.raises(SystemExit) as ended:
                main(["check-id", "--json", "--file", file])
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert ended.value.code == 0
    assert len(json.loads((tmp_path / "out").read_text("utf-8"))) == 4000
    assert peaks[1] < peaks[0] + 200_000
    capsys.readouterr()
