"""``lienthong match``: one pair of names or a file of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lienthong.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, out, err


def test_the_same_name_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Verdict, rule, score and a sentence."""
    code, out, err = run(capsys, "match", "--name", "Nguyễn Thị Hoà", "--other", "NGUYỄN THỊ HÒA")
    assert (code, err) == (0, "")
    assert out.startswith("khớp (tone_placement, 0.97):")


def test_another_name_exits_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Similar is not the same either."""
    assert run(capsys, "match", "--name", "Trần Hùng", "--other", "Trần Hưng")[0] == 1
    assert run(capsys, "match", "--name", "Trần Văn An", "--other", "Trần An")[0] == 1


def test_json_is_a_list_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    """The fields that a file gives too."""
    code, out, _ = run(capsys, "match", "--name", "Lê An", "--other", "LÊ AN", "--json")
    assert code == 0
    (found,) = json.loads(out)
    assert {"a": "Lê An", "b": "LÊ AN", "same": True, "rule": "case", "score": 0.99}.items() <= (
        found.items()
    )


def test_birth_dates_must_agree_too(capsys: pytest.CaptureFixture[str]) -> None:
    """With both dates the pair is the same only if name and date are; a year alone proves too little."""
    names = ("match", "--name", "Lê An", "--other", "LÊ AN", "--json")
    for birth, other, same, rule in (
        ("05/09/1988", "1988-09-05", True, "exact"),
        ("1988", "05/09/1988", False, "coarser"),
        ("05/09/1988", "09/05/1988", False, "day_month_swapped"),
    ):
        code, out, _ = run(capsys, *names, "--birth", birth, "--other-birth", other)
        (found,) = json.loads(out)
        assert (found["same"], found["birth"]["rule"], code) == (same, rule, int(not same))
    shown = run(capsys, *names[:-1], "--birth", "1988", "--other-birth", "1988")[1]
    assert len(shown.splitlines()) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--name", "Lê An"],
        ["--name", "Lê An", "--other", "Lê An", "--birth", "1988"],
        ["--name", "Lê An", "--other", "Lê An", "--birth", "1988", "--other-birth", "31/02/1988"],
        ["--name", "Lê An", "--file", "x.csv"],
    ],
)
def test_wrong_usage_exits_with_64(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """What is missing or unreadable is said."""
    code, out, err = run(capsys, "match", *arguments)
    assert (code, out) == (64, "")
    assert err.startswith("Lỗi:")


def test_a_file_of_pairs_is_compared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Row by row, in order, with dates where the row has them."""
    file = tmp_path / "pairs.csv"
    file.write_text(
        "a;b;birth;other_birth\nLê An;LÊ AN;1988;1988\nTrần Hùng;Trần Hưng;;\n", "utf-8"
    )
    code, out, _ = run(capsys, "match", "--file", str(file), "--json")
    assert code == 1
    assert [(item["same"], item["rule"]) for item in json.loads(out)] == [
        (True, "case"),
        (False, "one_letter"),
    ]
    code, out, _ = run(capsys, "match", "--file", str(file))
    assert code == 1
    assert out.splitlines() == [
        "dòng 2\tkhớp\tcase, exact\t0.99",
        "dòng 3\tKHÔNG\tone_letter\t0.88",
        "2 cặp, 1 cặp không khớp.",
    ]


@pytest.mark.parametrize(
    ("row", "rule"),
    [("Lê An,Lê An,1988,", "missing"), ("Lê An,Lê An,1988,31/02/1988", "unreadable")],
)
def test_a_row_without_two_dates_is_not_the_same_and_stops_no_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, row: str, rule: str
) -> None:
    """Registers hold such rows: the pair is unproven, by a rule of its own, and the rest is compared."""
    file = tmp_path / "pairs.csv"
    file.write_text(f"a,b,birth,other_birth\n{row}\nLê An,Lê An,,\n", "utf-8")
    code, out, err = run(capsys, "match", "--file", str(file), "--json")
    assert (code, err) == (1, "")
    unproven, right = json.loads(out)
    assert (unproven["same"], unproven["birth"]["rule"], right["same"]) == (False, rule, True)
    assert unproven["birth"]["likeness"] == "unknown"
    assert f"dòng 2\tKHÔNG\texact, {rule}" in run(capsys, "match", "--file", str(file))[1]
